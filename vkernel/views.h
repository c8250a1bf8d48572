/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of /proc/sys of which a container has its own: see struct vkernel_view.
 */
#ifndef VKERNEL_VIEWS_H
#define VKERNEL_VIEWS_H

#include <linux/fs.h>
#include <linux/uio.h>

/**
 * views_answer() - read or write a file of /proc/sys for the current task
 * @iocb: the open file, and where in it.
 * @iter: the program's memory.
 * @write: does it write?
 * @ret: what read(2) or write(2) returns.
 *
 * Copies from and to the program's memory, which may sleep.
 *
 * Context: process context.
 * Return: false if it is the host's value that this task sees: then nothing was
 * done, and the kernel's own handler runs.
 */
bool views_answer(struct kiocb *iocb, struct iov_iter *iter, bool write,
		  ssize_t *ret);

#endif /* VKERNEL_VIEWS_H */
