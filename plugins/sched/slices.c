// SPDX-License-Identifier: GPL-2.0
/*
 * All of this runs under the lock of a run queue, with interrupts off.
 */
#define pr_fmt(fmt) "vkernel_sched_params: " fmt

#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sched/rt.h>

#include "own.h"
#include "slices.h"

/* clang-format off */
/* While no vkernel has the plugin: jump to @stub. */
#define OWN_KEY(stub) HOOKCORE_ASM_KEY(vkernel_sched_own_alive, stub)
/* A jump instead of a call, into the middle of a door, irks objtool. */
#define OWN_CALLED() barrier()
/* The original, with its own type. */
#define RUN(name) run_##name
#define OWN_ORIGINAL(name)                                                     \
	asm(".globl run_" #name "\n"                                           \
	    ".set run_" #name ", original_own_" #name "\n")
#define OWN_DOOR(name, guard)                                                  \
	HOOKCORE_GUARD(door_own_##name, original_own_##name,                   \
		       OWN_KEY(original_own_##name) guard                      \
		       "	jmp own_" #name "\n")
/*
 * Behind those of vkernel_sched, where it hooks the same function: within a
 * group that has a policy, that decides.
 */
#define OWN_HOOK(name)                                                         \
	{                                                                      \
		.symbol = #name,                                               \
		.handler = door_own_##name,                                    \
		.original = original_own_##name,                               \
		.owner = THIS_MODULE,                                          \
		.priority = -1,                                                \
	}
/* clang-format on */

static struct task_struct *task_of(const struct sched_entity *se)
{
	return container_of((struct sched_entity *)se, struct task_struct, se);
}

const u32 *slices_number(const char *symbol)
{
	const u32 *number = (const u32 *)hookcore_symbol(symbol);

	if (!number)
		pr_err("not loaded: this kernel has no symbol %s\n", symbol);
	return number;
}

#if COMPAT_EEVDF

/*
 * A slice ends with its deadline. That alone is made another: se->slice remains
 * the host's, so that a group still asks for what its tasks would ask for on
 * the host (cfs_rq_min_slice()), and nobody outside of it sees a difference.
 * Whoever has asked for a slice by itself keeps it.
 */

static void __used slices_offsets(void)
{
	const size_t se = offsetof(struct task_struct, se);

	asm volatile(".set .Lse_vruntime, %c0\n"
		     ".set .Lse_deadline, %c1\n"
		     ".set .Lse_my_q, %c2\n"
		     ".set .Lse_on_cpu, %c3\n"
		     ".set .Lse_mm, %c4\n"
		     ".set .Lmm_stamp, %c5\n"
		     :
		     : "i"(offsetof(struct sched_entity, vruntime)),
		       "i"(offsetof(struct sched_entity, deadline)),
		       "i"(offsetof(struct sched_entity, my_q)),
		       "i"(offsetof(struct task_struct, on_cpu) - se),
		       "i"(offsetof(struct task_struct, mm) - se),
		       "i"(VKERNEL_STAMP_OFFSET));
}

static void stretch(struct sched_entity *se)
{
	const struct own *own;
	u32 slice;

	if (se->my_q || se->custom_slice || !se->slice)
		return;
	own = own_of_task(task_of(se), RULES_BASE_SLICE);
	slice = own ? READ_ONCE(own->values[RULES_BASE_SLICE]) : RULES_INHERIT;
	if (slice != RULES_INHERIT)
		se->deadline = rules_deadline(se->vruntime, se->deadline,
					      se->slice, slice);
}

/* clang-format off */
/* Most of the time it has not passed: three instructions. */
OWN_DOOR(update_deadline, "	mov .Lse_vruntime(%rsi), %rax\n"
			  "	cmp .Lse_deadline(%rsi), %rax\n"
			  "	js original_own_update_deadline\n");
/* clang-format on */
asmlinkage bool run_update_deadline(struct cfs_rq *queue,
				    struct sched_entity *se);
OWN_ORIGINAL(update_deadline);

asmlinkage __visible bool own_update_deadline(struct cfs_rq *queue,
					      struct sched_entity *se)
{
	if (!RUN(update_deadline)(queue, se))
		return false;
	stretch(se);
	return true;
}

/* clang-format off */
/*
 * Groups and the host's tasks pass, in nine instructions. Of one that runs, C
 * has a closer look: see own_of_task().
 */
OWN_DOOR(place_entity, "	cmpq $0, .Lse_my_q(%rsi)\n"
		       "	jne original_own_place_entity\n"
		       "	cmpl $0, .Lse_on_cpu(%rsi)\n"
		       "	jne own_place_entity\n"
		       "	mov .Lse_mm(%rsi), %rax\n"
		       "	test %rax, %rax\n"
		       "	je original_own_place_entity\n"
		       "	cmpl $0, .Lmm_stamp(%rax)\n"
		       "	je original_own_place_entity\n");
/* clang-format on */
asmlinkage void run_place_entity(struct cfs_rq *queue, struct sched_entity *se,
				 int flags);
OWN_ORIGINAL(place_entity);

asmlinkage __visible void own_place_entity(struct cfs_rq *queue,
					   struct sched_entity *se, int flags)
{
	bool was_relative = se->rel_deadline;

	RUN(place_entity)(queue, se, flags);
	/* What is left of a slice that has begun elsewhere stays as it is. */
	if (!was_relative || se->rel_deadline)
		stretch(se);
}

struct hookcore_hook slices_hooks[] = {
	OWN_HOOK(update_deadline),
	OWN_HOOK(place_entity),
};

int slices_init(void)
{
	return 0;
}

#else /* CFS */

/*
 * What counts is who runs and who would run instead: if both are of one
 * vkernel, its value does, else the host's.
 */

VKERNEL_GUARD_OFFSETS

static void __used slices_offsets(void)
{
	asm volatile(".set .Ltask_on_cpu, %c0\n"
		     ".set .Ltask_mm, %c1\n"
		     ".set .Lmm_stamp, %c2\n"
		     :
		     : "i"(offsetof(struct task_struct, on_cpu)),
		       "i"(offsetof(struct task_struct, mm)),
		       "i"(VKERNEL_STAMP_OFFSET));
}

static const u32 *host_latency;
static const u32 *host_least;
static const u32 *host_wakeup;

asmlinkage void slices_update_curr(struct cfs_rq *queue);
HOOKCORE_IMPORT(slices_update_curr);
asmlinkage void slices_resched_curr(struct rq *rq);
HOOKCORE_IMPORT(slices_resched_curr);
asmlinkage void slices_lock(struct rq *rq, int subclass);
HOOKCORE_IMPORT(slices_lock);
asmlinkage void slices_unlock(struct rq *rq);
HOOKCORE_IMPORT(slices_unlock);

enum field {
	FIELD_LOAD,
	FIELD_RQ,
	FIELD_TIMELINE,
	FIELD_TASKS_ALL,
	FIELD_LEAST_VRUNTIME,
	FIELD_RQ_CFS,
	FIELD_RQ_CURR,
	FIELDS,
};

static struct hookcore_field fields[] = {
	[FIELD_LOAD] = { "cfs_rq", "load" },
	[FIELD_RQ] = { "cfs_rq", "rq" },
	[FIELD_TIMELINE] = { "cfs_rq", "tasks_timeline" },
	[FIELD_TASKS_ALL] = { "cfs_rq", "h_nr_running" },
	[FIELD_LEAST_VRUNTIME] = { "cfs_rq", "min_vruntime" },
	[FIELD_RQ_CFS] = { "rq", "cfs" },
	[FIELD_RQ_CURR] = { "rq", "curr" },
};

#define FIELD(object, id, type) \
	(*(type *)((char *)(object) + fields[id].offset))

/* --- Who would run instead? ----------------------------------------------- */

static struct sched_entity *first_of(struct cfs_rq *queue)
{
	struct rb_root_cached *timeline =
		&FIELD(queue, FIELD_TIMELINE, struct rb_root_cached);
	struct rb_node *node = rb_first_cached(timeline);

	return node ? rb_entry(node, struct sched_entity, run_node) : NULL;
}

/* Of a group that waits, the task that it would begin with. */
static const struct task_struct *first_task(struct sched_entity *se)
{
	while (se && se->my_q)
		se = first_of(se->my_q);
	return se ? task_of(se) : NULL;
}

/* The value that two tasks share, or %RULES_INHERIT. */
static u32 shared(const struct task_struct *one,
		  const struct task_struct *other, enum rules_setting setting)
{
	const struct own *own = own_of_task(one, setting);

	if (!own || own_of_task(other, setting) != own)
		return RULES_INHERIT;
	return READ_ONCE(own->values[setting]);
}

static u32 or_host(u32 value, const u32 *host)
{
	return value == RULES_INHERIT ? READ_ONCE(*host) : value;
}

/* --- At the tick ---------------------------------------------------------- */

/* As sched_slice() does, with other parameters. */
static u64 slice_of(struct cfs_rq *queue, const struct sched_entity *se,
		    u32 latency, u32 least)
{
	struct cfs_rq *root = &FIELD(FIELD(queue, FIELD_RQ, struct rq *),
				     FIELD_RQ_CFS, struct cfs_rq);
	unsigned int count = FIELD(root, FIELD_TASKS_ALL, unsigned int);
	u64 slice = rules_period(count, latency, least);
	unsigned long all;

	for (; se; se = se->parent) {
		all = FIELD(se->cfs_rq, FIELD_LOAD, struct load_weight).weight;
		if (!se->on_rq)
			all += se->load.weight;
		slice = rules_share(slice, se->load.weight, all);
	}
	return max_t(u64, slice, least);
}

/* It need not be the current task: the tick may be a remote one. */
static const struct task_struct *running(struct cfs_rq *queue)
{
	return FIELD(FIELD(queue, FIELD_RQ, struct rq *), FIELD_RQ_CURR,
		     struct task_struct *);
}

asmlinkage long original_own_sched_slice(void);
HOOKCORE_ORIGINAL(original_own_sched_slice);
HOOKCORE_DECIDER(door_own_sched_slice, own_sched_slice,
		 original_own_sched_slice,
		 OWN_KEY(original_own_sched_slice)
			 VKERNEL_GUARD(original_own_sched_slice));

/*
 * Asked at the tick for who runs, at a fork for the child, and by programs. For
 * a group that runs, the task that does speaks.
 */
asmlinkage __visible bool own_sched_slice(struct hookcore_args *args)
{
	struct cfs_rq *queue = (struct cfs_rq *)args->arg[0];
	struct sched_entity *se = (struct sched_entity *)args->arg[1];
	const struct task_struct *task = se->my_q ? running(queue) :
						    task_of(se);
	const struct task_struct *next = first_task(first_of(queue));
	u32 latency, least;

	/* Where a child begins is others' affair, too: by the host's. */
	if (!next || !se->on_rq || task->policy == SCHED_IDLE)
		return true;
	least = shared(task, next, RULES_MIN_GRANULARITY);
	latency = shared(task, next, RULES_LATENCY);
	if (least == RULES_INHERIT && latency == RULES_INHERIT)
		return true;
	args->ret = slice_of(queue, se, or_host(latency, host_latency),
			     or_host(least, host_least));
	return false;
}

/* --- At a wake-up --------------------------------------------------------- */

/* The two that compete: in the innermost group that both are in. */
static void find_match(struct sched_entity **a, struct sched_entity **b)
{
	while ((*a)->cfs_rq != (*b)->cfs_rq) {
		int a_depth = (*a)->depth, b_depth = (*b)->depth;

		if (a_depth >= b_depth)
			*a = (*a)->parent;
		if (b_depth >= a_depth)
			*b = (*b)->parent;
	}
}

/* clang-format off */
/* Seven instructions for who is the host's. One that runs pre-empts nobody. */
OWN_DOOR(check_preempt_wakeup, "	cmpl $0, .Ltask_on_cpu(%rsi)\n"
			       "	jne original_own_check_preempt_wakeup\n"
			       "	mov .Ltask_mm(%rsi), %rax\n"
			       "	test %rax, %rax\n"
			       "	je original_own_check_preempt_wakeup\n"
			       "	cmpl $0, .Lmm_stamp(%rax)\n"
			       "	je original_own_check_preempt_wakeup\n");
/* clang-format on */
asmlinkage void run_check_preempt_wakeup(struct rq *rq,
					 struct task_struct *woken, int flags);
OWN_ORIGINAL(check_preempt_wakeup);

/*
 * The kernel compares with its own granularity. Who runs is not in the tree, so
 * its virtual time may be another one meanwhile; it is brought up to date
 * before, so that the kernel, which does the same, has nothing to add, and the
 * queue's virtual time does not follow.
 */
static void compare_with(struct rq *rq, struct task_struct *woken, int flags,
			 u32 granularity)
{
	struct sched_entity *curr =
		&FIELD(rq, FIELD_RQ_CURR, struct task_struct *)->se;
	struct sched_entity *se = &woken->se;
	s64 shift;

	find_match(&curr, &se);
	slices_update_curr(curr->cfs_rq);
	shift = rules_shift(READ_ONCE(*host_wakeup), granularity,
			    se->load.weight);
	curr->vruntime += shift;
	RUN(check_preempt_wakeup)(rq, woken, flags);
	curr->vruntime -= shift;
}

asmlinkage __visible void
own_check_preempt_wakeup(struct rq *rq, struct task_struct *woken, int flags)
{
	u32 granularity = shared(FIELD(rq, FIELD_RQ_CURR, struct task_struct *),
				 woken, RULES_WAKEUP_GRANULARITY);

	if (granularity == RULES_INHERIT)
		RUN(check_preempt_wakeup)(rq, woken, flags);
	else
		compare_with(rq, woken, flags, granularity);
	OWN_CALLED();
}

/* --- At a fork ------------------------------------------------------------ */

OWN_DOOR(task_fork_fair, "");
asmlinkage void run_task_fork_fair(struct task_struct *child);
OWN_ORIGINAL(task_fork_fair);

/*
 * A child begins behind its parent; if it is to run first the kernel has the
 * two change places in virtual time. So do we, or change them back. A child that
 * is not queued yet has its virtual time from the least of the queue. Who forks
 * runs, and is not in the tree.
 */
static void set_first(struct sched_entity *curr, struct sched_entity *se,
		      bool is_first)
{
	u64 least = FIELD(curr->cfs_rq, FIELD_LEAST_VRUNTIME, u64);
	u64 vruntime = se->vruntime + least;

	if (((s64)(vruntime - curr->vruntime) < 0) == is_first)
		return;
	se->vruntime = curr->vruntime - least;
	curr->vruntime = vruntime;
	if (is_first)
		slices_resched_curr(FIELD(curr->cfs_rq, FIELD_RQ, struct rq *));
}

asmlinkage __visible void own_task_fork_fair(struct task_struct *child)
{
	const struct own *own = own_of_task(current, RULES_CHILD_FIRST);
	u32 is_first = own ? READ_ONCE(own->values[RULES_CHILD_FIRST]) :
			     RULES_INHERIT;
	/* Of whatever group, the queue is on this CPU. */
	struct rq *rq = FIELD(current->se.cfs_rq, FIELD_RQ, struct rq *);

	RUN(task_fork_fair)(child);
	OWN_CALLED();
	if (is_first == RULES_INHERIT)
		return;
	/*
	 * Until here another CPU may have given the parent another class, in
	 * which it has no virtual time, or another autogroup.
	 */
	slices_lock(rq, 0);
	if (!rt_task(current))
		set_first(&current->se, &child->se, is_first);
	slices_unlock(rq);
}

struct hookcore_hook slices_hooks[] = {
	OWN_HOOK(sched_slice),
	OWN_HOOK(check_preempt_wakeup),
	OWN_HOOK(task_fork_fair),
};

int slices_init(void)
{
	static const struct hookcore_import imports[] = {
		{ "update_curr", slices_update_curr },
		{ "resched_curr", slices_resched_curr },
		{ "raw_spin_rq_lock_nested", slices_lock },
		{ "raw_spin_rq_unlock", slices_unlock },
	};

	static_assert(ARRAY_SIZE(fields) == FIELDS);
	host_latency = slices_number("sysctl_sched_latency");
	host_least = slices_number("sysctl_sched_min_granularity");
	host_wakeup = slices_number("sysctl_sched_wakeup_granularity");
	if (!host_latency || !host_least || !host_wakeup)
		return -ENOENT;
	return hookcore_find_fields(fields, ARRAY_SIZE(fields)) ?:
		       hookcore_import(imports, ARRAY_SIZE(imports));
}

#endif

const size_t slices_hook_count = ARRAY_SIZE(slices_hooks);
