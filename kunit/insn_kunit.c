// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: what hookcore sees in one instruction.
 */
#include <kunit/test.h>

#include "reloc_cases.h"

/* clang-format off */
static const struct insn_case {
	const char *code;
	struct instruction insn;
} insn_cases[] = {
	{ "55", { .kind = INSN_PLAIN, .length = 1 } },
	{ "48 89 e5", { .kind = INSN_PLAIN, .length = 3, .modrm = 2 } },
	{ "48 8b 05 78 56 34 12",
	  { .kind = INSN_PLAIN, .length = 7, .relative = true, .offset = 3,
	    .size = 4, .displacement = 0x12345678, .modrm = 2 } },
	{ "c7 05 f0 ff ff ff 01 00 00 00",
	  { .kind = INSN_PLAIN, .length = 10, .relative = true, .offset = 2,
	    .size = 4, .displacement = -16, .modrm = 1 } },
	{ "c5 f8 10 05 10 00 00 00",
	  { .kind = INSN_PLAIN, .length = 8, .relative = true, .offset = 4,
	    .size = 4, .displacement = 0x10, .modrm = 3 } },
	{ "48 8b 85 10 00 00 00",
	  { .kind = INSN_PLAIN, .length = 7, .modrm = 2 } },
	{ "48 b8 88 77 66 55 44 33 22 11",
	  { .kind = INSN_PLAIN, .length = 10 } },
	{ "0f 22 05", { .kind = INSN_PLAIN, .length = 3, .modrm = 2 } },
	{ "eb fe",
	  { .kind = INSN_JMP, .length = 2, .relative = true, .offset = 1,
	    .size = 1, .displacement = -2 } },
	{ "e9 00 00 00 80",
	  { .kind = INSN_JMP, .length = 5, .relative = true, .offset = 1,
	    .size = 4, .displacement = S32_MIN } },
	{ "7f 7f",
	  { .kind = INSN_JCC, .length = 2, .relative = true, .offset = 1,
	    .size = 1, .displacement = 0x7f, .condition = 0xf } },
	{ "0f 8c ff ff ff 7f",
	  { .kind = INSN_JCC, .length = 6, .relative = true, .offset = 2,
	    .size = 4, .displacement = S32_MAX, .condition = 0xc } },
	{ "3e 74 80",
	  { .kind = INSN_JCC, .length = 3, .relative = true, .offset = 2,
	    .size = 1, .displacement = -128, .condition = 4 } },
	{ "67 e3 05",
	  { .kind = INSN_LOOP, .length = 3, .relative = true, .offset = 2,
	    .size = 1, .displacement = 5 } },
	{ "e8 01 00 00 00",
	  { .kind = INSN_CALL, .length = 5, .relative = true, .offset = 1,
	    .size = 4, .displacement = 1 } },
	{ "ff d0", { .kind = INSN_CALL_INDIRECT, .length = 2, .modrm = 1 } },
	{ "41 ff d4", { .kind = INSN_CALL_INDIRECT, .length = 3, .modrm = 2 } },
	{ "ff d4", { .kind = INSN_OTHER, .length = 2, .modrm = 1 } },
	{ "ff 14 24", { .kind = INSN_OTHER, .length = 3, .modrm = 1 } },
	{ "ff 1c 24", { .kind = INSN_OTHER, .length = 3, .modrm = 1 } },
	{ "3e ff e0", { .kind = INSN_JMP_INDIRECT, .length = 3, .modrm = 2 } },
	{ "ff 24 24", { .kind = INSN_JMP_INDIRECT, .length = 3, .modrm = 1 } },
	{ "c3", { .kind = INSN_RET, .length = 1 } },
	{ "f3 c3", { .kind = INSN_RET, .length = 2 } },
	{ "c2 08 00", { .kind = INSN_RET, .length = 3 } },
	{ "48 cf", { .kind = INSN_RET, .length = 2 } },
	{ "48 0f 07", { .kind = INSN_RET, .length = 3 } },
	{ "cc", { .kind = INSN_TRAP, .length = 1, .padding = true } },
	{ "cd 80", { .kind = INSN_TRAP, .length = 2 } },
	{ "0f 0b", { .kind = INSN_TRAP, .length = 2 } },
	{ "0f b9 cc", { .kind = INSN_TRAP, .length = 3, .modrm = 2 } },
	{ "f4", { .kind = INSN_TRAP, .length = 1 } },
	{ "90", { .kind = INSN_PLAIN, .length = 1, .padding = true } },
	{ "66 90", { .kind = INSN_PLAIN, .length = 2, .padding = true } },
	{ "66 66 2e 0f 1f 84 00 00 00 00 00",
	  { .kind = INSN_PLAIN, .length = 11, .modrm = 5, .padding = true } },
	{ "f3 90", { .kind = INSN_PLAIN, .length = 2 } },
	{ "f3 0f 1e fa", { .kind = INSN_PLAIN, .length = 4, .modrm = 3 } },
	{ "c7 f8 10 00 00 00",
	  { .kind = INSN_OTHER, .length = 6, .relative = true, .offset = 2,
	    .size = 4, .displacement = 0x10 } },
	{ "67 8b 05 10 00 00 00",
	  { .kind = INSN_OTHER, .length = 7, .modrm = 2 } },
	{ "0f 01 d7", { .kind = INSN_OTHER, .length = 3, .modrm = 2 } },
};
/* clang-format on */

