// SPDX-License-Identifier: GPL-2.0
/*
 * connect - count the TCP connections that begin on this machine, and log some
 *
 * An example of a module that uses hookcore and has nothing to do with
 * containers. It builds against what "make install" has installed; see the
 * Makefile beside it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/in.h>
#include <linux/module.h>
#include <linux/sched.h>

#include <hookcore.h>

static atomic_t connect_count;
static struct dentry *connect_dir;

/* The stub by which the handler goes on to the original. */
asmlinkage long connect_original(void);
HOOKCORE_ORIGINAL(connect_original);

/*
 * Runs before each tcp_v4_connect(struct sock *sk, struct sockaddr *uaddr,
 * int addr_len), with its arguments, and must not sleep.
 */
asmlinkage bool connect_decide(struct hookcore_args *args);
asmlinkage bool connect_decide(struct hookcore_args *args)
{
	const struct sockaddr_in *to = (void *)args->arg[1];

	atomic_inc(&connect_count);
	pr_info_ratelimited("task %d connects to %pISpc\n",
			    task_pid_nr(current), to);
	/* Run the original; false would return args->ret to the caller. */
	return true;
}
HOOKCORE_DECIDER(connect_handler, connect_decide, connect_original, "");

static struct hookcore_hook connect_hook = {
	.symbol = "tcp_v4_connect",
	.handler = connect_handler,
	.original = connect_original,
	.owner = THIS_MODULE,
};

static int __init connect_init(void)
{
	/* hookcore says in the log why it cannot, if it cannot. */
	int err = hookcore_register(&connect_hook, 1);

	if (err)
		return err;
	connect_dir = debugfs_create_dir("connect", NULL);
	debugfs_create_atomic_t("count", 0400, connect_dir, &connect_count);
	return 0;
}
module_init(connect_init);

static void __exit connect_exit(void)
{
	debugfs_remove(connect_dir);
	/* Behind this nobody is in the handler any more. */
	hookcore_unregister(&connect_hook, 1);
}
module_exit(connect_exit);

MODULE_DESCRIPTION("hookcore example: counts TCP connections");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
