// SPDX-License-Identifier: GPL-2.0
/*
 * What the functions of hookcore.h promise, tried on target_add() of
 * hookcore_target.ko. Loading it runs the tests; it loads if all hold, and
 * prints one line for each that does not. Its parameter takes the address of a
 * function that has been unloaded since, and the write says whether it could be
 * hooked or used.
 */
#include <linux/async.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/vsyscall.h>

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

/* A kprobe keeps where the stub led when it came, armed or not. */
static void api_test_probed_stub(void)
{
	struct kprobe probe = {
		.addr = (void *)api_original_b,
		.flags = KPROBE_FLAG_DISABLED,
	};

	API_EXPECT(hookcore_register(hook_b, 1) == 0);
	API_EXPECT(register_kprobe(&probe) == 0);
	API_EXPECT(hookcore_register(hook_a, 1) == -EBUSY);
	API_EXPECT(hook_a->reason == HOOKCORE_KPROBE);
	API_EXPECT_ORDER("b");
	unregister_kprobe(&probe);
	API_EXPECT(hookcore_register(hook_a, 1) == 0);
	API_EXPECT_ORDER("ba");
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

/* Before this module has registered anything: its text is nobody's yet. */
static void __init api_test_own_text(void)
{
	API_REFUSED(api_note, HOOKCORE_OWN_TEXT);
	API_REFUSED(api_init_text, HOOKCORE_NOT_TEXT);
}

static void api_test_addresses(void)
{
	const unsigned long nowhere[] = {
		1,
		PAGE_SIZE,
		0x400000,
		TASK_SIZE_MAX - 1,
		TASK_SIZE_MAX,
		/* Not canonical. */
		1UL << 63,
		0x0000800000000000,
		0xffff7ffffffffff8,
		PAGE_OFFSET,
		VMALLOC_START,
		VSYSCALL_ADDR,
		/* Nothing is mapped at either end. */
		MODULES_VADDR - 8,
		MODULES_END - 8,
		ULONG_MAX - 4,
		ULONG_MAX,
	};
	size_t i;

	API_REFUSED(NULL, HOOKCORE_BAD_ARGUMENT);
	for (i = 0; i < ARRAY_SIZE(nowhere); i++)
		API_REFUSED(nowhere[i], HOOKCORE_NOT_TEXT);
	for (i = 0; i < ARRAY_SIZE(nowhere); i++)
		API_EXPECT(hookcore_check_address(nowhere[i], NULL, 0) ==
			   HOOKCORE_NOT_TEXT);
	API_EXPECT(hookcore_check_address(0, NULL, 0) == HOOKCORE_NOT_TEXT);
	API_REFUSED(hookcore_symbol("target_add") + 1, HOOKCORE_NOT_TEXT);
	API_REFUSED(hookcore_symbol("vfs_read") + 1, HOOKCORE_NOT_TEXT);
	API_REFUSED(hookcore_symbol("vfs_read") - 1, HOOKCORE_NOT_TEXT);
	API_REFUSED(hookcore_symbol("_etext"), HOOKCORE_NOT_TEXT);
	API_REFUSED(hookcore_register, HOOKCORE_OWN_TEXT);
	API_REFUSED(hookcore_symbol("start_kernel"), HOOKCORE_NOT_TEXT);
	API_REFUSED(hookcore_symbol("do_syscall_64"), HOOKCORE_NOINSTR);
	API_REFUSED(hookcore_symbol("asm_exc_int3"), HOOKCORE_NOINSTR);
}

static DEFINE_PER_CPU(int, api_per_cpu);

/* Memory that is no text, and text by an address that is none. */
static void api_test_memory(void)
{
	void *slab = kzalloc(64, GFP_KERNEL), *pages = vzalloc(64);
	void *text = (void *)hookcore_symbol("vfs_read");
	int stack;

	API_EXPECT(slab && pages);
	API_REFUSED(slab, HOOKCORE_NOT_TEXT);
	API_REFUSED(pages, HOOKCORE_NOT_TEXT);
	API_REFUSED(&stack, HOOKCORE_NOT_TEXT);
	API_REFUSED(raw_cpu_ptr(&api_per_cpu), HOOKCORE_NOT_TEXT);
	API_REFUSED(THIS_MODULE, HOOKCORE_NOT_TEXT);
	API_REFUSED(&api_failed, HOOKCORE_NOT_TEXT);
	API_REFUSED(&jiffies, HOOKCORE_NOT_TEXT);
	/* The kernel's text in its map of all memory. */
	API_REFUSED(page_address(virt_to_page(text)) + offset_in_page(text),
		    HOOKCORE_NOT_TEXT);
	kfree(slab);
	vfree(pages);
	API_REFUSED(pages, HOOKCORE_NOT_TEXT);
}

/* @hook is refused as nonsense, with a reason in words. */
static void api_nonsense(int line, struct hookcore_hook hook)
{
	if (hookcore_register(&hook, 1) == -EINVAL &&
	    hook.reason == HOOKCORE_BAD_ARGUMENT &&
	    hook.state == HOOKCORE_IDLE && *hookcore_reason_text(hook.reason))
		return;
	pr_err("hookcore_api: line %d: reason %d (%s), expected %d\n", line,
	       hook.reason, hookcore_reason_text(hook.reason),
	       HOOKCORE_BAD_ARGUMENT);
	api_failed++;
	hookcore_unregister(&hook, 1);
}

/* What hook_a is, but for one member. */
#define API_NONSENSE(member, value)                         \
	do {                                                \
		struct hookcore_hook hook = *hook_a;        \
		hook.member = (typeof(hook.member))(value); \
		api_nonsense(__LINE__, hook);               \
	} while (0)

static int __init api_init_handler(int a, int b)
{
	return a * b;
}

/* Goes on to @count other functions, by jumps that nobody takes. */
/* clang-format off */
#define API_JUMPER(name, count)                                                \
	asmlinkage int name(int a, int b);                                     \
	asm(".pushsection .text, \"ax\", @progbits\n"                          \
	    ".altmacro\n"                                                      \
	    ".macro " #name "_to n\n"                                          \
	    "	jne " #name "_\\n\n"                                           \
	    ".endm\n"                                                          \
	    ".macro " #name "_make n\n"                                        \
	    ".type " #name "_\\n, @function\n" #name "_\\n:\n"                 \
	    "	" ASM_RET                                                      \
	    ".size " #name "_\\n, . - " #name "_\\n\n"                         \
	    ".endm\n"                                                          \
	    ".type " #name ", @function\n" #name ":\n" HOOKCORE_ASM_ENDBR      \
	    "n = 0\n.rept " #count "\n" #name "_to %n\nn = n + 1\n.endr\n"     \
	    "	" ASM_RET                                                      \
	    ".size " #name ", . - " #name "\n"                                 \
	    "n = 0\n.rept " #count "\n" #name "_make %n\nn = n + 1\n.endr\n"   \
	    ".noaltmacro\n"                                                    \
	    ".popsection\n")
/* clang-format on */

API_JUMPER(api_jumps_seven, 7);
API_JUMPER(api_jumps_eight, 8);

/* Go on by a pointer: in assembly, and as the compiler has it. */
asmlinkage int api_jumps_anywhere(int a, int b);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".type api_jumps_anywhere, @function\n"
    "api_jumps_anywhere:\n" HOOKCORE_ASM_ENDBR
    "	test %edi, %edi\n"
    "	je 1f\n"
    "	" ANNOTATE_RETPOLINE_SAFE
    "	jmp *%rsi\n"
    "1:	" ASM_RET
    ".size api_jumps_anywhere, . - api_jumps_anywhere\n"
    ".popsection\n");
