// SPDX-License-Identifier: GPL-2.0
/*
 * Who sends a function elsewhere at its ftrace nop?
 *
 * Our jmp stands behind the nop. An ftrace user that changes the instruction
 * pointer there bypasses it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "shadow.h"

#include "compat.h"

#if COMPAT_IPMODIFY

#include <linux/hashtable.h>
#include <linux/ratelimit.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "hook.h"
#include "symbol.h"
#include "trace.h"

#define SHADOW_INTERVAL HZ

/* ftrace's list of users and their filters, all under its mutex. */
static struct mutex *shadow_ftrace_lock;
static struct ftrace_ops **shadow_users;
static struct ftrace_ops *shadow_last;

/* What ftrace-based kprobes with a post handler share; NULL: none built in. */
static struct ftrace_ops *shadow_kprobes;

static void shadow_look(struct work_struct *work);
static DECLARE_DELAYED_WORK(shadow_work, shadow_look);

static bool shadow_redirects(const struct ftrace_ops *user)
{
	return (user->flags & FTRACE_OPS_FL_IPMODIFY) && user != shadow_kprobes;
}

/* Under ftrace_lock. */
static bool shadow_covers(const struct ftrace_ops *user, unsigned long nop)
{
	struct ftrace_hash *filter =
		rcu_dereference_protected(user->func_hash->filter_hash,
					  lockdep_is_held(shadow_ftrace_lock));

	/* ftrace refuses such a user without a filter. */
	return IMPORTED(ftrace_lookup_ip)(filter, nop);
}

/* Under ftrace_lock. */
static struct ftrace_ops *shadow_next(struct ftrace_ops *user)
{
	return rcu_dereference_protected(user->next,
					 lockdep_is_held(shadow_ftrace_lock));
}

/* Under ftrace_lock. */
static bool shadow_find(unsigned long nop)
{
	struct ftrace_ops *user;

	for (user = *shadow_users; user != shadow_last;
	     user = shadow_next(user)) {
		if (shadow_redirects(user) && shadow_covers(user, nop))
			return true;
	}
	return false;
}

bool shadow_is_redirected(unsigned long nop)
{
	bool found;

	mutex_lock(shadow_ftrace_lock);
	found = shadow_find(nop);
	mutex_unlock(shadow_ftrace_lock);
	return found;
}

static void shadow_tell(struct hookcore_target *target)
{
	struct hookcore_hook *hook;

	pr_info_ratelimited(
		"%s is %s\n", target->name,
		target->shadowed ?
			"redirected by ftrace: its hooks are bypassed" :
			"no longer redirected: its hooks work again");
	list_for_each_entry(hook, &target->hooks, node) {
		if (!hook_is_installed(hook))
			continue;
		hook_set_state(hook, target->shadowed ? HOOKCORE_SHADOWED :
							HOOKCORE_INSTALLED);
		trace_hookcore_shadow(target->name, hook_owner_name(hook),
				      target->shadowed);
	}
}

void shadow_update(void)
{
	struct hookcore_target *target;
	bool shadowed;
	int bucket;

	hash_for_each(hook_targets, bucket, target, node) {
		if (!target->site.nop)
			continue;
		shadowed = shadow_is_redirected(target->site.nop);
		if (shadowed == target->shadowed)
			continue;
		target->shadowed = shadowed;
		shadow_tell(target);
	}
}

static void shadow_look(struct work_struct *work)
{
	/*
	 * Who installs very many hooks has it for minutes: the worker is not to
	 * wait for that, uninterruptibly, and there is another look.
	 */
	if (!mutex_trylock(&hook_mutex)) {
		shadow_watch();
		return;
	}
	shadow_update();
	if (!hash_empty(hook_targets))
		shadow_watch();
	mutex_unlock(&hook_mutex);
}

/* With the timers of others that are in no hurry, but on an idle CPU, too. */
void shadow_watch(void)
{
	queue_delayed_work(system_power_efficient_wq, &shadow_work,
			   round_jiffies_relative(SHADOW_INTERVAL));
}

int shadow_init(void)
{
	shadow_ftrace_lock = (void *)hookcore_symbol("ftrace_lock");
	shadow_users = (void *)hookcore_symbol("ftrace_ops_list");
	shadow_last = (void *)hookcore_symbol("ftrace_list_end");
	shadow_kprobes = (void *)hookcore_symbol("kprobe_ipmodify_ops");
	if (shadow_ftrace_lock && shadow_users && shadow_last)
		return 0;
	pr_err("this kernel has no ftrace_lock, ftrace_ops_list or ftrace_list_end\n");
	return -ENOENT;
}

void shadow_exit(void)
{
	cancel_delayed_work_sync(&shadow_work);
}

#else /* !COMPAT_IPMODIFY */

bool shadow_is_redirected(unsigned long nop)
{
	return false;
}

void shadow_watch(void)
{
}

void shadow_update(void)
{
}

int shadow_init(void)
{
	return 0;
}

void shadow_exit(void)
{
}

#endif /* COMPAT_IPMODIFY */
