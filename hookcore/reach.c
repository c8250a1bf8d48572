// SPDX-License-Identifier: GPL-2.0
#include "reach.h"

#include <linux/slab.h>

#include "reloc.h"
#include "site.h"
#include "symbol.h"

/* One more than there may be counts as too many. */
static void reach_add(struct hookcore_hook *hook, unsigned long address)
{
	unsigned long start, size;
	unsigned int i;

	if (!symbol_extent(address, &start, &size))
		return;
	for (i = 0; i < min(hook->reach_count, HOOKCORE_REACH); i++)
		if (hook->reach[i].start == start)
			return;
	if (hook->reach_count < HOOKCORE_REACH) {
		hook->reach[hook->reach_count].start = start;
		hook->reach[hook->reach_count].size = size;
	}
	hook->reach_count++;
}

/**
 * struct reach_walk - following the jumps of a function
 * @hook: whose handler leads there.
 * @by_pointer: one goes where a register says, by a thunk of the kernel's.
 */
struct reach_walk {
	struct hookcore_hook *hook;
	bool by_pointer;
};

/*
 * A kernel against indirect target selection (ITS, 6.1 and 6.12) has put thunks
 * of its own in the place of some: no symbol is theirs.
 */
static bool reach_is_thunk(unsigned long target)
{
	char name[KSYM_SYMBOL_LEN];
	unsigned long start, size;

	if (!symbol_extent(target, &start, &size))
		return true;
	snprintf(name, sizeof(name), "%ps", (void *)target);
	return strstarts(name, "__x86_indirect_");
}

static void reach_jump(void *context, u64 target)
{
	struct reach_walk *walk = context;

	if (within_module_core(target, walk->hook->owner))
		reach_add(walk->hook, target);
	else
		walk->by_pointer |= reach_is_thunk(target);
}

/* Where the processor needs no thunk the kernel has put in the jump itself. */
static bool reach_jumps_indirectly(const u8 *code, size_t size)
{
	struct instruction insn;
	size_t at;

	for (at = 0; at < size; at += insn.length) {
		if (!instruction_decode(&insn, code + at, size - at))
			return false;
		if (insn.kind == INSN_JMP_INDIRECT)
			return true;
	}
	return false;
}

static bool reach_is_call(const struct instruction *insn)
{
	return insn->kind == INSN_CALL || insn->kind == INSN_CALL_INDIRECT;
}

/*
 * Does it go on behind its end? A label in assembly ends one symbol and begins
 * another. Behind a call only if that is the very end: one that never returns may
 * be the last thing that the compiler has put there, and then padding follows, or
 * by chance, which does no harm, another function. Behind a section's last
 * function are zeros.
 */
static bool reach_falls_through(const u8 *code, size_t size)
{
	bool falls = false, calls = false;
	struct instruction insn;
	size_t at;

	for (at = 0; at < size && memchr_inv(code + at, 0, size - at);
	     at += insn.length) {
		if (!instruction_decode(&insn, code + at, size - at))
			return false;
		if (insn.padding) {
			falls &= !calls;
			continue;
		}
		falls = instruction_runs_on(&insn) && insn.kind != INSN_TRAP;
		calls = reach_is_call(&insn);
	}
	return falls && !(calls && at < size);
}

/*
 * The unlikely half that the compiler put elsewhere: the jump that leads there
 * may be a jump label's, and a nop at the moment.
 */
static void reach_add_cold(struct hookcore_hook *hook, unsigned long start)
{
	unsigned long cold = symbol_cold(start);

	if (cold)
		reach_add(hook, cold);
}

static enum hookcore_reason reach_refuse(struct hookcore_hook *hook,
					 const char *why)
{
	strscpy(hook->hint, why, sizeof(hook->hint));
	return HOOKCORE_BAD_ARGUMENT;
}

static enum hookcore_reason reach_follow(struct hookcore_hook *hook,
					 unsigned long start, size_t size)
{
	struct reach_walk walk = { .hook = hook };
	enum hookcore_reason reason;
	u8 *copy;
	u64 at;

	reach_add_cold(hook, start);
	copy = site_copy_text(start, size);
	if (!copy)
		return HOOKCORE_NO_MEMORY;
	/* There is no window: no branch leads into it. */
	reason = site_find_branches(copy, size, start, 0, 0, reach_jump, &walk,
				    &at);
	if (reason)
		snprintf(hook->hint, sizeof(hook->hint), "handler, %pS",
			 (void *)(unsigned long)at);
	else if (walk.by_pointer || reach_jumps_indirectly(copy, size))
		reason = reach_refuse(hook, "the handler jumps by a pointer");
	else if (reach_falls_through(copy, size))
		reach_jump(&walk, start + size);
	kvfree(copy);
	return reason;
}

/* Handlers by the thousand are made by a macro, and lie behind one symbol. */
static bool reach_is_same(const struct hookcore_hook *hook,
			  const struct hookcore_hook *before)
{
	return before && before->owner == hook->owner && before->reach_count &&
	       (unsigned long)hook->handler - before->reach[0].start <
		       before->reach[0].size;
}

static enum hookcore_reason reach_follow_all(struct hookcore_hook *hook)
{
	enum hookcore_reason reason = HOOKCORE_OK;
	unsigned int i;

	for (i = 0; !reason && i < min(hook->reach_count, HOOKCORE_REACH); i++)
		reason = reach_follow(hook, hook->reach[i].start,
				      hook->reach[i].size);
	return reason;
}

enum hookcore_reason reach_find(struct hookcore_hook *hook,
				const struct hookcore_hook *before)
{
	enum hookcore_reason reason;

	if (reach_is_same(hook, before)) {
		memcpy(hook->reach, before->reach, sizeof(hook->reach));
		hook->reach_count = before->reach_count;
		return HOOKCORE_OK;
	}
	hook->reach_count = 0;
	reach_add(hook, (unsigned long)hook->handler);
	/* Built in, in User-Mode Linux: nobody loses the CPU in there. */
	if (!hook->owner)
		return HOOKCORE_OK;
	if (!hook->reach_count)
		return reach_refuse(hook, "the handler has no symbol");
	reason = reach_follow_all(hook);
	if (reason || hook->reach_count <= HOOKCORE_REACH)
		return reason;
	return reach_refuse(hook, "the handler jumps to too many functions");
}
