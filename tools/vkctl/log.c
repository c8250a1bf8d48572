// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "json.h"
#include "options.h"
#include "syscall.h"

/* What a line of `denials` says, in this order; the arguments are six. */
enum {
	WHEN,
	PID,
	DOOR,
	NUMBER,
	VERDICT,
	ARGUMENT,
	COMM = ARGUMENT + 6,
	/* Each behind a tab; empty if no rule on objects decided. */
	OBJECT,
	RULE,
	WORDS
};

/* The line is taken apart where it stands. What is last may have blanks. */
static bool parse(char *line, char *words[WORDS])
{
	int i;

	for (i = 0; i < COMM; i++)
		words[i] = strsep(&line, " ");
	words[COMM] = strsep(&line, "\t");
	words[OBJECT] = strsep(&line, "\t");
	if (words[OBJECT] && !*words[OBJECT])
		words[OBJECT] = NULL;
	words[RULE] = line;
	return words[COMM];
}

static const char *name_of(char *words[WORDS])
{
	enum abi abi = abi_find(words[DOOR]);
	const char *name = NULL;

	if (abi != ABIS)
		name = syscall_name(abi, strtoul(words[NUMBER], NULL, 10));
	return name ?: words[NUMBER];
}

static void print_line(char *line)
{
	char *copy = text("%s", line), *words[WORDS];
	int i;

	if (!parse(copy, words)) {
		printf("%s\n", line);
		free(copy);
		return;
	}
	printf("%s %7s %-15s %-4s %s(", words[WHEN], words[PID], words[COMM],
	       words[DOOR], name_of(words));
	for (i = 0; i < 6; i++)
		printf("%s%s", i ? ", " : "", words[ARGUMENT + i]);
	printf(") %s%s%s", words[VERDICT], words[OBJECT] ? " " : "",
	       words[OBJECT] ?: "");
	printf(words[RULE] ? " (%s)\n" : "\n", words[RULE]);
	free(copy);
}

static struct json *as_json(char *words[WORDS])
{
	struct json *object = json_new(JSON_OBJECT, NULL), *list;
	int i;

	json_put(object, "when", json_new(JSON_NUMBER, words[WHEN]));
	json_put(object, "pid", json_new(JSON_NUMBER, words[PID]));
	json_put(object, "comm", json_new(JSON_STRING, words[COMM]));
	json_put(object, "abi", json_new(JSON_STRING, words[DOOR]));
	json_put(object, "number", json_new(JSON_NUMBER, words[NUMBER]));
	json_put(object, "call", json_new(JSON_STRING, name_of(words)));
	json_put(object, "verdict", json_new(JSON_STRING, words[VERDICT]));
	if (words[OBJECT])
		json_put(object, "object",
			 json_new(JSON_STRING, words[OBJECT]));
	if (words[RULE])
		json_put(object, "rule", json_new(JSON_STRING, words[RULE]));
	list = json_put(object, "arguments", json_new(JSON_ARRAY, NULL));
	for (i = 0; i < 6; i++)
		json_append(list, json_new(JSON_STRING, words[ARGUMENT + i]));
	return object;
}

static int print_json(char *lines)
{
	struct json *list = json_new(JSON_ARRAY, NULL);
	char *line, *words[WORDS];
	int err;

	while ((line = strsep(&lines, "\n")))
		if (parse(line, words))
			json_append(list, as_json(words));
	err = json_print(list, stdout);
	json_free(list);
	return err ? EXIT_FAILED : EXIT_OK;
}

static int print_lines(char *lines)
{
	char *line;

	while ((line = strsep(&lines, "\n")))
		if (*line)
			print_line(line);
	return EXIT_OK;
}

static int show_denials(const char *name, bool json)
{
	char *lines = instance_read(name, "syscall", "denials");
	int status;

	if (!lines) {
		fault("%s: its plugins keep no list of denials", name);
		return EXIT_FAILED;
	}
	status = json ? print_json(lines) : print_lines(lines);
	free(lines);
	return status;
}

/* --- The kernel log ------------------------------------------------------- */

/* "OWNER     LINE" where all are shown, else "LINE". */
static int print_records(char *lines, bool owned)
{
	struct json *list = json_new(JSON_ARRAY, NULL), *object;
	char *line, *owner;
	int err;

	while ((line = strsep(&lines, "\n"))) {
		if (!*line)
			continue;
		object = json_append(list, json_new(JSON_OBJECT, NULL));
		owner = owned ? strsep(&line, " ") : NULL;
		if (owner)
			json_put(object, "owner", json_new(JSON_STRING, owner));
		line = line ? line + strspn(line, owned ? " " : "") : "";
		json_put(object, "line", json_new(JSON_STRING, line));
	}
	err = json_print(list, stdout);
	json_free(list);
	return err ? EXIT_FAILED : EXIT_OK;
}

static int show_kernel_log(const char *folder, bool json, bool owned)
{
	int status = EXIT_OK;
	char *lines = debug_read("vkernel_log", folder);

	if (!lines) {
		fault("cannot read the kernel log's owners: is debugfs there, and vkernel_log loaded?");
		return EXIT_FAILED;
	}
	if (json)
		status = print_records(lines, owned);
	else
		fputs(lines, stdout);
	free(lines);
	return status;
}

static int show_log_of(const char *name, bool json)
{
	char *file = text("of-%s/log", name);
	int status = show_kernel_log(file, json, false);

	free(file);
	return status;
}

/* --- The verb ------------------------------------------------------------- */

static const struct option options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "denials", no_argument, NULL, 'd' },
	{ "json", no_argument, NULL, 'j' },
	{ NULL },
};

static int run(int argc, char **argv)
{
	bool all = false, denials = false, json = false;
	int option, status;

	while ((option = next_option(&verb_log, argc, argv, "adj", options)) !=
	       -1) {
		if (option != 'a' && option != 'd' && option != 'j')
			return option_end(option);
		all |= option == 'a';
		denials |= option == 'd';
		json |= option == 'j';
	}
	if (all && denials)
		return usage(&verb_log, "--all does not go with --denials");
	if (all)
		return no_arguments(&verb_log, argc, argv) ?
			       show_kernel_log("log", json, true) :
			       EXIT_USAGE;
	status = known_name(&verb_log, argc, argv);
	if (status != EXIT_OK)
		return status;
	if (!denials && instance_has_file(argv[optind], "log", NULL))
		return show_log_of(argv[optind], json);
	return show_denials(argv[optind], json);
}

const struct verb verb_log = {
	.name = "log",
	.arguments = "[--json] --all | [--denials] [--json] NAME",
	.summary = "Show a container's kernel log, or what was denied last",
	.run = run,
};
