/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is known of a cgroup that was ever given a policy or a guard.
 */
#ifndef SCHED_GROUP_H
#define SCHED_GROUP_H

#include <linux/types.h>

#include "fifo.h"
#include "guard.h"

struct cgroup_subsys_state;
struct seq_file;

/* The most that may be written to a guard file, us. */
extern unsigned int group_guard_most;

/**
 * group_policy() - the policy of a cgroup
 * @css: its cpu controller's state.
 *
 * Context: process context, may sleep, as all here.
 */
enum fifo_policy group_policy(struct cgroup_subsys_state *css);

/**
 * group_set_policy() - change it, on all CPUs, one after the other
 * @css: its cpu controller's state.
 * @policy: the new one.
 *
 * Return: 0, -ENOMEM, or -EBUSY if it is another one than NORMAL and hooks are
 * bypassed.
 */
int group_set_policy(struct cgroup_subsys_state *css, enum fifo_policy policy);

/**
 * group_guard() - the starvation guard of a cgroup, us
 * @css: its cpu controller's state.
 */
unsigned int group_guard(struct cgroup_subsys_state *css);

/**
 * group_set_guard() - change it
 * @css: its cpu controller's state.
 * @us: microseconds.
 *
 * Return: 0, -EINVAL if @us is out of range, -ENOMEM.
 */
int group_set_guard(struct cgroup_subsys_state *css, unsigned int us);

/**
 * group_held() - may the module not go because of a cgroup?
 * @css: its cpu controller's state.
 */
bool group_held(struct cgroup_subsys_state *css);

/**
 * group_set_held() - keep the module as long as the cgroup, or no longer
 * @css: its cpu controller's state.
 * @held: which of both.
 *
 * Return: 0, -EBUSY if the module is going already, -ENOMEM.
 */
int group_set_held(struct cgroup_subsys_state *css, bool held);

/**
 * group_show() - what happened, for people
 * @css: its cpu controller's state.
 * @seq: where to.
 */
void group_show(struct cgroup_subsys_state *css, struct seq_file *seq);

/**
 * group_set_bypassed() - not all hooks see what they should, or again they do
 * @is_bypassed: from then on every cgroup is as if nobody had set anything of
 *	it, until somebody does after they do again.
 *
 * Context: also under hookcore's mutex.
 */
void group_set_bypassed(bool is_bypassed);

/**
 * group_born() - a new cgroup begins as its parent is
 * @css: its cpu controller's state, not yet seen by anybody.
 *
 * Without memory it begins NORMAL.
 */
void group_born(struct cgroup_subsys_state *css);

/**
 * group_died() - forget a cgroup
 * @css: its cpu controller's state, about to be freed.
 */
void group_died(struct cgroup_subsys_state *css);

/**
 * group_forget_all() - every cgroup is NORMAL again, and forgotten
 */
void group_forget_all(void);

#endif /* SCHED_GROUP_H */
