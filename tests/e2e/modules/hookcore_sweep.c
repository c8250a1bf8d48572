// SPDX-License-Identifier: GPL-2.0
/*
 * Which functions of the kernel could be hooked, and what if all of them are?
 * Loading it asks hookcore about every symbol in the kernel's text; then
 *
 *   /sys/kernel/debug/hookcore_sweep/table    answers, counted by reason
 *   /sys/kernel/debug/hookcore_sweep/refused  each refusal
 *   /sys/kernel/debug/hookcore_sweep/hooks    "STEP [FIRST]" hooks every STEPth
 *                       function that could be, from the FIRSTth on, in one
 *                       transaction; "0" removes the hooks; how many there are
 *   /sys/kernel/debug/hookcore_sweep/hits     how many of them were called; how
 *                       many of those whose jmp stands in the padding before
 */
#include <asm/unwind_hints.h>
#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "hookcore.h"

#define SWEEP_MAX 50000
#define SWEEP_HANDLER_SIZE 16
#define SWEEP_STUB_SIZE 8
#define SWEEP_JMP_SIZE 5

/* Each handler counts in a place of its own. */
extern unsigned long sweep_hits[SWEEP_MAX];
unsigned long sweep_hits[SWEEP_MAX];

/* SWEEP_MAX handlers behind one symbol, their stubs behind another. */
extern u8 sweep_handlers[];
extern u8 sweep_stubs[];

/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".p2align 4\n"
    ".globl sweep_handlers\n"
    "sweep_handlers:\n"
    ANNOTATE_NOENDBR
    ".set sweep_index, 0\n"
    ".rept " __stringify(SWEEP_MAX) "\n"
    "	.p2align 4, 0xcc\n"
    UNWIND_HINT_FUNC
    "	incq sweep_hits + 8 * sweep_index(%rip)\n"
    "	jmp sweep_stubs + 8 * sweep_index\n"
    "	.set sweep_index, sweep_index + 1\n"
    ".endr\n"
    ".p2align 4\n"
    ".globl sweep_stubs\n"
    "sweep_stubs:\n"
    ANNOTATE_NOENDBR
    ".rept " __stringify(SWEEP_MAX) "\n"
    "	.p2align 3, 0xcc\n"
    UNWIND_HINT_FUNC
    "	jmp hookcore_no_original\n"
    ".endr\n"
    ".popsection\n");
/* clang-format on */

bool sweep_symbol_extent(unsigned long address, unsigned long *size,
			 unsigned long *offset);
HOOKCORE_IMPORT(sweep_symbol_extent);
unsigned long sweep_ftrace_site(unsigned long address);
HOOKCORE_IMPORT(sweep_ftrace_site);

static const struct hookcore_import sweep_imports[] = {
	{ "kallsyms_lookup_size_offset", sweep_symbol_extent },
	{ "ftrace_location", sweep_ftrace_site },
};

/**
 * struct sweep_function - a symbol in the kernel's text
 * @address: of its first byte.
 * @reason: why it cannot be hooked.
 * @traced: it has an ftrace site.
 */
struct sweep_function {
	unsigned long address;
	enum hookcore_reason reason;
	bool traced;
};

static struct sweep_function *sweep_functions;
static size_t sweep_count;
static size_t sweep_possible;

/* Under sweep_mutex. */
static DEFINE_MUTEX(sweep_mutex);
static struct hookcore_hook *sweep_hooks;
static u8 (*sweep_padding)[SWEEP_JMP_SIZE];
static size_t sweep_hooked;

/* Calls @found for each symbol from _stext to _etext; returns how many. */
static size_t sweep_symbols(void (*found)(size_t number, unsigned long address))
{
	unsigned long at = hookcore_symbol("_stext");
	unsigned long end = hookcore_symbol("_etext");
	unsigned long size, offset;
	size_t number = 0;

	while (at < end && sweep_symbol_extent(at, &size, &offset)) {
		if (found)
			found(number, at);
		number++;
		at += size - offset;
	}
	return number;
}

