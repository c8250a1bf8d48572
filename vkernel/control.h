/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The operator's side of a vkernel: /sys/kernel/config/vkernel.
 */
#ifndef VKERNEL_CONTROL_H
#define VKERNEL_CONTROL_H

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

#endif /* VKERNEL_CONTROL_H */
