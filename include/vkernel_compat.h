/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels and is compiled into every user of vkernel.h:
 * where an mm carries its stamp, and how assembly finds the current task.
 * It lies beside vkernel.h because it must be installed with it.
 */
#ifndef VKERNEL_COMPAT_H
#define VKERNEL_COMPAT_H

#include <linux/build_bug.h>
#include <linux/mm_types.h>
#include <linux/stddef.h>
#include <linux/stringify.h>

/*
 * The stamp lies in a hole of struct mm_struct: mm_alloc() zeroes it and
 * dup_mm() copies it, so a new program starts clean and a fork inherits,
 * without a hook in either. A hole is four bytes of alignment between two
 * members known to be neighbours. A gap of any other size means that something
 * was put between them, so it is not taken.
 */
#define VKERNEL_HOLE(before, after)                                   \
	(offsetofend(struct mm_struct, before) % 8 == 4 &&            \
			 offsetofend(struct mm_struct, before) + 4 == \
				 offsetof(struct mm_struct, after) ?  \
		 offsetofend(struct mm_struct, before) :              \
		 0)

/* Each candidate is 0 where the kernel's configuration leaves no hole there. */
#ifdef CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH
#define VKERNEL_HOLE_TLB VKERNEL_HOLE(tlb_flush_batched, uprobes_state)
#else
#define VKERNEL_HOLE_TLB VKERNEL_HOLE(tlb_flush_pending, uprobes_state)
#endif
#ifdef CONFIG_AIO
#define VKERNEL_HOLE_AIO VKERNEL_HOLE(ioctx_lock, ioctx_table)
#else
#define VKERNEL_HOLE_AIO 0
#endif
/* With lockdep a spinlock is aligned to eight bytes ... */
#define VKERNEL_HOLE_LOCK VKERNEL_HOLE(map_count, page_table_lock)
/* ... and on one CPU without it, it is empty. */
#define VKERNEL_HOLE_UP VKERNEL_HOLE(page_table_lock, mmap_lock)
#define VKERNEL_HOLE_COUNT VKERNEL_HOLE(mm_count, pgtables_bytes)

/**
 * VKERNEL_STAMP_OFFSET - where in struct mm_struct the stamp lies, bytes
 *
 * A constant: module versions tie a module to the very headers it came from.
 */
#define VKERNEL_STAMP_OFFSET                     \
	(VKERNEL_HOLE_TLB  ? VKERNEL_HOLE_TLB :  \
	 VKERNEL_HOLE_AIO  ? VKERNEL_HOLE_AIO :  \
	 VKERNEL_HOLE_LOCK ? VKERNEL_HOLE_LOCK : \
	 VKERNEL_HOLE_UP   ? VKERNEL_HOLE_UP :   \
			     VKERNEL_HOLE_COUNT)

static_assert(
	VKERNEL_STAMP_OFFSET != 0,
	"struct mm_struct of this kernel has none of the holes that vkernel can keep its stamp in");

/* Shuffled members are no neighbours, so a gap says nothing. */
#ifdef CONFIG_RANDSTRUCT
#error "vkernel cannot find its place in struct mm_struct of a kernel with CONFIG_RANDSTRUCT"
#endif

#if defined(CONFIG_X86_64) && !defined(CONFIG_UML)
#include <asm/asm-offsets.h>
#include <asm/current.h>

/*
 * The per-CPU pointer to the current task, as assembly names it. Commit
 * e57ef2ed97c1 ("x86: Put hot per CPU variables into a struct", 6.2) moved it
 * into pcpu_hot and gave assembly its offset there.
 */
#ifdef X86_current_task
#define VKERNEL_CURRENT_TASK "pcpu_hot + " __stringify(X86_current_task)
#else
#define VKERNEL_CURRENT_TASK "current_task"
#endif
#endif /* CONFIG_X86_64 && !CONFIG_UML */

#endif /* VKERNEL_COMPAT_H */
