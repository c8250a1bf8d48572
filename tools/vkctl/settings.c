// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"

static struct setting *grow(struct settings *settings)
{
	/* Doubled whenever the count is a power of two. */
	if (!(settings->count & (settings->count - 1)))
		settings->list = need(realloc(settings->list,
					      (settings->count ?: 1) * 2 *
						      sizeof(*settings->list)));
	return &settings->list[settings->count++];
}

void settings_add(struct settings *settings, const char *plugin,
		  const char *file, const char *format, ...)
{
	struct setting *setting = grow(settings);
	va_list args;

	*setting = (struct setting){
		.plugin = plugin,
		.file = file,
		.line = settings->line,
		.column = settings->column,
	};
	va_start(args, format);
	setting->value = vtext(format, args);
	va_end(args);
}

void settings_print(const struct settings *settings, FILE *file)
{
	const struct setting *setting;
	size_t i;

	for (i = 0; i < settings->count; i++) {
		setting = &settings->list[i];
		if (setting->file)
			fprintf(file, "%s.%s=%s\n", setting->plugin,
				setting->file, setting->value);
		else
			fprintf(file, "%s\n", setting->plugin);
	}
}

void settings_free(struct settings *settings)
{
	size_t i;

	for (i = 0; i < settings->count; i++)
		free(settings->list[i].value);
	free(settings->list);
	free(settings->source);
	memset(settings, 0, sizeof(*settings));
}
