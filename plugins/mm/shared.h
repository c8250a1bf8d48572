/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared memory: files of tmpfs, memfds, anonymous shared areas, System V's. It
 * is nobody's area, and whoever comes last gives it back.
 *
 * Each object (inode) has one owner, the vkernel of the task that made it, kept
 * as an id in a hole of the inode. All its pages are the owner's, whoever
 * touches, truncates or frees them. What the kernel counts for the current task
 * is moved to the owner, and back, in three moments:
 *
 * - pages of the object were promised to the current task, whose limit was
 *   asked (before 6.6 when they are added to it);
 * - pages of the object are given back, which the counter's handler takes from
 *   the current task;
 * - an object of a fixed size, promised when it was made, goes.
 *
 * An owner that is dead or detached is the host.
 */
#ifndef MM_SHARED_H
#define MM_SHARED_H

#include "hookcore.h"

/* The most hooks that shared_hooks() gives. */
#define SHARED_HOOKS 10

/**
 * shared_hooks() - which functions are to be hooked on this kernel
 * @hooks: room for %SHARED_HOOKS.
 *
 * Context: process context, may sleep.
 * Return: how many.
 */
size_t shared_hooks(struct hookcore_hook *hooks);

#endif /* MM_SHARED_H */
