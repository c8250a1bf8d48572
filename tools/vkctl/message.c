// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "message.h"

bool message_quiet;
static bool to_syslog;

void message_to_syslog(void)
{
	openlog("vkctl", LOG_PID, LOG_DAEMON);
	to_syslog = true;
}

static void say(const char *prefix, const char *format, va_list args)
{
	char *message;

	if (message_quiet || vasprintf(&message, format, args) < 0)
		return;
	fprintf(stderr, "%s%s\n", prefix, message);
	if (to_syslog)
		syslog(LOG_ERR, "%s%s", prefix, message);
	free(message);
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
	char *prefix = text("%s:%zu:%zu: ", name, line, column);
	va_list args;

	va_start(args, format);
	say(prefix, format, args);
	va_end(args);
	free(prefix);
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

char *vtext(const char *format, va_list args)
{
	char *result = NULL;

	if (vasprintf(&result, format, args) < 0)
		result = NULL;
	return need(result);
}

char *text(const char *format, ...)
{
	char *result;
	va_list args;

	va_start(args, format);
	result = vtext(format, args);
	va_end(args);
	return result;
}
