// SPDX-License-Identifier: GPL-2.0
/*
 * Registers and unregisters hooks again and again while others run through
 * them; loading it takes as long as that does:
 *
 *   insmod hookcore_torture.ko targets=a,b cycles=100
 *
 * All hooks of a cycle come and go in one transaction; with chain=N there are N
 * on each function, each is installed by itself, and each removed by itself, all at
 * the same time, but in every fourth cycle. Afterwards the module's parameters
 * installs, removals, busy and calls tell what happened.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/workqueue.h>

#include "hookcore.h"

#define TORTURE_MAX 16

static char *targets[TORTURE_MAX];
static int target_count;
module_param_array(targets, charp, &target_count, 0400);
MODULE_PARM_DESC(targets, "functions to hook");

static int chain;
module_param(chain, int, 0400);
MODULE_PARM_DESC(chain, "hooks on each function, installed one by one");

static bool framed;
module_param(framed, bool, 0400);
MODULE_PARM_DESC(framed, "handlers that call the original and go on after it");

static int cycles = 100;
module_param(cycles, int, 0400);
MODULE_PARM_DESC(cycles, "how often to install and remove");

static int hold_us = 1000;
module_param(hold_us, int, 0400);
MODULE_PARM_DESC(hold_us, "how long the hooks stay, microseconds");

static bool hold;
module_param(hold, bool, 0600);
MODULE_PARM_DESC(hold, "they stay longer, until this is 0 again");

static int priority;
module_param(priority, int, 0400);
MODULE_PARM_DESC(priority, "of the hooks; in a chain, of the first one");

static int installs;
module_param(installs, int, 0400);
MODULE_PARM_DESC(installs, "result: installations that succeeded");

static int removals;
module_param(removals, int, 0400);
MODULE_PARM_DESC(removals, "result: calls that removed hooks");

static int busy;
module_param(busy, int, 0400);
MODULE_PARM_DESC(
	busy,
	"result: installations refused because a task stayed in the window");

static unsigned long calls;
module_param(calls, ulong, 0400);
MODULE_PARM_DESC(calls, "result: calls of hooked functions, roughly");

static void torture_count(void)
{
	/* Roughly: a lost update is no harm, an atomic would slow the load. */
	data_race(calls++);
}

asmlinkage bool torture_decide(struct hookcore_args *args);
asmlinkage bool torture_decide(struct hookcore_args *args)
{
	torture_count();
	return true;
}

/* A framed handler passes on what a function of two arguments takes. */
#define TORTURE_HOOK(n)                                           \
	asmlinkage long torture_original_##n(long a, long b);     \
	HOOKCORE_ORIGINAL(torture_original_##n);                  \
	HOOKCORE_DECIDER(torture_handler_##n, torture_decide,     \
			 torture_original_##n, "");               \
	static asmlinkage long torture_framed_##n(long a, long b) \
	{                                                         \
		long result = torture_original_##n(a, b);         \
		torture_count();                                  \
		return result;                                    \
	}

/* clang-format off */
#define TORTURE_EACH(X)                                                      \
	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) \
	X(13) X(14) X(15)

TORTURE_EACH(TORTURE_HOOK)
/* clang-format on */

#define TORTURE_ENTRY(n)                    \
	{ .handler = torture_handler_##n,   \
	  .original = torture_original_##n, \
	  .owner = THIS_MODULE },
#define TORTURE_FRAMED(n) torture_framed_##n,

static struct hookcore_hook torture_hooks[TORTURE_MAX] = { TORTURE_EACH(
	TORTURE_ENTRY) };
static void *const torture_framed[TORTURE_MAX] = { TORTURE_EACH(
	TORTURE_FRAMED) };

/* What may come of a registration here; anything else ends the test. */
static int torture_register(struct hookcore_hook *hooks, int count)
{
	int err = hookcore_register(hooks, count);

	if (!err)
		installs++;
	if (err != -EBUSY)
		return err;
	busy++;
	return 0;
}

/* What may be removed at the same time as others is, each by itself. */
static struct work_struct torture_removals[TORTURE_MAX];

static void torture_remove(struct work_struct *work)
{
	hookcore_unregister(&torture_hooks[work - torture_removals], 1);
}

/* Those that did not get in are passed over. */
static void torture_remove_each(int count)
{
	int i;

	for (i = 0; i < count; i++) {
		if (READ_ONCE(torture_hooks[i].state) != HOOKCORE_IDLE)
			removals++;
		INIT_WORK(&torture_removals[i], torture_remove);
		queue_work(system_unbound_wq, &torture_removals[i]);
	}
	for (i = 0; i < count; i++)
		flush_work(&torture_removals[i]);
}

static int torture_cycle(int cycle)
{
	int count = target_count * max(chain, 1), err = 0, i;

	if (!chain)
		err = torture_register(torture_hooks, count);
	for (i = 0; chain && i < count && !err; i++)
		err = torture_register(&torture_hooks[i], 1);
	usleep_range(hold_us, hold_us + 100);
	while (READ_ONCE(hold))
		msleep(20);
	if (chain && cycle % 4) {
		torture_remove_each(count);
		return err;
	}
	hookcore_unregister(torture_hooks, count);
	removals++;
	return err;
}

static int __init torture_init(void)
{
	int err = 0, i;

	if (!target_count || target_count * chain > TORTURE_MAX)
		return -EINVAL;
	for (i = 0; i < target_count * max(chain, 1); i++) {
		torture_hooks[i].symbol = targets[i % target_count];
		torture_hooks[i].priority = priority + i / target_count;
		if (framed)
			torture_hooks[i].handler = torture_framed[i];
	}
	for (i = 0; i < cycles && !err; i++) {
		if (signal_pending(current))
			err = -EINTR;
		else
			err = torture_cycle(i);
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
