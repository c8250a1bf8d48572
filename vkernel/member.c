// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/mm_types.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "member.h"
#include "plugin.h"

/* Of adopting, some tenths of a millisecond each. */
#define MEMBER_ROUNDS 2000

/* The caller holds task_lock(), which keeps the mm in its place. */
static bool has_stamp(const struct task_struct *task)
{
	return task->mm && !(task->flags & PF_KTHREAD);
}

static bool belongs_to(struct task_struct *task, u32 id)
{
	bool belongs;

	task_lock(task);
	belongs = has_stamp(task) && READ_ONCE(*vkernel_stamp(task->mm)) == id;
	task_unlock(task);
	return belongs;
}

unsigned int member_count(u32 id)
{
	struct task_struct *process, *task;
	unsigned int count = 0;

	/* Protects the list of tasks, and each task found on it. */
	rcu_read_lock();
	for_each_process_thread(process, task)
		count += belongs_to(task, id);
	rcu_read_unlock();
	return count;
}

static bool leads_to(struct task_struct *task, const struct vkernel *vk)
{
	/* NULL once the task was reaped. */
	struct pid *pid = READ_ONCE(task->thread_pid);

	return pid && instance_of_namespace(ns_of_pid(pid)) == vk;
}

static bool uses(struct task_struct *process, const struct mm_struct *mm)
{
	const struct mm_struct *its;
	struct task_struct *task;

	/* Its threads have the same one; those that are exiting have none. */
	for_each_thread(process, task) {
		its = READ_ONCE(task->mm);
		if (its)
			return its == mm;
	}
	return false;
}

/*
 * clone() with CLONE_VM and CLONE_NEWPID leaves the parent outside, in the same
 * mm. Who is inside cannot make one more that is outside, so the answer does
 * not change to yes. The caller holds rcu_read_lock(), which protects the list
 * of tasks, and task_lock() of one that uses @mm.
 */
static bool is_used_outside(struct mm_struct *mm, const struct vkernel *vk)
{
	struct task_struct *process;

	if (atomic_read(&mm->mm_users) == 1)
		return false;
	for_each_process(process)
		if (!(process->flags & PF_KTHREAD) && uses(process, mm) &&
		    !leads_to(process, vk))
			return true;
	return false;
}

/*
 * Nobody changes the areas of the mm while it changes hands: whoever counts
 * them counts each once. Who does so at this moment is left for the next round.
 */
static void take_over(struct mm_struct *mm, struct vkernel *vk)
{
	if (!plugin_joins(vk)) {
		WRITE_ONCE(*vkernel_stamp(mm), vk->core.id);
		return;
	}
	if (!down_write_trylock(&mm->mmap_lock))
		return;
	plugin_join(vk, mm);
	WRITE_ONCE(*vkernel_stamp(mm), vk->core.id);
	up_write(&mm->mmap_lock);
}

/*
 * setns() leads only into namespaces below a task's own: who gets to @vk by its
 * namespace belongs to the host, or to an outer vkernel, whose rules it keeps.
 * Not so whoever shares its mm from outside: he would be judged by a stranger's
 * rules, and with the end of @vk by nobody's. Such an mm is left alone.
 *
 * The mm of a new program gets its stamp from its execve, which may still be
 * giving back the old one, as one that has none: it is left alone until then.
 * exec_mmap() puts it in its place under task_lock(), with in_execve set long
 * before.
 */
static bool adopt(struct task_struct *task, struct vkernel *vk)
{
	bool stranger = false;

	task_lock(task);
	if (has_stamp(task) && leads_to(task, vk)) {
		stranger = READ_ONCE(*vkernel_stamp(task->mm)) != vk->core.id;
		if (stranger && !task->in_execve &&
		    !is_used_outside(task->mm, vk))
			take_over(task->mm, vk);
	}
	task_unlock(task);
	return stranger;
}

static bool adopt_all(struct vkernel *vk)
{
	struct task_struct *process, *task;
	bool any = false;

	/* Protects the list of tasks, their pids, the vkernels looked up. */
	rcu_read_lock();
	for_each_process_thread(process, task)
		any |= adopt(task, vk);
	rcu_read_unlock();
	return any;
}

/* Again for the children that were forked meanwhile: they end up stamped. */
int member_adopt(struct vkernel *vk)
{
	unsigned int rounds = 0;

	lockdep_assert_held(&instance_mutex);
	while (adopt_all(vk)) {
		WRITE_ONCE(vk->active, true);
		/* Who never lets go of his areas must not hold up everybody. */
		if (++rounds == MEMBER_ROUNDS || fatal_signal_pending(current))
			return -EBUSY;
		/* Time for those who were busy with their areas. */
		usleep_range(100, 1000);
	}
	return 0;
}
