// SPDX-License-Identifier: GPL-2.0
/*
 * getpid - a getpid(2) of its own for one container
 *
 * An example of a module that belongs to one vkernel: "insmod getpid.ko
 * vkernel=web add=1000", and programs in the container web are told that their
 * process id is 1000 more than it is. It builds against what "make install" has
 * installed; see the Makefile beside it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/moduleparam.h>

#include <vkernel_syscall.h>

static char *vkernel;
module_param(vkernel, charp, 0444);
MODULE_PARM_DESC(vkernel, "name of the vkernel whose getpid this is");

static int add;
module_param(add, int, 0644);
MODULE_PARM_DESC(add, "how much more than the process id it says");

/* Runs in place of the kernel's own, which it calls. */
static long getpid_run(const struct vkernel_replacement *replacement,
		       const struct pt_regs *regs)
{
	return vkernel_syscall_original(replacement->door, regs,
					replacement->nr) +
	       READ_ONCE(add);
}

/* By the 64-bit door getpid is number 39. */
static struct vkernel_replacement getpid_replacement = {
	.door = VKERNEL_X64,
	.nr = 39,
	.run = getpid_run,
	.owner = THIS_MODULE,
};

static int __init getpid_init(void)
{
	int err;

	getpid_replacement.vkernel = vkernel;
	err = vkernel_syscall_replace(&getpid_replacement);
	if (err)
		pr_err("not loaded: %s: %pe\n",
		       vkernel ?: "parameter vkernel= is missing",
		       ERR_PTR(err));
	return err;
}
module_init(getpid_init);

static void __exit getpid_exit(void)
{
	/* When it returns, the kernel's own getpid runs again. */
	vkernel_syscall_restore(&getpid_replacement);
}
module_exit(getpid_exit);

MODULE_DESCRIPTION("vkernel example: one container's own getpid");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
