// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "instance.h"
#include "options.h"

pid_t parse_pid(const char *word)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(word, &end, 10);
	if (errno || *end || end == word || number < 0 || number > INT_MAX)
		return -1;
	return number;
}

bool one_name(const struct verb *verb, int argc, char **argv)
{
	if (argc != optind + 1)
		usage(verb, argc == optind ? "which vkernel?" :
					     "only one vkernel at a time");
	else if (!instance_name_ok(argv[optind]))
		usage(verb, "no name for a vkernel: \"%s\"", argv[optind]);
	else
		return true;
	return false;
}

int known_name(const struct verb *verb, int argc, char **argv)
{
	if (!one_name(verb, argc, argv))
		return EXIT_USAGE;
	if (instance_available())
		return EXIT_FAILED;
	if (instance_exists(argv[optind]))
		return EXIT_OK;
	fault("%s: there is no vkernel of that name", argv[optind]);
	return EXIT_FAILED;
}

int container_option(struct container *container, int option)
{
	if (option == 'c')
		container_add(container, optarg);
	else if (option != 'b')
		return option_end(option);
	else if (container_add_bundle(container, optarg))
		return EXIT_FAILED;
	return -1;
}

bool no_arguments(const struct verb *verb, int argc, char **argv)
{
	if (argc == optind)
		return true;
	usage(verb, "what is \"%s\"?", argv[optind]);
	return false;
}

static const struct option json_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ NULL },
};

int json_option(const struct verb *verb, int argc, char **argv, bool *json)
{
	int option;

	*json = false;
	while ((option = next_option(verb, argc, argv, "j", json_options)) !=
	       -1) {
		if (option != 'j')
			return option_end(option);
		*json = true;
	}
	return -1;
}
