/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What may be a huge page, and how much effort one is worth: pure, settings in,
 * decisions out.
 */
#ifndef MM_HUGE_H
#define MM_HUGE_H

#include <linux/types.h>

/* As the kernel's file "enabled"; a smaller one is stricter. */
enum huge_enabled {
	HUGE_INHERIT = -1,
	HUGE_NEVER,
	HUGE_MADVISE,
	HUGE_ALWAYS,
};

/* As the kernel's file "defrag", in its order; -1: what is around it. */
enum huge_defrag {
	HUGE_DEFRAG_INHERIT = -1,
	HUGE_DEFRAG_ALWAYS,
	HUGE_DEFRAG_DEFER,
	HUGE_DEFRAG_DEFER_MADVISE,
	HUGE_DEFRAG_MADVISE,
	HUGE_DEFRAG_NEVER,
};

/* What is done where there is no huge page; a smaller one is less. */
enum huge_effort {
	HUGE_NOTHING,
	HUGE_WAKE,
	HUGE_STALL,
};

/* Of one size; in the order in which the kernel's files show them. */
enum huge_rule {
	HUGE_SIZE_ALWAYS,
	HUGE_SIZE_INHERIT,
	HUGE_SIZE_MADVISE,
	HUGE_SIZE_NEVER,
};

/* The sizes that the kernel knows for anonymous memory, as orders. */
#define HUGE_ORDER_FIRST 2
#define HUGE_ORDER_PMD 9

/**
 * union huge_sizes - which sizes are allowed, as masks of orders
 * @always: everywhere.
 * @madvise: where it was asked for.
 * @inherit: where the setting "enabled" says so.
 * @own: these are somebody's own, and not those of what is around it.
 * @word: all of it: read and written at once.
 */
union huge_sizes {
	struct {
		u16 always;
		u16 madvise;
		u16 inherit;
		u16 own;
	};
	u64 word;
};

/**
 * struct huge_policy - what the kernel's files say, or a vkernel's
 * @enabled: not %HUGE_INHERIT.
 * @sizes: on kernels that know one size, @inherit of that.
 */
struct huge_policy {
	enum huge_enabled enabled;
	union huge_sizes sizes;
};

/* The longest text of huge_print_sizes(), with its NUL. */
#define HUGE_SIZES_TEXT 128

extern const char *const huge_enabled_names[];
extern const char *const huge_defrag_names[];
extern const char *const huge_rule_names[];

/**
 * huge_allows() - are areas allowed to have huge pages?
 * @enabled: the setting.
 * @advised: the area was advised to (MADV_HUGEPAGE).
 *
 * Return: true if so.
 */
bool huge_allows(enum huge_enabled enabled, bool advised);

/**
 * huge_orders() - which huge pages may an anonymous area have?
 * @policy: the settings.
 * @advised: the area was advised to (MADV_HUGEPAGE).
 *
 * As thp_vma_allowable_orders() does before it looks at the area.
 *
 * Return: mask of orders.
 */
unsigned long huge_orders(const struct huge_policy *policy, bool advised);

/**
 * huge_union() - settings by which at least as much is allowed as by each
 * @a: settings.
 * @b: settings.
 *
 * Nothing inherits any more: what is inherited depends on whose "enabled" it
 * is.
 *
 * Return: the settings.
 */
struct huge_policy huge_union(const struct huge_policy *a,
			      const struct huge_policy *b);

/**
 * huge_effort() - how hard is a huge page looked for?
 * @defrag: the setting, not %HUGE_DEFRAG_INHERIT.
 * @advised: the area was advised to (MADV_HUGEPAGE).
 *
 * Return: the effort.
 */
enum huge_effort huge_effort(enum huge_defrag defrag, bool advised);

/**
 * huge_gfp() - an effort as flags of an allocation
 * @effort: the effort.
 * @advised: the area was advised to (MADV_HUGEPAGE).
 *
 * Return: what vma_thp_gfp_mask() returns for it.
 */
gfp_t huge_gfp(enum huge_effort effort, bool advised);

/**
 * huge_read_enabled() - a setting "enabled", from its name
 * @word: "inherit", "always", "madvise" or "never".
 * @enabled: the result.
 *
 * Return: 0, -EINVAL if it is none.
 */
int huge_read_enabled(const char *word, int *enabled);

/**
 * huge_read_defrag() - a setting "defrag", from its name
 * @word: "inherit", "always", "defer", "defer+madvise", "madvise" or "never".
 * @defrag: the result.
 *
 * Return: 0, -EINVAL if it is none.
 */
int huge_read_defrag(const char *word, int *defrag);

/**
 * huge_read_sizes() - masks of sizes, as the kernel's parameter thp_anon has
 *	them
 * @text: "inherit"; or "never"; or "16K-64K:always;2M:inherit": sizes that are
 *	not named are never used, of what is said twice the last word counts.
 *	It is changed.
 * @sizes: the result.
 *
 * Return: 0, -EINVAL if it is none.
 */
int huge_read_sizes(char *text, union huge_sizes *sizes);

/**
 * huge_print_sizes() - the inverse
 * @text: where to, %HUGE_SIZES_TEXT bytes.
 * @sizes: the masks.
 *
 * Return: the length.
 */
int huge_print_sizes(char *text, union huge_sizes sizes);

/**
 * huge_rule_of() - what is said of one size
 * @sizes: the masks.
 * @order: the size.
 *
 * Return: the rule.
 */
enum huge_rule huge_rule_of(union huge_sizes sizes, unsigned int order);

/**
 * huge_set_rule() - say something else of one size
 * @sizes: the masks.
 * @order: the size.
 * @rule: the rule.
 *
 * Return: the new masks.
 */
union huge_sizes huge_set_rule(union huge_sizes sizes, unsigned int order,
			       enum huge_rule rule);

/**
 * huge_print_choice() - a choice as the kernel's files show it
 * @text: where to.
 * @size: bytes.
 * @names: the words, NULL-terminated.
 * @chosen: index of the one in brackets.
 *
 * Return: the length.
 */
int huge_print_choice(char *text, size_t size, const char *const *names,
		      int chosen);

#endif /* MM_HUGE_H */
