// SPDX-License-Identifier: GPL-2.0
/*
 * Functions to be hooked, and kernel threads that call them all the time:
 *
 *   insmod hookcore_target.ko threads=4
 *
 * target_spin() is little but its own window, so under pre-emption some thread
 * is nearly always in the middle of it.
 */
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
	int i;

	for (i = 0; i < min(threads, TARGET_THREADS); i++) {
		task = kthread_run(target_thread, NULL, "target/%d", i);
		if (IS_ERR(task)) {
			target_stop();
			return PTR_ERR(task);
		}
		target_tasks[i] = task;
	}
	return 0;
}

static void __exit target_exit(void)
{
	target_stop();
}

module_init(target_init);
module_exit(target_exit);

MODULE_DESCRIPTION("hookcore test: functions to be hooked");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
