// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks up to a thousand functions of hookcore_field.ko in one stop of the
 * machine, calls each of them, and keeps them hooked until it is unloaded:
 *
 *   insmod hookcore_many.ko count=1000
 *
 * Each hook has a handler and a stub of its own, as hooks of different users
 * have, with room behind it: an install writes three places for each, a removal
 * two.
 */
#include <linux/module.h>

#include "hookcore.h"
#include "hookcore_many.h"

static unsigned int count = MANY_HOOKS;
module_param(count, uint, 0400);
MODULE_PARM_DESC(count, "how many functions to hook");

/* Not static: the handlers use it. */
extern unsigned long many_calls;
unsigned long many_calls;

/* Where in a handler its stub is: behind the incq. */
#define MANY_STUB 7

extern char field_functions[MANY_HOOKS][MANY_SIZE];

extern char many_handlers[MANY_HOOKS][MANY_SIZE];
MANY_FUNCTIONS(many_handlers,
	       "	incq many_calls(%rip)\n" HOOKCORE_ASM_STUB);

static struct hookcore_hook many_hooks[MANY_HOOKS];

static void many_fill(void)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		many_hooks[i] = (struct hookcore_hook){
			.address = (unsigned long)field_functions[i],
			.handler = many_handlers[i],
			.original = many_handlers[i] + MANY_STUB,
			.owner = THIS_MODULE,
		};
}

/* They have no ENDBR, and kernels without IBT in their CPU do not mind. */
static void many_call(void)
{
	void (*function)(void);
	unsigned int i;

	for (i = 0; i < count; i++) {
		function = (void *)field_functions[i];
		function();
	}
}

static int __init many_init(void)
{
	int err;

	if (!count || count > MANY_HOOKS)
		return -EINVAL;
	many_fill();
	err = hookcore_register(many_hooks, count);
	if (err)
		return err;
	many_call();
	if (many_calls == count)
		return 0;
	pr_err("hookcore_many: %lu calls seen of %u\n", many_calls, count);
	hookcore_unregister(many_hooks, count);
	return -EINVAL;
}

static void __exit many_exit(void)
{
	hookcore_unregister(many_hooks, count);
}

module_init(many_init);
module_exit(many_exit);

MODULE_DESCRIPTION("hookcore test: many hooks in one stop of the machine");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
