// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "huge.h"

/* In the order of the kernel's files. */
const char *const huge_enabled_names[] = { "always", "madvise", "never", NULL };
const char *const huge_defrag_names[] = { "always",  "defer", "defer+madvise",
					  "madvise", "never", NULL };
const char *const huge_rule_names[] = { "always", "inherit", "madvise", "never",
					NULL };

/* --- Decisions ------------------------------------------------------------ */

bool huge_allows(enum huge_enabled enabled, bool advised)
{
	return enabled == HUGE_ALWAYS || (advised && enabled == HUGE_MADVISE);
}

unsigned long huge_orders(const struct huge_policy *policy, bool advised)
{
	unsigned long orders = policy->sizes.always;

	if (advised)
		orders |= policy->sizes.madvise;
	if (huge_allows(policy->enabled, advised))
		orders |= policy->sizes.inherit;
	return orders;
}

/* The same decisions, with nothing that inherits. */
static void add_resolved(union huge_sizes *sum,
			 const struct huge_policy *policy)
{
	unsigned long always = huge_orders(policy, false);

	sum->always |= always;
	sum->madvise |= huge_orders(policy, true) & ~always;
}

struct huge_policy huge_union(const struct huge_policy *a,
			      const struct huge_policy *b)
{
	struct huge_policy sum = { .enabled = max(a->enabled, b->enabled) };

	add_resolved(&sum.sizes, a);
	add_resolved(&sum.sizes, b);
	return sum;
}

enum huge_effort huge_effort(enum huge_defrag defrag, bool advised)
{
	switch (defrag) {
	case HUGE_DEFRAG_ALWAYS:
		return HUGE_STALL;
	case HUGE_DEFRAG_DEFER:
		return HUGE_WAKE;
	case HUGE_DEFRAG_DEFER_MADVISE:
		return advised ? HUGE_STALL : HUGE_WAKE;
	case HUGE_DEFRAG_MADVISE:
		return advised ? HUGE_STALL : HUGE_NOTHING;
	default:
		return HUGE_NOTHING;
	}
}

/* Who stalls without having asked for it does not try again. */
gfp_t huge_gfp(enum huge_effort effort, bool advised)
{
	switch (effort) {
	case HUGE_STALL:
		return GFP_TRANSHUGE | (advised ? 0 : __GFP_NORETRY);
	case HUGE_WAKE:
		return GFP_TRANSHUGE_LIGHT | __GFP_KSWAPD_RECLAIM;
	default:
		return GFP_TRANSHUGE_LIGHT;
	}
}

/* --- Words ---------------------------------------------------------------- */

int huge_read_enabled(const char *word, int *enabled)
{
	int found = match_string(huge_enabled_names, -1, word);

	if (found < 0 && strcmp(word, "inherit"))
		return -EINVAL;
	*enabled = found < 0 ? HUGE_INHERIT : HUGE_ALWAYS - found;
	return 0;
}

int huge_read_defrag(const char *word, int *defrag)
{
	int found = match_string(huge_defrag_names, -1, word);

	if (found < 0 && strcmp(word, "inherit"))
		return -EINVAL;
	*defrag = found < 0 ? HUGE_DEFRAG_INHERIT : found;
	return 0;
}

int huge_print_choice(char *text, size_t size, const char *const *names,
		      int chosen)
{
	int length = 0, i;

	for (i = 0; names[i]; i++)
		length += scnprintf(text + length, size - length,
				    i == chosen ? "%s[%s]" : "%s%s",
				    i ? " " : "", names[i]);
	return length + scnprintf(text + length, size - length, "\n");
}

/* --- Sizes ---------------------------------------------------------------- */

enum huge_rule huge_rule_of(union huge_sizes sizes, unsigned int order)
{
	if (sizes.always & BIT(order))
		return HUGE_SIZE_ALWAYS;
	if (sizes.inherit & BIT(order))
		return HUGE_SIZE_INHERIT;
	return sizes.madvise & BIT(order) ? HUGE_SIZE_MADVISE : HUGE_SIZE_NEVER;
}

