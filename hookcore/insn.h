/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What hookcore needs to know about one x86-64 instruction.
 *
 * Pure: bytes in, facts out; builds in the kernel, in UML and on the host.
 */
#ifndef HOOKCORE_INSN_H
#define HOOKCORE_INSN_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "host.h" /* tests/host/host.h: u8 ... s64, bool, size_t */
#endif

/**
 * enum insn_kind - how an instruction changes the flow of control
 * @INSN_PLAIN: it does not; may have a rip-relative operand.
 * @INSN_JMP: jmp rel8 or rel32.
 * @INSN_JCC: one of the sixteen conditional jumps, rel8 or rel32.
 * @INSN_LOOP: loop, loope, loopne, jcxz, jecxz or jrcxz: rel8 only.
 * @INSN_CALL: call rel32.
 * @INSN_CALL_INDIRECT: call through a register or memory.
 * @INSN_JMP_INDIRECT: jmp through a register or memory.
 * @INSN_RET: ret, iret, sysret and the like.
 * @INSN_TRAP: int3, int n, ud0/1/2, hlt: control does not reach the next
 *	instruction in the ordinary way.
 * @INSN_OTHER: anything that cannot be moved at all (xbegin, enclv, sti ...);
 *	@relative then means a branch.
 */
enum insn_kind {
	INSN_PLAIN,
	INSN_JMP,
	INSN_JCC,
	INSN_LOOP,
	INSN_CALL,
	INSN_CALL_INDIRECT,
	INSN_JMP_INDIRECT,
	INSN_RET,
	INSN_TRAP,
	INSN_OTHER,
};

/**
 * struct instruction - one decoded instruction
 * @kind: how it changes the flow of control.
 * @length: bytes, 1 to 15.
 * @relative: it has an operand relative to rip: a branch displacement or a
 *	memory operand.
 * @offset: where the displacement stands in the instruction, bytes.
 * @size: size of the displacement, bytes: 1, 2 or 4.
 * @displacement: its value, relative to the end of the instruction.
 * @modrm: offset of its ModRM byte; 0 if it has none.
 * @condition: for INSN_JCC, the low four bits of its opcode.
 * @padding: it is int3 or a nop of any length.
 */
struct instruction {
	enum insn_kind kind;
	u8 length;
	bool relative;
	u8 offset;
	u8 size;
	s32 displacement;
	u8 modrm;
	u8 condition;
	bool padding;
};

/**
 * instruction_decode() - decode one instruction
 * @insn: the result; undefined on failure.
 * @code: the bytes.
 * @room: how many bytes may be read.
 *
 * Context: any; does not sleep, touches only its arguments.
 * Return: true if @code starts with a valid instruction of at most @room bytes
 * that all processors agree on.
 */
bool instruction_decode(struct instruction *insn, const u8 *code, size_t room);

/**
 * instruction_target() - where a relative operand points
 * @insn: an instruction with a relative operand.
 * @address: the address it runs at.
 */
static inline u64 instruction_target(const struct instruction *insn,
				     u64 address)
{
	return address + insn->length + (s64)insn->displacement;
}

/**
 * instruction_runs_on() - may the next instruction be run after this one?
 * @insn: an instruction.
 *
 * Also after a trap: the kernel goes on behind the ud2 of a warning.
 */
static inline bool instruction_runs_on(const struct instruction *insn)
{
	return insn->kind != INSN_RET && insn->kind != INSN_JMP &&
	       insn->kind != INSN_JMP_INDIRECT;
}

#endif /* HOOKCORE_INSN_H */
