/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A string that grows. printf() and streams take longer than all else that is
 * done at the start of a container.
 */
#ifndef VKCTL_BUFFER_H
#define VKCTL_BUFFER_H

#include <stddef.h>

/**
 * struct buffer - a string, to begin with all zeroes
 * @bytes: the string, for the user to free, or NULL.
 * @length: without the NUL at its end.
 * @room: for how many bytes there is memory.
 */
struct buffer {
	char *bytes;
	size_t length;
	size_t room;
};

/**
 * buffer_add() - add words at the end
 * @buffer: the buffer.
 * @word: the words, then NULL.
 */
void buffer_add(struct buffer *buffer, const char *word, ...)
	__attribute__((sentinel));

/**
 * buffer_add_number() - add a number at the end
 * @buffer: the buffer.
 * @number: the number, which becomes decimal digits.
 */
void buffer_add_number(struct buffer *buffer, unsigned long long number);

/**
 * numbered() - a new string with a number in it
 * @before: what stands before it.
 * @number: the number.
 * @behind: what stands behind it.
 *
 * Return: the string, for the caller to free.
 */
char *numbered(const char *before, unsigned long long number,
	       const char *behind);

/**
 * joined() - a new string of several
 * @word: the strings, then NULL.
 *
 * Return: the string, for the caller to free.
 */
char *joined(const char *word, ...) __attribute__((sentinel));

#endif /* VKCTL_BUFFER_H */
