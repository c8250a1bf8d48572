// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: real hooks on real functions, run natively.
 *
 * Functions are called through pointers: a compiler that sees caller and
 * callee together may rely on registers that the callee leaves alone, and a
 * handler does not. (Kernels with ftrace switch that off.)
 */
#include <kunit/test.h>
#include <linux/gcd.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "hook.h"
#include "trampoline.h"

/* How much of a target is compared before and after. */
#define TEXT_SIZE 32

typedef long (*target_t)(long a, long b, long c, long d, void *e);

/*
 * Targets whose first instructions are given. Padding as in a kernel: what
 * follows a short function belongs to it.
 */
#define TARGET(name, body)                                             \
	asmlinkage long name(long a, long b, long c, long d, void *e); \
	asm(".pushsection .text, \"ax\", @progbits\n"                  \
	    ".p2align 4, 0xcc\n"                                       \
	    ".globl " #name "\n"                                       \
	    ".type " #name ", @function\n" #name ":\n" body "\n"       \
	    ".size " #name ", . - " #name "\n"                         \
	    ".p2align 4, 0xcc\n"                                       \
	    ".popsection\n")

long hook_kunit_number = 42;

TARGET(hook_kunit_leaf, "mov $1000, %eax\n add %rdi, %rax\n ret");
TARGET(hook_kunit_copy,
       "push %rbp\n mov %rsp, %rbp\n lea (%rdi, %rsi), %rax\n pop %rbp\n ret");
TARGET(hook_kunit_jcc,
       "test %rdi, %rdi\n jz 1f\n mov $7, %eax\n ret\n 1: mov $9, %eax\n ret");
TARGET(hook_kunit_bnd_jcc,
       "test %edi, %edi\n .byte 0xf2\n jz 1f\n mov $7, %eax\n ret\n 1: mov $9, %eax\n ret");
TARGET(hook_kunit_jrcxz,
       "mov %edi, %ecx\n jrcxz 1f\n mov $7, %eax\n ret\n 1: mov $9, %eax\n ret");
TARGET(hook_kunit_loop,
       "mov %rdx, %rcx\n 1: loop 1b\n lea 5(%rcx, %rdi), %rax\n ret");
TARGET(hook_kunit_loop_out,
       "mov %rdx, %rcx\n loop 1f\n mov $7, %eax\n ret\n 1: mov %rcx, %rax\n ret");
TARGET(hook_kunit_backwards,
       "1: dec %edi\n jg 1b\n nop\n mov %edi, %eax\n ret");
TARGET(hook_kunit_forwards,
       "mov %rdi, %rcx\n jrcxz 1f\n inc %edi\n 1: mov %rdi, %rax\n ret");
TARGET(hook_kunit_inside,
       "xchg %edi, %ecx\n jrcxz 1f\n inc %ecx\n 1: mov %rcx, %rax\n ret");
TARGET(hook_kunit_over_ret,
       "jrcxz 1f\n xchg %edi, %eax\n ret\n 1: lea 1(%rdi), %rax\n ret");
TARGET(hook_kunit_load,
       "mov hook_kunit_number(%rip), %rax\n add %rdi, %rax\n ret");
TARGET(hook_kunit_compare,
       "cmpl $42, hook_kunit_number(%rip)\n sete %al\n movzbl %al, %eax\n ret");
TARGET(hook_kunit_call, "call hook_kunit_leaf\n inc %rax\n ret");
TARGET(hook_kunit_call_indirect,
       "nop\n nop\n nop\n call *%r8\n inc %rax\n ret");
TARGET(hook_kunit_call_memory,
       "call *hook_kunit_pointer(%rip)\n inc %rax\n ret");
TARGET(hook_kunit_tail, "jmp hook_kunit_leaf");
TARGET(hook_kunit_ret, "mov %edi, %eax\n ret");
TARGET(hook_kunit_recursive,
       "lea -1(%rdi), %rax\n test %rax, %rax\n jle 1f\n push %rdi\n mov %rax, %rdi\n call hook_kunit_recursive\n pop %rdi\n 1: add %rdi, %rax\n ret");

