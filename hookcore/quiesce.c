// SPDX-License-Identifier: GPL-2.0
/*
 * Is anybody in there?
 *
 * Every task is off its CPU while the machine is stopped (the stopper threads,
 * which run, are in nobody's window), so all that a task will still execute in
 * a range can be seen on its stack: the instruction pointer where an interrupt
 * took the CPU away from it, or a return address.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "quiesce.h"

#include <linux/bsearch.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/sort.h>

#include "symbol.h"

#define QUIESCE_POLL_MS 10
#define QUIESCE_REPORT (10 * HZ)

static int quiesce_compare(const void *a, const void *b)
{
	const struct quiesce_range *x = a, *y = b;

	if (x->start == y->start)
		return 0;
	return x->start < y->start ? -1 : 1;
}

void quiesce_sort(struct quiesce_search *search)
{
	sort(search->ranges, search->count, sizeof(*search->ranges),
	     quiesce_compare, NULL);
}

#if COMPAT_STACK_WALK

static int quiesce_find(const void *key, const void *element)
{
	const struct quiesce_range *range = element;
	unsigned long address = (unsigned long)key;

	if (address < range->start)
		return -1;
	return address > range->end;
}

static bool quiesce_inside(const struct quiesce_search *search,
			   unsigned long address)
{
	if (search->module && within_module(address, search->module))
		return true;
	return __inline_bsearch((void *)address, search->ranges, search->count,
				sizeof(*search->ranges), quiesce_find);
}

struct quiesce_walk {
	const struct quiesce_search *search;
	bool inside;
};

/* Called by the unwinder for each address on a stack; false ends the walk. */
static bool quiesce_visit(void *cookie, unsigned long address)
{
	struct quiesce_walk *walk = cookie;

	walk->inside = quiesce_inside(walk->search, address);
	return !walk->inside;
}

static bool quiesce_task_inside(struct quiesce_search *search,
				struct task_struct *task)
{
	struct quiesce_walk walk = { .search = search };
	int err;

	/* A stopper, or the caller's CPU: running, in the stop's own code. */
	if (task->on_cpu)
		return false;
	/* A dead task whose stack is gone is nowhere. */
	if (!try_get_task_stack(task))
		return false;
	err = IMPORTED(arch_stack_walk_reliable)(quiesce_visit, &walk, task);
	IMPORTED(put_task_stack)(task);
	if (!err && !walk.inside)
		return false;
	snprintf(search->found, sizeof(search->found), "%s[%d]%s", task->comm,
		 task_pid_nr(task), walk.inside ? "" : " (unreliable stack)");
	return true;
}

bool quiesce_nobody_inside(void *context)
{
	struct quiesce_search *search = context;
	struct task_struct *process, *task;
	int cpu;

	search->found[0] = '\0';
	/* The machine is stopped: the lists do not change under us. */
	for_each_process_thread(process, task) {
		if (quiesce_task_inside(search, task))
			return false;
	}
	for_each_online_cpu(cpu) {
		if (quiesce_task_inside(search, IMPORTED(idle_task)(cpu)))
			return false;
	}
	return true;
}

#else /* !COMPAT_STACK_WALK: one CPU, and nobody loses it involuntarily */

bool quiesce_nobody_inside(void *context)
{
	return true;
}

#endif /* COMPAT_STACK_WALK */

static int quiesce_stopped(void *data)
{
	return quiesce_nobody_inside(data) ? 0 : -EAGAIN;
}

static int quiesce_look(struct quiesce_search *search)
{
	int err;

	cpus_read_lock();
	err = IMPORTED(stop_machine_cpuslocked)(quiesce_stopped, search, NULL);
	cpus_read_unlock();
	return err;
}

void quiesce_grace(void)
{
	/* Pre-empted between the window's jmp and the handler, or in a
	 * trampoline: no stack tells, tasks RCU does, and it also covers tasks
	 * that are exiting. Idle tasks are the rude flavour's, which runs on
	 * every CPU.
	 */
	synchronize_rcu_tasks();
#ifdef CONFIG_TASKS_RUDE_RCU
	synchronize_rcu_tasks_rude();
#endif
}

void quiesce_wait(struct quiesce_search *search)
{
	unsigned long report = jiffies + QUIESCE_REPORT;

	while (quiesce_look(search)) {
		if (time_after(jiffies, report)) {
			pr_info("waiting for %s to leave a hook\n",
				search->found);
			report = jiffies + QUIESCE_REPORT;
		}
		msleep(QUIESCE_POLL_MS);
	}
}
