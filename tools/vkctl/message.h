/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is said to the user, and memory that does not run out quietly.
 */
#ifndef VKCTL_MESSAGE_H
#define VKCTL_MESSAGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF_LIKE(words, args) __attribute__((format(printf, words, args)))

/* Nothing is said at all: for the fuzzer. */
extern bool message_quiet;

/**
 * message_to_syslog() - say everything to the system's log as well
 *
 * For a hook: not every runtime shows what its hooks say.
 */
void message_to_syslog(void);

/**
 * fault() - say why something cannot be
 * @format: as for printf(), one line, without a newline.
 *
 * Return: -1, for the caller to return.
 */
int fault(const char *format, ...) PRINTF_LIKE(1, 2);

/**
 * warning() - say what the user should know
 * @format: as for printf(), one line, without a newline.
 */
void warning(const char *format, ...) PRINTF_LIKE(1, 2);

/**
 * fault_at() - say what is wrong at a place of a file
 * @name: name of the file.
 * @line: the line, from 1.
 * @column: the column, from 1.
 * @format: as for printf(), one line, without a newline.
 *
 * Return: -1, for the caller to return.
 */
int fault_at(const char *name, size_t line, size_t column, const char *format,
	     ...) PRINTF_LIKE(4, 5);

/**
 * coloured() - may the output have colours?
 *
 * Return: true if standard output is a terminal that wants them.
 */
bool coloured(void);

/**
 * need() - what malloc() and the like returned; the end if that is nothing
 * @memory: the pointer.
 *
 * Return: @memory.
 */
void *need(void *memory);

/**
 * text() - a new string
 * @format: as for printf().
 *
 * Return: the string, for the caller to free.
 */
char *text(const char *format, ...) PRINTF_LIKE(1, 2);

/**
 * vtext() - a new string
 * @format: as for vprintf().
 * @args: as for vprintf().
 *
 * Return: the string, for the caller to free.
 */
char *vtext(const char *format, va_list args) PRINTF_LIKE(1, 0);

#endif /* VKCTL_MESSAGE_H */
