/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of vkernels. Nothing else in vkctl knows where they are.
 *
 * Functions that can fail return a negative errno and say nothing;
 * instance_reason() has the sentence.
 */
#ifndef VKCTL_INSTANCE_H
#define VKCTL_INSTANCE_H

#include <stdbool.h>
#include <sys/types.h>

#include "settings.h"

/* The longest value that a file of a plugin takes, bytes. */
#define INSTANCE_VALUE 4095

/* What the last call was about, for instance_reason(). */
enum instance_act {
	ACT_MAKE,
	ACT_REMOVE,
	ACT_GIVE,
	ACT_TAKE,
	ACT_READ,
	ACT_WRITE,
};

/**
 * instance_name_ok() - can a vkernel be called so?
 * @name: the name.
 *
 * Return: whether it can.
 */
bool instance_name_ok(const char *name);

/**
 * instance_possible() - is vkernel.ko there, and configfs?
 *
 * Return: whether they are.
 */
bool instance_possible(void);

/**
 * instance_available() - is vkernel.ko there, and configfs?
 *
 * Return: 0, or -1 when it has said what is not.
 */
int instance_available(void);

/**
 * instance_exists() - is there a vkernel of this name?
 * @name: the name.
 *
 * Return: whether there is.
 */
bool instance_exists(const char *name);

/**
 * instance_make() - make a vkernel
 * @name: its name.
 *
 * Return: 0 or a negative errno.
 */
int instance_make(const char *name);

/**
 * instance_remove() - remove a vkernel, its plugins' directories first
 * @name: its name.
 *
 * Return: 0 or a negative errno. -EBUSY: nothing has changed.
 */
int instance_remove(const char *name);

/**
 * instance_give() - give a vkernel a plugin
 * @name: the vkernel.
 * @plugin: the plugin.
 *
 * Return: 0 or a negative errno.
 */
int instance_give(const char *name, const char *plugin);

/**
 * instance_take() - take a plugin away from a vkernel
 * @name: the vkernel.
 * @plugin: the plugin.
 *
 * Return: 0 or a negative errno.
 */
int instance_take(const char *name, const char *plugin);

/**
 * instance_read() - read a file
 * @name: the vkernel.
 * @plugin: the plugin, or NULL for a file of the vkernel itself.
 * @file: the file.
 *
 * Return: what is in it, without the last newline, for the caller to free; NULL
 * with errno set if it cannot be read.
 */
char *instance_read(const char *name, const char *plugin, const char *file);

/**
 * instance_read_full() - read what does not fit into a page, from debugfs
 * @name: the vkernel.
 * @plugin: the plugin.
 * @file: the file.
 *
 * Return: what is in it, for the caller to free; NULL with errno set if it
 * cannot be read.
 */
char *instance_read_full(const char *name, const char *plugin,
			 const char *file);

/**
 * struct pen - a file of a vkernel, kept open; begins as zeroes
 * @name: the vkernel. This string and the next two stay as long as the file is
 *	open.
 * @plugin: the plugin, or NULL.
 * @file: the file, NULL if none is open.
 * @fd: it.
 */
struct pen {
	const char *name;
	const char *plugin;
	const char *file;
	int fd;
};

/**
 * pen_drop() - close the file, if any
 * @pen: the pen.
 */
void pen_drop(struct pen *pen);

/**
 * instance_write_lines() - write to a file that takes several lines at once
 * @pen: keeps the file; ends by pen_drop().
 * @name: the vkernel.
 * @plugin: the plugin.
 * @file: the file.
 * @lines: the lines, each with its end, at most %INSTANCE_VALUE bytes.
 * @count: how many.
 *
 * Return: how many were taken.
 */
size_t instance_write_lines(struct pen *pen, const char *name,
			    const char *plugin, const char *file,
			    const char *lines, size_t count);

