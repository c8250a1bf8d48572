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

static void reach_jump(void *context, u64 target)
{
	struct hookcore_hook *hook = context;

	if (within_module_core(target, hook->owner))
		reach_add(hook, target);
}

/*
 * The unlikely half that the compiler put elsewhere: the jump that leads there
 * may be a jump label's, and a nop at the moment.
 */
static void reach_add_cold(struct hookcore_hook *hook, unsigned long start)
{
	char name[KSYM_SYMBOL_LEN];
	unsigned long cold;

	snprintf(name, sizeof(name), "%s:%ps", hook->owner->name,
		 (void *)start);
	/* "%ps" ends in " [module]". */
	strreplace(name, ' ', '\0');
	strlcat(name, ".cold", sizeof(name));
	cold = hookcore_symbol(name);
	if (cold)
		reach_add(hook, cold);
}

static enum hookcore_reason reach_follow(struct hookcore_hook *hook,
					 unsigned long start, size_t size)
{
	enum hookcore_reason reason;
	u8 *copy;
	u64 at;

	reach_add_cold(hook, start);
	copy = site_copy_text(start, size);
	if (!copy)
		return HOOKCORE_NO_MEMORY;
	/* There is no window: no branch leads into it. */
	reason = reloc_branches_into(copy, size, start, 0, 0, 0, 0, reach_jump,
				     hook, &at);
	/* Behind a section's last function are zeros, two an instruction. */
	if (reason && !memchr_inv(copy + (at - start), 0, start + size - at))
		reason = HOOKCORE_OK;
	if (reason)
		snprintf(hook->hint, sizeof(hook->hint), "handler, %pS",
			 (void *)(unsigned long)at);
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
	reason = reach_follow_all(hook);
	if (reason || hook->reach_count <= HOOKCORE_REACH)
		return reason;
	snprintf(hook->hint, sizeof(hook->hint),
		 "the handler jumps to too many functions");
	return HOOKCORE_BAD_ARGUMENT;
}