/* clang-format on */

static int (*api_pointer)(int a, int b) = api_handler_b;

static int api_tail_call(int a, int b)
{
	return READ_ONCE(api_pointer)(b, a);
}

/* @hook is taken: nobody calls its target meanwhile. */
static void api_test_jumper(void)
{
	struct hookcore_hook hook = *hook_a;

	hook.handler = api_jumps_seven;
	API_EXPECT(hookcore_register(&hook, 1) == 0);
	hookcore_unregister(&hook, 1);
}

static void api_test_handlers(void)
{
	/* As many functions as may be, and one more. */
	api_test_jumper();
	API_NONSENSE(handler, api_jumps_eight);
	API_NONSENSE(handler, api_jumps_anywhere);
	API_NONSENSE(handler, api_tail_call);
	API_NONSENSE(handler, NULL);
	API_NONSENSE(handler, &api_failed);
	API_NONSENSE(handler, THIS_MODULE);
	API_NONSENSE(handler, 0x400000);
	API_NONSENSE(handler, 1UL << 63);
	API_NONSENSE(handler, ULONG_MAX);
	API_NONSENSE(handler, VMALLOC_START);
	/* Another module's text, the kernel's. */
	API_NONSENSE(handler, target_add);
	API_NONSENSE(handler, kfree);
}

