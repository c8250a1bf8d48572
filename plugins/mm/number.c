// SPDX-License-Identifier: GPL-2.0
#include <linux/string.h>

#include "number.h"

#define UNIT " kB"

/* The line's end, or that of the text. */
static char *end_of(char *line, char *end)
{
	char *newline = memchr(line, '\n', end - line);

	return newline ?: end;
}

static char *find_line(char *text, char *end, const char *name)
{
	size_t size = strlen(name);
	char *line;

	for (line = text; line < end; line = end_of(line, end) + 1)
		if (end - line > size && !memcmp(line, name, size))
			return line;
	return NULL;
}

/* To the right, between @from and @to. */
static void put_digits(char *from, char *to, unsigned long number)
{
	char *place = to;

	while (place > from && (number || place == to)) {
		*--place = '0' + number % 10;
		number /= 10;
	}
	if (number)
		memset(from, '9', to - from);
	else
		memset(from, ' ', place - from);
}

void number_put(char *text, size_t length, const char *name,
		unsigned long number)
{
	char *line = find_line(text, text + length, name), *unit;

	if (!line)
		return;
	unit = end_of(line, text + length) - strlen(UNIT);
	/* One blank stays behind the colon. */
	line += strlen(name) + 1;
	if (unit > line && !memcmp(unit, UNIT, strlen(UNIT)))
		put_digits(line, unit, number);
}
