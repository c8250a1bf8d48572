/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control group that a container's init is in, and those below it.
 */
#ifndef VKCTL_GROUP_H
#define VKCTL_GROUP_H

#include <stdbool.h>
#include <sys/types.h>

/* The file of vkernel_sched. */
#define GROUP_POLICY "cpu.real_policy"

/**
 * group_in() - the control group of version 2 that /proc/PID/cgroup tells
 * @groups: what is in that file.
 *
 * Return: its path from the root, for the caller to free; NULL: none, or one
 * outside of what can be seen from here.
 */
char *group_in(const char *groups);

/**
 * group_read() - read a file of a process's control group, version 2
 * @pid: the process.
 * @file: the file.
 *
 * Return: what is in it, for the caller to free; NULL with errno set.
 */
char *group_read(pid_t pid, const char *file);

/**
 * group_set_policy() - of a process's control group and all below it
 * @name: the vkernel, by whose name is remembered what the group had before
 *	the first change.
 * @pid: the process.
 * @value: what to write.
 *
 * Return: 0 or a negative errno; -ENOENT: the group has no such file;
 * -EADDRINUSE: another vkernel has set it.
 */
int group_set_policy(const char *name, pid_t pid, const char *value);

/**
 * group_note() - what a process's control group and all below it have
 * @name: the vkernel, by whose name what they had before is remembered, too.
 * @pid: the process.
 *
 * Return: words for group_put_back(), for the caller to free; NULL: the group
 * has no policy.
 */
char *group_note(const char *name, pid_t pid);

/**
 * group_put_back() - make it so again
 * @name: the vkernel.
 * @noted: what group_note() returned.
 *
 * Groups that have come since get what the uppermost had.
 */
void group_put_back(const char *name, const char *noted);

/**
 * group_is_kept() - is it remembered what a group had, that is still there?
 * @name: the vkernel.
 *
 * Return: whether it is.
 */
bool group_is_kept(const char *name);

/**
 * group_list() - whose control groups have a policy of their profile's
 * @count: how many.
 *
 * Return: the names of vkernels, and of containers that have joined another's;
 * for name_list_free().
 */
char **group_list(size_t *count);

/**
 * group_restore_policy() - back to what the group had
 * @name: the vkernel.
 *
 * The group and those below it that still have the policy that was set. Nothing
 * is done if none was, or the group is gone.
 */
void group_restore_policy(const char *name);

#endif /* VKCTL_GROUP_H */
