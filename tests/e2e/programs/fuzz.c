// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz FOLDER SEED SECONDS [control|moving|PATTERN] - write garbage to all
 * files of a vkernel, and of what it has been given; or of any folder's to
 * those whose names are like PATTERN
 *
 * Whatever is refused must leave all that can be read as it was, also when what
 * is collected comes into force later. With "control" what was accepted is
 * taken for refused, which must be noticed. With "moving" others change the
 * files, too, and take them away: what can be read is not compared. The same
 * seed writes the same again, as long as it is given time.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "chance.h"

#define MAX_FILES 64
#define INPUT_SIZE 6000
#define MAX_STATE (MAX_FILES * 4096)
/* A commit waits for all readers, so it is not made after each write. */
#define COMMIT_EVERY 64

static const char *folder;
static const char *pattern = "*";
static bool control;
static bool moving;

static struct file {
	char path[300];
	bool readable;
	unsigned long accepted;
	unsigned long refused;
} files[MAX_FILES];
static size_t count;

/* --- Chance --------------------------------------------------------------- */

/* What the files take, or nearly. */
static const char *const lines[] = {
	"0",
	"1",
	"1\n",
	"20000",
	"2147483647",
	"-1",
	"allow",
	"EPERM",
	"x64 EPERM",
	"ia32 kill_process",
	"x32 trap:65535",
	"default",
	"log",
	"errno:0",
	"own",
	"all",
	"inherit",
	"2",
	"4294967295",
	"4294967296",
	"1000000",
	"0x7fffffff000",
	"x64 83 EPERM",
	"x64 0-13,16 allow",
	"x64 450 133",
	"ia32 39 13",
	"x64 101 errno:4095",
	"x64 60 EPERM",
	"x64 83 default",
	"x64 16 EPERM a1==0x5412",
	"x32 1 log a0&0xff==0x10 a5>=5",
	"ia32 102 kill_thread a0<3 a0!=1",
	"x64 1 EPERM a0<=18446744073709551615",
};

#define LINES (sizeof(lines) / sizeof(*lines))

static const char letters[] = "0123456789abcxdefEPRM -,:=<>!&x64a0\n\t+";

static size_t mutate(char *input, size_t size)
{
	size_t at = chance(size + 1);

	switch (chance(6)) {
	case 0:
		input[at] = letters[chance(sizeof(letters))];
		return at < size ? size : size + 1;
	case 1:
		memmove(input + at + 1, input + at, size - at);
		input[at] = letters[chance(sizeof(letters))];
		return size + 1;
	case 2:
		memmove(input + at, input + at + 1,
			size > at ? size - at - 1 : 0);
		return size ? size - 1 : 0;
	case 3:
		return at;
	case 4:
		input[at] ^= 1u << chance(8);
		return at < size ? size : size + 1;
	default:
		/* A part of it once more. */
		memmove(input + size, input + at, size - at);
		return size + size - at;
	}
}

static size_t make_random(char *input)
{
	size_t size = chance(8) ? chance(40) : chance(INPUT_SIZE), i;

	for (i = 0; i < size; i++)
		input[i] = chance(2) ? (char)chance(256) :
				       letters[chance(sizeof(letters) - 1)];
	return size;
}

static size_t make_input(char *input)
{
	const char *line = lines[chance(LINES)];
	size_t size = strlen(line), changes;

	if (!chance(5))
		return make_random(input);
	memcpy(input, line, size);
	for (changes = chance(4); changes && size < INPUT_SIZE / 4; changes--)
		size = mutate(input, size);
	return size;
}

/* --- Files ---------------------------------------------------------------- */

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void find_files(const char *path);

/* The path is where the first file in it will be. */
static void find_in(const char *path)
{
	char *copy = strdup(path);

	find_files(copy);
	free(copy);
}

