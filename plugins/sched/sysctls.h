/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scheduler parameters in /proc/sys/kernel, where kernels have none since 5.13:
 * the host's, and in a container its own.
 */
#ifndef SCHED_SYSCTLS_H
#define SCHED_SYSCTLS_H

/**
 * sysctls_init() - make the files, and give vkernels their own
 *
 * Context: process context, sleeps.
 * Return: 0, or a negative errno after one line in the log.
 */
int sysctls_init(void);

/**
 * sysctls_exit() - take them away
 *
 * Context: process context, sleeps. When it returns nobody reads or writes them
 * any more.
 */
void sysctls_exit(void);

#endif /* SCHED_SYSCTLS_H */
