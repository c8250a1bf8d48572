/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels: which scheduler it is, and where an entity of
 * its has room for the two links of a list.
 */
#ifndef SCHED_COMPAT_H
#define SCHED_COMPAT_H

#include <linux/sched.h>
#include <linux/stddef.h>

/*
 * EEVDF replaced CFS with commit 147f3efaa241 ("sched/fair: Implement an
 * EEVDF-like scheduling policy", 6.6). What we do to it is written for the
 * entities that got a slice of their own, with commit 857b158dc5e8
 * ("sched/eevdf: Use sched_attr::sched_runtime to set request/slice
 * suggestion", 6.12), and sleep delayed since then; plugins/sched/Kbuild looks
 * for that.
 */
#ifndef COMPAT_EEVDF
#define COMPAT_EEVDF 0
#endif

#if !defined(CONFIG_FAIR_GROUP_SCHED) || !defined(CONFIG_SMP)
#error "vkernel_sched needs CONFIG_FAIR_GROUP_SCHED and CONFIG_SMP"
#endif
#ifdef CONFIG_SCHED_CORE
#error "vkernel_sched has virtual times that CONFIG_SCHED_CORE cannot compare"
#endif
#ifdef CONFIG_RANDSTRUCT
#error "vkernel_sched finds no place in struct sched_entity with CONFIG_RANDSTRUCT"
#endif

/*
 * The links lie in holes, right in front of members whose alignment makes them:
 * one of eight bytes before avg, which has a cache line to itself, and two of
 * four bytes. That they are there, layout_init() asks the kernel's BTF. fork()
 * copies a task's holes with the rest; nothing there is looked at before the
 * entity is queued.
 */
#define COMPAT_SE_NEXT (offsetof(struct sched_entity, avg) - 8)
#define COMPAT_SE_PREV_LOW (offsetof(struct sched_entity, exec_start) - 4)
#define COMPAT_SE_PREV_HIGH (offsetof(struct sched_entity, parent) - 4)

/* The same on all kernels so far: kernel/sched/sched.h. */
#define COMPAT_DEQUEUE_SLEEP 0x01
#define COMPAT_ENQUEUE_WAKEUP 0x01
#define COMPAT_QUEUE_SAVE 0x02
#define COMPAT_QUEUE_MOVE 0x04
/* EEVDF only. */
#define COMPAT_DEQUEUE_SPECIAL 0x10
#define COMPAT_DEQUEUE_DELAYED 0x200

/*
 * Tables of sysctls are constant for their handlers since commit 78eb4ea25cd5
 * ("sysctl: treewide: constify the ctl_table argument of proc_handlers", 6.11):
 * plugins/sched/Kbuild looks for that. They have a size since commit
 * 9edbfe92a0a1 ("sysctl: Add size to register_sysctl", 6.6), and had an empty
 * element at their end until then.
 */
#ifdef COMPAT_CTL_CONST
#define COMPAT_CTL_TABLE const struct ctl_table
#else
#define COMPAT_CTL_TABLE struct ctl_table
#endif
#ifdef register_sysctl
#define compat_register_sysctl(path, table, count) \
	register_sysctl_sz(path, table, count)
#else
#define compat_register_sysctl(path, table, count) register_sysctl(path, table)
#endif

#endif /* SCHED_COMPAT_H */
