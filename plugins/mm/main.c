// SPDX-License-Identifier: GPL-2.0
/*
 * Memory per container: what it has been promised, and limits of its own.
 */
#define pr_fmt(fmt) "vkernel_mm: " fmt

#include "commit.h"
#include "files.h"
#include "foreign.h"
#include "hookcore.h"
#include "limits.h"
#include "meminfo.h"
#include "own.h"
#include "shared.h"
#include "sysctls.h"
#include "sysfs.h"
#include "thp.h"
#include "vkernel.h"

struct vkernel_plugin own_plugin = {
	.name = "mm",
	.owner = THIS_MODULE,
	.attrs = files_attrs,
	.create = own_create,
	.placed = own_placed,
	.joins = own_joins,
	.destroy = own_destroy,
	.memory = own_memory,
};

/* clang-format off */
#define COMMIT_HOOK(name)                                                      \
	{                                                                      \
		.symbol = #name,                                               \
		.handler = vkernel_##name,                                     \
		.original = original_##name,                                   \
		.owner = THIS_MODULE,                                          \
	}

#define LIMITS_HOOK(name, kind)                                                \
	{                                                                      \
		.symbol = #name,                                               \
		.handler = vkernel_mm_##name,                                  \
		.original = original_mm_##name,                                \
		.owner = THIS_MODULE,                                          \
	},

static const struct hookcore_hook fixed_hooks[] = {
	COMMIT_HOOK(percpu_counter_add_batch),
	COMMIT_HOOK(__vm_enough_memory),
	COMMIT_HOOK(exit_mmap),
	{
		.symbol = "setup_new_exec",
		.handler = vkernel_mm_old_exec,
		.original = original_mm_old_exec,
		.owner = THIS_MODULE,
		/* Before vkernel.ko's, which sets the stamp. */
		.priority = 1,
	},
	{
		.symbol = "setup_new_exec",
		.handler = vkernel_mm_new_exec,
		.original = original_mm_new_exec,
		.owner = THIS_MODULE,
		/* Behind it. */
		.priority = -1,
	},
	{
		.symbol = "meminfo_proc_show",
		.handler = vkernel_mm_meminfo,
		.original = original_mm_meminfo,
		.owner = THIS_MODULE,
	},
	LIMITS_FUNCTIONS(LIMITS_HOOK)
};
/* clang-format on */

static struct hookcore_hook
	hooks[ARRAY_SIZE(fixed_hooks) + SHARED_HOOKS + THP_HOOKS + SYSFS_HOOKS];
static size_t hook_count;

static int pick_hooks(void)
{
	int files;

	memcpy(hooks, fixed_hooks, sizeof(fixed_hooks));
	hook_count = ARRAY_SIZE(fixed_hooks);
	hook_count += shared_hooks(hooks + hook_count);
	hook_count += thp_hooks(hooks + hook_count);
	files = sysfs_hooks(hooks + hook_count);
	if (files < 0)
		return files;
	hook_count += files;
	return 0;
}

/* Find what is needed of the kernel. */
static int prepare(void)
{
	int err = own_init() ?: commit_init() ?: limits_init();

	return err ?: thp_init() ?: pick_hooks();
}

static int __init vkernel_mm_init(void)
{
	int err;

	err = prepare();
	if (err)
		return err;
	/* hookcore says why not. */
	err = hookcore_register(hooks, hook_count);
	if (err)
		return err;
	err = thp_start();
	if (err)
		goto err_unregister_hooks;
	/* Without the plugin they show the host's values. */
	err = sysctls_init();
	if (err) {
		pr_err("not loaded: vkernel refused its views: %pe\n",
		       ERR_PTR(err));
		goto err_unregister_hooks;
	}
	/* Last: it may be given to a vkernel at once. */
	err = vkernel_register_plugin(&own_plugin);
	if (err) {
		pr_err("not loaded: vkernel refused the plugin: %pe\n",
		       ERR_PTR(err));
		goto err_unregister_views;
	}
	return 0;

err_unregister_views:
	sysctls_exit();
err_unregister_hooks:
	thp_settle();
	hookcore_unregister(hooks, hook_count);
	foreign_exit();
	thp_stop();
	return err;
}
module_init(vkernel_mm_init);

static void __exit vkernel_mm_exit(void)
{
	sysctls_exit();
	thp_settle();
	/* First the readers of the plugin's slot, then the slot. */
	hookcore_unregister(hooks, hook_count);
	foreign_exit();
	thp_stop();
	vkernel_unregister_plugin(&own_plugin);
}
module_exit(vkernel_mm_exit);

MODULE_DESCRIPTION("vKernel plugin: memory per container");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: vkernel hookcore");
