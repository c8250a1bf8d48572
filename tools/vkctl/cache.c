// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"
#include "instance.h"

/* Not where the records are, each of which has the name of a vkernel. */
#define CACHE "/run/vkctl"

/* The newest of those that share a place; there can be no more than this. */
#define PLACES 64

/* All that an answer depends on. */
struct question {
	/* This program, the library, the container, the profile. */
	char *bytes;
	size_t size;
	/* So many stand before what is in the profile. */
	size_t head;
};

/* --- The question --------------------------------------------------------- */

static void ask_program(FILE *file)
{
	const struct scmp_version *library = seccomp_version();
	struct stat program = { 0 };

	stat("/proc/self/exe", &program);
	fprintf(file, "program %lu %lu %lld.%ld %lld.%ld\n", program.st_dev,
		program.st_ino, (long long)program.st_mtim.tv_sec,
		program.st_mtim.tv_nsec, (long long)program.st_ctim.tv_sec,
		program.st_ctim.tv_nsec);
	fprintf(file, "libseccomp %u.%u.%u\n", library->major, library->minor,
		library->micro);
}

static void ask_container(FILE *file, const struct container *container)
{
	char **capability = container->capabilities;

	fprintf(file, "machine %s %s\n", container->arch, container->release);
	if (container->all_capabilities)
		fputs("ALL\n", file);
	for (; capability && *capability; capability++)
		fprintf(file, "%s\n", *capability);
}

static void ask(struct question *question, const char *name,
		const char *profile, size_t size,
		const struct container *container)
{
	FILE *file = need(open_memstream(&question->bytes, &question->size));

	ask_program(file);
	ask_container(file, container);
	fprintf(file, "profile %zu %s\n", size, name);
	question->head = ftell(file);
	fwrite(profile, 1, size, file);
	fclose(file);
	need(question->bytes);
}

/* --- Where it is ---------------------------------------------------------- */

static char *path_of(const struct question *question)
{
	uint32_t sum = 2166136261u;
	size_t i;

	for (i = 0; i < question->head; i++)
		sum = (sum ^ (unsigned char)question->bytes[i]) * 16777619u;
	return text(CACHE "/%02x", sum % PLACES);
}

/* What others could have written is no answer. */
static bool is_safe(void)
{
	struct stat folder;

	return !lstat(CACHE, &folder) && S_ISDIR(folder.st_mode) &&
	       folder.st_uid == geteuid() && !(folder.st_mode & 022);
}

/* --- The answer ----------------------------------------------------------- */

/* "LINE COLUMN PLUGIN FILE VALUE", taken apart where it stands. */
static bool read_setting(char *line, struct settings *settings)
{
	char *plugin, *file;

	settings->line = strtoul(line, &line, 10);
	settings->column = strtoul(line, &line, 10);
	if (*line++ != ' ')
		return false;
	plugin = strsep(&line, " ");
	file = line ? strsep(&line, " ") : NULL;
	if (!line)
		return false;
	settings_add(settings, plugin, *file ? file : NULL, "%s", line);
	return true;
}

static bool read_answer(char *answer, struct settings *settings)
{
	char *line;

	settings->words = answer;
	while ((line = strsep(&answer, "\n")))
		if (*line && !read_setting(line, settings))
			return false;
	settings->line = 0;
	settings->column = 0;
	return settings->count;
}

static bool find(const struct question *question, struct settings *settings)
{
	char *path = path_of(question), *bytes = NULL;
	bool found;
	size_t size;

	if (is_safe())
		bytes = file_read_all(path, &size);
	free(path);
	found = bytes && size > question->size &&
		!memcmp(bytes, question->bytes, question->size) &&
		bytes[question->size] == '\0' &&
		read_answer(text("%s", bytes + question->size + 1), settings);
	free(bytes);
	if (!found)
		settings_free(settings);
	return found;
}

static void write_answer(FILE *file, const struct question *question,
			 const struct settings *settings)
{
	const struct setting *setting;
	size_t i;

	fwrite(question->bytes, 1, question->size, file);
	fputc('\0', file);
	for (i = 0; i < settings->count; i++) {
		setting = &settings->list[i];
		fprintf(file, "%zu %zu %s %s %s\n", setting->line,
			setting->column, setting->plugin, setting->file ?: "",
			setting->value);
	}
}

/* Whole or not at all: somebody else may read or write it at the same time. */
static void keep(const struct question *question,
		 const struct settings *settings)
{
	char *path = path_of(question), *draft = text("%s.%d", path, getpid());
	FILE *file = NULL;

	/* Only where vkernels are: nowhere else is a container waited for. */
	if (instance_possible())
		mkdir(CACHE, 0700);
	if (is_safe())
		file = fopen(draft, "wxe");
	if (file) {
		write_answer(file, question, settings);
		if (ferror(file) | fclose(file) || rename(draft, path))
			unlink(draft);
	}
	free(draft);
	free(path);
}

/* --- Both ---------------------------------------------------------------- */

/* What is looked at, and what is kept with it, are the very same bytes. */
static int recall(const char *path, const char *bytes, size_t size,
		  const struct container *container, struct settings *settings)
{
	struct question question;
	struct document doc;
	int err = 0;

	ask(&question, path, bytes, size, container);
	if (find(&question, settings)) {
		settings->source = text("%s", path);
	} else if (document_parse(&doc, path, bytes, size)) {
		err = -1;
	} else {
		err = profile_compile(&doc, container, settings);
		document_free(&doc);
		if (!err)
			keep(&question, settings);
	}
	free(question.bytes);
	return err;
}

int profile_recall(const char *name, const struct container *container,
		   struct settings *settings)
{
	char *path = profile_path(name);
	size_t size;
	char *bytes = file_read_all(path, &size);
	int err;

	memset(settings, 0, sizeof(*settings));
	if (bytes)
		err = recall(path, bytes, size, container, settings);
	else
		err = fault("%s: %s", path, strerror(errno));
	free(bytes);
	free(path);
	return err;
}
