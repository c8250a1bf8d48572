/* SPDX-License-Identifier: GPL-2.0 */
/*
 * syslog(2) for a container, and the reading of /proc/kmsg.
 */
#ifndef LOG_SYSLOG_H
#define LOG_SYSLOG_H

#include <linux/linkage.h>

#include "log.h"

/**
 * syslog_read() - READ: wait for records, and take them off
 * @log: the log.
 * @id: the id it had when the reader came.
 * @to: where to.
 * @size: bytes there, not 0.
 *
 * Context: process context, sleeps.
 * Return: bytes read, 0 if the container is no more, or a negative errno.
 */
int syslog_read(struct log *log, u32 id, char __user *to, int size);

/**
 * syslog_ready() - would READ find something, or the end?
 * @log: the log.
 * @id: the id it had when the reader came.
 *
 * Context: process context, sleeps.
 */
bool syslog_ready(struct log *log, u32 id);

/* The hook on do_syslog(). */
asmlinkage void vkernel_do_syslog(void);
asmlinkage int original_do_syslog(int type, char __user *to, int size,
				  int source);

#endif /* LOG_SYSLOG_H */
