// SPDX-License-Identifier: GPL-2.0
/*
 * Files below CONFIGFS/vkernel that behave as vkernel.ko's do, as far as vkctl
 * can tell: linked into it by --wrap, for tests that need no kernel.
 *
 * FAKE_STOP=EVENT in the environment stops the program there ("mkdir": it has
 * made a vkernel; "armed": armed it), its pid being in CONFIGFS/stopped then.
 * FAKE_STUCK: what is armed cannot be detached. FAKE_FULL: what vkctl remembers
 * cannot be written.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int __real_mkdir(const char *path, mode_t mode);
int __real_rmdir(const char *path);
ssize_t __real_write(int fd, const void *bytes, size_t size);
int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_rmdir(const char *path);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);

#define ROOT CONFIGFS "/vkernel/"

struct fake_file {
	const char *name;
	const char *value;
};

static const struct fake_file instance_files[] = {
	{ "pid", "0\n" },
	{ "state", "created\n" },
	{ NULL },
};

static const struct fake_file plugin_files[] = {
	{ "commit", "" }, { "default", "" },   { "objects", "" },
	{ "reset", "" },  { "rules_add", "" }, { "rules", "" },
	{ NULL },
};

static int fail(int error)
{
	errno = error;
	return -1;
}

/* 1: a vkernel; 2: a plugin of one; 0: something else. */
static int depth(const char *path)
{
	if (strncmp(path, ROOT, strlen(ROOT)))
		return 0;
	return strchr(path + strlen(ROOT), '/') ? 2 : 1;
}

static void put(const char *folder, const char *name, const char *value,
		int flags)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | flags, 0644);
	if (fd < 0 || __real_write(fd, value, strlen(value)) < 0)
		abort();
	close(fd);
}

static void stop_at(const char *event)
{
	const char *wanted = getenv("FAKE_STOP");
	char number[16];

	if (!wanted || strcmp(wanted, event))
		return;
	snprintf(number, sizeof(number), "%d\n", getpid());
	put(CONFIGFS, "stopped", number, O_TRUNC);
	raise(SIGSTOP);
}

static bool is_armed(const char *folder)
{
	char path[PATH_MAX], state[16] = "";
	int fd;

	snprintf(path, sizeof(path), "%s/state", folder);
	fd = open(path, O_RDONLY);
	if (fd >= 0 && read(fd, state, sizeof(state) - 1) < 0)
		abort();
	close(fd);
	return !strcmp(state, "armed\n") || !strcmp(state, "active\n");
}

static const struct fake_file *files_of(const char *path)
{
	return depth(path) == 1 ? instance_files : plugin_files;
}

int __wrap_mkdir(const char *path, mode_t mode)
{
	const struct fake_file *file = files_of(path);
	int err = __real_mkdir(path, mode);

	if (err || !depth(path))
		return err;
	for (; file->name; file++)
		put(path, file->name, file->value, 0);
	if (depth(path) == 1)
		stop_at("mkdir");
	return 0;
}

int __wrap_rmdir(const char *path)
{
	const struct fake_file *file = files_of(path);
	char name[PATH_MAX], *end;

	if (!depth(path))
		return __real_rmdir(path);
	snprintf(name, sizeof(name), "%s", path);
	end = strrchr(name, '/');
	if (depth(path) == 2)
		*end = '\0';
	if (is_armed(name))
		return fail(EBUSY);
	for (; file->name; file++) {
		snprintf(name, sizeof(name), "%s/%s", path, file->name);
		unlink(name);
	}
	return __real_rmdir(path);
}

static ssize_t arm(const char *folder, const char *number, size_t size)
{
	if (!strcmp(number, "0")) {
		if (getenv("FAKE_STUCK") && is_armed(folder))
			return fail(EBUSY);
		put(folder, "pid", "0\n", O_TRUNC);
		put(folder, "state", "created\n", O_TRUNC);
		return size;
	}
	if (kill(atoi(number), 0))
		return fail(ESRCH);
	put(folder, "pid", number, O_TRUNC);
	put(folder, "state", "armed\n", O_TRUNC);
	stop_at("armed");
	return size;
}

/* What is written to a plugin's file is a line more in it. */
ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
	char link[64], path[PATH_MAX] = "", value[PATH_MAX];
	char *name;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, path, sizeof(path) - 1) > 0 &&
	    strstr(path, "/run/vkernel/") && getenv("FAKE_FULL"))
		return fail(ENOSPC);
	if (depth(path) != 2)
		return __real_write(fd, bytes, size);
	snprintf(value, sizeof(value), "%.*s", (int)size, (const char *)bytes);
	name = strrchr(path, '/');
	*name++ = '\0';
	if (!strcmp(name, "pid"))
		return arm(path, value, size);
	put(path, name, value, O_APPEND);
	put(path, name, "\n", O_APPEND);
	return size;
}
