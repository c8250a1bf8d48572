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

#include "addresses.h"
#include "module.h"
#include "symbol.h"

#ifdef CONFIG_JUMP_LABEL

/* The longest one: a jmp rel32. */
#define LABEL_SIZE 5

static struct addresses label_codes;
static struct addresses label_targets;

static void label_read(const struct jump_entry *entries, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		label_codes.at[i] = jump_entry_code(&entries[i]);
		label_targets.at[i] = jump_entry_target(&entries[i]);
	}
	addresses_sort(&label_codes);
	addresses_sort(&label_targets);
}

int label_init(void)
{
	const struct jump_entry *entries, *end;
	int err;

	entries = (void *)hookcore_symbol("__start___jump_table");
	end = (void *)hookcore_symbol("__stop___jump_table");
	if (!entries || !end) {
		pr_err("this kernel has no __start___jump_table\n");
		return -ENOENT;
	}
	err = addresses_alloc(&label_codes, end - entries);
	if (!err)
		err = addresses_alloc(&label_targets, end - entries);
	if (err) {
		label_exit();
		return err;
	}
	label_read(entries, end - entries);
	return 0;
}

void label_exit(void)
{
	addresses_free(&label_targets);
	addresses_free(&label_codes);
}

/* What begins earlier may still reach in: only the kernel knows how long. */
bool label_reserves(unsigned long first, unsigned long last)
{
	if (IMPORTED(core_kernel_text)(first) &&
	    !addresses_any(&label_codes, first - LABEL_SIZE + 1, last))
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
	if (IMPORTED(core_kernel_text)(first))
		return addresses_any(&label_targets, first, last);
	return module_leads_into(first, last, label_module_leads_into);
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
