// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel: " fmt

#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/pid_namespace.h>

#include "control.h"
#include "hookcore.h"
#include "identity.h"
#include "instance.h"
#include "views.h"

/*
 * exec: the new mm is current->mm, nothing can fail any more without killing
 * the task, and no instruction of the program has run. All binary formats call
 * setup_new_exec() here. (The security hook a few lines before it would do as
 * well, but on 6.12 it starts with a jump label, where no hook can go.)
 */
asmlinkage void original_setup_new_exec(struct linux_binprm *bprm);
HOOKCORE_ORIGINAL(original_setup_new_exec);

asmlinkage bool stamp_new_program(struct hookcore_args *args);

/* With no vkernel armed the new mm's zero is right as it is. */
asmlinkage __visible bool stamp_new_program(struct hookcore_args *args)
{
	if (static_branch_unlikely(&vkernel_alive))
		identity_stamp(current->mm, task_active_pid_ns(current));
	return true;
}

HOOKCORE_DECIDER(vkernel_setup_new_exec, stamp_new_program,
		 original_setup_new_exec, "");

/*
 * configfs asks nobody before an rmdir. A container that mounted it could take
 * vkernels away that are still to be armed.
 */
asmlinkage int original_configfs_rmdir(struct inode *dir,
				       struct dentry *dentry);
HOOKCORE_ORIGINAL(original_configfs_rmdir);

asmlinkage bool may_rmdir(struct hookcore_args *args);

asmlinkage __visible bool may_rmdir(struct hookcore_args *args)
{
	args->ret = -EPERM;
	return !control_owns((struct dentry *)args->arg[1]) ||
	       vkernel_may_configure();
}

HOOKCORE_DECIDER(vkernel_configfs_rmdir, may_rmdir, original_configfs_rmdir,
		 "");

/* Reads and writes of /proc/sys, when the kernel has looked up nothing yet. */
asmlinkage ssize_t original_proc_sys_call_handler(struct kiocb *iocb,
						  struct iov_iter *iter,
						  int write);
HOOKCORE_ORIGINAL(original_proc_sys_call_handler);

asmlinkage bool sees_host_value(struct hookcore_args *args);

asmlinkage __visible bool sees_host_value(struct hookcore_args *args)
{
	ssize_t ret;

	if (!views_answer((struct kiocb *)args->arg[0],
			  (struct iov_iter *)args->arg[1], (int)args->arg[2],
			  &ret))
		return true;
	args->ret = ret;
	return false;
}

VKERNEL_GUARD_OFFSETS

HOOKCORE_DECIDER(vkernel_proc_sys_call_handler, sees_host_value,
		 original_proc_sys_call_handler,
		 VKERNEL_GUARD(original_proc_sys_call_handler));

/* clang-format off */
static struct hookcore_hook hooks[] = {
	{
		.symbol = "setup_new_exec",
		.handler = vkernel_setup_new_exec,
		.original = original_setup_new_exec,
		.owner = THIS_MODULE,
	},
	{
		.symbol = "configfs_rmdir",
		.handler = vkernel_configfs_rmdir,
		.original = original_configfs_rmdir,
		.owner = THIS_MODULE,
	},
	{
		.symbol = "proc_sys_call_handler",
		.handler = vkernel_proc_sys_call_handler,
		.original = original_proc_sys_call_handler,
		.owner = THIS_MODULE,
	},
};
/* clang-format on */

static int __init start_numbering(void)
{
	struct mm_struct *mm = (void *)hookcore_symbol("init_mm");
	u32 *ledger;

	if (!mm) {
		pr_err("not loaded: this kernel has no symbol init_mm\n");
		return -ENOENT;
	}
	ledger = current->mm ? identity_ledger(mm, current->mm) : NULL;
	if (!ledger || instance_init(ledger)) {
		pr_err("not loaded: something else uses byte %zu of struct mm_struct\n",
		       (size_t)VKERNEL_STAMP_OFFSET);
		return -EBUSY;
	}
	return 0;
}

static int __init vkernel_init(void)
{
	int err;

	err = start_numbering();
	if (err)
		return err;
	/* hookcore says why not. */
	err = hookcore_register(hooks, ARRAY_SIZE(hooks));
	if (err)
		return err;
	err = control_init();
	if (err) {
		pr_err("not loaded: cannot make its configfs directory: %pe\n",
		       ERR_PTR(err));
		goto err_unregister_hooks;
	}
	return 0;

err_unregister_hooks:
	hookcore_unregister(hooks, ARRAY_SIZE(hooks));
	return err;
}
module_init(vkernel_init);

static void __exit vkernel_exit(void)
{
	control_exit();
	hookcore_unregister(hooks, ARRAY_SIZE(hooks));
}
module_exit(vkernel_exit);

MODULE_DESCRIPTION("A virtual kernel per container");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: configfs hookcore");
