// SPDX-License-Identifier: GPL-2.0
/*
 * What hookcore needs to know about one x86-64 instruction, from Zydis.
 */
#ifdef __KERNEL__
#include <linux/kernel.h>
#endif

#include <Zydis/Decoder.h>

#include "insn.h"

#define PREFIX_OPERAND_SIZE 0x66
#define OPCODE_GROUP5 0xff
#define REGISTER_RSP 4

static const struct {
	ZydisMnemonic mnemonic;
	enum insn_kind kind;
} kinds[] = {
	{ ZYDIS_MNEMONIC_CALL, INSN_CALL_INDIRECT },
	{ ZYDIS_MNEMONIC_JMP, INSN_JMP_INDIRECT },

	{ ZYDIS_MNEMONIC_RET, INSN_RET },
	{ ZYDIS_MNEMONIC_IRET, INSN_RET },
	{ ZYDIS_MNEMONIC_IRETD, INSN_RET },
	{ ZYDIS_MNEMONIC_IRETQ, INSN_RET },
	{ ZYDIS_MNEMONIC_SYSRET, INSN_RET },
	{ ZYDIS_MNEMONIC_SYSEXIT, INSN_RET },
	{ ZYDIS_MNEMONIC_UIRET, INSN_RET },
	{ ZYDIS_MNEMONIC_RSM, INSN_RET },

	{ ZYDIS_MNEMONIC_INT3, INSN_TRAP },
	{ ZYDIS_MNEMONIC_INT1, INSN_TRAP },
	{ ZYDIS_MNEMONIC_INT, INSN_TRAP },
	{ ZYDIS_MNEMONIC_UD0, INSN_TRAP },
	{ ZYDIS_MNEMONIC_UD1, INSN_TRAP },
	{ ZYDIS_MNEMONIC_UD2, INSN_TRAP },
	{ ZYDIS_MNEMONIC_HLT, INSN_TRAP },

	/* These save their own address, for somebody else to come back to. */
	{ ZYDIS_MNEMONIC_SYSCALL, INSN_OTHER },
	{ ZYDIS_MNEMONIC_SYSENTER, INSN_OTHER },
	{ ZYDIS_MNEMONIC_ENCLS, INSN_OTHER },
	{ ZYDIS_MNEMONIC_ENCLU, INSN_OTHER },
	{ ZYDIS_MNEMONIC_ENCLV, INSN_OTHER },
	{ ZYDIS_MNEMONIC_VMLAUNCH, INSN_OTHER },
	{ ZYDIS_MNEMONIC_VMRESUME, INSN_OTHER },
	{ ZYDIS_MNEMONIC_VMRUN, INSN_OTHER },
	/*
	 * Interrupts stay off for one more instruction, which must not become
	 * the jmp back: "sti; hlt" would lose a wake-up.
	 */
	{ ZYDIS_MNEMONIC_STI, INSN_OTHER },
};

static enum insn_kind mnemonic_kind(ZydisMnemonic mnemonic)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].mnemonic == mnemonic)
			return kinds[i].kind;
	}
	return INSN_PLAIN;
}

/* Where the immediate is a displacement, the opcode alone tells the kind. */
static enum insn_kind branch_kind(u8 opcode)
{
	switch (opcode) {
	case 0x70 ... 0x7f: /* rel8 */
	case 0x80 ... 0x8f: /* rel32, behind 0f */
		return INSN_JCC;
	case 0xe0 ... 0xe3:
		return INSN_LOOP;
	case 0xe8:
		return INSN_CALL;
	case 0xe9:
	case 0xeb:
		return INSN_JMP;
	default:
		return INSN_OTHER;
	}
}

/*
 * A moved indirect call becomes a push and a jmp. The push must change nothing
 * that the jmp reads: not rsp, nor memory that registers point to, which might
 * be the very slot that is pushed to.
 */
static bool may_be_pushed_over(const ZydisDecodedInstructionRaw *raw)
{
	if (raw->modrm.mod == 3)
		return raw->modrm.rm == REGISTER_RSP && !raw->rex.B;
	if (raw->modrm.mod != 0)
		return true;
	/* Without base and index: relative to rip, or absolute. */
	if (raw->modrm.rm == 4)
		return raw->sib.base != 5 || raw->sib.index != 4 || raw->rex.X;
	return raw->modrm.rm != 5;
}

