/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Is anybody in there? Questions about what stands on the stacks of tasks.
 */
#ifndef HOOKCORE_QUIESCE_H
#define HOOKCORE_QUIESCE_H

#include <linux/sched.h>
#include <linux/types.h>

/**
 * struct quiesce_range - code that nobody may be in
 * @start: first address.
 * @end: last address, inclusive.
 */
struct quiesce_range {
	unsigned long start;
	unsigned long end;
};

/**
 * struct quiesce_search - looking for a task in any of several ranges
 * @ranges: sorted by quiesce_sort(), not overlapping.
 * @count: how many.
 * @module: if not NULL, any address in the text of this module counts as well.
 * @found: who was there; empty if nobody was.
 * @at: where; 0 if that is not known.
 * @waiter: quiesce_wait()'s: the task that waits.
 * @running: quiesce_wait()'s: tasks that could not be judged because they ran,
 *	each with a reference.
 * @running_count: how many.
 * @running_max: room for so many.
 * @ns: how long the last look at them took.
 */
struct quiesce_search {
	struct quiesce_range *ranges;
	size_t count;
	struct module *module;
	char found[4 * TASK_COMM_LEN + 32];
	unsigned long at;

	/* private: */
	const struct task_struct *waiter;
	struct task_struct **running;
	size_t running_count;
	size_t running_max;
	u64 ns;
};

/**
 * quiesce_init() - find the run queues
 *
 * Return: 0, or a negative errno after one line in the log.
 */
int quiesce_init(void);

/**
 * quiesce_sort() - sort the ranges of a search, and merge those that overlap
 * @search: the search.
 */
void quiesce_sort(struct quiesce_search *search);

/**
 * quiesce_sleepers_outside() - is no task that is off its CPU in any range?
 * @search: the search.
 *
 * A task is in a range if its instruction pointer or a return address on its
 * stack is; where the stack cannot be walked reliably, if any word on it is.
 * Tasks that run are not judged.
 *
 * Context: process context; takes each task's pi_lock in turn.
 * Return: true if nobody is; else @found of the search names one task.
 */
bool quiesce_sleepers_outside(struct quiesce_search *search);

/**
 * quiesce_nobody_inside() - is no runnable task in any of the ranges?
 * @context: the &struct quiesce_search.
 *
 * Looks at what stands on the run queues and at the idle tasks; at all tasks
 * where the queues cannot be seen (no BTF), or do not show all that is runnable
 * (a deadline task exists).
 *
 * Context: the stopped machine, interrupts off; see text_ready_t.
 * Return: true if nobody is; else @found of the search names one task.
 */
bool quiesce_nobody_inside(void *context);

/**
 * struct quiesce_looks - stops of the machine in which hookcore only looked
 * @number: how many, since it was loaded.
 * @last_ns: how long the last look took: from when all CPUs stood still until
 *	they could go on, nanoseconds.
 * @longest_ns: the longest.
 */
struct quiesce_looks {
	u64 number;
	u64 last_ns;
	u64 longest_ns;
};

/**
 * quiesce_get_looks() - what has quiesce_wait() cost the machine?
 * @looks: the answer.
 *
 * Context: process context.
 */
void quiesce_get_looks(struct quiesce_looks *looks);

/**
 * quiesce_wait() - wait until no task is in any of the ranges
 * @search: the ranges. No new task can enter them, but for a trampoline that
 *	other hooks still use: then it may take longer.
 *
 * Waits as long as it takes and says every ten seconds for whom.
 *
 * Context: process context, sleeps; takes cpus_read_lock().
 */
void quiesce_wait(struct quiesce_search *search);

#endif /* HOOKCORE_QUIESCE_H */
