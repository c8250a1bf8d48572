// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel: " fmt

#include <linux/delay.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "control.h"
#include "member.h"
#include "plugin.h"

/*
 * Locks: configfs calls in with su_mutex (mkdir, rmdir) or a file's frag_sem
 * held; after a frag_sem may come su_mutex, after both instance_mutex.
 * configfs_dirent_lock, which pinning takes, and a pid's wait queue lock are
 * innermost.
 */
static struct configfs_subsystem control;

static struct vkernel *to_vkernel(struct config_item *item)
{
	return container_of(to_config_group(item), struct vkernel, group);
}

const char *vkernel_name(const struct vkernel *vk)
{
	return vk->group.cg_item.ci_name;
}
EXPORT_SYMBOL_GPL(vkernel_name);

/* --- A vkernel in use cannot be removed ---------------------------------- */

/*
 * Pinning follows an item's links to its parents. They are made after
 * make_plugin() and undone before drop_plugin(), each time under su_mutex.
 */
static void lock_tree(void)
{
	mutex_lock(&control.su_mutex);
	mutex_lock(&instance_mutex);
}

static void unlock_tree(void)
{
	mutex_unlock(&instance_mutex);
	mutex_unlock(&control.su_mutex);
}

/*
 * configfs_depend_item_unlocked() is the form meant for configfs callbacks: it
 * takes only a spinlock, trusting that the subsystem stays registered. It does,
 * as long as there is a vkernel.
 */
static int pin(struct config_group *group)
{
	lockdep_assert_held(&control.su_mutex);
	return configfs_depend_item_unlocked(&control, &group->cg_item);
}

static void unpin_plugins(struct vkernel *vk)
{
	struct plugin_dir *dir;

	list_for_each_entry(dir, &vk->plugins, node) {
		if (dir->pinned)
			configfs_undepend_item(&dir->group.cg_item);
		dir->pinned = false;
	}
}

static void unpin_vkernel(struct vkernel *vk)
{
	unpin_plugins(vk);
	configfs_undepend_item(&vk->group.cg_item);
}

/* Plugins too: their rmdir would silently lift a running container's rules. */
static int pin_plugins(struct vkernel *vk)
{
	struct plugin_dir *dir;
	int err;

	list_for_each_entry(dir, &vk->plugins, node) {
		if (dir->pinned)
			continue;
		err = pin(&dir->group);
		if (err)
			return err;
		dir->pinned = true;
	}
	return 0;
}

static int pin_vkernel(struct vkernel *vk)
{
	int err = pin_plugins(vk);

	if (err)
		goto err_unpin_plugins;
	err = pin(&vk->group);
	if (err)
		goto err_unpin_plugins;
	return 0;

err_unpin_plugins:
	unpin_plugins(vk);
	/* A directory is just being made or removed: try again. */
	return err == -ENOENT ? -EAGAIN : err;
}

/*
 * A directory made in an armed vkernel can be pinned only when mkdir is done.
 * Until then its maker may still take it back.
 */
static void pin_late(struct work_struct *work);
static DECLARE_DELAYED_WORK(late_pins, pin_late);

static void pin_late(struct work_struct *work)
{
	struct vkernel *vk;
	bool again = false;

	lock_tree();
	list_for_each_entry(vk, &instance_armed, armed)
		again |= pin_plugins(vk) != 0;
	unlock_tree();
	if (again)
		schedule_delayed_work(&late_pins, 1);
}

/* --- The end of a namespace ---------------------------------------------- */

static bool unsafe_dead_early;
module_param_unsafe(unsafe_dead_early, bool, 0400);
MODULE_PARM_DESC(
	unsafe_dead_early,
	"take a vkernel away when its container begins to die: its tasks escape; for tests that must fail");

/*
 * The kernel clears PIDNS_ADDING when a namespace's init starts to die: nothing
 * can be started in it any more, but its tasks may still run for a moment.
 */
static bool namespace_closed(const struct pid_namespace *ns)
{
	return !(READ_ONCE(ns->pid_allocated) & PIDNS_ADDING);
}

