// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "options.h"
#include "vkctl.h"

enum {
	OPTION_RELEASE = 256,
	OPTION_ARCH,
	OPTION_PRINT
};

static const struct option options[] = {
	{ "arch", required_argument, NULL, OPTION_ARCH },
	{ "kernel", required_argument, NULL, OPTION_RELEASE },
	{ "print", no_argument, NULL, OPTION_PRINT },
	CONTAINER_OPTIONS,
	{ NULL },
};

static int check(const char *name, const struct container *container,
		 bool print)
{
	struct settings settings;
	char *words;

	if (profile_load(name, container, &settings))
		return EXIT_FAILED;
	words = settings_text(&settings);
	if (print)
		fputs(words, stdout);
	else
		printf("%s: good, %zu settings\n", settings.source,
		       settings.count);
	free(words);
	settings_free(&settings);
	return EXIT_OK;
}

/* -1: go on. */
static int take(struct container *container, bool *print, int option)
{
	switch (option) {
	case OPTION_ARCH:
		container->arch = optarg;
		return -1;
	case OPTION_RELEASE:
		container->release = optarg;
		return -1;
	case OPTION_PRINT:
		*print = true;
		return -1;
	default:
		return container_option(container, option);
	}
}

static int check_all(int argc, char **argv, const struct container *container,
		     bool print)
{
	int status = EXIT_OK;

	if (optind == argc)
		return usage(&verb_check, "which profile?");
	for (; optind < argc && status == EXIT_OK; optind++)
		status = check(argv[optind], container, print);
	return status;
}

static int run(int argc, char **argv)
{
	struct container container;
	int option, status = -1;
	bool print = false;

	container_defaults(&container);
	while (status < 0 &&
	       (option = next_option(&verb_check, argc, argv, CONTAINER_LETTERS,
				     options)) != -1)
		status = take(&container, &print, option);
	if (status < 0)
		status = check_all(argc, argv, &container, print);
	container_free(&container);
	syscall_forget();
	return status;
}

const struct verb verb_check = {
	.name = "check",
	.arguments =
		"[--print] [--cap CAP]... [--bundle DIR] [--kernel RELEASE] [--arch ARCH] PROFILE...",
	.summary = "Look whether profiles are right, without applying them",
	.run = run,
};
