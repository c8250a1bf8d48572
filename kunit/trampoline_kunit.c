// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: the instructions that hookcore writes itself.
 */
#include <kunit/test.h>

#include "reloc.h"
#include "trampoline.h"

#define SITE 0xffffffff81000005

static s32 get_s32(const u8 *at)
{
	s32 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static void trampoline_jmp_test(struct kunit *test)
{
	static const u8 want[] = { 0xe9, 0xfb, 0x0f, 0x00, 0x00 };
	u8 out[RELOC_JMP_SIZE];

	KUNIT_EXPECT_TRUE(test, trampoline_jmp(out, SITE, SITE + 0x1000));
	KUNIT_EXPECT_EQ(test, 0, memcmp(out, want, sizeof(want)));
}

/* How far the jmp leads, counted from its end, and may it? */
struct reach {
	s64 distance;
	bool in_reach;
};

/* clang-format off */
static const struct reach reaches[] = {
	{ 0, true },
	{ S32_MAX, true },
	{ S32_MAX + 1LL, false },
	{ S32_MIN, true },
	{ S32_MIN - 1LL, false },
	{ S64_MAX, false },
	{ S64_MIN, false },
	{ 1LL << 32, false },
	{ -(1LL << 32), false },
};
/* clang-format on */

static void trampoline_reach_test(struct kunit *test)
{
	u64 target;
	size_t i;
	u8 out[RELOC_JMP_SIZE];

	for (i = 0; i < ARRAY_SIZE(reaches); i++) {
		target = SITE + RELOC_JMP_SIZE + reaches[i].distance;
		memset(out, 0xaa, sizeof(out));
		KUNIT_EXPECT_EQ(test, reaches[i].in_reach,
				trampoline_in_reach(SITE, target));
		KUNIT_EXPECT_EQ(test, reaches[i].in_reach,
				trampoline_jmp(out, SITE, target));
		if (reaches[i].in_reach)
			KUNIT_EXPECT_EQ(test, get_s32(out + 1),
					reaches[i].distance);
		else
			KUNIT_EXPECT_EQ(test, out[0], 0xaa);
	}
}

static void trampoline_site_test(struct kunit *test)
{
	u8 out[RELOC_MAX_WINDOW + 1];
	size_t window, i;

	for (window = RELOC_JMP_SIZE; window <= RELOC_MAX_WINDOW; window++) {
		memset(out, 0xaa, sizeof(out));
		KUNIT_EXPECT_TRUE(test,
				  trampoline_site(out, window, SITE, SITE));
		KUNIT_EXPECT_EQ(test, out[0], 0xe9);
		KUNIT_EXPECT_EQ(test, get_s32(out + 1), -RELOC_JMP_SIZE);
		for (i = RELOC_JMP_SIZE; i < window; i++)
			KUNIT_EXPECT_EQ(test, out[i], 0xcc);
		KUNIT_EXPECT_EQ(test, out[window], 0xaa);
	}
}

static void trampoline_site_out_of_reach_test(struct kunit *test)
{
	u8 out[RELOC_JMP_SIZE + 1];

	memset(out, 0xaa, sizeof(out));
	KUNIT_EXPECT_FALSE(test, trampoline_site(out, sizeof(out), SITE,
						 0x1000000000));
	KUNIT_EXPECT_EQ(test, out[0], 0xaa);
	KUNIT_EXPECT_EQ(test, out[RELOC_JMP_SIZE], 0xaa);
}

static void trampoline_counter_test(struct kunit *test)
{
	static const u8 expected[] = { 0x9c, 0x50, 0x48, 0xb8, 0x88, 0x77, 0x66,
				       0x55, 0x44, 0x33, 0x22, 0x11, 0x65, 0x48,
				       0xff, 0x00, 0x58, 0x9d, 0xe9 };
	u8 out[TRAMPOLINE_COUNTER_SIZE + 1];

	memset(out, 0xaa, sizeof(out));
	KUNIT_EXPECT_TRUE(test,
			  trampoline_counter(out, SITE, 0x1122334455667788,
					     true, SITE));
	KUNIT_EXPECT_EQ(test, 0, memcmp(out, expected, sizeof(expected)));
	KUNIT_EXPECT_EQ(test, get_s32(out + sizeof(expected)),
			-(s32)sizeof(expected) - 4);
	KUNIT_EXPECT_EQ(test, out[TRAMPOLINE_COUNTER_SIZE], 0xaa);
	/* Not per CPU: without the segment prefix. */
	KUNIT_EXPECT_TRUE(test, trampoline_counter(out, SITE, 0, false, SITE));
	KUNIT_EXPECT_EQ(test, out[12], 0x48);
	KUNIT_EXPECT_FALSE(test, trampoline_counter(out, SITE, 0, true,
						    SITE + 0x100000000));
}

static void trampoline_short_test(struct kunit *test)
{
	u8 out[RELOC_JMP_SIZE + 1];
	s64 rel;

	for (rel = S8_MIN - 1; rel <= S8_MAX + 1; rel++) {
		bool reached = rel == (s8)rel;

		memset(out, 0xaa, sizeof(out));
		KUNIT_EXPECT_EQ(
			test, reached,
			trampoline_short(out, RELOC_JMP_SIZE, SITE,
					 SITE + RELOC_SHORT_SIZE + rel));
		KUNIT_EXPECT_EQ(test, out[0], reached ? 0xeb : 0xaa);
		KUNIT_EXPECT_EQ(test, (s8)out[1], reached ? rel : (s8)0xaa);
		KUNIT_EXPECT_EQ(test, out[RELOC_SHORT_SIZE],
				reached ? 0xcc : 0xaa);
		KUNIT_EXPECT_EQ(test, out[RELOC_JMP_SIZE], 0xaa);
	}
}

static struct kunit_case trampoline_kunit_cases[] = {
	KUNIT_CASE(trampoline_jmp_test),
	KUNIT_CASE(trampoline_reach_test),
	KUNIT_CASE(trampoline_counter_test),
	KUNIT_CASE(trampoline_site_test),
	KUNIT_CASE(trampoline_site_out_of_reach_test),
	KUNIT_CASE(trampoline_short_test),
	{}
};

static struct kunit_suite trampoline_kunit_suite = {
	.name = "hookcore_trampoline",
	.test_cases = trampoline_kunit_cases,
};

kunit_test_suite(trampoline_kunit_suite);
