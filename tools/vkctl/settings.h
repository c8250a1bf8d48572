/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a profile comes to: lines for files of a vkernel, in their order.
 */
#ifndef VKCTL_SETTINGS_H
#define VKCTL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "message.h"

/**
 * struct setting - one line for one file
 * @plugin: the plugin, a string that stays.
 * @file: its file, a string that stays; NULL: the vkernel is only given the
 *	plugin.
 * @value: what to write.
 * @line: where in the profile it comes from, 0 if from nowhere in particular.
 * @column: the same.
 * @literal: somebody wrote it so: nothing of it is left out for want of it in
 *	the kernel.
 */
struct setting {
	const char *plugin;
	const char *file;
	char *value;
	size_t line;
	size_t column;
	bool literal;
};

/**
 * struct settings - a list of them
 * @source: name of the profile, for messages.
 * @secret: messages have nothing of the profile but its name.
 * @words: what @plugin and @file of settings may point to, or NULL.
 * @list: the settings.
 * @count: how many.
 * @room: for how many there is memory.
 * @line: what those that are added get.
 * @column: the same.
 * @literal: the same.
 */
struct settings {
	char *source;
	bool secret;
	char *words;
	struct setting *list;
	size_t count;
	size_t room;
	size_t line;
	size_t column;
	bool literal;
};

/**
 * settings_add() - add one at the end
 * @settings: the list.
 * @plugin: a string that stays.
 * @file: a string that stays, or NULL.
 * @format: the value, as for printf().
 */
void settings_add(struct settings *settings, const char *plugin,
		  const char *file, const char *format, ...) PRINTF_LIKE(4, 5);

/**
 * settings_add_text() - add one at the end, whose value is there already
 * @settings: the list.
 * @plugin: a string that stays.
 * @file: a string that stays, or NULL.
 * @value: copied.
 */
void settings_add_text(struct settings *settings, const char *plugin,
		       const char *file, const char *value);

/**
 * settings_fold() - make one of rules that differ by the call only
 * @settings: the list: rules without conditions that come from one place of the
 *	profile become "ABI NR-NR,NR,... VERDICT". It means the same.
 */
void settings_fold(struct settings *settings);

/**
 * settings_text() - "PLUGIN.FILE=VALUE", one a line
 * @settings: the list.
 *
 * Two profiles are the same if this is.
 *
 * Return: the lines, for the caller to free.
 */
char *settings_text(const struct settings *settings);

/**
 * settings_free() - forget a list
 * @settings: the list.
 */
void settings_free(struct settings *settings);

#endif /* VKCTL_SETTINGS_H */
