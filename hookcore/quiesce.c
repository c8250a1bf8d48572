// SPDX-License-Identifier: GPL-2.0
/*
 * Is anybody in there?
 *
 * All that a task off its CPU will still execute in a range can be seen on its
 * stack: the instruction pointer where an interrupt took the CPU away from it,
 * or a return address. Two questions are asked.
 *
 * May this text be written? Nobody goes to sleep of his own will between two
 * instructions of a window: whoever is inside was interrupted there, hence is
 * runnable, hence on a run queue. So inside the stopped machine only the run
 * queues are looked at, however many tasks sleep. The sleepers are looked at
 * before, should one be inside against all reason.
 *
 * Has everybody left this text, which nobody can enter any more? Tasks are
 * looked at one by one while the machine runs, each held where it is; whoever
 * was outside once stays outside. Only those found running are looked at in a
 * stop.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "quiesce.h"

#include <linux/bsearch.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/sched/prio.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/wait.h>

#include "fail.h"
#include "layout.h"
#include "stack.h"
#include "symbol.h"
#include "trace.h"

/* Each look stops the machine: look less often the longer it takes. */
#define QUIESCE_MIN_MS 10
#define QUIESCE_MAX_MS 1000
#define QUIESCE_REPORT (10 * HZ)

/* Of all removals, several of which may look in turns. */
static DEFINE_SPINLOCK(quiesce_looks_lock);
static struct quiesce_looks quiesce_look_count;

void quiesce_get_looks(struct quiesce_looks *looks)
{
	spin_lock(&quiesce_looks_lock);
	*looks = quiesce_look_count;
	spin_unlock(&quiesce_looks_lock);
}

static int quiesce_compare(const void *a, const void *b)
{
	const struct quiesce_range *x = a, *y = b;

	if (x->start == y->start)
		return 0;
	return x->start < y->start ? -1 : 1;
}

/* A stub may lie in its handler; handlers share what they go on to. */
static void quiesce_merge(struct quiesce_search *search)
{
	struct quiesce_range *ranges = search->ranges, *last = ranges;
	size_t i;

	for (i = 1; i < search->count; i++) {
		if (ranges[i].start <= last->end)
			last->end = max(last->end, ranges[i].end);
		else
			*++last = ranges[i];
	}
	if (search->count)
		search->count = last + 1 - ranges;
}

void quiesce_sort(struct quiesce_search *search)
{
	sort(search->ranges, search->count, sizeof(*search->ranges),
	     quiesce_compare, NULL);
	quiesce_merge(search);
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
	/* Its data does not count: whoever waits has pointers to it. */
	if (search->module &&
	    IMPORTED(__module_text_address)(address) == search->module)
		return true;
	return __inline_bsearch((void *)address, search->ranges, search->count,
				sizeof(*search->ranges), quiesce_find);
}

struct quiesce_walk {
	struct quiesce_search *search;
	bool inside;
};

static bool quiesce_visit(void *cookie, unsigned long address)
{
	struct quiesce_walk *walk = cookie;

	walk->inside = quiesce_inside(walk->search, address);
	if (walk->inside)
		walk->search->at = address;
	return !walk->inside;
}

/* The name is the task's own choice: escape what is no letter. */
static void quiesce_name(struct quiesce_search *search,
			 struct task_struct *task, const char *remark)
{
	snprintf(search->found, sizeof(search->found), "%*pE[%d]%s",
		 (int)strnlen(task->comm, TASK_COMM_LEN), task->comm,
		 task_pid_nr(task), remark);
}

static bool quiesce_task_inside(struct quiesce_search *search,
				struct task_struct *task)
{
	struct quiesce_walk walk = { .search = search };
	int answer;

	/* It has looked at itself: quiesce_self_inside(). */
	if (task == search->waiter)
		return false;
	/* In the stopped machine: a stopper, in the stop's own code. */
	if (task->on_cpu)
		return false;
	/* A dead task whose stack is gone is nowhere. */
	if (!try_get_task_stack(task))
		return false;
	answer = stack_walk(task, quiesce_visit, &walk);
	IMPORTED(put_task_stack)(task);
	if (!walk.inside && answer != STACK_UNKNOWN)
		return false;
	quiesce_name(search, task,
		     answer == STACK_EXACT ? "" : " (unreliable stack)");
	return true;
}

