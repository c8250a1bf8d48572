// SPDX-License-Identifier: GPL-2.0
/*
 * System calls per container: calls can be denied with an errno.
 *
 * The hooks sit on the functions that the entry code calls with the number that
 * ptrace, seccomp and audit have agreed on. The kernel leaves them by a tail
 * jump, and so do we: a task asleep in a system call has nothing of ours on its
 * stack.
 */
#define pr_fmt(fmt) "vkernel_syscall: " fmt

#include <linux/rcupdate.h>

#include "hookcore.h"
#include "rules.h"
#include "vkernel.h"

VKERNEL_GUARD_OFFSETS

static struct vkernel_plugin plugin = {
	.name = "syscall",
	.owner = THIS_MODULE,
	.attrs = rules_attrs,
	.create = rules_create,
	.destroy = rules_destroy,
	.retire = rules_retire,
	.memory = rules_memory,
};

static __always_inline u16 ask(struct rules *rules, enum verdict_abi abi,
			       unsigned int nr)
{
	const struct verdicts *verdicts = rcu_dereference(rules->published);
	u16 verdict = verdicts ? verdicts_of(verdicts, abi, nr) : VERDICT_ALLOW;

	if (verdict)
		atomic64_inc(&rules->denied);
	return verdict;
}

/* The task's vkernel first, then those around it: the first denial counts. */
static __always_inline u16 ask_all(enum verdict_abi abi, unsigned int nr)
{
	struct vkernel *vk;
	struct rules *rules;
	u16 verdict = VERDICT_ALLOW;

	rcu_read_lock();
	for (vk = vkernel_current(); vk && !verdict; vk = vkernel_parent(vk)) {
		rules = vkernel_state(vk, &plugin);
		if (rules)
			verdict = ask(rules, abi, nr);
	}
	rcu_read_unlock();
	return verdict;
}

/* long f(const struct pt_regs *regs, unsigned int nr), for each ABI. */
static __always_inline bool judge(struct hookcore_args *args,
				  enum verdict_abi abi)
{
	u16 verdict = ask_all(abi, (unsigned int)args->arg[1]);

	args->ret = -(long)verdict;
	return !verdict;
}

#define SYSCALL_DOOR(name, abi)                                            \
	asmlinkage long original_##name(const struct pt_regs *regs,        \
					unsigned int nr);                  \
	HOOKCORE_ORIGINAL(original_##name);                                \
	asmlinkage bool judge_##name(struct hookcore_args *args);          \
	asmlinkage __visible bool judge_##name(struct hookcore_args *args) \
	{                                                                  \
		return judge(args, abi);                                   \
	}                                                                  \
	HOOKCORE_DECIDER(vkernel_##name, judge_##name, original_##name,    \
			 VKERNEL_GUARD(original_##name))

/* clang-format off */
#define SYSCALL_HOOK(name)                                                     \
	{                                                                      \
		.symbol = #name,                                               \
		.handler = vkernel_##name,                                     \
		.original = original_##name,                                   \
		.owner = THIS_MODULE,                                          \
	}
/* clang-format on */

SYSCALL_DOOR(x64_sys_call, VERDICT_X64);
#ifdef CONFIG_IA32_EMULATION
SYSCALL_DOOR(ia32_sys_call, VERDICT_IA32);
#endif
#ifdef CONFIG_X86_X32_ABI
SYSCALL_DOOR(x32_sys_call, VERDICT_X32);
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
	err = hookcore_register(hooks, ARRAY_SIZE(hooks));
	if (err)
		return err;
	err = vkernel_register_plugin(&plugin);
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
	vkernel_unregister_plugin(&plugin);
}
module_exit(vkernel_syscall_exit);

MODULE_DESCRIPTION("vKernel plugin: system calls per container");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: vkernel hookcore");
