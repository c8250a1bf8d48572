// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_log: " fmt

#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/ptrace.h>

#include "fault.h"
#include "hookcore.h"

/*
 * One place for each task that is being told about, near where its address
 * hashes to. Not per CPU: the task may be pre-empted, and move. A task that
 * finds no place is told about as if it were the host's business: nothing is
 * shown that should not be.
 */
#define MARK_BITS 8
#define MARKS BIT(MARK_BITS)
#define MARK_TRIES 8

static struct task_struct *marks[MARKS];

static struct task_struct **place(unsigned int try)
{
	return &marks[(hash_ptr(current, MARK_BITS) + try) % MARKS];
}

bool fault_now(void)
{
	unsigned int i;

	/* Written by the current task itself: no order is needed. */
	for (i = 0; i < MARK_TRIES; i++)
		if (READ_ONCE(*place(i)) == current)
			return true;
	return false;
}

struct task_struct **fault_begin(void)
{
	unsigned int i;

	if (fault_now())
		return NULL;
	for (i = 0; i < MARK_TRIES; i++)
		if (!cmpxchg(place(i), NULL, current))
			return place(i);
	return NULL;
}

void fault_end(struct task_struct **mark)
{
	if (mark)
		WRITE_ONCE(*mark, NULL);
}

/* --- The functions that tell a task about its own fault ------------------- */

/*
 * Each of them does not sleep: our frame holds up nobody who removes the hook.
 * Where the fault is the kernel's own, what is said is about the kernel.
 */
static struct task_struct **begin_for(struct pt_regs *regs)
{
	return user_mode(regs) ? fault_begin() : NULL;
}

/* clang-format off */
/* FAULT_FUNCTION(NAME, PARAMETERS, ARGUMENTS): NAME, with a mark around it. */
#define FAULT_FUNCTION(name, parameters, arguments)			\
	asmlinkage void original_##name parameters;			\
	HOOKCORE_ORIGINAL(original_##name);				\
	asmlinkage void vkernel_##name parameters;			\
	asmlinkage __visible void vkernel_##name parameters		\
	{								\
		struct task_struct **mark = begin_for(regs);		\
									\
		original_##name arguments;				\
		fault_end(mark);					\
	}

/* "segfault at" */
FAULT_FUNCTION(__bad_area_nosemaphore,
	       (struct pt_regs *regs, unsigned long error,
		unsigned long address, u32 key, int code),
	       (regs, error, address, key, code))

/* The same, where nothing is mapped; calls the one above, or has it inside. */
FAULT_FUNCTION(bad_area_nosemaphore,
	       (struct pt_regs *regs, unsigned long error,
		unsigned long address),
	       (regs, error, address))

/* "trap invalid opcode", "trap divide error" */
FAULT_FUNCTION(do_error_trap,
	       (struct pt_regs *regs, long error, char *text,
		unsigned long trap, int signal, int code,
		void __user *address),
	       (regs, error, text, trap, signal, code, address))

/* All of these, "general protection fault" and "trap int3". */
FAULT_FUNCTION(show_signal,
	       (struct task_struct *task, int signal, const char *type,
		const char *text, struct pt_regs *regs, long error),
	       (task, signal, type, text, regs, error))

/* "bad frame in rt_sigreturn frame" */
FAULT_FUNCTION(signal_fault,
	       (struct pt_regs *regs, void __user *frame, char *where),
	       (regs, frame, where))

/* "vsyscall attempted" */
FAULT_FUNCTION(warn_bad_vsyscall,
	       (const char *level, struct pt_regs *regs, const char *message),
	       (level, regs, message))

/* clang-format on */

/* --- Which of them are there? --------------------------------------------- */

/* clang-format off */
#define FAULT_HOOK(name)                                                       \
	.hook = {                                                              \
		.symbol = #name,                                               \
		.handler = vkernel_##name,                                     \
		.original = original_##name,                                   \
		.owner = THIS_MODULE,                                          \
	}

/*
 * The compiler may have dissolved a function into its callers, or made others
 * of it, whose parameters are its own business.
 */
static const struct fault_function {
	struct hookcore_hook hook;
	/* Only to be looked for if this one is not there. */
	const char *unless;
	const char *lost;
} functions[FAULT_HOOKS] = {
	{ FAULT_HOOK(__bad_area_nosemaphore),
	  .lost = "accesses that a mapping does not allow" },
	{ FAULT_HOOK(bad_area_nosemaphore), .unless = "__bad_area_nosemaphore",
	  .lost = "accesses where nothing is mapped" },
	{ FAULT_HOOK(show_signal),
	  .lost = "protection faults, int3 and alignment checks" },
	{ FAULT_HOOK(do_error_trap), .unless = "show_signal",
	  .lost = "invalid opcodes and divisions by zero" },
	{ FAULT_HOOK(signal_fault), .lost = "bad signal frames" },
	{ FAULT_HOOK(warn_bad_vsyscall), .lost = "bad vsyscalls" },
};
/* clang-format on */

static bool is_there(const char *symbol)
{
	return hookcore_check(symbol, NULL, 0) == HOOKCORE_OK;
}

size_t fault_pick(struct hookcore_hook *hooks)
{
	const struct fault_function *function = functions;
	size_t count = 0, i;

	for (i = 0; i < ARRAY_SIZE(functions); i++, function++) {
		if (function->unless && is_there(function->unless))
			continue;
		if (is_there(function->hook.symbol))
			hooks[count++] = function->hook;
		else
			pr_info("no function %s to hook: in mode \"own\" containers are not shown lines about %s\n",
				function->hook.symbol, function->lost);
	}
	return count;
}
