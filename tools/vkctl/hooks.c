// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "json.h"
#include "options.h"

/* "FUNCTION KEY=VALUE ..."; the line is taken apart where it stands. */
static struct json *parse(char *line)
{
	struct json *object = json_new(JSON_OBJECT, NULL);
	char *word, *equals;

	word = strsep(&line, " ");
	json_put(object, "function", json_new(JSON_STRING, word));
	while ((word = strsep(&line, " "))) {
		equals = strchr(word, '=');
		if (!equals)
			continue;
		*equals = '\0';
		json_put(object, word, json_new(JSON_STRING, equals + 1));
	}
	return object;
}

static int print_json(char *lines)
{
	struct json *list = json_new(JSON_ARRAY, NULL);
	char *line;
	int err;

	while ((line = strsep(&lines, "\n")))
		if (*line)
			json_append(list, parse(line));
	err = json_print(list, stdout);
	json_free(list);
	return err ? EXIT_FAILED : EXIT_OK;
}

static int run(int argc, char **argv)
{
	bool json;
	int status = json_option(&verb_hooks, argc, argv, &json);
	char *lines;

	if (status != -1)
		return status;
	if (!no_arguments(&verb_hooks, argc, argv))
		return EXIT_USAGE;
	lines = debug_read("hookcore", "hooks");
	if (!lines) {
		fault("hookcore's list cannot be read: %s; is it loaded, debugfs mounted, and are you root?",
		      strerror(errno));
		return EXIT_FAILED;
	}
	status = EXIT_OK;
	if (json)
		status = print_json(lines);
	else
		fputs(lines, stdout);
	free(lines);
	return status;
}

const struct verb verb_hooks = {
	.name = "hooks",
	.arguments = "[--json]",
	.summary = "List the kernel functions that are hooked",
	.run = run,
};
