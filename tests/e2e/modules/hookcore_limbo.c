// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps exiting threads called "limbo" in target_spin() of hookcore_target.ko
 * for a while, between exit_notify(), which takes them off all lists of tasks,
 * and their end: a place where only the run queues still show them.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <uapi/linux/sched/types.h>
#include <linux/string.h>

#include "hookcore.h"

#define LIMBO_CALLS 50000

asmlinkage void target_spin(void);

static unsigned long exits;
module_param(exits, ulong, 0400);
MODULE_PARM_DESC(exits, "result: threads that were kept, roughly");

static bool deadline;
module_param(deadline, bool, 0400);
MODULE_PARM_DESC(deadline,
		 "give them the deadline policy there, and little budget");

static unsigned long deadlines;
module_param(deadlines, ulong, 0400);
MODULE_PARM_DESC(deadlines, "result: those that got it, roughly");

static unsigned int sleep_ms;
module_param(sleep_ms, uint, 0400);
MODULE_PARM_DESC(sleep_ms, "let them only sleep so long in the handler");

static unsigned long sleepers;
module_param(sleepers, ulong, 0400);
MODULE_PARM_DESC(sleepers, "result: threads that slept");

static atomic_t limbo_inside;

static const struct sched_attr limbo_attr = {
	.size = sizeof(limbo_attr),
	.sched_policy = SCHED_DEADLINE,
	.sched_runtime = 500 * NSEC_PER_USEC,
	.sched_deadline = 2 * NSEC_PER_MSEC,
	.sched_period = 2 * NSEC_PER_MSEC,
};

asmlinkage long limbo_original(void);
HOOKCORE_ORIGINAL(limbo_original);

asmlinkage bool limbo_decide(struct hookcore_args *args);
asmlinkage bool limbo_decide(struct hookcore_args *args)
{
	int i;

	if (strcmp(current->comm, "limbo"))
		return true;
	if (sleep_ms) {
		atomic_inc(&limbo_inside);
		/* Roughly. */
		data_race(sleepers++);
		msleep(sleep_ms);
		atomic_dec(&limbo_inside);
		return true;
	}
	/* Roughly: a lost update is no harm. */
	data_race(exits++);
	/* Refused while others hold all the bandwidth there is. */
	if (deadline && !sched_setattr_nocheck(current, &limbo_attr)) {
		/* Roughly, too. */
		data_race(deadlines++);
	}
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
	/* Nobody is in its handler any more, says the header. */
	WARN_ON(atomic_read(&limbo_inside));
}

module_init(limbo_init);
module_exit(limbo_exit);

MODULE_DESCRIPTION("hookcore test: tasks that are exiting");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
