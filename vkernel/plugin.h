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
 * @node: in @vk->plugins, under instance_mutex.
 */
struct plugin_dir {
	struct config_group group;
	struct vkernel *vk;
	struct vkernel_plugin *plugin;
	void *state;
	struct list_head node;
};

/**
 * plugin_dir_make() - give a vkernel a plugin
 * @vk: the vkernel.
 * @name: the plugin's name.
 *
 * Context: process context, sleeps. Takes instance_mutex.
 * Return: the new directory, -ENODEV if no such plugin is registered, -EBUSY
 * if @vk is armed, -ENOMEM, or what the plugin's create returned.
 */
struct plugin_dir *plugin_dir_make(struct vkernel *vk, const char *name);

/**
 * plugin_dir_drop() - take the plugin away again
 * @dir: its directory; freed with its last reference, of which this drops one.
 *
 * Context: process context, sleeps. Takes instance_mutex.
 */
void plugin_dir_drop(struct plugin_dir *dir);

#endif /* VKERNEL_PLUGIN_H */
