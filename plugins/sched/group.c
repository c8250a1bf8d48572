// SPDX-License-Identifier: GPL-2.0
#include <linux/cgroup.h>
#include <linux/hashtable.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "adaptive.h"
#include "group.h"
#include "queue.h"

/**
 * struct group - a cgroup that was given something
 * @node: in @groups.
 * @css: its cpu controller's state.
 * @policy: in force on all CPUs.
 * @has_lists: has it one on each CPU? Always if @policy is not NORMAL.
 * @normal_since: if @policy is NORMAL, jiffies.
 * @guard_us: the starvation guard.
 * @held: it has a reference to this module.
 * @fifos: what it has on each CPU.
 */
struct group {
	struct hlist_node node;
	struct cgroup_subsys_state *css;
	enum fifo_policy policy;
	bool has_lists;
	unsigned long normal_since;
	unsigned int guard_us;
	bool held;
	struct fifo __percpu *fifos;
};

unsigned int group_guard_most = GUARD_MOST_US;

/*
 * All groups, and what is in them. Never taken inside a hook of the scheduler.
 * Inside cgroup_mutex when a cgroup is made, so nothing in here may take that.
 */
static DEFINE_MUTEX(group_mutex);
static DEFINE_HASHTABLE(groups, 8);

/* Nobody may have a list. */
static bool are_bypassed;

static struct group *find(struct cgroup_subsys_state *css)
{
	struct group *group;

	lockdep_assert_held(&group_mutex);
	hash_for_each_possible(groups, group, node, (unsigned long)css)
		if (group->css == css)
			return group;
	return NULL;
}

static unsigned int guard_at_first(void)
{
	return min_t(unsigned int, GUARD_DEFAULT_US, group_guard_most);
}

static struct group *make(struct cgroup_subsys_state *css)
{
	struct group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	if (!group)
		return NULL;
	group->fifos = alloc_percpu(struct fifo);
	if (!group->fifos) {
		kfree(group);
		return NULL;
	}
	group->css = css;
	group->guard_us = guard_at_first();
	hash_add(groups, &group->node, (unsigned long)css);
	return group;
}

static struct group *find_or_make(struct cgroup_subsys_state *css)
{
	return find(css) ?: make(css);
}

/* --- Changes, CPU by CPU -------------------------------------------------- */

static void write_policy(struct fifo *fifo, const void *data)
{
	fifo->policy = *(const enum fifo_policy *)data;
	adaptive_forget(fifo);
	/* Until the next pick may be long, for who runs is not pre-empted. */
	adaptive_choose(fifo);
}

static void write_guard(struct fifo *fifo, const void *data)
{
	fifo->guard = *(const u64 *)data;
	adaptive_forget(fifo);
}

static void change_all(struct group *group,
		       void (*change)(struct fifo *fifo, const void *data),
		       const void *data)
{
	int cpu;

	for_each_possible_cpu(cpu)
		queue_change(layout_queue(group->css, cpu), change,
			     per_cpu_ptr(group->fifos, cpu), data);
}

static void push_guard(struct group *group)
{
	u64 ns = (u64)group->guard_us * NSEC_PER_USEC;

	change_all(group, write_guard, &ns);
}

static void turn_on(struct group *group)
{
	int cpu;

	/* First the doors open: queue_turn_on() makes each list complete. */
	static_branch_deferred_inc(&vkernel_sched_alive);
	for_each_possible_cpu(cpu)
		queue_turn_on(layout_queue(group->css, cpu),
			      per_cpu_ptr(group->fifos, cpu));
	group->has_lists = true;
}

static void turn_off(struct group *group)
{
	int cpu;

	if (!group->has_lists)
		return;
	for_each_possible_cpu(cpu)
		queue_turn_off(layout_queue(group->css, cpu),
			       per_cpu_ptr(group->fifos, cpu));
	static_branch_slow_dec_deferred(&vkernel_sched_alive);
	group->has_lists = false;
}

/* --- NORMAL again --------------------------------------------------------- */

