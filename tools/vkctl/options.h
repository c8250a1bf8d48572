/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What several verbs ask of their command lines.
 */
#ifndef VKCTL_OPTIONS_H
#define VKCTL_OPTIONS_H

#include <stdbool.h>
#include <sys/types.h>

#include "profile.h"
#include "vkctl.h"

/**
 * parse_pid() - a process number
 * @word: decimal.
 *
 * Return: the number, -1 if it is none.
 */
pid_t parse_pid(const char *word);

/**
 * one_name() - there must be just one argument, the name of a vkernel
 * @verb: whose command line it is.
 * @argc: of the verb.
 * @argv: of the verb; next_option() has gone through it.
 *
 * Return: true, or false when it has said what is wrong.
 */
bool one_name(const struct verb *verb, int argc, char **argv);

/**
 * known_name() - as one_name(), and there must be such a vkernel
 * @verb: whose command line it is.
 * @argc: of the verb.
 * @argv: of the verb.
 *
 * Return: EXIT_OK, or what to exit with when it has said what is wrong.
 */
int known_name(const struct verb *verb, int argc, char **argv);

/* Of verbs that ask whom a profile is for: for next_option(). */
#define CONTAINER_LETTERS "b:c:"
#define CONTAINER_OPTIONS                           \
	{ "bundle", required_argument, NULL, 'b' }, \
	{                                           \
		"cap", required_argument, NULL, 'c' \
	}

/**
 * container_option() - take one of CONTAINER_OPTIONS
 * @container: gets what it says.
 * @option: what next_option() said; not one that the verb knows itself.
 *
 * Return: -1 to go on, or what to exit with.
 */
int container_option(struct container *container, int option);

/**
 * no_arguments() - there must be none
 * @verb: whose command line it is.
 * @argc: of the verb.
 * @argv: of the verb.
 *
 * Return: true, or false when it has said what is wrong.
 */
bool no_arguments(const struct verb *verb, int argc, char **argv);

/**
 * json_option() - of a verb that has no option but --json
 * @verb: whose command line it is.
 * @argc: of the verb.
 * @argv: of the verb.
 * @json: whether it is there.
 *
 * Return: -1 to go on, or what to exit with.
 */
int json_option(const struct verb *verb, int argc, char **argv, bool *json);

#endif /* VKCTL_OPTIONS_H */
