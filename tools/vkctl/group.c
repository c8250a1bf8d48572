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

#include "file.h"
#include "group.h"
#include "message.h"

#define CGROUPS "/sys/fs/cgroup"
/* No name of a vkernel begins with a dot. */
#define RECORDS "/run/vkernel"
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

static void change_all(const char *group, const char *only, const char *value)
{
	from = only;
	to = value;
	nftw(group, change_one, 16, FTW_PHYS | FTW_MOUNT);
}

/* --- What it had before --------------------------------------------------- */

struct record {
	unsigned int old, set;
	unsigned long long inode;
	char group[4096];
};

static bool record_parse(const char *words, struct record *record)
{
	return sscanf(words, "%u %u %llu %4095[^\n]", &record->old,
		      &record->set, &record->inode, record->group) == 4;
}

static bool record_read(const char *name, struct record *record)
{
	char *path = text(RECORD, name), *words = file_read(path);
	bool found = words && record_parse(words, record);
	struct stat stat_now;

	free(words);
	free(path);
	/* Another group of that name has another inode. */
	return found && !stat(record->group, &stat_now) &&
	       stat_now.st_ino == record->inode;
}

static int record_write(const char *name, const struct record *record)
{
	char *path = text(RECORD, name);
	FILE *file;
	int err = 0;

	mkdir(RECORDS, 0700);
	file = fopen(path, "we");
	if (!file || fprintf(file, "%u %u %llu %s\n", record->old, record->set,
			     record->inode, record->group) < 0)
		err = -errno;
	if (file && fclose(file) && !err)
		err = -errno;
	free(path);
	return err;
}

static int remember(const char *name, const char *group, unsigned int value)
{
	char *old = read_in(group, GROUP_POLICY);
	struct record record, before;
	struct stat stat_now;

	if (!old || stat(group, &stat_now) ||
	    strlen(group) >= sizeof(record.group)) {
		free(old);
		return -ENOENT;
	}
	record.old = atoi(old);
	record.set = value;
	record.inode = stat_now.st_ino;
	strcpy(record.group, group);
	free(old);
	if (record_read(name, &before) && !strcmp(before.group, group))
		record.old = before.old;
	return record_write(name, &record);
}

int group_set_policy(const char *name, pid_t pid, const char *value)
{
	char *group = group_of(pid);
	int err = group ? remember(name, group, atoi(value)) : -ENOENT;

	if (!err)
		err = write_in(group, value);
	if (!err)
		change_all(group, NULL, value);
	free(group);
	return err;
}

void group_restore_policy(const char *name)
{
	char *path = text(RECORD, name), *set, *old;
	struct record record;

	if (record_read(name, &record)) {
		set = text("%u", record.set);
		old = text("%u", record.old);
		change_all(record.group, set, old);
		free(old);
		free(set);
	}
	unlink(path);
	free(path);
}
