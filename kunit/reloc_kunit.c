// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: moving a window of instructions, bytes in, bytes out.
 */
#include <kunit/test.h>

#include "reloc_cases.h"

static void describe_case(const struct reloc_case *test, char *description)
{
	strscpy(description, test->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(reloc, reloc_cases, describe_case);

static void reloc_case_test(struct kunit *test)
{
	const struct reloc_case *param = test->param_value;
	u8 code[CASE_MAX_CODE], want[CASE_MAX_CODE], out[RELOC_MAX_TRAMPOLINE];
	struct reloc_result result = {};
	struct reloc_request request = {
		.code = code,
		.room = case_bytes(code, param->code),
		.least = RELOC_JMP_SIZE,
		.from = CASE_FROM,
		.to = CASE_TO,
		.out = out,
		.out_room = sizeof(out),
	};

	KUNIT_ASSERT_EQ(test, reloc_window(&request, &result), param->reason);
	if (param->reason != HOOKCORE_OK) {
		KUNIT_EXPECT_EQ(test, result.at, param->window);
		return;
	}
	KUNIT_EXPECT_EQ(test, result.window, param->window);
	KUNIT_ASSERT_EQ(test, result.out_size, case_bytes(want, param->out));
	KUNIT_EXPECT_EQ(test, 0, memcmp(out, want, result.out_size));
}

/* Moves a window that stands at @from to @to. */
static enum hookcore_reason move(const u8 *code, size_t room, u64 from, u64 to,
				 u8 *out, struct reloc_result *result)
{
	struct reloc_request request = {
		.code = code,
		.room = room,
		.least = RELOC_JMP_SIZE,
		.from = from,
		.to = to,
		.out = out,
		.out_room = RELOC_MAX_TRAMPOLINE,
	};

	return reloc_window(&request, result);
}

static void put_s32(u8 *at, s32 value)
{
	memcpy(at, &value, sizeof(value));
}

static s32 get_s32(const u8 *at)
{
	s32 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static void reloc_every_condition_test(struct kunit *test)
{
	u8 short_form[] = { 0x70, 0x10, 0x90, 0x90, 0x90 };
	u8 long_form[] = { 0x0f, 0x80, 0x10, 0, 0, 0 };
	u8 out[RELOC_MAX_TRAMPOLINE];
	struct reloc_result result;
	u8 condition;

	for (condition = 0; condition < 16; condition++) {
		short_form[0] = 0x70 | condition;
		long_form[1] = 0x80 | condition;
		KUNIT_ASSERT_EQ(test, HOOKCORE_OK,
				move(short_form, sizeof(short_form), 0x1000,
				     0x2000, out, &result));
		KUNIT_EXPECT_EQ(test, out[0], 0x0f);
		KUNIT_EXPECT_EQ(test, out[1], 0x80 | condition);
		KUNIT_EXPECT_EQ(test, get_s32(out + 2), 0x1012 - 0x2006);
		KUNIT_ASSERT_EQ(test, HOOKCORE_OK,
				move(long_form, sizeof(long_form), 0x1000,
				     0x2000, out, &result));
		KUNIT_EXPECT_EQ(test, out[1], 0x80 | condition);
		KUNIT_EXPECT_EQ(test, get_s32(out + 2), 0x1016 - 0x2006);
	}
}

/**
 * struct limit - an instruction whose displacement is driven to the limits
 * @code: the instruction.
 * @size: its length.
 * @offset: of the displacement in it.
 * @pushed: bytes written before it once it is moved.
 *
 * Where one does not end the window, the jmp back leads less far than the
 * displacement.
 */
struct limit {
	u8 code[12];
	u8 size;
	u8 offset;
	u8 pushed;
};

static const struct limit limits[] = {
	{ { 0xe9 }, 5, 1, 0 },
	{ { 0xe8 }, 5, 1, 5 },
	{ { 0xff, 0x25 }, 6, 2, 0 },
	{ { 0xff, 0x15 }, 6, 2, 5 },
	/* jne; cmpb and cmpl with an immediate behind the displacement. */
	{ { 0x0f, 0x85 }, 6, 2, 0 },
	{ { 0x80, 0x3d }, 7, 2, 0 },
	{ { 0x81, 0x3d }, 10, 2, 0 },
};

/* Moves @limit so that its displacement becomes @want. */
static enum hookcore_reason move_limit(const struct limit *limit, s64 want,
				       s32 *got)
{
	const u64 from = 0xffffffff81000000;
	u8 code[12], out[RELOC_MAX_TRAMPOLINE];
	struct reloc_result result;
	enum hookcore_reason reason;
	s32 before = want < 0 ? -0x100000 : 0x100000;
	u64 target = from + limit->size + before;

	memcpy(code, limit->code, sizeof(code));
	put_s32(code + limit->offset, before);
	reason = move(code, limit->size, from,
		      target - want - limit->pushed - limit->size, out,
		      &result);
	*got = get_s32(out + limit->pushed + limit->offset);
	return reason;
}

static void reloc_limits_test(struct kunit *test)
{
	size_t i;
	s32 got;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		KUNIT_EXPECT_EQ(test, HOOKCORE_OK,
				move_limit(&limits[i], S32_MAX, &got));
		KUNIT_EXPECT_EQ(test, got, S32_MAX);
		KUNIT_EXPECT_EQ(test, HOOKCORE_OUT_OF_RANGE,
				move_limit(&limits[i], S32_MAX + 1LL, &got));
		KUNIT_EXPECT_EQ(test, HOOKCORE_OK,
				move_limit(&limits[i], S32_MIN, &got));
		KUNIT_EXPECT_EQ(test, got, S32_MIN);
		KUNIT_EXPECT_EQ(test, HOOKCORE_OUT_OF_RANGE,
				move_limit(&limits[i], S32_MIN - 1LL, &got));
	}
}

static void reloc_jmp_back_limits_test(struct kunit *test)
{
	static const u8 code[] = { 0x90, 0x90, 0x90, 0x90, 0x90 };
	u8 out[RELOC_MAX_TRAMPOLINE];
	const u64 back = 0xffffffff81000005;
	struct reloc_result result;

	/* The jmp back ends ten bytes behind the trampoline's start. */
	KUNIT_EXPECT_EQ(test, HOOKCORE_OK,
			move(code, 5, back - 5, back - S32_MAX - 10, out,
			     &result));
	KUNIT_EXPECT_EQ(test, get_s32(out + 6), S32_MAX);
	KUNIT_EXPECT_EQ(test, HOOKCORE_OUT_OF_RANGE,
			move(code, 5, back - 5, back - S32_MAX - 11, out,
			     &result));
	KUNIT_EXPECT_EQ(test, HOOKCORE_OK,
			move(code, 5, back - 5, back - S32_MIN - 10, out,
			     &result));
	KUNIT_EXPECT_EQ(test, get_s32(out + 6), S32_MIN);
	KUNIT_EXPECT_EQ(test, HOOKCORE_OUT_OF_RANGE,
			move(code, 5, back - 5, back - S32_MIN - 9, out,
			     &result));
}

/* push imm32 sign-extends: what it cannot say takes a second instruction. */
static void reloc_return_address_test(struct kunit *test)
{
	static const u8 code[] = { 0xe8, 0x10, 0, 0, 0 };
	static const u8 near[] = { 0x68, 0x05, 0x00, 0x00, 0x81, 0xe9 };
	static const u8 far[] = { 0x68, 0x05, 0x00, 0x00, 0x81, 0xc7, 0x44,
				  0x24, 0x04, 0x34, 0x12, 0x00, 0x00, 0xe9 };
	u8 out[RELOC_MAX_TRAMPOLINE];
	struct reloc_result result;

	KUNIT_ASSERT_EQ(test, HOOKCORE_OK,
			move(code, 5, 0xffffffff81000000, 0xffffffff82000000,
			     out, &result));
	KUNIT_EXPECT_EQ(test, result.out_size, 10);
	KUNIT_EXPECT_EQ(test, 0, memcmp(out, near, sizeof(near)));
	KUNIT_ASSERT_EQ(test, HOOKCORE_OK,
			move(code, 5, 0x123481000000, 0x123482000000, out,
			     &result));
	KUNIT_EXPECT_EQ(test, result.out_size, 18);
	KUNIT_EXPECT_EQ(test, 0, memcmp(out, far, sizeof(far)));
}

/* Nothing is written behind out_room, whatever it is. */
static void reloc_small_buffer_test(struct kunit *test)
{
	static const u8 code[] = { 0xe3, 0xfe, 0xe2, 0xfa, 0x90 };
	u8 out[RELOC_MAX_TRAMPOLINE];
	struct reloc_result result;
	struct reloc_request request = {
		.code = code,
		.room = sizeof(code),
		.least = RELOC_JMP_SIZE,
		.from = 0x1000,
		.to = 0x2000,
		.out = out,
	};

	for (; request.out_room < 24; request.out_room++) {
		memset(out, 0xaa, sizeof(out));
		KUNIT_EXPECT_EQ(test, HOOKCORE_BAD_ARGUMENT,
				reloc_window(&request, &result));
		KUNIT_EXPECT_EQ(test, out[request.out_room], 0xaa);
	}
	KUNIT_EXPECT_EQ(test, HOOKCORE_OK, reloc_window(&request, &result));
	KUNIT_EXPECT_EQ(test, result.out_size, 24);
}

/**
 * struct short_case - a window of two bytes or more
 * @code: the function's bytes from the window's start on.
 * @room: how many.
 * @reason: what reloc_window() says.
 * @window: bytes taken.
 * @size: bytes written, the jmp back included.
 */
struct short_case {
	u8 code[8];
	size_t room;
	enum hookcore_reason reason;
	size_t window;
	size_t size;
};

static const struct short_case short_cases[] = {
	/* push %r15; push %r14 */
	{ { 0x41, 0x57, 0x41, 0x56 }, 4, HOOKCORE_OK, 2, 7 },
	/* push %rbp; mov %rsp,%rbp */
	{ { 0x55, 0x48, 0x89, 0xe5 }, 4, HOOKCORE_OK, 4, 9 },
	/* jmp over code that others may branch to */
	{ { 0xeb, 0x02, 0xf3, 0x90, 0xc3 }, 5, HOOKCORE_OK, 2, 5 },
	/* a call as the window's last instruction */
	{ { 0x55, 0xe8, 0x00, 0x10, 0x00, 0x00 }, 6, HOOKCORE_OK, 6, 11 },
	/* ret; int3: one byte and padding */
	{ { 0xc3, 0xcc }, 2, HOOKCORE_OK, 2, 1 },
	/* ret, and the function ends */
	{ { 0xc3 }, 1, HOOKCORE_TOO_SHORT, 0, 0 },
	/* ret, then what others may branch to */
	{ { 0xc3, 0x55 }, 2, HOOKCORE_TOO_SHORT, 0, 0 },
};

static void reloc_short_test(struct kunit *test)
{
	const struct short_case *param = short_cases;
	u8 out[RELOC_MAX_TRAMPOLINE];
	struct reloc_result result;

	for (; param < short_cases + ARRAY_SIZE(short_cases); param++) {
		struct reloc_request request = {
			.code = param->code,
			.room = param->room,
			.least = RELOC_SHORT_SIZE,
			.from = CASE_FROM,
			.to = CASE_TO,
			.out = out,
			.out_room = sizeof(out),
		};

		KUNIT_ASSERT_EQ(test, param->reason,
				reloc_window(&request, &result));
		if (param->reason)
			continue;
		KUNIT_EXPECT_EQ(test, result.window, param->window);
		KUNIT_EXPECT_EQ(test, result.out_size, param->size);
	}
}

/* No window is shorter than a jmp rel8, or need be longer than both jumps. */
static void reloc_least_test(struct kunit *test)
{
	static const u8 code[] = { [0 ... RELOC_LONG_SIZE] = 0x90 };
	u8 out[RELOC_MAX_TRAMPOLINE];
	struct reloc_result result;
	struct reloc_request request = {
		.code = code,
		.room = sizeof(code),
		.out = out,
		.out_room = sizeof(out),
	};

	for (; request.least <= RELOC_LONG_SIZE + 1; request.least++) {
		bool sane = request.least >= RELOC_SHORT_SIZE &&
			    request.least <= RELOC_LONG_SIZE;

		KUNIT_EXPECT_EQ(test,
				sane ? HOOKCORE_OK : HOOKCORE_BAD_ARGUMENT,
				reloc_window(&request, &result));
		if (sane)
			KUNIT_EXPECT_EQ(test, result.window, request.least);
	}
}

/* A window with room for a decoy is no longer than others may be. */
static void reloc_longest_test(struct kunit *test)
{
	/* Six nops, and one of fifteen bytes. */
	static const u8 code[] = { 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x66,
				   0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x0f,
				   0x1f, 0x84, 0,    0,	   0,	 0,    0 };
	u8 out[RELOC_MAX_TRAMPOLINE];
	struct reloc_result result;
	struct reloc_request request = {
		.code = code,
		.room = sizeof(code),
		.least = RELOC_LONG_SIZE,
		.out = out,
		.out_room = sizeof(out),
	};

	KUNIT_EXPECT_EQ(test, HOOKCORE_UNRELOCATABLE,
			reloc_window(&request, &result));
	KUNIT_EXPECT_EQ(test, result.at, 6);
	request.code += 2;
	request.room -= 2;
	KUNIT_EXPECT_EQ(test, HOOKCORE_OK, reloc_window(&request, &result));
	KUNIT_EXPECT_EQ(test, result.window, RELOC_MAX_WINDOW);
}

/**
 * struct body_case - a function whose body is searched for branches
 * @name: what it shows.
 * @code: the function's bytes; it stands at 0x1000, its window at 0x1005 up to
 *	0x100a.
 * @reason: what reloc_branches_into() says.
 * @at: on a refusal, where.
 * @leaves: the only jump that leaves the function, 0 for none.
 */
struct body_case {
	const char *name;
	const char *code;
	enum hookcore_reason reason;
	u64 at;
	u64 leaves;
};

static const struct body_case body_cases[] = {
	{ "no branch", "0f 1f 44 00 00 90 90 90 90 90 31 c0 c3", HOOKCORE_OK },
	/* models: 2 */
	{ "jcc rel8 into the interior",
	  "0f 1f 44 00 00 90 90 90 90 90 75 fa c3", HOOKCORE_BRANCH_INTO_WINDOW,
	  0x100a },
	{ "jmp rel32 into the interior",
	  "0f 1f 44 00 00 90 90 90 90 90 c3 e9 f6 ff ff ff",
	  HOOKCORE_BRANCH_INTO_WINDOW, 0x100b },
	{ "loop to the window's start",
	  "0f 1f 44 00 00 90 90 90 90 90 90 e2 f8 c3",
	  HOOKCORE_BRANCH_INTO_WINDOW, 0x100b },
	{ "jmp to the window's last byte",
	  "0f 1f 44 00 00 90 90 90 90 90 eb fd", HOOKCORE_BRANCH_INTO_WINDOW,
	  0x100a },
	{ "xbegin's way out", "0f 1f 44 00 00 90 90 90 90 90 c7 f8 f6 ff ff ff",
	  HOOKCORE_BRANCH_INTO_WINDOW, 0x100a },
	{ "jmp to the window's end", "0f 1f 44 00 00 90 90 90 90 90 90 eb fd",
	  HOOKCORE_OK },
	{ "jmp to the ftrace nop", "0f 1f 44 00 00 90 90 90 90 90 eb f4",
	  HOOKCORE_OK },
	{ "recursive call of the window's start",
	  "0f 1f 44 00 00 90 90 90 90 90 e8 f6 ff ff ff", HOOKCORE_OK },
	{ "call into the interior",
	  "0f 1f 44 00 00 90 90 90 90 90 e8 f7 ff ff ff",
	  HOOKCORE_BRANCH_INTO_WINDOW, 0x100a },
	{ "the window's own branches do not count",
	  "0f 1f 44 00 00 75 fe 75 fe 90 c3", HOOKCORE_OK },
	{ "the window may hold anything", "0f 1f 44 00 00 06 06 06 06 06 c3",
	  HOOKCORE_OK },
	{ "a jump to the cold part",
	  "0f 1f 44 00 00 90 90 90 90 90 0f 84 f0 1f 00 00 c3", HOOKCORE_OK, 0,
	  0x3000 },
	{ "a call of another function is no jump",
	  "0f 1f 44 00 00 90 90 90 90 90 e8 f1 1f 00 00 c3", HOOKCORE_OK },
	{ "a pointer into the window is no branch",
	  "0f 1f 44 00 00 90 90 90 90 90 48 8d 05 f5 ff ff ff c3",
	  HOOKCORE_OK },
	{ "bytes that are no instruction",
	  "0f 1f 44 00 00 90 90 90 90 90 31 c0 06", HOOKCORE_UNDECODABLE,
	  0x100c },
	{ "the end cuts an instruction", "0f 1f 44 00 00 90 90 90 90 90 e9 00",
	  HOOKCORE_UNDECODABLE, 0x100a },
};

static void describe_body(const struct body_case *test, char *description)
{
	strscpy(description, test->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(body, body_cases, describe_body);

static void note_target(void *context, u64 target)
{
	u64 *seen = context;

	/* A second jump would spoil the first one's value. */
	*seen += target;
}

static void reloc_body_test(struct kunit *test)
{
	const struct body_case *param = test->param_value;
	u8 code[CASE_MAX_CODE];
	size_t size = case_bytes(code, param->code);
	u64 at, leaves = 0;

	KUNIT_EXPECT_EQ(test, param->reason,
			reloc_branches_into(code, size, 0x1000, 0x1005, 0x100a,
					    0x1005, 0x100a, note_target,
					    &leaves, &at));
	if (param->reason != HOOKCORE_OK)
		KUNIT_EXPECT_EQ(test, at, param->at);
	KUNIT_EXPECT_EQ(test, leaves, param->leaves);
}

/* A cold part has no window of its own; it may be looked at without @leaves. */
static void reloc_cold_part_test(struct kunit *test)
{
	static const u8 code[] = { 0x31, 0xc0, 0xe9, 0x00, 0xf0, 0xff, 0xff };
	u64 at;

	KUNIT_EXPECT_EQ(test, HOOKCORE_BRANCH_INTO_WINDOW,
			reloc_branches_into(code, sizeof(code), 0x2000, 0x1005,
					    0x100a, 0, 0, NULL, NULL, &at));
	KUNIT_EXPECT_EQ(test, at, 0x2002);
	KUNIT_EXPECT_EQ(test, HOOKCORE_OK,
			reloc_branches_into(code, sizeof(code), 0x2000, 0x1000,
					    0x1005, 0, 0, NULL, NULL, &at));
}

static struct kunit_case reloc_kunit_cases[] = {
	KUNIT_CASE_PARAM(reloc_case_test, reloc_gen_params),
	KUNIT_CASE(reloc_every_condition_test),
	KUNIT_CASE(reloc_limits_test),
	KUNIT_CASE(reloc_jmp_back_limits_test),
	KUNIT_CASE(reloc_return_address_test),
	KUNIT_CASE(reloc_small_buffer_test),
	KUNIT_CASE(reloc_short_test),
	KUNIT_CASE(reloc_least_test),
	KUNIT_CASE(reloc_longest_test),
	KUNIT_CASE_PARAM(reloc_body_test, body_gen_params),
	KUNIT_CASE(reloc_cold_part_test),
	{}
};

static struct kunit_suite reloc_kunit_suite = {
	.name = "hookcore_reloc",
	.test_cases = reloc_kunit_cases,
};

kunit_test_suite(reloc_kunit_suite);
