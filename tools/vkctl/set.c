// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "claim.h"
#include "instance.h"
#include "options.h"
#include "profile.h"
#include "vkctl.h"

static const struct option options[] = {
	{ "profile", required_argument, NULL, 'p' },
	CONTAINER_OPTIONS,
	{ NULL },
};

/* "PLUGIN.FILE=VALUE"; the word is taken apart where it stands. */
static int add(struct settings *settings, char *word)
{
	char *dot = strchr(word, '.'), *equals = strchr(word, '=');

	if (!equals || !dot || dot > equals)
		return usage(&verb_set, "not PLUGIN.FILE=VALUE: \"%s\"", word);
	*dot = '\0';
	*equals = '\0';
	if (!instance_name_ok(word) || !instance_name_ok(dot + 1) ||
	    !equals[1] || strchr(equals + 1, '\n'))
		return usage(&verb_set, "not PLUGIN.FILE=VALUE: \"%s.%s=%s\"",
			     word, dot + 1, equals + 1);
	settings_add(settings, word, dot + 1, "%s", equals + 1);
	return EXIT_OK;
}

static int add_all(struct settings *settings, char **words)
{
	int status = EXIT_OK;

	while (*words && status == EXIT_OK)
		status = add(settings, *words++);
	return status;
}

static int change(const char *name, const char *profile,
		  const struct container *container, char **words)
{
	struct settings settings = { .source = NULL };
	int status = EXIT_OK;

	if (profile && profile_load(profile, container, &settings))
		return EXIT_FAILED;
	if (!profile)
		settings.source = text("%s", name);
	settings.line = 0;
	settings.literal = true;
	status = add_all(&settings, words);
	if (status == EXIT_OK &&
	    (claim_lock() || apply_change(name, &settings)))
		status = EXIT_FAILED;
	settings_free(&settings);
	return status;
}

static int set_it(int argc, char **argv, const char *profile,
		  const struct container *container)
{
	int status;

	if (argc == optind)
		return usage(&verb_set, "which vkernel?");
	if (argc == optind + 1 && !profile)
		return usage(&verb_set, "set what?");
	status = known_name(&verb_set, optind + 1, argv);
	if (status != EXIT_OK)
		return status;
	return change(argv[optind], profile, container, argv + optind + 1);
}

static int run(int argc, char **argv)
{
	struct container container;
	const char *profile = NULL;
	int option, status = -1;

	container_defaults(&container);
	while (status < 0 &&
	       (option = next_option(&verb_set, argc, argv,
				     "p:" CONTAINER_LETTERS, options)) != -1)
		if (option == 'p')
			profile = optarg;
		else
			status = container_option(&container, option);
	if (status < 0)
		status = set_it(argc, argv, profile, &container);
	container_free(&container);
	return status;
}

const struct verb verb_set = {
	.name = "set",
	.arguments =
		"[--profile PROFILE] [--bundle DIR] [--cap CAP]... NAME [PLUGIN.FILE=VALUE]...",
	.summary = "Change a vkernel, also while its container runs",
	.run = run,
};
