/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Moving a window of instructions to another address.
 *
 * Pure: bytes in, bytes out; builds in the kernel, in UML and on the host.
 */
#ifndef HOOKCORE_RELOC_H
#define HOOKCORE_RELOC_H

#include "insn.h"
#include "hookcore_reason.h"

/* The shortest window: a jmp rel32. */
#define RELOC_JMP_SIZE 5
/* The shortest one where a jmp rel8 to a jmp rel32 nearby must do. */
#define RELOC_SHORT_SIZE 2
/* The longest that is asked for: a jmp rel32, and a jmp rel8: see decoy.h. */
#define RELOC_LONG_SIZE 7
/* The longest: four bytes short, then an instruction of the longest kind. */
#define RELOC_MAX_WINDOW (RELOC_JMP_SIZE - 1 + 15)

/**
 * struct reloc_request - a window to be moved
 * @code: the function's bytes from the window's start on.
 * @room: bytes from the window's start to the function's end, padding included.
 * @least: how many bytes the window must have, RELOC_SHORT_SIZE to
 *	RELOC_LONG_SIZE.
 * @from: address of the window's start.
 * @to: address where the relocated bytes will run.
 * @out: buffer for them.
 * @out_room: its size in bytes; RELOC_MAX_TRAMPOLINE is always enough.
 */
struct reloc_request {
	const u8 *code;
	size_t room;
	size_t least;
	u64 from;
	u64 to;
	u8 *out;
	size_t out_room;
};

/**
 * struct reloc_result - what came of it
 * @window: bytes taken, whole instructions, at least what was asked for.
 * @out_size: bytes written, the jmp back included (none where the window ends
 *	in an instruction that never goes on to the next).
 * @at: on a refusal, offset of the offending instruction from @from; else
 *	unspecified.
 */
struct reloc_result {
	size_t window;
	size_t out_size;
	size_t at;
};

/**
 * reloc_window() - relocate the first instructions of @request
 * @request: what to move and where.
 * @result: window taken and bytes written; on a refusal only @at is set, and
 *	nothing is promised about the contents of @request->out.
 *
 * The result, run at @to with any registers, flags and memory, does what the
 * window at @from does and goes on where it goes on. Branches from one stolen
 * instruction to another stay inside the relocated bytes. A call may only be
 * the window's last instruction; it becomes a push of the original return
 * address and a jmp, so that the return address on the stack is original text
 * behind the window.
 *
 * Context: any; does not sleep, does not allocate.
 * Return: HOOKCORE_OK or the reason of the refusal (TOO_SHORT, UNDECODABLE,
 * CALL_IN_WINDOW, UNRELOCATABLE, OUT_OF_RANGE; BAD_ARGUMENT if @request->out is
 * too small).
 */
enum hookcore_reason reloc_window(const struct reloc_request *request,
				  struct reloc_result *result);

/* An upper bound of out_size for any window. */
#define RELOC_MAX_TRAMPOLINE 128

/**
 * reloc_branches_into() - does code branch into a window?
 * @code: the bytes of a function, or of its cold part.
 * @size: how many.
 * @address: their address.
 * @start: the window's first byte, an address.
 * @end: the window's end (exclusive), an address.
 * @skip_start: address of the window inside [@code, @code + @size), whose own
 *	instructions are not looked at; equal to @skip_end for none.
 * @skip_end: its end (exclusive).
 * @leaves: called for each direct jump that leaves [@address, @address +
 *	@size), with its target, so that the caller finds cold parts; calls do
 *	not count; may be NULL.
 * @context: first argument of @leaves.
 * @at: on a refusal, address of the offending instruction.
 *
 * A jump to @start counts too: it would run the handler a second time. A call
 * of @start does not: it is a recursive call, which runs the handler rightly.
 *
 * Context: any; does not sleep, does not allocate.
 * Return: HOOKCORE_OK, HOOKCORE_BRANCH_INTO_WINDOW, or HOOKCORE_UNDECODABLE.
 */
enum hookcore_reason
reloc_branches_into(const u8 *code, size_t size, u64 address, u64 start,
		    u64 end, u64 skip_start, u64 skip_end,
		    void (*leaves)(void *context, u64 target), void *context,
		    u64 *at);

#endif /* HOOKCORE_RELOC_H */