/* Those that must be refused. */
TARGET(hook_kunit_into_window,
       "nop\n 1: nop\n nop\n nop\n nop\n dec %edi\n jg 1b\n mov %edi, %eax\n ret");
TARGET(hook_kunit_call_first, "call *%r8\n nop\n nop\n nop\n ret");
TARGET(hook_kunit_get_pc, "call 1f\n 1: pop %rax\n ret");
TARGET(hook_kunit_trap, "ud2\n nop\n nop\n nop\n ret");
TARGET(hook_kunit_int3, "int3\n nop\n nop\n nop\n nop\n ret");
TARGET(hook_kunit_foreign, "jmp hook_kunit_number\n ret");
TARGET(hook_kunit_undecodable, "nop\n .byte 0x06\n nop\n nop\n nop\n ret");
TARGET(hook_kunit_short,
       "mov %edi, %eax\n ret\n .globl hook_kunit_neighbour\n hook_kunit_neighbour: nop\n nop\n nop\n nop\n nop\n ret");

target_t hook_kunit_pointer = hook_kunit_leaf;

/* Recorded by the handlers, in the order in which they run. */
static char hook_order[8];

static void note(char who)
{
	size_t used = strlen(hook_order);

	if (used < sizeof(hook_order) - 1)
		hook_order[used] = who;
}

asmlinkage long hook_kunit_original_a(long a, long b, long c, long d, void *e);
asmlinkage long hook_kunit_original_b(long a, long b, long c, long d, void *e);
asmlinkage long hook_kunit_original_c(long a, long b, long c, long d, void *e);
HOOKCORE_ORIGINAL(hook_kunit_original_a);
HOOKCORE_ORIGINAL(hook_kunit_original_b);
HOOKCORE_ORIGINAL(hook_kunit_original_c);

static noinline long handler_a(long a, long b, long c, long d, void *e)
{
	note('a');
	return hook_kunit_original_a(a, b, c, d, e);
}

static noinline long handler_b(long a, long b, long c, long d, void *e)
{
	note('b');
	return hook_kunit_original_b(a, b, c, d, e);
}

static noinline long handler_c(long a, long b, long c, long d, void *e)
{
	note('c');
	return hook_kunit_original_c(a, b, c, d, e);
}

static noinline long handler_alone(long a, long b, long c, long d, void *e)
{
	return -a;
}

static long call(target_t target, long a)
{
	/* The compiler must not know which function this is. */
	OPTIMIZER_HIDE_VAR(target);
	return target(a, 3, 5, a & 1, hook_kunit_leaf);
}

static struct hookcore_hook hook_on(target_t target, void *handler,
				    void *original, int priority)
{
	return (struct hookcore_hook){
		.address = (unsigned long)target,
		.handler = handler,
		.original = original,
		.priority = priority,
	};
}

/* With much memory, trampolines are out of a jmp's reach: see hook_far_test. */
static bool too_far(void)
{
	return !trampoline_in_reach((unsigned long)hook_kunit_copy,
				    VMALLOC_START);
}

static int hook_kunit_init(struct kunit *test)
{
	memset(hook_order, 0, sizeof(hook_order));
	if (too_far())
		kunit_skip(test, "trampolines are out of reach");
	return 0;
}

