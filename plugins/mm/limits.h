/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits on areas: promises that cannot be evaded, how many areas, how low.
 */
#ifndef MM_LIMITS_H
#define MM_LIMITS_H

#include <linux/linkage.h>

/* Find what it needs of the kernel; returns 0 or an errno, after a line. */
int limits_init(void);

struct own;

/*
 * A vkernel is about to have a limit: on promises, that nothing evades; on the
 * lowest address of areas. It gets one on how many there are, 0 for the host's.
 * Where nobody comes near any that ever was, nobody pays for it. Any context
 * but interrupts.
 */
void limits_strict(void);
void limits_address(unsigned long lowest);
void limits_areas(struct own *own, unsigned int most);

/*
 * The functions hooked, each with a decider that is about the current task, and
 * with what its guard asks for.
 */
/* clang-format off */
#define LIMITS_FUNCTIONS(X)     \
	X(do_mmap, MMAP)        \
	X(newseg, STRICT)       \
	X(__split_vma, AREAS)   \
	X(do_brk_flags, AREAS)  \
	X(copy_vma, AREAS)      \
	X(cap_mmap_addr, ADDRESS) \
	X(vma_to_resize, RESIZE)
/* clang-format on */

#define LIMITS_DECLARE(name, kind)               \
	asmlinkage void vkernel_mm_##name(void); \
	asmlinkage long original_mm_##name(void);
LIMITS_FUNCTIONS(LIMITS_DECLARE)

#endif /* MM_LIMITS_H */
