// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/math64.h>

#include "adaptive.h"
#include "guard.h"

/* Nobody can be stopped between two ticks. */
static u64 share(const struct fifo *fifo, unsigned int count)
{
	return max_t(u64, div_u64(fifo->guard, count), TICK_NSEC);
}

/*
 * Fresh ones that come and go without end must not starve the worn: these have
 * a slice each in a time of the guard, if there are that many ticks in it. Who
 * has begun is not disturbed, and only one of the worn comes at a time, so that
 * who wakes never finds all of them before him. What they run besides, while a
 * fresh one naps for a moment, is no turn: he can see to it that it is little.
 */
static bool is_turn_of_worn(const struct fifo *fifo)
{
	const struct list *list = &fifo->list;
	unsigned long apart;

	if (!list->worn || list_is_worn(list->head))
		return false;
	apart = nsecs_to_jiffies(share(fifo, list->worn_count));
	return time_after_eq(jiffies, fifo->worn_turn + apart);
}

static bool is_pushed(const struct fifo *fifo, const struct sched_entity *se)
{
	return fifo->slices[FIFO_SLICE_PUSHED].se == se;
}

static struct fifo_slice *slice_of(struct fifo *fifo,
				   const struct sched_entity *se)
{
	if (is_pushed(fifo, se))
		return &fifo->slices[FIFO_SLICE_PUSHED];
	if (list_is_worn(se))
		return &fifo->slices[FIFO_SLICE_WORN];
	return &fifo->slices[FIFO_SLICE_FRESH];
}

static void begin(struct fifo *fifo)
{
	struct sched_entity *head = fifo->list.head;
	struct fifo_slice *slice = slice_of(fifo, head);

	if (slice->se == head)
		return;
	slice->se = head;
	slice->from = head->sum_exec_runtime;
}

/*
 * Its own run time in its slice, ns: being pre-empted from outside the group
 * does not count, nor what fresh ones run between a worn one and itself. From
 * when it became head until it sleeps or is sent back; a fresh one, or until
 * another became head. Else 0.
 */
static u64 ran(struct fifo *fifo, const struct sched_entity *se)
{
	const struct fifo_slice *slice = slice_of(fifo, se);

	return slice->se == se ? se->sum_exec_runtime - slice->from : 0;
}

void guard_slept(struct fifo *fifo, const struct sched_entity *se)
{
	const struct fifo_slice *slice = slice_of(fifo, se);

	/* The others learn nothing, and need not pay for it. */
	if (fifo->policy != FIFO_ADAPTIVE || fifo->is_normal)
		return;
	if (slice->se == se)
		adaptive_slept(fifo, se->sum_exec_runtime - slice->from);
}

void guard_picked(struct fifo *fifo)
{
	struct sched_entity *head = fifo->list.head;

	if (slice_of(fifo, head)->se != head && is_turn_of_worn(fifo)) {
		list_raise_worn(&fifo->list);
		/* Also if it yields or sleeps at once. */
		fifo->worn_turn = jiffies;
	}
	adaptive_left(fifo, fifo->list.head);
	begin(fifo);
}

void guard_forget(struct fifo *fifo, const struct sched_entity *se)
{
	size_t i;

	adaptive_left(fifo, se);
	for (i = 0; i < ARRAY_SIZE(fifo->slices); i++)
		if (fifo->slices[i].se == se)
			fifo->slices[i].se = NULL;
}

static void append_worn(struct fifo *fifo, struct sched_entity *se)
{
	if (!fifo->list.worn_count)
		fifo->worn_turn = jiffies;
	list_append_worn(&fifo->list, se);
}

/* Would a round of the fresh ones, if none of them sleeps, take too long? */
static bool is_full(const struct fifo *fifo)
{
	return fifo_takes_long(fifo, fifo->list.count - fifo->list.worn_count);
}

void guard_append(struct fifo *fifo, struct sched_entity *se, bool has_slept)
{
	if (has_slept)
		adaptive_woke(fifo, se);
	if (has_slept || !(is_full(fifo) || adaptive_is_wary(fifo)))
		list_append(&fifo->list, se);
	else
		append_worn(fifo, se);
}

/*
 * Its turn comes as that of one that has slept, not among the worn: it may hold
 * a lock that all wait for, and of the worn there may be very many.
 */
static void pull(struct fifo *fifo, struct sched_entity *se)
{
	guard_forget(fifo, se);
	list_remove(&fifo->list, se);
	guard_append(fifo, se, true);
}

/* So many ticks from one to the next: others have the most of the time. */
#define PUSHES_APART 4

void guard_push(struct fifo *fifo, struct sched_entity *se)
{
	struct fifo_slice *slice = &fifo->slices[FIFO_SLICE_PUSHED];
	struct sched_entity *head = fifo->list.head;

	if (time_before(jiffies, fifo->pushed + PUSHES_APART)) {
		guard_append(fifo, se, true);
		return;
	}
	/* As head it would take the slice of the one it is in front of. */
	if (head && is_pushed(fifo, head))
		pull(fifo, head);
	fifo->pushed = jiffies;
	list_push(&fifo->list, se);
	slice->se = se;
	slice->from = se->sum_exec_runtime;
}

static void send_back(struct fifo *fifo, struct sched_entity *se)
{
	if (is_pushed(fifo, se)) {
		pull(fifo, se);
		return;
	}
	if (list_is_worn(se))
		fifo->worn_turn = jiffies;
	guard_forget(fifo, se);
	list_remove(&fifo->list, se);
	append_worn(fifo, se);
	fifo->counts.rotations++;
}

/*
 * The guard bounds the whole round, not one head: it is divided among all that
 * are there.
 */
static u64 slice(const struct fifo *fifo, const struct sched_entity *se)
{
	if (is_pushed(fifo, se))
		return TICK_NSEC;
	if (fifo->policy == FIFO_ADAPTIVE)
		return ADAPTIVE_BUDGET;
	return share(fifo, fifo->list.count);
}

/*
 * Who came at a tick has run for a little less than a tick at the next one: who
 * is nearer to the end of his slice than half a tick has had it.
 */
static bool has_had_slice(struct fifo *fifo, const struct sched_entity *se)
{
	u64 ns = slice(fifo, se);

	if (ns >= TICK_NSEC)
		ns -= TICK_NSEC / 2;
	return ran(fifo, se) >= ns;
}

bool guard_tick(struct fifo *fifo, struct sched_entity *curr)
{
	struct list *list = &fifo->list;

	if (!list->head)
		return false;
	if (fifo->is_normal) {
		/* What was begun in order ends, or it could be had again. */
		if (list->count > 1 && has_had_slice(fifo, curr))
			send_back(fifo, curr);
		return false;
	}
	/* Who waits too long may be better off by the kernel's own rules. */
	if (adaptive_looked(fifo, curr))
		return true;
	/*
	 * The one that runs need not be the head: after a renice or a move, or
	 * if he is worn and a fresh one has come. His slice ends all the same:
	 * or the worn behind him would wait for as long as fresh ones come.
	 */
	if (list->head == curr)
		begin(fifo);
	if (list->count < 2 || !has_had_slice(fifo, curr))
		return list->head != curr;
	send_back(fifo, curr);
	return list->head != curr;
}