static const struct target {
	const char *name;
	target_t function;
	enum hookcore_reason reason;
} targets[] = {
	{ "plain prologue", hook_kunit_copy },
	{ "jcc", hook_kunit_jcc },
	{ "bnd jcc", hook_kunit_bnd_jcc },
	{ "jrcxz", hook_kunit_jrcxz },
	{ "loop on itself", hook_kunit_loop },
	{ "loop out of the window", hook_kunit_loop_out },
	{ "jcc backwards inside the window", hook_kunit_backwards },
	{ "jrcxz to the window's end", hook_kunit_forwards },
	{ "jrcxz over a stolen instruction", hook_kunit_inside },
	{ "jrcxz over a ret", hook_kunit_over_ret },
	{ "load relative to rip", hook_kunit_load },
	{ "compare relative to rip", hook_kunit_compare },
	{ "call", hook_kunit_call },
	{ "call through a register", hook_kunit_call_indirect },
	{ "call through memory", hook_kunit_call_memory },
	{ "jmp", hook_kunit_tail },
	{ "short, but padded", hook_kunit_ret },
	{ "recursive", hook_kunit_recursive },
	{ "branch into the window", hook_kunit_into_window,
	  HOOKCORE_BRANCH_INTO_WINDOW },
	{ "call in the window", hook_kunit_call_first,
	  HOOKCORE_CALL_IN_WINDOW },
	{ "call that reads rip", hook_kunit_get_pc, HOOKCORE_UNRELOCATABLE },
	{ "trap", hook_kunit_trap, HOOKCORE_UNRELOCATABLE },
	{ "int3", hook_kunit_int3, HOOKCORE_UNRELOCATABLE },
	{ "jmp to no function", hook_kunit_foreign, HOOKCORE_REDIRECTED },
	{ "not an instruction", hook_kunit_undecodable, HOOKCORE_UNDECODABLE },
	{ "shorter than a jmp", hook_kunit_short, HOOKCORE_TOO_SHORT },
};

static void describe_target(const struct target *target, char *description)
{
	strscpy(description, target->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(target, targets, describe_target);

#define CALLS 6

/* What the target says to 0, 1, 2 ... */
static void ask(target_t target, long answers[CALLS])
{
	long a;

	for (a = 0; a < CALLS; a++)
		answers[a] = call(target, a);
}

static void hook_target_test(struct kunit *test)
{
	const struct target *target = test->param_value;
	struct hookcore_hook hook =
		hook_on(target->function, handler_a, hook_kunit_original_a, 0);
	long before[CALLS], after[CALLS];
	u8 text[TEXT_SIZE];

	memcpy(text, target->function, sizeof(text));
	if (target->reason == HOOKCORE_OK)
		ask(target->function, before);
	KUNIT_ASSERT_EQ(test, hookcore_register(&hook, 1),
			hookcore_reason_errno(target->reason));
	KUNIT_EXPECT_EQ(test, (int)hook.reason, (int)target->reason);
	if (target->reason == HOOKCORE_OK) {
		ask(target->function, after);
		KUNIT_EXPECT_EQ(test, 0, memcmp(before, after, sizeof(before)));
		/* CALLS times; more if it is recursive: what has room. */
		KUNIT_EXPECT_GE(test, strlen(hook_order), CALLS);
		KUNIT_EXPECT_NE(test, 0,
				memcmp(text, target->function, sizeof(text)));
		hookcore_unregister(&hook, 1);
	}
	KUNIT_EXPECT_EQ(test, (int)hook.state, HOOKCORE_IDLE);
	KUNIT_EXPECT_EQ(test, 0, memcmp(text, target->function, sizeof(text)));
}

static void hook_replaces_test(struct kunit *test)
{
	struct hookcore_hook hook =
		hook_on(hook_kunit_copy, handler_alone, NULL, 0);

	KUNIT_EXPECT_EQ(test, call(hook_kunit_copy, 4), 7);
	KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hook, 1));
	KUNIT_EXPECT_EQ(test, (int)hook.state, HOOKCORE_INSTALLED);
	KUNIT_EXPECT_EQ(test, call(hook_kunit_copy, 4), -4);
	hookcore_unregister(&hook, 1);
	KUNIT_EXPECT_EQ(test, call(hook_kunit_copy, 4), 7);
	/* An idle hook is ignored. */
	hookcore_unregister(&hook, 1);
}

asmlinkage unsigned long hook_kunit_gcd(unsigned long a, unsigned long b);
HOOKCORE_ORIGINAL(hook_kunit_gcd);

static noinline unsigned long handler_gcd(unsigned long a, unsigned long b)
{
	return 100 + hook_kunit_gcd(a, b);
}

static void hook_kernel_function_test(struct kunit *test)
{
	unsigned long (*function)(unsigned long, unsigned long) = gcd;
	struct hookcore_hook hook = {
		.symbol = "gcd",
		.handler = handler_gcd,
		.original = hook_kunit_gcd,
	};

	OPTIMIZER_HIDE_VAR(function);
	KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hook, 1));
	KUNIT_EXPECT_EQ(test, function(12, 18), 106);
	hookcore_unregister(&hook, 1);
	KUNIT_EXPECT_EQ(test, function(12, 18), 6);
}

