/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The adaptive policy: a group's own choice, on each CPU, at each pick.
 *
 *   NORMAL	while somebody is worn: he has run for longer than the budget,
 *		and has not slept since; or too many are new (guard_append());
 *		with EEVDF all new ones are, and all have to be
 *	NORMAL	with EEVDF if a tick for each is more than the guard's time
 *   NORMAL	for a tenth of a second, when a few bursts were short: those
 *		that sleep at once do without an order, and who is pre-empted
 *		by whom he woke finds the answer when he goes on
 *   NORMAL	for ten times the guard's time, when one that woke has waited for
 *		longer than that, as the group's run time goes: too many run
 *		before him for too long; for a hundred times, when as soon as
 *		that is over one waits for a quarter of it
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
#include <linux/sched.h>
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

/* What the group that an entity is in has run for on this CPU, ns. */
static inline u64 adaptive_ran(const struct sched_entity *se)
{
	/* The root of all has no policy. */
	return se->parent->sum_exec_runtime;
}

/**
 * adaptive_looked() - has somebody waited for too long? asked once a tick
 * @fifo: a list that is in order.
 * @curr: the entity of it that runs.
 *
 * Return: true if he has: the choice is another one now.
 */
bool adaptive_looked(struct fifo *fifo, const struct sched_entity *curr);

/**
 * adaptive_forget() - another policy or guard: nothing is known
 * @fifo: the list.
 */
void adaptive_forget(struct fifo *fifo);

/**
 * adaptive_woke() - an entity that slept joins the list
 * @fifo: a list, of whichever policy.
 * @se: the entity.
 */
static inline void adaptive_woke(struct fifo *fifo,
				 const struct sched_entity *se)
{
	/* The others learn nothing, and need not pay for it. */
	if (fifo->policy != FIFO_ADAPTIVE || fifo->is_normal ||
	    fifo->seen.waits)
		return;
	fifo->seen.waits = se;
	fifo->seen.since = adaptive_ran(se);
}

/**
 * adaptive_left() - an entity waits no longer
 * @fifo: a list, of whichever policy.
 * @se: the entity.
 */
static inline void adaptive_left(struct fifo *fifo,
				 const struct sched_entity *se)
{
	if (fifo->seen.waits == se)
		fifo->seen.waits = NULL;
}

/* Asked anew after a while: of who is NORMAL nothing is seen. */
static inline bool adaptive_is_off(struct fifo *fifo)
{
	struct fifo_seen *seen = &fifo->seen;

	if (seen->is_off && time_after_eq(jiffies, seen->until))
		seen->is_off = false;
	return seen->is_off;
}

/*
 * Beside one that does not sleep CFS has those run that did, EEVDF has them
 * wait. There an order is better, in which they go before him, as long as there
 * is one who does sleep; but not if they are so many that each would wait for
 * the others instead.
 */
static inline bool adaptive_is_worn(const struct fifo *fifo)
{
	const struct list *list = &fifo->list;

	if (!COMPAT_EEVDF)
		return list->worn_count;
	return fifo_takes_long(fifo, list->count) ||
	       (list->worn_count && !list_has_fresh(list));
}

/*
 * There, too, of one who is new it is not known that he sleeps; and in an order
 * many that begin have no lag, the kernel's account of what it owes them, so
 * that one who sleeps is behind all of them when the order ends.
 */
static inline bool adaptive_is_wary(const struct fifo *fifo)
{
	return COMPAT_EEVDF && fifo->policy == FIFO_ADAPTIVE;
}

/* By the kernel's own rules? */
static inline bool adaptive_is_normal(struct fifo *fifo)
{
	if (likely(fifo->policy == FIFO_FIFO))
		return false;
	return fifo->policy == FIFO_NORMAL || adaptive_is_worn(fifo) ||
	       adaptive_is_off(fifo);
}

/**
 * adaptive_gives_way() - is one that woke to run before the next tick?
 * @fifo: a list that is in order.
 * @curr: the entity of it that runs.
 *
 * One that has been sent back is no part of the order: he is not let finish.
 */
static inline bool adaptive_gives_way(const struct fifo *fifo,
				      const struct sched_entity *curr)
{
	return fifo->policy == FIFO_ADAPTIVE && list_is_worn(curr) &&
	       fifo->list.head != curr;
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
