// SPDX-License-Identifier: GPL-2.0
/*
 * Which branches of a window must kprobes go on seeing?
 */
#include <kunit/test.h>

#include "decoy.h"
#include "reloc.h"

#define SIZE 24

/**
 * struct decoy_case - a function, and what its window leads to
 * @name: what it shows.
 * @code: its bytes; nops follow up to SIZE.
 * @window: bytes of the window.
 * @count: places that a decoy must show.
 * @target: the last of these.
 */
struct decoy_case {
	const char *name;
	u8 code[SIZE];
	size_t window;
	unsigned int count;
	size_t target;
};

/* 74: je; 83 c0 01: add $1, %eax; b8: mov $.., %eax; 75: jne; e8: call. */
static const struct decoy_case decoy_cases[] = {
	{ "four bytes before, one instruction",
	  { 0x85, 0xff, 0x74, 0x07, 0x31, 0xc0, 0x90, 0x48, 0x83, 0xc0, 0x01,
	    0xb8, 0x07 },
	  6,
	  1,
	  11 },
	{ "one byte before",
	  { 0x85, 0xff, 0x74, 0x03, 0x31, 0xc0, 0x90, 0xb8, 0x07 },
	  6,
	  1,
	  7 },
	{ "right behind the window",
	  { 0x85, 0xff, 0x74, 0x02, 0x31, 0xc0, 0xb8, 0x07 },
	  6,
	  0,
	  0 },
	{ "into the window",
	  { 0x85, 0xff, 0x74, 0x00, 0x31, 0xc0, 0xb8, 0x07 },
	  6,
	  0,
	  0 },
	{ "five bytes before, and no other instruction",
	  { 0x85, 0xff, 0x74, 0x07, 0x31, 0xc0, 0xb8, 0x07, 0, 0, 0, 0xb8 },
	  6,
	  0,
	  0 },
	{ "behind a conditional jump, which is not boosted",
	  { 0x85, 0xff, 0x74, 0x04, 0x31, 0xc0, 0x75, 0x05, 0xb8, 0x07 },
	  6,
	  0,
	  0 },
	{ "a conditional jump within the five bytes",
	  { 0x85, 0xff, 0x74, 0x03, 0x31, 0xc0, 0x90, 0x75, 0x05, 0xb8 },
	  6,
	  0,
	  0 },
	{ "a call within the five bytes",
	  { 0x85, 0xff, 0x74, 0x03, 0x31, 0xc0, 0x90, 0xe8, 0x05 },
	  6,
	  0,
	  0 },
	{ "a trap within the five bytes",
	  { 0x85, 0xff, 0x74, 0x03, 0x31, 0xc0, 0x90, 0x0f, 0x0b },
	  6,
	  0,
	  0 },
	{ "a ret, behind which others may follow",
	  { 0x85, 0xff, 0x74, 0x03, 0x31, 0xc0, 0x90, 0xc3 },
	  6,
	  1,
	  7 },
	{ "by a loop",
	  { 0x85, 0xff, 0xe2, 0x03, 0x31, 0xc0, 0x90, 0xb8, 0x07 },
	  6,
	  1,
	  7 },
	{ "a call is none: it comes back",
	  { 0xe8, 0x01, 0, 0, 0, 0x90, 0xb8, 0x07 },
	  5,
	  0,
	  0 },
	{ "backwards, out of the function",
	  { 0x85, 0xff, 0x74, 0x80, 0x31, 0xc0, 0x90, 0xb8, 0x07 },
	  6,
	  0,
	  0 },
	{ "out of the function",
	  { 0x85, 0xff, 0x74, 0x7f, 0x31, 0xc0, 0x90, 0xb8, 0x07 },
	  6,
	  0,
	  0 },
	{ "twice to the same place",
	  { 0x74, 0x06, 0x75, 0x04, 0x31, 0xc0, 0x90, 0x90, 0xb8, 0x07 },
	  6,
	  1,
	  8 },
	{ "to two places",
	  { 0x74, 0x06, 0x75, 0x05, 0x31, 0xc0, 0x90, 0x90, 0xb8, 0x07 },
	  6,
	  2,
	  9 },
	/* clang-format off */
	{ "so near the end that no kprobe finds five bytes",
	  { 0x85, 0xff, 0x74, 0x12, 0x31, 0xc0, 0x48, 0xb8, 1, 2, 3, 4, 5, 6,
	    7, 8, 0xb8, 1, 2, 3, 4, 0x90, 0x90, 0xc3 }, 6, 0, 0 },
	/* clang-format on */
};

