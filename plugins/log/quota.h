/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much a container may write to the log: so much at once, and so much a
 * second.
 *
 * Pure: numbers in, a decision out.
 */
#ifndef LOG_QUOTA_H
#define LOG_QUOTA_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/param.h>
#include <linux/types.h>

/**
 * struct quota - a bucket of bytes
 * @burst: bytes it holds; 0: there is no limit.
 * @rate: bytes that come back each second.
 * @left: what is in it, in shares of a byte: as many as there are ticks in a
 *	second, so that what a tick brings back is a whole number. Below 0: more
 *	was taken than there was.
 * @when: the tick when something came back last.
 *
 * No lock: it is taken from where printk() is called. Of those who come at once
 * each takes its own, and one gives back what the time has brought.
 */
struct quota {
	u32 burst;
	u32 rate;
	atomic64_t left;
	u64 when;
};

/**
 * quota_set() - begin with a full bucket
 * @quota: the bucket.
 * @burst: bytes, 0 for no limit.
 * @rate: bytes a second.
 * @now: the time, ticks.
 */
void quota_set(struct quota *quota, u32 burst, u32 rate, u64 now);

/**
 * quota_refill() - give back what has come since
 * @quota: the bucket.
 * @now: the time, ticks; never goes back.
 */
void quota_refill(struct quota *quota, u64 now);

/**
 * quota_take() - this much was written
 * @quota: the bucket.
 * @bytes: how much; not many of them, a record's.
 * @now: the time, ticks; never goes back.
 *
 * Return: whether there is any left.
 */
static inline bool quota_take(struct quota *quota, u32 bytes, u64 now)
{
	if (!READ_ONCE(quota->burst))
		return true;
	/* Within one tick nothing comes back. */
	if (now != READ_ONCE(quota->when))
		quota_refill(quota, now);
	return atomic64_sub_return((u64)bytes * HZ, &quota->left) > 0;
}

/**
 * quota_any() - may anything be written?
 * @quota: the bucket.
 * @now: the time, ticks; never goes back.
 *
 * Return: whether there is any left.
 */
bool quota_any(struct quota *quota, u64 now);

#endif /* LOG_QUOTA_H */
