/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vkernel's rules: edited one line at a time, in force after a commit.
 */
#ifndef SYSCALL_RULES_H
#define SYSCALL_RULES_H

#include <linux/configfs.h>
#include <linux/list.h>
#include <linux/mutex.h>

#include "denials.h"
#include "draft.h"
#include "gate.h"
#include "verdicts.h"

struct dentry;
struct lesson;
struct vkernel;

/**
 * struct rules - the plugin's state for one vkernel
 * @published: the rules in force, NULL before the first commit. Read under RCU,
 *	replaced under @lock.
 * @gate: the short way to @published; changed under @lock.
 * @id: the vkernel's id, while it is armed and no other is around it; else 0.
 *	Under @lock.
 * @long_way: a call must not take the short way, whatever the table says: a
 *	module may do it. Under @lock.
 * @watchers: how many have the file of @calls open, and want it counted.
 *	Written under @lock.
 * @calls: how many calls were made meanwhile.
 * @allowed: how many of each were allowed; NULL before anybody watches. Stays.
 * @lesson: what was learned, NULL if nothing ever was. Under @lock.
 * @learning: @lesson, as long as it is taken. Read under RCU, replaced under
 *	@lock.
 * @replacements: &struct vkernel_replacement, under replacement_mutex and RCU.
 * @enlisted: in the list of all rules, under replacement_mutex.
 * @vk: whose they are.
 * @denials: calls denied by these rules.
 * @lock: serialises the writers of @staged and @published.
 * @staged: the rules being edited.
 * @folder: its files in debugfs.
 */
struct rules {
	const struct verdicts __rcu *published;
	struct gate gate;
	u32 id;
	bool long_way;
	unsigned int watchers;
	atomic64_t calls;
	atomic_t *allowed;
	struct lesson *lesson;
	struct lesson __rcu *learning;
	struct list_head replacements;
	struct list_head enlisted;
	const struct vkernel *vk;
	struct denials denials;
	struct mutex lock;
	struct draft staged;
	struct dentry *folder;
};

/**
 * rules_count() - a call is made that these rules allow
 * @rules: rules that are being watched.
 * @call: the call.
 *
 * Context: any.
 */
static inline void rules_count(struct rules *rules,
			       const struct verdict_call *call)
{
	/* Pairs with watch(). */
	atomic_t *allowed = smp_load_acquire(&rules->allowed);

	if (allowed && call->nr < verdicts_count(call->abi))
		atomic_inc(&allowed[verdicts_first(call->abi) + call->nr]);
}

/* Bits by enum object_kind: what this kernel can judge. Set at load. */
extern u32 rules_kinds;

/**
 * rules_open_folder() - make the plugin's folder in debugfs
 */
void rules_open_folder(void);

/**
 * rules_close_folder() - remove it
 *
 * No vkernel has the plugin any more.
 */
void rules_close_folder(void);

/* The files of NAME/syscall. */
extern struct configfs_attribute *rules_attrs[];

/**
 * rules_create() - the plugin's create callback
 * @vk: the vkernel.
 *
 * Return: &struct rules that deny nothing, or an ERR_PTR().
 */
void *rules_create(struct vkernel *vk);

/**
 * rules_destroy() - the plugin's destroy callback
 * @state: the &struct rules.
 */
void rules_destroy(void *state);

/**
 * rules_retire() - the plugin's retire callback
 * @state: the &struct rules.
 */
void rules_retire(void *state);

/**
 * rules_memory() - the plugin's memory callback
 * @state: the &struct rules.
 */
size_t rules_memory(void *state);

/**
 * rules_placed() - the plugin's placed callback
 * @state: the &struct rules.
 * @id: the vkernel's id, or 0.
 * @nested: is another vkernel around it?
 */
void rules_placed(void *state, u32 id, bool nested);

/**
 * rules_set_long_way() - must calls go the long way?
 * @rules: the rules.
 * @long_way: they must: a module does some of them.
 *
 * Context: process context, sleeps.
 */
void rules_set_long_way(struct rules *rules, bool long_way);

#endif /* SYSCALL_RULES_H */
