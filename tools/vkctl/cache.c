// SPDX-License-Identifier: GPL-2.0
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "cache.h"
#include "instance.h"

/* Not where the records are, each of which has the name of a vkernel. */
#define CACHE "/run/vkctl"

/* The newest of those that share a place; there can be no more than this. */
#define PLACES 64

/* All places together must not fill a machine's memory. */
#define MOST (256u << 10)

/* All that an answer depends on. */
struct question {
	/* This program, the container, the profile's name. */
	char *head;
	size_t head_size;
	/* What is in the profile. */
	const char *profile;
	size_t size;
	/* No answer depends on it. */
	bool secret;
};

/* --- The question --------------------------------------------------------- */

/* Where the linker has put this program's own header. */
extern const Elf64_Ehdr __ehdr_start;

#define MAX_BUILD 64

/*
 * The linker's sum of all that is in this program, libraries included: one that
 * could answer otherwise has another. It stands first among the notes.
 */
static const Elf64_Nhdr *find_build(void)
{
	const char *image = (const char *)&__ehdr_start;
	const Elf64_Phdr *part =
		(const Elf64_Phdr *)(image + __ehdr_start.e_phoff);
	const Elf64_Nhdr *note;
	unsigned int i;

	for (i = 0; i < __ehdr_start.e_phnum; i++) {
		note = (const Elf64_Nhdr *)(image + part[i].p_offset);
		if (part[i].p_type == PT_NOTE &&
		    note->n_type == NT_GNU_BUILD_ID &&
		    note->n_descsz <= MAX_BUILD)
			return note;
	}
	return NULL;
}

/* A NUL ends each: what a bundle says may have any other character in it. */
static void add_word(struct buffer *head, const char *word)
{
	buffer_add(head, word, NULL);
	head->length++;
}

static bool ask_program(struct buffer *head)
{
	const Elf64_Nhdr *note = find_build();
	char digits[2 * MAX_BUILD + 1], *to = digits;
	const unsigned char *from;
	unsigned int i;

	if (!note)
		return false;
	from = (const unsigned char *)(note + 1) + ((note->n_namesz + 3) & ~3u);
	for (i = 0; i < note->n_descsz; i++) {
		*to++ = "0123456789abcdef"[from[i] >> 4];
		*to++ = "0123456789abcdef"[from[i] & 15];
	}
	*to = '\0';
	add_word(head, digits);
	return true;
}

static void ask_container(struct buffer *head,
			  const struct container *container)
{
	char **capability = container->capabilities;

	add_word(head, container->arch);
	add_word(head, container->release);
	add_word(head, container->all_capabilities ? "all" : "some");
	for (; capability && *capability; capability++)
		add_word(head, *capability);
}

/* What is in the profile is still to be looked at. */
static bool ask(struct question *question, const char *name,
		const struct container *container)
{
	struct buffer head = { NULL };

	if (!ask_program(&head))
		return false;
	ask_container(&head, container);
	add_word(&head, name);
	question->head = head.bytes;
	question->head_size = head.length;
	return true;
}

/* --- Where it is ---------------------------------------------------------- */

static char *path_of(const struct question *question)
{
	static const char digits[] = "0123456789abcdef";
	uint32_t sum = 2166136261u;
	char name[3] = "";
	size_t i;

	for (i = 0; i < question->head_size; i++)
		sum = (sum ^ (unsigned char)question->head[i]) * 16777619u;
	name[0] = digits[sum % PLACES >> 4];
	name[1] = digits[sum % PLACES & 15];
	return joined(CACHE "/", name, NULL);
}

/* A longer one is never kept. */
static bool is_profile(const struct stat *file)
{
	return S_ISREG(file->st_mode) && file->st_size > 0 &&
	       file->st_size <= MOST;
}

/* What others could have written is no answer. */
static bool is_safe(const struct stat *file)
{
	return S_ISREG(file->st_mode) && file->st_uid == geteuid() &&
	       !(file->st_mode & 022) && file->st_size > 0;
}

/*
 * To map is less than to read, and it stays so: this program ends soon. What is
 * kept is never changed, only replaced; a profile that somebody cuts short in
 * just this moment is the end of this program, and of the container.
 */
