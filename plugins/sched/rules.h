/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arithmetic of scheduler parameters: pure, numbers in, numbers out. Times
 * are nanoseconds; virtual ones as the scheduler has them: what they come to
 * for a task of nice 0.
 */
#ifndef SCHED_RULES_H
#define SCHED_RULES_H

#include <linux/types.h>

/* What a vkernel can have of its own. */
enum rules_setting {
	RULES_WAKEUP_GRANULARITY,
	RULES_MIN_GRANULARITY,
	RULES_LATENCY,
	RULES_CHILD_FIRST,
	RULES_BASE_SLICE,
	RULES_SETTINGS,
};

/* No value of its own. */
#define RULES_INHERIT U32_MAX

/* For the longest text of a value. */
#define RULES_SIZE 12

/**
 * rules_read() - a value, from its text in a file
 * @setting: of what.
 * @text: "inherit", or nanoseconds; whether a child runs first, 0 or 1.
 * @value: the value; left alone if there is none.
 *
 * A wake-up granularity may be up to a second, as the kernel's own file had it
 * (commit 8a99b6833c88 ("sched: Move SCHED_DEBUG sysctl to debugfs")). The
 * others are how long others may have to wait, and have the limits that the
 * kernel sets to a slice that a program asks for (__setscheduler_params()):
 * 100 us to 100 ms.
 *
 * Return: 0, -EINVAL if it is none.
 */
int rules_read(enum rules_setting setting, const char *text, u32 *value);

/**
 * rules_print() - the inverse
 * @value: the value.
 * @text: %RULES_SIZE bytes for it.
 *
 * Return: @text.
 */
const char *rules_print(u32 value, char *text);

/**
 * rules_shift() - what makes one granularity act as another
 * @host: the one that the kernel will compare with.
 * @own: the one that is meant.
 * @weight: load.weight of the one that wakes.
 *
 * It is pre-empted for if it is behind by more than the granularity, in virtual
 * time of its own weight (wakeup_preempt_entity()). Whoever runs is made to be
 * further ahead by this for as long as the kernel looks.
 *
 * Return: virtual time.
 */
s64 rules_shift(u32 host, u32 own, unsigned long weight);

/**
 * rules_period() - in what time each is to have run once
 * @count: how many want to run.
 * @latency: that time, as long as there are few.
 * @least: each is to run for that long at least.
 *
 * As __sched_period() does.
 *
 * Return: the time.
 */
u64 rules_period(unsigned int count, u32 latency, u32 least);

/**
 * rules_share() - the part of a time that is one's own
 * @time: the time.
 * @weight: load.weight of the one.
 * @all: the sum for all, with him.
 *
 * Return: the part.
 */
u64 rules_share(u64 time, unsigned long weight, unsigned long all);

/**
 * rules_deadline() - by when one is to have had its slice
 * @vruntime: its virtual time.
 * @deadline: by when, with a slice of @slice.
 * @slice: see @deadline; not 0.
 * @own: the slice that it is to have instead.
 *
 * Return: virtual time.
 */
u64 rules_deadline(u64 vruntime, u64 deadline, u64 slice, u32 own);

#endif /* SCHED_RULES_H */
