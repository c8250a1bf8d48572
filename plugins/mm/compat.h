/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels: where an object of shared memory can carry its
 * owner, and how its pages are counted.
 */
#ifndef MM_COMPAT_H
#define MM_COMPAT_H

#include <linux/fs.h>
#include <linux/shmem_fs.h>
#include <linux/stddef.h>
#include <linux/xarray.h>

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

/* Where the id of an object's owner lies. */
static inline u32 *compat_owner(struct inode *inode)
{
	BUILD_BUG_ON(!COMPAT_HOLE_STATE && !COMPAT_HOLE_EVICTION);
	if (COMPAT_HOLE_STATE)
		return (u32 *)((char *)inode + COMPAT_HOLE_STATE);
	return (u32 *)((char *)SHMEM_I(inode) + COMPAT_HOLE_EVICTION);
}

#endif /* MM_COMPAT_H */
