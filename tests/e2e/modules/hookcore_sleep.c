// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks that sleep inside handlers, each in another one, while hooks come and
 * go around them. Loading it runs the test; it loads if all holds.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/workqueue.h>

#include "hookcore.h"

int target_add(int a, int b);

#define SLEEP_HANDLERS 3

/*
 * A kernel thread sleeps in the first handler that it meets; the task that
 * loads the module, which is to wake them all, in none.
 */
static struct completion sleep_inside[SLEEP_HANDLERS];
static struct completion sleep_wake[SLEEP_HANDLERS];
static bool sleep_awake;

#define SLEEP_HOOK(n)                                                         \
	int sleep_original_##n(int a, int b);                                 \
	HOOKCORE_ORIGINAL(sleep_original_##n);                                \
	asmlinkage int sleep_handler_##n(int a, int b);                       \
	asmlinkage __visible int sleep_handler_##n(int a, int b)              \
	{                                                                     \
		if (current->flags & PF_KTHREAD && !READ_ONCE(sleep_awake)) { \
			complete(&sleep_inside[n]);                           \
			wait_for_completion(&sleep_wake[n]);                  \
		}                                                             \
		return sleep_original_##n(a, b) + 10;                         \
	}

/* clang-format off */
SLEEP_HOOK(0)
SLEEP_HOOK(1)
SLEEP_HOOK(2)

/* Nothing of this handler is left on the stack. */
asmlinkage int sleep_handler_jump(int a, int b);
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl sleep_handler_jump\n"
    ".type sleep_handler_jump, @function\n"
    "sleep_handler_jump:\n" HOOKCORE_ASM_ENDBR
    "	jmp sleep_handler_1\n"
    ".size sleep_handler_jump, . - sleep_handler_jump\n"
    ".popsection\n");

/*
 * What calls is behind a label, which has a name of its own, and returns behind
 * another one.
 */
asmlinkage int sleep_handler_label(int a, int b);
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl sleep_handler_label\n"
    ".type sleep_handler_label, @function\n"
    "sleep_handler_label:\n" HOOKCORE_ASM_ENDBR
    "	push %rbp\n"
    "	mov %rsp, %rbp\n"
    ".globl sleep_handler_behind\n"
    "sleep_handler_behind:\n"
    "	call sleep_handler_2\n"
    ".globl sleep_handler_back\n"
    "sleep_handler_back:\n"
    "	pop %rbp\n"
    "	" ASM_RET
    ".size sleep_handler_label, . - sleep_handler_label\n"
    ".popsection\n");
/* clang-format on */

int sleep_original_last(int a, int b);
HOOKCORE_ORIGINAL(sleep_original_last);
static int sleep_handler_last(int a, int b)
{
	return sleep_original_last(a, b) + 1000;
}

#define SLEEP_ENTRY(name, by, level)                                     \
	{                                                                \
		.symbol = "target_add", .handler = sleep_handler_##by,   \
		.original = sleep_original_##name, .owner = THIS_MODULE, \
		.priority = (level)                                      \
	}

static struct hookcore_hook sleep_hooks[SLEEP_HANDLERS] = {
	SLEEP_ENTRY(0, 0, 3),
	SLEEP_ENTRY(1, jump, 2),
	SLEEP_ENTRY(2, label, 1),
};
static struct hookcore_hook sleep_last = SLEEP_ENTRY(last, last, 0);

static int sleep_failed;

