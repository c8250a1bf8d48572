// SPDX-License-Identifier: GPL-2.0
/*
 * Prints from within the plugin "log", in the middle of its attributing a
 * record: from log_charge(), which it calls for each. What is printed so is
 * attributed as well.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/printk.h>

static atomic_t within_calls = ATOMIC_INIT(0);
static struct kprobe within_probe;

/* Each eighth call: a line for each would leave the ring to us. */
static int within_hit(struct kprobe *probe, struct pt_regs *regs)
{
	int count = atomic_inc_return(&within_calls);

	if (count % 8 == 0)
		pr_info("within %d\n", count / 8);
	return 0;
}

static int within_get_missed(char *buffer, const struct kernel_param *unused)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&within_calls) < 3000);
}

static const struct kernel_param_ops within_missed_ops = {
	.get = within_get_missed
};

static int within_get_printed(char *buffer, const struct kernel_param *unused)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&within_calls) / 8);
}

static const struct kernel_param_ops within_printed_ops = {
	.get = within_get_printed
};

module_param_cb(printed, &within_printed_ops, NULL, 0400);
MODULE_PARM_DESC(printed, "result: how many lines it printed");
module_param_cb(missed, &within_missed_ops, NULL, 0400);
MODULE_PARM_DESC(missed, "result: 1 if it was called too seldom");

/* At its nop of ftrace, so that the handler is no NMI. */
static struct kprobe within_probe = {
	.symbol_name = "log_charge",
	.pre_handler = within_hit,
};

static int __init within_init(void)
{
	return register_kprobe(&within_probe);
}

static void __exit within_exit(void)
{
	unregister_kprobe(&within_probe);
}

module_init(within_init);
module_exit(within_exit);

MODULE_DESCRIPTION("log test: prints from within the attributing of a record");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
