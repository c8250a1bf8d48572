// SPDX-License-Identifier: GPL-2.0
/*
 * What the functions of hookcore.h promise, tried on target_add() of
 * hookcore_target.ko. Loading it runs the tests; it loads if all hold, and
 * prints one line for each that does not.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "hookcore.h"

int target_add(int a, int b);

/* Each handler notes that it ran, in the order of the calls. */
static char api_order[8];

static void api_note(char who)
{
	size_t length = strlen(api_order);

	if (length < sizeof(api_order) - 1)
		api_order[length] = who;
}

#define API_HANDLER(letter)                              \
	int api_original_##letter(int a, int b);         \
	HOOKCORE_ORIGINAL(api_original_##letter);        \
	static int api_handler_##letter(int a, int b)    \
	{                                                \
		api_note(#letter[0]);                    \
		return api_original_##letter(a, b) * 10; \
	}

API_HANDLER(a)
API_HANDLER(b)
API_HANDLER(c)

#define API_HOOK(letter, level)                                          \
	{                                                                \
		.symbol = "target_add", .handler = api_handler_##letter, \
		.original = api_original_##letter, .owner = THIS_MODULE, \
		.priority = (level)                                      \
	}

static struct hookcore_hook api_hooks[] = {
	API_HOOK(a, 0),
	API_HOOK(b, 5),
	API_HOOK(c, 0),
};
static struct hookcore_hook *const hook_a = &api_hooks[0];
static struct hookcore_hook *const hook_b = &api_hooks[1];
static struct hookcore_hook *const hook_c = &api_hooks[2];

static int api_failed;

#define API_EXPECT(condition)                                           \
	do {                                                            \
		if (!(condition)) {                                     \
			pr_err("hookcore_api: line %d: %s\n", __LINE__, \
			       #condition);                             \
			api_failed++;                                   \
		}                                                       \
	} while (0)

/* Calls target_add(1, 2): the handlers @order run, each multiplies by ten. */
static void api_expect_order(int line, const char *order)
{
	int expected = 3, result;
	const char *c;

	for (c = order; *c; c++)
		expected *= 10;
	memset(api_order, 0, sizeof(api_order));
	result = target_add(1, 2);
	if (result == expected && !strcmp(api_order, order))
		return;
	pr_err("hookcore_api: line %d: got %d by '%s', expected %d by '%s'\n",
	       line, result, api_order, expected, order);
	api_failed++;
}

#define API_EXPECT_ORDER(order) api_expect_order(__LINE__, order)

static void api_test_one(void)
{
	API_EXPECT_ORDER("");
	API_EXPECT(hookcore_register(hook_a, 1) == 0);
	API_EXPECT(hook_a->state == HOOKCORE_INSTALLED);
	API_EXPECT_ORDER("a");
	hookcore_unregister(hook_a, 1);
	API_EXPECT(hook_a->state == HOOKCORE_IDLE);
	API_EXPECT_ORDER("");
}

/* b has the higher priority, a came before c. */
static void api_test_chain(void)
{
	API_EXPECT(hookcore_register(hook_a, 1) == 0);
	API_EXPECT(hookcore_register(hook_b, 1) == 0);
	API_EXPECT_ORDER("ba");
	API_EXPECT(hookcore_register(hook_c, 1) == 0);
	API_EXPECT_ORDER("bac");
	hookcore_unregister(hook_a, 1);
	API_EXPECT_ORDER("bc");
	API_EXPECT(hookcore_register(hook_a, 1) == 0);
	API_EXPECT_ORDER("bca");
	hookcore_unregister(hook_b, 1);
	API_EXPECT_ORDER("ca");
	hookcore_unregister(hook_c, 1);
	API_EXPECT_ORDER("a");
	hookcore_unregister(hook_a, 1);
	API_EXPECT_ORDER("");
}

static void api_test_transaction(void)
{
	API_EXPECT(hookcore_register(api_hooks, 3) == 0);
	API_EXPECT_ORDER("bac");
	hookcore_unregister(api_hooks, 3);
	API_EXPECT_ORDER("");
	/* All or none: the last of the three cannot be. */
	hook_c->symbol = "no_such_function";
	API_EXPECT(hookcore_register(api_hooks, 3) == -ENOENT);
	API_EXPECT(hook_c->reason == HOOKCORE_NO_SYMBOL);
	API_EXPECT(hook_a->state == HOOKCORE_IDLE);
	API_EXPECT_ORDER("");
	hook_c->symbol = "target_add";
	API_EXPECT(hookcore_register(api_hooks, 3) == 0);
	API_EXPECT_ORDER("bac");
	hookcore_unregister(api_hooks, 3);
}

static void api_test_twice(void)
{
	API_EXPECT(hookcore_register(hook_a, 1) == 0);
	API_EXPECT(hookcore_register(hook_a, 1) == -EEXIST);
	API_EXPECT_ORDER("a");
	/* A stub belongs to one hook. */
	hook_b->original = hook_a->original;
	API_EXPECT(hookcore_register(hook_b, 1) == -EINVAL);
	hookcore_unregister(hook_a, 1);
	hookcore_unregister(hook_a, 1);
	API_EXPECT(hookcore_register(api_hooks, 2) == -EINVAL);
	hook_b->original = api_original_b;
	API_EXPECT(hookcore_register(api_hooks, 2) == 0);
	hookcore_unregister(api_hooks, 2);
	API_EXPECT_ORDER("");
}

/* Registering at @address is refused with @reason. */
static void api_refused(int line, unsigned long address,
			enum hookcore_reason reason)
{
	struct hookcore_hook hook = *hook_a;

	hook.symbol = NULL;
	hook.address = address;
	if (hookcore_register(&hook, 1) == hookcore_reason_errno(reason) &&
	    hook.reason == reason && hook.state == HOOKCORE_IDLE)
		return;
	pr_err("hookcore_api: line %d: %lx: reason %d (%s), expected %d\n",
	       line, address, hook.reason, hookcore_reason_text(hook.reason),
	       reason);
	api_failed++;
	hookcore_unregister(&hook, 1);
}

#define API_REFUSED(address, reason) \
	api_refused(__LINE__, (unsigned long)(address), reason)

static int __init api_init_text(int a, int b)
{
	return a - b;
}

static void api_test_addresses(void)
{
	API_REFUSED(NULL, HOOKCORE_BAD_ARGUMENT);
	API_REFUSED(1, HOOKCORE_NOT_TEXT);
	API_REFUSED(0x400000, HOOKCORE_NOT_TEXT);
	API_REFUSED(ULONG_MAX, HOOKCORE_NOT_TEXT);
	API_REFUSED(1UL << 63, HOOKCORE_NOT_TEXT);
	API_REFUSED(&api_failed, HOOKCORE_NOT_TEXT);
	API_REFUSED(&jiffies, HOOKCORE_NOT_TEXT);
	API_REFUSED(hookcore_symbol("target_add") + 1, HOOKCORE_NOT_TEXT);
	API_REFUSED(hookcore_register, HOOKCORE_OWN_TEXT);
	API_REFUSED(hookcore_symbol("start_kernel"), HOOKCORE_NOT_TEXT);
	API_REFUSED(hookcore_symbol("do_syscall_64"), HOOKCORE_NOINSTR);
	API_REFUSED(hookcore_symbol("asm_exc_int3"), HOOKCORE_NOINSTR);
}

static void api_test_arguments(void)
{
	struct hookcore_hook hook = *hook_a;

	API_EXPECT(hookcore_register(NULL, 1) == -EINVAL);
	API_EXPECT(hookcore_register(&hook, 0) == -EINVAL);
	hookcore_unregister(NULL, 1);
	hookcore_unregister(&hook, 0);
	hookcore_unregister(&hook, 1);
	hook.address = 1;
	API_EXPECT(hookcore_register(&hook, 1) == -EINVAL);
	hook.address = 0;
	hook.handler = NULL;
	API_EXPECT(hookcore_register(&hook, 1) == -EINVAL);
	/* Data, user space, another module's text, the kernel's. */
	hook.handler = &api_failed;
	API_EXPECT(hookcore_register(&hook, 1) == -EINVAL);
	hook.handler = (void *)0x400000;
	API_EXPECT(hookcore_register(&hook, 1) == -EINVAL);
	hook.handler = target_add;
	API_EXPECT(hookcore_register(&hook, 1) == -EINVAL);
	hook.handler = kfree;
	API_EXPECT(hookcore_register(&hook, 1) == -EINVAL);
	hook = *hook_a;
	hook.original = api_handler_b;
	API_EXPECT(hookcore_register(&hook, 1) == -EINVAL);
	hook.original = &api_failed;
	API_EXPECT(hookcore_register(&hook, 1) == -EINVAL);
	API_EXPECT_ORDER("");
}

static void api_test_names(void)
{
	char hint[4] = "?";

	API_EXPECT(hookcore_check("target_add", NULL, 0) == HOOKCORE_OK);
	API_EXPECT(hookcore_check("target_add", hint, sizeof(hint)) ==
		   HOOKCORE_OK);
	API_EXPECT(!hint[0]);
	API_EXPECT(hookcore_check(NULL, NULL, 0) == HOOKCORE_BAD_ARGUMENT);
	API_EXPECT(hookcore_check("", NULL, 0) == HOOKCORE_NO_SYMBOL);
	API_EXPECT(hookcore_check("no_such", NULL, 0) == HOOKCORE_NO_SYMBOL);
	/* Several functions of the kernel are called so. */
	API_EXPECT(hookcore_check("enabled_show", NULL, 0) ==
		   HOOKCORE_AMBIGUOUS);
	API_EXPECT(hookcore_reason_errno(HOOKCORE_NR_REASONS) == -EINVAL);
	API_EXPECT(hookcore_reason_errno(-1) == -EINVAL);
	API_EXPECT(hookcore_reason_text(HOOKCORE_NR_REASONS));
}

static int __init api_init(void)
{
	api_test_one();
	api_test_chain();
	api_test_transaction();
	api_test_twice();
	api_test_addresses();
	API_REFUSED(api_init_text, HOOKCORE_OWN_TEXT);
	api_test_arguments();
	api_test_names();
	return api_failed ? -EINVAL : 0;
}

static void __exit api_exit(void)
{
}

module_init(api_init);
module_exit(api_exit);

MODULE_DESCRIPTION("hookcore test: what hookcore.h promises");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
