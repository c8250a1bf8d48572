// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer's entry: any bytes may be a profile, or a bundle that is rewritten.
 *
 * What is no profile is refused; what is one becomes lines that the kernel's
 * side can tell apart, and that are the same after they were kept. What is JSON
 * is the same after it was written and read; where only parts of it are kept,
 * these are what they are in the whole.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <yajl/yajl_parse.h>

/* For what it does between the files. */
#include "cache.c"

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* One write(2) takes one line. */
static void require_sane(const struct settings *settings)
{
	const struct setting *setting;
	size_t i;

	for (i = 0; i < settings->count; i++) {
		setting = &settings->list[i];
		require(setting->plugin && setting->value);
		require(!strchr(setting->value, '\n'));
		require(strlen(setting->value) < 4096);
	}
}

static char *print(const struct document *doc, size_t *size)
{
	char *bytes = NULL;
	FILE *file = open_memstream(&bytes, size);

	require(!json_print(doc->root, file));
	fclose(file);
	return bytes;
}

static void try_again(const struct document *doc)
{
	struct document again;
	size_t size, size_again;
	char *bytes = print(doc, &size), *bytes_again;

	require(!document_parse(&again, "again", bytes, size));
	bytes_again = print(&again, &size_again);
	require(size == size_again && !memcmp(bytes, bytes_again, size));
	free(bytes_again);
	free(bytes);
	document_free(&again);
}

/* --- Parts ---------------------------------------------------------------- */

/* As the hook has them, but for names that a fuzzer finds sooner. */
static const struct json_part inner[] = { { "c" }, {} };
static const struct json_part middle[] = { { "b", inner }, {} };
static const struct json_part parts[] = { { "a", middle }, { "d" }, {} };

static const struct json_part *find_part(const struct json_part *list,
					 const char *key)
{
	for (; list->key; list++)
		if (!strcmp(list->key, key))
			return list;
	return NULL;
}

static void require_part(const struct json *part, const struct json *whole,
			 const struct json_part *wanted, bool may_end);

/* The next member that is kept. */
static const struct json *next_kept(const struct json *whole,
				    const struct json_part *wanted)
{
	while (whole && wanted && !find_part(wanted, whole->key))
		whole = whole->next;
	return whole;
}

static void require_members(const struct json *part, const struct json *whole,
			    const struct json_part *wanted, bool may_end)
{
	const struct json_part *known;

	whole = next_kept(whole, wanted);
	for (; part; part = part->next) {
		require(whole && !!part->key == !!whole->key);
		if (part->key)
			require(!strcmp(part->key, whole->key) &&
				part->key_at == whole->key_at);
		known = wanted ? find_part(wanted, whole->key) : NULL;
		require_part(part, whole, known ? known->parts : NULL, false);
		whole = next_kept(whole->next, wanted);
	}
	require(may_end || !whole);
}

static void require_part(const struct json *part, const struct json *whole,
			 const struct json_part *wanted, bool may_end)
{
	require(part->type == whole->type && part->at == whole->at &&
		part->truth == whole->truth && part->length == whole->length);
	if (part->text)
		require(!memcmp(part->text, whole->text, part->length));
	require_members(part->first, whole->first,
			whole->type == JSON_OBJECT ? wanted : NULL, may_end);
}

/* All that was to be kept has been there: the rest need not be. */
static bool is_full(const struct json *root)
{
	const struct json *item;
	bool a = false, d = false;

	json_for_each(item, root)
	{
		a |= item->key && !strcmp(item->key, "a");
		d |= item->key && !strcmp(item->key, "d");
	}
	return a && d;
}

/* A key with a NUL, or too deep a nest, is no matter where it is not kept. */
static bool is_json(const char *bytes, size_t size)
{
	yajl_handle yajl = yajl_alloc(NULL, NULL, NULL);
	bool is = yajl_parse(yajl, (const unsigned char *)bytes, size) ==
			  yajl_status_ok &&
		  yajl_complete_parse(yajl) == yajl_status_ok;

	yajl_free(yajl);
	return is;
}

