// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "claim.h"
#include "file.h"
#include "group.h"
#include "message.h"

#define CGROUPS "/sys/fs/cgroup"
#define RECORD RECORDS "/.policy-%s"

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
	return text("%.*s", (int)strcspn(line + 3, "\n"), line + 3);
}

static char *group_of(pid_t pid)
{
	char *path = text("/proc/%d/cgroup", pid), *groups = file_read(path);
	char *group = groups ? group_in(groups) : NULL;
	char *found = group ? text(CGROUPS "%s", group) : NULL;

	free(group);
	free(groups);
	free(path);
	errno = ENOENT;
	return found;
}

static char *read_in(const char *group, const char *file)
{
	char *path = text("%s/%s", group, file), *bytes = file_read(path);
	int kept = errno;

	free(path);
	errno = kept;
	return bytes;
}

static int write_in(const char *group, const char *value)
{
	char *path = text("%s/" GROUP_POLICY, group);
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
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
		write_in(path, to);
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

static void change_all(const char *group, const char *only, const char *value)
{
	struct stat stat_now;

	from = only;
	to = value;
	if (stat(group, &stat_now) || has_below(&stat_now))
		nftw(group, change_one, 16, FTW_PHYS | FTW_MOUNT);
	else
		change_one(group, NULL, FTW_D, NULL);
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
	char *path = text(RECORD, name), *words = file_read(path);
	struct stat stat_now;

	free(path);
	/* Another group of that name has another inode. */
	if (words && record_parse(words, record) &&
	    !stat(record->group, &stat_now) && stat_now.st_ino == record->inode)
		return words;
	free(words);
	return NULL;
}

static int record_write(const char *name, const struct record *record)
{
	char *path = text(RECORD, name);
	char *words = text("%u %u %llu %s\n", record->old, record->set,
			   record->inode, record->group);
	int err = file_write(path, words);

	free(words);
	free(path);
	return err;
}

/* What it has had since before the first time that it was set. */
static int remember(const char *name, struct record *record)
{
	struct record before;
	char *words = record_read(name, &before);

	if (words && !strcmp(before.group, record->group))
		record->old = before.old;
	free(words);
	return record_write(name, record);
}

/* Of one group, whose folder is @stat_now. */
static int set_one(const char *name, const char *group, const char *value,
		   const struct stat *stat_now)
{
	struct record record = { .set = atoi(value),
				 .inode = stat_now->st_ino,
				 .group = group };
	char *path = text("%s/" GROUP_POLICY, group), old[16] = "";
	int fd = open(path, O_RDWR | O_CLOEXEC), err = 0;

	if (fd < 0 || read(fd, old, sizeof(old) - 1) < 0)
		err = -errno;
	free(path);
	record.old = atoi(old);
	if (!err)
		err = remember(name, &record);
	if (!err && pwrite(fd, value, strlen(value), 0) < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

int group_set_policy(const char *name, pid_t pid, const char *value)
{
	char *group = group_of(pid);
	struct stat stat_now;
	int err = -ENOENT;

	if (group && !stat(group, &stat_now))
		err = set_one(name, group, value, &stat_now);
	/* Whoever is below by now may have what the group had before. */
	if (!err && (stat(group, &stat_now) || has_below(&stat_now)))
		change_all(group, NULL, value);
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

void group_restore_policy(const char *name)
{
	char *path = text(RECORD, name), *set, *old, *words;
	struct record record;

	words = record_read(name, &record);
	if (words) {
		set = text("%u", record.set);
		old = text("%u", record.old);
		change_all(record.group, set, old);
		free(old);
		free(set);
	}
	free(words);
	unlink(path);
	free(path);
}
