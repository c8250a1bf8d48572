/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control group that a container's init is in.
 */
#ifndef VKCTL_GROUP_H
#define VKCTL_GROUP_H

#include <sys/types.h>

/**
 * group_read() - read a file of a process's control group, version 2
 * @pid: the process.
 * @file: the file.
 *
 * Return: what is in it, for the caller to free; NULL with errno set.
 */
char *group_read(pid_t pid, const char *file);

/**
 * group_write() - write it
 * @pid: the process.
 * @file: the file, which must be there.
 * @value: what to write.
 *
 * Return: 0 or a negative errno; -ENOENT: the group has no such file.
 */
int group_write(pid_t pid, const char *file, const char *value);

#endif /* VKCTL_GROUP_H */
