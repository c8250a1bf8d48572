// SPDX-License-Identifier: GPL-2.0
/*
 * Replaces one call of one vkernel: runs the kernel's own, and adds to what it
 * returns, if that is no error.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "vkernel_syscall.h"

static char *vkernel;
module_param(vkernel, charp, 0444);
static int door;
module_param(door, int, 0444);
static uint nr;
module_param(nr, uint, 0444);
static int add;
module_param(add, int, 0444);

static long own_run(const struct vkernel_replacement *replacement,
		    const struct pt_regs *regs)
{
	long ret = vkernel_syscall_original(replacement->door, regs,
					    replacement->nr);

	return IS_ERR_VALUE(ret) ? ret : ret + add;
}

static struct vkernel_replacement own = {
	.run = own_run,
	.owner = THIS_MODULE,
};

static int __init syscall_own_init(void)
{
	own.vkernel = vkernel;
	own.door = door;
	own.nr = nr;
	return vkernel_syscall_replace(&own);
}
module_init(syscall_own_init);

static void __exit syscall_own_exit(void)
{
	vkernel_syscall_restore(&own);
}
module_exit(syscall_own_exit);

MODULE_DESCRIPTION("A call of one vkernel, with something added");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
