// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>

#include "instance.h"
#include "json.h"
#include "options.h"

static const struct option options[] = {
	{ "dry-run", no_argument, NULL, 'n' },
	{ "json", no_argument, NULL, 'j' },
	{ "quiet", no_argument, NULL, 'q' },
	{ NULL },
};

struct garbage {
	bool dry;
	bool quiet;
	/* Names, or NULL to print them. */
	struct json *list;
};

static int collect(const char *name, const struct garbage *garbage)
{
	int err = 0;

	if (!instance_is(name, "dead") && !instance_abandoned(name))
		return 0;
	if (!garbage->dry)
		err = instance_remove(name);
	/* Somebody else was faster. */
	if (err == -ENOENT)
		return 0;
	if (err)
		return fault("%s: %s", name,
			     instance_reason(ACT_REMOVE, NULL, err));
	if (!garbage->dry)
		instance_forget(name);
	if (garbage->list)
		json_append(garbage->list, json_new(JSON_STRING, name));
	else if (!garbage->quiet)
		printf("%s\n", name);
	return 0;
}

static int collect_all(const struct garbage *garbage)
{
	size_t i, count;
	char **names = instance_list(&count);
	int status = EXIT_OK;

	for (i = 0; names && i < count; i++)
		if (collect(names[i], garbage))
			status = EXIT_FAILED;
	name_list_free(names, count);
	if (garbage->list && json_print(garbage->list, stdout))
		status = EXIT_FAILED;
	return status;
}

static int run(int argc, char **argv)
{
	struct garbage garbage = { .list = NULL };
	int option, status;
	bool json = false;

	while ((option = next_option(&verb_gc, argc, argv, "jnq", options)) !=
	       -1) {
		if (option == 'n')
			garbage.dry = true;
		else if (option == 'q')
			garbage.quiet = true;
		else if (option == 'j')
			json = true;
		else
			return option_end(option);
	}
	if (!no_arguments(&verb_gc, argc, argv))
		return EXIT_USAGE;
	if (instance_available() || (!garbage.dry && instance_lock()))
		return EXIT_FAILED;
	if (json)
		garbage.list = json_new(JSON_ARRAY, NULL);
	status = collect_all(&garbage);
	json_free(garbage.list);
	return status;
}

const struct verb verb_gc = {
	.name = "gc",
	.arguments = "[--dry-run] [--quiet] [--json]",
	.summary = "Remove all vkernels whose containers have ended",
	.run = run,
};