/*
 * init's last thread waits for all other tasks of the namespace to be gone
 * before it turns into a zombie. Not earlier may their vkernel be taken away:
 * they would spend their last moments as the host's.
 */
static bool namespace_died(const struct vkernel *vk)
{
	struct task_struct *init;
	bool died;

	if (!namespace_closed(vk->ns))
		return false;
	if (unsafe_dead_early)
		return true;
	rcu_read_lock();
	init = pid_task(vk->init, PIDTYPE_TGID);
	died = !init ||
	       (READ_ONCE(init->exit_state) && thread_group_empty(init));
	rcu_read_unlock();
	return died;
}

/* The two halves of detaching, with synchronize_rcu() between them. */
static void begin_detach(struct vkernel *vk)
{
	lockdep_assert_held(&instance_mutex);
	remove_wait_queue(&vk->init->wait_pidfd, &vk->death);
	put_pid(vk->init);
	vk->init = NULL;
	plugin_tell_place(vk, 0);
	instance_hide(vk);
	plugin_tell_places();
}

static void end_detach(struct vkernel *vk)
{
	instance_release(vk);
	unpin_vkernel(vk);
}

static void detach(struct vkernel *vk)
{
	begin_detach(vk);
	synchronize_rcu();
	end_detach(vk);
}

static bool unsafe_unpin_early;
module_param_unsafe(unsafe_unpin_early, bool, 0400);
MODULE_PARM_DESC(
	unsafe_unpin_early,
	"let a dead vkernel be removed before all is done with it: use after free; for tests that must fail");

static void unpin_early(struct vkernel *vk)
{
	unpin_vkernel(vk);
	/* Time for an rmdir, which asks for none of our locks. */
	msleep(100);
}

/*
 * Between the halves of detaching, when its tasks are gone for good. Not as
 * end_detach() does it: there a file of the vkernel's is open, so it stays.
 * Here nothing keeps it once it is unpinned.
 */
static void bury(struct vkernel *vk)
{
	if (unsafe_unpin_early)
		unpin_early(vk);
	instance_release(vk);
	vk->dead = true;
	plugin_retire(vk);
	if (!unsafe_unpin_early)
		unpin_vkernel(vk);
}

static void bury_if_dead(struct vkernel *vk)
{
	lockdep_assert_held(&instance_mutex);
	if (!vk->ns || !namespace_died(vk))
		return;
	begin_detach(vk);
	synchronize_rcu();
	bury(vk);
}

/* Many containers may end at once: one wait for all readers does for all. */
static void reap(struct work_struct *work)
{
	struct vkernel *vk, *next;
	LIST_HEAD(dead);

	mutex_lock(&instance_mutex);
	list_for_each_entry_safe(vk, next, &instance_armed, armed) {
		if (!namespace_died(vk))
			continue;
		begin_detach(vk);
		list_add(&vk->armed, &dead);
	}
	if (!list_empty(&dead))
		synchronize_rcu();
	list_for_each_entry_safe(vk, next, &dead, armed) {
		list_del_init(&vk->armed);
		bury(vk);
	}
	mutex_unlock(&instance_mutex);
}

static DECLARE_WORK(reaper, reap);

/* Called with the wait queue's lock held, in whatever context init exits in. */
static int init_exited(wait_queue_entry_t *entry, unsigned int mode, int sync,
		       void *key)
{
	schedule_work(&reaper);
	return 0;
}

/* --- pid ------------------------------------------------------------------ */

static int refuse(struct vkernel *vk, int err, const char *why)
{
	pr_info_ratelimited("%s: %s\n", vkernel_name(vk), why);
	return err;
}

static int arm(struct vkernel *vk, struct pid *init)
{
	struct pid_namespace *ns = ns_of_pid(init);
	int err = pin_vkernel(vk);

	if (err)
		return err;
	err = instance_arm(vk, ns);
	if (err)
		goto err_unpin;
	plugin_tell_places();
	vk->init = get_pid(init);
	init_waitqueue_func_entry(&vk->death, init_exited);
	add_wait_queue(&init->wait_pidfd, &vk->death);
	/* init may have exited before it could wake us: look once more. */
	if (!namespace_closed(ns))
		return 0;
	detach(vk);
	return -ESRCH;

err_unpin:
	unpin_vkernel(vk);
	return err;
}

