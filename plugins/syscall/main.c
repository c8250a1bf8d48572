// SPDX-License-Identifier: GPL-2.0
/*
 * System calls per container: each is decided by the container's own table.
 *
 * The hooks sit on the functions that the entry code calls with the number that
 * ptrace, seccomp and audit have agreed on. The kernel leaves them by a tail
 * jump, and so do we: a task asleep in a system call has nothing of ours on its
 * stack.
 */
#define pr_fmt(fmt) "vkernel_syscall: " fmt

#include <linux/signal.h>

#include "compat.h"
#include "gate.h"
#include "hookcore.h"
#include "judge.h"
#include "rules.h"
#include "sentry.h"
#include "vkernel.h"
#include "vkernel_syscall.h"

struct vkernel_plugin judge_plugin = {
	.name = "syscall",
	.owner = THIS_MODULE,
	.attrs = rules_attrs,
	.create = rules_create,
	.placed = rules_placed,
	.destroy = rules_destroy,
	.retire = rules_retire,
	.memory = rules_memory,
};

VKERNEL_GUARD_OFFSETS

/* More of what assembly cannot work out by itself. */
static void __used door_offsets(void)
{
	BUILD_BUG_ON(offsetof(struct verdicts, of));
	asm volatile(".set .Lpreempt_count, %c0\n"
		     ".set .Lgate_id, %c1\n"
		     ".set .Lgate_table, %c2\n"
		     ".set .Lgate_mask, %c3\n"
		     :
		     : "i"(COMPAT_PREEMPT_OFFSET),
		       "i"(offsetof(struct gate, id)),
		       "i"(offsetof(struct gate, table)), "i"(GATE_SLOTS - 1));
	asm volatile(".set .Lcount_x64, %c0\n"
		     ".set .Lcount_ia32, %c1\n"
		     ".set .Lcount_x32, %c2\n"
		     ".set .Lfirst_x64, 0\n"
		     ".set .Lfirst_ia32, %c3\n"
		     ".set .Lfirst_x32, %c4\n"
		     :
		     : "i"(VERDICT_X64_CALLS), "i"(VERDICT_IA32_CALLS),
		       "i"(VERDICT_X32_CALLS),
		       "i"(VERDICT_FIRST_IA32 * sizeof(u32)),
		       "i"(VERDICT_FIRST_X32 * sizeof(u32)));
}

/* Where pre-emption can happen at all; the second one says if it is due. */
#ifdef CONFIG_PREEMPT_COUNT
#define DOOR_HOLD "	incl %gs:" COMPAT_PREEMPT_COUNT "(%rip)\n"
#define DOOR_LEAVE "	decl %gs:" COMPAT_PREEMPT_COUNT "(%rip)\n"
#define DOOR_LEAVE_TO(label) DOOR_LEAVE "	je " label "\n"
#else
#define DOOR_HOLD
#define DOOR_LEAVE
#define DOOR_LEAVE_TO(label)
#endif

/* clang-format off */
/*
 * long f(const struct pt_regs *regs, unsigned int nr), for each door, with
 * nothing of ours on the stack when it is left: also by a task that dies here
 * and never comes back.
 *
 * Whoever makes a system call has an mm, as no kernel thread does. The short
 * way for a container's task: its stamp leads to a gate, that to a table, and a
 * 0 there allows the call. With pre-emption off, for this is what
 * synchronize_rcu() waits for before a table or a gate is freed. All else goes
 * to judge.c. The number was bounded by the caller, for speculative execution
 * too.
 *
 * run_NAME() is the stub by which the original runs, for C.
 */
