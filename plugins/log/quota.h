/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much a container may write to the log: so much at once, and so much a
 * second.
 *
 * Pure: numbers in, a decision out.
 */
#ifndef LOG_QUOTA_H
#define LOG_QUOTA_H

#include <linux/types.h>

/**
 * struct quota - a bucket of bytes
 * @burst: bytes it holds; 0: there is no limit.
 * @rate: bytes that come back each second.
 * @left: bytes in it.
 * @when: when @left was right, ns.
 * @asked: when was looked whether something has come back, ns.
 */
struct quota {
	u32 burst;
	u32 rate;
	u64 left;
	u64 when;
	u64 asked;
};

/**
 * quota_set() - begin with a full bucket
 * @quota: the bucket.
 * @burst: bytes, 0 for no limit.
 * @rate: bytes a second.
 * @now: the time, ns.
 */
void quota_set(struct quota *quota, u32 burst, u32 rate, u64 now);

/**
 * quota_take() - may this much be written?
 * @quota: the bucket.
 * @bytes: how much.
 * @now: the time, ns; never goes back.
 *
 * Return: whether it may; then it is taken.
 */
bool quota_take(struct quota *quota, u32 bytes, u64 now);

#endif /* LOG_QUOTA_H */
