// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yajl/yajl_gen.h>
#include <yajl/yajl_parse.h>

#include "file.h"
#include "json.h"

/* Nothing that is a profile or a bundle comes near. */
#define MAX_DEPTH 64
#define MAX_SIZE (16u << 20)

static const char *const type_names[] = {
	[JSON_NULL] = "null",	  [JSON_BOOL] = "true or false",
	[JSON_NUMBER] = "number", [JSON_STRING] = "string",
	[JSON_ARRAY] = "array",	  [JSON_OBJECT] = "object",
};

/* --- Values -------------------------------------------------------------- */

static char *copy(const char *bytes, size_t size)
{
	char *result = need(malloc(size + 1));

	memcpy(result, bytes, size);
	result[size] = '\0';
	return result;
}

struct json *json_new(enum json_type type, const char *text)
{
	struct json *value = need(calloc(1, sizeof(*value)));

	value->type = type;
	if (text) {
		value->length = strlen(text);
		value->text = copy(text, value->length);
	}
	return value;
}

/* As deep as MAX_DEPTH, no deeper. */
void json_free(struct json *value)
{
	struct json *item, *next;

	if (!value)
		return;
	for (item = value->first; item; item = next) {
		next = item->next;
		json_free(item);
	}
	free(value->text);
	free(value->key);
	free(value);
}

struct json *json_append(struct json *array, struct json *value)
{
	if (array->last)
		array->last->next = value;
	else
		array->first = value;
	array->last = value;
	return value;
}

void json_remove(struct json *array, struct json *value)
{
	struct json *item, *before = NULL;

	for (item = array->first; item != value; item = item->next)
		before = item;
	if (before)
		before->next = value->next;
	else
		array->first = value->next;
	if (array->last == value)
		array->last = before;
	json_free(value);
}

static struct json *find(const struct json *object, const char *key)
{
	struct json *item;

	if (!object || object->type != JSON_OBJECT)
		return NULL;
	json_for_each(item, object)
	{
		if (!strcmp(item->key, key))
			return item;
	}
	return NULL;
}

struct json *json_get(const struct json *object, const char *key)
{
	struct json *item = find(object, key);

	return item && item->type != JSON_NULL ? item : NULL;
}

struct json *json_put(struct json *object, const char *key, struct json *value)
{
	struct json *old = find(object, key);

	if (old)
		json_remove(object, old);
	free(value->key);
	value->key = copy(key, strlen(key));
	return json_append(object, value);
}

bool json_is(const struct json *value, const char *wanted)
{
	return value && value->type == JSON_STRING &&
	       value->length == strlen(wanted) && !strcmp(value->text, wanted);
}

/* --- Questions that say what is wrong ------------------------------------- */

void document_locate(const struct document *doc, size_t at, size_t *line,
		     size_t *column)
{
	size_t i;

	*line = 1;
	*column = 1;
	for (i = 0; i < at && i < doc->size; i++) {
		if (doc->bytes[i] == '\n') {
			++*line;
			*column = 1;
		} else if ((doc->bytes[i] & 0xc0) != 0x80) {
			/* A character, of however many bytes. */
			++*column;
		}
	}
}

int document_fault(const struct document *doc, size_t at, const char *format,
		   ...)
{
	char *message;
	size_t line, column;
	va_list args;

	if (message_quiet)
		return -1;
	va_start(args, format);
	message = vtext(format, args);
	va_end(args);
	document_locate(doc, at, &line, &column);
	fault_at(doc->name, line, column, "%s", message);
	free(message);
	return -1;
}

const char *document_word(const struct document *doc, const char *word)
{
	return doc->secret ? "..." : word;
}

int json_expect(const struct document *doc, const struct json *value,
		enum json_type type, const char *what)
{
	if (value->type == type)
		return 0;
	return document_fault(doc, value->at, "%s must be of type %s, not %s",
			      what, type_names[type], type_names[value->type]);
}

const char *json_string(const struct document *doc, const struct json *value,
			const char *what)
{
	if (json_expect(doc, value, JSON_STRING, what))
		return NULL;
	if (strlen(value->text) == value->length)
		return value->text;
	document_fault(doc, value->at, "%s has a NUL in it", what);
	return NULL;
}

