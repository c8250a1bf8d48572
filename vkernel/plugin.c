// SPDX-License-Identifier: GPL-2.0
#include <linux/bitops.h>
#include <linux/slab.h>

#include "plugin.h"

/*
 * Both under instance_mutex. Slot 0 is nobody's: a plugin whose hooks run
 * before it is registered, or after, has no state in any vkernel.
 */
static LIST_HEAD(plugins);
static unsigned long used_slots = BIT(0);

static struct plugin_dir *to_dir(struct config_item *item)
{
	return container_of(to_config_group(item), struct plugin_dir, group);
}

static struct vkernel_plugin *find_plugin(const char *name)
{
	struct vkernel_plugin *plugin;

	lockdep_assert_held(&instance_mutex);
	list_for_each_entry(plugin, &plugins, node)
		if (!strcmp(plugin->name, name))
			return plugin;
	return NULL;
}

/* The last reference to a directory is gone; plugin_dir_drop() came before. */
static void release_dir(struct config_item *item)
{
	struct plugin_dir *dir = to_dir(item);
	struct module *owner = dir->plugin->owner;

	/* Pairs with the lock-free readers of vkernel_state(). */
	if (dir->seen)
		synchronize_rcu();
	dir->plugin->destroy(dir->state);
	kfree(dir);
	module_put(owner);
}

static struct configfs_item_operations dir_ops = {
	.release = release_dir,
};

static int add_plugin(struct vkernel_plugin *plugin)
{
	unsigned int slot = find_first_zero_bit(&used_slots, VKERNEL_PLUGINS);

	if (find_plugin(plugin->name))
		return -EEXIST;
	if (slot >= VKERNEL_PLUGINS)
		return -ENOSPC;
	WRITE_ONCE(plugin->slot, slot);
	plugin->type = (struct config_item_type){
		.ct_owner = plugin->owner,
		.ct_item_ops = &dir_ops,
		.ct_attrs = plugin->attrs,
	};
	__set_bit(slot, &used_slots);
	list_add(&plugin->node, &plugins);
	return 0;
}

int vkernel_register_plugin(struct vkernel_plugin *plugin)
{
	int err;

	if (!plugin || !plugin->name || !plugin->attrs || !plugin->create ||
	    !plugin->destroy)
		return -EINVAL;
	mutex_lock(&instance_mutex);
	err = add_plugin(plugin);
	mutex_unlock(&instance_mutex);
	return err;
}
EXPORT_SYMBOL_GPL(vkernel_register_plugin);

void vkernel_unregister_plugin(struct vkernel_plugin *plugin)
{
	unsigned int slot = plugin->slot;

	mutex_lock(&instance_mutex);
	list_del(&plugin->node);
	WRITE_ONCE(plugin->slot, 0);
	/* Its hooks still run: none may find another plugin in its slot. */
	synchronize_rcu();
	__clear_bit(slot, &used_slots);
	mutex_unlock(&instance_mutex);
}
EXPORT_SYMBOL_GPL(vkernel_unregister_plugin);

/* The plugin's state of the vkernel, or of the nearest one around it. */
static void *state_nearest(const struct vkernel *vk,
			   const struct vkernel_plugin *plugin)
{
	void *state = NULL;

	rcu_read_lock();
	for (; vk && !state; vk = vkernel_parent(vk))
		state = vkernel_state(vk, plugin);
	rcu_read_unlock();
	return state;
}

/* Of the nearest vkernel around that has it. */
static void *state_around(const struct plugin_dir *dir)
{
	void *state;

	rcu_read_lock();
	state = state_nearest(vkernel_parent(dir->vk), dir->plugin);
	rcu_read_unlock();
	return state;
}

/* Where one comes or goes all are told, and most are where they were. */
static void tell_place(struct plugin_dir *dir, u32 id)
{
	bool nested = rcu_access_pointer(dir->vk->core.parent);
	const void *around = state_around(dir);

	if (!dir->plugin->placed ||
	    (dir->told_id == id && dir->told_nested == nested &&
	     dir->told_around == around))
		return;
	dir->told_id = id;
	dir->told_nested = nested;
	dir->told_around = around;
	dir->plugin->placed(dir->state, id, nested);
}

