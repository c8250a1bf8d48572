// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "stack.h"

#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/moduleparam.h>
#include <linux/rethook.h>
#include <linux/sched.h>
#include <linux/stacktrace.h>

#include "symbol.h"

#if COMPAT_STACK_WALK

static bool unsafe_early_end;
module_param_unsafe(unsafe_early_end, bool, 0400);
MODULE_PARM_DESC(unsafe_early_end,
		 "believe the unwinder wherever it ends: may crash; for tests");

struct stack_walk {
	stack_visit_t visit;
	void *cookie;
	/* What was visited last. */
	unsigned long last;
	/* The visitor has seen enough. */
	bool ended;
	/* Some of the code is a kprobe's copy, which goes on where it likes. */
	bool copied;
};

static bool stack_visit(void *cookie, unsigned long address)
{
	struct stack_walk *walk = cookie;

	walk->last = address;
	walk->ended = !walk->visit(walk->cookie, address);
	return !walk->ended;
}

#ifdef CONFIG_RETHOOK

/* Returns that kretprobes have replaced by one to themselves. */
static void stack_visit_rethooks(struct stack_walk *walk,
				 const struct task_struct *task)
{
	struct rethook_node *node;

	llist_for_each_entry(node, task->rethooks.first, llist) {
		if (!stack_visit(walk, node->ret_addr))
			return;
	}
}

/*
 * rethook_find_ret_addr(), to which the unwinder comes, warns of a task that is
 * runnable, also if it is off its CPU and held there, and does not find it.
 */
static bool stack_unwinds(const struct task_struct *task)
{
	return !task->rethooks.first || !task_is_running(task);
}

#else

static void stack_visit_rethooks(struct stack_walk *walk,
				 const struct task_struct *task)
{
}

static bool stack_unwinds(const struct task_struct *task)
{
	return true;
}

#endif /* CONFIG_RETHOOK */

/* The same for function_graph. */
static void stack_visit_graph(struct stack_walk *walk, struct task_struct *task)
{
#ifdef CONFIG_FUNCTION_GRAPH_TRACER
	const struct ftrace_ret_stack *call;
	int depth = 0;

	do {
		call = IMPORTED(ftrace_graph_get_ret_stack)(task, depth++);
	} while (call && stack_visit(walk, call->ret));
#endif
}

/*
 * Text from which there is a way back, though it says that a stack ends there:
 * "UNWIND_HINT_EMPTY" of kernels before fb799447ae29 (6.4), whose unwinder says
 * nothing of having stopped halfway. A task may lose its CPU there, or in what
 * is called from there. (Others that say so are no function's callee.)
 */
struct stack_gap {
	const char *first;
	/* The symbol behind it; NULL: it is one function. */
	const char *behind;
	unsigned long start;
	unsigned long end;
};

static struct stack_gap stack_gaps[] = {
	{ .first = "return_to_handler" },
	{ .first = "__indirect_thunk_start", .behind = "__indirect_thunk_end" },
};

/* What a kernel has not is empty. */
static void stack_find_gap(struct stack_gap *gap)
{
	unsigned long size;

	gap->start = hookcore_symbol(gap->first);
	if (gap->behind)
		gap->end = hookcore_symbol(gap->behind);
	else if (gap->start && symbol_extent(gap->start, &gap->start, &size))
		gap->end = gap->start + size;
}

static void stack_find_gaps(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(stack_gaps) && !unsafe_early_end; i++)
		stack_find_gap(&stack_gaps[i]);
}

/* A return address behind its last call is its end. */
static bool stack_is_gap(unsigned long address)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(stack_gaps); i++) {
		if (address >= stack_gaps[i].start &&
		    address <= stack_gaps[i].end && address)
			return true;
	}
	return false;
}

#if COMPAT_KPROBES

/* Where kprobes keep copies of instructions, and detours around them. */
static const char *const stack_cache_names[] = {
	"kprobe_insn_slots",
#ifdef CONFIG_OPTPROBES
	"kprobe_optinsn_slots",
#endif
};

static struct kprobe_insn_cache *stack_caches[ARRAY_SIZE(stack_cache_names)];

int stack_init(void)
{
	size_t i;

	stack_find_gaps();
	for (i = 0; i < ARRAY_SIZE(stack_caches); i++) {
		stack_caches[i] = (void *)hookcore_symbol(stack_cache_names[i]);
		if (!stack_caches[i]) {
			pr_err("this kernel has no %s\n", stack_cache_names[i]);
			return -ENOENT;
		}
	}
	return 0;
}

/* They lie where modules do. */
static bool stack_is_copy(unsigned long address)
{
	size_t i;

	if (address < MODULES_VADDR || address >= MODULES_END)
		return false;
	for (i = 0; i < ARRAY_SIZE(stack_caches); i++) {
		if (IMPORTED(__is_insn_slot_addr)(stack_caches[i], address))
			return true;
	}
	return false;
}

#else

int stack_init(void)
{
	stack_find_gaps();
	return 0;
}

static bool stack_is_copy(unsigned long address)
{
	return false;
}

#endif /* COMPAT_KPROBES */

static bool stack_visit_word(struct stack_walk *walk, unsigned long word)
{
	walk->copied |= stack_is_copy(word);
	return !walk->copied && stack_visit(walk, word);
}

/*
 * From where it left its CPU up to what it brought from user space. What lies
 * there is no variable of ours: KASAN must not judge it.
 */
static void stack_visit_words(struct stack_walk *walk, struct task_struct *task)
{
	const unsigned long *word = (void *)task->thread.sp;
	const unsigned long *end = (void *)task_pt_regs(task);

	for (; word < end; word++) {
		if (!stack_visit_word(walk, READ_ONCE_NOCHECK(*word)))
			return;
	}
	stack_visit_rethooks(walk, task);
	if (!walk->ended)
		stack_visit_graph(walk, task);
}

/* The unwinder's answer, if it is one. */
static bool stack_visit_frames(struct stack_walk *walk,
			       struct task_struct *task)
{
	if (!stack_unwinds(task))
		return false;
	if (IMPORTED(arch_stack_walk_reliable)(stack_visit, walk, task))
		return walk->ended;
	return !stack_is_gap(walk->last);
}

int stack_walk(struct task_struct *task, stack_visit_t visit, void *cookie)
{
	struct stack_walk walk = { .visit = visit, .cookie = cookie };

	if (stack_visit_frames(&walk, task))
		return STACK_EXACT;
	stack_visit_words(&walk, task);
	return walk.copied ? STACK_UNKNOWN : STACK_WORDS;
}

void stack_walk_own(stack_visit_t visit, void *cookie)
{
	struct stack_walk walk = { .visit = visit, .cookie = cookie };

	IMPORTED(arch_stack_walk)(stack_visit, &walk, current, NULL);
}

#else /* !COMPAT_STACK_WALK: one CPU, and nobody loses it involuntarily */

int stack_init(void)
{
	return 0;
}

#endif /* COMPAT_STACK_WALK */
