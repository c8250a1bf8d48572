// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "verdicts.h"

struct essential {
	enum verdict_abi abi;
	unsigned int nr;
};

static const struct essential essentials[] = {
	{ VERDICT_X64, 15 }, /* rt_sigreturn */
	{ VERDICT_X64, 60 }, /* exit */
	{ VERDICT_X64, 219 }, /* restart_syscall */
	{ VERDICT_X64, 231 }, /* exit_group */
	{ VERDICT_IA32, 0 }, /* restart_syscall */
	{ VERDICT_IA32, 1 }, /* exit */
	{ VERDICT_IA32, 119 }, /* sigreturn */
	{ VERDICT_IA32, 173 }, /* rt_sigreturn */
	{ VERDICT_IA32, 252 }, /* exit_group */
	{ VERDICT_X32, 60 }, /* exit */
	{ VERDICT_X32, 219 }, /* restart_syscall */
	{ VERDICT_X32, 231 }, /* exit_group */
	{ VERDICT_X32, 513 }, /* rt_sigreturn */
};

bool verdicts_essential(enum verdict_abi abi, unsigned int nr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(essentials); i++)
		if (essentials[i].abi == abi && essentials[i].nr == nr)
			return true;
	return false;
}

/* An explicit verdict, so that no fallback ever reaches the essential ones. */
void verdicts_init(struct verdicts *verdicts)
{
	size_t i;

	memset16(verdicts->of, VERDICT_DEFAULT, VERDICT_CALLS);
	verdicts->fallback = VERDICT_ALLOW;
	for (i = 0; i < ARRAY_SIZE(essentials); i++)
		verdicts->of[verdicts_first(essentials[i].abi) +
			     essentials[i].nr] = VERDICT_ALLOW;
}

/*
 * A page of its own, read through a read-only mapping: a stray write through
 * the pointer that the hot path holds faults. (The page stays writable through
 * the kernel's linear map; closing that too would split a large page there for
 * each container.)
 */
const struct verdicts *verdicts_publish(const struct verdicts *verdicts)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	const struct verdicts *copy;

	BUILD_BUG_ON(sizeof(*verdicts) > PAGE_SIZE);
	if (!page)
		return NULL;
	memcpy(page_address(page), verdicts, sizeof(*verdicts));
	copy = vmap(&page, 1, VM_MAP, PAGE_KERNEL_RO);
	if (!copy)
		__free_page(page);
	return copy;
}

void verdicts_free(const struct verdicts *verdicts)
{
	struct page *page;

	if (!verdicts)
		return;
	page = vmalloc_to_page(verdicts);
	vunmap(verdicts);
	__free_page(page);
}