#define SYSCALL_DOOR(name, abi)                                                \
	asmlinkage long run_##name(const struct pt_regs *regs,                 \
				   unsigned int nr);                           \
	asm(".globl run_" #name "\n"                                           \
	    ".set run_" #name ", original_" #name "\n");                       \
	HOOKCORE_GUARD(vkernel_##name, original_##name,                        \
		VKERNEL_GUARD_KEY(original_##name)                             \
		"	mov %gs:" VKERNEL_CURRENT_TASK "(%rip), %rax\n"        \
		"	mov .Lvkernel_mm(%rax), %rax\n"                        \
		"	cmpl $0, .Lvkernel_stamp(%rax)\n"                      \
		"	je original_" #name "\n"                               \
		"	mov %esi, %r11d\n"                                     \
		"	cmp $.Lcount_" #abi ", %r11d\n"                        \
		"	jae original_" #name "\n"                              \
		DOOR_HOLD                                                      \
		"	mov .Lvkernel_stamp(%rax), %eax\n"                     \
		"	mov %eax, %r10d\n"                                     \
		"	and $.Lgate_mask, %r10d\n"                             \
		"	mov vkernel_syscall_gates(,%r10,8), %r10\n"            \
		"	cmp %eax, .Lgate_id(%r10)\n"                           \
		"	jne 1f\n"                                              \
		"	mov .Lgate_table(%r10), %r10\n"                        \
		"	mov .Lfirst_" #abi "(%r10,%r11,4), %eax\n"             \
		DOOR_LEAVE_TO("2f")                                            \
		"	test %eax, %eax\n"                                     \
		"	je original_" #name "\n"                               \
		"	jmp 2f\n"                                              \
		"1:\n"                                                         \
		DOOR_LEAVE                                                     \
		"2:	push %rdi\n"                                           \
		"	push %rsi\n"                                           \
		"	sub $8, %rsp\n" /* for the alignment */                \
		"	call judge_" #abi "\n"                                 \
		"	add $8, %rsp\n"                                        \
		"	pop %rsi\n"                                            \
		"	pop %rdi\n"                                            \
		"	cmp $" __stringify(JUDGE_RUN) ", %edx\n"               \
		"	je original_" #name "\n"                               \
		"	ja 3f\n"                                               \
		HOOKCORE_ASM_RET                                               \
		"3:	mov $" __stringify(SIGSYS) ", %edi\n"                  \
		"	jmp judge_do_exit\n")
/* clang-format on */

/* clang-format off */
#define SYSCALL_HOOK(name)                                                     \
	{                                                                      \
		.symbol = #name,                                               \
		.handler = vkernel_##name,                                     \
		.original = original_##name,                                   \
		.owner = THIS_MODULE,                                          \
	}
/* clang-format on */

SYSCALL_DOOR(x64_sys_call, x64);
#ifdef CONFIG_IA32_EMULATION
SYSCALL_DOOR(ia32_sys_call, ia32);
#endif
#ifdef CONFIG_X86_X32_ABI
SYSCALL_DOOR(x32_sys_call, x32);
#endif

/* The doors; the sentries have theirs. */
/* clang-format off */
static struct hookcore_hook hooks[] = {
	SYSCALL_HOOK(x64_sys_call),
#ifdef CONFIG_IA32_EMULATION
	SYSCALL_HOOK(ia32_sys_call),
#endif
#ifdef CONFIG_X86_X32_ABI
	SYSCALL_HOOK(x32_sys_call),
#endif
};
/* clang-format on */

long vkernel_syscall_original(enum vkernel_door door,
			      const struct pt_regs *regs, unsigned int nr)
{
	long ret = -ENOSYS;

	if (door == VKERNEL_X64)
		ret = run_x64_sys_call(regs, nr);
#ifdef CONFIG_IA32_EMULATION
	if (door == VKERNEL_IA32)
		ret = run_ia32_sys_call(regs, nr);
#endif
#ifdef CONFIG_X86_X32_ABI
	if (door == VKERNEL_X32)
		ret = run_x32_sys_call(regs, nr);
#endif
	/* A jump instead of a call, into the middle of a door, irks objtool. */
	barrier();
	return ret;
}
EXPORT_SYMBOL_GPL(vkernel_syscall_original);

static int __init vkernel_syscall_init(void)
{
	int err;

	gate_init();
	/* hookcore says why not. */
	err = judge_init() ?: sentry_init();
	if (err)
		return err;
	err = hookcore_register(hooks, ARRAY_SIZE(hooks));
	if (err)
		return err;
	rules_open_folder();
	err = vkernel_register_plugin(&judge_plugin);
	if (err) {
		pr_err("not loaded: vkernel refused the plugin: %pe\n",
		       ERR_PTR(err));
		goto err_unregister_hooks;
	}
	return 0;

err_unregister_hooks:
	rules_close_folder();
	hookcore_unregister(hooks, ARRAY_SIZE(hooks));
	return err;
}
module_init(vkernel_syscall_init);

static void __exit vkernel_syscall_exit(void)
{
	/* First the readers of the plugin's slot, then the slot. */
	sentry_exit();
	hookcore_unregister(hooks, ARRAY_SIZE(hooks));
	vkernel_unregister_plugin(&judge_plugin);
	rules_close_folder();
}
module_exit(vkernel_syscall_exit);

MODULE_DESCRIPTION("vKernel plugin: system calls per container");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: vkernel hookcore");
