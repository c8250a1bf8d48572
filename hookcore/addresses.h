/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A sorted list of addresses that never changes: is one of them in a range?
 */
#ifndef HOOKCORE_ADDRESSES_H
#define HOOKCORE_ADDRESSES_H

#include <linux/types.h>

/**
 * struct addresses - a list of addresses
 * @at: the addresses.
 * @count: how many.
 */
struct addresses {
	unsigned long *at;
	size_t count;
};

/**
 * addresses_alloc() - room for a list
 * @list: the list; the caller fills in its addresses, then sorts it.
 * @count: how many it will have.
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM with an empty list.
 */
int addresses_alloc(struct addresses *list, size_t count);

/**
 * addresses_sort() - make a list that has been filled in fit to be searched
 * @list: the list.
 */
void addresses_sort(struct addresses *list);

/**
 * addresses_any() - is one of the addresses in a range?
 * @list: sorted.
 * @first: the lowest address of the range.
 * @last: the highest.
 */
bool addresses_any(const struct addresses *list, unsigned long first,
		   unsigned long last);

/**
 * addresses_free() - the counterpart of addresses_alloc()
 * @list: is empty afterwards; may be so before.
 */
void addresses_free(struct addresses *list);

#endif /* HOOKCORE_ADDRESSES_H */
