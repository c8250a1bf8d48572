/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks on the kernel's own queue operations.
 */
#ifndef SCHED_QUEUE_H
#define SCHED_QUEUE_H

#include <linux/types.h>

#include "hookcore.h"

#include "compat.h"

struct cfs_rq;
struct fifo;
struct rq;

extern struct hookcore_hook queue_hooks[];
extern const size_t queue_hook_count;

/**
 * queue_init() - find what the hooks call
 *
 * Context: process context.
 * Return: 0, or a negative errno after one line in the log.
 */
int queue_init(void);

/**
 * queue_exit() - close the doors for good
 *
 * Context: process context, sleeps. No group has a list, and none can get one.
 */
void queue_exit(void);

/**
 * queue_turn_on() - give a cfs_rq a list: who runs, then the tree in order
 * @queue: a cfs_rq that has none.
 * @fifo: the list, empty: new, or turned off.
 *
 * Context: process context. Takes the lock of the run queue.
 */
void queue_turn_on(struct cfs_rq *queue, struct fifo *fifo);

/**
 * queue_turn_off() - back to the kernel's own rules
 * @queue: a cfs_rq.
 * @fifo: its list.
 *
 * When it returns nobody uses the list any more.
 *
 * Context: process context. Takes the lock of the run queue.
 */
void queue_turn_off(struct cfs_rq *queue, struct fifo *fifo);

/**
 * queue_change() - run a function under the lock of a cfs_rq's run queue
 * @queue: the cfs_rq.
 * @change: the function, called with @fifo and @data.
 * @fifo: for @change.
 * @data: for @change.
 *
 * Context: process context.
 */
void queue_change(struct cfs_rq *queue,
		  void (*change)(struct fifo *fifo, const void *data),
		  struct fifo *fifo, const void *data);

/* private: the handlers, which only assembly calls */
asmlinkage void fifo_enqueue_entity(struct cfs_rq *queue,
				    struct sched_entity *se, int flags);
#if COMPAT_EEVDF
asmlinkage bool fifo_dequeue_entity(struct cfs_rq *queue,
				    struct sched_entity *se, int flags);
asmlinkage struct sched_entity *fifo_pick_eevdf(struct cfs_rq *queue);
asmlinkage void fifo_update_curr(struct cfs_rq *queue);
asmlinkage void fifo_set_next_buddy(struct sched_entity *se);
asmlinkage void fifo_requeue_delayed_entity(struct sched_entity *se);
#else
asmlinkage void fifo_dequeue_entity(struct cfs_rq *queue,
				    struct sched_entity *se, int flags);
asmlinkage struct sched_entity *
fifo_pick_next_entity(struct cfs_rq *queue, struct sched_entity *curr);
#endif
asmlinkage void fifo_task_tick_fair(struct rq *rq, struct task_struct *curr,
				    int queued);
asmlinkage void fifo_yield_task_fair(struct rq *rq);
asmlinkage bool decide_wakeup(struct hookcore_args *args);

#endif /* SCHED_QUEUE_H */