/*
 * The lists of a group that is NORMAL again are kept for a while. A new one
 * knows neither the order nor who has had his slice of the guard: by turns of
 * NORMAL and FIFO a hog would be first each time, with a new slice, and whoever
 * waits behind him, with a lock that the host needs, would never run. In this
 * while he does by the kernel's own rules. And to make lists takes time with
 * interrupts off.
 */
#define KEPT_FOR HZ

static void retire_all(struct work_struct *unused);
static DECLARE_DELAYED_WORK(retirement, retire_all);

/* Return: it still has lists that will not be needed. */
static bool retire(struct group *group)
{
	if (!group->has_lists || group->policy != FIFO_NORMAL)
		return false;
	if (time_before(jiffies, group->normal_since + KEPT_FOR))
		return true;
	turn_off(group);
	return false;
}

static void retire_all(struct work_struct *unused)
{
	struct group *group;
	bool again = false;
	int bucket;

	mutex_lock(&group_mutex);
	hash_for_each(groups, bucket, group, node)
		again |= retire(group);
	mutex_unlock(&group_mutex);
	if (again)
		schedule_delayed_work(&retirement, KEPT_FOR);
}

static void set_policy(struct group *group, enum fifo_policy policy)
{
	if (policy == group->policy)
		return;
	change_all(group, write_policy, &policy);
	group->policy = policy;
	if (policy == FIFO_NORMAL) {
		group->normal_since = jiffies;
		schedule_delayed_work(&retirement, KEPT_FOR);
	} else if (!group->has_lists) {
		push_guard(group);
		turn_on(group);
	}
}

static int set_held(struct group *group, bool held)
{
	if (held == group->held)
		return 0;
	if (held && !try_module_get(THIS_MODULE))
		return -EBUSY;
	if (!held)
		module_put(THIS_MODULE);
	group->held = held;
	return 0;
}

/*
 * Also by a hook: then hookcore waits, before this module goes, until the hook
 * has been left.
 */
static void forget(struct group *group)
{
	set_held(group, false);
	turn_off(group);
	hash_del(&group->node);
	/* Whoever used a list did so under a lock that turn_off() has held. */
	free_percpu(group->fifos);
	kfree(group);
}

/* --- For the files -------------------------------------------------------- */

enum fifo_policy group_policy(struct cgroup_subsys_state *css)
{
	enum fifo_policy policy = FIFO_NORMAL;
	struct group *group;

	mutex_lock(&group_mutex);
	group = find(css);
	if (group)
		policy = group->policy;
	mutex_unlock(&group_mutex);
	return policy;
}

/* NORMAL is who is not known. */
static int write_policy_of(struct cgroup_subsys_state *css,
			   enum fifo_policy policy)
{
	struct group *group = find(css);

	if (!group && policy == FIFO_NORMAL)
		return 0;
	if (are_bypassed && policy != FIFO_NORMAL)
		return -EBUSY;
	group = group ?: make(css);
	if (!group)
		return -ENOMEM;
	set_policy(group, policy);
	return 0;
}

int group_set_policy(struct cgroup_subsys_state *css, enum fifo_policy policy)
{
	int err;

	mutex_lock(&group_mutex);
	err = write_policy_of(css, policy);
	mutex_unlock(&group_mutex);
	return err;
}

unsigned int group_guard(struct cgroup_subsys_state *css)
{
	unsigned int us = guard_at_first();
	struct group *group;

	mutex_lock(&group_mutex);
	group = find(css);
	if (group)
		us = group->guard_us;
	mutex_unlock(&group_mutex);
	return us;
}

int group_set_guard(struct cgroup_subsys_state *css, unsigned int us)
{
	struct group *group;

	if (us < GUARD_LEAST_US || us > group_guard_most)
		return -EINVAL;
	mutex_lock(&group_mutex);
	group = find_or_make(css);
	if (group) {
		group->guard_us = us;
		push_guard(group);
	}
	mutex_unlock(&group_mutex);
	return group ? 0 : -ENOMEM;
}

