// SPDX-License-Identifier: GPL-2.0
#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syslog.h>

#include "files.h"
#include "log.h"
#include "record.h"
#include "vkernel.h"

/*
 * Of a ring of 128 KiB, which is what Debian's kernels have, a container takes
 * an eighth at once, and the whole in eight minutes.
 */
#define QUOTA_BURST 16384
#define QUOTA_RATE 256

/*
 * What a record takes beside its text: of the ring's descriptors, of which
 * there is one for 32 bytes, the shortest record takes no larger share.
 */
#define QUOTA_RECORD 32

/* All logs, under logs_lock. */
static LIST_HEAD(logs);
static DEFINE_MUTEX(logs_lock);

/* --- Whose? --------------------------------------------------------------- */

/* A state that is seen under RCU still has its vkernel's reference. */
struct log *log_get_nearest(u32 *id)
{
	struct log *log;

	rcu_read_lock();
	log = log_nearest(id);
	if (log)
		kref_get(&log->ref);
	rcu_read_unlock();
	return log;
}

static void free_log(struct kref *ref)
{
	kfree(container_of(ref, struct log, ref));
}

void log_put(struct log *log)
{
	if (log)
		kref_put(&log->ref, free_log);
}

void log_name(u32 id, char *name, size_t size)
{
	const struct log *log;

	*name = '\0';
	mutex_lock(&logs_lock);
	list_for_each_entry(log, &logs, enlisted)
		if (log->last_id == id)
			strscpy(name, vkernel_name(log->vk), size);
	mutex_unlock(&logs_lock);
}

/* --- May it? -------------------------------------------------------------- */

/*
 * The capability counts in the user namespace of the container, not in one that
 * the task made for itself. CAP_SYS_ADMIN does as well, as it does for the
 * host's log.
 */
static bool is_capable(void)
{
	const struct log *log;
	bool capable;
	u32 id;

	rcu_read_lock();
	log = log_nearest(&id);
	capable = log && (vkernel_capable(log->vk, CAP_SYSLOG) ||
			  vkernel_capable(log->vk, CAP_SYS_ADMIN));
	rcu_read_unlock();
	return capable;
}

int log_may(const struct log *log, int type)
{
	bool harmless = type == SYSLOG_ACTION_READ_ALL ||
			type == SYSLOG_ACTION_SIZE_BUFFER;

	if ((!harmless || READ_ONCE(log->restricted)) && !is_capable())
		return -EPERM;
	return ring_allowed(type);
}

/*
 * Who has to ask before it writes, by the slot of its vkernel: a record of its
 * was charged, and nothing was left. Its next one that finds some again clears
 * it. What is used up further out each of those inside learns by a record of
 * its own. Bytes that several set at a time: then one record more is written,
 * or one asks in vain.
 */
extern bool log_held[VKERNEL_SLOTS];
bool log_held[VKERNEL_SLOTS];

static void hold(bool held)
{
	u32 slot = READ_ONCE(*vkernel_stamp(current->mm)) & VKERNEL_SLOT_MASK;

	if (READ_ONCE(log_held[slot]) != held)
		WRITE_ONCE(log_held[slot], held);
}

void log_charge(struct log *log, size_t length)
{
	u64 now = get_jiffies_64();
	const struct vkernel *vk;
	bool left = true;

	for (vk = log->vk; vk; vk = vkernel_parent(vk)) {
		log = vkernel_state(vk, &log_plugin);
		if (log && !quota_take(&log->quota, length + QUOTA_RECORD, now))
			left = false;
	}
	if (!left)
		hold(true);
}

/* What one around it refuses is dropped for both. */
bool log_may_write(void)
{
	struct log *log, *inner = NULL;
	struct vkernel *vk;
	bool may = true;

	rcu_read_lock();
	for (vk = vkernel_current(); vk && may; vk = vkernel_parent(vk)) {
		log = vkernel_state(vk, &log_plugin);
		if (!log)
			continue;
		inner = inner ?: log;
		may = quota_any(&log->quota, get_jiffies_64());
		if (may)
			continue;
		atomic64_inc(&log->dropped);
		if (log != inner)
			atomic64_inc(&inner->dropped);
	}
	if (inner && may)
		hold(false);
	rcu_read_unlock();
	return may;
}

