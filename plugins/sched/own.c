// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "own.h"

DEFINE_STATIC_KEY_DEFERRED_FALSE(vkernel_sched_own_alive, 10 * HZ);

void own_exit(void)
{
	static_key_deferred_flush(&vkernel_sched_own_alive);
}

/* --- Life ----------------------------------------------------------------- */

void *own_create(struct vkernel *vk)
{
	struct own *own = kzalloc(sizeof(*own), GFP_KERNEL);
	size_t i;

	if (!own)
		return ERR_PTR(-ENOMEM);
	own->vk = vk;
	for (i = 0; i < RULES_SETTINGS; i++)
		own->values[i] = RULES_INHERIT;
	mutex_init(&own->lock);
	static_branch_deferred_inc(&vkernel_sched_own_alive);
	return own;
}

void own_destroy(void *state)
{
	static_branch_slow_dec_deferred(&vkernel_sched_own_alive);
	kfree(state);
}

size_t own_memory(void *state)
{
	return sizeof(struct own);
}

/* --- Whose value counts? -------------------------------------------------- */

/*
 * Of a task that runs elsewhere. It may be in exec_mmap(), and the mm that it
 * still had here be gone: then it has another one now. (When it exits, the old
 * one stays its active_mm until it leaves its CPU, for which it needs the lock
 * that we hold.)
 */
static u32 stamp_of_other(const struct task_struct *task,
			  const struct mm_struct *mm)
{
	u32 id;

	if (get_kernel_nofault(id, vkernel_stamp(mm)))
		return 0;
	/* The stamp was read before the mm is looked at again. */
	smp_rmb();
	return READ_ONCE(task->mm) == mm ? id : 0;
}

/* Who does not run, and is not let to, keeps its mm. */
static u32 stamp_of(const struct task_struct *task)
{
	const struct mm_struct *mm = READ_ONCE(task->mm);

	if (!mm || task->flags & PF_KTHREAD)
		return 0;
	if (task != current && READ_ONCE(task->on_cpu))
		return stamp_of_other(task, mm);
	return READ_ONCE(*vkernel_stamp(mm));
}

static const struct own *own_around(const struct vkernel *vk,
				    enum rules_setting setting)
{
	const struct own *own;

	for (; vk; vk = vkernel_parent(vk)) {
		own = vkernel_state(vk, &own_plugin);
		if (own && READ_ONCE(own->values[setting]) != RULES_INHERIT)
			return own;
	}
	return NULL;
}

/*
 * A read-side section under the lock of a run queue, and all of it with
 * interrupts off: see the comment at rcu_read_unlock() in the kernel.
 */
const struct own *own_of_task(const struct task_struct *task,
			      enum rules_setting setting)
{
	u32 id = stamp_of(task);
	const struct own *own;

	if (!id)
		return NULL;
	rcu_read_lock();
	own = own_around(vkernel_lookup(id), setting);
	rcu_read_unlock();
	return own;
}
