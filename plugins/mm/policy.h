/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arithmetic of promises: pure, numbers in, numbers out.
 */
#ifndef MM_POLICY_H
#define MM_POLICY_H

#include <linux/mm.h>
#include <linux/types.h>

/* As the kernel's overcommit_memory; POLICY_INHERIT: what the host does. */
enum policy_mode {
	POLICY_INHERIT = -1,
	POLICY_GUESS,
	POLICY_ALWAYS,
	POLICY_NEVER,
};

/**
 * struct policy_machine - what there is
 * @ram: pages of memory that are not huge pages of hugetlb.
 * @swap: pages of swap.
 */
struct policy_machine {
	unsigned long ram;
	unsigned long swap;
};

/**
 * policy_limit() - how much may be promised in %POLICY_NEVER
 * @kbytes: that many KiB, or 0.
 * @ratio: else this percentage of the memory, and all swap.
 * @machine: what there is; not looked at with @kbytes.
 *
 * Return: pages.
 */
static inline unsigned long policy_limit(unsigned long kbytes,
					 unsigned int ratio,
					 const struct policy_machine *machine)
{
	if (kbytes)
		return kbytes >> (PAGE_SHIFT - 10);
	/* First the division by a hundred: no product that overflows. */
	return machine->ram / 100 * ratio + machine->ram % 100 * ratio / 100 +
	       machine->swap;
}

/**
 * policy_obvious() - is a request beyond all there is?
 * @pages: what is asked for.
 * @machine: what there is.
 *
 * What %POLICY_GUESS refuses, as __vm_enough_memory() does.
 *
 * Return: true if it is.
 */
bool policy_obvious(long pages, const struct policy_machine *machine);

/**
 * policy_read_mode() - a mode, from its name in a file
 * @word: "inherit", "0", "1" or "2".
 * @mode: the mode.
 *
 * Return: 0, -EINVAL if it is none.
 */
int policy_read_mode(const char *word, int *mode);

/**
 * policy_mode_name() - the inverse
 * @mode: a mode.
 *
 * Return: its name.
 */
const char *policy_mode_name(int mode);

#endif /* MM_POLICY_H */
