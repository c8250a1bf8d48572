// SPDX-License-Identifier: GPL-2.0
#include <linux/capability.h>
#include <linux/hashtable.h>
#include <linux/rculist.h>
#include <linux/workqueue.h>

#include "instance.h"

/* See instance.h. */
DEFINE_MUTEX(instance_mutex);
LIST_HEAD(instance_armed);

DEFINE_STATIC_KEY_FALSE(vkernel_alive);
EXPORT_SYMBOL_GPL(vkernel_alive);

/* Who has which id: written under instance_mutex, read under RCU. */
struct vkernel __rcu *vkernel_slots[VKERNEL_SLOTS];
EXPORT_SYMBOL_GPL(vkernel_slots);
/* Who is armed with which namespace: the same. */
static DEFINE_HASHTABLE(namespaces, 10);

/* The generation each slot had last, and the next slot to be tried. */
static u32 generations[VKERNEL_SLOTS];
static u32 next_slot;
static u32 *instance_ledger;

int instance_init(u32 *ledger)
{
	u32 highest = READ_ONCE(*ledger);
	u32 i;

	if (highest & VKERNEL_SLOT_MASK)
		return -EINVAL;
	for (i = 0; i < VKERNEL_SLOTS; i++)
		generations[i] = highest >> VKERNEL_SLOT_BITS;
	next_slot = 1;
	instance_ledger = ledger;
	return 0;
}

/* --- Hot paths ------------------------------------------------------------ */

/*
 * To patch them takes longer than all else that arming is. Where containers
 * come and go, the next one is there soon.
 */
#define REST_DELAY (10 * HZ)

static void rest(struct work_struct *work)
{
	mutex_lock(&instance_mutex);
	if (list_empty(&instance_armed))
		static_branch_disable(&vkernel_alive);
	mutex_unlock(&instance_mutex);
}

static DECLARE_DELAYED_WORK(resting, rest);

void instance_exit(void)
{
	cancel_delayed_work_sync(&resting);
}

/* --- Life ----------------------------------------------------------------- */

void instance_setup(struct vkernel *vk)
{
	INIT_HLIST_NODE(&vk->node);
	INIT_LIST_HEAD(&vk->armed);
	INIT_LIST_HEAD(&vk->plugins);
}

/*
 * Round robin, so that generations rise evenly. A slot that has used up its
 * generations is never taken again: an id that came back would put tasks of a
 * container long gone under somebody else's rules.
 */
static int take_slot(u32 *slot)
{
	u32 i;

	for (i = 0; i < VKERNEL_SLOTS; i++) {
		*slot = (next_slot + i) & VKERNEL_SLOT_MASK;
		if (*slot && generations[*slot] < INSTANCE_MAX_GENERATION &&
		    !rcu_access_pointer(vkernel_slots[*slot])) {
			next_slot = *slot + 1;
			return 0;
		}
	}
	return -ENOSPC;
}

static int new_id(u32 *id)
{
	u32 slot, generation;
	int err = take_slot(&slot);

	if (err)
		return err;
	generation = ++generations[slot];
	if (generation > READ_ONCE(*instance_ledger) >> VKERNEL_SLOT_BITS)
		WRITE_ONCE(*instance_ledger, generation << VKERNEL_SLOT_BITS);
	*id = generation << VKERNEL_SLOT_BITS | slot;
	return 0;
}

static struct vkernel *armed_with(const struct pid_namespace *ns)
{
	struct vkernel *vk;

	hash_for_each_possible_rcu(namespaces, vk, node, (unsigned long)ns,
				   lockdep_is_held(&instance_mutex))
		if (vk->ns == ns)
			return vk;
	return NULL;
}

struct vkernel *instance_of_namespace(struct pid_namespace *ns)
{
	struct vkernel *vk = NULL;

	for (; ns && !vk; ns = ns->parent)
		vk = armed_with(ns);
	return vk;
}

/*
 * A namespace between two armed ones was armed or disarmed: find the parents
 * of the vkernels below it anew.
 */
static void relink(unsigned int level)
{
	struct vkernel *vk, *parent;

	rcu_read_lock();
	list_for_each_entry(vk, &instance_armed, armed) {
		if (vk->ns->level <= level)
			continue;
		parent = instance_of_namespace(vk->ns->parent);
		rcu_assign_pointer(vk->core.parent, parent);
	}
	rcu_read_unlock();
}

int instance_arm(struct vkernel *vk, struct pid_namespace *ns)
{
	u32 id;
	int err;

	lockdep_assert_held(&instance_mutex);
	if (armed_with(ns))
		return -EBUSY;
	err = new_id(&id);
	if (err)
		return err;
	static_branch_enable(&vkernel_alive);
	vk->ns = get_pid_ns(ns);
	vk->active = false;
	WRITE_ONCE(vk->core.id, id);
	rcu_read_lock();
	rcu_assign_pointer(vk->core.parent, instance_of_namespace(ns->parent));
	rcu_read_unlock();
	/* First the id, then the namespace: a stamp always finds its owner. */
	rcu_assign_pointer(vkernel_slots[id & VKERNEL_SLOT_MASK], vk);
	hash_add_rcu(namespaces, &vk->node, (unsigned long)ns);
	list_add(&vk->armed, &instance_armed);
	relink(ns->level);
	return 0;
}

void instance_hide(struct vkernel *vk)
{
	lockdep_assert_held(&instance_mutex);
	list_del_init(&vk->armed);
	hash_del_rcu(&vk->node);
	RCU_INIT_POINTER(vkernel_slots[vk->core.id & VKERNEL_SLOT_MASK], NULL);
	WRITE_ONCE(vk->core.id, 0);
	relink(vk->ns->level);
	RCU_INIT_POINTER(vk->core.parent, NULL);
}

void instance_release(struct vkernel *vk)
{
	struct pid_namespace *ns = vk->ns;

	lockdep_assert_held(&instance_mutex);
	vk->ns = NULL;
	put_pid_ns(ns);
	mod_delayed_work(system_wq, &resting, REST_DELAY);
}

/* It had its namespace when it was found, and keeps it for a grace period. */
bool vkernel_capable(const struct vkernel *vk, int cap)
{
	return ns_capable(vk->ns->user_ns, cap);
}
EXPORT_SYMBOL_GPL(vkernel_capable);
