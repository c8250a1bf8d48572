/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What several verbs ask of their command lines.
 */
#ifndef VKCTL_OPTIONS_H
#define VKCTL_OPTIONS_H

#include <stdbool.h>
#include <sys/types.h>

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
