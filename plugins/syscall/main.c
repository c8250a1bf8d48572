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

#include "hookcore.h"
#include "judge.h"
#include "rules.h"
#include "vkernel.h"

VKERNEL_GUARD_OFFSETS

struct vkernel_plugin judge_plugin = {
	.name = "syscall",
	.owner = THIS_MODULE,
	.attrs = rules_attrs,
	.create = rules_create,
	.destroy = rules_destroy,
	.retire = rules_retire,
	.memory = rules_memory,
};

/* clang-format off */
/*
 * long f(const struct pt_regs *regs, unsigned int nr), for each door. Whatever
 * becomes of the call, the stack is as it was when the door is left: also for a
 * task that dies here, which never comes back.
 */
#define SYSCALL_DOOR(name, abi)                                                \
	asmlinkage void vkernel_##name(void);                                  \
	asmlinkage long original_##name(const struct pt_regs *regs,            \
					unsigned int nr);                      \
	HOOKCORE_ORIGINAL(original_##name);                                    \
	asm(".pushsection .text, \"ax\", @progbits\n"                          \
	    ".p2align 4\n"                                                     \
	    ".globl vkernel_" #name "\n"                                       \
	    ".type vkernel_" #name ", @function\n"                             \
	    "vkernel_" #name ":\n"                                             \
	    HOOKCORE_ASM_ENDBR VKERNEL_GUARD(original_##name)                  \
	    "	push %rdi\n"                                                   \
	    "	push %rsi\n"                                                   \
	    "	sub $8, %rsp\n" /* for the alignment */                        \
	    "	call judge_" #abi "\n"                                         \
	    "	add $8, %rsp\n"                                                \
	    "	pop %rsi\n"                                                    \
	    "	pop %rdi\n"                                                    \
	    "	cmp $" __stringify(JUDGE_RUN) ", %edx\n"                       \
	    "	je original_" #name "\n"                                       \
	    "	ja 1f\n"                                                       \
	    HOOKCORE_ASM_RET                                                   \
	    "1:	mov $" __stringify(SIGSYS) ", %edi\n"                          \
	    "	jmp judge_do_exit\n"                                           \
	    ".size vkernel_" #name ", . - vkernel_" #name "\n"                 \
	    ".popsection\n")
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

/* A door that the kernel has and we cannot watch is a reason not to load. */
static struct hookcore_hook hooks[] = {
	SYSCALL_HOOK(x64_sys_call),
#ifdef CONFIG_IA32_EMULATION
	SYSCALL_HOOK(ia32_sys_call),
#endif
#ifdef CONFIG_X86_X32_ABI
	SYSCALL_HOOK(x32_sys_call),
#endif
};

static int __init vkernel_syscall_init(void)
{
	int err;

	/* hookcore says why not. */
	err = judge_init();
	if (err)
		return err;
	err = hookcore_register(hooks, ARRAY_SIZE(hooks));
	if (err)
		return err;
	err = vkernel_register_plugin(&judge_plugin);
	if (err) {
		pr_err("not loaded: vkernel refused the plugin: %pe\n",
		       ERR_PTR(err));
		goto err_unregister_hooks;
	}
	return 0;

err_unregister_hooks:
	hookcore_unregister(hooks, ARRAY_SIZE(hooks));
	return err;
}
module_init(vkernel_syscall_init);

static void __exit vkernel_syscall_exit(void)
{
	/* First the readers of the plugin's slot, then the slot. */
	hookcore_unregister(hooks, ARRAY_SIZE(hooks));
	vkernel_unregister_plugin(&judge_plugin);
}
module_exit(vkernel_syscall_exit);

MODULE_DESCRIPTION("vKernel plugin: system calls per container");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: vkernel hookcore");