#define SLEEP_EXPECT(condition)                                           \
	do {                                                              \
		if (!(condition)) {                                       \
			pr_err("hookcore_sleep: line %d: %s\n", __LINE__, \
			       #condition);                               \
			sleep_failed++;                                   \
		}                                                         \
	} while (0)

/* Calls the target and keeps what it returned. */
static int sleep_call(void *result)
{
	*(int *)result = target_add(1, 2);
	return 0;
}

struct sleep_removal {
	struct work_struct work;
	struct hookcore_hook *hooks;
	int count;
	struct completion done;
};

static struct sleep_removal sleep_removals[SLEEP_HANDLERS];

static void sleep_remove(struct work_struct *work)
{
	struct sleep_removal *removal =
		container_of(work, struct sleep_removal, work);

	hookcore_unregister(removal->hooks, removal->count);
	complete(&removal->done);
}

/* @left: that are hooks still when these are in nobody's way any more. */
static void sleep_start_removal(int n, int count, int left)
{
	struct sleep_removal *removal = &sleep_removals[n];

	INIT_WORK(&removal->work, sleep_remove);
	removal->hooks = &sleep_hooks[n];
	removal->count = count;
	init_completion(&removal->done);
	queue_work(system_unbound_wq, &removal->work);
	/* Each handler adds 10. */
	while (target_add(1, 2) != 3 + 10 * left)
		msleep(20);
}

/* A thread that sleeps in the first handler there is, which is this one. */
static bool sleep_in(int n, int *result)
{
	struct task_struct *task;

	init_completion(&sleep_inside[n]);
	init_completion(&sleep_wake[n]);
	task = kthread_run(sleep_call, result, "sleeper/%d", n);
	if (IS_ERR(task))
		return false;
	wait_for_completion(&sleep_inside[n]);
	return true;
}

/*
 * Each sleeper comes in through the first hook, so the hook is retired before
 * the next one comes: three retiring hooks, a task in each.
 */
static bool sleep_fall_asleep(int *results)
{
	int i;

	for (i = 0; i < SLEEP_HANDLERS; i++) {
		if (!sleep_in(i, &results[i]))
			return false;
		sleep_start_removal(i, 1, SLEEP_HANDLERS - 1 - i);
	}
	return true;
}

static void sleep_wake_up(void)
{
	int i;

	WRITE_ONCE(sleep_awake, true);
	for (i = 0; i < SLEEP_HANDLERS; i++)
		complete_all(&sleep_wake[i]);
	for (i = 0; i < SLEEP_HANDLERS; i++)
		wait_for_completion(&sleep_removals[i].done);
}

/*
 * Two removals of an array: what the second one has retired is not released by
 * the first one, which has not waited for it.
 */
static void sleep_test_array(void)
{
	static int results[2];

	WRITE_ONCE(sleep_awake, false);
	SLEEP_EXPECT(hookcore_register(&sleep_hooks[0], 1) == 0);
	if (sleep_failed || !sleep_in(0, &results[0]))
		return;
	sleep_start_removal(0, 2, 0);
	SLEEP_EXPECT(hookcore_register(&sleep_hooks[1], 1) == 0);
	SLEEP_EXPECT(sleep_in(1, &results[1]));
	sleep_start_removal(1, 1, 0);
	complete(&sleep_wake[0]);
	wait_for_completion(&sleep_removals[0].done);
	SLEEP_EXPECT(sleep_hooks[0].state == HOOKCORE_IDLE);
	SLEEP_EXPECT(sleep_hooks[1].state == HOOKCORE_RETIRING);
	complete(&sleep_wake[1]);
	wait_for_completion(&sleep_removals[1].done);
	SLEEP_EXPECT(sleep_hooks[1].state == HOOKCORE_IDLE);
	/* They have left the handler; what is returned is noted after that. */
	msleep(100);
	SLEEP_EXPECT(results[0] == 13 && results[1] == 13);
}

static int __init sleep_init(void)
{
	static int results[SLEEP_HANDLERS];

	SLEEP_EXPECT(hookcore_register(sleep_hooks, SLEEP_HANDLERS) == 0);
	if (sleep_failed || !sleep_fall_asleep(results))
		return -EINVAL;
	/* Nothing of ours runs any more, and nobody was forgotten inside. */
	SLEEP_EXPECT(target_add(1, 2) == 3);
	SLEEP_EXPECT(hookcore_register(&sleep_last, 1) == 0);
	SLEEP_EXPECT(target_add(1, 2) == 1003);
	hookcore_unregister(&sleep_last, 1);
	SLEEP_EXPECT(target_add(1, 2) == 3);
	SLEEP_EXPECT(hookcore_register(&sleep_last, 1) == 0);
	msleep(1500);
	SLEEP_EXPECT(sleep_hooks[0].state == HOOKCORE_RETIRING);
	SLEEP_EXPECT(sleep_hooks[1].state == HOOKCORE_RETIRING);
	SLEEP_EXPECT(sleep_hooks[2].state == HOOKCORE_RETIRING);
	sleep_wake_up();
	SLEEP_EXPECT(sleep_hooks[0].state == HOOKCORE_IDLE);
	/* They went on through what is hooked now. */
	SLEEP_EXPECT(results[0] == 1013);
	SLEEP_EXPECT(results[1] == 1013);
	SLEEP_EXPECT(results[2] == 1013);
	hookcore_unregister(&sleep_last, 1);
	SLEEP_EXPECT(target_add(1, 2) == 3);
	sleep_test_array();
	return sleep_failed ? -EINVAL : 0;
}

static void __exit sleep_exit(void)
{
}

module_init(sleep_init);
module_exit(sleep_exit);

MODULE_DESCRIPTION("hookcore test: tasks that sleep inside handlers");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
