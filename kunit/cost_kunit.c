// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: what a hooked call costs on the processor itself, in nanoseconds.
 *
 * The yardstick is the same work without a hook: a function that counts and
 * calls, or jumps to, the target. All that is measured is assembly, so that
 * neither the compiler nor KASAN has a hand in it. The figures are printed.
 * Hooked and by hand alternate. What is held to a limit is what a hook takes
 * beyond the same jumps, in the same places, without hookcore: what a jump
 * takes is the processor's business, and more where it has other work. The
 * limit is give or take what a quarter of the rounds differ by from the median.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "hookcore.h"
#include "trampoline.h"

/* Short rounds, many of them: an interrupt spoils one round, not the median. */
#define COST_ROUNDS 301
#define COST_CALLS 20000

/*
 * Limits of what a hook may take more, in picoseconds: the aim; and calling,
 * two cycles, for its function is not on the page that the jumps by hand begin
 * on.
 */
#define COST_JUMPING 300
#define COST_CALLING 600

extern unsigned long cost_kunit_count;
unsigned long cost_kunit_count;

/* Each on cache lines of its own, lest one variant is the lucky one. */
#define COST_ALIGNED(name, align, body)                          \
	asmlinkage void name(unsigned long count);               \
	asm(".pushsection .text, \"ax\", @progbits\n"            \
	    ".p2align " #align ", 0xcc\n"                        \
	    ".globl " #name "\n"                                 \
	    ".type " #name ", @function\n" #name ":\n" body "\n" \
	    ".size " #name ", . - " #name "\n"                   \
	    ".p2align 6, 0xcc\n"                                 \
	    ".popsection\n")

#define COST_FUNCTION(name, body) COST_ALIGNED(name, 6, body)

/* A loop that calls @callee. */
#define COST_LOOP(name, callee)                                        \
	COST_FUNCTION(name, "	push %rbx\n	mov %rdi, %rbx\n"            \
			    "1:	mov %rbx, %rdi\n	call " #callee \
			    "\n	dec %rbx\n	jne 1b\n"                   \
			    "	pop %rbx\n	ret")

/* On a page of its own: a kernel's functions are not on their hook's. */
#define COST_TARGET(name)                                   \
	COST_ALIGNED(name, 12,                              \
		     "	push %rbp\n	mov %rsp, %rbp\n"        \
		     "	lea (%rdi, %rdi), %rax\n	pop %rbp\n" \
		     "	ret")

COST_TARGET(cost_kunit_target);
COST_TARGET(cost_kunit_target_call);
COST_TARGET(cost_kunit_target_guard);

/* clang-format off */
/* The handlers' work, by hand. */
COST_FUNCTION(cost_kunit_by_hand_call,
	      "	call cost_kunit_target\n"
	      "	incq cost_kunit_count(%rip)\n	ret");
COST_FUNCTION(cost_kunit_by_hand_guard,
	      "	incq cost_kunit_count(%rip)\n"
	      "	jmp cost_kunit_target");

/* What a hook does not do: through a pointer, without a prediction. */
COST_FUNCTION(cost_kunit_by_pointer,
	      "	incq cost_kunit_count(%rip)\n"
	      "	lea cost_kunit_target(%rip), %rax\n"
	      "	call 2f\n"
	      "1:	pause\n	lfence\n	jmp 1b\n"
	      "2:	mov %rax, (%rsp)\n	ret");

/* The handlers. */
asmlinkage void cost_kunit_original_call(void);
HOOKCORE_ORIGINAL(cost_kunit_original_call);
COST_FUNCTION(cost_kunit_handler_call,
	      "	call cost_kunit_original_call\n"
	      "	incq cost_kunit_count(%rip)\n	ret");
HOOKCORE_GUARD(cost_kunit_handler_guard, cost_kunit_original_guard,
	       "	incq cost_kunit_count(%rip)\n");
/* clang-format on */

/*
 * A hook's three jumps without a hook: from the function to the handler, on to
 * the trampoline, and back. All in one page, where no trampoline of a running
 * kernel can be; and with a page between them, where it has to be.
 */
#define COST_JUMPS(name, apart)                         \
	COST_ALIGNED(name, 12,                          \
		     "	jmp 2f\n"                        \
		     "1:	pop %rbp\n	ret\n"              \
		     "	" apart "\n"                    \
		     "2:	incq cost_kunit_count(%rip)\n" \
		     "	jmp 3f\n"                        \
		     "	.p2align 6, 0xcc\n"              \
		     "3:	push %rbp\n	mov %rsp, %rbp\n"  \
		     "	lea (%rdi, %rdi), %rax\n"        \
		     "	jmp 1b")