/* A change begins with a full bucket. */
void log_set_quota(struct log *log, u32 burst, u32 rate)
{
	quota_set(&log->quota, burst, rate, get_jiffies_64());
}

/* --- Numbers -------------------------------------------------------------- */

/*
 * A container's records are numbered from 0 in the order of the ring, without
 * gaps. Nobody counts as they are written, where it would cost and where two
 * CPUs could not agree on the order; whoever reads counts on to the end.
 *
 * Records that were overwritten before anybody read are only known as a sum.
 */
static void count_on(struct log *log)
{
	u64 written = atomic64_read(&log->visible), count = log->count;
	struct ring_info info;
	unsigned int lines;
	bool lost = false;

	while (ring_read_info(ring, log->head, &info, &lines)) {
		if (info.seq != log->head)
			lost |= ring_first(ring) >= info.seq;
		log->head = info.seq;
		switch (record_is_own(info.seq, log->id)) {
		case RECORD_GONE:
			continue;
		case RECORD_OWN:
			count++;
			break;
		default:
			break;
		}
		log->head++;
		cond_resched();
	}
	if (lost && written > count)
		count = written;
	log->count = count;
}

u64 log_number_at(struct log *log, u64 seq)
{
	struct ring_info info;
	unsigned int lines;
	u64 behind = 0;

	lockdep_assert_held(&log->lock);
	count_on(log);
	while (ring_read_info(ring, seq, &info, &lines) &&
	       info.seq < log->head) {
		if (record_is_own(info.seq, log->id) == RECORD_OWN)
			behind++;
		seq = info.seq + 1;
		cond_resched();
	}
	return log->count - behind;
}

/* --- Life ----------------------------------------------------------------- */

static void begin(struct log *log)
{
	u64 now = ring_next(ring);

	log->start = now;
	log->clear = now;
	log->head = now;
	log->count = 0;
	log->read = (struct place){ .seq = now };
	log->partial = 0;
	log->console_level = console_loglevel;
	log->saved_level = -1;
	atomic64_set(&log->records, 0);
	atomic64_set(&log->visible, 0);
	atomic64_set(&log->dropped, 0);
}

void *log_create(struct vkernel *vk)
{
	struct log *log = kzalloc(sizeof(*log), GFP_KERNEL);

	if (!log)
		return ERR_PTR(-ENOMEM);
	kref_init(&log->ref);
	mutex_init(&log->lock);
	limit_begin(log->limits);
	log->vk = vk;
	log->restricted = true;
	log_set_quota(log, QUOTA_BURST, QUOTA_RATE);
	begin(log);
	mutex_lock(&logs_lock);
	list_add(&log->enlisted, &logs);
	mutex_unlock(&logs_lock);
	files_open_folder(log);
	return log;
}

/*
 * With each container it is a new log. Files of the one before find another id
 * here than theirs, and end; so do those who sleep.
 */
void log_placed(void *state, u32 id, bool nested)
{
	struct log *log = state;

	if (READ_ONCE(log->id) == id)
		return;
	mutex_lock(&log->lock);
	if (id) {
		begin(log);
		log->last_id = id;
	}
	WRITE_ONCE(log->id, id);
	mutex_unlock(&log->lock);
	wake_up_all(ring_wait);
}

void log_destroy(void *state)
{
	struct log *log = state;

	files_close_folder(log);
	mutex_lock(&logs_lock);
	list_del(&log->enlisted);
	mutex_unlock(&logs_lock);
	/* Files that are still open keep it, but it is nobody's any more. */
	log_placed(log, 0, false);
	log_put(log);
}

size_t log_memory(void *state)
{
	return sizeof(struct log);
}
