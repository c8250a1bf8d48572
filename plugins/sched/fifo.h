/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a group that is not NORMAL has on each CPU: the list, and its guard.
 *
 * Everything here is read and written under the lock of the CPU's run queue,
 * with interrupts off: nothing may allocate, print, take a lock or sleep. Only
 * the counters are also read without.
 */
#ifndef SCHED_FIFO_H
#define SCHED_FIFO_H

#include <linux/jiffies.h>
#include <linux/jump_label_ratelimit.h>
#include <linux/types.h>

#include "layout.h"
#include "list.h"

enum fifo_policy {
	FIFO_NORMAL,
	FIFO_FIFO,
	FIFO_ADAPTIVE,
	FIFO_POLICIES,
};

/**
 * struct fifo_counts - what happened on one CPU since the group has its file
 * @picks: times an entity was picked by the list, by &enum fifo_policy.
 * @skips: wake-ups that found no pre-emption within the group.
 * @rotations: times the guard sent somebody back.
 * @switches: times that the adaptive policy changed its choice.
 * @mismatches: times the list was not as long as the tree says; a bug, or a
 *	hook is bypassed.
 */
struct fifo_counts {
	u64 picks[FIFO_POLICIES];
	u64 skips;
	u64 rotations;
	u64 switches;
	u64 mismatches;
};

enum fifo_slices {
	FIFO_SLICE_FRESH,
	FIFO_SLICE_WORN,
	FIFO_SLICE_PUSHED,
	FIFO_SLICES,
};

/**
 * struct fifo_slice - how long one is at it
 * @se: the entity, or NULL.
 * @from: its sum_exec_runtime when it began.
 */
struct fifo_slice {
	struct sched_entity *se;
	u64 from;
};

/**
 * struct fifo_seen - what the adaptive choice is made of, while it is in order
 * @bursts: how long entities ran before they slept, the last @count of them
 *	together, ns.
 * @count: how many, at most a few.
 * @waits: one that woke, until it is the head, or leaves; or NULL. One at a
 *	time is enough: who wakes behind it waits for about as long. Compared
 *	only, never followed.
 * @since: what the group itself had run when it woke, ns: that others run, or
 *	its limit, is no reason to choose otherwise.
 * @is_off: no order pays for now.
 * @until: when that is over; jiffies.
 * @again: until when one that waits too long has not been the first; jiffies.
 */
struct fifo_seen {
	u64 bursts;
	unsigned int count;
	const struct sched_entity *waits;
	u64 since;
	bool is_off;
	unsigned long until;
	unsigned long again;
};

/**
 * struct fifo - a group on a CPU
 * @list: its runnable entities, in order.
 * @place: of the one that left and is to come back where it was, until the
 *	next pick.
 * @policy: %FIFO_NORMAL only for a moment: see group.c.
 * @slices: of the fresh one that became head last, of the worn one, and of the
 *	one that was pushed in front of them. They differ: the turn of a worn
 *	one goes on when fresh ones have run, and that of either when a pushed
 *	one has.
 * @pushed: when that was; jiffies.
 * @worn_turn: when a worn one's slice last ended, or one was raised to have one;
 *	jiffies.
 * @guard: after how long a head that does not sleep is sent back, ns; divided
 *	among those that wait.
 * @seen: for the adaptive choice.
 * @is_normal: the choice at the last pick: the kernel's own rules say who runs,
 *	and for how long; the list goes on being kept, and nobody has a new
 *	slice.
 * @nr_running: of the cfs_rq, while it shows 1 to the kernel.
 * @counts: for people.
 */
struct fifo {
	struct list list;
	struct list_place place;
	enum fifo_policy policy;
	struct fifo_slice slices[FIFO_SLICES];
	unsigned long pushed;
	unsigned long worn_turn;
	u64 guard;
	struct fifo_seen seen;
	bool is_normal;
	unsigned int nr_running;
	struct fifo_counts counts;
};

/*
 * True while any group has a list, and ten seconds longer: who may write a
 * policy must not have the kernel rewrite itself as often as he likes. The
 * guards of the hooks ask its first member.
 */
extern struct static_key_false_deferred vkernel_sched_alive;

/* Would a round of so many, a tick each, take longer than the guard's time? */
static inline bool fifo_takes_long(const struct fifo *fifo, u64 number)
{
	return number * TICK_NSEC >= fifo->guard;
}

/* The list that an entity is in when it is queued, or NULL. */
static inline struct fifo *fifo_of(struct sched_entity *se)
{
	return *layout_fifo(se->cfs_rq);
}

#endif /* SCHED_FIFO_H */