/* Three hooks, and what is left of them after each removal. */
struct removal {
	u8 order[3];
	const char *left[3];
};

static const struct removal removals[] = {
	{ { 0, 1, 2 }, { "bc", "c", "" } }, { { 0, 2, 1 }, { "bc", "b", "" } },
	{ { 1, 0, 2 }, { "ac", "c", "" } }, { { 1, 2, 0 }, { "ac", "a", "" } },
	{ { 2, 0, 1 }, { "ab", "b", "" } }, { { 2, 1, 0 }, { "ab", "a", "" } },
};

static void expect_order(struct kunit *test, const char *order)
{
	memset(hook_order, 0, sizeof(hook_order));
	KUNIT_EXPECT_EQ(test, call(hook_kunit_copy, 4), 7);
	KUNIT_EXPECT_STREQ(test, hook_order, order);
}

static void hook_removal_test(struct kunit *test)
{
	const struct removal *removal;
	u8 text[TEXT_SIZE];
	size_t i;

	memcpy(text, hook_kunit_copy, sizeof(text));
	for (removal = removals; removal < removals + ARRAY_SIZE(removals);
	     removal++) {
		struct hookcore_hook hooks[] = {
			hook_on(hook_kunit_copy, handler_a,
				hook_kunit_original_a, 30),
			hook_on(hook_kunit_copy, handler_b,
				hook_kunit_original_b, 20),
			hook_on(hook_kunit_copy, handler_c,
				hook_kunit_original_c, 10),
		};

		/* Registered one by one, the lowest first. */
		KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hooks[2], 1));
		KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hooks[0], 1));
		KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hooks[1], 1));
		expect_order(test, "abc");
		for (i = 0; i < 3; i++) {
			hookcore_unregister(&hooks[removal->order[i]], 1);
			expect_order(test, removal->left[i]);
		}
		KUNIT_EXPECT_EQ(test, 0,
				memcmp(text, hook_kunit_copy, sizeof(text)));
	}
}

/* A stub of one's own making, without room. */
asmlinkage long hook_kunit_bare(long a, long b, long c, long d, void *e);
TARGET(hook_kunit_bare, "jmp hookcore_no_original\n nop");

static noinline long handler_bare(long a, long b, long c, long d, void *e)
{
	note('r');
	return hook_kunit_bare(a, b, c, d, e);
}

/* Does the stub lead to the room behind it, and is there code in it? */
static bool leads_to_room(void *stub)
{
	u8 *room = stub + RELOC_JMP_SIZE, jmp[RELOC_JMP_SIZE];

	return trampoline_jmp(jmp, (unsigned long)stub, (unsigned long)room) &&
	       !memcmp(stub, jmp, sizeof(jmp)) && *room != TRAMPOLINE_INT3;
}

static bool room_is_empty(void *stub)
{
	return !memchr_inv(stub + RELOC_JMP_SIZE, TRAMPOLINE_INT3,
			   HOOKCORE_ROOM_SIZE);
}

static void hook_room_test(struct kunit *test)
{
	struct hookcore_hook hooks[] = {
		hook_on(hook_kunit_copy, handler_a, hook_kunit_original_a, 20),
		hook_on(hook_kunit_copy, handler_b, hook_kunit_original_b, 10),
		hook_on(hook_kunit_copy, handler_bare, hook_kunit_bare, 0),
	};

	KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hooks[0], 1));
	KUNIT_EXPECT_TRUE(test, leads_to_room(hook_kunit_original_a));
	KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hooks[1], 1));
	KUNIT_EXPECT_FALSE(test, leads_to_room(hook_kunit_original_a));
	KUNIT_EXPECT_TRUE(test, leads_to_room(hook_kunit_original_b));
	expect_order(test, "ab");
	KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hooks[2], 1));
	KUNIT_EXPECT_FALSE(test, leads_to_room(hook_kunit_original_b));
	expect_order(test, "abr");
	hookcore_unregister(&hooks[1], 2);
	KUNIT_EXPECT_TRUE(test, leads_to_room(hook_kunit_original_a));
	KUNIT_EXPECT_TRUE(test, room_is_empty(hook_kunit_original_b));
	expect_order(test, "a");
	hookcore_unregister(&hooks[0], 1);
	KUNIT_EXPECT_TRUE(test, room_is_empty(hook_kunit_original_a));
}

