// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "profile.h"
#include "vkctl.h"

enum {
	OPTION_BUNDLE = 256,
	OPTION_RELEASE,
	OPTION_ARCH,
	OPTION_PRINT
};

static const struct option options[] = {
	{ "arch", required_argument, NULL, OPTION_ARCH },
	{ "bundle", required_argument, NULL, OPTION_BUNDLE },
	{ "cap", required_argument, NULL, 'c' },
	{ "kernel", required_argument, NULL, OPTION_RELEASE },
	{ "print", no_argument, NULL, OPTION_PRINT },
	{ NULL },
};

static int check(const char *name, const struct container *container,
		 bool print)
{
	struct settings settings;

	if (profile_load(name, container, &settings))
		return EXIT_FAILED;
	if (print)
		settings_print(&settings, stdout);
	else
		printf("%s: good, %zu settings\n", settings.source,
		       settings.count);
	settings_free(&settings);
	return EXIT_OK;
}

static int run(int argc, char **argv)
{
	struct container container;
	bool print = false;
	int option, status = EXIT_OK;

	container_defaults(&container);
	while ((option = next_option(&verb_check, argc, argv, "c:", options)) !=
	       -1) {
		switch (option) {
		case 'c':
			container_add(&container, optarg);
			break;
		case OPTION_ARCH:
			container.arch = optarg;
			break;
		case OPTION_BUNDLE:
			if (container_add_bundle(&container, optarg))
				return EXIT_FAILED;
			break;
		case OPTION_RELEASE:
			container.release = optarg;
			break;
		case OPTION_PRINT:
			print = true;
			break;
		default:
			return option_end(option);
		}
	}
	if (optind == argc)
		status = usage(&verb_check, "which profile?");
	for (; optind < argc && status == EXIT_OK; optind++)
		status = check(argv[optind], &container, print);
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
