/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files in every cgroup but the root: cpu.real_policy and its like.
 */
#ifndef SCHED_CGROUP_H
#define SCHED_CGROUP_H

#include <linux/types.h>

#include "hookcore.h"

extern struct hookcore_hook cgroup_hooks[];
extern const size_t cgroup_hook_count;

/**
 * cgroup_init_imports() - find what is needed to add the files
 *
 * Context: process context.
 * Return: 0, or a negative errno after one line in the log.
 */
int cgroup_init_imports(void);

/**
 * cgroup_add_files() - the files appear
 *
 * Context: process context. Takes cgroup_mutex.
 * Return: 0, or a negative errno; then none is there.
 */
int cgroup_add_files(void);

/**
 * cgroup_remove_files() - they are gone, and nobody is in their functions
 *
 * Context: process context. Takes cgroup_mutex.
 */
void cgroup_remove_files(void);

/* private: the handlers, which only assembly calls */
asmlinkage bool cgroup_comes(struct hookcore_args *args);
asmlinkage bool cgroup_goes(struct hookcore_args *args);

#endif /* SCHED_CGROUP_H */
