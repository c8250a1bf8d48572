// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_mm: " fmt

#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/percpu.h>
#include <linux/percpu_counter.h>
#include <linux/printk.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "commit.h"
#include "compat.h"
#include "hookcore.h"
#include "own.h"
#include "wrapper.h"

/* The address of vm_committed_as, for assembly. */
unsigned long commit_counter __visible;
static const s32 *counter_batch;

/* This CPU is in __vm_enough_memory() for a container: see commit.h. */
DEFINE_PER_CPU(bool, commit_inside) __visible;

int commit_init(void)
{
	commit_counter = hookcore_symbol("vm_committed_as");
	counter_batch = (const s32 *)hookcore_symbol("vm_committed_as_batch");
	if (commit_counter && counter_batch)
		return 0;
	pr_err("not loaded: this kernel has no symbol %s\n",
	       commit_counter ? "vm_committed_as_batch" : "vm_committed_as");
	return -ENOENT;
}

/* --- The counter ---------------------------------------------------------- */

asmlinkage void commit_seen(long pages);

/* With pre-emption off, which is RCU too, and costs munmap() less. */
asmlinkage __visible void commit_seen(long pages)
{
	preempt_disable();
	own_count(vkernel_current(), pages);
	preempt_enable();
}

VKERNEL_GUARD_OFFSETS

/* Many counters are none of our business: they turn back first. */
/* clang-format off */
HOOKCORE_GUARD(vkernel_percpu_counter_add_batch,
	original_percpu_counter_add_batch,
	VKERNEL_GUARD_KEY(original_percpu_counter_add_batch)
	"	cmp commit_counter(%rip), %rdi\n"
	"	jne original_percpu_counter_add_batch\n"
	VKERNEL_GUARD(original_percpu_counter_add_batch)
	"	cmpb $0, %gs:commit_inside(%rip)\n"
	"	jne original_percpu_counter_add_batch\n"
	"	push %rdi\n"
	"	push %rsi\n"
	"	push %rdx\n"
	"	mov %rsi, %rdi\n"
	"	call commit_seen\n"
	"	pop %rdx\n"
	"	pop %rsi\n"
	"	pop %rdi\n");
/* clang-format on */

/* --- A promise ------------------------------------------------------------ */

asmlinkage int commit_enough(struct mm_struct *mm, long pages,
			     int cap_sys_admin);

/* What the kernel does when its own mode is 1. */
static int promise(long pages)
{
	percpu_counter_add_batch((struct percpu_counter *)commit_counter, pages,
				 READ_ONCE(*counter_batch));
	return 0;
}

/* The kernel's own answer, and nothing counted for the current task. */
static int ask_kernel(struct vkernel *vk, struct mm_struct *mm, long pages,
		      int cap_sys_admin)
{
	int err;

	this_cpu_write(commit_inside, true);
	if (own_host_mode() == POLICY_GUESS && own_lifts(vk))
		err = promise(pages);
	else
		err = original___vm_enough_memory(mm, pages, cap_sys_admin);
	this_cpu_write(commit_inside, false);
	return err;
}

/*
 * What an execve hands over lies in an mm that is nobody's until it succeeds.
 * The current task's vkernel pays from now on, also for what is there already.
 */
static void own_program(struct mm_struct *mm)
{
	if (READ_ONCE(*vkernel_stamp(mm)) || !compat_is_program_to_come(mm))
		return;
	own_count(vkernel_current(), commit_pages(mm));
	vkernel_inherit(mm);
}

/*
 * The vkernel's own limit is asked first: what that refuses is never promised,
 * not even for a moment, in which it could be what the host lacks.
 */
asmlinkage __visible int commit_enough(struct mm_struct *mm, long pages,
				       int cap_sys_admin)
{
	struct vkernel *vk;
	int err;

	/* For RCU, and so that commit_inside stays with the task. */
	preempt_disable();
	own_program(mm);
	vk = vkernel_of_mm(mm);
	err = own_take(vk, pages);
	if (err)
		goto enable;
	err = ask_kernel(vk, mm, pages, cap_sys_admin);
	if (err)
		own_count(vk, -pages);
enable:
	preempt_enable();
	return err;
}

/* For a container's mm, and for a container's task, whose mm it need not be. */
/* clang-format off */
HOOKCORE_ORIGINAL(original___vm_enough_memory);
WRAPPER(vkernel___vm_enough_memory, commit_enough,
	VKERNEL_GUARD_KEY(original___vm_enough_memory)
	"	test %rdi, %rdi\n"
	"	je original___vm_enough_memory\n"
	"	cmpl $0, .Lvkernel_stamp(%rdi)\n"
	"	jne commit_enough\n"
	VKERNEL_GUARD(original___vm_enough_memory));
/* clang-format on */

/* --- The end of an mm ----------------------------------------------------- */

/*
 * Nobody changes its areas any more, or nobody can yet. A fork that failed has
 * left a mark where its copy ends, behind which lie the areas of its parent:
 * exit_mmap() stops there as well.
 */
