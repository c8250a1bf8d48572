// SPDX-License-Identifier: GPL-2.0
/*
 * Lets registrations fail for want of memory, again and again, so that what is
 * not given back adds up:
 *
 *   insmod hookcore_leak.ko
 *   echo ROUNDS >/sys/module/hookcore_leak/parameters/run
 *
 * At each failure point of hookcore a registration of target_add() fails ROUNDS
 * times. With forget=1 each failure also leaves memory behind: then whoever
 * counts must notice.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "hookcore.h"

#define LEAK_MAX 100
#define LEAK_SIZE 256

static bool forget;
module_param(forget, bool, 0600);
MODULE_PARM_DESC(forget, "leave memory behind");

static unsigned int points;
module_param(points, uint, 0400);
MODULE_PARM_DESC(points, "result: failure points of a registration");

int leak_original(int a, int b);
HOOKCORE_ORIGINAL(leak_original);

static int leak_handler(int a, int b)
{
	return leak_original(a, b);
}

static struct hookcore_hook leak_hook = {
	.symbol = "target_add",
	.handler = leak_handler,
	.original = leak_original,
	.owner = THIS_MODULE,
};

/* hookcore's parameter of that name. */
static int *leak_fail_nth;

static void leak_forget(void)
{
	void *memory;

	if (!forget)
		return;
	memory = kmalloc(LEAK_SIZE, GFP_KERNEL);
	OPTIMIZER_HIDE_VAR(memory);
	memory = vmalloc(LEAK_SIZE);
	OPTIMIZER_HIDE_VAR(memory);
}

/* 1: there is no such failure point. */
static int leak_round(unsigned int nth)
{
	int err;

	WRITE_ONCE(*leak_fail_nth, nth);
	err = hookcore_register(&leak_hook, 1);
	WRITE_ONCE(*leak_fail_nth, 0);
	if (!err) {
		hookcore_unregister(&leak_hook, 1);
		return 1;
	}
	leak_forget();
	return err == -ENOMEM ? 0 : err;
}

static int leak_rounds(unsigned int nth, unsigned int rounds)
{
	int err = 0;

	while (rounds-- && !err)
		err = leak_round(nth);
	return err;
}

static int leak_run(const char *text, const struct kernel_param *unused)
{
	unsigned int rounds, nth;
	int err = kstrtouint(text, 0, &rounds);

	if (err)
		return err;
	for (nth = 1; nth < LEAK_MAX && !err; nth++)
		err = leak_rounds(nth, rounds);
	if (err != 1)
		return err ?: -E2BIG;
	points = nth - 2;
	return 0;
}

static const struct kernel_param_ops leak_run_ops = { .set = leak_run };
module_param_cb(run, &leak_run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "let so many registrations fail at each failure point");

static int __init leak_init(void)
{
	leak_fail_nth = (int *)hookcore_symbol("hookcore:fail_nth");
	return leak_fail_nth ? 0 : -ENOENT;
}

static void __exit leak_exit(void)
{
}

module_init(leak_init);
module_exit(leak_exit);

MODULE_DESCRIPTION("hookcore test: registrations that fail, many times");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