static void decoy_find_test(struct kunit *test)
{
	u8 code[SIZE];
	size_t i, target, size;

	for (i = 0; i < ARRAY_SIZE(decoy_cases); i++) {
		const struct decoy_case *c = &decoy_cases[i];

		for (size = SIZE; size && !c->code[size - 1]; size--)
			;
		memset(code, 0x90, SIZE);
		memcpy(code, c->code, size);
		target = 0;
		KUNIT_EXPECT_EQ_MSG(test, c->count,
				    decoy_find(code, SIZE, c->window, &target),
				    "%s", c->name);
		KUNIT_EXPECT_EQ_MSG(test, c->target, target, "%s", c->name);
		if (c->count)
			KUNIT_EXPECT_TRUE_MSG(test,
					      decoy_may_hide(code, c->window),
					      "%s", c->name);
	}
}

static void decoy_may_hide_test(struct kunit *test)
{
	static const u8 behind[] = { 0x85, 0xff, 0x74, 0x01, 0x31, 0xc0 };
	static const u8 within[] = { 0x85, 0xff, 0x74, 0x00, 0x31, 0xc0 };
	static const u8 none[] = { 0x85, 0xff, 0x31, 0xc0, 0x31, 0xc0 };
	static const u8 called[] = { 0xe8, 0x01, 0, 0, 0 };

	KUNIT_EXPECT_TRUE(test, decoy_may_hide(behind, 4));
	KUNIT_EXPECT_FALSE(test, decoy_may_hide(within, 6));
	KUNIT_EXPECT_FALSE(test, decoy_may_hide(none, 6));
	KUNIT_EXPECT_FALSE(test, decoy_may_hide(called, 5));
}

static void decoy_put_test(struct kunit *test)
{
	u8 bytes[RELOC_MAX_WINDOW], before[RELOC_MAX_WINDOW];

	memset(bytes, 0xaa, sizeof(bytes));
	memcpy(before, bytes, sizeof(bytes));
	/* No room; too far. */
	KUNIT_EXPECT_FALSE(test, decoy_put(bytes, 6, RELOC_JMP_SIZE, 9));
	KUNIT_EXPECT_FALSE(test, decoy_put(bytes, 7, RELOC_JMP_SIZE, 7 + 128));
	KUNIT_EXPECT_FALSE(test, decoy_put(bytes, 3, RELOC_SHORT_SIZE, 9));
	KUNIT_EXPECT_EQ(test, memcmp(bytes, before, sizeof(bytes)), 0);
	KUNIT_EXPECT_TRUE(test, decoy_put(bytes, 7, RELOC_JMP_SIZE, 7 + 127));
	KUNIT_EXPECT_EQ(test, bytes[4], 0xaa);
	KUNIT_EXPECT_EQ(test, bytes[5], 0xeb);
	KUNIT_EXPECT_EQ(test, bytes[6], 0x7f);
	KUNIT_EXPECT_EQ(test, bytes[7], 0xaa);
	KUNIT_EXPECT_TRUE(test, decoy_put(bytes, 4, RELOC_SHORT_SIZE, 9));
	KUNIT_EXPECT_EQ(test, bytes[3], 5);
}

static struct kunit_case decoy_kunit_cases[] = { KUNIT_CASE(decoy_find_test),
						 KUNIT_CASE(
							 decoy_may_hide_test),
						 KUNIT_CASE(decoy_put_test),
						 {} };

static struct kunit_suite decoy_kunit_suite = {
	.name = "hookcore_decoy",
	.test_cases = decoy_kunit_cases,
};

kunit_test_suite(decoy_kunit_suite);
