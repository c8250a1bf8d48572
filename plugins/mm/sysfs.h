/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /sys/kernel/mm/transparent_hugepage: the host's true settings, and a
 * container's own.
 */
#ifndef MM_SYSFS_H
#define MM_SYSFS_H

#include <linux/types.h>

struct hookcore_hook;

/* The most hooks that sysfs_hooks() asks for. */
#define SYSFS_HOOKS 6

/**
 * sysfs_hooks() - the hooks wanted
 * @hooks: where to, room for %SYSFS_HOOKS.
 *
 * Context: after thp_init(); process context, sleeps.
 * Return: how many; -ENOENT after saying which file there is not.
 */
int sysfs_hooks(struct hookcore_hook *hooks);

#endif /* MM_SYSFS_H */
