// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel log per container: the records stay in the kernel's own ring, a
 * table beside it says whose they are, and who reads in a container is shown
 * its own.
 */
#define pr_fmt(fmt) "vkernel_log: " fmt

#include <linux/string.h>

#include "fault.h"
#include "files.h"
#include "hookcore.h"
#include "kmsg.h"
#include "limit.h"
#include "log.h"
#include "record.h"
#include "ring.h"
#include "syslog.h"
#include "vkernel.h"

struct vkernel_plugin log_plugin = {
	.name = "log",
	.owner = THIS_MODULE,
	.attrs = files_attrs,
	.create = log_create,
	.destroy = log_destroy,
	.placed = log_placed,
	.memory = log_memory,
};

/* --- Hooks ---------------------------------------------------------------- */

/* clang-format off */
#define LOG_HOOK(name, our_name)                                               \
	{                                                                      \
		.symbol = #name,                                               \
		.handler = vkernel_##our_name,                                 \
		.original = original_##our_name,                               \
		.owner = THIS_MODULE,                                          \
	}
#define LOG_KMSG_HOOK(name) LOG_HOOK(name, name),

static const struct hookcore_hook needed[] = {
	LOG_HOOK(prb_commit, prb_commit),
	LOG_HOOK(prb_final_commit, prb_final_commit),
	LOG_HOOK(do_syslog, do_syslog),
	LOG_HOOK(___ratelimit, ratelimit),
	KMSG_FUNCTIONS(LOG_KMSG_HOOK)
};
/* clang-format on */

/* Those, and behind them what the kernel has of those of faults. */
static struct hookcore_hook hooks[ARRAY_SIZE(needed) + FAULT_HOOKS];
static size_t hook_count;

static void pick_hooks(void)
{
	memcpy(hooks, needed, sizeof(needed));
	hook_count = ARRAY_SIZE(needed);
	hook_count += fault_pick(hooks + hook_count);
}

static int __init vkernel_log_init(void)
{
	int err = ring_init();

	err = err ?: limit_init();
	if (err)
		return err;
	err = record_init();
	if (err)
		return err;
	err = kmsg_init();
	if (err)
		goto free_records;
	pick_hooks();
	/* hookcore says why not. */
	err = hookcore_register(hooks, hook_count);
	if (err)
		goto forget_files;
	files_init();
	err = vkernel_register_plugin(&log_plugin);
	if (err) {
		pr_err("not loaded: vkernel refused the plugin: %pe\n",
		       ERR_PTR(err));
		goto unregister_hooks;
	}
	return 0;

unregister_hooks:
	files_exit();
	hookcore_unregister(hooks, hook_count);
forget_files:
	kmsg_forget_all();
free_records:
	record_exit();
	return err;
}
module_init(vkernel_log_init);

/*
 * Who slept for a record of a container's has been woken when that was
 * detached. Files that are still open lose their contents before the hooks go.
 */
static void __exit vkernel_log_exit(void)
{
	kmsg_close_all();
	/* Who has found a file readable is in the hooked functions by then. */
	synchronize_rcu_tasks();
	hookcore_unregister(hooks, hook_count);
	kmsg_forget_all();
	vkernel_unregister_plugin(&log_plugin);
	files_exit();
	record_exit();
}
module_exit(vkernel_log_exit);

MODULE_DESCRIPTION("vKernel plugin: a kernel log per container");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: vkernel hookcore");
