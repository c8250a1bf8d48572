/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that is written once and then only read.
 */
#ifndef SYSCALL_SEAL_H
#define SYSCALL_SEAL_H

#include <linux/types.h>

/**
 * seal_copy() - make a read-only copy
 * @data: what to copy.
 * @size: its size in bytes.
 *
 * In pages of its own, read through a read-only mapping: a stray write through
 * the pointer that the hot path holds faults. (The pages stay writable through
 * the kernel's linear map; closing that too would split a large page there for
 * each container.)
 *
 * Context: process context, sleeps.
 * Return: the copy, or NULL if there is no memory.
 */
const void *seal_copy(const void *data, size_t size);

/**
 * seal_free() - free a read-only copy
 * @copy: what seal_copy() returned, seen by no reader any more, or NULL.
 *
 * Context: process context, sleeps.
 */
void seal_free(const void *copy);

#endif /* SYSCALL_SEAL_H */
