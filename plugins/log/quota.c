// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/time64.h>

#include "quota.h"

void quota_set(struct quota *quota, u32 burst, u32 rate, u64 now)
{
	*quota = (struct quota){
		.burst = burst,
		.rate = rate,
		.left = burst,
		.when = now,
		.asked = now,
	};
}

/* Whole bytes only; the time that is left over counts the next time. */
static void refill(struct quota *quota, u64 now)
{
	u64 passed = now - quota->when, bytes;

	quota->asked = now;
	if (!quota->rate)
		return;
	/* Longer than it takes to fill any bucket, and no product overflows. */
	if (passed / NSEC_PER_SEC > U32_MAX / quota->rate) {
		quota->left = quota->burst;
		quota->when = now;
		return;
	}
	bytes = passed * quota->rate / NSEC_PER_SEC;
	quota->left = min_t(u64, quota->left + bytes, quota->burst);
	quota->when += DIV_ROUND_UP_ULL(bytes * NSEC_PER_SEC, quota->rate);
	if (quota->when > now)
		quota->when = now;
}

bool quota_take(struct quota *quota, u32 bytes, u64 now)
{
	if (!quota->burst)
		return true;
	/* Where the time comes in steps, most ask within one. */
	if (now != quota->asked)
		refill(quota, now);
	if (bytes > quota->left)
		return false;
	quota->left -= bytes;
	return true;
}
