// SPDX-License-Identifier: GPL-2.0
/*
 * Registers and unregisters hooks again and again while others run through
 * them; loading it takes as long as that does:
 *
 *   insmod hookcore_torture.ko targets=a,b cycles=100
 *
 * All hooks of a cycle come and go in one transaction. Afterwards the module's
 * parameters installs, busy and calls tell what happened.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/sched/signal.h>

#include "hookcore.h"

#define TORTURE_MAX 4

static char *targets[TORTURE_MAX];
static int target_count;
module_param_array(targets, charp, &target_count, 0400);
MODULE_PARM_DESC(targets, "functions to hook");

static int cycles = 100;
module_param(cycles, int, 0400);
MODULE_PARM_DESC(cycles, "how often to install and remove");

static int hold_us = 1000;
module_param(hold_us, int, 0400);
MODULE_PARM_DESC(hold_us, "how long the hooks stay, microseconds");

static int priority;
module_param(priority, int, 0400);
MODULE_PARM_DESC(priority, "of the hooks");

static int installs;
module_param(installs, int, 0400);
MODULE_PARM_DESC(installs, "result: installations that succeeded");

static int busy;
module_param(busy, int, 0400);
MODULE_PARM_DESC(
	busy,
	"result: installations refused because a task stayed in the window");

static unsigned long calls;
module_param(calls, ulong, 0400);
MODULE_PARM_DESC(calls, "result: calls of hooked functions, roughly");

asmlinkage bool torture_decide(struct hookcore_args *args);
asmlinkage bool torture_decide(struct hookcore_args *args)
{
	/* Roughly: a lost update is no harm, an atomic would slow the load. */
	data_race(calls++);
	return true;
}

#define TORTURE_HOOK(n)                                       \
	asmlinkage long torture_original_##n(void);           \
	HOOKCORE_ORIGINAL(torture_original_##n);              \
	HOOKCORE_DECIDER(torture_handler_##n, torture_decide, \
			 torture_original_##n, "")

TORTURE_HOOK(0);
TORTURE_HOOK(1);
TORTURE_HOOK(2);
TORTURE_HOOK(3);

#define TORTURE_ENTRY(n)                                               \
	{                                                              \
		.handler = torture_handler_##n,                        \
		.original = torture_original_##n, .owner = THIS_MODULE \
	}

static struct hookcore_hook torture_hooks[TORTURE_MAX] = {
	TORTURE_ENTRY(0), TORTURE_ENTRY(1), TORTURE_ENTRY(2), TORTURE_ENTRY(3)
};

static int torture_cycle(void)
{
	int err = hookcore_register(torture_hooks, target_count);

	if (err == -EBUSY) {
		busy++;
		return 0;
	}
	if (err)
		return err;
	installs++;
	usleep_range(hold_us, hold_us + 100);
	hookcore_unregister(torture_hooks, target_count);
	return 0;
}

static int __init torture_init(void)
{
	int err = 0, i;

	for (i = 0; i < target_count; i++) {
		torture_hooks[i].symbol = targets[i];
		torture_hooks[i].priority = priority;
	}
	for (i = 0; i < cycles && !err; i++) {
		if (signal_pending(current))
			err = -EINTR;
		else
			err = torture_cycle();
	}
	return err;
}

static void __exit torture_exit(void)
{
}

module_init(torture_init);
module_exit(torture_exit);

MODULE_DESCRIPTION("hookcore test: hooks that come and go under load");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
