// SPDX-License-Identifier: GPL-2.0
/*
 * What a call costs when somebody watches it: hookcore, and its peers. Made for
 * a guest under -icount, where one instruction takes one nanosecond of guest
 * time, so that the clock counts instructions:
 *
 *   insmod hookcore_cost.ko; cat /sys/kernel/debug/hookcore_cost/<variant>
 *
 * Each read puts the variant on jiffies64_to_msecs(), a leaf without a branch,
 * measures once, takes it off, and prints picoseconds per call, the loop
 * included: what a variant costs is the difference to "plain". Every variant
 * counts the calls it sees; a read fails with -ENODATA if it has not seen each
 * of them, and "nothing", which never sees any, shows that it would.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/ftrace.h>
#include <linux/jiffies.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/preempt.h>

#include "hookcore.h"

#define COST_CALLS 10000
#define COST_READY_MS 5000

/* Where the body begins: behind ftrace's nop, and an ENDBR if there is one. */
#ifdef CONFIG_X86_KERNEL_IBT
#define COST_BODY 9
#else
#define COST_BODY 5
#endif

/* Not static: the assembly of a guard uses it. */
extern unsigned long cost_count;
unsigned long cost_count;

static u64 (*volatile cost_target)(u64 value) = jiffies64_to_msecs;

/**
 * struct cost_variant - one way to watch a function
 * @name: of its file.
 * @start: put it on the function, NULL if there is nothing to put.
 * @stop: take it off.
 * @ready: is it in its final form? Asked until it is, and again after the
 *	measurement; NULL if it has no other.
 * @data: argument of the three.
 * @counts: it counts every call.
 */
struct cost_variant {
	const char *name;
	int (*start)(void *data);
	void (*stop)(void *data);
	bool (*ready)(void *data);
	void *data;
	bool counts;
};

/* hookcore */

/* Counts and calls the original: leaves a frame on the stack. */
u64 cost_original_call(u64 value);
HOOKCORE_ORIGINAL(cost_original_call);
static notrace u64 cost_handler_call(u64 value)
{
	u64 result = cost_original_call(value);

	cost_count++;
	return result;
}

/* Decides at entry and leaves by a tail jump, through C. */
asmlinkage long cost_original_decide(void);
asmlinkage bool cost_decide(struct hookcore_args *args);
HOOKCORE_ORIGINAL(cost_original_decide);
HOOKCORE_DECIDER(cost_handler_decide, cost_decide, cost_original_decide, "");
asmlinkage bool notrace cost_decide(struct hookcore_args *args)
{
	cost_count++;
	return true;
}

/* The same, decided by its guard alone. */
HOOKCORE_GUARD(cost_handler_guard, cost_original_guard,
	       "	incq cost_count(%rip)\n");

#define COST_HOOK(style)                                                \
	{                                                               \
		.symbol = "jiffies64_to_msecs",                         \
		.handler = cost_handler_##style,                        \
		.original = cost_original_##style, .owner = THIS_MODULE \
	}

static struct hookcore_hook cost_hook_call = COST_HOOK(call);
static struct hookcore_hook cost_hook_decide = COST_HOOK(decide);
static struct hookcore_hook cost_hook_guard = COST_HOOK(guard);

static int cost_hook_start(void *data)
{
	return hookcore_register(data, 1);
}

static void cost_hook_stop(void *data)
{
	hookcore_unregister(data, 1);
}

/* ftrace */

static void notrace cost_traced(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *ops,
				struct ftrace_regs *fregs)
{
	cost_count++;
}

static struct ftrace_ops cost_ops = {
	.func = cost_traced,
};
static struct ftrace_ops cost_ops_recursion = {
	.func = cost_traced,
	.flags = FTRACE_OPS_FL_RECURSION,
};

/* The original's body, by a direct call. */
u64 cost_body(u64 value);
asm(".set cost_body, jiffies64_to_msecs + " __stringify(COST_BODY));

static notrace u64 cost_replacement(u64 value)
{
	u64 result = cost_body(value);

	cost_count++;
	return result;
}

/* Its name until commit 94d095ffa0e1 ("ftrace: abstract
 * DYNAMIC_FTRACE_WITH_ARGS accesses", 6.2).
 */
