/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scheduler parameters that a vkernel has of its own, and whose count for a
 * task.
 */
#ifndef SCHED_OWN_H
#define SCHED_OWN_H

#include <linux/jump_label_ratelimit.h>
#include <linux/mutex.h>

#include "rules.h"
#include "vkernel.h"

/**
 * struct own - the plugin's private state of a vkernel
 * @vk: the vkernel.
 * @values: its parameters, or %RULES_INHERIT.
 * @writable: may tasks of the container set these, in their /proc/sys?
 * @lock: protects all against other writers by configfs; they are read with
 *	READ_ONCE(), each by itself. Tasks of the container write without it:
 *	each is one word.
 */
struct own {
	struct vkernel *vk;
	u32 values[RULES_SETTINGS];
	bool writable;
	struct mutex lock;
};

extern struct vkernel_plugin own_plugin;

/* True while a vkernel has the plugin, and ten seconds longer. */
extern struct static_key_false_deferred vkernel_sched_own_alive;

/* The callbacks of the plugin. */
void *own_create(struct vkernel *vk);
void own_destroy(void *state);
size_t own_memory(void *state);

/**
 * own_exit() - close the doors for good
 *
 * Context: process context, sleeps. No vkernel has the plugin.
 */
void own_exit(void);

/**
 * own_of_task() - whose value counts for a task
 * @task: a task that the lock of its run queue is held of.
 * @setting: of which parameter.
 *
 * Context: any, with interrupts off. What is returned stays as long as they
 * are.
 * Return: the state of the innermost vkernel around @task that has a value;
 * NULL: the host's counts.
 */
const struct own *own_of_task(const struct task_struct *task,
			      enum rules_setting setting);

#endif /* SCHED_OWN_H */