static void sweep_ask(size_t number, unsigned long address)
{
	struct sweep_function *function = &sweep_functions[number];

	if (number >= sweep_count)
		return;
	function->address = address;
	function->traced = sweep_ftrace_site(address);
	function->reason = hookcore_check_address(address, NULL, 0);
	sweep_possible += !function->reason;
	cond_resched();
}

static int sweep_all(void)
{
	u64 start = ktime_get_ns();

	sweep_count = sweep_symbols(NULL);
	sweep_functions =
		kvcalloc(sweep_count, sizeof(*sweep_functions), GFP_KERNEL);
	if (!sweep_functions)
		return -ENOMEM;
	sweep_symbols(sweep_ask);
	pr_info("hookcore_sweep: %zu of %zu symbols, %llu ms\n", sweep_possible,
		sweep_count, div_u64(ktime_get_ns() - start, NSEC_PER_MSEC));
	if (sweep_possible <= SWEEP_MAX)
		return 0;
	pr_err("hookcore_sweep: more than %d handlers are needed\n", SWEEP_MAX);
	return -E2BIG;
}

static size_t sweep_sum(enum hookcore_reason reason, bool traced)
{
	size_t sum = 0, i;

	for (i = 0; i < sweep_count; i++)
		sum += sweep_functions[i].reason == reason &&
		       sweep_functions[i].traced == traced;
	return sum;
}

