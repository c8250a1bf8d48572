// SPDX-License-Identifier: GPL-2.0
/*
 * Handles the NMIs that QEMU is asked for, and runs in each of them functions
 * that may be half written at that moment: target_add() of hookcore_target.ko,
 * and printk() now and then.
 *
 * target_add() has a hook of this module's, which comes before some of those
 * that others install and after the rest, and which no call may miss.
 *
 * There is a kprobe of our own in nmi_probed(), which every NMI runs as well:
 * its int3 must reach kprobes also while hookcore's stand in the text.
 */
#include <asm/nmi.h>
#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/printk.h>

#include "hookcore.h"

/* Lines of the log per NMI would be too many. */
static int print_every = 64;
module_param(print_every, int, 0600);
MODULE_PARM_DESC(print_every, "which NMIs print: each so-and-so-many-eth");

static atomic_t nmi_count = ATOMIC_INIT(0);
static atomic_t nmi_wrong = ATOMIC_INIT(0);
static atomic_t nmi_hits = ATOMIC_INIT(0);
static struct kprobe nmi_probe;

int target_add(int a, int b);

int nmi_original(int a, int b);
HOOKCORE_ORIGINAL(nmi_original);

static int nmi_hooked(int a, int b)
{
	return nmi_original(a, b) + 1000;
}

static struct hookcore_hook nmi_hook = {
	.symbol = "target_add",
	.handler = nmi_hooked,
	.original = nmi_original,
	.owner = THIS_MODULE,
};

static int nmi_get_missed(char *buffer, const struct kernel_param *unused)
{
	int handled = atomic_read(&nmi_hits) + (int)nmi_probe.nmissed;

	return sysfs_emit(buffer, "%d\n", atomic_read(&nmi_count) - handled);
}

static int nmi_get_count(char *buffer, const struct kernel_param *parameter)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(parameter->arg));
}

static const struct kernel_param_ops nmi_count_ops = { .get = nmi_get_count };
static const struct kernel_param_ops nmi_missed_ops = { .get = nmi_get_missed };

module_param_cb(nmis, &nmi_count_ops, &nmi_count, 0400);
MODULE_PARM_DESC(nmis, "result: NMIs handled");
module_param_cb(wrong, &nmi_count_ops, &nmi_wrong, 0400);
MODULE_PARM_DESC(wrong, "result: calls that did not return what they should");
module_param_cb(hits, &nmi_count_ops, &nmi_hits, 0400);
MODULE_PARM_DESC(hits, "result: hits of the kprobe");
module_param_cb(swallowed, &nmi_missed_ops, NULL, 0400);
MODULE_PARM_DESC(swallowed, "result: hits that kprobes never heard of");

asmlinkage void nmi_probed(void);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl nmi_probed\n"
    ".type nmi_probed, @function\n"
    "nmi_probed:\n" ANNOTATE_NOENDBR
    "	push %rbx\n"
    "	push %r12\n"
    "	pop %r12\n"
    "	pop %rbx\n"
    "	" ASM_RET
    ".size nmi_probed, . - nmi_probed\n"
    ".popsection\n");
/* clang-format on */

static int nmi_hit(struct kprobe *probe, struct pt_regs *regs)
{
	atomic_inc(&nmi_hits);
	return 0;
}
NOKPROBE_SYMBOL(nmi_hit);

static struct kprobe nmi_probe = {
	/* Behind the push of %rbx, which is one byte. */
	.addr = (kprobe_opcode_t *)nmi_probed + 1,
	.pre_handler = nmi_hit,
};

static int nmi_handler(unsigned int type, struct pt_regs *regs)
{
	int count;

	if (target_add(1, 2) != 1003)
		atomic_inc(&nmi_wrong);
	nmi_probed();
	count = atomic_inc_return(&nmi_count);
	/* Without a newline the record stays open: prb_commit(); the next one
	 * closes it.
	 */
	if (count % max(READ_ONCE(print_every), 1) == 0)
		pr_info("hookcore_nmi: %d", count);
	return NMI_HANDLED;
}

static int __init nmi_load(void)
{
	int err = hookcore_register(&nmi_hook, 1);

	if (err)
		return err;
	err = register_kprobe(&nmi_probe);
	if (err)
		goto unregister_hook;
	err = register_nmi_handler(NMI_LOCAL, nmi_handler, 0, "hookcore_nmi");
	if (err)
		goto unregister_kprobe;
	return 0;
unregister_kprobe:
	unregister_kprobe(&nmi_probe);
unregister_hook:
	hookcore_unregister(&nmi_hook, 1);
	return err;
}

static void __exit nmi_unload(void)
{
	unregister_nmi_handler(NMI_LOCAL, "hookcore_nmi");
	unregister_kprobe(&nmi_probe);
	hookcore_unregister(&nmi_hook, 1);
}

module_init(nmi_load);
module_exit(nmi_unload);

MODULE_DESCRIPTION("hookcore test: functions that run in NMIs");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
