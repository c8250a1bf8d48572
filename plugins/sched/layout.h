/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scheduler's private structs: where their fields lie, from BTF.
 *
 * What belongs to a cfs_rq is read and written under the lock of its run queue.
 */
#ifndef SCHED_LAYOUT_H
#define SCHED_LAYOUT_H

#include <linux/rbtree.h>

#include "compat.h"

struct cfs_rq;
struct cgroup_subsys_state;
struct fifo;
struct rq;

enum layout_id {
	LAYOUT_NR_RUNNING,
	LAYOUT_TIMELINE,
	LAYOUT_CURR,
	LAYOUT_NEXT,
	LAYOUT_HOLE,
	LAYOUT_RQ,
	LAYOUT_GROUP_CSS,
	LAYOUT_GROUP_QUEUES,
	LAYOUT_RQ_CURR,
#if !COMPAT_EEVDF
	LAYOUT_MIN_VRUNTIME,
#endif
	LAYOUT_COUNT,
};

/* Bytes; by enum layout_id. Set once, before any hook is there. */
extern unsigned long vkernel_sched_layout[LAYOUT_COUNT];

/**
 * layout_init() - find the fields
 *
 * Context: process context.
 * Return: 0, or a negative errno after one line in the log.
 */
int layout_init(void);

#define LAYOUT_FIELD(object, id, type) \
	(*(type *)((char *)(object) + vkernel_sched_layout[id]))

/* The list of a cfs_rq, NULL for one that follows the kernel's rules. */
static inline struct fifo **layout_fifo(struct cfs_rq *queue)
{
	return &LAYOUT_FIELD(queue, LAYOUT_HOLE, struct fifo *);
}

static inline unsigned int *layout_nr_running(struct cfs_rq *queue)
{
	return &LAYOUT_FIELD(queue, LAYOUT_NR_RUNNING, unsigned int);
}

static inline struct sched_entity *layout_curr(struct cfs_rq *queue)
{
	return LAYOUT_FIELD(queue, LAYOUT_CURR, struct sched_entity *);
}

static inline struct sched_entity **layout_next(struct cfs_rq *queue)
{
	return &LAYOUT_FIELD(queue, LAYOUT_NEXT, struct sched_entity *);
}

static inline struct rb_root_cached *layout_timeline(struct cfs_rq *queue)
{
	return &LAYOUT_FIELD(queue, LAYOUT_TIMELINE, struct rb_root_cached);
}

static inline struct rq *layout_rq(struct cfs_rq *queue)
{
	return LAYOUT_FIELD(queue, LAYOUT_RQ, struct rq *);
}

static inline struct task_struct *layout_running(struct rq *rq)
{
	return LAYOUT_FIELD(rq, LAYOUT_RQ_CURR, struct task_struct *);
}

/* Of a group, by its css, which is the first member of struct task_group. */
static inline struct cfs_rq *layout_queue(struct cgroup_subsys_state *css,
					  int cpu)
{
	return LAYOUT_FIELD(css, LAYOUT_GROUP_QUEUES, struct cfs_rq **)[cpu];
}

#if !COMPAT_EEVDF
static inline u64 layout_min_vruntime(struct cfs_rq *queue)
{
	return LAYOUT_FIELD(queue, LAYOUT_MIN_VRUNTIME, u64);
}
#endif

#endif /* SCHED_LAYOUT_H */
