/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Failure points: every allocation of hookcore can be made to fail.
 */
#ifndef HOOKCORE_FAIL_H
#define HOOKCORE_FAIL_H

#include <linux/types.h>

/* The so-and-so-many-eth failure point from now on fails, once; 0: none. */
extern int fail_nth;

/**
 * fail_now() - shall this allocation fail?
 *
 * Context: any; races with other callers only over which of them fails.
 */
static inline bool fail_now(void)
{
	return fail_nth && !--fail_nth;
}

#endif /* HOOKCORE_FAIL_H */
