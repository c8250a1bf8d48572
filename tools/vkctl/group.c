// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "claim.h"
#include "file.h"
#include "group.h"
#include "message.h"

#define CGROUPS "/sys/fs/cgroup"
#define RECORD_PREFIX ".policy-"
#define RECORD RECORDS "/" RECORD_PREFIX
#define HELD GROUP_POLICY ".held"
#define DRAFT RECORDS "/.draft-"

/* From a line "0::/some/group". Other lines hold names that anybody chose. */
char *group_in(const char *groups)
{
	const char *line = groups;

	while (line && strncmp(line, "0::/", 4)) {
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	if (!line)
		return NULL;
	/* "/../other": outside of this cgroup namespace. */
	if (!strncmp(line + 3, "/..", 3) && strchr("/\n", line[6]))
		return NULL;
	return need(strndup(line + 3, strcspn(line + 3, "\n")));
}

static char *group_of(pid_t pid)
{
	char *path = numbered("/proc/", pid, "/cgroup"),
	     *groups = file_read(path);
	char *group = groups ? group_in(groups) : NULL;
	char *found = group ? joined(CGROUPS, group, NULL) : NULL;

	free(group);
	free(groups);
	free(path);
	errno = ENOENT;
	return found;
}

static char *read_in(const char *group, const char *file)
{
	char *path = joined(group, "/", file, NULL), *bytes = file_read(path);
	int kept = errno;

	free(path);
	errno = kept;
	return bytes;
}

static int write_at(int folder, const char *path, const char *value)
{
	int fd = openat(folder, path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

static int write_in(const char *group, const char *file, const char *value)
{
	char *path = joined(group, "/", file, NULL);
	int err = write_at(AT_FDCWD, path, value);

	free(path);
	return err;
}

char *group_read(pid_t pid, const char *file)
{
	char *group = group_of(pid);
	char *bytes = group ? read_in(group, file) : NULL;
	int kept = errno;

	free(group);
	errno = kept;
	return bytes;
}

/* --- The group and all below ---------------------------------------------- */

/* For nftw(), which hands nothing on: only those that have this, or NULL. */
static const char *from, *to;

static int change_one(const char *path, const struct stat *stat, int kind,
		      struct FTW *walk)
{
	char *now;

	(void)stat;
	(void)walk;
	if (kind != FTW_D)
		return 0;
	now = from ? read_in(path, GROUP_POLICY) : NULL;
	/* One that has no such file, or has gone meanwhile, is left out. */
	if (!from || (now && atoi(now) == atoi(from)))
		write_in(path, GROUP_POLICY, to);
	free(now);
	return 0;
}

/*
 * Are there groups below? To walk costs a look at each file, of which a group
 * has dozens; the kernel counts folders as links (kernfs_refresh_inode()).
 */
static bool has_below(const struct stat *stat)
{
	return stat->st_nlink > 2;
}

static void walk_all(const char *group, __nftw_func_t visit)
{
	struct stat stat_now;

	if (stat(group, &stat_now) || has_below(&stat_now))
		nftw(group, visit, 16, FTW_PHYS | FTW_MOUNT);
	else
		visit(group, NULL, FTW_D, NULL);
}

static void change_all(const char *group, const char *only, const char *value)
{
	from = only;
	to = value;
	walk_all(group, change_one);
}

/* --- What it had before --------------------------------------------------- */

struct record {
	unsigned int old, set;
	unsigned long long inode;
	const char *group;
};

/* The name is the rest of the line: the kernel allows no newline in it. */
static bool record_parse(char *words, struct record *record)
{
	int at = 0;

	if (sscanf(words, "%u %u %llu %n", &record->old, &record->set,
		   &record->inode, &at) != 3 ||
	    !words[at])
		return false;
	words[at + strcspn(words + at, "\n")] = '\0';
	record->group = words + at;
	return true;
}

/* Returns what the record points to, to be freed; NULL: there is none. */
static char *record_read(const char *name, struct record *record)
{
	char *path = joined(RECORD, name, NULL), *words = file_read(path);
	struct stat stat_now;

	free(path);
	/* Another group of that name has another inode. */
	if (words && record_parse(words, record) &&
	    !stat(record->group, &stat_now) && stat_now.st_ino == record->inode)
		return words;
	free(words);
	return NULL;
}

/* All of it or nothing: what stood there is known nowhere else. */
static int replace_record(const char *name, const char *words)
{
	char *path = joined(RECORD, name, NULL),
	     *draft = joined(DRAFT, name, NULL);
	int err = file_write(draft, words);

	if (!err && rename(draft, path))
		err = -errno;
	if (err)
		unlink(draft);
	free(draft);
	free(path);
	return err;
}

static char *record_words(const struct record *record)
{
	struct buffer words = { NULL };

	buffer_add_number(&words, record->old);
	buffer_add(&words, " ", NULL);
	buffer_add_number(&words, record->set);
	buffer_add(&words, " ", NULL);
	buffer_add_number(&words, record->inode);
	buffer_add(&words, " ", record->group, "\n", NULL);
	return words.bytes;
}

/* A part of it is as good as none, and the policy is not set yet. */
static int begin_record(const char *name, const struct record *record)
{
	char *path = joined(RECORD, name, NULL), *words = record_words(record);
	int err = file_write_new(path, words);

	free(words);
	free(path);
	return err;
}

/* What it has had since before the first time that it was set. */
static int remember(const char *name, struct record *record)
{
	int err = begin_record(name, record);
	struct record before;
	char *words;

	if (err != -EEXIST && err != -ENOENT)
		return err;
	words = record_read(name, &before);
	if (words && !strcmp(before.group, record->group))
		record->old = before.old;
	free(words);
	words = record_words(record);
	err = replace_record(name, words);
	free(words);
	return err;
}

/* Each would put back what the other has set. */
static bool is_anothers(const char *name, const char *group)
{
	struct record record;
	size_t count, i;
	char **names = group_list(&count), *words;
	bool found = false;

	for (i = 0; i < count; i++) {
		words = strcmp(names[i], name) ?
				record_read(names[i], &record) :
				NULL;
		found = found || (words && !strcmp(record.group, group));
		free(words);
		free(names[i]);
	}
	free(names);
	return found;
}

/*
 * The plugin is not to be unloaded by accident while a vkernel has a policy of
 * it. One that does not know of that can be.
 */
static void let_go(const char *name, const char *group)
{
	if (!is_anothers(name, group))
		write_in(group, HELD, "0");
}

/* Of one group, whose folder is open. */
static int set_one(const char *name, const char *group, int folder,
		   const char *value)
{
	struct record record = { .set = atoi(value), .group = group };
	int fd = openat(folder, GROUP_POLICY, O_RDWR | O_CLOEXEC), err = 0;
	struct stat stat_now = { 0 };
	char old[16] = "";

	if (fd < 0 || fstat(folder, &stat_now) ||
	    read(fd, old, sizeof(old) - 1) < 0)
		err = -errno;
	record.inode = stat_now.st_ino;
	record.old = atoi(old);
	/* To look takes long; of two that say "normal" it does not matter. */
	if (!err && record.old && is_anothers(name, group))
		err = -EADDRINUSE;
	if (!err)
		err = remember(name, &record);
	if (!err && pwrite(fd, value, strlen(value), 0) < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

/* A container waits: one look for the group, not one for each of its files. */
static int set_group(const char *name, const char *group, const char *value)
{
	int folder = open(group, O_PATH | O_DIRECTORY | O_CLOEXEC), err;
	struct stat stat_now;

	if (folder < 0)
		return -errno;
	err = set_one(name, group, folder, value);
	if (!err)
		write_at(folder, HELD, "1");
	/* Whoever is below by now may have what the group had before. */
	if (!err && (fstat(folder, &stat_now) || has_below(&stat_now)))
		change_all(group, NULL, value);
	close(folder);
	return err;
}

int group_set_policy(const char *name, pid_t pid, const char *value)
{
	char *group = group_of(pid);
	int err = group ? set_group(name, group, value) : -ENOENT;

	free(group);
	return err;
}

bool group_is_kept(const char *name)
{
	struct record record;
	char *words = record_read(name, &record);

	free(words);
	return words;
}

char **group_list(size_t *count)
{
	DIR *dir = opendir(RECORDS);
	char **names = need(calloc(1, sizeof(*names)));
	const size_t length = strlen(RECORD_PREFIX);
	struct dirent *entry;

	*count = 0;
	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, RECORD_PREFIX, length))
			continue;
		names = need(realloc(names, (*count + 1) * sizeof(*names)));
		names[(*count)++] = text("%s", entry->d_name + length);
	}
	if (dir)
		closedir(dir);
	return names;
}

void group_restore_policy(const char *name)
{
	char *path = joined(RECORD, name, NULL), *set, *old, *words;
	struct record record;

	words = record_read(name, &record);
	if (words) {
		set = text("%u", record.set);
		old = text("%u", record.old);
		change_all(record.group, set, old);
		free(old);
		free(set);
	}
	/* Of two at once the last one finds no other. */
	unlink(path);
	if (words)
		let_go(name, record.group);
	free(words);
	free(path);
}

/* --- All of it, to be put back -------------------------------------------- */

/*
 * A line with the record, empty if there is none; then "VALUE PATH" of each
 * group, the uppermost first. For nftw() again.
 */
static struct buffer *notes;

static int note_one(const char *path, const struct stat *stat, int kind,
		    struct FTW *walk)
{
	char *now = kind == FTW_D ? read_in(path, GROUP_POLICY) : NULL;

	(void)stat;
	(void)walk;
	if (now) {
		now[strcspn(now, "\n")] = '\0';
		buffer_add(notes, now, " ", path, "\n", NULL);
	}
	free(now);
	return 0;
}

char *group_note(const char *name, pid_t pid)
{
	char *group = group_of(pid), *path = joined(RECORD, name, NULL);
	char *record = file_read(path), *now;
	struct buffer buffer = { NULL };

	now = group ? read_in(group, GROUP_POLICY) : NULL;
	if (now) {
		buffer_add(&buffer, record && *record ? record : "\n", NULL);
		notes = &buffer;
		walk_all(group, note_one);
	}
	free(now);
	free(record);
	free(path);
	free(group);
	return buffer.bytes;
}

/* Of a group's line in what is noted; NULL: it has none. */
static const char *line_of(const char *lines, const char *group)
{
	size_t length = strlen(group);
	const char *path;

	for (; *lines; lines = strchr(path, '\n') + 1) {
		path = strchr(lines, ' ') + 1;
		if (!strncmp(path, group, length) && path[length] == '\n')
			return lines;
	}
	return NULL;
}

static int put_back_one(const char *path, const struct stat *stat, int kind,
			struct FTW *walk)
{
	const char *line = line_of(notes->bytes, path) ?: notes->bytes;
	char *value = text("%.*s", (int)strcspn(line, " "), line);

	(void)stat;
	(void)walk;
	if (kind == FTW_D)
		write_in(path, GROUP_POLICY, value);
	free(value);
	return 0;
}

void group_put_back(const char *name, const char *noted)
{
	size_t length = strcspn(noted, "\n") + 1;
	char *record = text("%.*s", (int)length, noted);
	char *path = joined(RECORD, name, NULL),
	     *lines = text("%s", noted + length);
	const char *first = *lines ? strchr(lines, ' ') + 1 : lines;
	char *group = text("%.*s", (int)strcspn(first, "\n"), first);
	struct buffer buffer = { .bytes = lines };

	notes = &buffer;
	walk_all(group, put_back_one);
	if (length == 1) {
		unlink(path);
		let_go(name, group);
	} else {
		replace_record(name, record);
	}
	free(group);
	free(lines);
	free(path);
	free(record);
}
