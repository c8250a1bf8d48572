/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A container's own values in its /proc/sys/vm.
 */
#ifndef MM_SYSCTLS_H
#define MM_SYSCTLS_H

/**
 * sysctls_init() - show them
 *
 * Context: the plugin is registered.
 * Return: 0 or a negative errno.
 */
int sysctls_init(void);

/**
 * sysctls_exit() - show the host's again
 *
 * Context: process context, sleeps.
 */
void sysctls_exit(void);

#endif /* MM_SYSCTLS_H */
