// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer's entry: any bytes may be a profile, or a bundle that is rewritten.
 *
 * What is no profile is refused; what is one becomes lines that the kernel's
 * side can tell apart; what is JSON is the same after it was written and read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct container container;
	struct settings settings;
	struct document doc;

	message_quiet = true;
	if (document_parse(&doc, "fuzz", (const char *)data, size))
		return 0;
	container_defaults(&container);
	container_from_bundle(&container, &doc);
	if (!profile_compile(&doc, &container, &settings)) {
		require_sane(&settings);
		settings_free(&settings);
	}
	try_again(&doc);
	container_free(&container);
	document_free(&doc);
	return 0;
}