static void api_test_stubs(void)
{
	API_NONSENSE(original, api_handler_b);
	API_NONSENSE(original, (char *)api_original_a + 1);
	API_NONSENSE(original, &api_failed);
	API_NONSENSE(original, 0x400000);
	API_NONSENSE(original, 1UL << 63);
	API_NONSENSE(original, MODULES_VADDR);
	API_NONSENSE(original, hookcore_register);
}

/* An owner is not believed, nor looked into, before it is seen to be one. */
static void api_test_owners(void)
{
	struct hookcore_hook hook = *hook_a;

	API_NONSENSE(owner, NULL);
	API_NONSENSE(owner, 1);
	API_NONSENSE(owner, 0x400000);
	API_NONSENSE(owner, 1UL << 63);
	API_NONSENSE(owner, &api_failed);
	API_NONSENSE(owner, __this_module.list.next);
	/* The kernel's own handler, with a stub that is not the kernel's. */
	hook.owner = NULL;
	hook.handler = kfree;
	api_nonsense(__LINE__, hook);
	hook.original = (void *)MODULES_VADDR;
	api_nonsense(__LINE__, hook);
	/* With none: nobody would remove it when this module goes. */
	hook.original = NULL;
	api_nonsense(__LINE__, hook);
}

/* Called after changes that none of this makes. */
static void api_test_notify(void)
{
	API_NONSENSE(notify, &api_failed);
	API_NONSENSE(notify, 0x400000);
	API_NONSENSE(notify, 1UL << 63);
	API_NONSENSE(notify, ULONG_MAX);
	API_NONSENSE(notify, kfree);
}

static void api_test_arguments(void)
{
	struct hookcore_hook nothing = {}, copy = *hook_a;

	API_EXPECT(hookcore_register(NULL, 0) == -EINVAL);
	API_EXPECT(hookcore_register(NULL, 1) == -EINVAL);
	API_EXPECT(hookcore_register(&copy, 0) == -EINVAL);
	/* An errno, taken for a number of hooks; and what is no array. */
	API_EXPECT(hookcore_register(&copy, -ENOMEM) == -EINVAL);
	API_EXPECT(hookcore_register(&copy, SIZE_MAX) == -EINVAL);
	API_EXPECT(hookcore_register(&copy, SIZE_MAX / 2 + 1) == -EINVAL);
	API_EXPECT(hookcore_register(&copy, INT_MAX) == -EINVAL);
	API_EXPECT(hookcore_register(&copy, HOOKCORE_MAX_HOOKS + 1) == -EINVAL);
	hookcore_unregister(NULL, 0);
	hookcore_unregister(NULL, 1);
	hookcore_unregister(&copy, 0);
	hookcore_unregister(&copy, 1);
	hookcore_unregister(&copy, -ENOMEM);
	/* That of no hook. */
	API_EXPECT(api_original_a(1, 2) == 0);
	api_nonsense(__LINE__, nothing);
	/* Both ways to name the function; none. */
	API_NONSENSE(address, 1);
	API_NONSENSE(symbol, NULL);
	/* Unknown; to follow a module that is not named. */
	API_NONSENSE(flags, 1U << 31);
	API_NONSENSE(flags, HOOKCORE_FOLLOW);
	API_EXPECT_ORDER("");
}

/* A copy of a hook has its state and is not it. */
static void api_test_copy(void)
{
	struct hookcore_hook copy;

	API_EXPECT(hookcore_register(hook_a, 1) == 0);
	copy = *hook_a;
	API_EXPECT(hookcore_register(&copy, 1) == -EEXIST);
	hookcore_unregister(&copy, 1);
	/* As it would be if it were made during a removal, or a module's end. */
	copy.state = HOOKCORE_RETIRING;
	copy.leaving = true;
	hookcore_unregister(&copy, 1);
	API_EXPECT(hook_a->state == HOOKCORE_INSTALLED);
	API_EXPECT_ORDER("a");
	hookcore_unregister(hook_a, 1);
	API_EXPECT_ORDER("");
}

static void api_test_priorities(void)
{
	hook_a->priority = INT_MIN;
	hook_c->priority = INT_MAX;
	API_EXPECT(hookcore_register(api_hooks, 3) == 0);
	API_EXPECT_ORDER("cba");
	hookcore_unregister(api_hooks, 3);
	hook_a->priority = 0;
	hook_c->priority = 0;
}

#define API_CHECK(name, expected) \
	API_EXPECT(hookcore_check(name, NULL, 0) == (expected))