COST_JUMPS(cost_kunit_jumps_near, ".p2align 6, 0xcc");
COST_JUMPS(cost_kunit_jumps_far, ".p2align 12, 0xcc");

/* The same for a handler that calls what the function goes on as. */
#define COST_CALLS_ON(name, apart)                          \
	COST_ALIGNED(name, 12,                              \
		     "	jmp 2f\n"                            \
		     "1:	pop %rbp\n	ret\n"                  \
		     "	" apart "\n"                        \
		     "2:	call 3f\n"                         \
		     "	incq cost_kunit_count(%rip)\n	ret\n" \
		     "	.p2align 6, 0xcc\n"                  \
		     "3:	push %rbp\n	mov %rsp, %rbp\n"      \
		     "	lea (%rdi, %rdi), %rax\n"            \
		     "	jmp 1b")

COST_CALLS_ON(cost_kunit_calls_near, ".p2align 6, 0xcc");
COST_CALLS_ON(cost_kunit_calls_far, ".p2align 12, 0xcc");

COST_LOOP(cost_kunit_loop_plain, cost_kunit_target);
COST_LOOP(cost_kunit_loop_by_hand_call, cost_kunit_by_hand_call);
COST_LOOP(cost_kunit_loop_call, cost_kunit_target_call);
COST_LOOP(cost_kunit_loop_by_hand_guard, cost_kunit_by_hand_guard);
COST_LOOP(cost_kunit_loop_guard, cost_kunit_target_guard);
COST_LOOP(cost_kunit_loop_by_pointer, cost_kunit_by_pointer);
COST_LOOP(cost_kunit_loop_jumps_near, cost_kunit_jumps_near);
COST_LOOP(cost_kunit_loop_jumps_far, cost_kunit_jumps_far);
COST_LOOP(cost_kunit_loop_calls_near, cost_kunit_calls_near);
COST_LOOP(cost_kunit_loop_calls_far, cost_kunit_calls_far);

enum cost_variant {
	COST_PLAIN,
	COST_HAND_CALL,
	COST_CALL,
	COST_HAND_GUARD,
	COST_GUARD,
	COST_POINTER,
	COST_JUMPS_NEAR,
	COST_JUMPS_FAR,
	COST_CALLS_NEAR,
	COST_CALLS_FAR,
	COST_VARIANTS,
};

static const struct {
	const char *name;
	void (*loop)(unsigned long count);
	bool counts;
} cost_variants[COST_VARIANTS] = {
	[COST_PLAIN] = { "not hooked", cost_kunit_loop_plain },
	[COST_HAND_CALL] = { "counts and calls, by hand",
			     cost_kunit_loop_by_hand_call, true },
	[COST_CALL] = { "counts and calls, hooked", cost_kunit_loop_call,
			true },
	[COST_HAND_GUARD] = { "counts and jumps, by hand",
			      cost_kunit_loop_by_hand_guard, true },
	[COST_GUARD] = { "counts and jumps, hooked", cost_kunit_loop_guard,
			 true },
	[COST_POINTER] = { "counts, through a retpoline",
			   cost_kunit_loop_by_pointer, true },
	[COST_JUMPS_NEAR] = { "three jumps in one page",
			      cost_kunit_loop_jumps_near, true },
	[COST_JUMPS_FAR] = { "three jumps, two pages",
			     cost_kunit_loop_jumps_far, true },
	[COST_CALLS_NEAR] = { "calls, jumps in one page",
			      cost_kunit_loop_calls_near, true },
	[COST_CALLS_FAR] = { "calls, jumps, two pages",
			     cost_kunit_loop_calls_far, true },
};

/* Picoseconds a call: of each round, of each variant. */
typedef s64 cost_figures[COST_VARIANTS][COST_ROUNDS];

static s64 cost_measure(struct kunit *test, enum cost_variant variant)
{
	unsigned long expected = cost_variants[variant].counts ? COST_CALLS : 0;
	u64 start, end;

	cost_kunit_count = 0;
	start = ktime_get_ns();
	cost_variants[variant].loop(COST_CALLS);
	end = ktime_get_ns();
	KUNIT_EXPECT_EQ(test, cost_kunit_count, expected);
	return div_u64((end - start) * 1000, COST_CALLS);
}

static int cost_compare(const void *a, const void *b)
{
	s64 x = *(const s64 *)a, y = *(const s64 *)b;

	if (x == y)
		return 0;
	return x < y ? -1 : 1;
}

static s64 cost_print(struct kunit *test, const char *name, s64 *figures)
{
	s64 median;

	sort(figures, COST_ROUNDS, sizeof(*figures), cost_compare, NULL);
	median = figures[COST_ROUNDS / 2];
	kunit_info(test, "cost: %-27s %6lld ps, quartiles %lld .. %lld", name,
		   median, figures[COST_ROUNDS / 4],
		   figures[COST_ROUNDS * 3 / 4]);
	return median;
}