int json_number(const struct document *doc, const struct json *value,
		const char *what, uint64_t most, uint64_t *number)
{
	char *end;

	if (json_expect(doc, value, JSON_NUMBER, what))
		return -1;
	errno = 0;
	*number = strtoull(value->text, &end, 10);
	if (errno || *end || value->text[0] == '-' || *number > most)
		return document_fault(
			doc, value->at,
			"%s must be a whole number from 0 to %llu", what,
			(unsigned long long)most);
	return 0;
}

static bool listed(const char *key, const char *const *keys)
{
	while (*keys && strcmp(*keys, key))
		keys++;
	return *keys;
}

int json_keys(const struct document *doc, const struct json *object,
	      const char *what, const char *const *keys)
{
	struct json *item;

	if (json_expect(doc, object, JSON_OBJECT, what))
		return -1;
	json_for_each(item, object)
	{
		if (!listed(item->key, keys))
			return document_fault(doc, item->key_at,
					      "%s has no key \"%s\"", what,
					      document_word(doc, item->key));
		if (find(object, item->key) != item)
			return document_fault(doc, item->key_at,
					      "key \"%s\" is there twice",
					      item->key);
	}
	return 0;
}

/* --- Parse ---------------------------------------------------------------- */

struct parser {
	yajl_handle yajl;
	struct document *doc;
	struct json *open[MAX_DEPTH];
	/* What is kept of each, and of the one that comes: NULL: all. */
	const struct json_part *parts[MAX_DEPTH + 1];
	size_t depth;
	/* Bits of the root's parts that have been there; are all? */
	uint32_t seen;
	bool done;
	/* Of the member that comes. */
	char *key;
	size_t key_at;
	/* Where the token before ended. */
	size_t end;
	/* In a member that is not kept, and how deep in it. */
	bool skips;
	size_t skipped;
	const char *trouble;
	size_t trouble_at;
};

/* The first character of a token that is not read yet. */
static size_t next_token(const struct parser *parser)
{
	size_t at = parser->end;

	while (at < parser->doc->size && parser->doc->bytes[at] &&
	       strchr(" \t\r\n,:", parser->doc->bytes[at]))
		at++;
	return at;
}

/* yajl says where a token ends. It begins behind the one before. */
static size_t token(struct parser *parser)
{
	size_t at = next_token(parser);

	parser->end = yajl_get_bytes_consumed(parser->yajl);
	return at;
}

static int trouble(struct parser *parser, size_t at, const char *what)
{
	parser->trouble = what;
	parser->trouble_at = at;
	return 0;
}

/* Then where it is does not matter, but where it ends does. */
static bool skip(struct parser *parser)
{
	if (parser->skips)
		parser->end = yajl_get_bytes_consumed(parser->yajl);
	return parser->skips;
}

static struct json *add(struct parser *parser, enum json_type type)
{
	struct json *value = json_new(type, NULL);

	value->at = token(parser);
	value->key = parser->key;
	value->key_at = parser->key_at;
	parser->key = NULL;
	if (parser->depth)
		json_append(parser->open[parser->depth - 1], value);
	else
		parser->doc->root = value;
	return value;
}

static int on_null(void *context)
{
	if (!skip(context))
		add(context, JSON_NULL);
	return 1;
}

static int on_boolean(void *context, int truth)
{
	if (!skip(context))
		add(context, JSON_BOOL)->truth = truth;
	return 1;
}

static int add_text(struct parser *parser, enum json_type type,
		    const char *bytes, size_t size)
{
	struct json *value;

	if (skip(parser))
		return 1;
	value = add(parser, type);
	value->text = copy(bytes, size);
	value->length = size;
	return 1;
}

static int on_number(void *context, const char *bytes, size_t size)
{
	return add_text(context, JSON_NUMBER, bytes, size);
}

static int on_string(void *context, const unsigned char *bytes, size_t size)
{
	return add_text(context, JSON_STRING, (const char *)bytes, size);
}

/* Is the member kept, and what of it? */
static bool kept(struct parser *parser, const char *key)
{
	const struct json_part *parts = parser->parts[parser->depth - 1];
	const struct json_part *part = parts;

	while (part && part->key && strcmp(part->key, key))
		part++;
	if (part && part->key && parser->depth == 1)
		parser->seen |= 1u << (part - parts);
	parser->parts[parser->depth] = part ? part->parts : NULL;
	return !part || part->key;
}

/* Of what is kept nothing can come any more. */
static bool all_seen(const struct parser *parser)
{
	const struct json_part *part = parser->doc->parts;
	uint32_t wanted = 0;

	for (; part && part->key; part++)
		wanted = wanted << 1 | 1;
	return wanted && parser->seen == wanted;
}