static void api_test_names(void)
{
	static char endless[5000];
	char hint[4] = "?";

	memset(endless, 'a', sizeof(endless) - 1);
	API_CHECK("target_add", HOOKCORE_OK);
	API_CHECK("hookcore_target:target_add", HOOKCORE_OK);
	API_EXPECT(hookcore_check("target_add", hint, sizeof(hint)) ==
		   HOOKCORE_OK);
	API_EXPECT(!hint[0]);
	/* No room, and one byte: cut, and terminated. */
	API_EXPECT(hookcore_check("jiffies", hint, 0) == HOOKCORE_NOT_TEXT);
	API_EXPECT(!hint[0]);
	hint[1] = '?';
	API_EXPECT(hookcore_check("jiffies", hint, 1) == HOOKCORE_NOT_TEXT);
	API_EXPECT(!hint[0] && hint[1] == '?');
	API_CHECK(NULL, HOOKCORE_BAD_ARGUMENT);
	API_CHECK("", HOOKCORE_NO_SYMBOL);
	API_CHECK("no_such", HOOKCORE_NO_SYMBOL);
	API_CHECK("%s%s%n", HOOKCORE_NO_SYMBOL);
	API_CHECK(":", HOOKCORE_NO_SYMBOL);
	API_CHECK("no_such:target_add", HOOKCORE_NO_SYMBOL);
	API_CHECK("hookcore_target:no_such", HOOKCORE_NO_SYMBOL);
	API_CHECK("vfs_read ", HOOKCORE_NO_SYMBOL);
	API_CHECK("\xff\xfe", HOOKCORE_NO_SYMBOL);
	API_CHECK(endless, HOOKCORE_NO_SYMBOL);
	/* Several functions of the kernel are called so. */
	API_CHECK("enabled_show", HOOKCORE_AMBIGUOUS);
	/* Each module has one: this one, hookcore, the target. */
	API_CHECK("cleanup_module", HOOKCORE_AMBIGUOUS);
	/* A function; and data is called so. */
	if (hookcore_symbol("set_root"))
		API_CHECK("set_root", HOOKCORE_OK);
	/* Data, and the padding before a function, which has a name on some. */
	API_CHECK("jiffies", HOOKCORE_NOT_TEXT);
	API_CHECK("init_task", HOOKCORE_NOT_TEXT);
	if (hookcore_symbol("__pfx_vfs_read"))
		API_CHECK("__pfx_vfs_read", HOOKCORE_NOT_TEXT);
}

static void api_test_reasons(void)
{
	int reason;

	for (reason = HOOKCORE_OK + 1; reason < HOOKCORE_NR_REASONS; reason++) {
		API_EXPECT(hookcore_reason_errno(reason) < 0);
		API_EXPECT(*hookcore_reason_text(reason));
	}
	API_EXPECT(hookcore_reason_errno(HOOKCORE_OK) == 0);
	API_EXPECT(hookcore_reason_errno(HOOKCORE_NR_REASONS) == -EINVAL);
	API_EXPECT(hookcore_reason_errno(-1) == -EINVAL);
	API_EXPECT(*hookcore_reason_text(HOOKCORE_NR_REASONS));
	API_EXPECT(*hookcore_reason_text(-1));
}

asmlinkage long api_import(int a, int b);
HOOKCORE_IMPORT(api_import);

static int api_import_one(const char *symbol, void *stub)
{
	struct hookcore_import import = { symbol, stub };

	return hookcore_import(&import, 1);
}