static int try_arm(struct vkernel *vk, struct pid *init)
{
	int err;

	if (ns_of_pid(init) == &init_pid_ns)
		return refuse(vk, -EINVAL,
			      "the host's pid namespace cannot have a vkernel");
	if (!is_child_reaper(init))
		return refuse(vk, -EINVAL,
			      "the pid is not the init of its pid namespace");
	if (vk->dead)
		return refuse(vk, -EINVAL,
			      "its container is dead: make a new vkernel");
	if (vk->ns)
		return refuse(vk, -EBUSY, "it is armed already");
	err = arm(vk, init);
	if (err == -EBUSY)
		refuse(vk, err,
		       "another vkernel is armed with this pid namespace");
	if (err == -ENOSPC)
		refuse(vk, err, "no id is left");
	return err;
}

/*
 * The tasks of a detached vkernel are the host's. Inside another vkernel that
 * would let them escape from the outer one.
 */
static int try_detach(struct vkernel *vk)
{
	if (!vk->ns)
		return 0;
	if (rcu_access_pointer(vk->core.parent))
		return refuse(vk, -EBUSY,
			      "an outer vkernel is armed: detach that first");
	detach(vk);
	return 0;
}

static int arm_by_number(struct vkernel *vk, pid_t number)
{
	struct pid *init = find_get_pid(number);
	int err;

	if (!init)
		return -ESRCH;
	err = try_arm(vk, init);
	put_pid(init);
	return err;
}

static ssize_t control_pid_store(struct config_item *item, const char *page,
				 size_t count)
{
	struct vkernel *vk = to_vkernel(item);
	pid_t number;
	int err;

	if (!vkernel_may_configure())
		return -EPERM;
	if (strlen(page) != count || kstrtoint(page, 10, &number) || number < 0)
		return -EINVAL;
	lock_tree();
	bury_if_dead(vk);
	err = number ? arm_by_number(vk, number) : try_detach(vk);
	unlock_tree();
	return err ?: count;
}

/* Whoever reads that the container is dead can remove the vkernel. */
static ssize_t control_pid_show(struct config_item *item, char *page)
{
	struct vkernel *vk = to_vkernel(item);
	pid_t number;

	mutex_lock(&instance_mutex);
	bury_if_dead(vk);
	number = vk->init ? pid_vnr(vk->init) : 0;
	mutex_unlock(&instance_mutex);
	return sysfs_emit(page, "%d\n", number);
}

/* --- The other files ------------------------------------------------------ */

static const char *state_name(const struct vkernel *vk)
{
	if (vk->dead)
		return "dead";
	if (!vk->ns)
		return "created";
	return READ_ONCE(vk->active) ? "active" : "armed";
}

static ssize_t control_state_show(struct config_item *item, char *page)
{
	struct vkernel *vk = to_vkernel(item);
	const char *name;

	mutex_lock(&instance_mutex);
	bury_if_dead(vk);
	name = state_name(vk);
	mutex_unlock(&instance_mutex);
	return sysfs_emit(page, "%s\n", name);
}

static ssize_t control_id_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(to_vkernel(item)->core.id));
}

static ssize_t control_members_show(struct config_item *item, char *page)
{
	struct vkernel *vk = to_vkernel(item);
	unsigned int members;

	mutex_lock(&instance_mutex);
	members = vk->core.id ? member_count(vk->core.id) : 0;
	mutex_unlock(&instance_mutex);
	return sysfs_emit(page, "%u\n", members);
}

static ssize_t control_memory_show(struct config_item *item, char *page)
{
	size_t bytes;

	mutex_lock(&instance_mutex);
	bytes = plugin_memory(to_vkernel(item));
	mutex_unlock(&instance_mutex);
	return sysfs_emit(page, "%zu\n", bytes);
}

