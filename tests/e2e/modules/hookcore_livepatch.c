// SPDX-License-Identifier: GPL-2.0
/*
 * A live patch of target_add() in hookcore_target.ko: sums are "extra" too big.
 * Loading it enables it; writing 0 to /sys/kernel/livepatch/.../enabled takes
 * it out again.
 */
#include <linux/livepatch.h>
#include <linux/module.h>

static int extra;
module_param(extra, int, 0400);
MODULE_PARM_DESC(extra, "by how much sums are wrong");

static unsigned long calls;
module_param(calls, ulong, 0400);
MODULE_PARM_DESC(calls, "result: calls of the patched function, roughly");

static int livepatch_add(int a, int b)
{
	/* Roughly: a lost update is no harm. */
	data_race(calls++);
	return a + b + extra;
}

static struct klp_func livepatch_functions[] = { { .old_name = "target_add",
						   .new_func = livepatch_add },
						 {} };

static struct klp_object livepatch_objects[] = {
	{ .name = "hookcore_target", .funcs = livepatch_functions },
	{}
};

static struct klp_patch livepatch = {
	.mod = THIS_MODULE,
	.objs = livepatch_objects,
};

static int __init livepatch_init(void)
{
	return klp_enable_patch(&livepatch);
}

/* livepatch asks for one; the write to "enabled" is what undoes the patch. */
static void __exit livepatch_exit(void)
{
}

module_init(livepatch_init);
module_exit(livepatch_exit);

MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("hookcore test: a live patch");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
