/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Executable memory of one transaction, in pieces that go one by one.
 */
#ifndef HOOKCORE_CHUNK_H
#define HOOKCORE_CHUNK_H

#include <linux/types.h>

/**
 * struct chunk - executable memory
 * @memory: from text_alloc().
 * @size: its size, bytes.
 * @used: bytes given away.
 * @users: pieces in use, and chunk_create()'s caller.
 *
 * Under hook_mutex.
 */
struct chunk {
	u8 *memory;
	size_t size;
	size_t used;
	size_t users;
};

/**
 * chunk_create() - allocate
 * @size: bytes; what is not filled will trap.
 *
 * Context: process context, sleeps.
 * Return: the chunk, writable; its creator is a user. NULL if there is no
 * memory.
 */
struct chunk *chunk_create(size_t size);

/**
 * chunk_take() - take a piece, and become a user
 * @chunk: the chunk.
 * @size: bytes; all pieces together fit into the chunk.
 *
 * Return: the piece.
 */
u8 *chunk_take(struct chunk *chunk, size_t size);

/**
 * chunk_seal() - make it read-only and executable
 * @chunk: the chunk.
 *
 * Return: 0 or a negative errno.
 */
int chunk_seal(struct chunk *chunk);

/**
 * chunk_put() - a user goes; the last one frees the memory
 * @chunk: the chunk, or NULL.
 */
void chunk_put(struct chunk *chunk);

#endif /* HOOKCORE_CHUNK_H */
