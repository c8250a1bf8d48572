// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel keeps its tree, and all it does with it: weights, load, bandwidth,
 * the hierarchy. Beside it we keep the list, and answer from it who is next.
 *
 * An entity is in the list exactly while it is on_rq, the one that runs too.
 */
#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "adaptive.h"
#include "guard.h"
#include "hookcore.h"
#include "queue.h"

DEFINE_STATIC_KEY_DEFERRED_FALSE(vkernel_sched_alive, 10 * HZ);

void queue_exit(void)
{
	static_key_deferred_flush(&vkernel_sched_alive);
}

/* --- What the hooks call -------------------------------------------------- */

asmlinkage void queue_resched_curr(struct rq *rq);
HOOKCORE_IMPORT(queue_resched_curr);
asmlinkage void queue_lock(struct rq *rq, int subclass);
HOOKCORE_IMPORT(queue_lock);
asmlinkage void queue_unlock(struct rq *rq);
HOOKCORE_IMPORT(queue_unlock);

int queue_init(void)
{
	static const struct hookcore_import imports[] = {
		{ "resched_curr", queue_resched_curr },
		{ "raw_spin_rq_lock_nested", queue_lock },
		{ "raw_spin_rq_unlock", queue_unlock },
	};

	return hookcore_import(imports, ARRAY_SIZE(imports));
}

/* --- On and off ----------------------------------------------------------- */

void queue_change(struct cfs_rq *queue,
		  void (*change)(struct fifo *fifo, const void *data),
		  struct fifo *fifo, const void *data)
{
	struct rq *rq = layout_rq(queue);
	unsigned long flags;

	local_irq_save(flags);
	queue_lock(rq, 0);
	change(fifo, data);
	queue_unlock(rq);
	local_irq_restore(flags);
}

static void fill(struct fifo *fifo, const void *data)
{
	struct cfs_rq *queue = (struct cfs_rq *)data;
	struct sched_entity *curr = layout_curr(queue);
	struct rb_node *node;

	if (curr && curr->on_rq)
		guard_append(fifo, curr, false);
	for (node = rb_first_cached(layout_timeline(queue)); node;
	     node = rb_next(node))
		guard_append(fifo,
			     rb_entry(node, struct sched_entity, run_node),
			     false);
	/* A buddy of before would be taken without a look at the list. */
	*layout_next(queue) = NULL;
	*layout_fifo(queue) = fifo;
}

void queue_turn_on(struct cfs_rq *queue, struct fifo *fifo)
{
	queue_change(queue, fill, fifo, queue);
}

static void empty(struct fifo *fifo, const void *data)
{
	*layout_fifo((struct cfs_rq *)data) = NULL;
	fifo->list = (struct list){};
	fifo->place = (struct list_place){};
	memset(fifo->slices, 0, sizeof(fifo->slices));
	adaptive_forget(fifo);
	fifo->is_normal = false;
}

void queue_turn_off(struct cfs_rq *queue, struct fifo *fifo)
{
	queue_change(queue, empty, fifo, queue);
}

/* --- In and out ----------------------------------------------------------- */

/*
 * A task that moved itself here, or left the real-time class, runs: it has
 * become runnable long ago, and may hold a lock that all wait for. Who is moved
 * by others comes as anybody: or he would be first as often as they like.
 */
static bool runs_already(struct sched_entity *se, int flags)
{
	const int moved = COMPAT_QUEUE_SAVE | COMPAT_QUEUE_MOVE;

	return (flags & moved) == moved && se == &current->se;
}

/*
 * A group whose only task is changed goes and comes with it, as if that slept
 * and woke.
 */
static bool may_come_back(const struct sched_entity *se, int flags)
{
	return se->my_q || flags & COMPAT_QUEUE_SAVE;
}

static void join(struct fifo *fifo, struct sched_entity *se, int flags)
{
	struct list *list = &fifo->list;

	if (may_come_back(se, flags) && list_come_back(list, se, &fifo->place))
		return;
	guard_forget(fifo, se);
	if (runs_already(se, flags))
		guard_push(fifo, se);
	else
		guard_append(fifo, se, flags & COMPAT_ENQUEUE_WAKEUP);
}

