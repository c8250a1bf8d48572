/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A log's files: settings in configfs, records in debugfs.
 */
#ifndef LOG_FILES_H
#define LOG_FILES_H

#include <linux/configfs.h>

struct log;

/* The files of NAME/log. */
extern struct configfs_attribute *files_attrs[];

/**
 * files_init() - make the plugin's folder in debugfs
 *
 * In it ``log`` has all records, each with its owner in front.
 */
void files_init(void);

/**
 * files_exit() - remove it
 *
 * No vkernel has the plugin any more.
 */
void files_exit(void);

/**
 * files_open_folder() - make the folder of a vkernel
 * @log: its log.
 */
void files_open_folder(struct log *log);

/**
 * files_close_folder() - remove it, and wait for whoever reads there
 * @log: the log.
 */
void files_close_folder(struct log *log);

#endif /* LOG_FILES_H */
