// SPDX-License-Identifier: GPL-2.0
/*
 * Makes a moment long: whoever comes to a function of the plugin waits there,
 * once. By default before log_placed(), when a log is there already, but has
 * not been told yet whose it is.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/ptrace.h>

static char *where = "vkernel_log:log_placed";
module_param(where, charp, 0400);
MODULE_PARM_DESC(where, "the function");

static unsigned int wait_ms = 3000;
module_param(wait_ms, uint, 0400);
MODULE_PARM_DESC(wait_ms, "how long, milliseconds");

static int waited;
module_param(waited, int, 0400);
MODULE_PARM_DESC(waited, "result: how often");

/* With 0 as its second argument, a log is told that it is nobody's. */
static int slow_hit(struct kprobe *probe, struct pt_regs *regs)
{
	if ((u32)regs->si && !cmpxchg(&waited, 0, 1))
		mdelay(wait_ms);
	return 0;
}

static struct kprobe slow_probe = {
	.pre_handler = slow_hit,
};

static int __init slow_init(void)
{
	slow_probe.symbol_name = where;
	return register_kprobe(&slow_probe);
}

static void __exit slow_exit(void)
{
	unregister_kprobe(&slow_probe);
}

module_init(slow_init);
module_exit(slow_exit);

MODULE_DESCRIPTION("log test: makes a moment long");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
