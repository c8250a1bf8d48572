/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits on areas: promises that cannot be evaded, how many areas, how low.
 */
#ifndef MM_LIMITS_H
#define MM_LIMITS_H

#include <linux/linkage.h>

/**
 * limits_wanted() - a vkernel is about to have a limit on areas
 *
 * Until it is called for the first time, nobody pays for limits.
 *
 * Context: any.
 */
void limits_wanted(void);

/* The functions hooked, each with a decider that is about the current task. */
#define LIMITS_FUNCTIONS(X) \
	X(do_mmap)          \
	X(newseg)           \
	X(__split_vma)      \
	X(do_brk_flags)     \
	X(move_vma)         \
	X(cap_mmap_addr)

#define LIMITS_DECLARE(name)                     \
	asmlinkage void vkernel_mm_##name(void); \
	asmlinkage long original_mm_##name(void);
LIMITS_FUNCTIONS(LIMITS_DECLARE)

#endif /* MM_LIMITS_H */
