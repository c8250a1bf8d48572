// SPDX-License-Identifier: GPL-2.0
/*
 * Scheduler parameters per container: a module of its own, since who only wants
 * policies needs no vkernel.ko.
 */
#define pr_fmt(fmt) "vkernel_sched_params: " fmt

#include <linux/module.h>

#include "files.h"
#include "hookcore.h"
#include "own.h"
#include "slices.h"
#include "sysctls.h"
#include "vkernel.h"

struct vkernel_plugin own_plugin = {
	.name = "sched_params",
	.owner = THIS_MODULE,
	.attrs = files_attrs,
	.create = own_create,
	.destroy = own_destroy,
	.memory = own_memory,
};

static int __init vkernel_sched_params_init(void)
{
	int err;

	/* hookcore, or whoever it is, says why not. */
	err = slices_init();
	if (err)
		return err;
	err = hookcore_register(slices_hooks, slices_hook_count);
	if (err)
		return err;
	err = sysctls_init();
	if (err)
		goto err_unregister_hooks;
	/* Last: it may be given to a vkernel at once. */
	err = vkernel_register_plugin(&own_plugin);
	if (err) {
		pr_err("not loaded: vkernel refused the plugin: %pe\n",
		       ERR_PTR(err));
		goto err_remove_files;
	}
	return 0;

err_remove_files:
	sysctls_exit();
err_unregister_hooks:
	hookcore_unregister(slices_hooks, slices_hook_count);
	return err;
}
module_init(vkernel_sched_params_init);

static void __exit vkernel_sched_params_exit(void)
{
	sysctls_exit();
	own_exit();
	/* First the readers of the plugin's slot, then the slot. */
	hookcore_unregister(slices_hooks, slices_hook_count);
	vkernel_unregister_plugin(&own_plugin);
}
module_exit(vkernel_sched_params_exit);

MODULE_DESCRIPTION("vKernel plugin: scheduler parameters per container");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: vkernel hookcore");