static const char *map(const char *path, int flags,
		       bool (*fits)(const struct stat *file), size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	void *bytes = MAP_FAILED;
	struct stat file;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &file) && fits(&file)) {
		*size = file.st_size;
		bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	close(fd);
	return bytes == MAP_FAILED ? NULL : bytes;
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
	settings_add_text(settings, plugin, *file ? file : NULL, line);
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

/* Where the head ends and the profile begins, and where that does. */
struct sizes {
	size_t head;
	size_t profile;
};

static struct sizes sizes_of(const struct question *question)
{
	return (struct sizes){ question->head_size, question->size };
}

/* The sizes, the question, a NUL, the answer, a NUL. */
static bool read_kept(const char *kept, size_t size,
		      const struct question *question,
		      struct settings *settings)
{
	const struct sizes sizes = sizes_of(question);
	size_t profile = sizeof(sizes) + sizes.head;
	size_t asked = profile + sizes.profile;

	return size > asked + 1 && !kept[asked] && !kept[size - 1] &&
	       !memcmp(kept, &sizes, sizeof(sizes)) &&
	       !memcmp(kept + sizeof(sizes), question->head, sizes.head) &&
	       !memcmp(kept + profile, question->profile, sizes.profile) &&
	       read_answer(joined(kept + asked + 1, NULL), settings);
}

static bool find(struct question *question, const char *path,
		 struct settings *settings)
{
	char *place = path_of(question);
	const char *kept;
	size_t size;

	question->profile =
		map(path, O_NONBLOCK | O_NOCTTY, is_profile, &question->size);
	kept = question->profile ? map(place, O_NOFOLLOW, is_safe, &size) :
				   NULL;
	free(place);
	if (kept && read_kept(kept, size, question, settings))
		return true;
	settings_free(settings);
	return false;
}

static void write_answer(FILE *file, const struct question *question,
			 const struct settings *settings)
{
	const struct sizes sizes = sizes_of(question);
	const struct setting *setting;
	size_t i;

	fwrite(&sizes, sizeof(sizes), 1, file);
	fwrite(question->head, 1, question->head_size, file);
	fwrite(question->profile, 1, question->size, file);
	fputc('\0', file);
	for (i = 0; i < settings->count; i++) {
		setting = &settings->list[i];
		fprintf(file, "%zu %zu %s %s %s\n", setting->line,
			setting->column, setting->plugin, setting->file ?: "",
			setting->value);
	}
	fputc('\0', file);
}

static FILE *open_draft(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd < 0 ? NULL : fdopen(fd, "w");
}

/* Whole or not at all: somebody else may read or write it at the same time. */
static void keep(const struct question *question,
		 const struct settings *settings)
{
	char *path = path_of(question), *draft = text("%s.%d", path, getpid());
	FILE *file;

	/* Only where vkernels are: nowhere else is a container waited for. */
	if (instance_possible())
		mkdir(CACHE, 0700);
	file = open_draft(draft);
	if (file) {
		write_answer(file, question, settings);
		if (ferror(file) | fclose(file) || rename(draft, path))
			unlink(draft);
	}
	free(draft);
	free(path);
}

/* --- Both ---------------------------------------------------------------- */

static int compile(const char *path, const struct question *question,
		   const struct container *container, struct settings *settings)
{
	struct document doc;
	int err = document_parse(&doc, path, question->profile, question->size);

	if (err)
		return err;
	doc.secret = question->secret;
	err = profile_compile(&doc, container, settings);
	document_free(&doc);
	return err;
}

/* What is looked at, and what is kept with it, are the very same bytes. */
static int learn(const char *path, struct question *question, bool asked,
		 const struct container *container, struct settings *settings)
{
	char *bytes = document_bytes(path, &question->size);
	int err = -1;

	question->profile = bytes;
	if (bytes)
		err = compile(path, question, container, settings);
	if (asked && !err && question->size <= MOST)
		keep(question, settings);
	free(bytes);
	return err;
}

int profile_recall(const char *name, bool secret,
		   const struct container *container, struct settings *settings)
{
	char *path = profile_path(name);
	struct question question = { .secret = secret };
	/* Standard input can be read only once. */
	bool asked = strcmp(path, "-") && ask(&question, path, container);
	int err = 0;

	memset(settings, 0, sizeof(*settings));
	if (asked && find(&question, path, settings)) {
		settings->source = joined(path, NULL);
		settings->secret = secret;
	} else {
		err = learn(path, &question, asked, container, settings);
	}
	free(question.head);
	free(path);
	return err;
}
