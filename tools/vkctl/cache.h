/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What profiles came to, kept until the next boot: to work it out takes longer
 * than all the rest of a container's start.
 *
 * The question is kept with the answer, byte for byte, so that no other profile
 * is ever taken for it. No answer is no failure, nor is one that cannot be
 * kept.
 */
#ifndef VKCTL_CACHE_H
#define VKCTL_CACHE_H

#include "profile.h"

/**
 * profile_recall() - as profile_load(), of a file, but perhaps from the cache
 * @name: as for profile_path().
 * @secret: as in struct document.
 * @container: whom it is for.
 * @settings: filled in.
 *
 * Return: 0, or -1 when it has said what is wrong; then @settings is empty.
 */
int profile_recall(const char *name, bool secret,
		   const struct container *container,
		   struct settings *settings);

#endif /* VKCTL_CACHE_H */
