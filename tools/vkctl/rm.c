// SPDX-License-Identifier: GPL-2.0
#include "claim.h"
#include "instance.h"
#include "options.h"

static const struct option options[] = { { NULL } };

static int run(int argc, char **argv)
{
	int option = next_option(&verb_rm, argc, argv, "", options);
	struct claim claim;
	int status, err;

	if (option != -1)
		return option_end(option);
	status = known_name(&verb_rm, argc, argv);
	if (status != EXIT_OK)
		return status;
	if (claim_lock())
		return EXIT_FAILED;
	err = claim_take(&claim, argv[optind], CLAIM_NEW | CLAIM_WAIT);
	if (!err)
		err = instance_remove(argv[optind]);
	claim_end(&claim);
	if (!err)
		return EXIT_OK;
	fault("%s: %s", argv[optind], instance_reason(ACT_REMOVE, NULL, err));
	return EXIT_FAILED;
}

const struct verb verb_rm = {
	.name = "rm",
	.arguments = "NAME",
	.summary = "Remove a vkernel that is not armed",
	.run = run,
};
