// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/string.h>

#include "replacement.h"
#include "rules.h"
#include "vkernel.h"

static_assert((int)VKERNEL_X64 == (int)VERDICT_X64);
static_assert((int)VKERNEL_IA32 == (int)VERDICT_IA32);
static_assert((int)VKERNEL_X32 == (int)VERDICT_X32);

/*
 * Protects the list of all rules, and which replacements each has. Inside
 * vkernel.ko's mutex (create and destroy), outside rules->lock.
 */
static DEFINE_MUTEX(replacement_mutex);
static LIST_HEAD(enlisted);

/* How many there are: with none, nobody need look. Read without the mutex. */
static unsigned int replacement_count;

void replacement_enlist(struct rules *rules)
{
	INIT_LIST_HEAD(&rules->replacements);
	mutex_lock(&replacement_mutex);
	list_add(&rules->enlisted, &enlisted);
	mutex_unlock(&replacement_mutex);
}

void replacement_delist(struct rules *rules)
{
	struct vkernel_replacement *replacement;

	mutex_lock(&replacement_mutex);
	list_del(&rules->enlisted);
	list_for_each_entry(replacement, &rules->replacements, node) {
		replacement->rules = NULL;
		WRITE_ONCE(replacement_count, replacement_count - 1);
	}
	mutex_unlock(&replacement_mutex);
}

static struct rules *find_rules(const char *name)
{
	struct rules *rules;

	lockdep_assert_held(&replacement_mutex);
	list_for_each_entry(rules, &enlisted, enlisted)
		if (!strcmp(vkernel_name(rules->vk), name))
			return rules;
	return NULL;
}

/* reboot() in a pid namespace ends the task that called it. */
static bool comes_back(enum verdict_abi abi, unsigned int nr)
{
	return nr != (abi == VERDICT_IA32 ? 88 : 169) &&
	       !verdicts_essential(abi, nr);
}

static int check(const struct vkernel_replacement *replacement)
{
	enum verdict_abi abi = (int)replacement->door;

	if (!replacement->vkernel || !replacement->run || !replacement->owner)
		return -EINVAL;
	if (abi >= VERDICT_ABIS || replacement->nr >= verdicts_count(abi))
		return -EINVAL;
	return comes_back(abi, replacement->nr) ? 0 : -EPERM;
}

static int attach(struct vkernel_replacement *replacement)
{
	struct rules *rules = find_rules(replacement->vkernel);

	if (!rules)
		return -ENOENT;
	replacement->rules = rules;
	WRITE_ONCE(replacement_count, replacement_count + 1);
	/* In front: the newest is found first. Readers: replacement_hold(). */
	list_add_rcu(&replacement->node, &rules->replacements);
	rules_set_long_way(rules, true);
	return 0;
}

int vkernel_syscall_replace(struct vkernel_replacement *replacement)
{
	int err = check(replacement);

	if (err)
		return err;
	mutex_lock(&replacement_mutex);
	err = attach(replacement);
	mutex_unlock(&replacement_mutex);
	return err;
}
EXPORT_SYMBOL_GPL(vkernel_syscall_replace);

static void detach(struct vkernel_replacement *replacement)
{
	struct rules *rules = replacement->rules;

	if (!rules)
		return;
	list_del_rcu(&replacement->node);
	replacement->rules = NULL;
	WRITE_ONCE(replacement_count, replacement_count - 1);
	rules_set_long_way(rules, !list_empty(&rules->replacements));
}

void vkernel_syscall_restore(struct vkernel_replacement *replacement)
{
	mutex_lock(&replacement_mutex);
	detach(replacement);
	mutex_unlock(&replacement_mutex);
	/* Pairs with replacement_hold(): a reader may still look at it. */
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(vkernel_syscall_restore);

bool replacement_any(void)
{
	return READ_ONCE(replacement_count);
}

/*
 * A module that is going does not do the call any more, though it is still on
 * the list: its reference cannot be had.
 */
const struct vkernel_replacement *
replacement_hold(const struct rules *rules, const struct verdict_call *call)
{
	const struct vkernel_replacement *replacement;

	list_for_each_entry_rcu(replacement, &rules->replacements, node)
		if (replacement->nr == call->nr &&
		    (int)replacement->door == (int)call->abi &&
		    try_module_get(replacement->owner))
			return replacement;
	return NULL;
}

/* The reference keeps the module, and with it the struct, until it is done. */
long replacement_run(const struct vkernel_replacement *replacement,
		     const struct pt_regs *regs)
{
	struct module *owner = replacement->owner;
	long ret = replacement->run(replacement, regs);

	module_put(owner);
	return ret;
}
