/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language of rules on objects: a line in, a rule out, and back.
 */
#ifndef SYSCALL_PHRASES_H
#define SYSCALL_PHRASES_H

#include <linux/types.h>

struct object;

/* Longer than any line written here: a path of nothing but blanks. */
#define PHRASES_LINE 1152

/**
 * phrases_parse() - read a line of object_add
 * @line: ``open PATTERN [read|write|any] VERDICT``;
 *	``connect|bind|send ADDRESS[/BITS] [PORT[-PORT]] VERDICT``;
 *	``clone FLAGS VERDICT``. Overwritten.
 * @object: is filled in.
 *
 * Return: 0, or -EINVAL if it is no rule.
 */
int phrases_parse(char *line, struct object *object);

/**
 * phrases_object() - write a rule
 * @text: where to; %PHRASES_LINE bytes are enough.
 * @size: bytes there.
 * @object: the rule.
 */
void phrases_object(char *text, size_t size, const struct object *object);

/**
 * phrases_kind() - the word for what is judged
 * @kind: enum object_kind.
 */
const char *phrases_kind(unsigned int kind);

#endif /* SYSCALL_PHRASES_H */