#ifndef ftrace_regs_set_instruction_pointer
#define ftrace_regs_set_instruction_pointer(fregs, ip) \
	ftrace_instruction_pointer_set(fregs, ip)
#endif

static void notrace cost_redirect(unsigned long ip, unsigned long parent_ip,
				  struct ftrace_ops *ops,
				  struct ftrace_regs *fregs)
{
	ftrace_regs_set_instruction_pointer(fregs,
					    (unsigned long)cost_replacement);
}

/* What klp_ftrace_handler() does, its lookup apart. */
static void notrace cost_redirect_locked(unsigned long ip,
					 unsigned long parent_ip,
					 struct ftrace_ops *ops,
					 struct ftrace_regs *fregs)
{
	int bit = ftrace_test_recursion_trylock(ip, parent_ip);

	if (bit < 0)
		return;
	ftrace_regs_set_instruction_pointer(fregs,
					    (unsigned long)cost_replacement);
	ftrace_test_recursion_unlock(bit);
}

#ifdef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
#define COST_REDIRECT_FLAGS FTRACE_OPS_FL_IPMODIFY
#else
#define COST_REDIRECT_FLAGS (FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_SAVE_REGS)
#endif

static struct ftrace_ops cost_ops_redirect = {
	.func = cost_redirect,
	.flags = COST_REDIRECT_FLAGS,
};
static struct ftrace_ops cost_ops_livepatch = {
	.func = cost_redirect_locked,
	.flags = COST_REDIRECT_FLAGS,
};

static int cost_ftrace_start(void *data)
{
	int err = ftrace_set_filter_ip(data, (unsigned long)jiffies64_to_msecs,
				       0, 0);

	if (err)
		return err;
	err = register_ftrace_function(data);
	if (err)
		ftrace_set_filter_ip(data, (unsigned long)jiffies64_to_msecs, 1,
				     0);
	return err;
}

static void cost_ftrace_stop(void *data)
{
	unregister_ftrace_function(data);
	ftrace_set_filter_ip(data, (unsigned long)jiffies64_to_msecs, 1, 0);
}

/* kprobes */

static int cost_probed(struct kprobe *probe, struct pt_regs *regs)
{
	cost_count++;
	return 0;
}
NOKPROBE_SYMBOL(cost_probed);

static int cost_returned(struct kretprobe_instance *instance,
			 struct pt_regs *regs)
{
	cost_count++;
	return 0;
}
NOKPROBE_SYMBOL(cost_returned);

static struct kprobe cost_kprobe;
static struct kretprobe cost_kretprobe;

static u8 *cost_probe_place(void *data)
{
	return (u8 *)jiffies64_to_msecs + (unsigned long)data;
}

/* @data: where in the function. */
static int cost_kprobe_start(void *data)
{
	cost_kprobe = (struct kprobe){
		.addr = cost_probe_place(data),
		.pre_handler = cost_probed,
	};
	return register_kprobe(&cost_kprobe);
}

static void cost_kprobe_stop(void *data)
{
	unregister_kprobe(&cost_kprobe);
}

struct kprobe *cost_get_kprobe(void *address);
HOOKCORE_IMPORT(cost_get_kprobe);

static const struct hookcore_import cost_imports[] = {
	{ "get_kprobe", cost_get_kprobe },
};

static u32 cost_probe_flags(void *place)
{
	struct kprobe *probe;
	u32 flags;

	/* get_kprobe() walks an RCU list; preemption off is its reader side. */
	preempt_disable();
	probe = cost_get_kprobe(place);
	flags = probe ? probe->flags : 0;
	preempt_enable();
	return flags;
}

/* What the optimizer has put there is a jmp. */
static bool cost_kprobe_is_optimised(void *data)
{
	u8 *place = cost_probe_place(data);

	return cost_probe_flags(place) & KPROBE_FLAG_OPTIMIZED &&
	       READ_ONCE(*place) == 0xe9;
}

static bool cost_kprobe_is_int3(void *data)
{
	return READ_ONCE(*cost_probe_place(data)) == 0xcc;
}

static bool cost_kprobe_is_ftrace(void *data)
{
	return cost_kprobe.flags & KPROBE_FLAG_FTRACE;
}

