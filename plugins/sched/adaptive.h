/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The adaptive policy: a group's own choice, on each CPU, at each pick.
 *
 *   NORMAL	while somebody is worn: he has run for longer than the budget,
 *		and has not slept since; or too many are new (guard_append())
 *   NORMAL	for a tenth of a second, when a few bursts were short: those
 *		that sleep at once do without an order, and who is pre-empted
 *		by whom he woke finds the answer when he goes on
 *   FIFO	else
 *
 * A group whose policy is NORMAL, and was not a moment ago, still has a list:
 * there the choice is always NORMAL.
 *
 * All functions: context as in fifo.h.
 */
#ifndef SCHED_ADAPTIVE_H
#define SCHED_ADAPTIVE_H

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/time64.h>

#include "fifo.h"

/* How long one may run before he sleeps, ns, to half a tick. */
#define ADAPTIVE_BUDGET (4 * NSEC_PER_MSEC)

/**
 * adaptive_slept() - one that was picked by the list goes to sleep
 * @fifo: a list, of whichever policy.
 * @ran: how long he ran, ns.
 */
void adaptive_slept(struct fifo *fifo, u64 ran);

/**
 * adaptive_change() - another choice than before
 * @fifo: the list.
 * @is_normal: the choice.
 */
void adaptive_change(struct fifo *fifo, bool is_normal);

/* Asked anew after a while: of who is NORMAL no bursts are seen. */
static inline bool adaptive_are_short(struct fifo *fifo)
{
	struct fifo_bursts *bursts = &fifo->bursts;

	if (bursts->are_short && time_after_eq(jiffies, bursts->until))
		bursts->are_short = false;
	return bursts->are_short;
}

/* By the kernel's own rules? */
static inline bool adaptive_is_normal(struct fifo *fifo)
{
	if (likely(fifo->policy == FIFO_FIFO))
		return false;
	return fifo->policy == FIFO_NORMAL || fifo->list.worn_count ||
	       adaptive_are_short(fifo);
}

/**
 * adaptive_choose() - make the choice for the pick that comes
 * @fifo: a list, of whichever policy; the policy may have changed.
 */
static inline void adaptive_choose(struct fifo *fifo)
{
	bool is_normal = adaptive_is_normal(fifo);

	if (unlikely(is_normal != fifo->is_normal))
		adaptive_change(fifo, is_normal);
}

#endif /* SCHED_ADAPTIVE_H */
