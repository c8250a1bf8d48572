// SPDX-License-Identifier: GPL-2.0
/*
 * count - count the folders that are made while it is loaded
 *
 * The least that a module needs for a hook, in thirty lines; the next one by
 * depth is examples/connect. It builds against what "make install" has
 * installed; see the Makefile beside it.
 */
#include <hookcore.h>

static atomic_t count_calls;

/* The stub by which the handler goes on to the original. */
asmlinkage int count_original(void);
HOOKCORE_ORIGINAL(count_original);

/* Runs before each vfs_mkdir(), on any CPU; true runs the original. */
asmlinkage bool count_decide(struct hookcore_args *args);
asmlinkage bool count_decide(struct hookcore_args *args)
{
	atomic_inc(&count_calls);
	return true;
}
HOOKCORE_DECIDER(count_handler, count_decide, count_original, "");

static struct hookcore_hook count_hook = {
	.symbol = "vfs_mkdir",
	.handler = count_handler,
	.original = count_original,
	.owner = THIS_MODULE,
};

static int __init count_init(void)
{
	return hookcore_register(&count_hook, 1);
}
module_init(count_init);

static void __exit count_exit(void)
{
	/* Behind this nobody counts any more. */
	hookcore_unregister(&count_hook, 1);
	pr_info("count: %d folders made\n", atomic_read(&count_calls));
}
module_exit(count_exit);

MODULE_DESCRIPTION("hookcore example: counts folders made");
MODULE_LICENSE("GPL");