/* A window whose relocated form is longer than the room. */
static void hook_no_room_test(struct kunit *test)
{
	struct hookcore_hook hook = hook_on(hook_kunit_over_ret, handler_a,
					    hook_kunit_original_a, 0);

	KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hook, 1));
	KUNIT_EXPECT_GT(test, hook.target->trampoline_size, HOOKCORE_ROOM_SIZE);
	KUNIT_EXPECT_TRUE(test, room_is_empty(hook_kunit_original_a));
	hookcore_unregister(&hook, 1);
}

static void hook_equal_priority_test(struct kunit *test)
{
	struct hookcore_hook hooks[] = {
		hook_on(hook_kunit_copy, handler_b, hook_kunit_original_b, 0),
		hook_on(hook_kunit_copy, handler_a, hook_kunit_original_a, 0),
	};

	KUNIT_ASSERT_EQ(test, 0, hookcore_register(hooks, 2));
	expect_order(test, "ba");
	hookcore_unregister(hooks, 2);
	expect_order(test, "");
}

static void hook_twice_test(struct kunit *test)
{
	struct hookcore_hook hook =
		hook_on(hook_kunit_copy, handler_a, hook_kunit_original_a, 0);
	struct hookcore_hook again =
		hook_on(hook_kunit_copy, handler_b, hook_kunit_original_a, 0);

	KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hook, 1));
	KUNIT_EXPECT_EQ(test, -EEXIST, hookcore_register(&hook, 1));
	KUNIT_EXPECT_EQ(test, (int)hook.state, HOOKCORE_INSTALLED);
	/* One stub cannot lead to two places. */
	KUNIT_EXPECT_EQ(test, -EINVAL, hookcore_register(&again, 1));
	expect_order(test, "a");
	hookcore_unregister(&hook, 1);
	expect_order(test, "");
}

static void hook_all_or_none_test(struct kunit *test)
{
	struct hookcore_hook hooks[] = {
		hook_on(hook_kunit_copy, handler_a, hook_kunit_original_a, 0),
		hook_on(hook_kunit_jcc, handler_b, hook_kunit_original_b, 0),
		hook_on(hook_kunit_trap, handler_c, hook_kunit_original_c, 0),
	};
	u8 text[TEXT_SIZE];

	memcpy(text, hook_kunit_copy, sizeof(text));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, hookcore_register(hooks, 3));
	KUNIT_EXPECT_EQ(test, (int)hooks[2].reason, HOOKCORE_UNRELOCATABLE);
	KUNIT_EXPECT_EQ(test, (int)hooks[0].state, HOOKCORE_IDLE);
	KUNIT_EXPECT_EQ(test, 0, memcmp(text, hook_kunit_copy, sizeof(text)));
	expect_order(test, "");
	/* Without the one that cannot be, the others can. */
	KUNIT_ASSERT_EQ(test, 0, hookcore_register(hooks, 2));
	expect_order(test, "a");
	hookcore_unregister(hooks, 2);
}

asmlinkage bool hook_kunit_decide(struct hookcore_args *args);
HOOKCORE_DECIDER(hook_kunit_decider, hook_kunit_decide, hook_kunit_original_a,
		 "	cmp $99, %rdi\n	je hook_kunit_original_a\n");

asmlinkage bool hook_kunit_decide(struct hookcore_args *args)
{
	note('d');
	/* One answer is left as it came. */
	if (args->arg[0] == 14)
		return false;
	args->ret = -1;
	args->arg[1]++;
	return args->arg[0] != 13;
}

