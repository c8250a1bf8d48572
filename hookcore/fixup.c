// SPDX-License-Identifier: GPL-2.0
/*
 * Exception tables: where a fault goes on.
 *
 * The kernel's table is sorted by the instruction that faults, and where it
 * leads may be any text of the kernel or of the same module. The kernel's own
 * never changes, so its targets are sorted once.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "fixup.h"

#include "addresses.h"
#include "module.h"
#include "symbol.h"

#if COMPAT_FIXUPS

static struct addresses fixup_targets;

/* As arch/x86/mm/extable.c, ex_fixup_addr(). */
static unsigned long fixup_target(const struct exception_table_entry *entry)
{
	return (unsigned long)&entry->fixup + entry->fixup;
}

int fixup_init(void)
{
	const struct exception_table_entry *entries, *end;
	size_t i;
	int err;

	entries = (void *)hookcore_symbol("__start___ex_table");
	end = (void *)hookcore_symbol("__stop___ex_table");
	if (!entries || !end) {
		pr_err("this kernel has no __start___ex_table\n");
		return -ENOENT;
	}
	err = addresses_alloc(&fixup_targets, end - entries);
	if (err)
		return err;
	for (i = 0; i < fixup_targets.count; i++)
		fixup_targets.at[i] = fixup_target(&entries[i]);
	addresses_sort(&fixup_targets);
	return 0;
}

void fixup_exit(void)
{
	addresses_free(&fixup_targets);
}

static bool fixup_module_leads_into(const struct module *module,
				    unsigned long first, unsigned long last)
{
	unsigned long target;
	unsigned int i;

	for (i = 0; i < module->num_exentries; i++) {
		target = fixup_target(&module->extable[i]);
		if (target >= first && target <= last)
			return true;
	}
	return false;
}

bool fixup_leads_into(unsigned long first, unsigned long last)
{
	if (IMPORTED(core_kernel_text)(first))
		return addresses_any(&fixup_targets, first, last);
	return module_leads_into(first, last, fixup_module_leads_into);
}

#else /* !COMPAT_FIXUPS */

int fixup_init(void)
{
	return 0;
}

void fixup_exit(void)
{
}

bool fixup_leads_into(unsigned long first, unsigned long last)
{
	return false;
}

#endif /* COMPAT_FIXUPS */
