// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "message.h"

static void add(struct buffer *buffer, const char *word)
{
	size_t length = strlen(word);

	if (buffer->length + length >= buffer->room) {
		buffer->room = (buffer->length + length) * 2 + 64;
		buffer->bytes = need(realloc(buffer->bytes, buffer->room));
	}
	memcpy(buffer->bytes + buffer->length, word, length + 1);
	buffer->length += length;
}

static void add_all(struct buffer *buffer, const char *word, va_list rest)
{
	for (; word; word = va_arg(rest, const char *))
		add(buffer, word);
}

void buffer_add(struct buffer *buffer, const char *word, ...)
{
	va_list rest;

	va_start(rest, word);
	add_all(buffer, word, rest);
	va_end(rest);
}

void buffer_add_number(struct buffer *buffer, unsigned long long number)
{
	/* The largest has 20 digits. */
	char digits[21] = "", *first = &digits[20];

	do {
		*--first = '0' + number % 10;
		number /= 10;
	} while (number);
	add(buffer, first);
}

char *numbered(const char *before, unsigned long long number,
	       const char *behind)
{
	struct buffer buffer = { NULL };

	add(&buffer, before);
	buffer_add_number(&buffer, number);
	add(&buffer, behind);
	return buffer.bytes;
}

char *joined(const char *word, ...)
{
	struct buffer buffer = { NULL };
	va_list rest;

	va_start(rest, word);
	add_all(&buffer, word, rest);
	va_end(rest);
	return buffer.bytes;
}
