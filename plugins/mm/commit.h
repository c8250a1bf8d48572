/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel promises, counted for the vkernel that it is promised to.
 *
 * vm_committed_as counts for all. Each change of it is a call of
 * percpu_counter_add_batch(), and belongs to the current task's vkernel, but
 * for four cases:
 *
 * - __vm_enough_memory(mm, ...) promises something to an mm, which need not be
 *   the current one. It does not sleep: its handler runs it with pre-emption
 *   off, says so in commit_inside, and counts itself.
 * - exit_mmap(mm) gives back what an mm had, in whatever task dropped it last.
 *   Its handler counts at the door, and the other way for the current task.
 * - an mm that an execve fills with arguments has no vkernel yet: that of the
 *   task pays, and what it paid moves to that of the new program.
 * - shared memory belongs to who made it: see shared.c.
 */
#ifndef MM_COMMIT_H
#define MM_COMMIT_H

#include <linux/linkage.h>
#include <linux/types.h>

struct linux_binprm;
struct mm_struct;
struct own;

/* The hooks: handlers and stubs. */
asmlinkage void vkernel_percpu_counter_add_batch(void);
asmlinkage void vkernel___vm_enough_memory(void);
asmlinkage void vkernel_exit_mmap(void);
asmlinkage void vkernel_mm_old_exec(void);
asmlinkage void vkernel_mm_new_exec(void);
asmlinkage long original_percpu_counter_add_batch(void);
asmlinkage int original___vm_enough_memory(struct mm_struct *mm, long pages,
					   int cap_sys_admin);
asmlinkage void original_exit_mmap(struct mm_struct *mm);
asmlinkage void original_mm_old_exec(struct linux_binprm *bprm);
asmlinkage void original_mm_new_exec(struct linux_binprm *bprm);

/**
 * commit_init() - find the kernel's counter
 *
 * Context: before the hooks are in.
 * Return: 0 or a negative errno, after saying why.
 */
int commit_init(void);

/**
 * commit_pages() - what the areas of an mm have been promised
 * @mm: an mm whose areas nobody changes meanwhile.
 *
 * Context: any, under RCU or mmap_lock.
 * Return: pages.
 */
long commit_pages(struct mm_struct *mm);

/**
 * commit_of() - what those who run already have been promised
 * @own: state of a vkernel; what is inside without the plugin is its.
 *
 * Exact if none of its tasks runs meanwhile.
 *
 * Context: process context, sleeps.
 * Return: pages of all their mms.
 */
long commit_of(const struct own *own);

#endif /* MM_COMMIT_H */
