/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rules on files, addresses and namespaces, in a profile of vKernel's own.
 */
#ifndef VKCTL_OBJECTS_H
#define VKCTL_OBJECTS_H

#include "json.h"
#include "settings.h"

/**
 * objects_compile() - lines for object_add
 * @doc: the profile.
 * @list: its rules on objects.
 * @settings: what they come to is added.
 *
 * Return: 0, or -1 when it has said what is wrong.
 */
int objects_compile(const struct document *doc, const struct json *list,
		    struct settings *settings);

#endif /* VKCTL_OBJECTS_H */
