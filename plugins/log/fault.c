// SPDX-License-Identifier: GPL-2.0
#include <linux/atomic.h>
#include <linux/hash.h>

#include "fault.h"

/*
 * One place for each task that is being told about, near where its address
 * hashes to. Not per CPU: the task may be pre-empted, and move. A task that
 * finds no place is told about as if it were the host's business: nothing is
 * shown that should not be.
 */
#define MARK_BITS 8
#define MARKS BIT(MARK_BITS)
#define MARK_TRIES 8

static struct task_struct *marks[MARKS];

static struct task_struct **place(unsigned int try)
{
	return &marks[(hash_ptr(current, MARK_BITS) + try) % MARKS];
}

bool fault_now(void)
{
	unsigned int i;

	/* Written by the current task itself: no order is needed. */
	for (i = 0; i < MARK_TRIES; i++)
		if (READ_ONCE(*place(i)) == current)
			return true;
	return false;
}

struct task_struct **fault_begin(void)
{
	unsigned int i;

	if (fault_now())
		return NULL;
	for (i = 0; i < MARK_TRIES; i++)
		if (!cmpxchg(place(i), NULL, current))
			return place(i);
	return NULL;
}

void fault_end(struct task_struct **mark)
{
	if (mark)
		WRITE_ONCE(*mark, NULL);
}
