/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Offsets of struct fields that no header shows, from the kernel's own BTF.
 */
#ifndef HOOKCORE_LAYOUT_H
#define HOOKCORE_LAYOUT_H

#include <linux/types.h>

/**
 * struct layout_field - a field to be found
 * @type: name of the struct.
 * @member: name of the member.
 * @offset: the result: where it lies in the struct, bytes.
 */
struct layout_field {
	const char *type;
	const char *member;
	unsigned int offset;
};

/**
 * layout_find() - find fields
 * @fields: what to find; @offset of each is filled in.
 * @count: how many.
 *
 * Context: process context, sleeps.
 * Return: 0; -ENOENT after one line in the log that names the first field not
 * found, or says that the kernel has no BTF.
 */
int layout_find(struct layout_field *fields, size_t count);

#endif /* HOOKCORE_LAYOUT_H */
