// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks by name from the command line, and counts their calls:
 *
 *   insmod hookcore_basic.ko targets=a,b,c
 *
 * Every handler is a decider that counts and lets the original run. The counts
 * are in /sys/kernel/debug/hookcore_basic/calls.
 */
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "hookcore.h"

#define BASIC_MAX 4

static char *targets[BASIC_MAX];
static int target_count;
module_param_array(targets, charp, &target_count, 0400);
MODULE_PARM_DESC(targets, "functions to hook");

static bool follow;
module_param(follow, bool, 0400);
MODULE_PARM_DESC(follow, "targets are module:function, and may come and go");

static bool forget;
module_param(forget, bool, 0400);
MODULE_PARM_DESC(forget, "go without removing the hooks");

static int notified;
module_param(notified, int, 0400);
MODULE_PARM_DESC(notified, "result: how often the state of a hook changed");

static atomic_long_t basic_calls[BASIC_MAX];
static struct dentry *basic_dir;

#define BASIC_HOOK(n)                                                 \
	asmlinkage long basic_original_##n(void);                     \
	asmlinkage bool basic_decide_##n(struct hookcore_args *args); \
	HOOKCORE_ORIGINAL(basic_original_##n);                        \
	HOOKCORE_DECIDER(basic_handler_##n, basic_decide_##n,         \
			 basic_original_##n, "");                     \
	asmlinkage bool basic_decide_##n(struct hookcore_args *args)  \
	{                                                             \
		atomic_long_inc(&basic_calls[n]);                     \
		return true;                                          \
	}

BASIC_HOOK(0)
BASIC_HOOK(1)
BASIC_HOOK(2)
BASIC_HOOK(3)

/* Under hookcore's mutex: one at a time. */
static void basic_notify(struct hookcore_hook *hook)
{
	notified++;
}

#define BASIC_ENTRY(n)                                                        \
	{                                                                     \
		.handler = basic_handler_##n, .original = basic_original_##n, \
		.owner = THIS_MODULE                                          \
	}

static struct hookcore_hook basic_hooks[BASIC_MAX] = {
	BASIC_ENTRY(0), BASIC_ENTRY(1), BASIC_ENTRY(2), BASIC_ENTRY(3)
};

static int calls_show(struct seq_file *file, void *unused)
{
	int i;

	for (i = 0; i < target_count; i++)
		seq_printf(file, "%s %ld\n", targets[i],
			   atomic_long_read(&basic_calls[i]));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(calls);

static int __init basic_init(void)
{
	int err, i;

	for (i = 0; i < target_count; i++) {
		basic_hooks[i].symbol = targets[i];
		basic_hooks[i].flags = follow ? HOOKCORE_FOLLOW : 0;
		basic_hooks[i].notify = basic_notify;
	}
	err = hookcore_register(basic_hooks, target_count);
	if (err)
		return err;
	basic_dir = debugfs_create_dir("hookcore_basic", NULL);
	debugfs_create_file("calls", 0400, basic_dir, NULL, &calls_fops);
	return 0;
}

static void __exit basic_exit(void)
{
	debugfs_remove(basic_dir);
	if (!forget)
		hookcore_unregister(basic_hooks, target_count);
	/* No tail call: what this has left on the stack is there to mislead. */
	barrier();
}

module_init(basic_init);
module_exit(basic_exit);

MODULE_DESCRIPTION("hookcore test: count the calls of named functions");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
