/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a vkernel's rules have denied, and whom.
 */
#ifndef SYSCALL_DENIALS_H
#define SYSCALL_DENIALS_H

#include <linux/atomic.h>
#include <linux/ratelimit_types.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "verdicts.h"

/* How many are remembered. */
#define DENIALS_LAST 32
/* How much of an object. */
#define DENIALS_OBJECT 80
/* How much of a rule. */
#define DENIALS_RULE 96

/**
 * struct denial - one call that was denied, or logged
 * @call: the call.
 * @verdict: what was decided.
 * @pid: the thread that made it, as the host counts.
 * @when: nanoseconds since the boot.
 * @comm: the thread's name.
 * @object: the file, address or flags, if it was denied for their sake.
 * @rule: the rule that decided, as far as there is room.
 */
struct denial {
	struct verdict_call call;
	u32 verdict;
	pid_t pid;
	u64 when;
	char comm[TASK_COMM_LEN];
	char object[DENIALS_OBJECT];
	char rule[DENIALS_RULE];
};

/**
 * struct denials - all that is known of a vkernel's denials
 * @denied: how many there were.
 * @of: how many of each call, as far as 32 bits count; the three tables one
 *	behind the other.
 * @limit: of lines in the kernel log, the vkernel's own: one that is denied a
 *	lot does not silence the others.
 * @lock: protects @last and @next against other denials.
 * @next: how many have gone into @last.
 * @last: a ring of the last ones, also of those only logged.
 */
struct denials {
	atomic64_t denied;
	atomic_t of[VERDICT_CALLS];
	struct ratelimit_state limit;
	spinlock_t lock;
	unsigned int next;
	struct denial last[DENIALS_LAST];
};

/**
 * denials_init() - none so far
 * @denials: zeroed memory.
 */
void denials_init(struct denials *denials);

/**
 * denials_record() - the current task was denied a call, or it is to be logged
 * @denials: of the vkernel whose rules decided.
 * @name: the vkernel's name.
 * @call: the call.
 * @verdict: the verdict.
 * @object: for the sake of what, or "".
 * @rule: which rule decided.
 *
 * Counts, remembers, traces, and writes to the kernel log, at most ten lines in
 * five seconds, what is worth a line: not a mere errno, unless the module was
 * told so.
 *
 * Context: process context.
 */
void denials_record(struct denials *denials, const char *name,
		    const struct verdict_call *call, u32 verdict,
		    const char *object, const char *rule);

/**
 * denials_show_last() - write the last ones, the newest first
 * @denials: the denials.
 * @page: where to; then ``# and N more`` if they do not all fit.
 *
 * Return: bytes written.
 */
ssize_t denials_show_last(struct denials *denials, char *page);

/**
 * denials_show_counts() - write how often each call was denied
 * @denials: the denials.
 * @page: where to; then ``# and N more`` if they do not all fit.
 *
 * Return: bytes written.
 */
ssize_t denials_show_counts(struct denials *denials, char *page);

#endif /* SYSCALL_DENIALS_H */
