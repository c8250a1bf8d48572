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
	{ "adopt", no_argument, NULL, 'a' },
	{ "pid", required_argument, NULL, 'i' },
	{ "profile", required_argument, NULL, 'p' },
	CONTAINER_OPTIONS,
	{ NULL },
};

struct request {
	const char *profile;
	pid_t pid;
	bool adopt;
	struct container container;
};

/* Who makes one by hand has no record, nor may one be left of another. */
static int make(const char *name, const struct request *request,
		const struct settings *settings)
{
	struct claim claim;
	int err = claim_take(&claim, name, CLAIM_NEW | CLAIM_WAIT);

	if (err)
		return fault(RECORDS "/%s: %s", name, strerror(-err));
	err = apply_create(name, settings, request->pid,
			   request->adopt ? APPLY_RUNNING : APPLY_PLAIN);
	claim_end(&claim);
	return err;
}

static int create(const char *name, const struct request *request)
{
	struct settings settings = { 0 };
	int err;

	if (request->profile &&
	    profile_load(request->profile, &request->container, &settings))
		return EXIT_FAILED;
	err = instance_available() || claim_lock() ||
	      make(name, request, request->profile ? &settings : NULL);
	settings_free(&settings);
	return err ? EXIT_FAILED : EXIT_OK;
}

/* -1: go on. */
static int take(struct request *request, int option)
{
	switch (option) {
	case 'a':
		request->adopt = true;
		return -1;
	case 'i':
		request->pid = parse_pid(optarg);
		if (request->pid > 0)
			return -1;
		return usage(&verb_create, "no pid: %s", optarg);
	case 'p':
		request->profile = optarg;
		return -1;
	default:
		return container_option(&request->container, option);
	}
}

static int run(int argc, char **argv)
{
	struct request request = { .profile = NULL };
	int option, status = -1;

	container_defaults(&request.container);
	while (status < 0 &&
	       (option = next_option(&verb_create, argc, argv,
				     "ai:p:" CONTAINER_LETTERS, options)) != -1)
		status = take(&request, option);
	if (status < 0 && !one_name(&verb_create, argc, argv))
		status = EXIT_USAGE;
	if (status < 0 && request.adopt && !request.pid)
		status = usage(&verb_create, "--adopt: of which --pid?");
	if (status < 0)
		status = create(argv[optind], &request);
	container_free(&request.container);
	return status;
}

const struct verb verb_create = {
	.name = "create",
	.arguments =
		"[--pid PID [--adopt]] [--profile PROFILE] [--bundle DIR] [--cap CAP]... NAME",
	.summary = "Make a vkernel, set it up by a profile, arm it",
	.run = run,
};