union huge_sizes huge_set_rule(union huge_sizes sizes, unsigned int order,
			       enum huge_rule rule)
{
	u16 bit = BIT(order);

	sizes.always &= ~bit;
	sizes.inherit &= ~bit;
	sizes.madvise &= ~bit;
	if (rule == HUGE_SIZE_ALWAYS)
		sizes.always |= bit;
	if (rule == HUGE_SIZE_INHERIT)
		sizes.inherit |= bit;
	if (rule == HUGE_SIZE_MADVISE)
		sizes.madvise |= bit;
	return sizes;
}

/* "64K": its order. */
static int read_order(const char *word)
{
	unsigned long long bytes;
	unsigned int order;
	char *end;

	bytes = memparse(word, &end);
	if (end == word || *end || !is_power_of_2(bytes) || bytes < PAGE_SIZE)
		return -EINVAL;
	order = ilog2(bytes) - PAGE_SHIFT;
	if (order < HUGE_ORDER_FIRST || order > HUGE_ORDER_PMD)
		return -EINVAL;
	return order;
}

/* "16K-64K", or "64K". */
static int read_range(char *text, enum huge_rule rule, union huge_sizes *sizes)
{
	char *from = strsep(&text, "-");
	int first = read_order(from);
	int last = text ? read_order(text) : first;

	if (first < 0 || last < first)
		return -EINVAL;
	for (; first <= last; first++)
		*sizes = huge_set_rule(*sizes, first, rule);
	return 0;
}

/* "16K-64K,2M:always" */
static int read_group(char *text, union huge_sizes *sizes)
{
	char *ranges = strsep(&text, ":"), *range;
	int rule = text ? match_string(huge_rule_names, -1, text) : -EINVAL;
	int err = rule < 0 ? -EINVAL : 0;

	while (!err && (range = strsep(&ranges, ",")))
		err = read_range(range, rule, sizes);
	return err;
}

int huge_read_sizes(char *text, union huge_sizes *sizes)
{
	union huge_sizes result = { .own = 1 };
	char *group;
	int err = 0;

	if (!strcmp(text, "inherit")) {
		sizes->word = 0;
		return 0;
	}
	if (!strcmp(text, "never")) {
		*sizes = result;
		return 0;
	}
	while (!err && (group = strsep(&text, ";")))
		err = read_group(group, &result);
	if (!err)
		*sizes = result;
	return err;
}

static int print_group(char *text, int length, unsigned int first,
		       unsigned int last, enum huge_rule rule)
{
	const unsigned int kbytes = PAGE_SIZE / 1024;

	length += scnprintf(text + length, HUGE_SIZES_TEXT - length, "%s%uK",
			    length ? ";" : "", kbytes << first);
	if (last > first)
		length += scnprintf(text + length, HUGE_SIZES_TEXT - length,
				    "-%uK", kbytes << last);
	return length + scnprintf(text + length, HUGE_SIZES_TEXT - length,
				  ":%s", huge_rule_names[rule]);
}

/* Neighbours of which the same is said go into one range. */
int huge_print_sizes(char *text, union huge_sizes sizes)
{
	unsigned int first = HUGE_ORDER_FIRST, last;
	enum huge_rule rule;
	int length = 0;

	if (!sizes.own)
		return scnprintf(text, HUGE_SIZES_TEXT, "inherit");
	for (; first <= HUGE_ORDER_PMD; first = last + 1) {
		rule = huge_rule_of(sizes, first);
		for (last = first; last < HUGE_ORDER_PMD; last++)
			if (huge_rule_of(sizes, last + 1) != rule)
				break;
		if (rule != HUGE_SIZE_NEVER)
			length = print_group(text, length, first, last, rule);
	}
	return length ?: scnprintf(text, HUGE_SIZES_TEXT, "never");
}
