// SPDX-License-Identifier: GPL-2.0
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "draft.h"

/* A rule with conditions. */
struct draft_rule {
	struct list_head node;
	unsigned int index;
	unsigned int count;
	struct verdict_test test[];
};

/* A rule on an object. */
struct draft_object {
	struct list_head node;
	struct object object;
};

void draft_init(struct draft *draft)
{
	INIT_LIST_HEAD(&draft->tested);
	INIT_LIST_HEAD(&draft->objects);
	draft_reset(draft);
}

static void reset_objects(struct draft *draft)
{
	struct draft_object *object, *next;

	list_for_each_entry_safe(object, next, &draft->objects, node)
		kfree(object);
	INIT_LIST_HEAD(&draft->objects);
	draft->object_count = 0;
}

void draft_reset(struct draft *draft)
{
	struct draft_rule *rule, *next;

	list_for_each_entry_safe(rule, next, &draft->tested, node)
		kfree(rule);
	INIT_LIST_HEAD(&draft->tested);
	draft->tests = 0;
	reset_objects(draft);
	memset32(draft->final, VERDICT_DEFAULT, VERDICT_CALLS);
	memset32(draft->fallback, VERDICT_ALLOW, VERDICT_ABIS);
}

static int add_tested(struct draft *draft, const struct rule *rule,
		      unsigned int index)
{
	struct draft_rule *copy;

	if (draft->tests + rule->count > DRAFT_TESTS)
		return -ENOSPC;
	copy = kmalloc(struct_size(copy, test, rule->count), GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	copy->index = index;
	copy->count = rule->count;
	memcpy(copy->test, rule->test, rule->count * sizeof(*rule->test));
	copy->test[rule->count - 1].last = true;
	copy->test[rule->count - 1].verdict = rule->verdict;
	list_add_tail(&copy->node, &draft->tested);
	draft->tests += rule->count;
	return 0;
}

static bool may_be_ruled(const struct rule *rule)
{
	unsigned int nr;

	if (rule->verdict == VERDICT_ALLOW)
		return true;
	for_each_set_bit(nr, rule->calls, RULE_CALLS)
		if (verdicts_essential(rule->abi, nr))
			return false;
	return true;
}

static void set_essentials(u32 *verdicts, enum verdict_abi abi, u32 verdict)
{
	unsigned int nr;
	size_t i;

	for (i = 0; i < VERDICT_ESSENTIALS; i++) {
		nr = verdicts_essentials[abi][i];
		if (nr < verdicts_count(abi))
			verdicts[nr] = verdict;
	}
}

/*
 * Many calls, and a container waits: they mostly come in ranges. No rule
 * reaches the essential ones.
 */
static void set_calls(struct draft *draft, const struct rule *rule)
{
	u32 *final = &draft->final[verdicts_first(rule->abi)];
	unsigned int nr, end;

	for_each_set_bitrange(nr, end, rule->calls, RULE_CALLS)
		memset32(&final[nr], rule->verdict, end - nr);
	set_essentials(final, rule->abi, VERDICT_DEFAULT);
}

int draft_add(struct draft *draft, const struct rule *rule)
{
	if (!may_be_ruled(rule))
		return -EPERM;
	if (rule->count && !verdicts_essential(rule->abi, rule->nr))
		return add_tested(draft, rule,
				  verdicts_first(rule->abi) + rule->nr);
	set_calls(draft, rule);
	return 0;
}

int draft_add_object(struct draft *draft, const struct object *object)
{
	struct draft_object *copy;

	if (draft->object_count == DRAFT_OBJECTS)
		return -ENOSPC;
	copy = kmalloc(sizeof(*copy), GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	copy->object = *object;
	list_add_tail(&copy->node, &draft->objects);
	draft->object_count++;
	return 0;
}

/* Behind the rules of a call, at most one test more: what holds always. */
size_t draft_size(const struct draft *draft)
{
	struct verdicts *verdicts;

	return struct_size(verdicts, test, 2 * draft->tests) +
	       draft->object_count * sizeof(struct object);
}

/* --- From the draft to the table ------------------------------------------ */

static u32 resolve(const struct draft *draft, unsigned int index, u32 verdict)
{
	enum verdict_abi abi = index >= VERDICT_FIRST_X32  ? VERDICT_X32 :
			       index >= VERDICT_FIRST_IA32 ? VERDICT_IA32 :
							     VERDICT_X64;

	return verdict == VERDICT_DEFAULT ? draft->fallback[abi] : verdict;
}

/* Many calls, and a container waits: as little as can be for each. */
static void fill_abi(const struct draft *draft, struct verdicts *verdicts,
		     enum verdict_abi abi)
{
	unsigned int first = verdicts_first(abi), nr;
	const u32 *final = &draft->final[first];
	u32 *of = &verdicts->of[first];

	memset32(of, draft->fallback[abi], verdicts_count(abi));
	for (nr = 0; nr < verdicts_count(abi); nr++) {
		if (final[nr] == VERDICT_DEFAULT)
			continue;
		of[nr] = final[nr];
		__set_bit(first + nr, verdicts->ruled);
	}
	/* Whatever the fallback: it never reaches these. */
	set_essentials(of, abi, VERDICT_ALLOW);
	verdicts->fallback[abi] = draft->fallback[abi];
}

static void fill_final(const struct draft *draft, struct verdicts *verdicts)
{
	enum verdict_abi abi;

	for (abi = 0; abi < VERDICT_ABIS; abi++)
		fill_abi(draft, verdicts, abi);
}

/*
 * Give each call that has conditional rules a run of tests: first the end of
 * its run, which the final verdict takes; then its rules are put in front of
 * that, the last one first, and what @next then says is the run's start.
 */
static void lay_out(const struct draft *draft, struct verdicts *verdicts,
		    u16 *next)
{
	DECLARE_BITMAP(tested, VERDICT_CALLS) = {};
	const struct draft_rule *rule;
	unsigned int index, at = 0;

	list_for_each_entry(rule, &draft->tested, node) {
		next[rule->index] += rule->count;
		__set_bit(rule->index, tested);
	}
	for_each_set_bit(index, tested, VERDICT_CALLS) {
		at += next[index];
		next[index] = at;
		verdicts->test[at++] = (struct verdict_test){
			.op = VERDICT_ALWAYS,
			.last = true,
			.verdict = verdicts->of[index],
		};
	}
	verdicts->tests = at;
}

static void fill_tested(const struct draft *draft, struct verdicts *verdicts,
			u16 *next)
{
	const struct draft_rule *rule;
	struct verdict_test *test;

	list_for_each_entry_reverse(rule, &draft->tested, node) {
		next[rule->index] -= rule->count;
		test = &verdicts->test[next[rule->index]];
		memcpy(test, rule->test, rule->count * sizeof(*test));
		test += rule->count - 1;
		test->verdict = resolve(draft, rule->index, test->verdict);
		verdicts->of[rule->index] = VERDICT_TESTED | next[rule->index];
	}
}

/*
 * Behind the tests, whose number is known by now. Kind by kind: who opens a
 * file does not pay for rules on addresses.
 */
static void fill_objects(const struct draft *draft, struct verdicts *verdicts)
{
	struct object *objects = (struct object *)verdicts_objects(verdicts);
	const struct draft_object *object;
	enum object_kind kind;
	u16 count = 0;

	BUILD_BUG_ON(DRAFT_OBJECTS > U16_MAX);
	for (kind = 0; kind < OBJECT_KINDS; kind++) {
		verdicts->objects[kind] = count;
		list_for_each_entry(object, &draft->objects, node)
			if (object->object.kind == kind)
				objects[count++] = object->object;
	}
	verdicts->objects[OBJECT_KINDS] = count;
}

int draft_fill(const struct draft *draft, struct verdicts *verdicts)
{
	u16 *next = kcalloc(VERDICT_CALLS, sizeof(*next), GFP_KERNEL);

	BUILD_BUG_ON(2 * DRAFT_TESTS > U16_MAX);
	if (!next)
		return -ENOMEM;
	fill_final(draft, verdicts);
	lay_out(draft, verdicts, next);
	fill_tested(draft, verdicts, next);
	fill_objects(draft, verdicts);
	verdicts_close_detours(verdicts);
	kfree(next);
	return 0;
}
