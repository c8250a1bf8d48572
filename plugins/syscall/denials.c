// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_syscall: " fmt

#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>

#include "denials.h"
#include "words.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static bool log_errno;
module_param(log_errno, bool, 0644);
MODULE_PARM_DESC(log_errno,
		 "write to the kernel log also when a call fails with an errno");

void denials_init(struct denials *denials)
{
	spin_lock_init(&denials->lock);
	ratelimit_state_init(&denials->limit, DEFAULT_RATELIMIT_INTERVAL,
			     DEFAULT_RATELIMIT_BURST);
	ratelimit_set_flags(&denials->limit, RATELIMIT_MSG_ON_RELEASE);
}

/* --- Recording ------------------------------------------------------------ */

static unsigned int index_of(const struct verdict_call *call)
{
	return verdicts_first(call->abi) + call->nr;
}

static void remember(struct denials *denials, const struct denial *denial)
{
	spin_lock(&denials->lock);
	denials->last[denials->next % DENIALS_LAST] = *denial;
	denials->next++;
	spin_unlock(&denials->lock);
}

/* What was skipped meanwhile stands in the counters: no line about it. */
static void write_line(struct denials *denials, const char *name,
		       const struct denial *denial, const char *verdict)
{
	if (verdict_action(denial->verdict) == VERDICT_ACT_ERRNO && !log_errno)
		return;
	if (!__ratelimit(&denials->limit))
		return;
	pr_info("%s: %*pE[%d]: %s %u %s%s%*pE (%*pE)\n", name,
		(int)strlen(denial->comm), denial->comm, denial->pid,
		words_abi(denial->call.abi), denial->call.nr, verdict,
		denial->object[0] ? " " : "", (int)strlen(denial->object),
		denial->object, (int)strlen(denial->rule), denial->rule);
}

void denials_record(struct denials *denials, const char *name,
		    const struct verdict_call *call, u32 verdict,
		    const char *object, const char *rule)
{
	struct denial denial = {
		.call = *call,
		.verdict = verdict,
		.pid = task_pid_nr(current),
		.when = ktime_get_boottime_ns(),
	};
	char word[24];

	if (verdict_denies(verdict)) {
		atomic64_inc(&denials->denied);
		/* Who makes calls for hours does not make them look few. */
		atomic_add_unless(&denials->of[index_of(call)], 1, -1);
	}
	get_task_comm(denial.comm, current);
	strscpy(denial.object, object, sizeof(denial.object));
	strscpy(denial.rule, rule, sizeof(denial.rule));
	words_verdict(word, sizeof(word), verdict);
	remember(denials, &denial);
	trace_deny(name, call, word, &denial);
	write_line(denials, name, &denial, word);
}

/* --- Showing -------------------------------------------------------------- */

/* Longer than any line of either list, and one that says what was left out. */
#define DENIALS_LINE 1024
#define COUNTS_LINE 128

static ssize_t show_denial(char *page, int at, const struct denial *denial)
{
	const u64 *arg = denial->call.arg;
	char verdict[24];

	words_verdict(verdict, sizeof(verdict), denial->verdict);
	return sysfs_emit_at(
		page, at,
		"%llu.%06llu %d %s %u %s %llx %llx %llx %llx %llx %llx %*pE\t%*pE\t%*pE\n",
		denial->when / NSEC_PER_SEC,
		denial->when % NSEC_PER_SEC / NSEC_PER_USEC, denial->pid,
		words_abi(denial->call.abi), denial->call.nr, verdict, arg[0],
		arg[1], arg[2], arg[3], arg[4], arg[5],
		(int)strlen(denial->comm), denial->comm,
		(int)strlen(denial->object), denial->object,
		(int)strlen(denial->rule), denial->rule);
}

/* A call that is denied waits for the reader: a page of numbers is quick. */
ssize_t denials_show_last(struct denials *denials, char *page)
{
	unsigned int i, count;
	ssize_t at = 0;

	spin_lock(&denials->lock);
	count = min_t(unsigned int, denials->next, DENIALS_LAST);
	for (i = 1; i <= count && at < PAGE_SIZE - DENIALS_LINE; i++)
		at += show_denial(
			page, at,
			&denials->last[(denials->next - i) % DENIALS_LAST]);
	spin_unlock(&denials->lock);
	if (i <= count)
		at += sysfs_emit_at(page, at, "# and %u more\n", count - i + 1);
	return at;
}

static ssize_t show_count(char *page, ssize_t at, enum verdict_abi abi,
			  unsigned int nr, unsigned int count)
{
	return sysfs_emit_at(page, at, "%s %u %u\n", words_abi(abi), nr, count);
}

ssize_t denials_show_counts(struct denials *denials, char *page)
{
	unsigned int nr, count, cut = 0;
	enum verdict_abi abi;
	ssize_t at = 0;

	for (abi = 0; abi < VERDICT_ABIS; abi++) {
		for (nr = 0; nr < verdicts_count(abi); nr++) {
			count = atomic_read(
				&denials->of[verdicts_first(abi) + nr]);
			if (count && at >= PAGE_SIZE - COUNTS_LINE)
				cut++;
			else if (count)
				at += show_count(page, at, abi, nr, count);
		}
	}
	if (cut)
		at += sysfs_emit_at(page, at, "# and %u more\n", cut);
	return at;
}
