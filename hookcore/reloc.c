// SPDX-License-Identifier: GPL-2.0
/*
 * Moving a window of instructions to another address.
 */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "reloc.h"

#define MAX_LENGTH 15

/* Turns /2 into /4 in the ModRM byte of opcode FF: call into jmp. */
#define CALL_TO_JMP ((0x2 ^ 0x4) << 3)

/* The window is full as soon as an instruction ends at or behind this byte. */
#define MAX_STEPS RELOC_LONG_SIZE

/**
 * struct step - one stolen instruction
 * @insn: what it is.
 * @from: its offset in the window.
 * @to: its offset in the relocated bytes, known after the first pass.
 * @live: control can reach it; else it is padding, and is left out.
 */
struct step {
	struct instruction insn;
	u8 from;
	u8 to;
	bool live;
};

/**
 * struct plan - the whole window
 * @request: what the caller asked for.
 * @step: the instructions.
 * @count: how many.
 * @window: their bytes.
 * @size: bytes written so far.
 * @falls_through: control can leave the window at its end.
 */
struct plan {
	const struct reloc_request *request;
	struct step step[MAX_STEPS];
	unsigned int count;
	size_t window;
	size_t size;
	bool falls_through;
};

/*
 * Reading: which instructions make up the window, and may they be moved?
 */

static bool is_relative_branch(const struct instruction *insn)
{
	switch (insn->kind) {
	case INSN_JMP:
	case INSN_JCC:
	case INSN_LOOP:
	case INSN_CALL:
	case INSN_OTHER:
		return insn->relative;
	default:
		return false;
	}
}

static bool goes_on(enum insn_kind kind)
{
	return kind == INSN_PLAIN || kind == INSN_JCC || kind == INSN_LOOP;
}

static u64 step_target(const struct plan *plan, const struct step *step)
{
	return instruction_target(&step->insn,
				  plan->request->from + step->from);
}

/* Does a stolen instruction branch to this offset? */
static bool is_targeted(const struct plan *plan, size_t offset)
{
	unsigned int i;

	for (i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];

		if (step->live && is_relative_branch(&step->insn) &&
		    step_target(plan, step) == plan->request->from + offset)
			return true;
	}
	return false;
}

/*
 * A call into the function itself is none: it reads its own address, or fills
 * the return predictor, as retpolines do.
 */
static bool calls_itself(const struct plan *plan, const struct step *step)
{
	u64 target = step_target(plan, step) - plan->request->from;

	return target < plan->request->room ||
	       target == step->from + step->insn.length;
}

static enum hookcore_reason judge(const struct plan *plan,
				  const struct step *step)
{
	size_t end = step->from + step->insn.length;

	switch (step->insn.kind) {
	case INSN_TRAP:
	case INSN_OTHER:
		return HOOKCORE_UNRELOCATABLE;
	case INSN_CALL:
	case INSN_CALL_INDIRECT:
		if (end < plan->request->least)
			return HOOKCORE_CALL_IN_WINDOW;
		if (step->insn.kind == INSN_CALL && calls_itself(plan, step))
			return HOOKCORE_UNRELOCATABLE;
		return HOOKCORE_OK;
	default:
		return HOOKCORE_OK;
	}
}

/* Behind a ret or jmp only padding, or what a stolen branch leads to. */
static enum hookcore_reason read_step(struct plan *plan, bool live)
{
	const struct reloc_request *request = plan->request;
	struct step *step = &plan->step[plan->count];

	if (!instruction_decode(&step->insn, request->code + plan->window,
				request->room - plan->window))
		return HOOKCORE_UNDECODABLE;
	/* Only where more than a jmp rel32 is asked for. */
	if (plan->window + step->insn.length > RELOC_MAX_WINDOW)
		return HOOKCORE_UNRELOCATABLE;
	step->from = plan->window;
	step->live = live || is_targeted(plan, plan->window);
	if (step->live)
		return judge(plan, step);
	return step->insn.padding ? HOOKCORE_OK : HOOKCORE_TOO_SHORT;
}

static enum hookcore_reason read_window(struct plan *plan)
{
	enum hookcore_reason reason;
	bool live = true;

	if (plan->request->least < RELOC_SHORT_SIZE ||
	    plan->request->least > RELOC_LONG_SIZE)
		return HOOKCORE_BAD_ARGUMENT;
	if (plan->request->room < plan->request->least)
		return HOOKCORE_TOO_SHORT;
	while (plan->window < plan->request->least) {
		const struct step *step = &plan->step[plan->count];

		reason = read_step(plan, live);
		if (reason != HOOKCORE_OK)
			return reason;
		live = step->live && goes_on(step->insn.kind);
		plan->window += step->insn.length;
		plan->count++;
	}
	plan->falls_through = live;
	return HOOKCORE_OK;
}