static void try_parts(const struct document *whole, const char *bytes,
		      size_t size)
{
	char path[64];
	struct document part;
	int fd = memfd_create("part", 0), err;

	require(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = document_read_part(&part, path, parts);
	close(fd);
	require(!whole || !err);
	if (!err) {
		require(whole || is_full(part.root) || is_json(bytes, size));
		if (whole)
			require_part(part.root, whole->root, parts,
				     is_full(part.root));
		document_free(&part);
	}
}

/* --- What is kept --------------------------------------------------------- */

/* In memory of its own, so that no byte more is read unseen. */
static bool recall(const char *kept, size_t size,
		   const struct question *question, struct settings *settings)
{
	char *copy = need(malloc(size));
	bool found;

	memcpy(copy, kept, size);
	memset(settings, 0, sizeof(*settings));
	found = read_kept(copy, size, question, settings);
	free(copy);
	return found;
}

static void require_same(const struct settings *one,
			 const struct settings *other)
{
	const struct setting *a = one->list, *b = other->list;
	size_t i;

	require(one->count == other->count);
	for (i = 0; i < one->count; i++, a++, b++) {
		require(!strcmp(a->plugin, b->plugin) && !a->file == !b->file);
		require(!a->file || !strcmp(a->file, b->file));
		require(!strcmp(a->value, b->value) && a->line == b->line &&
			a->column == b->column);
	}
}

#define HEAD 4

static void try_keep(const struct settings *settings, const char *bytes,
		     size_t size)
{
	char *asked = need(malloc(size + HEAD));
	struct question question = { asked, HEAD, asked + HEAD, size };
	struct settings again;
	char *kept = NULL;
	size_t length, i;
	FILE *file = open_memstream(&kept, &length);

	memset(asked, 'h', HEAD);
	memcpy(asked + HEAD, bytes, size);
	write_answer(file, &question, settings);
	fclose(file);
	/* No settings are no answer. */
	require(recall(kept, length, &question, &again) == !!settings->count);
	require_same(&again, settings);
	settings_free(&again);
	for (i = 0; i < length; i += 1 + length / 16) {
		require(!recall(kept, i, &question, &again) ||
			kept[i - 1] == '\0');
		settings_free(&again);
	}
	/* The same bytes, divided otherwise. */
	question = (struct question){ asked, HEAD - 1, asked + HEAD - 1,
				      size + 1 };
	require(!recall(kept, length, &question, &again));
	settings_free(&again);
	free(asked);
	free(kept);
}

/* Whatever stands there: root's own, but perhaps of a disk that is full. */
static void try_answer(const char *bytes, size_t size)
{
	struct question question = { "", 0, "", 0 };
	struct settings settings;
	char *kept = NULL;
	size_t length;
	FILE *file = open_memstream(&kept, &length);

	write_answer(file, &question, &(struct settings){ 0 });
	fflush(file);
	fseek(file, -1, SEEK_CUR);
	fwrite(bytes, 1, size, file);
	fputc('\0', file);
	fclose(file);
	recall(kept, length, &question, &settings);
	settings_free(&settings);
	free(kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct container container;
	struct settings settings;
	struct document doc;
	int err;

	message_quiet = true;
	try_answer(bytes, size);
	err = document_parse(&doc, "fuzz", bytes, size);
	try_parts(err ? NULL : &doc, bytes, size);
	if (err)
		return 0;
	container_defaults(&container);
	container_from_bundle(&container, &doc);
	if (!profile_compile(&doc, &container, &settings)) {
		require_sane(&settings);
		try_keep(&settings, bytes, size);
		settings_free(&settings);
	}
	try_again(&doc);
	container_free(&container);
	document_free(&doc);
	return 0;
}