static int on_key(void *context, const unsigned char *bytes, size_t size)
{
	struct parser *parser = context;

	if (parser->skipped)
		return skip(parser);
	parser->done = parser->depth == 1 && all_seen(parser);
	if (parser->done)
		return 0;
	parser->key_at = token(parser);
	free(parser->key);
	parser->key = copy((const char *)bytes, size);
	parser->skips = !kept(parser, parser->key);
	if (strlen(parser->key) != size)
		return trouble(parser, parser->key_at, "a key has a NUL in it");
	return 1;
}

static int open_value(struct parser *parser, enum json_type type)
{
	struct json *value;

	if (skip(parser)) {
		parser->skipped++;
		return 1;
	}
	value = add(parser, type);
	if (parser->depth == MAX_DEPTH)
		return trouble(parser, value->at, "nested too deeply");
	parser->open[parser->depth++] = value;
	/* For an array's elements; a member's key says it for the member. */
	parser->parts[parser->depth] = NULL;
	return 1;
}

static int on_object(void *context)
{
	return open_value(context, JSON_OBJECT);
}

static int on_array(void *context)
{
	return open_value(context, JSON_ARRAY);
}

static int on_end(void *context)
{
	struct parser *parser = context;

	if (parser->skipped) {
		parser->skipped--;
		return skip(parser);
	}
	/* That of the root, perhaps behind what was skipped. */
	parser->skips = false;
	token(parser);
	parser->depth--;
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_object,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_array,
	.yajl_end_array = on_end,
};

/* A character that yajl does not like it has read; a token has a beginning. */
static size_t failed_at(const struct parser *parser, const char *said,
			bool at_end)
{
	size_t at = yajl_get_bytes_consumed(parser->yajl);

	if (at_end)
		return parser->doc->size;
	if (strncmp(said, "lexical", 7))
		return next_token(parser);
	return at ? at - 1 : 0;
}

/* yajl's own words have a kind in front and a newline behind. */
static int parse_failed(struct parser *parser, bool at_end)
{
	unsigned char *said;
	const char *words;

	if (parser->trouble)
		return document_fault(parser->doc, parser->trouble_at, "%s",
				      parser->trouble);
	said = need(yajl_get_error(parser->yajl, 0, NULL, 0));
	words = strstr((char *)said, ": ");
	words = words ? words + 2 : (char *)said;
	document_fault(parser->doc, failed_at(parser, (char *)said, at_end),
		       "no JSON: %.*s", (int)strcspn(words, "\n"), words);
	yajl_free_error(parser->yajl, said);
	return -1;
}

static int parse(struct document *doc)
{
	struct parser parser = { .doc = doc, .parts = { doc->parts } };
	yajl_status status;
	int err = 0;

	parser.yajl = need(yajl_alloc(&callbacks, NULL, &parser));
	status =
		yajl_parse(parser.yajl, (unsigned char *)doc->bytes, doc->size);
	if (parser.done)
		goto free_parser;
	if (status != yajl_status_ok)
		err = parse_failed(&parser, false);
	else if (yajl_complete_parse(parser.yajl) != yajl_status_ok)
		err = parse_failed(&parser, true);
	else if (!doc->root)
		err = document_fault(doc, 0, "no JSON: nothing there");
free_parser:
	free(parser.key);
	yajl_free(parser.yajl);
	return err;
}

void document_free(struct document *doc)
{
	json_free(doc->root);
	free(doc->name);
	free(doc->bytes);
	memset(doc, 0, sizeof(*doc));
}

/* The bytes are the document's from now on. */
static int parse_bytes(struct document *doc, const char *name, char *bytes,
		       size_t size, const struct json_part *parts)
{
	*doc = (struct document){
		.name = copy(name, strlen(name)),
		.bytes = bytes,
		.size = size,
		.parts = parts,
	};
	if (!parse(doc))
		return 0;
	document_free(doc);
	return -1;
}

int document_parse(struct document *doc, const char *name, const char *bytes,
		   size_t size)
{
	return parse_bytes(doc, name, copy(bytes, size), size, NULL);
}

/* --- Files ---------------------------------------------------------------- */

int document_read(struct document *doc, const char *path)
{
	return document_read_part(doc, path, NULL);
}

/*
 * Who chose the name may be less trusted than who reads: no waiting for the
 * other end of a pipe, no terminal, no device that never ends.
 */
