// SPDX-License-Identifier: GPL-2.0
/*
 * Executable memory of one transaction, in pieces that go one by one.
 */
#include "chunk.h"

#include <linux/slab.h>
#include <linux/string.h>

#include "fail.h"
#include "text.h"
#include "trampoline.h"

struct chunk *chunk_create(size_t size)
{
	struct chunk *chunk = fail_now() ? NULL :
					   kzalloc(sizeof(*chunk), GFP_KERNEL);

	if (!chunk)
		return NULL;
	chunk->memory = fail_now() ? NULL : text_alloc(size);
	if (!chunk->memory)
		goto free_chunk;
	memset(chunk->memory, TRAMPOLINE_INT3, size);
	chunk->size = size;
	chunk->users = 1;
	return chunk;
free_chunk:
	kfree(chunk);
	return NULL;
}

u8 *chunk_take(struct chunk *chunk, size_t size)
{
	u8 *piece = chunk->memory + chunk->used;

	chunk->used += size;
	chunk->users++;
	return piece;
}

int chunk_seal(struct chunk *chunk)
{
	return fail_now() ? -ENOMEM : text_seal(chunk->memory, chunk->size);
}

void chunk_put(struct chunk *chunk)
{
	if (!chunk || --chunk->users)
		return;
	text_free(chunk->memory);
	kfree(chunk);
}
