/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who sends a function elsewhere at its ftrace nop?
 */
#ifndef HOOKCORE_SHADOW_H
#define HOOKCORE_SHADOW_H

#include <linux/types.h>

/**
 * shadow_is_redirected() - does an ftrace user redirect this function?
 * @nop: address of its ftrace nop.
 *
 * Such users are registered with FTRACE_OPS_FL_IPMODIFY: livepatch is one. What
 * they lead to need not come back to the function, and so not to our jmp.
 * Kprobes that have a post handler carry the flag too, but do come back.
 *
 * Context: process context, sleeps; takes ftrace_lock.
 */
bool shadow_is_redirected(unsigned long nop);

/**
 * shadow_watch() - look every second or so, as long as there are hooks
 *
 * Nobody is told when an ftrace user comes or goes.
 *
 * Context: under hook_mutex.
 */
void shadow_watch(void);

/**
 * shadow_update() - look now: which targets are redirected?
 *
 * Context: under hook_mutex; process context, sleeps.
 */
void shadow_update(void);

/**
 * shadow_init() - find ftrace's list of users
 *
 * Return: 0, or a negative errno after one line in the log.
 */
int shadow_init(void);

/**
 * shadow_exit() - stop looking; no hook is left
 */
void shadow_exit(void);

#endif /* HOOKCORE_SHADOW_H */
