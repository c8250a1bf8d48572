/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels: where an object of shared memory can carry its
 * owner, how its pages are counted, whose an mm is, and how the kernel asks
 * whether an area may have huge pages.
 */
#ifndef MM_COMPAT_H
#define MM_COMPAT_H

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/shmem_fs.h>
#include <linux/stddef.h>
#include <linux/xarray.h>

#include "hookcore.h"

/*
 * Commit 2b111edbe0a9 ("inode: make i_state a u32"), which 6.12 has, left four
 * bytes behind i_state; before that i_state fills them, and there are four
 * behind stop_eviction.
 */
#define COMPAT_HOLE_STATE                                          \
	(offsetofend(struct inode, i_state) % 8 == 4 &&            \
			 offsetofend(struct inode, i_state) + 4 == \
				 offsetof(struct inode, i_rwsem) ? \
		 offsetofend(struct inode, i_state) :              \
		 0)
#define COMPAT_HOLE_EVICTION                                                   \
	(offsetofend(struct shmem_inode_info, stop_eviction) % 8 == 4 &&       \
			 offsetofend(struct shmem_inode_info, stop_eviction) + \
					 4 ==                                  \
				 offsetof(struct shmem_inode_info, i_crtime) ? \
		 offsetofend(struct shmem_inode_info, stop_eviction) :         \
		 0)

/*
 * Pages of shared memory are promised and given back as blocks of an inode by
 * functions of their own since quotas came to tmpfs (6.6); before that where a
 * page is added, and where the inode is counted anew. The compiler may inline
 * any of them, so symbols do not tell: plugins/mm/Kbuild looks for a member
 * that came at the same time, with commit a2e459555c5f ("shmem: stable
 * directory offsets", 6.6).
 */
#ifndef COMPAT_SHMEM_BLOCKS
#define COMPAT_SHMEM_BLOCKS 0
#endif

/* Where the id of an object's owner lies. */
static inline u32 *compat_owner(struct inode *inode)
{
	BUILD_BUG_ON(!COMPAT_HOLE_STATE && !COMPAT_HOLE_EVICTION);
	if (COMPAT_HOLE_STATE)
		return (u32 *)((char *)inode + COMPAT_HOLE_STATE);
	return (u32 *)((char *)SHMEM_I(inode) + COMPAT_HOLE_EVICTION);
}

/*
 * An mm that the current task's execve has made, and not put in its place yet:
 * mm_alloc() makes the task its owner, exec_mmap() takes that from the old one.
 * Without owners what it holds is counted when it has succeeded.
 */
static inline bool compat_is_program_to_come(const struct mm_struct *mm)
{
#ifdef CONFIG_MEMCG
	return current->mm && mm != current->mm &&
	       rcu_access_pointer(mm->owner) == current;
#else
	return false;
#endif
}

/**
 * struct compat_question - the kernel asks whether an area may have huge pages
 * @orders: of which sizes.
 * @advised: it was advised to.
 * @smaps: only to be shown.
 * @fault: for a page fault.
 * @enforced: as the settings say; else somebody asked for it (MADV_COLLAPSE).
 */
struct compat_question {
	unsigned long orders;
	bool advised;
	bool smaps;
	bool fault;
	bool enforced;
};

/*
 * Since commit 3485b88390b0 ("mm: thp: introduce multi-size THP sysfs
 * interface", 6.8) there are settings for each size, and the question is about
 * several.
 */
#ifdef TVA_ENFORCE_SYSFS
#define COMPAT_THP_SIZES 1
#define COMPAT_THP_DECISION "__thp_vma_allowable_orders"

/* (vma, vm_flags, tva_flags, orders) */
static inline struct compat_question
compat_question(const struct hookcore_args *args)
{
	return (struct compat_question){
		.orders = args->arg[3],
		.advised = args->arg[1] & VM_HUGEPAGE,
		.smaps = args->arg[2] & TVA_SMAPS,
		.fault = args->arg[2] & TVA_IN_PF,
		.enforced = args->arg[2] & TVA_ENFORCE_SYSFS,
	};
}

static inline void compat_narrow(struct hookcore_args *args,
				 unsigned long orders)
{
	args->arg[3] = orders;
}

/* The same in assembly: the orders are in %rax; then zero if there are none. */
#define COMPAT_ENFORCED TVA_ENFORCE_SYSFS
#define COMPAT_ASM_IS_ENFORCED "	test $.Ldecide_enforced, %edx\n"
#define COMPAT_ASM_NARROW "	and %rax, %rcx\n"
#else
#define COMPAT_THP_SIZES 0
#define COMPAT_THP_DECISION "hugepage_vma_check"

/* (vma, vm_flags, smaps, in_pf, enforce_sysfs); of a bool one byte counts. */
static inline struct compat_question
compat_question(const struct hookcore_args *args)
{
	return (struct compat_question){
		.orders = BIT(PMD_SHIFT - PAGE_SHIFT),
		.advised = args->arg[1] & VM_HUGEPAGE,
		.smaps = (u8)args->arg[2],
		.fault = (u8)args->arg[3],
		.enforced = (u8)args->arg[4],
	};
}

static inline void compat_narrow(struct hookcore_args *args,
				 unsigned long orders)
{
}

/* The same in assembly: the orders are in %rax; then zero if there are none. */
#define COMPAT_ENFORCED true
#define COMPAT_ASM_IS_ENFORCED "	test %r8b, %r8b\n"
#define COMPAT_ASM_NARROW "	test $.Ldecide_pmd, %eax\n"
#endif

#endif /* MM_COMPAT_H */
