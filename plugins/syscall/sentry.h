/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the kernel has its own copy of what an argument points to: judged there
 * by the rules on objects.
 */
#ifndef SYSCALL_SENTRY_H
#define SYSCALL_SENTRY_H

#include <linux/jump_label.h>
#include <linux/linkage.h>
#include <linux/types.h>

#include "verdicts.h"

/*
 * The hooks: vkernel_NAME and original_NAME for each kernel function NAME.
 * FUNCTION(NAME, KIND) for all of them.
 */
/* clang-format off */
#define SENTRY_FUNCTIONS(FUNCTION)                                             \
	FUNCTION(security_file_open, OBJECT_OPEN)                              \
	FUNCTION(security_socket_connect, OBJECT_CONNECT)                      \
	FUNCTION(security_socket_bind, OBJECT_BIND)                            \
	FUNCTION(security_socket_sendmsg, OBJECT_SEND)                         \
	FUNCTION(kernel_clone, OBJECT_CLONE)                                   \
	FUNCTION(ksys_unshare, OBJECT_CLONE)

/* KIND(KIND) for all kinds of objects. */
#define SENTRY_KINDS(KIND)                                                     \
	KIND(OBJECT_OPEN)                                                      \
	KIND(OBJECT_CONNECT)                                                   \
	KIND(OBJECT_BIND)                                                      \
	KIND(OBJECT_SEND)                                                      \
	KIND(OBJECT_CLONE)
/* clang-format on */

#define SENTRY_DECLARE(name, kind)            \
	asmlinkage void vkernel_##name(void); \
	asmlinkage long original_##name(void);
SENTRY_FUNCTIONS(SENTRY_DECLARE)

/* On while there is a table with rules of that kind; assembly asks them too. */
#define SENTRY_DECLARE_KEY(kind) DECLARE_STATIC_KEY_FALSE(sentry_awake_##kind);
SENTRY_KINDS(SENTRY_DECLARE_KEY)

/**
 * sentry_init() - find the kernel functions that are called and hooked
 *
 * What the kernel has and we could not watch is a reason not to load; of what
 * it does not have &rules_kinds tells.
 *
 * Return: 0, or a negative errno after a line in the log.
 */
int sentry_init(void);

/**
 * sentry_exit() - remove the hooks, if there are any
 *
 * Context: process context, sleeps. No table has rules on objects.
 */
void sentry_exit(void);

/**
 * sentry_wake() - a table comes into force
 * @table: the table.
 *
 * The first one with rules of a kind brings that kind's hooks, which stay until
 * sentry_exit(): who has no such rules does not pay for them. After the last
 * one they are a jump.
 *
 * Context: process context, sleeps.
 * Return: 0, or a negative errno after a line in the log.
 */
int sentry_wake(const struct verdicts *table);

/**
 * sentry_rest() - a table is no longer in force
 * @table: the table.
 *
 * Context: process context, sleeps.
 */
void sentry_rest(const struct verdicts *table);

#endif /* SYSCALL_SENTRY_H */