/* What is no stub is not written to. */
static void api_test_imports(void)
{
	static u8 data[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct hookcore_import import = { "target_add", api_import };
	u8 before[sizeof(data)];

	memcpy(before, data, sizeof(data));
	API_EXPECT(hookcore_symbol(NULL) == 0);
	API_EXPECT(hookcore_symbol("") == 0);
	API_EXPECT(hookcore_import(NULL, 0) == 0);
	API_EXPECT(hookcore_import(NULL, 1) == -EINVAL);
	API_EXPECT(hookcore_import(&import, -ENOMEM) == -EINVAL);
	API_EXPECT(hookcore_import(&import, HOOKCORE_MAX_HOOKS + 1) == -EINVAL);
	API_EXPECT(api_import_one(NULL, api_import) == -EINVAL);
	API_EXPECT(api_import_one("no_such", api_import) == -ENOENT);
	/* Data, and two functions. */
	API_EXPECT(api_import_one("jiffies", api_import) == -EINVAL);
	API_EXPECT(api_import_one("hookcore_target:threads", api_import) ==
		   -EINVAL);
	API_EXPECT(api_import_one("enabled_show", api_import) == -EINVAL);
	API_EXPECT(api_import_one("target_add", NULL) == -EINVAL);
	API_EXPECT(api_import_one("target_add", data) == -EINVAL);
	API_EXPECT(api_import_one("target_add", (void *)1) == -EINVAL);
	API_EXPECT(api_import_one("target_add", api_handler_a) == -EINVAL);
	API_EXPECT(api_import_one("target_add", kfree) == -EINVAL);
	API_EXPECT(!memcmp(before, data, sizeof(data)));
	API_EXPECT(api_import_one("target_add", api_import) == 0);
	API_EXPECT(api_import(1, 2) == 3);
	/* Again, and not to another one. */
	API_EXPECT(api_import_one("target_add", api_import) == 0);
	API_EXPECT(api_import_one("vfs_read", api_import) == -EINVAL);
	/* A hook's. */
	API_EXPECT(hookcore_register(hook_a, 1) == 0);
	API_EXPECT(api_import_one("vfs_read", api_original_a) == -EINVAL);
	API_EXPECT_ORDER("a");
	hookcore_unregister(hook_a, 1);
}

static int api_find_field(const char *type, const char *member)
{
	struct hookcore_field field = { .type = type, .member = member };

	return hookcore_find_fields(&field, 1);
}

static void api_test_fields(void)
{
	struct hookcore_field field = { .type = "task_struct",
					.member = "pid" };

	API_EXPECT(hookcore_find_fields(&field, -ENOMEM) == -EINVAL);
	API_EXPECT(hookcore_find_fields(&field, HOOKCORE_MAX_HOOKS + 1) ==
		   -EINVAL);
	API_EXPECT(!field.offset);
	API_EXPECT(hookcore_find_fields(NULL, 1) == -EINVAL);
	API_EXPECT(hookcore_find_fields(NULL, SIZE_MAX) == -EINVAL);
	API_EXPECT(api_find_field(NULL, "pid") == -EINVAL);
	API_EXPECT(api_find_field("task_struct", NULL) == -EINVAL);
	API_EXPECT(api_find_field("no_such", "pid") == -ENOENT);
	API_EXPECT(api_find_field("task_struct", "no_such") == -ENOENT);
}

bool api_is_text(unsigned long address);
HOOKCORE_IMPORT(api_is_text);

/* Behind the last byte of this module's text there may be nothing at all. */
static void api_test_end_of_text(void)
{
	u8 *end = PTR_ALIGN((u8 *)api_handler_a, PAGE_SIZE);
	int i;

	API_EXPECT(api_import_one("is_module_text_address", api_is_text) == 0);
	while (api_is_text((unsigned long)end))
		end += PAGE_SIZE;
	for (i = 1; i < 5; i++)
		API_NONSENSE(original, end - i);
	API_NONSENSE(original, end);
	API_NONSENSE(handler, end);
}

static int __init api_init(void)
{
	api_test_own_text();
	api_test_one();
	api_test_chain();
	api_test_transaction();
	api_test_twice();
	api_test_probed_stub();
	api_test_copy();
	api_test_priorities();
	api_test_addresses();
	api_test_memory();
	api_test_handlers();
	API_NONSENSE(handler, api_init_handler);
	api_test_stubs();
	api_test_owners();
	api_test_notify();
	api_test_arguments();
	api_test_names();
	api_test_reasons();
	api_test_imports();
	api_test_fields();
	api_test_end_of_text();
	return api_failed ? -EINVAL : 0;
}

static int api_set_gone(const char *value, const struct kernel_param *param)
{
	unsigned long gone;
	int err = kstrtoul(value, 16, &gone);

	if (err)
		return err;
	api_failed = 0;
	API_REFUSED(gone, HOOKCORE_NOT_TEXT);
	API_NONSENSE(handler, gone);
	API_NONSENSE(original, gone);
	API_NONSENSE(owner, gone);
	return api_failed ? -EINVAL : 0;
}

static const struct kernel_param_ops api_gone_ops = {
	.set = api_set_gone,
};
module_param_cb(gone, &api_gone_ops, NULL, 0200);
MODULE_PARM_DESC(gone, "a function of a module that has been unloaded");

/* After all have been told that the module goes; it is freed after this. */
static void api_test_going(void *unused, async_cookie_t cookie)
{
	int err;

	msleep(500);
	err = hookcore_register(hook_a, 1);
	pr_info("hookcore_api: on its way out: %d, %s\n", err, hook_a->hint);
	hookcore_unregister(hook_a, 1);
}

static void __exit api_exit(void)
{
	async_schedule(api_test_going, NULL);
}

module_init(api_init);
module_exit(api_exit);

MODULE_DESCRIPTION("hookcore test: what hookcore.h promises");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
