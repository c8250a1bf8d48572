// SPDX-License-Identifier: GPL-2.0
#include <linux/sched/signal.h>
#include <linux/wait.h>

#include "record.h"
#include "view.h"

/* Were any of the records in front of @place, which are gone, its own? */
static bool has_lost(struct log *log, struct place *place)
{
	u64 number = log_number_at(log, place->seq);

	if (number == place->number)
		return false;
	place->number = number;
	return true;
}

/* What can still be read of it: it may be gone by now. */
static bool read_text(u64 seq, struct ring_record *record)
{
	if (!record->text)
		return true;
	if (!ring_read(ring, seq, record) || record->info->seq != seq)
		return false;
	record->info->text_len =
		min_t(unsigned int, record->info->text_len, record->size);
	return true;
}

enum view_result view_next(struct log *log, u32 id, struct place *place,
			   struct ring_record *record)
{
	unsigned int lines;
	u64 seq;

	lockdep_assert_held(&log->lock);
	while (log->id == id) {
		if (!ring_read_info(ring, place->seq, record->info, &lines))
			return VIEW_END;
		seq = record->info->seq;
		if (seq != place->seq) {
			place->seq = seq;
			if (has_lost(log, place))
				return VIEW_LOST;
		}
		switch (record_is_own(seq, id)) {
		case RECORD_OWN:
			if (read_text(seq, record))
				return VIEW_FOUND;
			break;
		case RECORD_HOST:
			place->seq++;
			cond_resched();
			break;
		default:
			break;
		}
	}
	return VIEW_CLOSED;
}

void view_go(struct log *log, struct place *place, u64 seq)
{
	place->seq = max(seq, log->start);
	place->number = log_number_at(log, place->seq);
}

static bool is_ready(struct log *log, u32 id, struct place *place)
{
	struct ring_info info;
	struct ring_record record = { .info = &info };
	struct place from;
	bool ready;

	mutex_lock(&log->lock);
	from = *place;
	ready = view_next(log, id, &from, &record) != VIEW_END;
	/* What is not its own need not be looked at again. */
	if (!ready)
		*place = from;
	mutex_unlock(&log->lock);
	return ready;
}

/*
 * The kernel wakes those who wait for its ring whenever there is a record. That
 * queue is not ours: who sleeps in poll() stays there when this module has
 * gone. (A condition that takes a mutex needs this form of waiting.)
 */
int view_wait(struct log *log, u32 id, struct place *place)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	int err = 0;

	add_wait_queue(ring_wait, &wait);
	while (!is_ready(log, id, place)) {
		if (signal_pending(current)) {
			err = -ERESTARTSYS;
			break;
		}
		wait_woken(&wait, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
	}
	remove_wait_queue(ring_wait, &wait);
	return err;
}

bool view_own(u32 id, u64 *seq, struct ring_record *record, unsigned int *lines)
{
	while (ring_read_info(ring, *seq, record->info, lines)) {
		*seq = record->info->seq;
		switch (record_is_own(*seq, id)) {
		case RECORD_OWN:
			if (read_text(*seq, record))
				return true;
			break;
		case RECORD_HOST:
			(*seq)++;
			cond_resched();
			break;
		default:
			break;
		}
	}
	return false;
}
