// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/math64.h>

#include "adaptive.h"
#include "guard.h"

void guard_picked(struct fifo *fifo)
{
	struct list *list = &fifo->list;

	if (list->head == list->worn)
		fifo->worn_ran = jiffies;
	if (fifo->judged == list->head)
		return;
	fifo->judged = list->head;
	fifo->judged_from = list->head->sum_exec_runtime;
}

u64 guard_ran(const struct fifo *fifo, const struct sched_entity *se)
{
	return fifo->judged == se ? se->sum_exec_runtime - fifo->judged_from :
				    0;
}

void guard_forget(struct fifo *fifo, const struct sched_entity *se)
{
	if (fifo->judged == se)
		fifo->judged = NULL;
}

void guard_send_back(struct fifo *fifo)
{
	struct list *list = &fifo->list;
	struct sched_entity *se = list->head;

	if (!list->worn)
		fifo->worn_ran = jiffies;
	guard_forget(fifo, se);
	list_remove(list, se);
	list_append_worn(list, se);
	fifo->counts.rotations++;
}

/*
 * The guard bounds the whole round, not one head: it is divided among all that
 * are there. Nobody can be stopped between two ticks.
 */
static u64 slice(const struct fifo *fifo)
{
	if (fifo->policy == FIFO_ADAPTIVE)
		return adaptive_budget(fifo);
	return max_t(u64, div_u64(fifo->guard, fifo->list.count), TICK_NSEC);
}

/*
 * Fresh ones that come and go without end must not starve the worn: when these
 * have waited for as long as the guard allows, all are equal again.
 */
static void mix(struct fifo *fifo)
{
	struct list *list = &fifo->list;

	if (!list->worn || list->worn == list->head ||
	    time_before(jiffies,
			fifo->worn_ran + nsecs_to_jiffies(fifo->guard)))
		return;
	list->worn = NULL;
	adaptive_chose(fifo, true);
}

bool guard_tick(struct fifo *fifo, struct sched_entity *curr)
{
	struct list *list = &fifo->list;

	if (!list->head)
		return false;
	mix(fifo);
	/* After a renice or a move the one that runs need not be the head. */
	if (list->head != curr)
		return true;
	if (fifo->judged != curr)
		guard_picked(fifo);
	if (list->count < 2 || guard_ran(fifo, curr) < slice(fifo))
		return false;
	adaptive_chose(fifo, false);
	guard_send_back(fifo);
	return true;
}
