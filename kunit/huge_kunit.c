// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/string.h>

#include "../plugins/mm/huge.h"

#define PMD BIT(HUGE_ORDER_PMD)

/* One size, as on older kernels, or as newer ones begin. */
static struct huge_policy one_size(enum huge_enabled enabled)
{
	return (struct huge_policy){
		.enabled = enabled,
		.sizes = { .inherit = PMD },
	};
}

static void huge_one_size(struct kunit *test)
{
	static const struct {
		enum huge_enabled enabled;
		unsigned long plain;
		unsigned long advised;
	} cases[] = {
		{ HUGE_NEVER, 0, 0 },
		{ HUGE_MADVISE, 0, PMD },
		{ HUGE_ALWAYS, PMD, PMD },
	};
	struct huge_policy policy;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		policy = one_size(cases[i].enabled);
		KUNIT_EXPECT_EQ(test, huge_orders(&policy, false),
				cases[i].plain);
		KUNIT_EXPECT_EQ(test, huge_orders(&policy, true),
				cases[i].advised);
	}
}

static void huge_many_sizes(struct kunit *test)
{
	struct huge_policy policy = {
		.enabled = HUGE_NEVER,
		.sizes = { .always = BIT(4),
			   .madvise = BIT(5),
			   .inherit = BIT(6) },
	};

	KUNIT_EXPECT_EQ(test, huge_orders(&policy, false), BIT(4));
	KUNIT_EXPECT_EQ(test, huge_orders(&policy, true), BIT(4) | BIT(5));
	policy.enabled = HUGE_MADVISE;
	KUNIT_EXPECT_EQ(test, huge_orders(&policy, false), BIT(4));
	KUNIT_EXPECT_EQ(test, huge_orders(&policy, true),
			BIT(4) | BIT(5) | BIT(6));
	policy.enabled = HUGE_ALWAYS;
	KUNIT_EXPECT_EQ(test, huge_orders(&policy, false), BIT(4) | BIT(6));
}

/* All that two can want is allowed, and not a size more. */
static void check_union(struct kunit *test, const struct huge_policy *a,
			const struct huge_policy *b)
{
	struct huge_policy sum = huge_union(a, b);
	int advised;

	for (advised = 0; advised < 2; advised++)
		KUNIT_EXPECT_EQ(test, huge_orders(&sum, advised),
				huge_orders(a, advised) |
					huge_orders(b, advised));
	KUNIT_EXPECT_EQ(test, sum.sizes.inherit, 0);
	KUNIT_EXPECT_EQ(test, sum.enabled, max(a->enabled, b->enabled));
}

/* Each of three sizes by each of four rules, and each of three settings. */
static struct huge_policy numbered_policy(unsigned int number)
{
	struct huge_policy policy = { .enabled = number % 3 };
	unsigned int order;

	number /= 3;
	for (order = 7; order <= HUGE_ORDER_PMD; order++, number /= 4)
		policy.sizes = huge_set_rule(policy.sizes, order, number % 4);
	return policy;
}

static void huge_unions(struct kunit *test)
{
	struct huge_policy a, b;
	unsigned int i, j;

	for (i = 0; i < 3 * 64; i++) {
		a = numbered_policy(i);
		for (j = 0; j < 3 * 64; j++) {
			b = numbered_policy(j);
			check_union(test, &a, &b);
		}
	}
}

/* As the comment at vma_thp_gfp_mask() has them. */
static void huge_efforts(struct kunit *test)
{
	static const struct {
		enum huge_defrag defrag;
		enum huge_effort plain;
		enum huge_effort advised;
	} cases[] = {
		{ HUGE_DEFRAG_ALWAYS, HUGE_STALL, HUGE_STALL },
		{ HUGE_DEFRAG_DEFER, HUGE_WAKE, HUGE_WAKE },
		{ HUGE_DEFRAG_DEFER_MADVISE, HUGE_WAKE, HUGE_STALL },
		{ HUGE_DEFRAG_MADVISE, HUGE_NOTHING, HUGE_STALL },
		{ HUGE_DEFRAG_NEVER, HUGE_NOTHING, HUGE_NOTHING },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		KUNIT_EXPECT_EQ(test, huge_effort(cases[i].defrag, false),
				cases[i].plain);
		KUNIT_EXPECT_EQ(test, huge_effort(cases[i].defrag, true),
				cases[i].advised);
	}
	KUNIT_EXPECT_EQ(test, huge_gfp(HUGE_STALL, true),
			GFP_TRANSHUGE_LIGHT | __GFP_DIRECT_RECLAIM);
	KUNIT_EXPECT_EQ(test, huge_gfp(HUGE_STALL, false),
			GFP_TRANSHUGE | __GFP_NORETRY);
	KUNIT_EXPECT_EQ(test, huge_gfp(HUGE_WAKE, true),
			GFP_TRANSHUGE_LIGHT | __GFP_KSWAPD_RECLAIM);
	KUNIT_EXPECT_EQ(test, huge_gfp(HUGE_NOTHING, true),
			GFP_TRANSHUGE_LIGHT);
}

