// SPDX-License-Identifier: GPL-2.0
#include "claim.h"
#include "group.h"
#include "instance.h"
#include "options.h"

static const struct option options[] = {
	{ "force", no_argument, NULL, 'f' },
	{ NULL },
};

static int detach(const char *name, bool force)
{
	int err;

	if (claim_lock())
		return EXIT_FAILED;
	if (!force && !instance_is(name, "created") &&
	    !instance_is(name, "dead")) {
		fault("%s: a container runs in it, or is about to, and its programs would be the host's at once; --force if that is what you want",
		      name);
		return EXIT_FAILED;
	}
	err = instance_write(name, NULL, "pid", "0");
	if (!err) {
		group_restore_policy(name);
		return EXIT_OK;
	}
	fault("%s: %s", name, instance_reason(ACT_WRITE, "pid", err));
	return EXIT_FAILED;
}

static int run(int argc, char **argv)
{
	bool force = false;
	int option, status;

	while ((option = next_option(&verb_detach, argc, argv, "f", options)) !=
	       -1) {
		if (option != 'f')
			return option_end(option);
		force = true;
	}
	status = known_name(&verb_detach, argc, argv);
	if (status != EXIT_OK)
		return status;
	return detach(argv[optind], force);
}

const struct verb verb_detach = {
	.name = "detach",
	.arguments = "[--force] NAME",
	.summary = "Take a vkernel away from its container",
	.run = run,
};
