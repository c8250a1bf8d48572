// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "json.h"
#include "options.h"

/* Longer texts go below their names. */
static void print_file(const char *file, char *value)
{
	char *line;

	if (!strchr(value, '\n')) {
		printf("  %-20s %s\n", file, value);
		return;
	}
	printf("  %s\n", file);
	while ((line = strsep(&value, "\n")))
		printf("    %s\n", line);
}

static void print_files(const char *name, const char *plugin)
{
	size_t i, count;
	char **files = instance_files(name, plugin, &count);
	char *value;

	printf("%s\n", plugin ?: name);
	for (i = 0; files && i < count; i++) {
		value = instance_read(name, plugin, files[i]);
		if (value)
			print_file(files[i], value);
		free(value);
	}
	name_list_free(files, count);
}

static void put_files(struct json *object, const char *name, const char *plugin)
{
	size_t i, count;
	char **files = instance_files(name, plugin, &count);
	char *value;

	for (i = 0; files && i < count; i++) {
		value = instance_read(name, plugin, files[i]);
		if (value)
			json_put(object, files[i],
				 json_new(JSON_STRING, value));
		free(value);
	}
	name_list_free(files, count);
}

static int show_json(const char *name, char **plugins, size_t count)
{
	struct json *object = json_new(JSON_OBJECT, NULL), *all, *one;
	size_t i;
	int err;

	json_put(object, "name", json_new(JSON_STRING, name));
	put_files(object, name, NULL);
	all = json_put(object, "plugins", json_new(JSON_OBJECT, NULL));
	for (i = 0; i < count; i++) {
		one = json_put(all, plugins[i], json_new(JSON_OBJECT, NULL));
		put_files(one, name, plugins[i]);
	}
	err = json_print(object, stdout);
	json_free(object);
	return err ? EXIT_FAILED : EXIT_OK;
}

static int show_text(const char *name, char **plugins, size_t count)
{
	size_t i;

	print_files(name, NULL);
	for (i = 0; i < count; i++)
		print_files(name, plugins[i]);
	return EXIT_OK;
}

static int run(int argc, char **argv)
{
	bool json;
	int status = json_option(&verb_show, argc, argv, &json);
	char **plugins;
	size_t count;

	if (status != -1)
		return status;
	status = known_name(&verb_show, argc, argv);
	if (status != EXIT_OK)
		return status;
	plugins = instance_plugins(argv[optind], &count);
	if (!plugins)
		count = 0;
	status = json ? show_json(argv[optind], plugins, count) :
			show_text(argv[optind], plugins, count);
	name_list_free(plugins, count);
	return status;
}

const struct verb verb_show = {
	.name = "show",
	.arguments = "[--json] NAME",
	.summary = "Show all that can be read of a vkernel",
	.run = run,
};
