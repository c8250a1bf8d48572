// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/string.h>

#include "../plugins/mm/number.h"

static const struct {
	const char *before;
	const char *name;
	unsigned long number;
	const char *after;
} rows[] = {
	{ "A:      12 kB\nB:      34 kB\nC: 5 kB\n", "B:", 7,
	  "A:      12 kB\nB:       7 kB\nC: 5 kB\n" },
	{ "A:      12 kB\nB:      34 kB\n", "A:", 0,
	  "A:       0 kB\nB:      34 kB\n" },
	{ "A:      12 kB\n", "A:", 1234567, "A: 1234567 kB\n" },
	/* What does not fit. */
	{ "A:      12 kB\n", "A:", 12345678, "A: 9999999 kB\n" },
	{ "A:      12 kB\n", "A:", ULONG_MAX, "A: 9999999 kB\n" },
	/* No such line, one that only contains the name, other units. */
	{ "A:      12 kB\n", "B:", 7, "A:      12 kB\n" },
	{ "AB:     12 kB\nB:     8 kB\n", "B:", 7,
	  "AB:     12 kB\nB:     7 kB\n" },
	{ "A:      12\n", "A:", 7, "A:      12\n" },
	{ "A: kB\n", "A:", 7, "A: kB\n" },
	{ "A:\n", "A:", 7, "A:\n" },
	{ "A:", "A:", 7, "A:" },
	{ "", "A:", 7, "" },
	/* Cut off in the middle: it is not a line yet. */
	{ "A:      1", "A:", 7, "A:      1" },
	{ "A:      12 kB", "A:", 7, "A:       7 kB" },
};

/* In memory of just that size, in which KASAN sees each byte beyond. */
static void number_is_put(struct kunit *test)
{
	size_t i, size;
	char *text;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		size = strlen(rows[i].before);
		text = kunit_kmalloc(test, size ?: 1, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, text);
		memcpy(text, rows[i].before, size);
		number_put(text, size, rows[i].name, rows[i].number);
		KUNIT_EXPECT_EQ_MSG(test, strlen(rows[i].after), size,
				    "row %zu", i);
		KUNIT_EXPECT_EQ_MSG(test, memcmp(text, rows[i].after, size), 0,
				    "row %zu: %.*s", i, (int)size, text);
	}
}

static struct kunit_case number_cases[] = {
	KUNIT_CASE(number_is_put),
	{},
};

static struct kunit_suite mm_number_suite = {
	.name = "mm_number",
	.test_cases = number_cases,
};

kunit_test_suite(mm_number_suite);