/* Who waits is asked by itself: only then can it always be unwound. */
static bool quiesce_self_inside(struct quiesce_search *search)
{
	struct quiesce_walk walk = { .search = search };

	/* __module_text_address() wants that, for the module it returns. */
	preempt_disable();
	stack_walk_own(quiesce_visit, &walk);
	preempt_enable();
	if (walk.inside)
		quiesce_name(search, current, "");
	return walk.inside;
}

/* In the stopped machine, whose lists do not change under us. */
static bool quiesce_listed_inside(struct quiesce_search *search)
{
	struct task_struct *process, *task;

	for_each_process_thread(process, task) {
		if (quiesce_task_inside(search, task))
			return true;
	}
	return false;
}

#if COMPAT_RUNQUEUES

#ifdef CONFIG_RT_GROUP_SCHED
#error "entities of the real-time queues may be groups: not looked into"
#endif

#ifdef CONFIG_SCHED_CLASS_EXT
#error "tasks that a BPF scheduler has are on queues of their own: not looked into"
#endif

/* The fields of the scheduler's private structs that lead to its tasks. */
enum quiesce_field {
	RQ_CFS_TASKS,
	RQ_RT,
	RQ_DL,
	RT_ACTIVE,
	RT_QUEUE,
	DL_QUEUE,
	DL_BANDWIDTH,
#if COMPAT_DL_SERVER
	RQ_DL_SERVER,
#endif
#if COMPAT_EXIT_LISTS
	RTP_EXIT_LIST,
#endif
};

static struct hookcore_field quiesce_fields[] = {
	[RQ_CFS_TASKS] = { "rq", "cfs_tasks" },
	[RQ_RT] = { "rq", "rt" },
	[RQ_DL] = { "rq", "dl" },
	[RT_ACTIVE] = { "rt_rq", "active" },
	[RT_QUEUE] = { "rt_prio_array", "queue" },
	[DL_QUEUE] = { "dl_rq", "root" },
	[DL_BANDWIDTH] = { "dl_rq", "this_bw" },
#if COMPAT_DL_SERVER
	[RQ_DL_SERVER] = { "rq", "fair_server" },
#endif
#if COMPAT_EXIT_LISTS
	[RTP_EXIT_LIST] = { "rcu_tasks_percpu", "rtp_exit_list" },
#endif
};

static void __percpu *quiesce_runqueues;
static void __percpu *quiesce_exiting;

static bool unsafe_no_run_queues;
module_param_unsafe(unsafe_no_run_queues, bool, 0400);
MODULE_PARM_DESC(
	unsafe_no_run_queues,
	"write text after a look at the list of tasks alone: crashes; for tests that must fail");

static bool unsafe_no_throttled;
module_param_unsafe(unsafe_no_throttled, bool, 0400);
MODULE_PARM_DESC(
	unsafe_no_throttled,
	"look at run queues alone also while there are deadline tasks: crashes; for tests that must fail");

