// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/param.h>

#include "quota.h"

void quota_set(struct quota *quota, u32 burst, u32 rate, u64 now)
{
	WRITE_ONCE(quota->burst, burst);
	WRITE_ONCE(quota->rate, rate);
	WRITE_ONCE(quota->when, now);
	atomic64_set(&quota->left, (u64)burst * HZ);
}

void quota_refill(struct quota *quota, u64 now)
{
	s64 full = (u64)READ_ONCE(quota->burst) * HZ, more, left;
	u64 when = READ_ONCE(quota->when);

	/* Of those who come at once one is the first. */
	if (now <= when || cmpxchg(&quota->when, when, now) != when)
		return;
	/* Of a time so long no more counts: nothing overflows. */
	more = min_t(u64, now - when, BIT(30)) * READ_ONCE(quota->rate);
	left = atomic64_add_return(more, &quota->left);
	if (left > full)
		atomic64_sub(left - full, &quota->left);
}

bool quota_any(struct quota *quota, u64 now)
{
	if (!READ_ONCE(quota->burst))
		return true;
	quota_refill(quota, now);
	return atomic64_read(&quota->left) > 0;
}
