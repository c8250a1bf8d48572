// SPDX-License-Identifier: GPL-2.0
/*
 * A live patch of yield_task_fair(), which vkernel_sched hooks: who yields goes
 * on. Writing 0 to /sys/kernel/livepatch/.../enabled takes it out again.
 */
#include <linux/livepatch.h>
#include <linux/module.h>

struct rq;

static void sched_livepatch_yield(struct rq *rq)
{
}

static struct klp_func functions[] = { { .old_name = "yield_task_fair",
					 .new_func = sched_livepatch_yield },
				       {} };

static struct klp_object objects[] = { { .funcs = functions }, {} };

static struct klp_patch livepatch = {
	.mod = THIS_MODULE,
	.objs = objects,
};

static int __init sched_livepatch_init(void)
{
	return klp_enable_patch(&livepatch);
}

/* livepatch asks for one; the write to "enabled" is what undoes the patch. */
static void __exit sched_livepatch_exit(void)
{
}

module_init(sched_livepatch_init);
module_exit(sched_livepatch_exit);

MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("vkernel_sched test: a live patch");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