static void hook_decider_test(struct kunit *test)
{
	struct hookcore_hook hook = hook_on(hook_kunit_copy, hook_kunit_decider,
					    hook_kunit_original_a, 0);

	KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hook, 1));
	KUNIT_EXPECT_EQ(test, call(hook_kunit_copy, 4), 8);
	KUNIT_EXPECT_EQ(test, call(hook_kunit_copy, 13), -1);
	KUNIT_EXPECT_EQ(test, call(hook_kunit_copy, 14), 0);
	KUNIT_EXPECT_STREQ(test, hook_order, "ddd");
	/* The guard lets this one through unasked. */
	KUNIT_EXPECT_EQ(test, call(hook_kunit_copy, 99), 102);
	KUNIT_EXPECT_STREQ(test, hook_order, "ddd");
	hookcore_unregister(&hook, 1);
	KUNIT_EXPECT_EQ(test, call(hook_kunit_copy, 13), 16);
}

static void hook_recursion_test(struct kunit *test)
{
	struct hookcore_hook hook = hook_on(hook_kunit_recursive, handler_a,
					    hook_kunit_original_a, 0);
	long unhooked = call(hook_kunit_recursive, 4);

	KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hook, 1));
	KUNIT_EXPECT_EQ(test, call(hook_kunit_recursive, 4), unhooked);
	KUNIT_EXPECT_STREQ(test, hook_order, "aaaa");
	hookcore_unregister(&hook, 1);
}

/**
 * struct bad_request - what hookcore_register() must refuse
 * @name: what is wrong.
 * @hook: the request.
 * @reason: the reason.
 */
struct bad_request {
	const char *name;
	struct hookcore_hook hook;
	enum hookcore_reason reason;
};

static const struct bad_request bad_requests[] = {
	{ "neither symbol nor address",
	  { .handler = handler_alone },
	  HOOKCORE_BAD_ARGUMENT },
	{ "both symbol and address",
	  { .symbol = "gcd", .address = 1, .handler = handler_alone },
	  HOOKCORE_BAD_ARGUMENT },
	{ "no handler", { .symbol = "gcd" }, HOOKCORE_BAD_ARGUMENT },
	{ "handler in data",
	  { .symbol = "gcd", .handler = &hook_kunit_number },
	  HOOKCORE_BAD_ARGUMENT },
	{ "a stub that is none",
	  { .symbol = "gcd", .handler = handler_alone, .original = handler_a },
	  HOOKCORE_BAD_ARGUMENT },
	{ "no such symbol",
	  { .symbol = "hook_kunit_nowhere", .handler = handler_alone },
	  HOOKCORE_NO_SYMBOL },
	{ "empty symbol",
	  { .symbol = "", .handler = handler_alone },
	  HOOKCORE_NO_SYMBOL },
	{ "a symbol of data",
	  { .symbol = "hook_kunit_number", .handler = handler_alone },
	  HOOKCORE_NOT_TEXT },
	{ "address of user space",
	  { .address = 0x1000, .handler = handler_alone },
	  HOOKCORE_NOT_TEXT },
	{ "address of nothing",
	  { .address = ~0UL, .handler = handler_alone },
	  HOOKCORE_NOT_TEXT },
};

