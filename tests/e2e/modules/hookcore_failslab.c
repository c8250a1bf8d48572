// SPDX-License-Identifier: GPL-2.0
/*
 * Every allocation of a registration and of a removal fails once, where the
 * kernel can inject failures into its own. Loads if each failed registration
 * was refused for want of memory and left target_add() as it was.
 */
#include <linux/module.h>
#include <linux/sched.h>

#include "hookcore.h"

int target_add(int a, int b);

static unsigned int refused;
module_param(refused, uint, 0400);
MODULE_PARM_DESC(refused, "result: allocations that make a registration fail");

static unsigned int survived;
module_param(survived, uint, 0400);
MODULE_PARM_DESC(survived, "result: those without which it succeeds");

static unsigned int removals;
module_param(removals, uint, 0400);
MODULE_PARM_DESC(removals, "result: allocations of a removal");

#ifdef CONFIG_FAULT_INJECTION

int failslab_original(int a, int b);
HOOKCORE_ORIGINAL(failslab_original);

static int failslab_handler(int a, int b)
{
	return failslab_original(a, b) * 10;
}

static struct hookcore_hook failslab_hook = {
	.symbol = "target_add",
	.handler = failslab_handler,
	.original = failslab_original,
	.owner = THIS_MODULE,
};

#define FAILSLAB_MAX 1000

/* fail_at() - the current task's @nth allocation from here on fails. */
static void fail_at(int nth)
{
	WRITE_ONCE(current->fail_nth, nth);
}

/* Did the failure happen? In any case there will be none any more. */
static bool has_failed(void)
{
	bool failed = !READ_ONCE(current->fail_nth);

	WRITE_ONCE(current->fail_nth, 0);
	return failed;
}

static int bad(const char *what, int nth)
{
	pr_err("hookcore_failslab: allocation %d: %s\n", nth, what);
	return -EIO;
}

static bool unhooked(void)
{
	return !failslab_hook.state && target_add(1, 2) == 3;
}

static int registration(int nth, bool *more)
{
	int err;

	fail_at(nth);
	err = hookcore_register(&failslab_hook, 1);
	*more = has_failed();
	if (err) {
		refused++;
		if (err != -ENOMEM)
			return bad("not refused for want of memory", nth);
		return unhooked() ? 0 : bad("something is left", nth);
	}
	survived += *more;
	if (target_add(1, 2) != 30)
		return bad("registered, but not called", nth);
	hookcore_unregister(&failslab_hook, 1);
	return 0;
}

static int removal(int nth, bool *more)
{
	int err = hookcore_register(&failslab_hook, 1);

	if (err)
		return bad("cannot register", nth);
	fail_at(nth);
	hookcore_unregister(&failslab_hook, 1);
	*more = has_failed();
	removals += *more;
	return unhooked() ? 0 : bad("not removed", nth);
}

/* Until there is no allocation left to fail. */
static int each(int (*act)(int nth, bool *more))
{
	bool more = true;
	int nth, err = 0;

	for (nth = 1; more && !err; nth++)
		err = nth < FAILSLAB_MAX ? act(nth, &more) : bad("no end", nth);
	return err;
}

static int __init failslab_init(void)
{
	int err = each(registration);

	return err ?: each(removal);
}

#else /* !CONFIG_FAULT_INJECTION */

static int __init failslab_init(void)
{
	return -EOPNOTSUPP;
}

#endif /* CONFIG_FAULT_INJECTION */

static void __exit failslab_exit(void)
{
}

module_init(failslab_init);
module_exit(failslab_exit);

MODULE_DESCRIPTION("hookcore test: the kernel's own allocations fail");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
