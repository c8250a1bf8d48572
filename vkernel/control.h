/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The operator's side of a vkernel: /sys/kernel/config/vkernel.
 */
#ifndef VKERNEL_CONTROL_H
#define VKERNEL_CONTROL_H

#include <linux/types.h>

struct dentry;

/**
 * control_init() - show /sys/kernel/config/vkernel
 *
 * Context: process context, sleeps.
 * Return: 0 or a negative errno.
 */
int control_init(void);

/**
 * control_exit() - remove it
 *
 * Context: process context, sleeps. No vkernel exists: each one pins the
 * module.
 */
void control_exit(void);

/**
 * control_owns() - is this one of vkernel.ko's directories?
 * @dentry: a directory, which the caller keeps alive.
 *
 * Context: any.
 * Return: true for /sys/kernel/config/vkernel and all below it, wherever it is
 * mounted.
 */
bool control_owns(struct dentry *dentry);

#endif /* VKERNEL_CONTROL_H */
