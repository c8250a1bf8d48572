/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A JSON file in memory: yajl parses it, and each value knows where it stands.
 */
#ifndef VKCTL_JSON_H
#define VKCTL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "message.h"

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/**
 * struct json - a value
 * @type: what it is.
 * @truth: of a JSON_BOOL.
 * @text: a JSON_STRING, unescaped, or a JSON_NUMBER as it was written.
 * @length: bytes of @text, a NUL behind them not counted.
 * @at: offset in the file at which it begins.
 * @key: of a member of an object.
 * @key_at: offset of the key.
 * @first: first element of an array, first member of an object.
 * @last: the last one.
 * @next: the one behind this.
 */
struct json {
	enum json_type type;
	bool truth;
	char *text;
	size_t length;
	size_t at;
	char *key;
	size_t key_at;
	struct json *first;
	struct json *last;
	struct json *next;
};

/**
 * struct json_part - a member of an object that is kept
 * @key: its key, NULL: the end of a list.
 * @parts: which of its own members are kept, NULL: all.
 */
struct json_part {
	const char *key;
	const struct json_part *parts;
};

/**
 * struct document - a file
 * @name: for messages.
 * @bytes: what is in it.
 * @size: how many bytes.
 * @secret: whoever has chosen it may perhaps not read it: what is wrong in it
 *	is said without its words.
 * @parts: what of it is kept, NULL: all.
 * @root: its value.
 */
struct document {
	char *name;
	char *bytes;
	size_t size;
	bool secret;
	const struct json_part *parts;
	struct json *root;
};

#define json_for_each(item, parent) \
	for (item = (parent)->first; item; item = (item)->next)

/**
 * document_bytes() - read a file that may be a document
 * @path: the file, which must be a regular one, or "-" for standard input.
 * @size: how many bytes there are; a NUL is put behind them.
 *
 * Return: the bytes, for the caller to free; NULL when it has said why not, be
 * it that there are too many.
 */
char *document_bytes(const char *path, size_t *size);

/**
 * document_read() - read and parse a file
 * @doc: filled in.
 * @path: the file, "-" for standard input.
 *
 * Return: 0, or -1 when it has said why not; then @doc holds nothing.
 */
int document_read(struct document *doc, const char *path);

/**
 * document_read_part() - as document_read(), but only some of it is kept
 * @doc: filled in.
 * @path: the file.
 * @parts: which members of the root, NULL: all. Up to 32 can be; behind the
 *	last of them the file is not read on.
 *
 * Return: 0, or -1 when it has said why not; then @doc holds nothing.
 */
int document_read_part(struct document *doc, const char *path,
		       const struct json_part *parts);

/**
 * document_parse() - parse what is in memory
 * @doc: filled in.
 * @name: for messages.
 * @bytes: copied.
 * @size: how many.
 *
 * Return: 0, or -1 when it has said why not; then @doc holds nothing.
 */
int document_parse(struct document *doc, const char *name, const char *bytes,
		   size_t size);

/**
 * document_write() - replace a file by a document, all of it or not at all
 * @doc: the document; what was not changed is written as it was read, numbers
 *	digit by digit.
 * @path: the file. Its owner and mode are kept.
 *
 * Return: 0, or -1 when it has said why not; then the file is as it was.
 */
int document_write(const struct document *doc, const char *path);

/**
 * document_free() - forget a document
 * @doc: the document.
 */
void document_free(struct document *doc);

/**
 * document_locate() - where an offset is
 * @doc: the document.
 * @at: the offset.
 * @line: the line, from 1.
 * @column: the column, from 1, in characters.
 */
void document_locate(const struct document *doc, size_t at, size_t *line,
		     size_t *column);

/**
 * document_fault() - say what is wrong in a document
 * @doc: the document.
 * @at: offset of the place.
 * @format: as for printf(), without a newline.
 *
 * Return: -1, for the caller to return.
 */
int document_fault(const struct document *doc, size_t at, const char *format,
		   ...) PRINTF_LIKE(3, 4);

/**
 * document_word() - a word of a document, for document_fault()
 * @doc: the document.
 * @word: the word.
 *
 * Return: it, or if that is secret a string that stands for it.
 */
const char *document_word(const struct document *doc, const char *word);

/**
 * json_get() - a member of an object
 * @object: the object; NULL and other types have no members.
 * @key: its key.
 *
 * Return: the value, NULL if there is none or it is null.
 */
struct json *json_get(const struct json *object, const char *key);

/**
 * json_is() - is this a string with just this text?
 * @value: a value, or NULL.
 * @wanted: the text.
 *
 * Return: whether it is.
 */
bool json_is(const struct json *value, const char *wanted);

/**
 * json_string() - the text of a string
 * @doc: where it stands.
 * @value: the value.
 * @what: what it is, for the message.
 *
 * Return: the text, NULL when it has said that this is no string, or one with a
 * NUL in it.
 */
const char *json_string(const struct document *doc, const struct json *value,
			const char *what);

/**
 * json_number() - an unsigned number
 * @doc: where it stands.
 * @value: the value.
 * @what: what it is, for the message.
 * @most: the greatest that makes sense.
 * @number: the number.
 *
 * Return: 0, or -1 when it has said why not.
 */
int json_number(const struct document *doc, const struct json *value,
		const char *what, uint64_t most, uint64_t *number);

/**
 * json_expect() - a value must be of a type
 * @doc: where it stands.
 * @value: the value.
 * @type: the type.
 * @what: what it is, for the message.
 *
 * Return: 0, or -1 when it has said that it is not.
 */
int json_expect(const struct document *doc, const struct json *value,
		enum json_type type, const char *what);

/**
 * json_keys() - no other keys than these, and none twice
 * @doc: where it stands.
 * @object: the object.
 * @what: what it is, for the message.
 * @keys: those that are known, NULL-terminated.
 *
 * Return: 0, or -1 when it has said that this is no object, or which key is
 * wrong.
 */
int json_keys(const struct document *doc, const struct json *object,
	      const char *what, const char *const *keys);

/**
 * json_new() - make a value
 * @type: its type.
 * @text: of a string or a number, or NULL.
 *
 * Return: the value, to be given to json_put() or json_append().
 */
struct json *json_new(enum json_type type, const char *text);

/**
 * json_put() - give an object a member, in place of the one of this key
 * @object: the object.
 * @key: the key.
 * @value: the value, which the object owns from now on.
 *
 * Return: @value.
 */
struct json *json_put(struct json *object, const char *key, struct json *value);

/**
 * json_append() - add an element to an array
 * @array: the array.
 * @value: the value, which the array owns from now on.
 *
 * Return: @value.
 */
struct json *json_append(struct json *array, struct json *value);

/**
 * json_remove() - take an element out of an array, and forget it
 * @array: the array.
 * @value: the element.
 */
void json_remove(struct json *array, struct json *value);

/**
 * json_free() - forget a value and all in it
 * @value: the value.
 */
void json_free(struct json *value);

/**
 * json_print() - write a value, indented
 * @value: the value.
 * @file: where to.
 *
 * Return: 0, or -1 if it could not be written.
 */
int json_print(const struct json *value, FILE *file);

#endif /* VKCTL_JSON_H */
