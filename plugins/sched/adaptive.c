// SPDX-License-Identifier: GPL-2.0
#include <linux/minmax.h>
#include <linux/sched/clock.h>
#include <linux/time64.h>

#include "adaptive.h"
#include "guard.h"

#define BUDGET_LEAST (250 * NSEC_PER_USEC)
#define BUDGET_MOST (4 * NSEC_PER_MSEC)

u64 adaptive_budget(const struct fifo *fifo)
{
	return clamp_t(u64, 2 * READ_ONCE(fifo->burst), BUDGET_LEAST,
		       BUDGET_MOST);
}

void adaptive_slept(struct fifo *fifo, u64 ran)
{
	s64 more = min_t(u64, ran, BUDGET_MOST) - fifo->burst;

	WRITE_ONCE(fifo->burst, fifo->burst + more / 8);
}

void adaptive_choose(struct fifo *fifo)
{
	bool mixed = fifo->list.worn_count;

	if (fifo->policy != FIFO_ADAPTIVE || mixed == fifo->mixed)
		return;
	WRITE_ONCE(fifo->mixed, mixed);
	fifo->counts.switches++;
}

/*
 * Between two ticks the kernel does not know how long it has run: what its
 * clock says since it last looked is close enough.
 */
static u64 ran_by_now(const struct fifo *fifo, const struct sched_entity *curr)
{
	s64 since = 0;

	if (COMPAT_CLOCK_IS_LOCAL)
		since = local_clock() - curr->exec_start;
	return guard_ran(fifo, curr) + (since > 0 ? since : 0);
}

bool adaptive_woken(struct fifo *fifo, struct sched_entity *curr)
{
	struct list *list = &fifo->list;

	if (list->count < 2 || ran_by_now(fifo, curr) < adaptive_budget(fifo))
		return list->head != curr;
	guard_send_back(fifo, curr);
	return true;
}
