/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/kmsg and /proc/kmsg, opened by tasks of a container.
 */
#ifndef LOG_KMSG_H
#define LOG_KMSG_H

#include <linux/linkage.h>

/*
 * The hooks: vkernel_NAME and original_NAME for each kernel function NAME.
 */
/* clang-format off */
#define KMSG_FUNCTIONS(FUNCTION)                                               \
	FUNCTION(devkmsg_open)                                                 \
	FUNCTION(devkmsg_read)                                                 \
	FUNCTION(devkmsg_write)                                                \
	FUNCTION(devkmsg_llseek)                                               \
	FUNCTION(devkmsg_poll)                                                 \
	FUNCTION(devkmsg_release)                                              \
	FUNCTION(kmsg_open)                                                    \
	FUNCTION(kmsg_read)                                                    \
	FUNCTION(kmsg_poll)                                                    \
	FUNCTION(kmsg_release)
/* clang-format on */

#define KMSG_DECLARE(name)                    \
	asmlinkage void vkernel_##name(void); \
	asmlinkage long original_##name(void);
KMSG_FUNCTIONS(KMSG_DECLARE)

/**
 * kmsg_close_all() - see to it that open files show nothing without the hooks
 *
 * No vkernel has the plugin any more. What the kernel itself does with files of
 * /dev/kmsg that were opened in a container is EBADF; of /proc/kmsg it would
 * show the host's log, so that these cannot be read from here on.
 */
void kmsg_close_all(void);

/**
 * kmsg_forget_all() - forget the files that are still open
 *
 * The hooks are gone.
 */
void kmsg_forget_all(void);

#endif /* LOG_KMSG_H */
