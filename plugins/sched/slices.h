/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks by which a vkernel's own parameters count: for how long a task runs
 * before another one of the same vkernel may, and who runs first at a fork.
 */
#ifndef SCHED_SLICES_H
#define SCHED_SLICES_H

#include "compat.h"
#include "hookcore.h"
#include "rules.h"

struct cfs_rq;
struct rq;

extern struct hookcore_hook slices_hooks[];
extern const size_t slices_hook_count;

/**
 * slices_init() - find what the hooks need
 *
 * Context: process context, sleeps.
 * Return: 0, or a negative errno after one line in the log.
 */
int slices_init(void);

/**
 * slices_number() - one of the host's parameters
 * @symbol: its name.
 *
 * Context: process context, sleeps.
 * Return: where it is; NULL after one line in the log.
 */
const u32 *slices_number(const char *symbol);

/* Has this kernel's scheduler such a parameter? */
static inline bool slices_has(enum rules_setting setting)
{
	return COMPAT_EEVDF == (setting == RULES_BASE_SLICE);
}

/* private: the handlers, which only assembly calls */
#if COMPAT_EEVDF
asmlinkage void own_place_entity(struct cfs_rq *queue, struct sched_entity *se,
				 int flags);
asmlinkage bool own_update_deadline(struct cfs_rq *queue,
				    struct sched_entity *se);
#else
asmlinkage bool own_sched_slice(struct hookcore_args *args);
asmlinkage void own_task_fork_fair(struct task_struct *child);
asmlinkage void own_check_preempt_wakeup(struct rq *rq,
					 struct task_struct *woken, int flags);
#endif

#endif /* SCHED_SLICES_H */