bool group_held(struct cgroup_subsys_state *css)
{
	struct group *group;
	bool held;

	mutex_lock(&group_mutex);
	group = find(css);
	held = group && group->held;
	mutex_unlock(&group_mutex);
	return held;
}

int group_set_held(struct cgroup_subsys_state *css, bool held)
{
	struct group *group;
	int err = 0;

	mutex_lock(&group_mutex);
	group = held ? find_or_make(css) : find(css);
	if (group)
		err = set_held(group, held);
	else if (held)
		err = -ENOMEM;
	mutex_unlock(&group_mutex);
	return err;
}

static void add_counts(struct fifo_counts *sum, const struct fifo_counts *one)
{
	sum->picks[FIFO_FIFO] += READ_ONCE(one->picks[FIFO_FIFO]);
	sum->picks[FIFO_ADAPTIVE] += READ_ONCE(one->picks[FIFO_ADAPTIVE]);
	sum->skips += READ_ONCE(one->skips);
	sum->rotations += READ_ONCE(one->rotations);
	sum->switches += READ_ONCE(one->switches);
	sum->mismatches += READ_ONCE(one->mismatches);
}

static void show_cpus(struct group *group, struct seq_file *seq)
{
	const struct fifo *fifo;
	int cpu;

	for_each_online_cpu(cpu) {
		fifo = per_cpu_ptr(group->fifos, cpu);
		seq_printf(seq, "cpu%d queued %u choice %s\n", cpu,
			   READ_ONCE(fifo->list.count),
			   READ_ONCE(fifo->is_normal) ? "normal" : "fifo");
	}
}

/* NULL: a group that was never given anything has counted nothing. */
static void show(struct group *group, struct seq_file *seq)
{
	struct fifo_counts sum = {};
	int cpu;

	if (group)
		for_each_possible_cpu(cpu)
			add_counts(&sum,
				   &per_cpu_ptr(group->fifos, cpu)->counts);
	seq_printf(seq, "picks_fifo %llu\npicks_adaptive %llu\n",
		   sum.picks[FIFO_FIFO], sum.picks[FIFO_ADAPTIVE]);
	seq_printf(seq, "preemptions_skipped %llu\nguard_rotations %llu\n",
		   sum.skips, sum.rotations);
	seq_printf(seq, "adaptive_switches %llu\nmismatches %llu\n",
		   sum.switches, sum.mismatches);
	if (group && group->has_lists)
		show_cpus(group, seq);
}

void group_show(struct cgroup_subsys_state *css, struct seq_file *seq)
{
	mutex_lock(&group_mutex);
	show(find(css), seq);
	mutex_unlock(&group_mutex);
}

/* --- For the hooks -------------------------------------------------------- */

void group_born(struct cgroup_subsys_state *css)
{
	struct group *parent, *group;

	if (!css->parent)
		return;
	mutex_lock(&group_mutex);
	parent = find(css->parent);
	group = parent && !find(css) ? make(css) : NULL;
	if (group) {
		group->guard_us = parent->guard_us;
		set_policy(group, parent->policy);
	}
	mutex_unlock(&group_mutex);
}

static void forget_all(void)
{
	struct hlist_node *next;
	struct group *group;
	int bucket;

	hash_for_each_safe(groups, bucket, next, group, node)
		forget(group);
}

/* Also that a cgroup dies need not be seen: nothing of any is kept. */
void group_set_bypassed(bool is_bypassed)
{
	mutex_lock(&group_mutex);
	if (is_bypassed || are_bypassed)
		forget_all();
	are_bypassed = is_bypassed;
	mutex_unlock(&group_mutex);
}

void group_died(struct cgroup_subsys_state *css)
{
	struct group *group;

	mutex_lock(&group_mutex);
	group = find(css);
	if (group)
		forget(group);
	mutex_unlock(&group_mutex);
}

void group_forget_all(void)
{
	mutex_lock(&group_mutex);
	forget_all();
	mutex_unlock(&group_mutex);
	cancel_delayed_work_sync(&retirement);
}
