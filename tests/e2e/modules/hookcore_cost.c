// SPDX-License-Identifier: GPL-2.0
/*
 * What a call costs, hooked and not. Made for a guest under -icount, where one
 * instruction takes one nanosecond of guest time, so that the clock counts
 * instructions:
 *
 *   insmod hookcore_cost.ko; cat /sys/kernel/debug/hookcore_cost/<variant>
 *
 * Each read measures once and prints picoseconds per call, the loop included:
 * what a variant costs is the difference to "plain".
 */
#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/preempt.h>

#include "hookcore.h"

int target_add(int a, int b);

#define COST_CALLS 10000

/* Not static: the assembly of a guard uses it. */
extern unsigned long cost_count;
unsigned long cost_count;

/* Counts and calls the original: leaves a frame on the stack. */
int cost_original_call(int a, int b);
HOOKCORE_ORIGINAL(cost_original_call);
static notrace int cost_handler_call(int a, int b)
{
	int result = cost_original_call(a, b);

	cost_count++;
	return result;
}

/* Decides at entry and leaves by a tail jump, through C. */
asmlinkage long cost_original_decide(void);
asmlinkage bool cost_decide(struct hookcore_args *args);
HOOKCORE_ORIGINAL(cost_original_decide);
HOOKCORE_DECIDER(cost_handler_decide, cost_decide, cost_original_decide, "");
asmlinkage bool notrace cost_decide(struct hookcore_args *args)
{
	cost_count++;
	return true;
}

/* The same, decided by its guard alone. */
asmlinkage long cost_original_guard(void);
HOOKCORE_ORIGINAL(cost_original_guard);
HOOKCORE_DECIDER(cost_handler_guard, cost_decide, cost_original_guard,
		 "	incq cost_count(%rip)\n"
		 "	jne cost_original_guard\n");

#define COST_HOOK(style)                                                 \
	{                                                                \
		.symbol = "target_add", .handler = cost_handler_##style, \
		.original = cost_original_##style, .owner = THIS_MODULE  \
	}

static struct hookcore_hook cost_hooks[] = {
	COST_HOOK(call),
	COST_HOOK(decide),
	COST_HOOK(guard),
};

static u64 cost_measure(void)
{
	int (*volatile target)(int a, int b) = target_add;
	u64 start, end;
	int i;

	/* One run without a tick or another task in between. */
	local_irq_disable();
	start = ktime_get_ns();
	for (i = 0; i < COST_CALLS; i++)
		target(i, i);
	end = ktime_get_ns();
	local_irq_enable();
	return div_u64((end - start) * 1000, COST_CALLS);
}

/* @data: the hook to be measured, NULL for none. */
static int cost_get(void *data, u64 *value)
{
	struct hookcore_hook *hook = data;
	int err = 0;

	if (hook)
		err = hookcore_register(hook, 1);
	if (err)
		return err;
	*value = cost_measure();
	if (hook)
		hookcore_unregister(hook, 1);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(cost_fops, cost_get, NULL, "%llu\n");

static struct dentry *cost_dir;

static int __init cost_init(void)
{
	cost_dir = debugfs_create_dir("hookcore_cost", NULL);
	debugfs_create_file("plain", 0400, cost_dir, NULL, &cost_fops);
	debugfs_create_file("call", 0400, cost_dir, &cost_hooks[0], &cost_fops);
	debugfs_create_file("decide", 0400, cost_dir, &cost_hooks[1],
			    &cost_fops);
	debugfs_create_file("guard", 0400, cost_dir, &cost_hooks[2],
			    &cost_fops);
	return 0;
}

static void __exit cost_exit(void)
{
	debugfs_remove(cost_dir);
}

module_init(cost_init);
module_exit(cost_exit);

MODULE_DESCRIPTION("hookcore bench: what a hooked call costs");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
