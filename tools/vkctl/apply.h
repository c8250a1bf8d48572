/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A profile is put in force whole, or nothing of it.
 */
#ifndef VKCTL_APPLY_H
#define VKCTL_APPLY_H

#include <stdbool.h>
#include <sys/types.h>

#include "settings.h"

/**
 * enum apply_way - what else there is to it
 * @APPLY_PLAIN: nothing.
 * @APPLY_RUNNING: take in the programs that run in it already, too.
 * @APPLY_SAMPLE: it is only to be looked at.
 */
enum apply_way {
	APPLY_PLAIN,
	APPLY_RUNNING,
	APPLY_SAMPLE,
};

/**
 * apply_create() - make a vkernel, set it up, arm it
 * @name: its name.
 * @settings: its profile, or NULL.
 * @pid: the container's init, 0 not to arm it.
 * @way: what else.
 *
 * Return: 0, or -1 when it has said why not; then there is nothing.
 */
int apply_create(const char *name, const struct settings *settings, pid_t pid,
		 enum apply_way way);

/**
 * apply_begin() - as apply_create(), of a vkernel that has just been made
 * @name: its name.
 * @settings: its profile, or NULL.
 * @pid: the container's init, 0 not to arm it.
 * @way: what else.
 *
 * Return: 0, or -1 when it has said why not; then it is removed. If it cannot
 * be, that has been said, too.
 */
int apply_begin(const char *name, const struct settings *settings, pid_t pid,
		enum apply_way way);

/**
 * apply_has_groups() - is any of these for apply_groups()?
 * @settings: the settings.
 *
 * Return: whether one is.
 */
bool apply_has_groups(const struct settings *settings);

/**
 * apply_groups() - set up a process's control group
 * @name: by this name is remembered what the group had before.
 * @settings: of these, those that lie there, and not in the vkernel.
 * @pid: the process.
 *
 * Return: 0, or -1 when it has said why not; then the group is as it was.
 */
int apply_groups(const char *name, const struct settings *settings, pid_t pid);

/**
 * apply_equals() - is a vkernel set up like this, and in no other way?
 * @name: the vkernel.
 * @settings: the settings. A vkernel is made of them for the time being, so
 *	that it does not matter who changed what. Those for apply_groups() do
 *	not count.
 *
 * Return: whether it is; false also if that cannot be told.
 */
bool apply_equals(const char *name, const struct settings *settings);

/**
 * apply_change() - put other settings in force
 * @name: a vkernel.
 * @settings: the settings. A plugin that is named without a file begins anew.
 *
 * Return: 0, or -1 when it has said why not; then what was in force is again. A
 * plugin that it was given may stay, as a section that says nothing has it.
 */
int apply_change(const char *name, const struct settings *settings);

#endif /* VKCTL_APPLY_H */