/*
 * Writing. Done twice: sizes do not depend on targets, so that the second pass
 * knows from the first where every instruction lands.
 */

static enum hookcore_reason put(struct plan *plan, const void *bytes,
				size_t count)
{
	const struct reloc_request *request = plan->request;

	if (request->out_room - plan->size < count)
		return HOOKCORE_BAD_ARGUMENT;
	memcpy(request->out + plan->size, bytes, count);
	plan->size += count;
	return HOOKCORE_OK;
}

/* A displacement that is followed by @behind more bytes of its instruction. */
static enum hookcore_reason put_relative(struct plan *plan, u64 target,
					 size_t behind)
{
	u64 end = plan->request->to + plan->size + sizeof(s32) + behind;
	s64 distance = (s64)(target - end);
	s32 rel = (s32)distance;

	if (distance != rel)
		return HOOKCORE_OUT_OF_RANGE;
	return put(plan, &rel, sizeof(rel));
}

static const u8 *step_code(const struct plan *plan, const struct step *step)
{
	return plan->request->code + step->from;
}

/*
 * Where a branch goes once it is moved: the window's interior moves with it.
 * False if that is the middle of an instruction, or padding.
 */
static bool resolve(const struct plan *plan, const struct step *step,
		    u64 *target)
{
	const struct reloc_request *request = plan->request;
	u64 offset;
	unsigned int i;

	*target = step_target(plan, step);
	offset = *target - request->from;
	if (offset >= plan->window)
		return true;
	for (i = 0; i < plan->count; i++) {
		if (plan->step[i].from == offset && plan->step[i].live) {
			*target = request->to + plan->step[i].to;
			return true;
		}
	}
	return false;
}

/*
 * The opcode, behind the original's prefixes: they are hints, all but the one
 * that makes loop and jrcxz look at ecx.
 */
static enum hookcore_reason put_opcode(struct plan *plan,
				       const struct step *step,
				       const u8 *opcode, size_t count)
{
	const struct instruction *insn = &step->insn;
	bool two = insn->kind == INSN_JCC && insn->size == sizeof(s32);
	size_t prefixes = insn->offset - (two ? 2 : 1);
	enum hookcore_reason reason;

	if (prefixes + count + sizeof(s32) > MAX_LENGTH)
		return HOOKCORE_UNRELOCATABLE;
	reason = put(plan, step_code(plan, step), prefixes);
	if (reason != HOOKCORE_OK)
		return reason;
	return put(plan, opcode, count);
}

static enum hookcore_reason put_branch(struct plan *plan,
				       const struct step *step,
				       const u8 *opcode, size_t count)
{
	enum hookcore_reason reason;
	u64 target;

	if (!resolve(plan, step, &target))
		return HOOKCORE_UNRELOCATABLE;
	reason = put_opcode(plan, step, opcode, count);
	if (reason != HOOKCORE_OK)
		return reason;
	return put_relative(plan, target, 0);
}

static enum hookcore_reason put_jcc(struct plan *plan, const struct step *step)
{
	const u8 opcode[] = { 0x0f, 0x80 | step->insn.condition };

	return put_branch(plan, step, opcode, sizeof(opcode));
}

static enum hookcore_reason put_jmp(struct plan *plan, const struct step *step)
{
	static const u8 opcode[] = { 0xe9 };

	return put_branch(plan, step, opcode, sizeof(opcode));
}

/* There is no loop rel32: loop over a jmp that skips the jmp to the target. */
static enum hookcore_reason put_loop(struct plan *plan, const struct step *step)
{
	static const u8 skip[] = { 0x02, 0xeb, 0x05, 0xe9 };
	enum hookcore_reason reason;
	u64 target;

	if (!resolve(plan, step, &target))
		return HOOKCORE_UNRELOCATABLE;
	reason = put(plan, step_code(plan, step), step->insn.offset);
	if (reason == HOOKCORE_OK)
		reason = put(plan, skip, sizeof(skip));
	if (reason != HOOKCORE_OK)
		return reason;
	return put_relative(plan, target, 0);
}

/* push imm32 sign-extends: where that is wrong, mend the upper half. */
static enum hookcore_reason put_return_address(struct plan *plan,
					       const struct step *step)
{
	u64 address = plan->request->from + step->from + step->insn.length;
	u8 push[] = { 0x68, 0, 0, 0, 0 };
	u8 mend[] = { 0xc7, 0x44, 0x24, 0x04, 0, 0, 0, 0 };
	u32 low = (u32)address;
	u32 high = (u32)(address >> 32);
	enum hookcore_reason reason;

	memcpy(push + 1, &low, sizeof(low));
	memcpy(mend + 4, &high, sizeof(high));
	reason = put(plan, push, sizeof(push));
	if (reason != HOOKCORE_OK || (s64)address == (s32)low)
		return reason;
	return put(plan, mend, sizeof(mend));
}