/* A group is dequeued so, too, when it is throttled or its task is moved. */
static bool sleeps_now(const struct sched_entity *se, int flags)
{
	return !se->my_q && flags & COMPAT_DEQUEUE_SLEEP &&
	       !(flags & COMPAT_DEQUEUE_DELAYED);
}

/*
 * A change of its nice value or the like, or of what it inherits by a lock,
 * takes nobody's place away, and gives nobody a new slice of the guard: others
 * can cause it. If it was another class or group, it does not come back.
 */
static void leave(struct fifo *fifo, struct sched_entity *se, int flags)
{
	struct list *list = &fifo->list;

	if (flags & COMPAT_QUEUE_SAVE) {
		adaptive_left(fifo, se);
		list_leave(list, se, &fifo->place);
		return;
	}
	if (sleeps_now(se, flags))
		guard_slept(fifo, se);
	guard_forget(fifo, se);
	list_remove(list, se);
}

static void to_tail(struct fifo *fifo, struct sched_entity *se, bool is_worn)
{
	guard_forget(fifo, se);
	list_remove(&fifo->list, se);
	if (is_worn)
		list_append_worn(&fifo->list, se);
	else
		list_append(&fifo->list, se);
}

/*
 * Who is linked in a list of a wrong length may be gone: it is used no more. So
 * it is if a hook is bypassed, before hookcore has noticed.
 */
static bool check_length(struct fifo *fifo, struct cfs_rq *queue)
{
	if (likely(fifo->list.count == *layout_nr_running(queue)))
		return true;
	fifo->counts.mismatches++;
	*layout_fifo(queue) = NULL;
	return false;
}

/* NULL if it is not the list that says who runs. */
static struct sched_entity *pick(struct fifo *fifo, struct cfs_rq *queue)
{
	if (!check_length(fifo, queue) || !fifo->list.head)
		return NULL;
	/* Who left and was to come back has. */
	fifo->place.se = NULL;
	adaptive_choose(fifo);
	if (fifo->is_normal)
		return NULL;
	guard_picked(fifo);
	fifo->counts.picks[fifo->policy]++;
	return fifo->list.head;
}

/* --- The hooks ------------------------------------------------------------ */

/* clang-format off */
/*
 * A handler for a function whose first argument is a cfs_rq: while no group
 * has a list one jmp, and for a cfs_rq without one four instructions more.
 */
