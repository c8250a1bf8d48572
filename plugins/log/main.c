// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel log per container: the records stay in the kernel's own ring, a
 * table beside it says whose they are, and who reads in a container is shown
 * its own.
 */
#define pr_fmt(fmt) "vkernel_log: " fmt

#include <linux/ptrace.h>

#include "fault.h"
#include "files.h"
#include "hookcore.h"
#include "kmsg.h"
#include "log.h"
#include "record.h"
#include "ring.h"
#include "syslog.h"
#include "vkernel.h"

struct vkernel_plugin log_plugin = {
	.name = "log",
	.owner = THIS_MODULE,
	.attrs = files_attrs,
	.create = log_create,
	.destroy = log_destroy,
	.placed = log_placed,
	.memory = log_memory,
};

/* --- Which functions tell a task about its own fault ---------------------- */

/*
 * Bad addresses: "segfault at". Where the fault is the kernel's own, what is
 * said is about the kernel.
 */
asmlinkage void original_bad_area(struct pt_regs *regs, unsigned long error,
				  unsigned long address, u32 key, int code);
HOOKCORE_ORIGINAL(original_bad_area);

asmlinkage void vkernel_bad_area(struct pt_regs *regs, unsigned long error,
				 unsigned long address, u32 key, int code);

/* It does not sleep: its frame holds up nobody who removes the hook. */
asmlinkage __visible void vkernel_bad_area(struct pt_regs *regs,
					   unsigned long error,
					   unsigned long address, u32 key,
					   int code)
{
	struct task_struct **mark = user_mode(regs) ? fault_begin() : NULL;

	original_bad_area(regs, error, address, key, code);
	fault_end(mark);
}

/* Other traps: "trap invalid opcode", "trap divide error". */
asmlinkage void original_error_trap(struct pt_regs *regs, long error,
				    char *text, unsigned long trap, int signal,
				    int code, void __user *address);
HOOKCORE_ORIGINAL(original_error_trap);

asmlinkage void vkernel_error_trap(struct pt_regs *regs, long error, char *text,
				   unsigned long trap, int signal, int code,
				   void __user *address);

asmlinkage __visible void vkernel_error_trap(struct pt_regs *regs, long error,
					     char *text, unsigned long trap,
					     int signal, int code,
					     void __user *address)
{
	struct task_struct **mark = user_mode(regs) ? fault_begin() : NULL;

	original_error_trap(regs, error, text, trap, signal, code, address);
	fault_end(mark);
}

/* The function that prints such lines, where the compiler left it one. */
asmlinkage void original_show_signal(struct task_struct *task, int signal,
				     const char *type, const char *text,
				     struct pt_regs *regs, long error);
HOOKCORE_ORIGINAL(original_show_signal);

asmlinkage void vkernel_show_signal(struct task_struct *task, int signal,
				    const char *type, const char *text,
				    struct pt_regs *regs, long error);

asmlinkage __visible void vkernel_show_signal(struct task_struct *task,
					      int signal, const char *type,
					      const char *text,
					      struct pt_regs *regs, long error)
{
	struct task_struct **mark = user_mode(regs) ? fault_begin() : NULL;

	original_show_signal(task, signal, type, text, regs, error);
	fault_end(mark);
}

/* --- Hooks ---------------------------------------------------------------- */

/* clang-format off */
#define LOG_HOOK(name, our_name)                                               \
	{                                                                      \
		.symbol = #name,                                               \
		.handler = vkernel_##our_name,                                 \
		.original = original_##our_name,                               \
		.owner = THIS_MODULE,                                          \
	}
#define LOG_KMSG_HOOK(name) LOG_HOOK(name, name),

/*
 * The last ones are not in every kernel: the compiler may have dissolved them.
 * What they print is then not the container's own.
 */
#define OPTIONAL 3

static struct hookcore_hook hooks[] = {
	LOG_HOOK(prb_commit, prb_commit),
	LOG_HOOK(prb_final_commit, prb_final_commit),
	LOG_HOOK(do_syslog, do_syslog),
	LOG_HOOK(__printk_ratelimit, printk_ratelimit),
	KMSG_FUNCTIONS(LOG_KMSG_HOOK)
	LOG_HOOK(__bad_area_nosemaphore, bad_area),
	LOG_HOOK(do_error_trap, error_trap),
	LOG_HOOK(show_signal, show_signal),
};
/* clang-format on */

static size_t hook_count;

static void pick_hooks(void)
{
	size_t i;

	hook_count = ARRAY_SIZE(hooks) - OPTIONAL;
	for (i = hook_count; i < ARRAY_SIZE(hooks); i++)
		if (hookcore_check(hooks[i].symbol, NULL, 0) == HOOKCORE_OK)
			hooks[hook_count++] = hooks[i];
}

static int __init vkernel_log_init(void)
{
	int err = ring_init();

	if (err)
		return err;
	err = record_init();
	if (err)
		return err;
	err = kmsg_init();
	if (err)
		goto free_records;
	log_init();
	pick_hooks();
	/* hookcore says why not. */
	err = hookcore_register(hooks, hook_count);
	if (err)
		goto forget_files;
	files_init();
	err = vkernel_register_plugin(&log_plugin);
	if (err) {
		pr_err("not loaded: vkernel refused the plugin: %pe\n",
		       ERR_PTR(err));
		goto unregister_hooks;
	}
	return 0;

unregister_hooks:
	files_exit();
	hookcore_unregister(hooks, hook_count);
forget_files:
	kmsg_forget_all();
free_records:
	record_exit();
	return err;
}
module_init(vkernel_log_init);

/*
 * Who slept for a record of a container's has been woken when that was
 * detached. Files that are still open lose their contents before the hooks go.
 */
static void __exit vkernel_log_exit(void)
{
	kmsg_close_all();
	/* Who has found a file readable is in the hooked functions by then. */
	synchronize_rcu_tasks();
	hookcore_unregister(hooks, hook_count);
	kmsg_forget_all();
	vkernel_unregister_plugin(&log_plugin);
	files_exit();
	record_exit();
}
module_exit(vkernel_log_exit);

MODULE_DESCRIPTION("vKernel plugin: a kernel log per container");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: vkernel hookcore");
