/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What plugins/sched/list.c, guard.c and adaptive.c need of the kernel, on the
 * host. Included before all else; it stands for the plugin's compat.h, too.
 */
#ifndef SCHED_HOST_H
#define SCHED_HOST_H
#define SCHED_COMPAT_H

#include "host.h"

#define lower_32_bits(n) ((u32)(n))
#define upper_32_bits(n) ((u32)((n) >> 32))

struct cfs_rq;

/* The links, and members that are not to be touched. */
struct sched_entity {
	u64 load;
	struct sched_entity *next;
	u32 on_rq;
	u32 low;
	u32 depth;
	u32 high;
	u64 sum_exec_runtime;
	struct sched_entity *parent;
	struct cfs_rq *cfs_rq;
};

#define COMPAT_SE_NEXT offsetof(struct sched_entity, next)
#define COMPAT_SE_PREV_LOW offsetof(struct sched_entity, low)
#define COMPAT_SE_PREV_HIGH offsetof(struct sched_entity, high)

/* The models that look at it are built with either. */
#ifndef COMPAT_EEVDF
#define COMPAT_EEVDF 0
#endif

#define HZ 250
#define TICK_NSEC 4000000ULL
#define NSEC_PER_USEC 1000ULL
#define NSEC_PER_MSEC 1000000ULL

#define max_t(type, a, b) ((type)(a) > (type)(b) ? (type)(a) : (type)(b))
#define time_before(a, b) ((long)((a) - (b)) < 0)
#define time_after_eq(a, b) (!time_before(a, b))
#define WRITE_ONCE(x, value) ((x) = (value))
#define likely(x) (x)
#define unlikely(x) (x)

extern unsigned long jiffies;

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

static inline unsigned long nsecs_to_jiffies(u64 ns)
{
	return ns / TICK_NSEC;
}

/* Only its name is asked for. */
struct static_key_false_deferred;

#endif /* SCHED_HOST_H */
