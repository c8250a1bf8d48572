/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A CPU that is not there, with a group's list on it, and tasks that run and
 * nap. What models of plugins/sched share; each says by pick() who runs next,
 * and what time it begins at.
 */
#ifndef SCHED_CPU_H
#define SCHED_CPU_H

#include <string.h>

#include "sched_host.h"

#include "adaptive.h"
#include "guard.h"

#define TASKS_MOST 128
#define STEP (20 * NSEC_PER_USEC)

/* @burst, @nap: ns; a hog has no burst. @last: when it ran last. */
struct task {
	struct sched_entity se;
	u64 burst;
	u64 nap;
	u64 in_burst;
	u64 wakes;
	u64 last;
	u64 longest;
	bool is_queued;
};

static struct sched_entity group;
static struct task tasks[TASKS_MOST];
/* The first of them never sleep. */
static unsigned int count, hogs;
static struct fifo fifo;
static struct task *curr;
static u64 now;

/* The model's: who runs next, into @curr. */
static void pick(void);

static void start(enum fifo_policy policy, u64 guard)
{
	unsigned int i;

	memset(&fifo, 0, sizeof(fifo));
	memset(tasks, 0, sizeof(tasks));
	memset(&group, 0, sizeof(group));
	now = 0;
	curr = NULL;
	fifo.policy = policy;
	fifo.guard = guard;
	for (i = 0; i < TASKS_MOST; i++)
		tasks[i].se.parent = &group;
}

static void nap(struct task *task)
{
	guard_slept(&fifo, &task->se);
	guard_forget(&fifo, &task->se);
	list_remove(&fifo.list, &task->se);
	task->is_queued = false;
	task->in_burst = 0;
	task->wakes = now + task->nap;
	pick();
}

/* In an order nobody is pre-empted by whom he wakes, unless he is worn. */
static bool gives_way(void)
{
	adaptive_choose(&fifo);
	return !fifo.is_normal && adaptive_gives_way(&fifo, &curr->se);
}

static void wake(struct task *task)
{
	task->is_queued = true;
	guard_append(&fifo, &task->se, true);
	if (!curr || gives_way())
		pick();
}

static void run(struct task *task)
{
	if (now - task->last > task->longest)
		task->longest = now - task->last;
	task->last = now + STEP;
	task->se.sum_exec_runtime += STEP;
	group.sum_exec_runtime += STEP;
	task->in_burst += STEP;
	if (task->burst && task->in_burst >= task->burst)
		nap(task);
}

/* @has_time: or another group runs, or nobody. */
static void step(bool has_time)
{
	unsigned int i;

	for (i = hogs; i < count; i++)
		if (!tasks[i].is_queued && tasks[i].wakes <= now)
			wake(&tasks[i]);
	if (curr && has_time)
		run(curr);
	now += STEP;
	if (now % TICK_NSEC)
		return;
	jiffies++;
	/* The kernel's own rules, too, look at a tick. */
	if (curr && has_time &&
	    (guard_tick(&fifo, &curr->se) || fifo.is_normal))
		pick();
}

#endif /* SCHED_CPU_H */
