/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of a vkernel's scheduler parameters in configfs.
 */
#ifndef SCHED_FILES_H
#define SCHED_FILES_H

#include "own.h"

extern struct configfs_attribute *files_attrs[];

/**
 * files_set() - change a parameter
 * @own: whose.
 * @setting: which.
 * @text: the value, as a file has it, without a newline.
 *
 * Context: any.
 * Return: 0; -EINVAL if it makes no sense, -EOPNOTSUPP after one line in the
 * log if this kernel has no such parameter.
 */
int files_set(struct own *own, enum rules_setting setting, const char *text);

#endif /* SCHED_FILES_H */