static int cost_kretprobe_start(void *data)
{
	cost_kretprobe = (struct kretprobe){
		.kp.addr = cost_probe_place(data),
		.handler = cost_returned,
	};
	return register_kretprobe(&cost_kretprobe);
}

static void cost_kretprobe_stop(void *data)
{
	unregister_kretprobe(&cost_kretprobe);
}

/* All of them */

#define COST_HOOKED(hook)                                                  \
	.start = cost_hook_start, .stop = cost_hook_stop, .data = &(hook), \
	.counts = true
#define COST_TRACED(ops)                                                      \
	.start = cost_ftrace_start, .stop = cost_ftrace_stop, .data = &(ops), \
	.counts = true
#define COST_PROBED(offset, is)                               \
	.start = cost_kprobe_start, .stop = cost_kprobe_stop, \
	.ready = cost_kprobe_is_##is, .data = (void *)(offset), .counts = true

static struct cost_variant cost_variants[] = {
	{ "plain" },
	{ "nothing", .counts = true },
	{ "call", COST_HOOKED(cost_hook_call) },
	{ "decide", COST_HOOKED(cost_hook_decide) },
	{ "guard", COST_HOOKED(cost_hook_guard) },
	{ "ftrace", COST_TRACED(cost_ops) },
	{ "ftrace_recursion", COST_TRACED(cost_ops_recursion) },
	{ "redirect", COST_TRACED(cost_ops_redirect) },
	{ "livepatch", COST_TRACED(cost_ops_livepatch) },
	{ "kprobe_optimised", COST_PROBED(COST_BODY, optimised) },
	{ "kprobe_ftrace", COST_PROBED(0, ftrace) },
	/* With debug.kprobes-optimization=0. */
	{ "kprobe_int3", COST_PROBED(COST_BODY, int3) },
	{ "kretprobe", .start = cost_kretprobe_start,
	  .stop = cost_kretprobe_stop, .counts = true },
};

static u64 cost_measure(void)
{
	u64 start, end;
	int i;

	/* One run without a tick or another task in between. */
	local_irq_disable();
	cost_count = 0;
	start = ktime_get_ns();
	for (i = 0; i < COST_CALLS; i++)
		cost_target(i);
	end = ktime_get_ns();
	local_irq_enable();
	return div_u64((end - start) * 1000, COST_CALLS);
}

static bool cost_is_ready(const struct cost_variant *variant)
{
	return !variant->ready || variant->ready(variant->data);
}

static bool cost_wait(const struct cost_variant *variant)
{
	int waited;

	for (waited = 0; !cost_is_ready(variant); waited += 20) {
		if (waited >= COST_READY_MS)
			return false;
		msleep(20);
	}
	return true;
}

static int cost_get(void *data, u64 *value)
{
	const struct cost_variant *variant = data;
	int err = 0;

	if (variant->start)
		err = variant->start(variant->data);
	if (err)
		return err;
	if (cost_wait(variant))
		*value = cost_measure();
	else
		err = -ETIME;
	if (!err && cost_count != (variant->counts ? COST_CALLS : 0))
		err = -ENODATA;
	/* Has it been all the time what it says it is? */
	if (!err && !cost_is_ready(variant))
		err = -ESTALE;
	if (variant->stop)
		variant->stop(variant->data);
	return err;
}
DEFINE_DEBUGFS_ATTRIBUTE(cost_fops, cost_get, NULL, "%llu\n");

static struct dentry *cost_dir;

static int __init cost_init(void)
{
	static const u8 nop[] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };
	int err = hookcore_import(cost_imports, ARRAY_SIZE(cost_imports));
	size_t i;

	if (err)
		return err;
	if (memcmp((u8 *)jiffies64_to_msecs + COST_BODY - sizeof(nop), nop,
		   sizeof(nop)))
		return -EOPNOTSUPP;
	cost_dir = debugfs_create_dir("hookcore_cost", NULL);
	for (i = 0; i < ARRAY_SIZE(cost_variants); i++)
		debugfs_create_file(cost_variants[i].name, 0400, cost_dir,
				    &cost_variants[i], &cost_fops);
	return 0;
}

static void __exit cost_exit(void)
{
	debugfs_remove(cost_dir);
}

module_init(cost_init);
module_exit(cost_exit);

MODULE_DESCRIPTION("hookcore bench: what a hooked call costs, and its peers");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