/**
 * instance_write_on() - as instance_write(), for many writes to few files
 * @pen: keeps the file; ends by pen_drop().
 * @name: the vkernel.
 * @plugin: the plugin, NULL for a file of the vkernel itself.
 * @file: the file.
 * @value: what to write.
 *
 * Return: 0 or a negative errno.
 */
int instance_write_on(struct pen *pen, const char *name, const char *plugin,
		      const char *file, const char *value);

/**
 * instance_write() - write a file, in one write(2)
 * @name: the vkernel.
 * @plugin: the plugin, or NULL for a file of the vkernel itself.
 * @file: the file.
 * @value: what to write.
 *
 * Return: 0 or a negative errno.
 */
int instance_write(const char *name, const char *plugin, const char *file,
		   const char *value);

/**
 * instance_has_file() - has a plugin this file?
 * @name: the vkernel.
 * @plugin: the plugin, or NULL.
 * @file: the file.
 *
 * Return: whether it has.
 */
bool instance_has_file(const char *name, const char *plugin, const char *file);

/**
 * instance_can_write() - is this a file that can be written?
 * @name: the vkernel.
 * @plugin: the plugin, or NULL.
 * @file: the file.
 *
 * Return: whether it is.
 */
bool instance_can_write(const char *name, const char *plugin, const char *file);

/**
 * instance_is() - is a vkernel in this state?
 * @name: the vkernel.
 * @state: "created", "armed", "active", "dead".
 *
 * Return: whether it is.
 */
bool instance_is(const char *name, const char *state);

/**
 * instance_list() - names of all vkernels, in order
 * @count: how many.
 *
 * Return: the names, for name_list_free(); NULL with errno set if there is no
 * such folder.
 */
char **instance_list(size_t *count);

/**
 * instance_plugins() - names of the plugins a vkernel has, in order
 * @name: the vkernel.
 * @count: how many.
 *
 * Return: as instance_list().
 */
char **instance_plugins(const char *name, size_t *count);

/**
 * instance_files() - names of the files that can be read, in order
 * @name: the vkernel.
 * @plugin: the plugin, or NULL for those of the vkernel itself.
 * @count: how many.
 *
 * Return: as instance_list().
 */
char **instance_files(const char *name, const char *plugin, size_t *count);

/**
 * name_list() - what is in a folder, in order, but for what begins with a dot
 * @folder: the folder.
 * @folders: the folders in it, else the files that somebody may read.
 * @count: how many.
 *
 * Return: as instance_list().
 */
char **name_list(const char *folder, bool folders, size_t *count);

/**
 * name_list_free() - forget a list
 * @list: the list, or NULL.
 * @count: how many.
 */
void name_list_free(char **list, size_t count);

/**
 * instance_reason() - why something failed, in words
 * @act: what it was.
 * @file: the file, for ACT_WRITE.
 * @error: the negative errno.
 *
 * Return: a string that stays.
 */
const char *instance_reason(enum instance_act act, const char *file, int error);

/**
 * debug_open() - open a vkernel's file in a debugfs folder of ours
 * @folder: "vkernel_syscall" or the like.
 * @name: the vkernel.
 * @file: the file.
 *
 * Return: its descriptor, for reading; -1 with errno set.
 */
int debug_open(const char *folder, const char *name, const char *file);

/**
 * debug_read() - read a file of a debugfs folder of ours
 * @folder: "hookcore" or "vkernel".
 * @file: the file.
 *
 * Return: what is in it, for the caller to free; NULL with errno set.
 */
char *debug_read(const char *folder, const char *file);

/**
 * debug_ask() - write to a file of ours in debugfs, and read what it answers
 * @folder: "hookcore" or "vkernel".
 * @file: the file.
 * @question: what to write.
 *
 * Return: the answer, for the caller to free; NULL with errno set.
 */
char *debug_ask(const char *folder, const char *file, const char *question);

#endif /* VKCTL_INSTANCE_H */
