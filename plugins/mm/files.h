/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of NAME/mm, and how a setting is changed, by whomever.
 */
#ifndef MM_FILES_H
#define MM_FILES_H

#include "own.h"

extern struct configfs_attribute *files_attrs[];

/*
 * files_set_NAME() - change a setting
 * @own: whose.
 * @text: the new value, in words.
 *
 * Context: any; one writer at a time is the caller's business.
 * Return: 0; -EINVAL if it is none, -EOPNOTSUPP if it can have no effect here.
 * Then nothing has changed.
 */
int files_set_mode(struct own *own, const char *text);
int files_set_ratio(struct own *own, const char *text);
int files_set_kbytes(struct own *own, const char *text);
int files_set_map_count(struct own *own, const char *text);
int files_set_min_addr(struct own *own, const char *text);

/* The same; who has changed the first one calls thp_apply(). */
int files_set_thp_enabled(struct own *own, const char *text);
int files_set_thp_defrag(struct own *own, const char *text);

#endif /* MM_FILES_H */
