/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Windows and what must become of them: for the KUnit suite, and for the host
 * test that proves that these cases notice a broken relocator.
 *
 * Bytes are written in hex. Every window stands at CASE_FROM and moves to
 * CASE_TO, 0x1000 higher, so that a displacement out of the window shrinks by
 * 0x1000 and by what was inserted before it.
 */
#ifndef RELOC_CASES_H
#define RELOC_CASES_H

#include "reloc.h"

#define CASE_FROM 0x1000
#define CASE_TO 0x2000
#define CASE_MAX_CODE 64

/**
 * struct reloc_case - a window and its fate
 * @name: what it shows.
 * @code: the function's bytes from the window's start to the function's end.
 * @reason: what reloc_window() says.
 * @window: bytes taken; on a refusal offset of the offending instruction.
 * @out: the relocated bytes.
 */
struct reloc_case {
	const char *name;
	const char *code;
	enum hookcore_reason reason;
	size_t window;
	const char *out;
};

static const struct reloc_case reloc_cases[] = {
	/* Copied as they are. */
	{ "prologue", "55 48 89 e5 41 57", HOOKCORE_OK, 6,
	  "55 48 89 e5 41 57 e9 fb ef ff ff" },
	{ "exactly five bytes", "41 57 41 56 55", HOOKCORE_OK, 5,
	  "41 57 41 56 55 e9 fb ef ff ff" },
	{ "the longest window: four bytes short, then fifteen",
	  "90 90 90 90 2e 2e 2e 2e 2e 2e 2e 0f 1f 80 00 00 00 00 90",
	  HOOKCORE_OK, 18,
	  "90 90 90 90 2e 2e 2e 2e 2e 2e 2e 0f 1f 80 00 00 00 00 e9 fb ef ff ff" },
	{ "endbr64 is kept", "f3 0f 1e fa 55 c3", HOOKCORE_OK, 5,
	  "f3 0f 1e fa 55 e9 fb ef ff ff" },
	{ "sealed endbr64 is kept", "66 0f 1f 00 55 c3", HOOKCORE_OK, 5,
	  "66 0f 1f 00 55 e9 fb ef ff ff" },
	{ "per-CPU access through gs", "65 48 8b 04 25 00 00 02 00",
	  HOOKCORE_OK, 9, "65 48 8b 04 25 00 00 02 00 e9 fb ef ff ff" },

	/* Operands relative to rip. */
	{ "mov rax, [rip+0x10]", "48 8b 05 10 00 00 00", HOOKCORE_OK, 7,
	  "48 8b 05 10 f0 ff ff e9 fb ef ff ff" },
	{ "cmp dword [rip+0x10], imm8: bytes behind the displacement",
	  "83 3d 10 00 00 00 01", HOOKCORE_OK, 7,
	  "83 3d 10 f0 ff ff 01 e9 fb ef ff ff" },
	{ "mov dword [rip+0x10], imm32", "c7 05 10 00 00 00 78 56 34 12",
	  HOOKCORE_OK, 10, "c7 05 10 f0 ff ff 78 56 34 12 e9 fb ef ff ff" },
	{ "inc dword gs:[rip+0x10]", "65 ff 05 10 00 00 00", HOOKCORE_OK, 7,
	  "65 ff 05 10 f0 ff ff e9 fb ef ff ff" },
	{ "lea behind a widened jump", "74 10 48 8d 05 10 00 00 00",
	  HOOKCORE_OK, 9,
	  "0f 84 0c f0 ff ff 48 8d 05 0c f0 ff ff e9 f7 ef ff ff" },
	{ "mov cr0 looks like rip, but is a register", "0f 20 05 90 90",
	  HOOKCORE_OK, 5, "0f 20 05 90 90 e9 fb ef ff ff" },
	{ "a nop's operand is never looked at", "0f 1f 05 10 00 00 00",
	  HOOKCORE_OK, 7, "0f 1f 05 10 00 00 00 e9 fb ef ff ff" },
	{ "relative to eip", "67 8b 05 10 00 00 00", HOOKCORE_UNRELOCATABLE, 0,
	  NULL },

	/* Jumps out of the window. */
	{ "jmp rel8 and padding", "eb 10 cc cc cc", HOOKCORE_OK, 5,
	  "e9 0d f0 ff ff" },
	{ "jmp rel32", "e9 10 00 00 00", HOOKCORE_OK, 5, "e9 10 f0 ff ff" },
	{ "jmp back to before the window", "eb fc 90 90 90", HOOKCORE_OK, 5,
	  "e9 f9 ef ff ff" },
	{ "jcc rel32", "0f 85 10 00 00 00", HOOKCORE_OK, 6,
	  "0f 85 10 f0 ff ff e9 fb ef ff ff" },
	{ "jcc as the last stolen instruction", "48 85 ff 74 10", HOOKCORE_OK,
	  5, "48 85 ff 0f 84 0c f0 ff ff e9 f7 ef ff ff" },
	{ "jcc to the window's end", "74 03 31 c0 90 c3", HOOKCORE_OK, 5,
	  "0f 84 ff ef ff ff 31 c0 90 e9 f7 ef ff ff" },
	{ "jmp through a register", "ff e0 cc cc cc", HOOKCORE_OK, 5, "ff e0" },
	{ "jmp through memory relative to rip", "ff 25 10 00 00 00",
	  HOOKCORE_OK, 6, "ff 25 10 f0 ff ff" },

	/* loop and its kin have no long form (models: 1). */
	{ "loop", "e2 10 90 90 90", HOOKCORE_OK, 5,
	  "e2 02 eb 05 e9 09 f0 ff ff 90 90 90 e9 f4 ef ff ff" },
	{ "loope", "e1 10 90 90 90", HOOKCORE_OK, 5,
	  "e1 02 eb 05 e9 09 f0 ff ff 90 90 90 e9 f4 ef ff ff" },
	{ "loopne", "e0 10 90 90 90", HOOKCORE_OK, 5,
	  "e0 02 eb 05 e9 09 f0 ff ff 90 90 90 e9 f4 ef ff ff" },
	{ "jrcxz", "e3 10 90 90 90", HOOKCORE_OK, 5,
	  "e3 02 eb 05 e9 09 f0 ff ff 90 90 90 e9 f4 ef ff ff" },
	{ "jecxz keeps its prefix", "67 e3 10 90 90", HOOKCORE_OK, 5,
	  "67 e3 02 eb 05 e9 09 f0 ff ff 90 90 e9 f4 ef ff ff" },
	{ "loop on ecx keeps its prefix", "67 e2 10 90 90", HOOKCORE_OK, 5,
	  "67 e2 02 eb 05 e9 09 f0 ff ff 90 90 e9 f4 ef ff ff" },

	/* Branches from one stolen instruction to another (models: 3). */
	{ "over a widened jump", "74 02 75 10 90", HOOKCORE_OK, 5,
	  "0f 84 06 00 00 00 0f 85 08 f0 ff ff 90 e9 f3 ef ff ff" },
	{ "backwards over a widened jump", "90 75 10 74 fb", HOOKCORE_OK, 5,
	  "90 0f 85 0c f0 ff ff 0f 84 f3 ff ff ff e9 f3 ef ff ff" },
	{ "to itself", "75 fe 90 90 90", HOOKCORE_OK, 5,
	  "0f 85 fa ff ff ff 90 90 90 e9 f7 ef ff ff" },
	{ "loop to the window's start", "90 90 90 e2 fb", HOOKCORE_OK, 5,
	  "90 90 90 e2 02 eb 05 e9 f4 ff ff ff e9 f4 ef ff ff" },
	{ "jrcxz to itself, loop before the window", "e3 fe e2 fa 90",
	  HOOKCORE_OK, 5,
	  "e3 02 eb 05 e9 f7 ff ff ff e2 02 eb 05 e9 ec ef ff ff 90 e9 ed ef ff ff" },
	{ "over a ret: what follows it is code", "74 01 c3 31 c0 c3",
	  HOOKCORE_OK, 5, "0f 84 01 00 00 00 c3 31 c0 e9 f7 ef ff ff" },
	{ "into the middle of an instruction", "74 01 48 89 e5 c3",
	  HOOKCORE_UNRELOCATABLE, 0, NULL },
	{ "loop into the middle of an instruction", "e2 01 48 89 e5 c3",
	  HOOKCORE_UNRELOCATABLE, 0, NULL },

	/* Prefixed branches leave no stray bytes (models: 4). */
	{ "bnd jz", "f2 74 10 90 90", HOOKCORE_OK, 5,
	  "f2 0f 84 0c f0 ff ff 90 90 e9 f7 ef ff ff" },
	{ "jz with a hint", "2e 74 10 90 90", HOOKCORE_OK, 5,
	  "2e 0f 84 0c f0 ff ff 90 90 e9 f7 ef ff ff" },
	{ "jz rel32 with a hint", "3e 0f 84 10 00 00 00", HOOKCORE_OK, 7,
	  "3e 0f 84 10 f0 ff ff e9 fb ef ff ff" },
	{ "bnd jmp", "f2 e9 10 00 00 00", HOOKCORE_OK, 6, "f2 e9 10 f0 ff ff" },
	{ "notrack jmp through a register", "3e ff e0 cc cc", HOOKCORE_OK, 5,
	  "3e ff e0" },
	{ "prefixes that leave no room for the long form",
	  "2e 2e 2e 2e 2e 2e 2e 2e 2e 2e 74 10", HOOKCORE_UNRELOCATABLE, 0,
	  NULL },
	{ "processors disagree on data16 jmp", "66 e9 10 00 00 00",
	  HOOKCORE_UNDECODABLE, 0, NULL },
	{ "processors disagree on data16 jz", "66 74 10 90 90",
	  HOOKCORE_UNDECODABLE, 0, NULL },
	{ "processors disagree on data16 call", "66 e8 10 00 00 00",
	  HOOKCORE_UNDECODABLE, 0, NULL },
	{ "processors disagree on data16 ret", "66 c3 cc cc cc",
	  HOOKCORE_UNDECODABLE, 0, NULL },

	/* Calls return to original text, or are refused (models: 16). */
	{ "call rel32, the window's last", "e8 10 00 00 00", HOOKCORE_OK, 5,
	  "68 05 10 00 00 e9 0b f0 ff ff" },
	{ "call behind a push", "55 e8 10 00 00 00", HOOKCORE_OK, 6,
	  "55 68 06 10 00 00 e9 0b f0 ff ff" },
	{ "call through a register", "90 90 90 ff d0", HOOKCORE_OK, 5,
	  "90 90 90 68 05 10 00 00 ff e0" },
	{ "call through r12", "90 90 41 ff d4", HOOKCORE_OK, 5,
	  "90 90 68 05 10 00 00 41 ff e4" },
	{ "call through memory relative to rip", "ff 15 10 00 00 00",
	  HOOKCORE_OK, 6, "68 06 10 00 00 ff 25 0b f0 ff ff" },
	{ "call through absolute memory", "ff 14 25 00 00 00 80", HOOKCORE_OK,
	  7, "68 07 10 00 00 ff 24 25 00 00 00 80" },
	{ "call through a per-CPU slot", "65 ff 14 25 00 10 00 00", HOOKCORE_OK,
	  8, "68 08 10 00 00 65 ff 24 25 00 10 00 00" },
	{ "call through a table", "ff 14 c5 00 00 00 80",
	  HOOKCORE_UNRELOCATABLE, 0, NULL },
	{ "call through memory that may be the pushed slot", "90 90 90 ff 10",
	  HOOKCORE_UNRELOCATABLE, 3, NULL },
	{ "call through r12's memory", "90 41 ff 14 24", HOOKCORE_UNRELOCATABLE,
	  1, NULL },
	{ "call through rsp", "90 90 90 ff d4", HOOKCORE_UNRELOCATABLE, 3,
	  NULL },
	{ "call through the stack", "90 ff 54 24 08", HOOKCORE_UNRELOCATABLE, 1,
	  NULL },
	{ "call through a register that is not the last", "ff d0 90 90 90",
	  HOOKCORE_CALL_IN_WINDOW, 0, NULL },
	{ "call of the next instruction reads rip", "e8 00 00 00 00 58 c3",
	  HOOKCORE_UNRELOCATABLE, 0, NULL },
	{ "call of the function's own end reads rip", "e8 00 00 00 00",
	  HOOKCORE_UNRELOCATABLE, 0, NULL },
	{ "call into its own body, as in a retpoline",
	  "e8 02 00 00 00 f3 90 48 89 04 24 c3", HOOKCORE_UNRELOCATABLE, 0,
	  NULL },

	/* Functions that end early (models: 6). */
	{ "ret and padding", "31 c0 c3 cc cc", HOOKCORE_OK, 5, "31 c0 c3" },
	{ "ret and a long nop", "c3 0f 1f 40 00", HOOKCORE_OK, 5, "c3" },
	{ "ret imm16", "c2 08 00 90 90", HOOKCORE_OK, 5, "c2 08 00" },
	{ "ret at the function's end", "31 c0 c3", HOOKCORE_TOO_SHORT, 0,
	  NULL },
	{ "nothing at all", "", HOOKCORE_TOO_SHORT, 0, NULL },
	{ "ret, then code that nobody in the window leads to", "c3 31 c0 31 c0",
	  HOOKCORE_TOO_SHORT, 1, NULL },
	{ "jmp, then a trap", "eb 10 0f 0b 90", HOOKCORE_TOO_SHORT, 2, NULL },
	{ "a branch back into the padding", "74 02 c3 90 75 fd",
	  HOOKCORE_UNRELOCATABLE, 4, NULL },

	/* What cannot be moved. */
	{ "int3", "90 cc 90 90 90", HOOKCORE_UNRELOCATABLE, 1, NULL },
	{ "ud2 is found in the bug table by its address", "31 c0 0f 0b 90",
	  HOOKCORE_UNRELOCATABLE, 2, NULL },
	{ "int 0x80", "cd 80 90 90 90", HOOKCORE_UNRELOCATABLE, 0, NULL },
	{ "sti keeps interrupts off for one more instruction", "fb f4 90 90 90",
	  HOOKCORE_UNRELOCATABLE, 0, NULL },
	{ "mov ss does so too", "8e d0 90 90 90", HOOKCORE_UNRELOCATABLE, 0,
	  NULL },
	{ "xbegin", "c7 f8 10 00 00 00", HOOKCORE_UNRELOCATABLE, 0, NULL },
	{ "syscall", "0f 05 90 90 90", HOOKCORE_UNRELOCATABLE, 0, NULL },
	{ "far jmp", "48 ff 28 90 90", HOOKCORE_UNRELOCATABLE, 0, NULL },
	{ "jknzd of Xeon Phi", "c5 40 85 10 00 00 00", HOOKCORE_UNDECODABLE, 0,
	  NULL },
	{ "bytes that are no instruction", "90 06 90 90 90",
	  HOOKCORE_UNDECODABLE, 1, NULL },
	{ "the function ends inside an instruction", "90 90 90 90 48",
	  HOOKCORE_UNDECODABLE, 4, NULL },
};

static inline int case_digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Returns how many bytes; @bytes has CASE_MAX_CODE of them. */
static inline size_t case_bytes(u8 *bytes, const char *hex)
{
	size_t count = 0;

	for (; *hex; hex += 2) {
		if (*hex == ' ')
			hex++;
		bytes[count++] = case_digit(hex[0]) << 4 | case_digit(hex[1]);
	}
	return count;
}

#endif /* RELOC_CASES_H */
