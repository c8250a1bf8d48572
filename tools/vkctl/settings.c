// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "settings.h"

static struct setting *grow(struct settings *settings)
{
	if (settings->count == settings->room) {
		settings->room = settings->room * 2 + 64;
		settings->list =
			need(realloc(settings->list,
				     settings->room * sizeof(*settings->list)));
	}
	return &settings->list[settings->count++];
}

static void add(struct settings *settings, const char *plugin, const char *file,
		char *value)
{
	*grow(settings) = (struct setting){
		.plugin = plugin,
		.file = file,
		.value = value,
		.line = settings->line,
		.column = settings->column,
		.literal = settings->literal,
	};
}

void settings_add(struct settings *settings, const char *plugin,
		  const char *file, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(settings, plugin, file, vtext(format, args));
	va_end(args);
}

void settings_add_text(struct settings *settings, const char *plugin,
		       const char *file, const char *value)
{
	add(settings, plugin, file, joined(value, NULL));
}

/* --- One rule for many calls ---------------------------------------------- */

/* Above every number. */
#define CALLS 4096

/* A line that the plugin takes is not longer. */
#define MAX_LIST 400

/* "ABI NUMBER VERDICT" */
struct rule {
	char abi[8];
	char verdict[32];
	unsigned int number;
};

/* One that has conditions is left as it is. */
static bool read_rule(const struct setting *setting, struct rule *rule)
{
	int end;

	return setting->file && !strcmp(setting->file, "rules_add") &&
	       sscanf(setting->value, "%7s %u %31s%n", rule->abi, &rule->number,
		      rule->verdict, &end) == 3 &&
	       !setting->value[end] && rule->number < CALLS;
}

struct fold {
	struct rule rule;
	size_t line;
	size_t column;
	/* "0-55,57" without the end of its last range. */
	char list[MAX_LIST + 32];
	size_t length;
	unsigned int first;
	unsigned int last;
	bool closed;
	/* Calls of the same ABI of which something else was said later. */
	bool other[CALLS];
};

static void end_range(struct fold *fold)
{
	fold->length += sprintf(fold->list + fold->length, "%s%u",
				fold->length ? "," : "", fold->first);
	if (fold->last != fold->first)
		fold->length +=
			sprintf(fold->list + fold->length, "-%u", fold->last);
	fold->closed |= fold->length > MAX_LIST;
}

/* Does it go into the list? Of what was said of a call the last word counts. */
static bool take(struct fold *fold, const struct setting *setting)
{
	struct rule rule;

	if (!read_rule(setting, &rule) || strcmp(rule.abi, fold->rule.abi))
		return false;
	if (fold->closed || strcmp(rule.verdict, fold->rule.verdict) ||
	    setting->line != fold->line || setting->column != fold->column ||
	    fold->other[rule.number]) {
		fold->other[rule.number] = true;
		return false;
	}
	if (rule.number != fold->last + 1) {
		end_range(fold);
		fold->first = rule.number;
	}
	fold->last = rule.number;
	return true;
}

/* Those behind the first that say the same go into it, and are dropped. */
static size_t fold_into(struct setting *first, size_t count)
{
	struct fold fold = { .line = first->line, .column = first->column };
	size_t from, to = 1;

	if (!read_rule(first, &fold.rule))
		return count;
	fold.first = fold.rule.number;
	fold.last = fold.rule.number;
	for (from = 1; from < count; from++)
		if (take(&fold, &first[from]))
			free(first[from].value);
		else
			first[to++] = first[from];
	end_range(&fold);
	free(first->value);
	first->value =
		text("%s %s %s", fold.rule.abi, fold.list, fold.rule.verdict);
	return to;
}

void settings_fold(struct settings *settings)
{
	size_t i;

	for (i = 0; i < settings->count; i++)
		settings->count =
			i + fold_into(&settings->list[i], settings->count - i);
}

char *settings_text(const struct settings *settings)
{
	const struct setting *setting;
	struct buffer buffer = { NULL };
	size_t i;

	buffer_add(&buffer, "", NULL);
	for (i = 0; i < settings->count; i++) {
		setting = &settings->list[i];
		buffer_add(&buffer, setting->plugin, NULL);
		if (setting->file)
			buffer_add(&buffer, ".", setting->file, "=",
				   setting->value, NULL);
		buffer_add(&buffer, "\n", NULL);
	}
	return buffer.bytes;
}

void settings_free(struct settings *settings)
{
	size_t i;

	for (i = 0; i < settings->count; i++)
		free(settings->list[i].value);
	free(settings->list);
	free(settings->words);
	free(settings->source);
	memset(settings, 0, sizeof(*settings));
}
