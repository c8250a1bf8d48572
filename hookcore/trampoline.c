// SPDX-License-Identifier: GPL-2.0
/*
 * The few instructions that hookcore writes itself.
 */
#ifdef __KERNEL__
#include <linux/limits.h>
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "reloc.h"
#include "trampoline.h"

#define OPCODE_JMP_REL32 0xe9
#define OPCODE_JMP_REL8 0xeb

/* Addresses wrap around, as they do for the processor. */
static s64 distance(u64 from, u64 to)
{
	return (s64)(to - (from + RELOC_JMP_SIZE));
}

bool trampoline_in_reach(u64 from, u64 to)
{
	s64 rel = distance(from, to);

	return rel == (s32)rel;
}

bool trampoline_jmp(u8 *out, u64 from, u64 to)
{
	s32 rel = (s32)distance(from, to);

	if (!trampoline_in_reach(from, to))
		return false;
	out[0] = OPCODE_JMP_REL32;
	memcpy(out + 1, &rel, sizeof(rel));
	return true;
}

bool trampoline_site(u8 *out, size_t window, u64 from, u64 to)
{
	if (!trampoline_jmp(out, from, to))
		return false;
	memset(out + RELOC_JMP_SIZE, TRAMPOLINE_INT3, window - RELOC_JMP_SIZE);
	return true;
}

static u8 *put(u8 *out, const void *bytes, size_t size)
{
	memcpy(out, bytes, size);
	return out + size;
}

bool trampoline_counter(u8 *out, u64 from, u64 counter, bool percpu, u64 to)
{
	static const u8 save[] = { 0x9c, 0x50 }; /* pushfq; push %rax */
	static const u8 load[] = { 0x48, 0xb8 }; /* movabs $counter, %rax */
	static const u8 gs[] = { 0x65 };
	static const u8 add[] = { 0x48, 0xff, 0x00 }; /* incq (%rax) */
	static const u8 restore[] = { 0x58, 0x9d }; /* pop %rax; popfq */
	u8 *end = put(out, save, sizeof(save));

	end = put(end, load, sizeof(load));
	end = put(end, &counter, sizeof(counter));
	if (percpu)
		end = put(end, gs, sizeof(gs));
	end = put(end, add, sizeof(add));
	end = put(end, restore, sizeof(restore));
	return trampoline_jmp(end, from + (end - out), to);
}

bool trampoline_short(u8 *out, size_t window, u64 from, u64 to)
{
	s64 rel = (s64)(to - (from + RELOC_SHORT_SIZE));

	if (rel != (s8)rel)
		return false;
	out[0] = OPCODE_JMP_REL8;
	out[1] = (u8)rel;
	memset(out + RELOC_SHORT_SIZE, TRAMPOLINE_INT3,
	       window - RELOC_SHORT_SIZE);
	return true;
}
