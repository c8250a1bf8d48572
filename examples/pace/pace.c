// SPDX-License-Identifier: GPL-2.0
/*
 * pace - a policy of its own on one system call, for one container
 *
 * An example of a module that decides for one vkernel what no rule can say:
 * "insmod pace.ko vkernel=web nr=41 most=100 seconds=1", and programs in the
 * container web make no more than a hundred sockets in a second; further ones
 * fail with EAGAIN. It builds against what "make install" has installed; see
 * the Makefile beside it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/spinlock.h>

#include <vkernel_syscall.h>

static char *vkernel;
module_param(vkernel, charp, 0444);
MODULE_PARM_DESC(vkernel, "name of the vkernel whose policy this is");

/* No call has this number. */
#define MISSING UINT_MAX

static unsigned int nr = MISSING;
module_param(nr, uint, 0444);
MODULE_PARM_DESC(nr, "number of the call, by the 64-bit door");

static unsigned int most = MISSING;
module_param(most, uint, 0644);
MODULE_PARM_DESC(most, "how many of them in a span of time");

static unsigned int seconds = 1;
module_param(seconds, uint, 0644);
MODULE_PARM_DESC(seconds, "how long the span is");

/* Protects the two below it: the container may make calls on all CPUs. */
static DEFINE_SPINLOCK(pace_lock);
static u64 pace_since;
static unsigned int pace_calls;

static bool pace_allows(void)
{
	u64 now = get_jiffies_64();
	bool allows;

	spin_lock(&pace_lock);
	if (now - pace_since >= (u64)READ_ONCE(seconds) * HZ) {
		pace_since = now;
		pace_calls = 0;
	}
	allows = pace_calls < READ_ONCE(most);
	pace_calls += allows;
	spin_unlock(&pace_lock);
	return allows;
}

/* Runs in place of the kernel's own, to which it may leave the call. */
static long pace_run(const struct vkernel_replacement *replacement,
		     const struct pt_regs *regs)
{
	if (!pace_allows())
		return -EAGAIN;
	return vkernel_syscall_original(replacement->door, regs,
					replacement->nr);
}

static struct vkernel_replacement pace_replacement = {
	.door = VKERNEL_X64,
	.run = pace_run,
	.owner = THIS_MODULE,
};

static int __init pace_init(void)
{
	int err;

	if (nr == MISSING || most == MISSING) {
		pr_err("not loaded: parameters nr= and most= are needed\n");
		return -EINVAL;
	}
	pace_since = get_jiffies_64();
	pace_replacement.vkernel = vkernel;
	pace_replacement.nr = nr;
	err = vkernel_syscall_replace(&pace_replacement);
	if (err)
		pr_err("not loaded: %s: %pe\n",
		       vkernel ?: "parameter vkernel= is missing",
		       ERR_PTR(err));
	return err;
}
module_init(pace_init);

static void __exit pace_exit(void)
{
	/* When it returns, the kernel alone decides again. */
	vkernel_syscall_restore(&pace_replacement);
}
module_exit(pace_exit);

MODULE_DESCRIPTION("vkernel example: one container's own policy on a call");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
