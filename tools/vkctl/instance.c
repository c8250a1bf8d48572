// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "file.h"
#include "instance.h"

#define CONFIGFS "/sys/kernel/config"
#define VKERNELS CONFIGFS "/vkernel"
#define DEBUGFS "/sys/kernel/debug"

#define MAX_NAME 200

/* --- Names ---------------------------------------------------------------- */

bool instance_name_ok(const char *name)
{
	const char *c;

	if (!isalnum((unsigned char)*name) || strlen(name) > MAX_NAME)
		return false;
	for (c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_.-", *c))
			return false;
	return true;
}

/* A file's, a plugin's or a vkernel's; NULL at the end cuts it short. */
static char *path_of(const char *name, const char *plugin, const char *file)
{
	if (plugin && file)
		return joined(VKERNELS "/", name, "/", plugin, "/", file, NULL);
	if (plugin || file)
		return joined(VKERNELS "/", name, "/", plugin ?: file, NULL);
	return joined(VKERNELS "/", name, NULL);
}

bool instance_possible(void)
{
	return !access(VKERNELS, F_OK);
}

int instance_available(void)
{
	if (instance_possible())
		return 0;
	if (access(CONFIGFS, F_OK))
		return fault(
			"this kernel has no configfs, or it is not loaded: modprobe vkernel");
	return fault(
		"vkernel.ko is not loaded, or configfs is not mounted: modprobe vkernel, mount -t configfs configfs %s",
		CONFIGFS);
}

bool instance_exists(const char *name)
{
	char *path = path_of(name, NULL, NULL);
	bool exists = !access(path, F_OK);

	free(path);
	return exists;
}

/* --- Directories ---------------------------------------------------------- */

static int make(const char *name, const char *plugin)
{
	char *path = path_of(name, plugin, NULL);
	int err = mkdir(path, 0755) ? -errno : 0;

	free(path);
	return err;
}

static int unmake(const char *name, const char *plugin)
{
	char *path = path_of(name, plugin, NULL);
	int err = rmdir(path) ? -errno : 0;

	free(path);
	return err;
}

int instance_make(const char *name)
{
	return make(name, NULL);
}

int instance_give(const char *name, const char *plugin)
{
	return make(name, plugin);
}

int instance_take(const char *name, const char *plugin)
{
	return unmake(name, plugin);
}

/*
 * An armed vkernel's plugins are as busy as itself, so that the first rmdir
 * tells, before anything has changed.
 */
int instance_remove(const char *name)
{
	size_t i, count;
	char **plugins = instance_plugins(name, &count);
	int err = 0;

	if (!plugins)
		return -errno;
	for (i = 0; i < count && !err; i++)
		err = unmake(name, plugins[i]);
	name_list_free(plugins, count);
	return err ?: unmake(name, NULL);
}

/* --- Files ---------------------------------------------------------------- */

char *instance_read(const char *name, const char *plugin, const char *file)
{
	char *path = path_of(name, plugin, file);
	char *bytes = file_read(path);
	int kept = errno;
	size_t size;

	free(path);
	errno = kept;
	if (!bytes)
		return NULL;
	size = strlen(bytes);
	if (size && bytes[size - 1] == '\n')
		bytes[size - 1] = '\0';
	return bytes;
}

int debug_open(const char *folder, const char *name, const char *file)
{
	char *path = joined(DEBUGFS "/", folder, "/", name, "/", file, NULL);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	free(path);
	return fd;
}

char *instance_read_full(const char *name, const char *plugin, const char *file)
{
	char *path =
		text("/sys/kernel/debug/vkernel_%s/%s/%s", plugin, name, file);
	char *bytes = file_read(path);
	int kept = errno;

	free(path);
	errno = kept;
	return bytes;
}

void pen_drop(struct pen *pen)
{
	/* configfs says nothing at the close. */
	if (pen->file)
		close(pen->fd);
	pen->file = NULL;
}

static bool same(const char *one, const char *other)
{
	return one == other || (one && other && !strcmp(one, other));
}

static int take_pen(struct pen *pen, const char *name, const char *plugin,
		    const char *file)
{
	char *path;
	int err = 0;

	if (same(pen->file, file) && same(pen->plugin, plugin) &&
	    same(pen->name, name))
		return 0;
	pen_drop(pen);
	path = path_of(name, plugin, file);
	pen->fd = open(path, O_WRONLY | O_CLOEXEC);
	if (pen->fd < 0)
		err = -errno;
	else
		*pen = (struct pen){ name, plugin, file, pen->fd };
	free(path);
	return err;
}

size_t instance_write_lines(struct pen *pen, const char *name,
			    const char *plugin, const char *file,
			    const char *lines, size_t count)
{
	size_t length = strlen(lines), taken = 0;
	ssize_t i, written = -1;

	if (!take_pen(pen, name, plugin, file))
		written = write(pen->fd, lines, length);
	if (written == (ssize_t)length)
		return count;
	for (i = 0; i < written; i++)
		taken += lines[i] == '\n';
	return taken;
}

int instance_write_on(struct pen *pen, const char *name, const char *plugin,
		      const char *file, const char *value)
{
	int err = take_pen(pen, name, plugin, file);

	if (err)
		return err;
	/* configfs would cut it, or not look at it, and say nothing. */
	if (strlen(value) > INSTANCE_VALUE)
		return -E2BIG;
	if (!*value)
		return -EINVAL;
	return write(pen->fd, value, strlen(value)) < 0 ? -errno : 0;
}

int instance_write(const char *name, const char *plugin, const char *file,
		   const char *value)
{
	struct pen pen = { NULL };
	int err = instance_write_on(&pen, name, plugin, file, value);

	pen_drop(&pen);
	return err;
}

bool instance_has_file(const char *name, const char *plugin, const char *file)
{
	char *path = path_of(name, plugin, file);
	bool has = !access(path, F_OK);

	free(path);
	return has;
}

bool instance_can_write(const char *name, const char *plugin, const char *file)
{
	char *path = path_of(name, plugin, file);
	struct stat entry;
	bool can = !stat(path, &entry) && entry.st_mode & 0222;

	free(path);
	return can;
}

bool instance_is(const char *name, const char *state)
{
	char *now = instance_read(name, NULL, "state");
	bool is = now && !strcmp(now, state);

	free(now);
	return is;
}

/* --- Lists ---------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Folders, or files that somebody may read. */
static bool wanted(const char *folder, const char *name, bool folders)
{
	char *path = text("%s/%s", folder, name);
	struct stat entry;
	bool is = !stat(path, &entry) && *name != '.' &&
		  (folders ? S_ISDIR(entry.st_mode) :
			     S_ISREG(entry.st_mode) && entry.st_mode & 0444);

	free(path);
	return is;
}

char **name_list(const char *folder, bool folders, size_t *count)
{
	DIR *dir = opendir(folder);
	char **names = need(calloc(1, sizeof(*names)));
	struct dirent *entry;

	*count = 0;
	if (!dir) {
		free(names);
		return NULL;
	}
	while ((entry = readdir(dir))) {
		if (!wanted(folder, entry->d_name, folders))
			continue;
		names = need(realloc(names, (*count + 1) * sizeof(*names)));
		names[(*count)++] = text("%s", entry->d_name);
	}
	closedir(dir);
	qsort(names, *count, sizeof(*names), by_name);
	return names;
}

char **instance_list(size_t *count)
{
	return name_list(VKERNELS, true, count);
}

static char **list_in(const char *name, const char *plugin, bool folders,
		      size_t *count)
{
	char *path = path_of(name, plugin, NULL);
	char **names = name_list(path, folders, count);
	int kept = errno;

	free(path);
	errno = kept;
	return names;
}

char **instance_plugins(const char *name, size_t *count)
{
	return list_in(name, NULL, true, count);
}

char **instance_files(const char *name, const char *plugin, size_t *count)
{
	return list_in(name, plugin, false, count);
}

void name_list_free(char **list, size_t count)
{
	size_t i;

	for (i = 0; list && i < count; i++)
		free(list[i]);
	free(list);
}

/* --- Words ---------------------------------------------------------------- */

/* The most particular first; no file: any. */
static const struct {
	enum instance_act act;
	const char *file;
	int error;
	const char *words;
} reasons[] = {
	{ ACT_MAKE, NULL, EEXIST, "there is a vkernel of that name already" },
	{ ACT_MAKE, NULL, EPERM,
	  "it takes CAP_SYS_ADMIN, and no vkernel around you" },
	{ ACT_MAKE, NULL, EACCES, "only root can" },
	{ ACT_REMOVE, NULL, EBUSY,
	  "it is armed: wait for the container's end, or detach it" },
	{ ACT_REMOVE, NULL, ENOENT, "there is none of that name" },
	{ ACT_GIVE, NULL, ENODEV,
	  "no plugin of that name is loaded: modprobe it" },
	{ ACT_GIVE, NULL, EINVAL, "its container is dead: make a new vkernel" },
	{ ACT_GIVE, NULL, EPERM,
	  "it takes CAP_SYS_ADMIN, and no vkernel around you" },
	{ ACT_TAKE, NULL, EBUSY, "the vkernel is armed" },
	{ ACT_WRITE, "pid", ESRCH,
	  "there is no such process, or it has just ended" },
	{ ACT_WRITE, "pid", EINVAL,
	  "it must be the init of a pid namespace of its own, and the vkernel not one that is dead; the kernel log says which" },
	{ ACT_WRITE, "pid", EBUSY,
	  "it is armed already, or another vkernel is with this pid namespace, or one around it; the kernel log says which" },
	{ ACT_WRITE, "pid", ENOSPC, "no id is left" },
	{ ACT_WRITE, "pid", EAGAIN,
	  "a plugin is just being given or taken: try again" },
	{ ACT_WRITE, "rules_add", EPERM,
	  "this call must stay allowed, or you are inside a vkernel" },
	{ ACT_WRITE, "rules_add", EINVAL,
	  "the plugin that is loaded does not understand this rule" },
	{ ACT_WRITE, "rules_add", EOPNOTSUPP, "this kernel has no such ABI" },
	{ ACT_WRITE, NULL, EINVAL, "the file does not take this value" },
	{ ACT_WRITE, NULL, EPERM,
	  "it takes CAP_SYS_ADMIN, and no vkernel around you" },
	{ ACT_WRITE, NULL, ENOENT, "there is no such file" },
	{ ACT_READ, NULL, ENOENT, "there is no such file" },
};

const char *instance_reason(enum instance_act act, const char *file, int error)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].act == act && reasons[i].error == -error &&
		    (!reasons[i].file ||
		     (file && !strcmp(reasons[i].file, file))))
			return reasons[i].words;
	return strerror(-error);
}

/* --- Files in debugfs ----------------------------------------------------- */

char *debug_read(const char *folder, const char *file)
{
	char *path = text(DEBUGFS "/%s/%s", folder, file);
	char *bytes = file_read(path);
	int kept = errno;

	free(path);
	errno = kept;
	return bytes;
}

/* The question is asked and answered through one open file. */
char *debug_ask(const char *folder, const char *file, const char *question)
{
	char *path = text(DEBUGFS "/%s/%s", folder, file);
	int fd = open(path, O_RDWR | O_CLOEXEC), kept;
	char *answer = NULL;
	size_t size;

	free(path);
	if (fd < 0)
		return NULL;
	if (write(fd, question, strlen(question)) > 0 &&
	    lseek(fd, 0, SEEK_SET) == 0)
		answer = file_read_fd(fd, SIZE_MAX, &size);
	kept = errno;
	close(fd);
	errno = kept;
	return answer;
}