static ssize_t control_adopt_store(struct config_item *item, const char *page,
				   size_t count)
{
	struct vkernel *vk = to_vkernel(item);
	int err = 0;

	if (!vkernel_may_configure())
		return -EPERM;
	if (strlen(page) != count || !sysfs_streq(page, "1"))
		return -EINVAL;
	mutex_lock(&instance_mutex);
	bury_if_dead(vk);
	if (!vk->ns)
		err = refuse(vk, -ESRCH, "it is not armed");
	else if (member_adopt(vk))
		err = refuse(
			vk, -EBUSY,
			"a task is in execve, or busy with its areas, or shares them with one outside: not all are adopted");
	mutex_unlock(&instance_mutex);
	return err ?: count;
}

CONFIGFS_ATTR(control_, pid);
CONFIGFS_ATTR_RO(control_, state);
CONFIGFS_ATTR_RO(control_, id);
CONFIGFS_ATTR_RO(control_, members);
CONFIGFS_ATTR_RO(control_, memory);
CONFIGFS_ATTR_WO(control_, adopt);

static struct configfs_attribute *vkernel_attrs[] = {
	&control_attr_pid,
	&control_attr_state,
	&control_attr_id,
	&control_attr_members,
	&control_attr_memory,
	&control_attr_adopt,
	NULL,
};

/* --- Directories ---------------------------------------------------------- */

static struct config_group *make_plugin(struct config_group *group,
					const char *name)
{
	struct vkernel *vk = to_vkernel(&group->cg_item);
	struct plugin_dir *dir;

	if (!vkernel_may_configure())
		return ERR_PTR(-EPERM);
	dir = plugin_dir_make(vk, name);
	if (IS_ERR(dir))
		return ERR_CAST(dir);
	/* Arming, which su_mutex keeps out here, pins what it finds. */
	if (READ_ONCE(vk->ns))
		schedule_delayed_work(&late_pins, 0);
	return &dir->group;
}

static void drop_plugin(struct config_group *group, struct config_item *item)
{
	plugin_dir_drop(
		container_of(to_config_group(item), struct plugin_dir, group));
}

/* It was disarmed before, and since then no lock-free reader has seen it. */
static void release_vkernel(struct config_item *item)
{
	kfree(to_vkernel(item));
}

static struct configfs_item_operations vkernel_item_ops = {
	.release = release_vkernel,
};

static struct configfs_group_operations vkernel_group_ops = {
	.make_group = make_plugin,
	.drop_item = drop_plugin,
};

static const struct config_item_type vkernel_type = {
	.ct_owner = THIS_MODULE,
	.ct_item_ops = &vkernel_item_ops,
	.ct_group_ops = &vkernel_group_ops,
	.ct_attrs = vkernel_attrs,
};

static struct config_group *make_vkernel(struct config_group *group,
					 const char *name)
{
	struct vkernel *vk;

	if (!vkernel_may_configure())
		return ERR_PTR(-EPERM);
	vk = kzalloc(sizeof(*vk), GFP_KERNEL);
	if (!vk)
		return ERR_PTR(-ENOMEM);
	instance_setup(vk);
	config_group_init_type_name(&vk->group, name, &vkernel_type);
	return &vk->group;
}

static struct configfs_group_operations control_ops = {
	.make_group = make_vkernel,
};

static const struct config_item_type control_type = {
	.ct_owner = THIS_MODULE,
	.ct_group_ops = &control_ops,
};

static struct configfs_subsystem control = {
	.su_group = {
		.cg_item = {
			.ci_namebuf = "vkernel",
			.ci_type = &control_type,
		},
	},
};

bool control_owns(struct dentry *dentry)
{
	struct dentry *root = READ_ONCE(control.su_group.cg_item.ci_dentry);

	return root && is_subdir(dentry, root);
}

int control_init(void)
{
	config_group_init(&control.su_group);
	mutex_init(&control.su_mutex);
	return configfs_register_subsystem(&control);
}

void control_exit(void)
{
	configfs_unregister_subsystem(&control);
	/* No vkernel is left to start them again. */
	cancel_delayed_work_sync(&late_pins);
	cancel_work_sync(&reaper);
	instance_exit();
}