static int open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat file;

	if (fd < 0 || fstat(fd, &file))
		fault("%s: %s", path, strerror(errno));
	else if (!S_ISREG(file.st_mode))
		fault("%s: not a regular file", path);
	else
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static char *read_limited(int fd, const char *path, size_t *size)
{
	char *bytes = file_read_fd(fd, MAX_SIZE + 1, size);

	if (!bytes) {
		fault("%s: %s", path, strerror(errno));
	} else if (*size > MAX_SIZE) {
		fault("%s: longer than %u bytes", path, MAX_SIZE);
		free(bytes);
		bytes = NULL;
	}
	return bytes;
}

char *document_bytes(const char *path, size_t *size)
{
	bool standard = !strcmp(path, "-");
	int fd = standard ? STDIN_FILENO : open_regular(path);
	char *bytes;

	if (fd < 0)
		return NULL;
	bytes = read_limited(fd, path, size);
	if (!standard)
		close(fd);
	return bytes;
}

int document_read_part(struct document *doc, const char *path,
		       const struct json_part *parts)
{
	size_t size;
	char *bytes = document_bytes(path, &size);

	memset(doc, 0, sizeof(*doc));
	if (!bytes)
		return -1;
	return parse_bytes(doc, strcmp(path, "-") ? path : "standard input",
			   bytes, size, parts);
}

/*
 * Names that programs gave themselves may be no UTF-8, and JSON is: there each
 * byte above ASCII becomes a question mark.
 */
static void generate_string(yajl_gen gen, const char *text, size_t length)
{
	unsigned char *ascii;
	size_t i;

	if (yajl_gen_string(gen, (const unsigned char *)text, length) !=
	    yajl_gen_invalid_string)
		return;
	ascii = need(malloc(length));
	for (i = 0; i < length; i++)
		ascii[i] = text[i] & 0x80 ? '?' : text[i];
	yajl_gen_string(gen, ascii, length);
	free(ascii);
}

static void generate(yajl_gen gen, const struct json *value)
{
	const struct json *item;

	if (value->key)
		generate_string(gen, value->key, strlen(value->key));
	switch (value->type) {
	case JSON_NULL:
		yajl_gen_null(gen);
		return;
	case JSON_BOOL:
		yajl_gen_bool(gen, value->truth);
		return;
	case JSON_NUMBER:
		yajl_gen_number(gen, value->text, value->length);
		return;
	case JSON_STRING:
		generate_string(gen, value->text, value->length);
		return;
	case JSON_ARRAY:
		yajl_gen_array_open(gen);
		break;
	case JSON_OBJECT:
		yajl_gen_map_open(gen);
		break;
	}
	json_for_each(item, value)
	{
		generate(gen, item);
	}
	if (value->type == JSON_ARRAY)
		yajl_gen_array_close(gen);
	else
		yajl_gen_map_close(gen);
}

int json_print(const struct json *value, FILE *file)
{
	yajl_gen gen = need(yajl_gen_alloc(NULL));
	const unsigned char *bytes;
	size_t size = 0;

	yajl_gen_config(gen, yajl_gen_validate_utf8, 1);
	yajl_gen_config(gen, yajl_gen_beautify, 1);
	yajl_gen_config(gen, yajl_gen_indent_string, "  ");
	generate(gen, value);
	yajl_gen_get_buf(gen, &bytes, &size);
	size -= fwrite(bytes, 1, size, file);
	yajl_gen_free(gen);
	return size || fflush(file) ? -1 : 0;
}

/* A new file beside it, in the end with its name: one is seen, or the other. */
static int replace(const struct document *doc, int fd, const char *name,
		   const char *path, const struct stat *old)
{
	FILE *file = fdopen(fd, "w");

	if (!file) {
		close(fd);
		return -1;
	}
	if (json_print(doc->root, file) || fsync(fd) ||
	    fchown(fd, old->st_uid, old->st_gid) ||
	    fchmod(fd, old->st_mode & 07777)) {
		fclose(file);
		return -1;
	}
	return fclose(file) ? -1 : rename(name, path);
}

int document_write(const struct document *doc, const char *path)
{
	char *name = text("%s.XXXXXX", path);
	struct stat old;
	int fd = -1, err = stat(path, &old);

	if (!err) {
		fd = mkostemp(name, O_CLOEXEC);
		err = fd < 0 ? -1 : replace(doc, fd, name, path, &old);
	}
	if (err) {
		fault("%s: %s", path, strerror(errno));
		if (fd >= 0)
			unlink(name);
	}
	free(name);
	return err;
}
