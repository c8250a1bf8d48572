// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

bool message_quiet;

static void say(const char *prefix, const char *format, va_list args)
{
	if (message_quiet)
		return;
	fputs(prefix, stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

int fault(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("vkctl: ", format, args);
	va_end(args);
	return -1;
}

void warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("vkctl: warning: ", format, args);
	va_end(args);
}

int fault_at(const char *name, size_t line, size_t column, const char *format,
	     ...)
{
	va_list args;

	if (message_quiet)
		return -1;
	fprintf(stderr, "%s:%zu:%zu: ", name, line, column);
	va_start(args, format);
	say("", format, args);
	va_end(args);
	return -1;
}

bool coloured(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && term &&
	       strcmp(term, "dumb");
}

void *need(void *memory)
{
	if (!memory) {
		fault("no memory");
		exit(1);
	}
	return memory;
}

char *text(const char *format, ...)
{
	char *result = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&result, format, args) < 0)
		result = NULL;
	va_end(args);
	return need(result);
}
