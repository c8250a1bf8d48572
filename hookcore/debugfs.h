/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /sys/kernel/debug/hookcore/.
 */
#ifndef HOOKCORE_DEBUGFS_H
#define HOOKCORE_DEBUGFS_H

/**
 * debugfs_init() - make the files; without debugfs there are none
 */
void debugfs_init(void);

/**
 * debugfs_exit() - remove them; nobody is in them afterwards
 */
void debugfs_exit(void);

#endif /* HOOKCORE_DEBUGFS_H */
