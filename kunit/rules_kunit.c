// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/limits.h>

#include "../plugins/sched/rules.h"

/* load.weight of nice 0, 19 and -20, and the least that there is. */
#define NICE_0 (1024UL << 10)
#define NICE_19 (15UL << 10)
#define NICE_M20 (88761UL << 10)
#define LEAST (2UL << 10)

#define MS 1000000U

static void rules_values(struct kunit *test)
{
	static const struct {
		enum rules_setting setting;
		const char *text;
		u32 value;
	} cases[] = {
		{ RULES_WAKEUP_GRANULARITY, "0", 0 },
		{ RULES_WAKEUP_GRANULARITY, "1000000000", 1000 * MS },
		{ RULES_WAKEUP_GRANULARITY, "inherit", RULES_INHERIT },
		{ RULES_MIN_GRANULARITY, "100000", MS / 10 },
		{ RULES_MIN_GRANULARITY, "100000000", 100 * MS },
		{ RULES_LATENCY, "100000", MS / 10 },
		{ RULES_LATENCY, "100000000", 100 * MS },
		{ RULES_CHILD_FIRST, "0", 0 },
		{ RULES_CHILD_FIRST, "1", 1 },
		{ RULES_BASE_SLICE, "3000000", 3 * MS },
		{ RULES_BASE_SLICE, "inherit", RULES_INHERIT },
	};
	char text[RULES_SIZE];
	u32 value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		value = 1;
		KUNIT_EXPECT_EQ(
			test,
			rules_read(cases[i].setting, cases[i].text, &value), 0);
		KUNIT_EXPECT_EQ(test, value, cases[i].value);
		KUNIT_EXPECT_STREQ(test, rules_print(value, text),
				   cases[i].text);
	}
}

static void rules_nonsense(struct kunit *test)
{
	static const struct {
		enum rules_setting setting;
		const char *text;
	} cases[] = {
		{ RULES_WAKEUP_GRANULARITY, "" },
		{ RULES_WAKEUP_GRANULARITY, "-1" },
		{ RULES_WAKEUP_GRANULARITY, "1000000001" },
		{ RULES_WAKEUP_GRANULARITY, "4294967295" },
		{ RULES_WAKEUP_GRANULARITY, "1ms" },
		{ RULES_MIN_GRANULARITY, "0" },
		{ RULES_MIN_GRANULARITY, "99999" },
		{ RULES_MIN_GRANULARITY, "100000001" },
		{ RULES_LATENCY, "99999" },
		{ RULES_LATENCY, "100000001" },
		{ RULES_CHILD_FIRST, "2" },
		{ RULES_CHILD_FIRST, "-1" },
		{ RULES_BASE_SLICE, "99999" },
		{ RULES_BASE_SLICE, "100000001" },
		{ RULES_BASE_SLICE, "18446744073709551616" },
		{ RULES_BASE_SLICE, "Inherit" },
	};
	u32 value = 1;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ(test,
				rules_read(cases[i].setting, cases[i].text,
					   &value),
				-EINVAL);
	KUNIT_EXPECT_EQ(test, value, 1U);
}

static void rules_shifts(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rules_shift(MS, MS, NICE_0), 0LL);
	KUNIT_EXPECT_EQ(test, rules_shift(MS, 0, NICE_0), (s64)MS);
	KUNIT_EXPECT_EQ(test, rules_shift(MS, 3 * MS, NICE_0), -2LL * MS);
	/* Of the lighter one's own virtual time, which passes faster. */
	KUNIT_EXPECT_EQ(test, rules_shift(3 * MS, 0, NICE_19),
			3LL * MS * 1024 / 15);
	KUNIT_EXPECT_EQ(test, rules_shift(0, 1000 * MS, NICE_M20),
			-(1000LL * MS * 1024 / 88761));
	KUNIT_EXPECT_EQ(test, rules_shift(0, 1000 * MS, LEAST), -512000LL * MS);
	/* Nobody has that; but nothing traps. */
	KUNIT_EXPECT_LT(test, rules_shift(0, 1000 * MS, 0), 0LL);
}

static void rules_periods(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rules_period(1, 6 * MS, 750000), 6ULL * MS);
	KUNIT_EXPECT_EQ(test, rules_period(8, 6 * MS, 750000), 6ULL * MS);
	KUNIT_EXPECT_EQ(test, rules_period(9, 6 * MS, 750000), 6750000ULL);
	KUNIT_EXPECT_EQ(test, rules_period(2, 6 * MS, 20 * MS), 40ULL * MS);
	KUNIT_EXPECT_EQ(test, rules_period(UINT_MAX, U32_MAX, 100 * MS),
			100ULL * MS * UINT_MAX);
	KUNIT_EXPECT_EQ(test, rules_period(3, 6 * MS, 0), 6ULL * MS);
}

static void rules_shares(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rules_share(6 * MS, NICE_0, 2 * NICE_0),
			3ULL * MS);
	KUNIT_EXPECT_EQ(test, rules_share(6 * MS, NICE_0, NICE_0), 6ULL * MS);
	/* 10,000 of the heaviest: the product has more than 64 bits. */
	KUNIT_EXPECT_EQ(
		test, rules_share(1000000ULL * MS, NICE_M20, 10000 * NICE_M20),
		100ULL * MS);
	/* A queue that is emptier than what is on it. */
	KUNIT_EXPECT_EQ(test, rules_share(6 * MS, NICE_0, 0), 6ULL * MS);
	KUNIT_EXPECT_EQ(test, rules_share(6 * MS, NICE_0, LEAST), 6ULL * MS);
}

static void rules_deadlines(struct kunit *test)
{
	const u64 now = U64_MAX - MS;

	KUNIT_EXPECT_EQ(test, rules_deadline(5, 5 + 3 * MS, 3 * MS, 3 * MS),
			5ULL + 3 * MS);
	/* Virtual time begins just before it is 0 again. */
	KUNIT_EXPECT_EQ(test,
			rules_deadline(now, now + 3 * MS, 3 * MS, 30 * MS),
			now + 30 * MS);
	KUNIT_EXPECT_EQ(test,
			rules_deadline(now, now + 3 * MS, 3 * MS, MS / 10),
			now + MS / 10);
	/* A child's half, and the lightest one's. */
	KUNIT_EXPECT_EQ(test, rules_deadline(0, 1500000, 3 * MS, 30 * MS),
			15ULL * MS);
	KUNIT_EXPECT_EQ(test,
			rules_deadline(0, 51200ULL * MS, 100 * MS, 100 * MS),
			51200ULL * MS);
	/* What makes no sense stays. */
	KUNIT_EXPECT_EQ(test, rules_deadline(7, 5, 3 * MS, 30 * MS), 5ULL);
	KUNIT_EXPECT_EQ(test, rules_deadline(0, 5, 0, 30 * MS), 5ULL);
	KUNIT_EXPECT_EQ(test, rules_deadline(0, 1ULL << 36, 1, 100 * MS),
			1ULL << 36);
	KUNIT_EXPECT_EQ(test, rules_deadline(0, 5, 1, U32_MAX), 5ULL);
}

static struct kunit_case rules_cases[] = {
	KUNIT_CASE(rules_values),
	KUNIT_CASE(rules_nonsense),
	KUNIT_CASE(rules_shifts),
	KUNIT_CASE(rules_periods),
	KUNIT_CASE(rules_shares),
	KUNIT_CASE(rules_deadlines),
	{},
};

static struct kunit_suite sched_rules_suite = {
	.name = "sched_rules",
	.test_cases = rules_cases,
};

kunit_test_suite(sched_rules_suite);
