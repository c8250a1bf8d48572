// SPDX-License-Identifier: GPL-2.0
/*
 * A sorted list of addresses that never changes: is one of them in a range?
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "addresses.h"

#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sort.h>

#include "fail.h"

int addresses_alloc(struct addresses *list, size_t count)
{
	list->at = fail_now() ? NULL :
				kvcalloc(count, sizeof(*list->at), GFP_KERNEL);
	list->count = list->at ? count : 0;
	if (!list->at)
		pr_err("no memory for %zu addresses\n", count);
	return list->at ? 0 : -ENOMEM;
}

static int addresses_compare(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a;
	unsigned long y = *(const unsigned long *)b;

	if (x == y)
		return 0;
	return x < y ? -1 : 1;
}

void addresses_sort(struct addresses *list)
{
	sort(list->at, list->count, sizeof(*list->at), addresses_compare, NULL);
}

bool addresses_any(const struct addresses *list, unsigned long first,
		   unsigned long last)
{
	size_t low = 0, high = list->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (list->at[middle] < first)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->count && list->at[low] <= last;
}

void addresses_free(struct addresses *list)
{
	kvfree(list->at);
	list->at = NULL;
	list->count = 0;
}
