// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>

#include "instance.h"
#include "options.h"

static const struct option options[] = {
	{ "dry-run", no_argument, NULL, 'n' },
	{ "quiet", no_argument, NULL, 'q' },
	{ NULL },
};

static int collect(const char *name, bool dry, bool quiet)
{
	int err = 0;

	if (!instance_is(name, "dead") && !instance_abandoned(name))
		return 0;
	if (!dry)
		err = instance_remove(name);
	/* Somebody else was faster. */
	if (err == -ENOENT)
		return 0;
	if (err)
		return fault("%s: %s", name,
			     instance_reason(ACT_REMOVE, NULL, err));
	if (!dry)
		instance_forget(name);
	if (!quiet)
		printf("%s\n", name);
	return 0;
}

static int collect_all(bool dry, bool quiet)
{
	size_t i, count;
	char **names = instance_list(&count);
	int status = EXIT_OK;

	for (i = 0; names && i < count; i++)
		if (collect(names[i], dry, quiet))
			status = EXIT_FAILED;
	name_list_free(names, count);
	return status;
}

static int run(int argc, char **argv)
{
	bool dry = false, quiet = false;
	int option;

	while ((option = next_option(&verb_gc, argc, argv, "nq", options)) !=
	       -1) {
		if (option == 'n')
			dry = true;
		else if (option == 'q')
			quiet = true;
		else
			return option_end(option);
	}
	if (!no_arguments(&verb_gc, argc, argv))
		return EXIT_USAGE;
	if (instance_available())
		return EXIT_FAILED;
	return collect_all(dry, quiet);
}

const struct verb verb_gc = {
	.name = "gc",
	.arguments = "[--dry-run] [--quiet]",
	.summary = "Remove all vkernels whose containers have ended",
	.run = run,
};
