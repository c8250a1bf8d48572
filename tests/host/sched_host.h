/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What plugins/sched/list.c needs of the kernel, on the host. Included before
 * all else; it stands for the plugin's compat.h, too.
 */
#ifndef SCHED_HOST_H
#define SCHED_HOST_H
#define SCHED_COMPAT_H

#include "host.h"

#define lower_32_bits(n) ((u32)(n))
#define upper_32_bits(n) ((u32)((n) >> 32))

/* The links, and members that are not to be touched. */
struct sched_entity {
	u64 load;
	struct sched_entity *next;
	u32 on_rq;
	u32 low;
	u32 depth;
	u32 high;
};

#define COMPAT_SE_NEXT offsetof(struct sched_entity, next)
#define COMPAT_SE_PREV_LOW offsetof(struct sched_entity, low)
#define COMPAT_SE_PREV_HIGH offsetof(struct sched_entity, high)

#endif /* SCHED_HOST_H */
