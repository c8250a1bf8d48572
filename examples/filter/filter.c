// SPDX-License-Identifier: GPL-2.0
/*
 * filter - refuse one user changes to what files are
 *
 * An example of hooks that belong together: "insmod filter.ko uid=1000", and
 * programs of that user can read, write and make files as before, but chmod,
 * chown and touch fail with EPERM, whatever they own. Three functions of the
 * kernel are hooked in one transaction: a file whose mode is kept and whose
 * owner is not would be of no use. It builds against what "make install" has
 * installed; see the Makefile beside it.
 *
 * An example, not a wall: access control lists and extended attributes have
 * functions of their own, and a file can be copied.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/path.h>
#include <linux/uidgid.h>

#include <hookcore.h>

/* No user has this id. */
#define NOBODY ((uid_t)-1)

static unsigned int uid = NOBODY;
module_param(uid, uint, 0644);
MODULE_PARM_DESC(uid, "whose changes are refused; nobody's if it is not given");

static atomic_t denied;

static int denied_get(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&denied));
}

/* Without it "insmod filter.ko denied=1" would call nothing. */
static int denied_set(const char *value, const struct kernel_param *param)
{
	return -EPERM;
}

static const struct kernel_param_ops denied_ops = {
	.set = denied_set,
	.get = denied_get,
};
module_param_cb(denied, &denied_ops, NULL, 0444);
MODULE_PARM_DESC(denied, "how many changes have been refused");

/*
 * Runs before each of the three functions, whose first argument is the same:
 *	chmod_common(const struct path *path, umode_t mode)
 *	chown_common(const struct path *path, uid_t user, gid_t group)
 *	vfs_utimes(const struct path *path, struct timespec64 *times)
 * Who writes to the parameter needs no lock: a call sees the user before or the
 * one after, and one number is all that it looks at.
 */
asmlinkage bool filter_decide(struct hookcore_args *args);
asmlinkage bool filter_decide(struct hookcore_args *args)
{
	const struct path *path = (const struct path *)args->arg[0];

	if (from_kuid(&init_user_ns, current_fsuid()) != READ_ONCE(uid))
		return true;
	atomic_inc(&denied);
	pr_info_ratelimited("task %d may not change %pd\n",
			    task_pid_nr(current), path->dentry);
	/* The original does not run, its caller gets this. */
	args->ret = -EPERM;
	return false;
}

/* Each function has an original of its own, so each needs a handler. */
#define FILTER(name)                          \
	asmlinkage int name##_original(void); \
	HOOKCORE_ORIGINAL(name##_original);   \
	HOOKCORE_DECIDER(name##_handler, filter_decide, name##_original, "")

FILTER(chmod);
FILTER(chown);
FILTER(utimes);

#define FILTER_HOOK(function, name)                                \
	{                                                          \
		.symbol = function, .handler = name##_handler,     \
		.original = name##_original, .owner = THIS_MODULE, \
	}

static struct hookcore_hook filter_hooks[] = {
	FILTER_HOOK("chmod_common", chmod),
	FILTER_HOOK("chown_common", chown),
	FILTER_HOOK("vfs_utimes", utimes),
};

/* Of an array that was refused only the culprit has a reason. */
static void filter_explain(void)
{
	const struct hookcore_hook *hook;

	for (hook = filter_hooks;
	     hook < filter_hooks + ARRAY_SIZE(filter_hooks); hook++)
		if (hook->reason != HOOKCORE_OK)
			pr_err("not loaded: %s: %s%s%s\n", hook->symbol,
			       hookcore_reason_text(hook->reason),
			       hook->hint[0] ? ": " : "", hook->hint);
}

static int __init filter_init(void)
{
	/* All three are in force from one moment on, or none is. */
	int err = hookcore_register(filter_hooks, ARRAY_SIZE(filter_hooks));

	if (err)
		filter_explain();
	return err;
}
module_init(filter_init);

static void __exit filter_exit(void)
{
	/*
	 * All three go in one moment, too. Behind this no task is in the text
	 * of this module any more; one asleep in an original never was.
	 */
	hookcore_unregister(filter_hooks, ARRAY_SIZE(filter_hooks));
}
module_exit(filter_exit);

MODULE_DESCRIPTION("hookcore example: refuses one user changes of files");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
