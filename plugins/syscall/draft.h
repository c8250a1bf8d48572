/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vkernel's rules while they are being edited: what a table is made from.
 */
#ifndef SYSCALL_DRAFT_H
#define SYSCALL_DRAFT_H

#include <linux/bitmap.h>
#include <linux/list.h>

#include "verdicts.h"

/* The most conditions in one rule: each argument from below and from above. */
#define RULE_TESTS 12

/* Above every number of every door. */
#define RULE_CALLS VERDICT_CALLS

/**
 * struct rule - one line of rules_add
 * @abi: the door.
 * @calls: the numbers of the calls there; only one where there are conditions.
 * @nr: one of them.
 * @verdict: its verdict; %VERDICT_DEFAULT: what the ABI's fallback says.
 * @count: how many conditions it has. All must hold.
 * @test: the conditions; @last and @verdict in them are not used.
 */
struct rule {
	enum verdict_abi abi;
	DECLARE_BITMAP(calls, RULE_CALLS);
	unsigned int nr;
	u32 verdict;
	unsigned int count;
	struct verdict_test test[RULE_TESTS];
};

/* The most conditions in all rules of a vkernel: 192 KiB of them. */
#define DRAFT_TESTS 8192

/* The most rules on objects of a vkernel: about as much. */
#define DRAFT_OBJECTS 768

/**
 * struct draft - rules being edited
 * @final: the verdict on each call where none of its conditional rules holds.
 * @fallback: the verdict where there is no rule, by ABI.
 * @tested: the conditional rules in the order they came, &struct draft_rule.
 * @tests: how many conditions these have.
 * @objects: the rules on objects in the order they came, &struct draft_object.
 * @object_count: how many.
 */
struct draft {
	u32 final[VERDICT_CALLS];
	u32 fallback[VERDICT_ABIS];
	struct list_head tested;
	unsigned int tests;
	struct list_head objects;
	unsigned int object_count;
};

/**
 * draft_init() - no rules
 * @draft: becomes one that allows everything.
 */
void draft_init(struct draft *draft);

/**
 * draft_reset() - take all rules back
 * @draft: the draft.
 */
void draft_reset(struct draft *draft);

/**
 * draft_add() - add a rule
 * @draft: the draft.
 * @rule: the rule, for calls that its ABI has.
 *
 * Context: process context, sleeps.
 * Return: 0, -EPERM if a call must stay allowed and the rule is about
 * anything else, -ENOSPC if there are too many conditions, -ENOMEM.
 */
int draft_add(struct draft *draft, const struct rule *rule);

/**
 * draft_add_object() - add a rule on an object
 * @draft: the draft.
 * @object: the rule.
 *
 * Context: process context, sleeps.
 * Return: 0, -ENOSPC if there are too many, -ENOMEM.
 */
int draft_add_object(struct draft *draft, const struct object *object);

/**
 * draft_size() - how big is the table?
 * @draft: the draft.
 *
 * Return: bytes of the &struct verdicts that draft_fill() makes.
 */
size_t draft_size(const struct draft *draft);

/**
 * draft_fill() - make the table
 * @draft: the draft.
 * @verdicts: zeroed memory of draft_size() bytes.
 *
 * Context: process context, sleeps.
 * Return: 0, or -ENOMEM.
 */
int draft_fill(const struct draft *draft, struct verdicts *verdicts);

#endif /* SYSCALL_DRAFT_H */
