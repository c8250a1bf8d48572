// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps exiting threads called "limbo" in target_spin() of hookcore_target.ko
 * for a while, between exit_notify(), which takes them off all lists of tasks,
 * and their end: a place where only the run queues still show them.
 */
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "hookcore.h"

#define LIMBO_CALLS 50000

asmlinkage void target_spin(void);

static unsigned long exits;
module_param(exits, ulong, 0400);
MODULE_PARM_DESC(exits, "result: threads that were kept, roughly");

asmlinkage long limbo_original(void);
HOOKCORE_ORIGINAL(limbo_original);

asmlinkage bool limbo_decide(struct hookcore_args *args);
asmlinkage bool limbo_decide(struct hookcore_args *args)
{
	int i;

	if (strcmp(current->comm, "limbo"))
		return true;
	/* Roughly: a lost update is no harm. */
	data_race(exits++);
	for (i = 0; i < LIMBO_CALLS; i++)
		target_spin();
	return true;
}

/* do_exit() calls it right after exit_notify(). */
HOOKCORE_DECIDER(limbo_handler, limbo_decide, limbo_original, "");

static struct hookcore_hook limbo_hook = {
	.symbol = "proc_exit_connector",
	.handler = limbo_handler,
	.original = limbo_original,
	.owner = THIS_MODULE,
};

static int __init limbo_init(void)
{
	return hookcore_register(&limbo_hook, 1);
}

static void __exit limbo_exit(void)
{
	hookcore_unregister(&limbo_hook, 1);
}

module_init(limbo_init);
module_exit(limbo_exit);

MODULE_DESCRIPTION("hookcore test: tasks that are exiting");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
