// SPDX-License-Identifier: GPL-2.0
/*
 * Makes dying containers linger: their init waits between closing the pid
 * namespace and killing those in it, which go on meanwhile.
 */
#include <linux/delay.h>
#include <linux/module.h>

#include "hookcore.h"

#define LINGER_MS 200

struct pid_namespace;

static unsigned long deaths;
module_param(deaths, ulong, 0400);
MODULE_PARM_DESC(deaths, "result: namespaces that lingered, roughly");

asmlinkage void linger_original(struct pid_namespace *ns);
HOOKCORE_ORIGINAL(linger_original);

static void linger(struct pid_namespace *ns)
{
	linger_original(ns);
	/* Roughly: a lost update is no harm. */
	data_race(deaths++);
	msleep(LINGER_MS);
}

/* zap_pid_ns_processes() calls it first, and may sleep there. */
static struct hookcore_hook linger_hook = {
	.symbol = "disable_pid_allocation",
	.handler = linger,
	.original = linger_original,
	.owner = THIS_MODULE,
};

static int __init linger_init(void)
{
	return hookcore_register(&linger_hook, 1);
}

static void __exit linger_exit(void)
{
	hookcore_unregister(&linger_hook, 1);
}

module_init(linger_init);
module_exit(linger_exit);

MODULE_DESCRIPTION("vkernel test: containers that die slowly");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