static int fill_dir(struct plugin_dir *dir, struct vkernel *vk,
		    struct vkernel_plugin *plugin)
{
	dir->vk = vk;
	dir->plugin = plugin;
	dir->state = plugin->create(vk);
	if (IS_ERR(dir->state))
		return PTR_ERR(dir->state);
	config_group_init_type_name(&dir->group, plugin->name, &plugin->type);
	list_add(&dir->node, &vk->plugins);
	rcu_assign_pointer(vk->core.state[plugin->slot], dir->state);
	if (!vk->ns)
		return 0;
	/* First itself: those inside it find it in its place. */
	tell_place(dir, vk->core.id);
	plugin_tell_places();
	return 0;
}

void plugin_tell_place(struct vkernel *vk, u32 id)
{
	struct plugin_dir *dir;

	lockdep_assert_held(&instance_mutex);
	list_for_each_entry(dir, &vk->plugins, node)
		tell_place(dir, id);
}

void plugin_tell_places(void)
{
	struct vkernel *vk;

	list_for_each_entry(vk, &instance_armed, armed)
		plugin_tell_place(vk, vk->core.id);
}

bool plugin_joins(const struct vkernel *vk)
{
	const struct vkernel_plugin *plugin;

	lockdep_assert_held(&instance_mutex);
	list_for_each_entry(plugin, &plugins, node)
		if (plugin->joins && state_nearest(vk, plugin))
			return true;
	return false;
}

void plugin_join(struct vkernel *vk, struct mm_struct *mm)
{
	struct vkernel_plugin *plugin;
	void *state;

	lockdep_assert_held(&instance_mutex);
	list_for_each_entry(plugin, &plugins, node) {
		state = plugin->joins ? state_nearest(vk, plugin) : NULL;
		if (state)
			plugin->joins(state, mm);
	}
}

static int make_dir(struct plugin_dir *dir, struct vkernel *vk,
		    const char *name)
{
	struct vkernel_plugin *plugin = find_plugin(name);
	int err;

	if (vk->dead)
		return -EINVAL;
	/* configfs takes a reference of its own, but only after we returned. */
	if (!plugin || !try_module_get(plugin->owner))
		return -ENODEV;
	err = fill_dir(dir, vk, plugin);
	if (err)
		module_put(plugin->owner);
	return err;
}

struct plugin_dir *plugin_dir_make(struct vkernel *vk, const char *name)
{
	struct plugin_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	int err;

	if (!dir)
		return ERR_PTR(-ENOMEM);
	mutex_lock(&instance_mutex);
	err = make_dir(dir, vk, name);
	mutex_unlock(&instance_mutex);
	if (!err)
		return dir;
	kfree(dir);
	return ERR_PTR(err);
}

void plugin_dir_drop(struct plugin_dir *dir)
{
	mutex_lock(&instance_mutex);
	list_del(&dir->node);
	/* Without an id nobody finds the vkernel, nor the state through it. */
	dir->seen = dir->vk->ns;
	/* Armed, but not pinned yet: a plugin's short way to its state ends. */
	if (dir->seen)
		tell_place(dir, 0);
	RCU_INIT_POINTER(dir->vk->core.state[dir->plugin->slot], NULL);
	plugin_tell_places();
	mutex_unlock(&instance_mutex);
	config_group_put(&dir->group);
}

void plugin_retire(struct vkernel *vk)
{
	struct plugin_dir *dir;

	lockdep_assert_held(&instance_mutex);
	list_for_each_entry(dir, &vk->plugins, node)
		if (dir->plugin->retire)
			dir->plugin->retire(dir->state);
}

size_t plugin_memory(const struct vkernel *vk)
{
	const struct plugin_dir *dir;
	size_t bytes = sizeof(*vk);

	lockdep_assert_held(&instance_mutex);
	list_for_each_entry(dir, &vk->plugins, node) {
		bytes += sizeof(*dir);
		if (dir->plugin->memory)
			bytes += dir->plugin->memory(dir->state);
	}
	return bytes;
}

void *vkernel_plugin_state(struct config_item *item)
{
	return to_dir(item)->state;
}
EXPORT_SYMBOL_GPL(vkernel_plugin_state);
