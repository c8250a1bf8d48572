// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer's entry: any bytes may be a function, its window may go anywhere.
 *
 * The input's first bytes say how far the trampoline is and how much room it
 * has; the rest is the function. ASan watches both buffers' exact ends.
 */
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "decoy.h"
#include "reloc.h"

#define FROM 0xffffffff81000000
#define HEADER 5

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* What was written is instructions, whole ones. */
static void require_instructions(const u8 *out, size_t size)
{
	struct instruction insn;

	while (size) {
		require(instruction_decode(&insn, out, size));
		require(insn.length <= size);
		out += insn.length;
		size -= insn.length;
	}
}

static void require_sane(const struct reloc_request *request,
			 const struct reloc_result *result)
{
	require(result->window >= request->least);
	require(result->window <= RELOC_MAX_WINDOW);
	require(result->window <= request->room);
	require(result->out_size <= request->out_room);
	require(result->out_size <= RELOC_MAX_TRAMPOLINE);
	require_instructions(request->out, result->out_size);
}

/* What a decoy would lead to lies behind the window, in the function. */
static void try_decoy(const u8 *code, size_t room, size_t window)
{
	size_t target;

	if (!decoy_find(code, room, window, &target))
		return;
	require(target >= window && target < room);
	require(decoy_may_hide(code, window));
}

static void try_window(const u8 *code, size_t room, size_t least, s32 distance,
		       size_t out_room)
{
	struct reloc_result result;
	struct reloc_request request = {
		.code = code,
		.room = room,
		.least = least,
		.from = FROM,
		.to = FROM + (s64)distance,
		.out = malloc(out_room),
		.out_room = out_room,
	};
	enum hookcore_reason reason = reloc_window(&request, &result);

	if (reason == HOOKCORE_OK) {
		require_sane(&request, &result);
		try_decoy(code, room, result.window);
	} else {
		require(result.at <= room);
	}
	/* RELOC_MAX_TRAMPOLINE is always enough. */
	if (out_room >= RELOC_MAX_TRAMPOLINE)
		require(reason != HOOKCORE_BAD_ARGUMENT);
	free(request.out);
}

static void note_target(void *context, u64 target)
{
	u64 *last = context;

	*last = target;
}

static void try_body(const u8 *code, size_t size)
{
	u64 at = 0, last;
	enum hookcore_reason reason = reloc_branches_into(
		code, size, FROM, FROM, FROM + RELOC_JMP_SIZE, FROM,
		FROM + RELOC_JMP_SIZE, note_target, &last, &at);

	require(reason == HOOKCORE_OK || (at >= FROM && at < FROM + size));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	s32 distance;
	u8 *code;

	if (size < HEADER)
		return 0;
	memcpy(&distance, data, sizeof(distance));
	/* Exactly as long as it is: one byte more is read, ASan sees it. */
	code = malloc(size - HEADER);
	memcpy(code, data + HEADER, size - HEADER);
	try_window(code, size - HEADER, RELOC_JMP_SIZE, distance, data[4]);
	try_window(code, size - HEADER, RELOC_JMP_SIZE, distance,
		   RELOC_MAX_TRAMPOLINE);
	try_window(code, size - HEADER, RELOC_SHORT_SIZE, distance,
		   RELOC_MAX_TRAMPOLINE);
	try_window(code, size - HEADER, RELOC_LONG_SIZE, distance,
		   RELOC_MAX_TRAMPOLINE);
	try_body(code, size - HEADER);
	free(code);
	return 0;
}
