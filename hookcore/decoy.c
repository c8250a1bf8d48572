// SPDX-License-Identifier: GPL-2.0
/*
 * Branches of a window that kprobes must go on seeing.
 */
#include "decoy.h"
#include "reloc.h"

#define DECOY_OPCODE 0xeb

static bool decoy_is_branch(const struct instruction *insn)
{
	return insn->relative &&
	       (insn->kind == INSN_JMP || insn->kind == INSN_JCC ||
		insn->kind == INSN_LOOP);
}

/* May a copy of it run elsewhere, in front of a jmp back? */
static bool decoy_may_boost(const struct instruction *insn)
{
	switch (insn->kind) {
	case INSN_JMP:
	case INSN_JCC:
	case INSN_LOOP:
	case INSN_CALL:
	case INSN_CALL_INDIRECT:
	case INSN_TRAP:
		return false;
	default:
		return true;
	}
}

/* Could a kprobe here take as many bytes as a jmp rel32 has? */
static bool decoy_may_optimise(const u8 *code, size_t size, size_t at)
{
	size_t end = at + RELOC_JMP_SIZE;
	struct instruction insn;

	if (end > size)
		return false;
	for (; at < end; at += insn.length) {
		if (!instruction_decode(&insn, code + at, size - at))
			return true;
		if (!decoy_may_boost(&insn))
			return false;
	}
	return true;
}

/* Is there an instruction before @target from where on one would reach it? */
static bool decoy_is_needed(const u8 *code, size_t size, size_t window,
			    size_t target)
{
	struct instruction insn;
	size_t at;

	for (at = window; at < target; at += insn.length) {
		if (!instruction_decode(&insn, code + at, size - at))
			return true;
		if (target - at < RELOC_JMP_SIZE &&
		    decoy_may_optimise(code, size, at))
			return true;
	}
	return false;
}

bool decoy_may_hide(const u8 *window, size_t size)
{
	struct instruction insn;
	size_t at;

	for (at = 0; at < size; at += insn.length) {
		if (!instruction_decode(&insn, window + at, size - at))
			return false;
		if (decoy_is_branch(&insn) &&
		    instruction_target(&insn, at) >= size)
			return true;
	}
	return false;
}

unsigned int decoy_find(const u8 *code, size_t size, size_t window,
			size_t *target)
{
	struct instruction insn;
	unsigned int count = 0;
	size_t at, to;

	for (at = 0; at < window; at += insn.length) {
		if (!instruction_decode(&insn, code + at, size - at))
			return count;
		if (!decoy_is_branch(&insn))
			continue;
		to = instruction_target(&insn, at);
		if (to < window || to >= size || (count && to == *target) ||
		    !decoy_is_needed(code, size, window, to))
			continue;
		*target = to;
		count++;
	}
	return count;
}

bool decoy_put(u8 *bytes, size_t window, size_t at, size_t target)
{
	s64 rel = (s64)target - (s64)(at + DECOY_SIZE);

	if (at + DECOY_SIZE > window || rel != (s8)rel)
		return false;
	bytes[at] = DECOY_OPCODE;
	bytes[at + 1] = (u8)rel;
	return true;
}
