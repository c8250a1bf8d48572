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
#include <linux/moduleparam.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/sched/prio.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/sort.h>

#include "layout.h"
#include "symbol.h"

/* Each look stops the machine: look less often the longer it takes. */
#define QUIESCE_MIN_MS 10
#define QUIESCE_MAX_MS 1000
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
	/* The name is the task's own choice: escape what is no letter. */
	snprintf(search->found, sizeof(search->found), "%*pE[%d]%s",
		 (int)strnlen(task->comm, TASK_COMM_LEN), task->comm,
		 task_pid_nr(task), walk.inside ? "" : " (unreliable stack)");
	return true;
}

#if COMPAT_RUNQUEUES

#ifdef CONFIG_RT_GROUP_SCHED
#error "entities of the real-time queues may be groups: not looked into"
#endif

/* The fields of the scheduler's private structs that lead to its tasks. */
enum quiesce_field {
	RQ_CFS_TASKS,
	RQ_RT,
	RQ_DL,
	RT_ACTIVE,
	RT_QUEUE,
	DL_ROOT,
};

static struct layout_field quiesce_fields[] = {
	[RQ_CFS_TASKS] = { "rq", "cfs_tasks" },
	[RQ_RT] = { "rq", "rt" },
	[RQ_DL] = { "rq", "dl" },
	[RT_ACTIVE] = { "rt_rq", "active" },
	[RT_QUEUE] = { "rt_prio_array", "queue" },
	[DL_ROOT] = { "dl_rq", "root" },
};

static void __percpu *quiesce_runqueues;

static bool unsafe_no_run_queues;
module_param(unsafe_no_run_queues, bool, 0400);
MODULE_PARM_DESC(
	unsafe_no_run_queues,
	"write text without looking at the run queues: crashes; for tests that must fail");

int quiesce_init(void)
{
	quiesce_runqueues = (void __percpu *)hookcore_symbol("runqueues");
	if (!quiesce_runqueues) {
		pr_err("this kernel has no runqueues\n");
		return -ENOENT;
	}
	return layout_find(quiesce_fields, ARRAY_SIZE(quiesce_fields));
}

static void *quiesce_follow(void *start, enum quiesce_field field)
{
	return (char *)start + quiesce_fields[field].offset;
}

static bool quiesce_fair_inside(struct quiesce_search *search, void *rq)
{
	struct list_head *tasks = quiesce_follow(rq, RQ_CFS_TASKS);
	struct task_struct *task;

	list_for_each_entry(task, tasks, se.group_node) {
		if (quiesce_task_inside(search, task))
			return true;
	}
	return false;
}

static bool quiesce_rt_inside(struct quiesce_search *search, void *rq)
{
	void *rt = quiesce_follow(rq, RQ_RT);
	struct list_head *queue =
		quiesce_follow(quiesce_follow(rt, RT_ACTIVE), RT_QUEUE);
	struct task_struct *task;
	int priority;

	for (priority = 0; priority < MAX_RT_PRIO; priority++) {
		list_for_each_entry(task, &queue[priority], rt.run_list) {
			if (quiesce_task_inside(search, task))
				return true;
		}
	}
	return false;
}

static bool quiesce_dl_inside(struct quiesce_search *search, void *rq)
{
	struct rb_root_cached *root =
		quiesce_follow(quiesce_follow(rq, RQ_DL), DL_ROOT);
	struct task_struct *task;
	struct rb_node *node;

	for (node = rb_first_cached(root); node; node = rb_next(node)) {
		task = rb_entry(node, struct task_struct, dl.rb_node);
		if (COMPAT_DL_IS_TASK(&task->dl) &&
		    quiesce_task_inside(search, task))
			return true;
	}
	return false;
}

/*
 * A task past exit_notify() may be on no list of tasks any more and still be
 * pre-empted; then it stands on a run queue. The queues are whole: whoever
 * changes one has interrupts off, and keeps the machine from stopping.
 */
static bool quiesce_queued_inside(struct quiesce_search *search, int cpu)
{
	void *rq = per_cpu_ptr(quiesce_runqueues, cpu);

	if (unsafe_no_run_queues)
		return false;
	return quiesce_fair_inside(search, rq) ||
	       quiesce_rt_inside(search, rq) || quiesce_dl_inside(search, rq);
}

#else /* !COMPAT_RUNQUEUES */

int quiesce_init(void)
{
	return 0;
}

static bool quiesce_queued_inside(struct quiesce_search *search, int cpu)
{
	return false;
}

#endif /* COMPAT_RUNQUEUES */

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
		if (quiesce_task_inside(search, IMPORTED(idle_task)(cpu)) ||
		    quiesce_queued_inside(search, cpu))
			return false;
	}
	return true;
}

#else /* !COMPAT_STACK_WALK: one CPU, and nobody loses it involuntarily */

int quiesce_init(void)
{
	return 0;
}

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
	unsigned int wait = QUIESCE_MIN_MS;

	while (quiesce_look(search)) {
		if (time_after(jiffies, report)) {
			pr_info("waiting for %s to leave a hook\n",
				search->found);
			report = jiffies + QUIESCE_REPORT;
		}
		msleep(wait);
		wait = min(2 * wait, (unsigned int)QUIESCE_MAX_MS);
	}
}
