// SPDX-License-Identifier: GPL-2.0
/*
 * Scheduling per container: a policy for each cgroup.
 */
#define pr_fmt(fmt) "vkernel_sched: " fmt

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "cgroup.h"
#include "group.h"
#include "hookcore.h"
#include "layout.h"
#include "queue.h"

module_param_named(guard_max_us, group_guard_most, uint, 0444);
MODULE_PARM_DESC(guard_max_us,
		 "largest value of cpu.fifo_guard_us, microseconds");

/*
 * One array, so that all go in, and come out, in one stop: a list must never
 * miss an entity that comes or goes.
 */
static struct hookcore_hook hooks[16];
static size_t hook_count;

/*
 * A live patch, or the like, of a hooked function: lists miss who comes or goes
 * from then on.
 */
static void look_for_bypass(void)
{
	/* Of two at once the last one has seen all. Under hookcore's mutex. */
	static DEFINE_MUTEX(mutex);
	bool is_bypassed = false;
	size_t i;

	mutex_lock(&mutex);
	for (i = 0; i < hook_count; i++)
		is_bypassed |= READ_ONCE(hooks[i].state) == HOOKCORE_SHADOWED;
	if (is_bypassed)
		pr_warn_ratelimited(
			"every group is NORMAL: hooks are bypassed, as /sys/kernel/debug/hookcore/hooks shows\n");
	group_set_bypassed(is_bypassed);
	mutex_unlock(&mutex);
}

static void notice(struct hookcore_hook *hook)
{
	look_for_bypass();
}

static void gather(const struct hookcore_hook *some, size_t count)
{
	memcpy(&hooks[hook_count], some, count * sizeof(*some));
	for (; count; count--)
		hooks[hook_count++].notify = notice;
}

static int check_parameters(void)
{
	if (group_guard_most >= GUARD_LEAST_US)
		return 0;
	pr_err("not loaded: guard_max_us=%u is less than the least guard, %u us\n",
	       group_guard_most, GUARD_LEAST_US);
	return -EINVAL;
}

static int find_all(void)
{
	return layout_init() ?: queue_init() ?: cgroup_init_imports();
}

static int __init vkernel_sched_init(void)
{
	int err;

	/* hookcore, or whoever it is, says why not. */
	err = check_parameters() ?: find_all();
	if (err)
		return err;
	gather(queue_hooks, queue_hook_count);
	gather(cgroup_hooks, cgroup_hook_count);
	err = hookcore_register(hooks, hook_count);
	if (err)
		return err;
	/* Of what was so before the hooks came nobody is told. */
	look_for_bypass();
	err = cgroup_add_files();
	if (err) {
		pr_err("not loaded: the cgroup files cannot be added: %pe\n",
		       ERR_PTR(err));
		goto unregister_hooks;
	}
	return 0;

unregister_hooks:
	/* Files that were there for a moment may have been written to. */
	group_forget_all();
	queue_exit();
	hookcore_unregister(hooks, hook_count);
	return err;
}
module_init(vkernel_sched_init);

static void __exit vkernel_sched_exit(void)
{
	/* Nobody can ask for a policy any more, then nobody has one. */
	cgroup_remove_files();
	group_forget_all();
	queue_exit();
	hookcore_unregister(hooks, hook_count);
}
module_exit(vkernel_sched_exit);

MODULE_DESCRIPTION("vKernel plugin: scheduling per container");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: hookcore");
