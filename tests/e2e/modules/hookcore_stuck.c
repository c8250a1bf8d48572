// SPDX-License-Identifier: GPL-2.0
/*
 * Who calls target_add() of hookcore_target.ko, or what else is given, sleeps
 * in the handler until told to go on. The hook follows that module.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/module.h>

#include "hookcore.h"

static char *target = "hookcore_target:target_add";
module_param(target, charp, 0400);
MODULE_PARM_DESC(target, "module:function to hook, of two arguments or fewer");

static bool go;
module_param(go, bool, 0600);
MODULE_PARM_DESC(go, "who is inside may go on");

static atomic_t stuck_inside = ATOMIC_INIT(0);

int stuck_original(int a, int b);
HOOKCORE_ORIGINAL(stuck_original);

static int stuck_handler(int a, int b)
{
	atomic_inc(&stuck_inside);
	while (!READ_ONCE(go))
		msleep(20);
	atomic_dec(&stuck_inside);
	return stuck_original(a, b) + 10;
}

static struct hookcore_hook stuck_hook = {
	.handler = stuck_handler,
	.original = stuck_original,
	.owner = THIS_MODULE,
	.flags = HOOKCORE_FOLLOW,
};

static int stuck_get_inside(char *buffer, const struct kernel_param *unused)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&stuck_inside));
}

static const struct kernel_param_ops stuck_inside_ops = {
	.get = stuck_get_inside,
};
module_param_cb(inside, &stuck_inside_ops, NULL, 0400);
MODULE_PARM_DESC(inside, "result: how many are inside");

static int __init stuck_init(void)
{
	stuck_hook.symbol = target;
	return hookcore_register(&stuck_hook, 1);
}

static void __exit stuck_exit(void)
{
	hookcore_unregister(&stuck_hook, 1);
}

module_init(stuck_init);
module_exit(stuck_exit);

MODULE_DESCRIPTION("hookcore test: a follower that somebody is stuck in");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
