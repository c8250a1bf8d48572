/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A profile: one JSON file with everything that a container's vkernel is to do.
 */
#ifndef VKCTL_PROFILE_H
#define VKCTL_PROFILE_H

#include "json.h"
#include "seccomp.h"
#include "settings.h"

/* Where profiles are that go by a name alone. */
#define PROFILE_FOLDER "/etc/vkernel/profiles"

/**
 * profile_path() - where a profile is
 * @name: a path, which has a slash in it or ends in ".json", or the name of a
 *	file in PROFILE_FOLDER without its ".json".
 *
 * Return: the path, for the caller to free.
 */
char *profile_path(const char *name);

/**
 * profile_default() - what a profile says that does not say it
 * @plugin: the section.
 * @file: the key, if it names a file of the plugin.
 *
 * Return: the value for the file, a string that stays; NULL if it has none.
 */
const char *profile_default(const char *plugin, const char *file);

/**
 * profile_compile() - all that a profile says, looked at before any of it is
 * done
 * @doc: the profile.
 * @container: whom it is for.
 * @settings: filled in.
 *
 * Return: 0, or -1 when it has said what is wrong; then @settings is empty.
 */
int profile_compile(const struct document *doc,
		    const struct container *container,
		    struct settings *settings);

/**
 * profile_load() - read and compile a profile
 * @name: as for profile_path(), or "-" for standard input.
 * @container: whom it is for.
 * @settings: filled in.
 *
 * Return: 0, or -1 when it has said what is wrong; then @settings is empty.
 */
int profile_load(const char *name, const struct container *container,
		 struct settings *settings);

/**
 * container_defaults() - a container of which nothing is known
 * @container: filled in: no capabilities, this machine, this kernel.
 */
void container_defaults(struct container *container);

/**
 * container_add() - it has a capability
 * @container: the container.
 * @name: "CAP_SYS_ADMIN", "sys_admin", or "ALL".
 */
void container_add(struct container *container, const char *name);

/**
 * container_from_bundle() - it has the capabilities of a bundle
 * @container: the container.
 * @bundle: its config.json.
 *
 * Return: 0, or -1 when it has said what is wrong.
 */
int container_from_bundle(struct container *container,
			  const struct document *bundle);

/**
 * container_add_bundle() - it has the capabilities of the bundle in a folder
 * @container: the container.
 * @folder: the folder that config.json is in.
 *
 * Return: 0, or -1 when it has said what is wrong.
 */
int container_add_bundle(struct container *container, const char *folder);

/**
 * container_free() - forget what was added
 * @container: the container.
 */
void container_free(struct container *container);

#endif /* VKCTL_PROFILE_H */
