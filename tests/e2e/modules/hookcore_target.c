// SPDX-License-Identifier: GPL-2.0
/*
 * Functions to be hooked, and kernel threads that call them all the time:
 *
 *   insmod hookcore_target.ko threads=4
 *
 * target_spin() is little but its own window, so under pre-emption some thread
 * is nearly always in the middle of it.
 */
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "hookcore.h"

#define TARGET_THREADS 16

static int threads = 4;
module_param(threads, int, 0400);
MODULE_PARM_DESC(threads, "how many threads call target_spin()");

static struct task_struct *target_tasks[TARGET_THREADS];

asmlinkage void target_spin(void);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl target_spin\n"
    ".type target_spin, @function\n"
    "target_spin:\n" ANNOTATE_NOENDBR
    "	push %rbx\n"
    "	push %r12\n"
    "	pop %r12\n"
    "	pop %rbx\n"
    "	" ASM_RET
    ".size target_spin, . - target_spin\n"
    ".popsection\n");
/* clang-format on */
EXPORT_SYMBOL_GPL(target_spin);

/* A function that does something: the tests look at what it returns. */
int target_add(int a, int b);
noinline int target_add(int a, int b)
{
	return a + b;
}
EXPORT_SYMBOL_GPL(target_add);

/* Reading the parameter calls it: what is 1 plus 2? */
static int target_get_sum(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d\n", target_add(1, 2));
}

static const struct kernel_param_ops target_sum_ops = {
	.get = target_get_sum,
};
module_param_cb(sum, &target_sum_ops, NULL, 0400);
MODULE_PARM_DESC(sum, "result of a call of target_add(1, 2)");

/* With a post handler, which makes kprobes use ftrace as livepatch does. */
static void target_probed(struct kprobe *probe, struct pt_regs *regs,
			  unsigned long flags)
{
}

static struct kprobe target_probe = {
	.symbol_name = "target_add",
	.post_handler = target_probed,
};

static bool probe;
module_param(probe, bool, 0400);
MODULE_PARM_DESC(probe, "have a kprobe at the entry of target_add()");

static int target_thread(void *unused)
{
	int i;

	while (!kthread_should_stop()) {
		for (i = 0; i < 100; i++)
			target_spin();
		/* Without this, waiting for tasks RCU would never end. */
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}

static void target_stop(void)
{
	int i;

	for (i = 0; i < TARGET_THREADS && target_tasks[i]; i++)
		kthread_stop(target_tasks[i]);
}

static int __init target_init(void)
{
	struct task_struct *task;
	int i, err = probe ? register_kprobe(&target_probe) : 0;

	if (err)
		return err;
	for (i = 0; i < min(threads, TARGET_THREADS); i++) {
		task = kthread_run(target_thread, NULL, "target/%d", i);
		if (IS_ERR(task)) {
			err = PTR_ERR(task);
			goto stop;
		}
		target_tasks[i] = task;
	}
	return 0;
stop:
	target_stop();
	if (probe)
		unregister_kprobe(&target_probe);
	return err;
}

static void __exit target_exit(void)
{
	target_stop();
	if (probe)
		unregister_kprobe(&target_probe);
}

module_init(target_init);
module_exit(target_exit);

MODULE_DESCRIPTION("hookcore test: functions to be hooked");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
