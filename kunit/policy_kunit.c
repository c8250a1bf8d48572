// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/mm.h>

#include "../plugins/mm/policy.h"

static void policy_limits(struct kunit *test)
{
	static const struct policy_machine machine = { .ram = 1050, .swap = 7 };
	static const struct policy_machine huge = { .ram = 1UL << 52 };

	/* KiB are exact, whatever the machine has. */
	KUNIT_EXPECT_EQ(test, policy_limit(65536, 50, &machine), 16384);
	KUNIT_EXPECT_EQ(test, policy_limit(3, 50, &machine), 0);
	KUNIT_EXPECT_EQ(test, policy_limit(0, 50, &machine), 525 + 7);
	KUNIT_EXPECT_EQ(test, policy_limit(0, 33, &machine), 346 + 7);
	KUNIT_EXPECT_EQ(test, policy_limit(0, 0, &machine), 7);
	KUNIT_EXPECT_EQ(test, policy_limit(0, 200, &machine), 2100 + 7);
	/* No product overflows. */
	KUNIT_EXPECT_GT(test, policy_limit(0, 1000, &huge), huge.ram);
}

static void policy_obvious_requests(struct kunit *test)
{
	static const struct policy_machine machine = { .ram = 100, .swap = 7 };

	KUNIT_EXPECT_FALSE(test, policy_obvious(107, &machine));
	KUNIT_EXPECT_TRUE(test, policy_obvious(108, &machine));
	KUNIT_EXPECT_FALSE(test, policy_obvious(-1, &machine));
}

static void policy_modes(struct kunit *test)
{
	static const char *const words[] = { "inherit", "0", "1", "2" };
	size_t i;
	int mode;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		KUNIT_EXPECT_EQ(test, policy_read_mode(words[i], &mode), 0);
		KUNIT_EXPECT_STREQ(test, policy_mode_name(mode), words[i]);
	}
	mode = POLICY_NEVER;
	KUNIT_EXPECT_EQ(test, policy_read_mode("3", &mode), -EINVAL);
	KUNIT_EXPECT_EQ(test, policy_read_mode("", &mode), -EINVAL);
	KUNIT_EXPECT_EQ(test, mode, POLICY_NEVER);
}

static struct kunit_case policy_cases[] = {
	KUNIT_CASE(policy_limits),
	KUNIT_CASE(policy_obvious_requests),
	KUNIT_CASE(policy_modes),
	{},
};

static struct kunit_suite mm_policy_suite = {
	.name = "mm_policy",
	.test_cases = policy_cases,
};

kunit_test_suite(mm_policy_suite);
