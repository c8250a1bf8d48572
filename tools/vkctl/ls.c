// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "json.h"
#include "options.h"

/* A file's text, "" if it is gone meanwhile. */
static char *value(const char *name, const char *file)
{
	char *now = instance_read(name, NULL, file);

	return now ?: text("%s", "");
}

/* The plugins, with a comma in between. */
static char *plugins_of(const char *name)
{
	size_t i, count, size;
	char **list = instance_plugins(name, &count);
	char *words = NULL;
	FILE *file = need(open_memstream(&words, &size));

	for (i = 0; list && i < count; i++)
		fprintf(file, "%s%s", i ? "," : "", list[i]);
	fclose(file);
	name_list_free(list, count);
	return need(words);
}

static const char *colour_of(const char *state)
{
	if (!strcmp(state, "active"))
		return "\033[32m";
	return strcmp(state, "dead") ? "" : "\033[31m";
}

static void print_row(const char *name)
{
	char *state = value(name, "state"), *pid = value(name, "pid");
	char *id = value(name, "id"), *plugins = plugins_of(name);
	bool colour = coloured();

	printf("%-24s %s%-8s%s %8s %10s %s\n", name,
	       colour ? colour_of(state) : "", state, colour ? "\033[m" : "",
	       pid, id, plugins);
	free(plugins);
	free(id);
	free(pid);
	free(state);
}

static void put_number(struct json *object, const char *name, const char *file)
{
	char *now = value(name, file);

	json_put(object, file, json_new(JSON_NUMBER, *now ? now : "0"));
	free(now);
}

static struct json *as_json(const char *name)
{
	struct json *object = json_new(JSON_OBJECT, NULL), *list;
	size_t i, count;
	char **plugins = instance_plugins(name, &count);
	char *state = value(name, "state");

	json_put(object, "name", json_new(JSON_STRING, name));
	json_put(object, "state", json_new(JSON_STRING, state));
	put_number(object, name, "pid");
	put_number(object, name, "id");
	list = json_put(object, "plugins", json_new(JSON_ARRAY, NULL));
	for (i = 0; plugins && i < count; i++)
		json_append(list, json_new(JSON_STRING, plugins[i]));
	name_list_free(plugins, count);
	free(state);
	return object;
}

static int list_json(char **names, size_t count)
{
	struct json *list = json_new(JSON_ARRAY, NULL);
	size_t i;
	int err;

	for (i = 0; i < count; i++)
		json_append(list, as_json(names[i]));
	err = json_print(list, stdout);
	json_free(list);
	return err ? EXIT_FAILED : EXIT_OK;
}

static int list_rows(char **names, size_t count)
{
	size_t i;

	printf("%-24s %-8s %8s %10s %s\n", "NAME", "STATE", "PID", "ID",
	       "PLUGINS");
	for (i = 0; i < count; i++)
		print_row(names[i]);
	return EXIT_OK;
}

static int run(int argc, char **argv)
{
	bool json;
	int status = json_option(&verb_ls, argc, argv, &json);
	char **names;
	size_t count;

	if (status != -1)
		return status;
	if (!no_arguments(&verb_ls, argc, argv))
		return EXIT_USAGE;
	if (instance_available())
		return EXIT_FAILED;
	names = instance_list(&count);
	if (!names)
		count = 0;
	status = json ? list_json(names, count) : list_rows(names, count);
	name_list_free(names, count);
	return status;
}

const struct verb verb_ls = {
	.name = "ls",
	.arguments = "[--json]",
	.summary = "List the vkernels",
	.run = run,
};