/* The callee returns to original text behind the window. */
static enum hookcore_reason put_call(struct plan *plan, const struct step *step)
{
	enum hookcore_reason reason = put_return_address(plan, step);

	return reason == HOOKCORE_OK ? put_jmp(plan, step) : reason;
}

/* As it stands, but for an operand relative to rip. */
static enum hookcore_reason put_copy(struct plan *plan, const struct step *step)
{
	const struct instruction *insn = &step->insn;
	const u8 *code = step_code(plan, step);
	size_t behind = insn->offset + sizeof(s32);
	enum hookcore_reason reason;

	if (!insn->relative)
		return put(plan, code, insn->length);
	reason = put(plan, code, insn->offset);
	if (reason == HOOKCORE_OK)
		reason = put_relative(plan, step_target(plan, step),
				      insn->length - behind);
	if (reason != HOOKCORE_OK)
		return reason;
	return put(plan, code + behind, insn->length - behind);
}

/* FF /2 becomes FF /4: push the return address and jmp through the operand. */
static enum hookcore_reason put_call_indirect(struct plan *plan,
					      const struct step *step)
{
	enum hookcore_reason reason = put_return_address(plan, step);
	size_t at = plan->size + step->insn.modrm;

	if (reason != HOOKCORE_OK)
		return reason;
	reason = put_copy(plan, step);
	if (reason == HOOKCORE_OK)
		plan->request->out[at] ^= CALL_TO_JMP;
	return reason;
}

static enum hookcore_reason write_step(struct plan *plan,
				       const struct step *step)
{
	switch (step->insn.kind) {
	case INSN_JMP:
		return put_jmp(plan, step);
	case INSN_JCC:
		return put_jcc(plan, step);
	case INSN_LOOP:
		return put_loop(plan, step);
	case INSN_CALL:
		return put_call(plan, step);
	case INSN_CALL_INDIRECT:
		return put_call_indirect(plan, step);
	default:
		return put_copy(plan, step);
	}
}

static enum hookcore_reason put_jmp_back(struct plan *plan)
{
	static const u8 opcode[] = { 0xe9 };
	enum hookcore_reason reason;

	if (!plan->falls_through)
		return HOOKCORE_OK;
	reason = put(plan, opcode, sizeof(opcode));
	if (reason != HOOKCORE_OK)
		return reason;
	return put_relative(plan, plan->request->from + plan->window, 0);
}

static enum hookcore_reason write_window(struct plan *plan, size_t *at)
{
	enum hookcore_reason reason;
	unsigned int i;

	plan->size = 0;
	for (i = 0; i < plan->count; i++) {
		struct step *step = &plan->step[i];

		step->to = plan->size;
		*at = step->from;
		if (!step->live)
			continue;
		reason = write_step(plan, step);
		if (reason != HOOKCORE_OK)
			return reason;
	}
	return put_jmp_back(plan);
}

enum hookcore_reason reloc_window(const struct reloc_request *request,
				  struct reloc_result *result)
{
	struct plan plan = { .request = request };
	enum hookcore_reason reason;

	reason = read_window(&plan);
	result->at = plan.window;
	if (reason != HOOKCORE_OK)
		return reason;
	reason = write_window(&plan, &result->at);
	if (reason == HOOKCORE_OK)
		reason = write_window(&plan, &result->at);
	if (reason != HOOKCORE_OK)
		return reason;
	result->window = plan.window;
	result->out_size = plan.size;
	return HOOKCORE_OK;
}

static bool inside(u64 address, u64 start, u64 end)
{
	return address >= start && address < end;
}

/* A call of the window's start is recursion, and runs the handler rightly. */
static bool disturbs(const struct instruction *insn, u64 target, u64 start,
		     u64 end)
{
	if (insn->kind == INSN_CALL && target == start)
		return false;
	return inside(target, start, end);
}

enum hookcore_reason
reloc_branches_into(const u8 *code, size_t size, u64 address, u64 start,
		    u64 end, u64 skip_start, u64 skip_end,
		    void (*leaves)(void *context, u64 target), void *context,
		    u64 *at)
{
	struct instruction insn;
	u64 target;

	for (*at = address; *at - address < size; *at += insn.length) {
		insn.length = 0;
		if (inside(*at, skip_start, skip_end)) {
			*at = skip_end;
			continue;
		}
		if (!instruction_decode(&insn, code + (*at - address),
					size - (*at - address)))
			return HOOKCORE_UNDECODABLE;
		if (!is_relative_branch(&insn))
			continue;
		target = instruction_target(&insn, *at);
		if (disturbs(&insn, target, start, end))
			return HOOKCORE_BRANCH_INTO_WINDOW;
		if (leaves && insn.kind != INSN_CALL &&
		    !inside(target, address, address + size))
			leaves(context, target);
	}
	return HOOKCORE_OK;
}