#define QUEUE_KEY(stub) HOOKCORE_ASM_KEY(vkernel_sched_alive, stub)
#define QUEUE_DOOR(name)                                                       \
	HOOKCORE_GUARD(door_##name, original_##name,                           \
		QUEUE_KEY(original_##name)                                     \
		"	mov vkernel_sched_layout + .Lqueue_hole(%rip), %rax\n" \
		"	cmpq $0, (%rdi,%rax)\n"                                \
		"	je original_" #name "\n"                               \
		"	jmp fifo_" #name "\n")
/* The same for any other: */
#define ENTRY_DOOR(name)                                                       \
	HOOKCORE_GUARD(door_##name, original_##name,                           \
		QUEUE_KEY(original_##name)                                     \
		"	jmp fifo_" #name "\n")
/* A jump instead of a call, into the middle of a door, irks objtool. */
#define QUEUE_CALLED() barrier()
/* The original, with its own type. */
#define RUN(name) run_##name
#define QUEUE_ORIGINAL(name)                                                   \
	asm(".globl run_" #name "\n"                                           \
	    ".set run_" #name ", original_" #name "\n")
#define QUEUE_HOOK(name)                                                       \
	{                                                                      \
		.symbol = #name,                                               \
		.handler = door_##name,                                        \
		.original = original_##name,                                   \
		.owner = THIS_MODULE,                                          \
	}
/* clang-format on */

static void __used queue_offsets(void)
{
	asm volatile(".set .Lqueue_hole, %c0\n"
		     :
		     : "i"(LAYOUT_HOLE * sizeof(unsigned long)));
}

QUEUE_DOOR(enqueue_entity);
asmlinkage void run_enqueue_entity(struct cfs_rq *queue,
				   struct sched_entity *se, int flags);
QUEUE_ORIGINAL(enqueue_entity);

asmlinkage __visible void
fifo_enqueue_entity(struct cfs_rq *queue, struct sched_entity *se, int flags)
{
	struct fifo *fifo = *layout_fifo(queue);
	bool is_sound = check_length(fifo, queue);

	RUN(enqueue_entity)(queue, se, flags);
	QUEUE_CALLED();
	if (is_sound)
		join(fifo, se, flags);
}

QUEUE_DOOR(dequeue_entity);
asmlinkage bool run_dequeue_entity(struct cfs_rq *queue,
				   struct sched_entity *se, int flags);
QUEUE_ORIGINAL(dequeue_entity);

#if COMPAT_EEVDF

/*
 * Who sleeps leaves the list: its departure is not to be delayed while that
 * says who runs, or if it is about to come back. Else it stays in both, no
 * longer worn, and wakes, or is dequeued when it is picked.
 */
asmlinkage __visible bool
fifo_dequeue_entity(struct cfs_rq *queue, struct sched_entity *se, int flags)
{
	struct fifo *fifo = *layout_fifo(queue);
	int more = 0;
	bool is_sound = check_length(fifo, queue), is_gone;

	if (is_sound && (!fifo->is_normal || flags & COMPAT_QUEUE_SAVE) &&
	    flags & COMPAT_DEQUEUE_SLEEP && !(flags & COMPAT_DEQUEUE_DELAYED))
		more = COMPAT_DEQUEUE_SPECIAL;
	is_gone = RUN(dequeue_entity)(queue, se, flags | more);
	QUEUE_CALLED();
	if (is_sound && is_gone)
		leave(fifo, se, flags);
	else if (is_sound && list_is_worn(se))
		to_tail(fifo, se, false);
	return is_gone;
}

QUEUE_DOOR(pick_eevdf);
asmlinkage struct sched_entity *run_pick_eevdf(struct cfs_rq *queue);
QUEUE_ORIGINAL(pick_eevdf);

asmlinkage __visible struct sched_entity *fifo_pick_eevdf(struct cfs_rq *queue)
{
	struct sched_entity *se = pick(*layout_fifo(queue), queue);

	if (se)
		return se;
	se = RUN(pick_eevdf)(queue);
	QUEUE_CALLED();
	return se;
}

QUEUE_DOOR(update_curr);
asmlinkage void run_update_curr(struct cfs_rq *queue);
QUEUE_ORIGINAL(update_curr);

/*
 * Run time is accounted, to the entity and to its parents, but within the group
 * nobody's turn comes by it: with nr_running of 1 the kernel asks no further,
 * and virtual time stands still. If it went on, a task that nobody pre-empts
 * would take what it owes along, to a child, to another group, or to the time
 * when the group is NORMAL again.
 */
static noinline void account_only(struct cfs_rq *queue)
{
	struct sched_entity *curr = layout_curr(queue);
	unsigned int *nr_running = layout_nr_running(queue);
	unsigned int count = *nr_running;
	u64 vruntime, deadline;

	if (!curr)
		return;
	vruntime = curr->vruntime;
	deadline = curr->deadline;
	*nr_running = 1;
	RUN(update_curr)(queue);
	*nr_running = count;
	curr->vruntime = vruntime;
	curr->deadline = deadline;
}

/* Several times in each switch: who is NORMAL does not pay for the other. */
asmlinkage __visible void fifo_update_curr(struct cfs_rq *queue)
{
	if ((*layout_fifo(queue))->is_normal)
		RUN(update_curr)(queue);
	else
		account_only(queue);
	QUEUE_CALLED();
}

ENTRY_DOOR(set_next_buddy);
asmlinkage void run_set_next_buddy(struct sched_entity *se);
QUEUE_ORIGINAL(set_next_buddy);

/* A buddy is asked for before the pick. */
asmlinkage __visible void fifo_set_next_buddy(struct sched_entity *se)
{
	RUN(set_next_buddy)(se);
	for (; se; se = se->parent)
		if (fifo_of(se))
			*layout_next(se->cfs_rq) = NULL;
}

ENTRY_DOOR(requeue_delayed_entity);
asmlinkage void run_requeue_delayed_entity(struct sched_entity *se);
QUEUE_ORIGINAL(requeue_delayed_entity);

/* It slept when the list was made, or did not say who runs, and wakes now. */
asmlinkage __visible void fifo_requeue_delayed_entity(struct sched_entity *se)
{
	struct fifo *fifo = fifo_of(se);

	RUN(requeue_delayed_entity)(se);
	if (fifo && check_length(fifo, se->cfs_rq))
		to_tail(fifo, se, false);
}

#else /* CFS */

/*
 * Virtual time that nobody is pre-empted by would run away, and leak: to a
 * child, to another group, to the time when the group is NORMAL again. Who runs
 * is not in the tree, so it may be set back.
 */
static void hold_back(struct cfs_rq *queue, struct sched_entity *se)
{
	u64 least = layout_min_vruntime(queue);

	if ((s64)(se->vruntime - least) > 0)
		se->vruntime = least;
}

asmlinkage __visible void
fifo_dequeue_entity(struct cfs_rq *queue, struct sched_entity *se, int flags)
{
	struct fifo *fifo = *layout_fifo(queue);
	bool is_sound = check_length(fifo, queue);

	if (!fifo->is_normal && se == layout_curr(queue))
		hold_back(queue, se);
	RUN(dequeue_entity)(queue, se, flags);
	QUEUE_CALLED();
	if (is_sound)
		leave(fifo, se, flags);
}

QUEUE_DOOR(pick_next_entity);
asmlinkage struct sched_entity *run_pick_next_entity(struct cfs_rq *queue,
						     struct sched_entity *curr);
QUEUE_ORIGINAL(pick_next_entity);

asmlinkage __visible struct sched_entity *
fifo_pick_next_entity(struct cfs_rq *queue, struct sched_entity *curr)
{
	struct fifo *fifo = *layout_fifo(queue);
	struct sched_entity *se;

	if (curr && !fifo->is_normal)
		hold_back(queue, curr);
	se = pick(fifo, queue);
	if (se)
		return se;
	se = RUN(pick_next_entity)(queue, curr);
	QUEUE_CALLED();
	return se;
}

#endif

/* --- Wake-up -------------------------------------------------------------- */

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

/*
 * True if the kernel's own rules say who runs: also if nobody woke, because a
 * group around the task is throttled.
 */
static bool judge_wakeup(struct rq *rq, struct task_struct *woken)
{
	struct sched_entity *curr = &layout_running(rq)->se;
	struct sched_entity *se = &woken->se;
	struct fifo *fifo;

	find_match(&curr, &se);
	fifo = fifo_of(curr);
	if (!fifo || curr == se || !se->on_rq)
		return true;
	/* On EEVDF the kernel's check is a pick, which must choose the same. */
	adaptive_choose(fifo);
	if (fifo->is_normal)
		return true;
	if (adaptive_gives_way(fifo, curr))
		queue_resched_curr(rq);
	else
		fifo->counts.skips++;
	return false;
}

#if COMPAT_EEVDF
#define WAKEUP_FUNCTION check_preempt_wakeup_fair
#else
#define WAKEUP_FUNCTION check_preempt_wakeup
#endif
#define WAKEUP_EXPAND(macro, name) macro(name)

asmlinkage __visible bool decide_wakeup(struct hookcore_args *args)
{
	return judge_wakeup((struct rq *)args->arg[0],
			    (struct task_struct *)args->arg[1]);
}

asmlinkage long original_wakeup(void);
HOOKCORE_ORIGINAL(original_wakeup);
HOOKCORE_DECIDER(door_wakeup, decide_wakeup, original_wakeup,
		 QUEUE_KEY(original_wakeup));

/* --- Tick ----------------------------------------------------------------- */

ENTRY_DOOR(task_tick_fair);
asmlinkage void run_task_tick_fair(struct rq *rq, struct task_struct *curr,
				   int queued);
QUEUE_ORIGINAL(task_tick_fair);

/* On CFS the tick pre-empts by itself, unless there is but one; see also
 * fifo_update_curr().
 */
static void quiet(struct sched_entity *se)
{
	struct fifo *fifo;

	for (; !COMPAT_EEVDF && se; se = se->parent) {
		fifo = fifo_of(se);
		if (!fifo || fifo->is_normal)
			continue;
		fifo->nr_running = *layout_nr_running(se->cfs_rq);
		*layout_nr_running(se->cfs_rq) = 1;
	}
}

static void loud(struct sched_entity *se)
{
#if !COMPAT_EEVDF
	struct fifo *fifo = fifo_of(se);

	*layout_nr_running(se->cfs_rq) = fifo->nr_running;
	hold_back(se->cfs_rq, se);
#endif
}

asmlinkage __visible void
fifo_task_tick_fair(struct rq *rq, struct task_struct *curr, int queued)
{
	struct sched_entity *se;
	struct fifo *fifo;

	quiet(&curr->se);
	RUN(task_tick_fair)(rq, curr, queued);
	QUEUE_CALLED();
	for (se = &curr->se; se; se = se->parent) {
		fifo = fifo_of(se);
		if (!fifo)
			continue;
		if (!fifo->is_normal)
			loud(se);
		/*
		 * A group that is throttled runs until the next pick, and is
		 * in no list, if the current task has just moved there.
		 */
		if (se->on_rq && check_length(fifo, se->cfs_rq) &&
		    guard_tick(fifo, se))
			queue_resched_curr(rq);
	}
}

/* --- Yield ---------------------------------------------------------------- */

ENTRY_DOOR(yield_task_fair);
asmlinkage void run_yield_task_fair(struct rq *rq);
QUEUE_ORIGINAL(yield_task_fair);

/* To yield is not to sleep: who is worn stays it. */
static void yield_level(struct sched_entity *se)
{
	struct fifo *fifo = fifo_of(se);

	if (fifo && se->on_rq && check_length(fifo, se->cfs_rq))
		to_tail(fifo, se, list_is_worn(se));
}

asmlinkage __visible void fifo_yield_task_fair(struct rq *rq)
{
	struct sched_entity *se = &layout_running(rq)->se;
#if COMPAT_EEVDF
	u64 vruntime = se->vruntime, deadline = se->deadline;
#endif

	RUN(yield_task_fair)(rq);
#if COMPAT_EEVDF
	if (fifo_of(se) && !fifo_of(se)->is_normal) {
		se->vruntime = vruntime;
		se->deadline = deadline;
	}
#endif
	/* Its group keeps its place, unless it is alone there. */
	for (; se; se = se->parent) {
		yield_level(se);
		if (*layout_nr_running(se->cfs_rq) > 1)
			break;
	}
}

/* --- All of them ---------------------------------------------------------- */

#define WAKEUP_NAME(name) __stringify(name)

struct hookcore_hook queue_hooks[] = {
	QUEUE_HOOK(enqueue_entity),
	QUEUE_HOOK(dequeue_entity),
#if COMPAT_EEVDF
	QUEUE_HOOK(pick_eevdf),
	QUEUE_HOOK(update_curr),
	QUEUE_HOOK(set_next_buddy),
	QUEUE_HOOK(requeue_delayed_entity),
#else
	QUEUE_HOOK(pick_next_entity),
#endif
	{
		.symbol = WAKEUP_NAME(WAKEUP_FUNCTION),
		.handler = door_wakeup,
		.original = original_wakeup,
		.owner = THIS_MODULE,
	},
	QUEUE_HOOK(task_tick_fair),
	QUEUE_HOOK(yield_task_fair),
};

const size_t queue_hook_count = ARRAY_SIZE(queue_hooks);
