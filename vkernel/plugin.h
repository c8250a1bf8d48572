/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The registered plugins, and the directories that give them to a vkernel.
 */
#ifndef VKERNEL_PLUGIN_H
#define VKERNEL_PLUGIN_H

#include "instance.h"

/**
 * struct plugin_dir - a plugin's directory in a vkernel
 * @group: the directory.
 * @vk: the vkernel.
 * @plugin: the plugin, on whose module a reference is held.
 * @state: its private state for @vk.
 * @node: in @vk->plugins.
 * @pinned: rmdir says busy.
 * @told_id: what the plugin was last told of @vk's place: its id,
 * @told_nested: whether another vkernel is around it,
 * @told_around: and the state of the nearest one that has the plugin. Compared,
 *	never followed.
 * @seen: @vk was armed when the directory was dropped, so that lock-free
 *	readers may still use @state.
 *
 * All from @node on are under instance_mutex.
 */
struct plugin_dir {
	struct config_group group;
	struct vkernel *vk;
	struct vkernel_plugin *plugin;
	void *state;
	struct list_head node;
	bool pinned;
	u32 told_id;
	bool told_nested;
	const void *told_around;
	bool seen;
};

/**
 * plugin_dir_make() - give a vkernel a plugin
 * @vk: the vkernel.
 * @name: the plugin's name.
 *
 * Context: process context, sleeps. Takes instance_mutex.
 * Return: the new directory, -ENODEV if no such plugin is registered, -EINVAL
 * if @vk is dead, -ENOMEM, or what the plugin's create returned.
 */
struct plugin_dir *plugin_dir_make(struct vkernel *vk, const char *name);

/**
 * plugin_dir_drop() - take the plugin away again
 * @dir: its directory; freed with its last reference, of which this drops one.
 *
 * Context: process context, sleeps. Takes instance_mutex.
 */
void plugin_dir_drop(struct plugin_dir *dir);

/**
 * plugin_retire() - a vkernel has died: give back what its tasks needed
 * @vk: a vkernel that is disarmed for good.
 *
 * Context: under instance_mutex; sleeps.
 */
void plugin_retire(struct vkernel *vk);

/**
 * plugin_memory() - what a vkernel takes
 * @vk: the vkernel.
 *
 * Context: under instance_mutex; sleeps.
 * Return: bytes, those of its plugins included.
 */
size_t plugin_memory(const struct vkernel *vk);

/**
 * plugin_tell_place() - tell a vkernel's plugins where it stands
 * @vk: the vkernel.
 * @id: its id, or 0 if it is about to be disarmed.
 *
 * Context: under instance_mutex; sleeps.
 */
void plugin_tell_place(struct vkernel *vk, u32 id);

/**
 * plugin_tell_places() - tell the plugins of all armed vkernels
 *
 * Who came or went, or was given a plugin, may be around any other.
 *
 * Context: under instance_mutex; sleeps.
 */
void plugin_tell_places(void);

/**
 * plugin_joins() - does anybody want to be told of mms that are adopted?
 * @vk: the vkernel.
 *
 * Context: under instance_mutex.
 * Return: true if plugin_join() has somebody to tell.
 */
bool plugin_joins(const struct vkernel *vk);

/**
 * plugin_join() - tell a vkernel's plugins of an mm that it adopts
 * @vk: the vkernel.
 * @mm: the mm, not stamped yet; its mmap_lock is held for writing.
 *
 * Context: under instance_mutex and RCU; does not sleep.
 */
void plugin_join(struct vkernel *vk, struct mm_struct *mm);

#endif /* VKERNEL_PLUGIN_H */
