/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verbs of vkctl, one file each.
 */
#ifndef VKCTL_VKCTL_H
#define VKCTL_VKCTL_H

#include <getopt.h>
#include <stdbool.h>

#include "message.h"

enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
};

/**
 * struct verb - what vkctl can be told to do
 * @name: the word.
 * @arguments: what follows it, for the help.
 * @summary: one line, for the help.
 * @run: does it; gets the word as its first argument. Returns EXIT_...
 */
struct verb {
	const char *name;
	const char *arguments;
	const char *summary;
	int (*run)(int argc, char **argv);
};

extern const struct verb verb_check;
extern const struct verb verb_create;
extern const struct verb verb_detach;
extern const struct verb verb_doctor;
extern const struct verb verb_gc;
extern const struct verb verb_hooks;
extern const struct verb verb_learn;
extern const struct verb verb_log;
extern const struct verb verb_ls;
extern const struct verb verb_module;
extern const struct verb verb_oci_hook;
extern const struct verb verb_rm;
extern const struct verb verb_runtime;
extern const struct verb verb_set;
extern const struct verb verb_show;
extern const struct verb verb_top;

/**
 * usage() - say that a verb is not used so
 * @verb: the verb.
 * @format: what is wrong, as for printf(), one line.
 *
 * Return: EXIT_USAGE.
 */
int usage(const struct verb *verb, const char *format, ...) PRINTF_LIKE(2, 3);

/**
 * next_option() - getopt_long(), with messages of ours
 * @verb: whose options they are.
 * @argc: as main() has it, for the verb.
 * @argv: the same.
 * @letters: as for getopt_long(), without ":h" in front.
 * @options: as for getopt_long(), without --help.
 *
 * Return: the option, -1 when there are no more, '?' when something is wrong
 * with one and it has been said, 'h' for help that has been given.
 */
int next_option(const struct verb *verb, int argc, char **argv,
		const char *letters, const struct option *options);

/**
 * option_end() - what to exit with after next_option() said '?' or 'h'
 * @option: what it said.
 *
 * Return: EXIT_...
 */
static inline int option_end(int option)
{
	return option == 'h' ? EXIT_OK : EXIT_USAGE;
}

#endif /* VKCTL_VKCTL_H */
