// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "apply.h"
#include "instance.h"
#include "options.h"
#include "profile.h"
#include "vkctl.h"

static const struct option options[] = {
	{ "adopt", no_argument, NULL, 'a' },
	{ "bundle", required_argument, NULL, 'b' },
	{ "cap", required_argument, NULL, 'c' },
	{ "pid", required_argument, NULL, 'i' },
	{ "profile", required_argument, NULL, 'p' },
	{ NULL },
};

static int create(const char *name, const char *profile, pid_t pid, bool adopt,
		  const struct container *container)
{
	struct settings settings = { 0 };
	int err;

	if (profile && profile_load(profile, container, &settings))
		return EXIT_FAILED;
	err = instance_available() ||
	      apply_create(name, profile ? &settings : NULL, pid, adopt);
	settings_free(&settings);
	return err ? EXIT_FAILED : EXIT_OK;
}

static int run(int argc, char **argv)
{
	const char *profile = NULL;
	struct container container;
	int option, status;
	bool adopt = false;
	pid_t pid = 0;

	container_defaults(&container);
	while ((option = next_option(&verb_create, argc, argv,
				     "ab:c:i:p:", options)) != -1) {
		switch (option) {
		case 'a':
			adopt = true;
			break;
		case 'b':
			if (container_add_bundle(&container, optarg))
				return EXIT_FAILED;
			break;
		case 'c':
			container_add(&container, optarg);
			break;
		case 'i':
			pid = parse_pid(optarg);
			if (pid <= 0)
				return usage(&verb_create, "no pid: %s",
					     optarg);
			break;
		case 'p':
			profile = optarg;
			break;
		default:
			return option_end(option);
		}
	}
	if (!one_name(&verb_create, argc, argv))
		return EXIT_USAGE;
	if (adopt && !pid)
		return usage(&verb_create, "--adopt: of which --pid?");
	status = create(argv[optind], profile, pid, adopt, &container);
	container_free(&container);
	return status;
}

const struct verb verb_create = {
	.name = "create",
	.arguments =
		"[--pid PID [--adopt]] [--profile PROFILE] [--bundle DIR] [--cap CAP]... NAME",
	.summary = "Make a vkernel, set it up by a profile, arm it",
	.run = run,
};
