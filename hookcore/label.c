// SPDX-License-Identifier: GPL-2.0
/*
 * Jump labels: where they are and where they lead.
 *
 * The kernel's own table is sorted by key, and its own question,
 * jump_label_text_reserved(), decodes thousands of labels for an answer. The
 * labels of the kernel proper never change, so they are sorted once, by address
 * and by target.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "label.h"

#include <linux/mm.h>
#include <linux/sort.h>

#include "symbol.h"

#ifdef CONFIG_JUMP_LABEL

/* The longest one: a jmp rel32. */
#define LABEL_SIZE 5

static unsigned long *label_codes;
static unsigned long *label_targets;
static size_t label_count;

static int label_compare(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a;
	unsigned long y = *(const unsigned long *)b;

	if (x == y)
		return 0;
	return x < y ? -1 : 1;
}

static void label_sort(unsigned long *labels)
{
	sort(labels, label_count, sizeof(*labels), label_compare, NULL);
}

static void label_read(const struct jump_entry *entries)
{
	size_t i;

	for (i = 0; i < label_count; i++) {
		label_codes[i] = jump_entry_code(&entries[i]);
		label_targets[i] = jump_entry_target(&entries[i]);
	}
	label_sort(label_codes);
	label_sort(label_targets);
}

int label_init(void)
{
	unsigned long start = hookcore_symbol("__start___jump_table");
	unsigned long end = hookcore_symbol("__stop___jump_table");

	if (!start || !end) {
		pr_err("this kernel has no __start___jump_table\n");
		return -ENOENT;
	}
	label_count = (end - start) / sizeof(struct jump_entry);
	label_codes = kvcalloc(label_count, sizeof(*label_codes), GFP_KERNEL);
	label_targets =
		kvcalloc(label_count, sizeof(*label_targets), GFP_KERNEL);
	if (!label_codes || !label_targets) {
		label_exit();
		return -ENOMEM;
	}
	label_read((const struct jump_entry *)start);
	return 0;
}

void label_exit(void)
{
	kvfree(label_targets);
	kvfree(label_codes);
}

/* Is one of the sorted addresses from @first to @last? */
static bool label_any(const unsigned long *labels, unsigned long first,
		      unsigned long last)
{
	size_t low = 0, high = label_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (labels[middle] < first)
			low = middle + 1;
		else
			high = middle;
	}
	return low < label_count && labels[low] <= last;
}

/* What begins earlier may still reach in: only the kernel knows how long. */
bool label_reserves(unsigned long first, unsigned long last)
{
	if (IMPORTED(core_kernel_text)(first) &&
	    !label_any(label_codes, first - LABEL_SIZE + 1, last))
		return false;
	return IMPORTED(jump_label_text_reserved)((void *)first, (void *)last);
}

static bool label_module_leads_into(const struct module *module,
				    unsigned long first, unsigned long last)
{
	unsigned long target;
	unsigned int i;

	for (i = 0; i < module->num_jump_entries; i++) {
		target = jump_entry_target(&module->jump_entries[i]);
		if (target >= first && target <= last)
			return true;
	}
	return false;
}

bool label_leads_into(unsigned long first, unsigned long last)
{
	struct module *module;
	bool found = false;

	if (IMPORTED(core_kernel_text)(first))
		return label_any(label_targets, first, last);
	/* Preemption off keeps the module's struct while we look at it. */
	preempt_disable();
	module = IMPORTED(__module_text_address)(first);
	if (module)
		found = label_module_leads_into(module, first, last);
	preempt_enable();
	return found;
}

#else /* !CONFIG_JUMP_LABEL */

int label_init(void)
{
	return 0;
}

void label_exit(void)
{
}

bool label_reserves(unsigned long first, unsigned long last)
{
	return false;
}

bool label_leads_into(unsigned long first, unsigned long last)
{
	return false;
}

#endif /* CONFIG_JUMP_LABEL */
