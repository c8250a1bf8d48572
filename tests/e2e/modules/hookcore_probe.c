// SPDX-License-Identifier: GPL-2.0
/*
 * A kprobe anywhere, also on functions that nobody can trace:
 *
 *   insmod hookcore_probe.ko symbol=target_hidden offset=4
 */
#include <linux/kprobes.h>
#include <linux/module.h>

static char *symbol;
module_param(symbol, charp, 0400);
MODULE_PARM_DESC(symbol, "function");

static unsigned int offset;
module_param(offset, uint, 0400);
MODULE_PARM_DESC(offset, "of the instruction in it");

/* No handler behind the instruction: with one it would not be optimised. */
static struct kprobe probe_kprobe;

static int __init probe_init(void)
{
	probe_kprobe.symbol_name = symbol;
	probe_kprobe.offset = offset;
	return register_kprobe(&probe_kprobe);
}

static void __exit probe_exit(void)
{
	unregister_kprobe(&probe_kprobe);
}

module_init(probe_init);
module_exit(probe_exit);

MODULE_DESCRIPTION("hookcore test: a kprobe");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
