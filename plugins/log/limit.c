// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_log: " fmt

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>

#include "hookcore.h"
#include "limit.h"
#include "log.h"
#include "vkernel.h"

/*
 * Where the kernel has its own data. What is there never goes, so its address
 * is a name. Limits of modules and of files come and go. Without .bss: the
 * limit there, of bus locks, is one on what tasks do, not on lines, and as many
 * shares as there are containers would lift it.
 */
static unsigned long begin, end;

int limit_init(void)
{
	begin = hookcore_symbol("_sdata");
	end = hookcore_symbol("_edata");
	if (begin && end)
		return 0;
	pr_err("not loaded: this kernel does not say where its data is\n");
	return -ENOENT;
}

static bool is_kernels(const struct ratelimit_state *state)
{
	return (unsigned long)state >= begin && (unsigned long)state < end;
}

void limit_begin(struct limit *limits)
{
	unsigned int i;

	for (i = 0; i < LIMITS; i++)
		ratelimit_default_init(&limits[i].own);
}

static struct limit *find(struct limit *limits,
			  const struct ratelimit_state *of)
{
	const struct ratelimit_state *seen;
	struct limit *limit;

	for (limit = limits; limit < limits + LIMITS - 1; limit++) {
		seen = READ_ONCE(limit->of);
		/* Of two that come at once one is the first. */
		if (!seen)
			seen = cmpxchg(&limit->of, NULL, of) ?: of;
		if (seen == of)
			break;
	}
	return limit;
}

/* Of the kernel's limit it has only the figures. */
static int ask(struct limit *limits, const struct ratelimit_state *of,
	       const char *func)
{
	struct limit *limit = find(limits, of);

	limit->own.interval = READ_ONCE(of->interval);
	limit->own.burst = READ_ONCE(of->burst);
	limit->own.flags = READ_ONCE(of->flags);
	return original_ratelimit(&limit->own, func);
}

VKERNEL_GUARD_OFFSETS

asmlinkage bool limit_decide(struct hookcore_args *args);

/*
 * What a container makes the kernel say often must not silence what the kernel
 * says of others. What is said in interrupts is the host's, as records are.
 */
asmlinkage __visible bool limit_decide(struct hookcore_args *args)
{
	const struct ratelimit_state *of = (void *)args->arg[0];
	struct log *log;
	u32 id;

	if (!in_task() || !rcu_is_watching() || !is_kernels(of))
		return true;
	rcu_read_lock();
	log = log_nearest(&id);
	if (log)
		args->ret = ask(log->limits, of, (const char *)args->arg[1]);
	rcu_read_unlock();
	return !log;
}

HOOKCORE_ORIGINAL(original_ratelimit);
HOOKCORE_DECIDER(vkernel_ratelimit, limit_decide, original_ratelimit,
		 VKERNEL_GUARD(original_ratelimit));