static void describe_request(const struct bad_request *request,
			     char *description)
{
	strscpy(description, request->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(request, bad_requests, describe_request);

static void hook_bad_request_test(struct kunit *test)
{
	const struct bad_request *request = test->param_value;
	struct hookcore_hook hook = request->hook;

	KUNIT_EXPECT_EQ(test, hookcore_register(&hook, 1),
			hookcore_reason_errno(request->reason));
	KUNIT_EXPECT_EQ(test, (int)hook.reason, (int)request->reason);
	KUNIT_EXPECT_EQ(test, (int)hook.state, HOOKCORE_IDLE);
	hookcore_unregister(&hook, 1);
}

static void hook_bad_address_test(struct kunit *test)
{
	struct hookcore_hook hook = {
		.address = (unsigned long)hook_kunit_copy + 1,
		.handler = handler_alone,
	};

	KUNIT_EXPECT_EQ(test, -EINVAL, hookcore_register(&hook, 1));
	KUNIT_EXPECT_EQ(test, (int)hook.reason, HOOKCORE_NOT_TEXT);
	KUNIT_EXPECT_EQ(test, -EINVAL, hookcore_register(NULL, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, hookcore_register(&hook, 0));
	hookcore_unregister(NULL, 0);
}

static void hook_bad_field_test(struct kunit *test)
{
	struct hookcore_field nothing = {}, field = { .type = "task_struct" };

	KUNIT_EXPECT_EQ(test, -EINVAL, hookcore_find_fields(NULL, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, hookcore_find_fields(&nothing, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, hookcore_find_fields(&field, 1));
}

static void hook_check_test(struct kunit *test)
{
	char hint[48] = "";
	u8 text[TEXT_SIZE];

	memcpy(text, hook_kunit_copy, sizeof(text));
	KUNIT_EXPECT_EQ(test,
			(int)hookcore_check("hook_kunit_copy", hint,
					    sizeof(hint)),
			HOOKCORE_OK);
	KUNIT_EXPECT_EQ(test, (int)hookcore_check("hook_kunit_short", NULL, 0),
			HOOKCORE_TOO_SHORT);
	KUNIT_EXPECT_EQ(test,
			(int)hookcore_check("hook_kunit_nowhere", hint,
					    sizeof(hint)),
			HOOKCORE_NO_SYMBOL);
	KUNIT_EXPECT_EQ(test, 0, memcmp(text, hook_kunit_copy, sizeof(text)));
}

static void hook_reason_test(struct kunit *test)
{
	enum hookcore_reason reason;

	KUNIT_EXPECT_EQ(test, hookcore_reason_errno(HOOKCORE_OK), 0);
	for (reason = HOOKCORE_BAD_ARGUMENT; reason < HOOKCORE_NR_REASONS;
	     reason++) {
		KUNIT_EXPECT_LT(test, hookcore_reason_errno(reason), 0);
		KUNIT_EXPECT_GT(test, strlen(hookcore_reason_text(reason)), 0);
	}
	/* Out of bounds is no reason, but no crash either. */
	KUNIT_EXPECT_NOT_NULL(test, hookcore_reason_text(HOOKCORE_NR_REASONS));
}

/*
 * Allocations fail one after another, by a hook of our own on the function
 * that all of them pass.
 */
static struct task_struct *failing_task;
static unsigned int allocations_left;

asmlinkage int hook_kunit_should_failslab(struct kmem_cache *s, gfp_t flags);
HOOKCORE_ORIGINAL(hook_kunit_should_failslab);

static noinline int handler_should_failslab(struct kmem_cache *s, gfp_t flags)
{
	if (failing_task == current && !--allocations_left) {
		failing_task = NULL;
		return -ENOMEM;
	}
	return hook_kunit_should_failslab(s, flags);
}

static int register_failing(struct hookcore_hook *hooks, size_t count,
			    unsigned int allocation)
{
	int err;

	allocations_left = allocation;
	failing_task = current;
	err = hookcore_register(hooks, count);
	failing_task = NULL;
	return err;
}

static void hook_no_memory_test(struct kunit *test)
{
	struct hookcore_hook failslab = {
		.symbol = "should_failslab",
		.handler = handler_should_failslab,
		.original = hook_kunit_should_failslab,
	};
	struct hookcore_hook hooks[] = {
		hook_on(hook_kunit_copy, handler_a, hook_kunit_original_a, 0),
		hook_on(hook_kunit_jcc, handler_b, hook_kunit_original_b, 0),
	};
	unsigned int allocation;
	u8 text[TEXT_SIZE];
	int err = -ENOMEM;

	memcpy(text, hook_kunit_copy, sizeof(text));
	KUNIT_ASSERT_EQ(test, 0, hookcore_register(&failslab, 1));
	for (allocation = 1; err == -ENOMEM && allocation < 100; allocation++) {
		err = register_failing(hooks, 2, allocation);
		if (err != -ENOMEM)
			break;
		KUNIT_EXPECT_EQ(test, (int)hooks[0].state, HOOKCORE_IDLE);
		KUNIT_EXPECT_EQ(test, (int)hooks[1].state, HOOKCORE_IDLE);
		KUNIT_EXPECT_EQ(test, 0,
				memcmp(text, hook_kunit_copy, sizeof(text)));
	}
	KUNIT_EXPECT_EQ(test, 0, err);
	/* Two tables, two targets, a chunk and its memory at the least. */
	KUNIT_EXPECT_GE(test, allocation, 7);
	expect_order(test, "a");
	hookcore_unregister(hooks, 2);
	hookcore_unregister(&failslab, 1);
	expect_order(test, "");
}

/* Registers and flags survive: each target answers as it does uncounted. */
static void hook_count_test(struct kunit *test)
{
	const struct target *target = test->param_value;
	struct hookcore_hook hook =
		hook_on(target->function, handler_a, hook_kunit_original_a, 0);
	long before[CALLS], after[CALLS];

	if (target->reason != HOOKCORE_OK)
		kunit_skip(test, "cannot be hooked");
	ask(target->function, before);
	KUNIT_ASSERT_EQ(test, 0, hookcore_register(&hook, 1));
	KUNIT_ASSERT_EQ(test, 0, hook_set_counting(true));
	memset(hook_order, 0, sizeof(hook_order));
	ask(target->function, after);
	KUNIT_EXPECT_EQ(test, 0, memcmp(before, after, sizeof(before)));
	KUNIT_EXPECT_GE(test, hook_hits(&hook), CALLS);
	KUNIT_ASSERT_EQ(test, 0, hook_set_counting(false));
	KUNIT_EXPECT_FALSE(test, hook_is_counting());
	hookcore_unregister(&hook, 1);
}

static struct kunit_case hook_kunit_cases[] = {
	KUNIT_CASE_PARAM(hook_target_test, target_gen_params),
	KUNIT_CASE_PARAM(hook_count_test, target_gen_params),
	KUNIT_CASE(hook_replaces_test),
	KUNIT_CASE(hook_kernel_function_test),
	KUNIT_CASE(hook_removal_test),
	KUNIT_CASE(hook_room_test),
	KUNIT_CASE(hook_no_room_test),
	KUNIT_CASE(hook_equal_priority_test),
	KUNIT_CASE(hook_twice_test),
	KUNIT_CASE(hook_all_or_none_test),
	KUNIT_CASE(hook_decider_test),
	KUNIT_CASE(hook_recursion_test),
	KUNIT_CASE_PARAM(hook_bad_request_test, request_gen_params),
	KUNIT_CASE(hook_bad_address_test),
	KUNIT_CASE(hook_bad_field_test),
	KUNIT_CASE(hook_check_test),
	KUNIT_CASE(hook_reason_test),
	KUNIT_CASE(hook_no_memory_test),
	{}
};

static struct kunit_suite hook_kunit_suite = {
	.name = "hookcore_hook",
	.init = hook_kunit_init,
	.test_cases = hook_kunit_cases,
};

/* Run with mem=2G, which puts trampolines out of reach. */
static void hook_far_test(struct kunit *test)
{
	struct hookcore_hook hook =
		hook_on(hook_kunit_copy, handler_a, hook_kunit_original_a, 0);
	u8 text[TEXT_SIZE];

	if (!too_far())
		kunit_skip(test, "trampolines are in reach");
	memcpy(text, hook_kunit_copy, sizeof(text));
	KUNIT_EXPECT_EQ(test, -ERANGE, hookcore_register(&hook, 1));
	KUNIT_EXPECT_EQ(test, (int)hook.reason, HOOKCORE_OUT_OF_RANGE);
	KUNIT_EXPECT_EQ(test, (int)hook.state, HOOKCORE_IDLE);
	KUNIT_EXPECT_EQ(test, 0, memcmp(text, hook_kunit_copy, sizeof(text)));
	KUNIT_EXPECT_EQ(test, call(hook_kunit_copy, 4), 7);
}

static struct kunit_case far_kunit_cases[] = { KUNIT_CASE(hook_far_test), {} };

static struct kunit_suite far_kunit_suite = {
	.name = "hookcore_far",
	.test_cases = far_kunit_cases,
};

kunit_test_suites(&hook_kunit_suite, &far_kunit_suite);
