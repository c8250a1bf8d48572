/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's limits on how often a line is printed: a container has its own
 * share in each.
 */
#ifndef LOG_LIMIT_H
#define LOG_LIMIT_H

#include <linux/linkage.h>
#include <linux/ratelimit_types.h>

/*
 * Of so many a log has its own; what is beyond shares the last one, with the
 * figures of whichever asks.
 */
#define LIMITS 16

/**
 * struct limit - a container's share in one of the kernel's limits
 * @of: that one; NULL while this is free. Once taken it stays.
 * @own: how much of it was used.
 */
struct limit {
	const struct ratelimit_state *of;
	struct ratelimit_state own;
};

/**
 * limit_begin() - nothing of any has been used
 * @limits: the limits of a log, %LIMITS of them.
 */
void limit_begin(struct limit *limits);

/**
 * limit_init() - find out where the kernel keeps its own
 *
 * Return: 0, or -ENOENT after a line in the log.
 */
int limit_init(void);

/* The hook on ___ratelimit(). */
asmlinkage void vkernel_ratelimit(void);
asmlinkage int original_ratelimit(struct ratelimit_state *state,
				  const char *func);

#endif /* LOG_LIMIT_H */
