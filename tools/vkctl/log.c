// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "json.h"
#include "options.h"

static int print_json(char *lines)
{
	struct json *list = json_new(JSON_ARRAY, NULL);
	char *line;
	int err;

	while ((line = strsep(&lines, "\n")))
		if (*line)
			json_append(list, json_new(JSON_STRING, line));
	err = json_print(list, stdout);
	json_free(list);
	return err ? EXIT_FAILED : EXIT_OK;
}

/* Beside the other files, or in debugfs, where there is more room. */
static char *read_denials(const char *name)
{
	char *folder = text("vkernel/%s", name);
	char *lines = debug_read(folder, "denials");

	free(folder);
	return lines ?: instance_read(name, "syscall", "denials");
}

static int run(int argc, char **argv)
{
	bool json;
	int status = json_option(&verb_log, argc, argv, &json);
	char *lines;

	if (status != -1)
		return status;
	status = known_name(&verb_log, argc, argv);
	if (status != EXIT_OK)
		return status;
	lines = read_denials(argv[optind]);
	if (!lines) {
		fault("%s: its plugins keep no list of denials", argv[optind]);
		return EXIT_FAILED;
	}
	if (json)
		status = print_json(lines);
	else
		printf("%s%s", lines, *lines ? "\n" : "");
	free(lines);
	return status;
}

const struct verb verb_log = {
	.name = "log",
	.arguments = "[--json] NAME",
	.summary = "Show what a vkernel denied last",
	.run = run,
};
