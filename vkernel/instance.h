/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which vkernels there are: their ids, and the pid namespaces they are armed
 * with.
 */
#ifndef VKERNEL_INSTANCE_H
#define VKERNEL_INSTANCE_H

#include <linux/mutex.h>
#include <linux/pid_namespace.h>
#include <linux/wait.h>

#include "vkernel.h"

#define INSTANCE_MAX_GENERATION (U32_MAX >> VKERNEL_SLOT_BITS)

/**
 * struct vkernel - a virtual kernel
 * @core: first, where the inline functions of vkernel.h expect it. @core.id is
 *	its id while armed, else 0; @core.parent the vkernel of the nearest
 *	armed ancestor namespace; @core.state the plugins' private states, by
 *	slot.
 * @group: its configfs directory, whose reference count is the vkernel's.
 * @ns: the namespace it is armed with, on which it holds a reference, or NULL.
 * @init: pid of that namespace's init; a reference.
 * @death: waits for @init to exit.
 * @active: a task was stamped with @core.id.
 * @dead: its namespace died; it cannot be armed again.
 * @node: in the table of armed namespaces.
 * @armed: in the list of armed vkernels.
 * @plugins: the plugins' directories, &struct plugin_dir.
 *
 * Written under instance_mutex. Lock-free readers see @core, @ns and
 * @active, which is set without the mutex. Who found the vkernel by its id
 * may follow @ns in the same critical section: instance_release() comes a grace
 * period after nobody can. All others compare it only.
 */
struct vkernel {
	struct vkernel_core core;
	struct config_group group;
	struct pid_namespace *ns;
	struct pid *init;
	wait_queue_entry_t death;
	bool active;
	bool dead;
	struct hlist_node node;
	struct list_head armed;
	struct list_head plugins;
};

static_assert(!offsetof(struct vkernel, core));

/* Protects every vkernel, the tables, and the registered plugins. */
extern struct mutex instance_mutex;
/* All armed vkernels; under instance_mutex. */
extern struct list_head instance_armed;

/**
 * instance_init() - start numbering
 * @ledger: where the highest generation ever given out is kept as the id of
 *	slot 0 of that generation; 0 in a kernel that never had a vkernel.
 *
 * The ledger outlives the module: stamps of an earlier life that still are on
 * some mms never equal an id of this one.
 *
 * Context: before anything else of this file.
 * Return: 0, -EINVAL if @ledger holds anything else.
 */
int instance_init(u32 *ledger);

/**
 * instance_exit() - the end
 *
 * Context: no vkernel is left. Sleeps; not under instance_mutex.
 */
void instance_exit(void);

/**
 * instance_setup() - initialise a new vkernel
 * @vk: zeroed memory. Its configfs group is the caller's to initialise.
 */
void instance_setup(struct vkernel *vk);

/**
 * instance_arm() - bind a vkernel to a pid namespace and give it an id
 * @vk: a vkernel that is not armed.
 * @ns: the namespace, which the caller keeps alive during the call.
 *
 * Context: under instance_mutex; sleeps.
 * Return: 0, -EBUSY if another vkernel is armed with @ns, -ENOSPC if there is
 * no id left.
 */
int instance_arm(struct vkernel *vk, struct pid_namespace *ns);

/**
 * instance_hide() - take a vkernel's id away, and let nobody find it any more
 * @vk: an armed vkernel.
 *
 * From here on every lookup of its id gives the host. Lock-free readers may
 * still be at @vk, and compare its namespace with theirs: synchronize_rcu()
 * must come between this and instance_release(), one for many vkernels. @vk is
 * off instance_armed, and the caller may put it on a list of its own.
 *
 * Context: under instance_mutex.
 */
void instance_hide(struct vkernel *vk);

/**
 * instance_release() - drop the namespace of a hidden vkernel
 * @vk: the vkernel, which no lock-free reader has seen since
 *	instance_hide(). It can be armed again, or freed.
 *
 * Context: under instance_mutex; sleeps.
 */
void instance_release(struct vkernel *vk);

/**
 * instance_of_namespace() - the vkernel that a program started in @ns gets
 * @ns: a pid namespace that stays alive during the call.
 *
 * Context: any, inside an RCU read-side critical section, which protects the
 * result.
 * Return: the vkernel armed with @ns or its nearest armed ancestor, or NULL.
 */
struct vkernel *instance_of_namespace(struct pid_namespace *ns);

#endif /* VKERNEL_INSTANCE_H */