static void huge_words(struct kunit *test)
{
	char text[64];
	int value = 7;

	KUNIT_EXPECT_EQ(test, huge_read_enabled("sometimes", &value), -EINVAL);
	KUNIT_EXPECT_EQ(test, huge_read_defrag("defer+", &value), -EINVAL);
	KUNIT_EXPECT_EQ(test, value, 7);
	KUNIT_EXPECT_EQ(test, huge_read_enabled("madvise", &value), 0);
	KUNIT_EXPECT_EQ(test, value, HUGE_MADVISE);
	KUNIT_EXPECT_EQ(test, huge_read_enabled("inherit", &value), 0);
	KUNIT_EXPECT_EQ(test, value, HUGE_INHERIT);
	KUNIT_EXPECT_EQ(test, huge_read_defrag("defer+madvise", &value), 0);
	KUNIT_EXPECT_EQ(test, value, HUGE_DEFRAG_DEFER_MADVISE);
	huge_print_choice(text, sizeof(text), huge_enabled_names, 1);
	KUNIT_EXPECT_STREQ(test, text, "always [madvise] never\n");
	huge_print_choice(text, 10, huge_defrag_names, 4);
	KUNIT_EXPECT_EQ(test, strlen(text), 9);
}

static void huge_size_texts(struct kunit *test)
{
	/* What is read, and what is printed then; NULL: nonsense. */
	static const char *const cases[][2] = {
		{ "inherit", "inherit" },
		{ "never", "never" },
		{ "2M:never", "never" },
		{ "2M:always", "2048K:always" },
		{ "64k:madvise", "64K:madvise" },
		{ "16K-2M:inherit", "16K-2048K:inherit" },
		{ "16K-64K,256K:always;2M:inherit",
		  "16K-64K:always;256K:always;2048K:inherit" },
		{ "16K-2M:always;64K:never",
		  "16K-32K:always;128K-2048K:always" },
		{ "", NULL },
		{ "64K", NULL },
		{ "64K:", NULL },
		{ ":always", NULL },
		{ "64K:often", NULL },
		{ "8K:always", NULL },
		{ "4M:always", NULL },
		{ "3M:always", NULL },
		{ "64K-16K:always", NULL },
		{ "64K-:always", NULL },
		{ "-64K:always", NULL },
		{ "64K:always;", NULL },
		{ "64Kx:always", NULL },
		{ "99999999999999999999M:always", NULL },
	};
	char text[HUGE_SIZES_TEXT];
	union huge_sizes sizes;
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		sizes.word = 7;
		strscpy(text, cases[i][0], sizeof(text));
		err = huge_read_sizes(text, &sizes);
		KUNIT_EXPECT_EQ_MSG(test, !err, !!cases[i][1], "%s",
				    cases[i][0]);
		if (err) {
			KUNIT_EXPECT_EQ(test, sizes.word, 7);
			continue;
		}
		huge_print_sizes(text, sizes);
		KUNIT_EXPECT_STREQ(test, text, cases[i][1]);
	}
}

/* The longest text there can be has room, and is read as it was meant. */
static void huge_size_text_room(struct kunit *test)
{
	union huge_sizes sizes = { .own = 1 }, again;
	char text[HUGE_SIZES_TEXT];
	unsigned int order;

	for (order = HUGE_ORDER_FIRST; order <= HUGE_ORDER_PMD; order++)
		sizes = huge_set_rule(sizes, order,
				      order % 2 ? HUGE_SIZE_INHERIT :
						  HUGE_SIZE_MADVISE);
	KUNIT_EXPECT_LT(test, huge_print_sizes(text, sizes),
			HUGE_SIZES_TEXT - 1);
	KUNIT_EXPECT_EQ(test, huge_read_sizes(text, &again), 0);
	KUNIT_EXPECT_EQ(test, again.word, sizes.word);
}

static struct kunit_case huge_cases[] = {
	KUNIT_CASE(huge_one_size),	 KUNIT_CASE(huge_many_sizes),
	KUNIT_CASE(huge_unions),	 KUNIT_CASE(huge_efforts),
	KUNIT_CASE(huge_words),		 KUNIT_CASE(huge_size_texts),
	KUNIT_CASE(huge_size_text_room), {},
};

static struct kunit_suite mm_huge_suite = {
	.name = "mm_huge",
	.test_cases = huge_cases,
};

kunit_test_suite(mm_huge_suite);
