// SPDX-License-Identifier: GPL-2.0
/*
 * For as long as it is loaded the list of exiting tasks of the CPU that loaded it
 * has an entry that is no task's, as rcu_tasks_postscan() leaves one there while it
 * lets others run. Who takes what is around it for a task has a stack there that
 * cannot be read.
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "hookcore.h"

#ifdef POSTSCAN_LISTS

static struct hookcore_field postscan_fields[] = {
	{ .type = "rcu_tasks_percpu", .member = "lock" },
	{ .type = "rcu_tasks_percpu", .member = "rtp_exit_list" },
};

static struct task_struct *postscan_fake;
static raw_spinlock_t *postscan_lock;

static int __init postscan_init(void)
{
	void __percpu *lists =
		(void __percpu *)hookcore_symbol("rcu_tasks__percpu");
	int err = hookcore_find_fields(postscan_fields,
				       ARRAY_SIZE(postscan_fields));
	struct list_head *list;
	void *percpu;

	if (err || !lists)
		return err ?: -ENOENT;
	postscan_fake = vzalloc(sizeof(*postscan_fake));
	if (!postscan_fake)
		return -ENOMEM;
	refcount_set(&postscan_fake->stack_refcount, 1);
	postscan_fake->stack = (void *)0x5a5a5a5a5a5a0000;
	postscan_fake->thread.sp = 0x5a5a5a5a5a5a1000;
	percpu = per_cpu_ptr(lists, raw_smp_processor_id());
	postscan_lock = percpu + postscan_fields[0].offset;
	list = percpu + postscan_fields[1].offset;
	/* RCU's own, for its lists. */
	raw_spin_lock_irq(postscan_lock);
	if (!list->next)
		INIT_LIST_HEAD(list);
	list_add(&postscan_fake->rcu_tasks_exit_list, list);
	raw_spin_unlock_irq(postscan_lock);
	return 0;
}

static void __exit postscan_exit(void)
{
	raw_spin_lock_irq(postscan_lock);
	list_del(&postscan_fake->rcu_tasks_exit_list);
	raw_spin_unlock_irq(postscan_lock);
	vfree(postscan_fake);
}

module_exit(postscan_exit);

#else

static int __init postscan_init(void)
{
	return -EOPNOTSUPP;
}

#endif

module_init(postscan_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("An entry in the list of exiting tasks that is no task");