/*
 * What one alone adds: of each round, it less by hand. The answer is the least
 * that it may be, given what a quarter of the rounds differ by.
 */
static s64 cost_print_more(struct kunit *test, const char *name,
			   const s64 *more, const s64 *by_hand, s64 *scratch)
{
	s64 median;
	int i;

	for (i = 0; i < COST_ROUNDS; i++)
		scratch[i] = more[i] - by_hand[i];
	median = cost_print(test, name, scratch);
	return median -
	       (scratch[COST_ROUNDS * 3 / 4] - scratch[COST_ROUNDS / 4]);
}

/* The hooks, and what is dear enough for the limits to notice. */
static void cost_expect(struct kunit *test, cost_figures figures, s64 *scratch)
{
	/* In one page: they cost nothing, but where others share the core. */
	s64 *jumps = figures[COST_JUMPS_NEAR], *calls = figures[COST_CALLS_FAR];

	KUNIT_EXPECT_LE(test,
			cost_print_more(test, "hooked, beyond jumps",
					figures[COST_GUARD], jumps, scratch),
			COST_JUMPING);
	KUNIT_EXPECT_LE(test,
			cost_print_more(test, "hooked, beyond a call",
					figures[COST_CALL], calls, scratch),
			COST_CALLING);
	KUNIT_EXPECT_GT(test,
			cost_print_more(test, "a retpoline, beyond jumps",
					figures[COST_POINTER], jumps, scratch),
			COST_CALLING);
}

/* For the comparison: of each, what it takes more than the work by hand. */
static void cost_print_alone(struct kunit *test, cost_figures figures,
			     s64 *scratch)
{
	s64 *jumps = figures[COST_HAND_GUARD], *calls = figures[COST_HAND_CALL];

	cost_print_more(test, "the hook alone, calling", figures[COST_CALL],
			calls, scratch);
	cost_print_more(test, "the hook alone, jumping", figures[COST_GUARD],
			jumps, scratch);
	cost_print_more(test, "jumps alone, in one page",
			figures[COST_JUMPS_NEAR], jumps, scratch);
	cost_print_more(test, "jumps alone, two pages", figures[COST_JUMPS_FAR],
			jumps, scratch);
	cost_print_more(test, "calling by hand, one page",
			figures[COST_CALLS_NEAR], calls, scratch);
	cost_print_more(test, "calling by hand, two pages",
			figures[COST_CALLS_FAR], calls, scratch);
}

/* Before the figures are sorted: a round's belong together. */
static void cost_print_all(struct kunit *test, cost_figures figures,
			   s64 *scratch)
{
	int i;

	cost_expect(test, figures, scratch);
	cost_print_alone(test, figures, scratch);
	for (i = 0; i < COST_VARIANTS; i++)
		cost_print(test, cost_variants[i].name, figures[i]);
}

static void cost_call_test(struct kunit *test)
{
	struct hookcore_hook hooks[] = {
		{ .address = (unsigned long)cost_kunit_target_call,
		  .handler = cost_kunit_handler_call,
		  .original = cost_kunit_original_call },
		{ .address = (unsigned long)cost_kunit_target_guard,
		  .handler = cost_kunit_handler_guard,
		  .original = cost_kunit_original_guard },
	};
	cost_figures *figures =
		kunit_kzalloc(test, sizeof(*figures), GFP_KERNEL);
	s64 *scratch =
		kunit_kcalloc(test, COST_ROUNDS, sizeof(*scratch), GFP_KERNEL);
	int round, i;

	KUNIT_ASSERT_NOT_NULL(test, figures);
	KUNIT_ASSERT_NOT_NULL(test, scratch);
	KUNIT_ASSERT_EQ(test, 0, hookcore_register(hooks, ARRAY_SIZE(hooks)));
	for (round = 0; round < COST_ROUNDS; round++) {
		for (i = 0; i < COST_VARIANTS; i++)
			(*figures)[i][round] = cost_measure(test, i);
	}
	hookcore_unregister(hooks, ARRAY_SIZE(hooks));
	cost_print_all(test, *figures, scratch);
}

static int cost_kunit_init(struct kunit *test)
{
	if (!trampoline_in_reach((unsigned long)cost_kunit_target,
				 VMALLOC_START))
		kunit_skip(test, "trampolines are out of reach");
	return 0;
}

static struct kunit_case cost_cases[] = { KUNIT_CASE(cost_call_test), {} };

static struct kunit_suite cost_suite = {
	.name = "hookcore_cost",
	.init = cost_kunit_init,
	.test_cases = cost_cases,
};
kunit_test_suite(cost_suite);