/* Far branches do not occur in kernel functions. */
static enum insn_kind indirect_kind(enum insn_kind kind,
				    const ZydisDecodedInstruction *zydis)
{
	bool far = zydis->raw.modrm.reg & 1;

	if (zydis->opcode != OPCODE_GROUP5 || far)
		return INSN_OTHER;
	if (kind == INSN_CALL_INDIRECT && may_be_pushed_over(&zydis->raw))
		return INSN_OTHER;
	return kind;
}

static bool loads_ss(const ZydisDecodedInstruction *zydis)
{
	return zydis->mnemonic == ZYDIS_MNEMONIC_MOV &&
	       zydis->opcode_map == ZYDIS_OPCODE_MAP_DEFAULT &&
	       zydis->opcode == 0x8e && zydis->raw.modrm.reg == 2;
}

static bool is_branch(const struct instruction *insn)
{
	switch (insn->kind) {
	case INSN_PLAIN:
	case INSN_TRAP:
		return false;
	case INSN_OTHER:
		return insn->relative;
	default:
		return true;
	}
}

static bool has_prefix(const ZydisDecodedInstruction *zydis, u8 prefix)
{
	u8 i;

	for (i = 0; i < zydis->raw.prefix_count; i++) {
		if (zydis->raw.prefixes[i].value == prefix)
			return true;
	}
	return false;
}

static void set_branch(struct instruction *insn,
		       const ZydisDecodedInstruction *zydis)
{
	insn->kind = branch_kind(zydis->opcode);
	insn->relative = true;
	insn->offset = zydis->raw.imm[0].offset;
	insn->size = zydis->raw.imm[0].size / 8;
	insn->displacement = (s32)zydis->raw.imm[0].value.s;
	if (insn->kind == INSN_JCC)
		insn->condition = zydis->opcode & 0xf;
}

static void set_memory(struct instruction *insn,
		       const ZydisDecodedInstruction *zydis)
{
	const ZydisDecodedInstructionRaw *raw = &zydis->raw;

	insn->modrm = raw->modrm.offset;
	if (raw->disp.size != 32 || raw->modrm.mod || raw->modrm.rm != 5)
		return;
	/* A nop has an operand, but never looks at it. */
	if (zydis->mnemonic == ZYDIS_MNEMONIC_NOP)
		return;
	/* Relative to eip: the low 4 GiB only. */
	if (zydis->address_width != 64) {
		insn->kind = INSN_OTHER;
		return;
	}
	insn->relative = insn->kind != INSN_OTHER;
	insn->offset = raw->disp.offset;
	insn->size = 4;
	insn->displacement = (s32)raw->disp.value;
}

static void set_other(struct instruction *insn,
		      const ZydisDecodedInstruction *zydis)
{
	insn->kind = mnemonic_kind(zydis->mnemonic);
	if (insn->kind == INSN_CALL_INDIRECT || insn->kind == INSN_JMP_INDIRECT)
		insn->kind = indirect_kind(insn->kind, zydis);
	else if (loads_ss(zydis))
		insn->kind = INSN_OTHER;
	insn->padding = zydis->mnemonic == ZYDIS_MNEMONIC_NOP ||
			zydis->mnemonic == ZYDIS_MNEMONIC_INT3;
	set_memory(insn, zydis);
}

bool instruction_decode(struct instruction *insn, const u8 *code, size_t room)
{
	ZydisDecoder decoder;
	ZydisDecodedInstruction zydis;

	if (ZYAN_FAILED(ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64,
					 ZYDIS_STACK_WIDTH_64)))
		return false;
	if (ZYAN_FAILED(ZydisDecoderDecodeInstruction(&decoder, NULL, code,
						      room, &zydis)))
		return false;

	/* Xeon Phi's branches on mask registers: no such instruction here. */
	if (zydis.raw.imm[0].is_relative &&
	    zydis.encoding != ZYDIS_INSTRUCTION_ENCODING_LEGACY)
		return false;

	*insn = (struct instruction){ .length = zydis.length };
	if (zydis.raw.imm[0].is_relative)
		set_branch(insn, &zydis);
	else
		set_other(insn, &zydis);

	/* Intel ignores it on a near branch, AMD cuts rip to 16 bits. */
	return !is_branch(insn) || !has_prefix(&zydis, PREFIX_OPERAND_SIZE);
}