static void find_files(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	struct stat stats;
	struct file *file;

	if (!dir)
		die(path);
	while ((entry = readdir(dir))) {
		file = &files[count];
		snprintf(file->path, sizeof(file->path), "%s/%s", path,
			 entry->d_name);
		if (*entry->d_name == '.' || stat(file->path, &stats) ||
		    fnmatch(pattern, entry->d_name, FNM_EXTMATCH))
			continue;
		if (S_ISDIR(stats.st_mode)) {
			find_in(file->path);
			continue;
		}
		file->readable = stats.st_mode & 0444;
		if (++count == MAX_FILES)
			die("too many files");
	}
	closedir(dir);
}

static bool moves_by_itself(const char *path)
{
	/* What others commit, too; what the kernel says meanwhile. */
	return strstr(path, "/memory") || strstr(path, "/committed_kbytes") ||
	       strstr(path, "/log/records") || strstr(path, "/log/visible") ||
	       strstr(path, "/cpu.real_policy.stat");
}

/* What there is to read, but for what the kernel alone decides. */
static void look(char *state)
{
	size_t i, at = 0;
	ssize_t got;
	int fd;

	if (moving)
		return;
	for (i = 0; i < count; i++) {
		if (!files[i].readable || moves_by_itself(files[i].path))
			continue;
		fd = open(files[i].path, O_RDONLY);
		got = fd < 0 ? -1 : read(fd, state + at, 4096);
		if (got < 0)
			die(files[i].path);
		close(fd);
		at += got;
		state[at++] = '|';
	}
	state[at] = '\0';
}

static int put(const char *path, const char *input, size_t size)
{
	int fd = open(path, O_WRONLY);
	ssize_t written;

	if (fd < 0)
		return errno;
	written = write(fd, input, size);
	close(fd);
	if (written < 0)
		return errno;
	/* Nothing was written: nothing was asked. */
	return written || !size ? 0 : EIO;
}

static void enforce(void)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/syscall/commit", folder);
	if (!access(path, F_OK) && put(path, "1", 1) && !moving)
		die(path);
}

/* --- The run -------------------------------------------------------------- */

static char before[MAX_STATE], after[MAX_STATE];

static void expect_same(const struct file *file, const char *input, size_t size)
{
	size_t i;

	look(after);
	if (!strcmp(before, after))
		return;
	printf("changed by what %s refused:", file->path);
	for (i = 0; i < size; i++)
		printf(" %02x", (unsigned char)input[i]);
	printf("\nbefore:\n%s\nafter:\n%s\n", before, after);
	exit(1);
}

static void try(unsigned long round)
{
	struct file *file = &files[chance(count)];
	char input[INPUT_SIZE + 1] = "";
	size_t size = make_input(input);
	bool accepted = !put(file->path, input, size);

	file->accepted += accepted;
	file->refused += !accepted;
	if (accepted && size && !control) {
		enforce();
		look(before);
		return;
	}
	if (control || !(round % COMMIT_EVERY))
		enforce();
	expect_same(file, input, size);
}

int main(int argc, char **argv)
{
	unsigned long round, accepted = 0, refused = 0;
	time_t end;
	size_t i;

	if (argc < 4)
		return 2;
	folder = argv[1];
	seed = strtoull(argv[2], NULL, 0) ?: 1;
	end = time(NULL) + atoi(argv[3]);
	control = argc > 4 && !strcmp(argv[4], "control");
	moving = argc > 4 && !strcmp(argv[4], "moving");
	if (argc > 4 && !control && !moving)
		pattern = argv[4];
	find_files(folder);
	enforce();
	look(before);
	for (round = 1; time(NULL) < end; round++)
		try(round);
	for (i = 0; i < count; i++) {
		printf("%-60s %8lu accepted %8lu refused\n", files[i].path,
		       files[i].accepted, files[i].refused);
		accepted += files[i].accepted;
		refused += files[i].refused;
	}
	printf("%lu writes, %lu accepted, %lu refused\n", round - 1, accepted,
	       refused);
	return !accepted || !refused;
}