long commit_pages(struct mm_struct *mm)
{
	MA_STATE(mas, &mm->mm_mt, 0, 0);
	struct vm_area_struct *vma;
	long pages = 0;

	while ((vma = mas_find(&mas, ULONG_MAX)) && !xa_is_zero(vma))
		if (vma->vm_flags & VM_ACCOUNT)
			pages += vma_pages(vma);
	return pages;
}

asmlinkage bool commit_exit(struct hookcore_args *args);

asmlinkage __visible bool commit_exit(struct hookcore_args *args)
{
	struct mm_struct *mm = (struct mm_struct *)args->arg[0];
	struct vkernel *vk, *here;
	long pages;

	rcu_read_lock();
	vk = vkernel_of_mm(mm);
	here = vkernel_current();
	if (vk != here) {
		pages = commit_pages(mm);
		own_count(vk, -pages);
		/* The counter's handler will take it from us: see commit.h. */
		own_count(here, pages);
	}
	rcu_read_unlock();
	return true;
}

/* clang-format off */
HOOKCORE_ORIGINAL(original_exit_mmap);
HOOKCORE_DECIDER(vkernel_exit_mmap, commit_exit, original_exit_mmap,
	VKERNEL_GUARD_KEY(original_exit_mmap)
	"	cmpl $0, .Lvkernel_stamp(%rdi)\n"
	"	jne 1f\n"
	VKERNEL_GUARD(original_exit_mmap)
	"1:\n");
/* clang-format on */

/* --- A new program -------------------------------------------------------- */

/* Who paid for it need not be who gets it: a runtime's program, say. */
static void hand_over(int sign)
{
	rcu_read_lock();
	own_count(vkernel_current(), sign * commit_pages(current->mm));
	rcu_read_unlock();
}

asmlinkage bool commit_leave(struct hookcore_args *args);
asmlinkage bool commit_exec(struct hookcore_args *args);

asmlinkage __visible bool commit_leave(struct hookcore_args *args)
{
	hand_over(-1);
	return true;
}

asmlinkage __visible bool commit_exec(struct hookcore_args *args)
{
	hand_over(1);
	return true;
}

/* clang-format off */
HOOKCORE_ORIGINAL(original_mm_old_exec);
HOOKCORE_DECIDER(vkernel_mm_old_exec, commit_leave, original_mm_old_exec,
		 VKERNEL_GUARD(original_mm_old_exec));
HOOKCORE_ORIGINAL(original_mm_new_exec);
HOOKCORE_DECIDER(vkernel_mm_new_exec, commit_exec, original_mm_new_exec,
		 VKERNEL_GUARD(original_mm_new_exec));
/* clang-format on */

/* --- Those who run already ------------------------------------------------ */

/* Several tasks may share an mm. Vkernels inside may not have the plugin. */
static size_t collect(const struct own *own, struct mm_struct **mms,
		      size_t room)
{
	struct task_struct *process, *task;
	size_t count = 0;

	/* Protects the list of tasks, and each task found on it. */
	rcu_read_lock();
	for_each_process_thread(process, task) {
		task_lock(task);
		if (task->mm && !(task->flags & PF_KTHREAD) &&
		    own_nearest(vkernel_of_mm(task->mm)) == own) {
			if (count < room) {
				mmget(task->mm);
				mms[count] = task->mm;
			}
			count++;
		}
		task_unlock(task);
	}
	rcu_read_unlock();
	return count;
}

static int compare(const void *a, const void *b)
{
	const struct mm_struct *const *one = a, *const *two = b;

	return *one < *two ? -1 : *one > *two;
}

/*
 * Who never lets go of his areas must not hold up the operator, who waits with
 * vkernel.ko's mutex: his are left out, after half a second for all.
 */
static bool lock_areas(struct mm_struct *mm, unsigned int *patience)
{
	while (!mmap_read_trylock(mm)) {
		if (!*patience || fatal_signal_pending(current))
			return false;
		--*patience;
		usleep_range(100, 1000);
	}
	return true;
}

static long sum(struct mm_struct **mms, size_t count)
{
	unsigned int patience = 1000;
	long pages = 0;
	size_t i;

	sort(mms, count, sizeof(*mms), compare, NULL);
	for (i = 0; i < count; i++) {
		if (i && mms[i] == mms[i - 1])
			continue;
		if (!lock_areas(mms[i], &patience)) {
			pr_warn_ratelimited(
				"a program is busy with its areas: they are not counted\n");
			continue;
		}
		pages += commit_pages(mms[i]);
		mmap_read_unlock(mms[i]);
	}
	/* The last one may wait for I/O, and the caller has a mutex. */
	for (i = 0; i < count; i++)
		mmput_async(mms[i]);
	return pages;
}

long commit_of(const struct own *own)
{
	size_t room = collect(own, NULL, 0), count;
	struct mm_struct **mms;
	long pages;

	if (!room)
		return 0;
	room += room / 4;
	mms = kvcalloc(room, sizeof(*mms), GFP_KERNEL | __GFP_NOFAIL);
	count = min(collect(own, mms, room), room);
	pages = sum(mms, count);
	kvfree(mms);
	return pages;
}