/* Columns: with an ftrace site, without one, reason. */
static int table_show(struct seq_file *file, void *unused)
{
	enum hookcore_reason reason;
	size_t traced, plain;

	for (reason = HOOKCORE_OK; reason < HOOKCORE_NR_REASONS; reason++) {
		traced = sweep_sum(reason, true);
		plain = sweep_sum(reason, false);
		if (traced || plain)
			seq_printf(file, "%7zu %7zu  %s\n", traced, plain,
				   hookcore_reason_text(reason));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(table);

static int refused_show(struct seq_file *file, void *unused)
{
	const struct sweep_function *function = sweep_functions;
	const struct sweep_function *end = function + sweep_count;
	char hint[48];

	for (; function < end; function++) {
		if (!function->reason)
			continue;
		hookcore_check_address(function->address, hint, sizeof(hint));
		seq_printf(file, "%s %ps: %s: %s\n",
			   function->traced ? "traced" : "plain",
			   (void *)function->address,
			   hookcore_reason_text(function->reason), hint);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(refused);

/* Nothing lies in front of the first function. */
static void sweep_read_padding(u8 *padding, unsigned long address)
{
	const void *from = (void *)(address - SWEEP_JMP_SIZE);

	if (copy_from_kernel_nofault(padding, from, SWEEP_JMP_SIZE))
		memset(padding, 0, SWEEP_JMP_SIZE);
}

static void sweep_fill(struct hookcore_hook *hook, size_t number,
		       unsigned long address)
{
	hook->address = address;
	hook->handler = sweep_handlers + number * SWEEP_HANDLER_SIZE;
	hook->original = sweep_stubs + number * SWEEP_STUB_SIZE;
	hook->owner = THIS_MODULE;
	sweep_read_padding(sweep_padding[number], address);
}

/* Has what stands before the function changed since it was hooked? */
static bool sweep_is_relayed(size_t number)
{
	u8 padding[SWEEP_JMP_SIZE];

	sweep_read_padding(padding, sweep_hooks[number].address);
	return memcmp(sweep_padding[number], padding, sizeof(padding));
}

static size_t sweep_choose(size_t step, size_t first)
{
	size_t possible = 0, chosen = 0, i;

	for (i = 0; i < sweep_count; i++) {
		if (sweep_functions[i].reason)
			continue;
		if (possible++ % step == first % step) {
			sweep_fill(&sweep_hooks[chosen], chosen,
				   sweep_functions[i].address);
			chosen++;
		}
	}
	return chosen;
}

static int sweep_install(size_t step, size_t first)
{
	u64 start = ktime_get_ns();
	size_t chosen;
	int err;

	if (sweep_hooked)
		return -EBUSY;
	memset(sweep_hits, 0, sizeof(sweep_hits));
	memset(sweep_hooks, 0, SWEEP_MAX * sizeof(*sweep_hooks));
	chosen = sweep_choose(step, first);
	err = hookcore_register(sweep_hooks, chosen);
	if (err)
		return err;
	sweep_hooked = chosen;
	pr_info("hookcore_sweep: %zu hooks installed, %llu ms\n", chosen,
		div_u64(ktime_get_ns() - start, NSEC_PER_MSEC));
	return 0;
}

static void sweep_remove(void)
{
	u64 start = ktime_get_ns();

	if (!sweep_hooked)
		return;
	hookcore_unregister(sweep_hooks, sweep_hooked);
	pr_info("hookcore_sweep: %zu hooks removed, %llu ms\n", sweep_hooked,
		div_u64(ktime_get_ns() - start, NSEC_PER_MSEC));
	sweep_hooked = 0;
}

static ssize_t hooks_write(struct file *file, const char __user *buffer,
			   size_t size, loff_t *offset)
{
	unsigned int step, first = 0;
	char text[32] = "";
	int err = 0;

	if (size >= sizeof(text) || copy_from_user(text, buffer, size))
		return -EINVAL;
	if (sscanf(text, "%u %u", &step, &first) < 1)
		return -EINVAL;
	mutex_lock(&sweep_mutex);
	if (step)
		err = sweep_install(step, first);
	else
		sweep_remove();
	mutex_unlock(&sweep_mutex);
	return err ?: size;
}

static int hooks_show(struct seq_file *file, void *unused)
{
	seq_printf(file, "%zu\n", READ_ONCE(sweep_hooked));
	return 0;
}

static int hooks_open(struct inode *inode, struct file *file)
{
	return single_open(file, hooks_show, NULL);
}

static const struct file_operations hooks_fops = {
	.owner = THIS_MODULE,
	.open = hooks_open,
	.read = seq_read,
	.write = hooks_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int hits_show(struct seq_file *file, void *unused)
{
	size_t hit = 0, relayed = 0, i;

	mutex_lock(&sweep_mutex);
	for (i = 0; i < sweep_hooked; i++) {
		if (!READ_ONCE(sweep_hits[i]))
			continue;
		hit++;
		relayed += sweep_is_relayed(i);
	}
	mutex_unlock(&sweep_mutex);
	seq_printf(file, "%zu %zu\n", hit, relayed);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hits);

static struct dentry *sweep_dir;

static void sweep_show(void)
{
	sweep_dir = debugfs_create_dir("hookcore_sweep", NULL);
	debugfs_create_file("table", 0400, sweep_dir, NULL, &table_fops);
	debugfs_create_file("refused", 0400, sweep_dir, NULL, &refused_fops);
	debugfs_create_file("hooks", 0600, sweep_dir, NULL, &hooks_fops);
	debugfs_create_file("hits", 0400, sweep_dir, NULL, &hits_fops);
}

static void sweep_free(void)
{
	kvfree(sweep_functions);
	kvfree(sweep_padding);
	kvfree(sweep_hooks);
}

static int __init sweep_init(void)
{
	int err = hookcore_import(sweep_imports, ARRAY_SIZE(sweep_imports));

	if (err)
		return err;
	sweep_hooks = kvcalloc(SWEEP_MAX, sizeof(*sweep_hooks), GFP_KERNEL);
	sweep_padding = kvcalloc(SWEEP_MAX, sizeof(*sweep_padding), GFP_KERNEL);
	if (sweep_hooks && sweep_padding)
		err = sweep_all();
	else
		err = -ENOMEM;
	if (err)
		sweep_free();
	else
		sweep_show();
	return err;
}

static void __exit sweep_exit(void)
{
	debugfs_remove(sweep_dir);
	sweep_remove();
	sweep_free();
}

module_init(sweep_init);
module_exit(sweep_exit);

MODULE_DESCRIPTION("hookcore test: every function of the kernel");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
