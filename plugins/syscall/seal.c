// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "seal.h"

static int fill_pages(struct page **pages, const char *data, size_t size)
{
	size_t part;

	for (; size; pages++, data += part, size -= part) {
		part = min_t(size_t, size, PAGE_SIZE);
		*pages = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!*pages)
			return -ENOMEM;
		memcpy(page_address(*pages), data, part);
	}
	return 0;
}

static void free_pages_of(struct page **pages, unsigned int count)
{
	while (count--)
		if (pages[count])
			__free_page(pages[count]);
}

const void *seal_copy(const void *data, size_t size)
{
	unsigned int count = DIV_ROUND_UP(size, PAGE_SIZE);
	struct page **pages = kvcalloc(count, sizeof(*pages), GFP_KERNEL);
	const void *copy;

	if (!pages)
		return NULL;
	if (fill_pages(pages, data, size))
		goto err_free_pages;
	/* The pages and their list are the mapping's from now on. */
	copy = vmap(pages, count, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL_RO);
	if (!copy)
		goto err_free_pages;
	return copy;

err_free_pages:
	free_pages_of(pages, count);
	kvfree(pages);
	return NULL;
}

void seal_free(const void *copy)
{
	vfree(copy);
}