int quiesce_init(void)
{
	quiesce_runqueues = (void __percpu *)hookcore_symbol("runqueues");
	if (!quiesce_runqueues) {
		pr_err("this kernel has no runqueues\n");
		return -ENOENT;
	}
	quiesce_exiting = (void __percpu *)hookcore_symbol("rcu_tasks__percpu");
	if (COMPAT_EXIT_LISTS && !quiesce_exiting) {
		pr_err("this kernel has no rcu_tasks__percpu\n");
		return -ENOENT;
	}
	return hookcore_find_fields(quiesce_fields, ARRAY_SIZE(quiesce_fields));
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

/*
 * SCHED_FLAG_SUGOV of kernel/sched/sched.h: a thread of the frequency governor,
 * which no bandwidth is reserved for and which is never throttled.
 */
#define QUIESCE_FLAG_SUGOV 0x10000000

static u64 quiesce_bandwidth(const struct task_struct *task)
{
	if (task->policy != SCHED_DEADLINE ||
	    (task->dl.flags & QUIESCE_FLAG_SUGOV))
		return 0;
	return task->dl.dl_bw;
}

/*
 * What is queued may be a task of the deadline policy, one that such a task
 * waits for, or, where there are such, the server of fair tasks, which is none.
 */
static bool quiesce_deadline_inside(struct quiesce_search *search, void *rq,
				    u64 *unlisted)
{
	struct rb_root_cached *queue =
		quiesce_follow(quiesce_follow(rq, RQ_DL), DL_QUEUE);
	struct rb_node *node;

	for (node = rb_first_cached(queue); node; node = rb_next(node)) {
		struct sched_dl_entity *entity =
			rb_entry(node, struct sched_dl_entity, rb_node);
		struct task_struct *task =
			container_of(entity, struct task_struct, dl);

#if COMPAT_DL_SERVER
		if (entity->dl_server)
			continue;
#endif
		if (quiesce_task_inside(search, task))
			return true;
		/* __exit_signal() has taken it off the lists of tasks. */
		if (!task->sighand)
			*unlisted += quiesce_bandwidth(task);
	}
	return false;
}

/* Bandwidth reserved for tasks; fair ones are served from some of it. */
static u64 quiesce_reserved(void *rq)
{
	u64 reserved =
		*(u64 *)quiesce_follow(quiesce_follow(rq, RQ_DL), DL_BANDWIDTH);

#if COMPAT_DL_SERVER
	struct sched_dl_entity *server = quiesce_follow(rq, RQ_DL_SERVER);

	reserved -= server->dl_bw;
#endif
	return reserved;
}

/* CPUs that are off count: a task that sleeps stays where it ran last. */
static u64 quiesce_all_reserved(void)
{
	u64 reserved = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		reserved +=
			quiesce_reserved(per_cpu_ptr(quiesce_runqueues, cpu));
	return reserved;
}

/*
 * A deadline task that has used up its budget is runnable and on no queue: only
 * the lists of tasks show it, and none does when it is exiting. But as long as
 * it lives bandwidth is reserved for it; so there is no such task if those on
 * the lists and queues account for all that is reserved. One that is being
 * woken up may be on its way from one CPU to another and reserved on neither.
 *
 * Of those on the lists one that sleeps, or is being woken up, has on_rq 0
 * (__schedule(), ttwu_do_activate()), and is where it was when it was looked at
 * before the stop; used-up ones keep theirs (update_curr_dl()).
 */
static bool quiesce_throttled_inside(struct quiesce_search *search,
				     u64 unlisted)
{
	u64 reserved = quiesce_all_reserved(), known = unlisted;
	struct task_struct *process, *task;
	bool waking = false;

	if (!reserved || unsafe_no_throttled)
		return false;
	for_each_process_thread(process, task) {
		u64 bandwidth = quiesce_bandwidth(task);

		known += bandwidth;
		waking |= bandwidth && READ_ONCE(task->__state) == TASK_WAKING;
		if (task->on_rq && quiesce_task_inside(search, task))
			return true;
	}
	if (known >= reserved && !waking)
		return false;
	snprintf(search->found, sizeof(search->found),
		 "a deadline task that is exiting or being woken up");
	return true;
}

/*
 * The queues are whole: whoever changes one has interrupts off, and keeps the
 * machine from stopping. They hold tasks past exit_notify() too, which are on
 * no list of tasks any more.
 */
static bool quiesce_queued_inside(struct quiesce_search *search)
{
	u64 unlisted = 0;
	int cpu;

	if (unsafe_no_run_queues)
		return quiesce_listed_inside(search);
	for_each_online_cpu(cpu) {
		void *rq = per_cpu_ptr(quiesce_runqueues, cpu);

		if (quiesce_fair_inside(search, rq) ||
		    quiesce_rt_inside(search, rq) ||
		    quiesce_deadline_inside(search, rq, &unlisted))
			return true;
	}
	return quiesce_throttled_inside(search, unlisted);
}

#if COMPAT_EXIT_LISTS

static bool unsafe_no_task_check;
module_param_unsafe(unsafe_no_task_check, bool, 0400);
MODULE_PARM_DESC(
	unsafe_no_task_check,
	"take whatever is in RCU's lists for a task: crashes; for tests that must fail");

/*
 * rcu_tasks_postscan() keeps its place in the list by an entry on its own stack
 * while it lets others run: that is no task, which come from a cache.
 */
static bool quiesce_is_task(const struct task_struct *task)
{
	return unsafe_no_task_check ||
	       (!is_vmalloc_addr(task) && PageSlab(virt_to_head_page(task)));
}

#endif

/*
 * Tasks from exit_tasks_rcu_start() to exit_tasks_rcu_finish() in do_exit(), of
 * which the lists of tasks lack those past exit_notify(). In the stopped
 * machine, as whoever changes such a list has pre-emption off.
 */
static bool quiesce_exiting_inside(struct quiesce_search *search)
{
#if COMPAT_EXIT_LISTS
	struct task_struct *task;
	struct list_head *list;
	int cpu;

	for_each_possible_cpu(cpu) {
		list = quiesce_follow(per_cpu_ptr(quiesce_exiting, cpu),
				      RTP_EXIT_LIST);
		/* Not made before there is a first task for it. */
		if (!list->next)
			continue;
		list_for_each_entry(task, list, rcu_tasks_exit_list) {
			if (quiesce_is_task(task) &&
			    quiesce_task_inside(search, task))
				return true;
		}
	}
#endif
	return false;
}

#else /* !COMPAT_RUNQUEUES */

static bool quiesce_exiting_inside(struct quiesce_search *search)
{
	return false;
}

int quiesce_init(void)
{
	return 0;
}

static bool quiesce_queued_inside(struct quiesce_search *search)
{
	return quiesce_listed_inside(search);
}

#endif /* COMPAT_RUNQUEUES */

static bool unsafe_no_idle;
module_param_unsafe(unsafe_no_idle, bool, 0400);
MODULE_PARM_DESC(unsafe_no_idle,
		 "do not look at idle tasks: crashes; for tests that must fail");

static bool quiesce_idle_inside(struct quiesce_search *search)
{
	int cpu;

	if (unsafe_no_idle)
		return false;
	for_each_online_cpu(cpu) {
		if (quiesce_task_inside(search, IMPORTED(idle_task)(cpu)))
			return true;
	}
	return false;
}

bool quiesce_nobody_inside(void *context)
{
	struct quiesce_search *search = context;

	search->found[0] = '\0';
	search->at = 0;
	return !quiesce_idle_inside(search) && !quiesce_queued_inside(search);
}

/* What came of the look at one task while the machine runs. */
enum quiesce_answer {
	QUIESCE_OUTSIDE,
	QUIESCE_INSIDE,
	QUIESCE_RUNNING,
};

/* Called with the task's pi_lock, or its run queue's lock: it stays off. */
static int quiesce_judge(struct task_struct *task, void *context)
{
	/* Running, or on its way off the CPU: its stack changes under us. */
	if (task->on_cpu)
		return QUIESCE_RUNNING;
	return quiesce_task_inside(context, task) ? QUIESCE_INSIDE :
						    QUIESCE_OUTSIDE;
}

static bool quiesce_note_running(struct quiesce_search *search,
				 struct task_struct *task)
{
	if (search->running_count == search->running_max) {
		snprintf(search->found, sizeof(search->found),
			 "more running tasks than CPUs");
		return false;
	}
	search->running[search->running_count++] = get_task_struct(task);
	return true;
}

/* False ends the look: somebody is inside. */
static bool quiesce_look_at(struct quiesce_search *search,
			    struct task_struct *task)
{
	switch (IMPORTED(task_call_func)(task, quiesce_judge, search)) {
	case QUIESCE_OUTSIDE:
		return true;
	case QUIESCE_RUNNING:
		return !search->running || quiesce_note_running(search, task);
	default:
		return false;
	}
}

bool quiesce_sleepers_outside(struct quiesce_search *search)
{
	struct task_struct *process, *task;
	bool outside = true;

	search->found[0] = '\0';
	search->at = 0;
	/* Keeps tasks, and the lists of them, while we walk; who is born
	 * meanwhile begins outside.
	 */
	rcu_read_lock();
	for_each_process_thread(process, task) {
		outside = quiesce_look_at(search, task);
		if (!outside)
			goto unlock;
	}
unlock:
	rcu_read_unlock();
	return outside;
}

/* Those that ran when they were looked at. */
static int quiesce_look_at_running(struct quiesce_search *search)
{
	size_t i;

	for (i = 0; i < search->running_count; i++) {
		if (quiesce_task_inside(search, search->running[i]))
			return -EAGAIN;
	}
	if (quiesce_idle_inside(search) || quiesce_exiting_inside(search))
		return -EAGAIN;
	return 0;
}

/* In the stopped machine, whose other CPUs wait for this one. */
static int quiesce_stopped(void *context)
{
	struct quiesce_search *search = context;
	u64 start = ktime_get_mono_fast_ns();
	int err = quiesce_look_at_running(search);

	search->ns = ktime_get_mono_fast_ns() - start;
	return err;
}

static void quiesce_count_look(const struct quiesce_search *search, int err)
{
	struct quiesce_looks *looks = &quiesce_look_count;

	spin_lock(&quiesce_looks_lock);
	looks->number++;
	looks->last_ns = search->ns;
	looks->longest_ns = max(looks->longest_ns, search->ns);
	spin_unlock(&quiesce_looks_lock);
	trace_hookcore_look(search->running_count, search->ns, err);
}

static int quiesce_look(struct quiesce_search *search)
{
	int err = -EAGAIN;

	if (quiesce_self_inside(search) || !quiesce_sleepers_outside(search))
		return err;
	cpus_read_lock();
	err = IMPORTED(stop_machine_cpuslocked)(quiesce_stopped, search, NULL);
	cpus_read_unlock();
	quiesce_count_look(search, err);
	return err;
}

static void quiesce_forget_running(struct quiesce_search *search)
{
	while (search->running_count)
		put_task_struct(search->running[--search->running_count]);
}

/* Twice the CPUs: while we look, one task may take over from another. */
static void quiesce_alloc_running(struct quiesce_search *search)
{
	search->running_max = 2 * nr_cpu_ids;
	do {
		search->running = fail_now() ?
					  NULL :
					  kvcalloc(search->running_max,
						   sizeof(*search->running),
						   GFP_KERNEL);
		if (!search->running)
			msleep(QUIESCE_MAX_MS);
	} while (!search->running);
}

static void quiesce_free_running(struct quiesce_search *search)
{
	kvfree(search->running);
	search->running = NULL;
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

bool quiesce_sleepers_outside(struct quiesce_search *search)
{
	return true;
}

static int quiesce_look(struct quiesce_search *search)
{
	return 0;
}

static void quiesce_alloc_running(struct quiesce_search *search)
{
}

static void quiesce_forget_running(struct quiesce_search *search)
{
}

static void quiesce_free_running(struct quiesce_search *search)
{
}

#endif /* COMPAT_STACK_WALK */

/*
 * Pre-empted between the window's jmp and the handler, or in a trampoline: no
 * stack tells, tasks RCU does, and it also covers tasks that are exiting, which
 * the list of tasks does not show: where it has no lists of its own of these,
 * the sleeping ones too. Idle tasks are the rude flavour's, which runs on every
 * CPU; where that does nothing (ARCH_WANTS_NO_INSTR, 6.12), those are looked at
 * in the stop that follows.
 */
static void quiesce_grace(void)
{
	synchronize_rcu_tasks();
#ifdef CONFIG_TASKS_RUDE_RCU
	synchronize_rcu_tasks_rude();
#endif
}

void quiesce_wait(struct quiesce_search *search)
{
	unsigned long report = jiffies + QUIESCE_REPORT;
	unsigned int wait = QUIESCE_MIN_MS;

	search->waiter = current;
	quiesce_grace();
	quiesce_alloc_running(search);
	while (quiesce_look(search)) {
		quiesce_forget_running(search);
		if (time_after(jiffies, report)) {
			pr_info("waiting for %s to leave a hook\n",
				search->found);
			report = jiffies + QUIESCE_REPORT;
		}
		msleep(wait);
		wait = min(2 * wait, (unsigned int)QUIESCE_MAX_MS);
	}
	quiesce_forget_running(search);
	quiesce_free_running(search);
}