static void describe_insn(const struct insn_case *test, char *description)
{
	strscpy(description, test->code, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(insn, insn_cases, describe_insn);

static void insn_case_test(struct kunit *test)
{
	const struct insn_case *param = test->param_value;
	const struct instruction *want = &param->insn;
	u8 code[CASE_MAX_CODE];
	struct instruction got;

	KUNIT_ASSERT_TRUE(test,
			  instruction_decode(&got, code,
					     case_bytes(code, param->code)));
	KUNIT_EXPECT_EQ(test, (int)got.kind, (int)want->kind);
	KUNIT_EXPECT_EQ(test, got.length, want->length);
	KUNIT_EXPECT_EQ(test, got.relative, want->relative);
	KUNIT_EXPECT_EQ(test, got.condition, want->condition);
	KUNIT_EXPECT_EQ(test, got.padding, want->padding);
	if (want->kind == INSN_CALL_INDIRECT)
		KUNIT_EXPECT_EQ(test, got.modrm, want->modrm);
	if (!want->relative)
		return;
	KUNIT_EXPECT_EQ(test, got.offset, want->offset);
	KUNIT_EXPECT_EQ(test, got.size, want->size);
	KUNIT_EXPECT_EQ(test, got.displacement, want->displacement);
}

/* The same bytes, but one: never decoded, never read behind. */
static void insn_cut_test(struct kunit *test)
{
	const struct insn_case *param = test->param_value;
	u8 code[CASE_MAX_CODE];
	size_t size = case_bytes(code, param->code);
	struct instruction insn;
	u8 *exact;

	exact = kunit_kmalloc(test, size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, exact);
	memcpy(exact, code, size);
	KUNIT_EXPECT_TRUE(test, instruction_decode(&insn, exact, size));
	/* KASAN watches the byte behind. */
	exact = kunit_kmalloc(test, size - 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, exact);
	if (size > 1)
		memcpy(exact, code, size - 1);
	KUNIT_EXPECT_FALSE(test, instruction_decode(&insn, exact, size - 1));
}

static const char *const refused[] = {
	"06", /* no such instruction in 64-bit mode */
	"66 e9 00 00 00 00", /* rel16 here, rel32 there */
	"66 eb 00",
	"66 75 00",
	"66 e2 00",
	"66 ff e0",
	"66 c3",
	"c5 40 85 00 00 00 00", /* jknzd: Xeon Phi only */
	"f0 90", /* lock of nothing */
	"66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90", /* 16 bytes */
	"0f ff", /* ud0 with its operand cut off */
};

static void insn_refused_test(struct kunit *test)
{
	u8 code[CASE_MAX_CODE];
	struct instruction insn;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refused); i++)
		KUNIT_EXPECT_FALSE_MSG(
			test,
			instruction_decode(&insn, code,
					   case_bytes(code, refused[i])),
			"%s", refused[i]);
}

static void insn_target_test(struct kunit *test)
{
	struct instruction insn = { .length = 5, .displacement = -5 };

	KUNIT_EXPECT_EQ(test, instruction_target(&insn, 0xffffffff81000000),
			0xffffffff81000000);
	insn.displacement = S32_MAX;
	KUNIT_EXPECT_EQ(test, instruction_target(&insn, 0xffffffff81000000),
			0x1000004);
	insn.displacement = S32_MIN;
	KUNIT_EXPECT_EQ(test, instruction_target(&insn, 0), 0xffffffff80000005);
}

static struct kunit_case insn_kunit_cases[] = {
	KUNIT_CASE_PARAM(insn_case_test, insn_gen_params),
	KUNIT_CASE_PARAM(insn_cut_test, insn_gen_params),
	KUNIT_CASE(insn_refused_test),
	KUNIT_CASE(insn_target_test),
	{}
};

static struct kunit_suite insn_kunit_suite = {
	.name = "hookcore_insn",
	.test_cases = insn_kunit_cases,
};

kunit_test_suite(insn_kunit_suite);
