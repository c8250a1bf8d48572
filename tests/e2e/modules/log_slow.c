// SPDX-License-Identifier: GPL-2.0
/*
 * Makes the moment long in which a log is there already, but has not been told
 * yet whose it is: waits before log_placed().
 */
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/ptrace.h>

static unsigned int wait_ms = 3000;
module_param(wait_ms, uint, 0400);
MODULE_PARM_DESC(wait_ms, "how long, milliseconds");

static unsigned int waited;
module_param(waited, uint, 0400);
MODULE_PARM_DESC(waited, "result: how often");

/* The second argument is the id; with 0 it is told that it is nobody's. */
static int slow_hit(struct kprobe *probe, struct pt_regs *regs)
{
	if ((u32)regs->si) {
		waited++;
		mdelay(wait_ms);
	}
	return 0;
}

static struct kprobe slow_probe = {
	.symbol_name = "vkernel_log:log_placed",
	.pre_handler = slow_hit,
};

static int __init slow_init(void)
{
	return register_kprobe(&slow_probe);
}

static void __exit slow_exit(void)
{
	unregister_kprobe(&slow_probe);
}

module_init(slow_init);
module_exit(slow_exit);

MODULE_DESCRIPTION("log test: a long moment before a log has an owner");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
