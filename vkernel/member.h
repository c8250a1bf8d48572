/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tasks of a vkernel, looked at from outside.
 */
#ifndef VKERNEL_MEMBER_H
#define VKERNEL_MEMBER_H

#include "instance.h"

/**
 * member_count() - how many tasks belong to a vkernel now
 * @id: its id.
 *
 * Context: any that may take a task's alloc_lock.
 * Return: the number of its threads.
 */
unsigned int member_count(u32 id);

/**
 * member_adopt() - take in the tasks that run already
 * @vk: an armed vkernel.
 *
 * Every task whose pid namespace leads to @vk is stamped with its id, as if it
 * had just called execve. A child that is being forked in that moment, by a
 * task not stamped yet, can be missed: who must not miss one freezes the
 * container meanwhile.
 *
 * Context: process context, under instance_mutex; sleeps.
 * Return: 0; -EBUSY if a task is in the midst of an execve all the time, or
 * shares its mm with one outside of the namespace (CLONE_VM), or has its mm's
 * mmap_lock all the time while a plugin wants to count its areas: it, and
 * perhaps others, were not taken in.
 */
int member_adopt(struct vkernel *vk);

#endif /* VKERNEL_MEMBER_H */
