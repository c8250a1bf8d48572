// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "group.h"
#include "message.h"

/* From a line "0::/some/group"; NULL: it is in none. */
static char *path_of(pid_t pid, const char *file)
{
	char *path = text("/proc/%d/cgroup", pid), *groups = file_read(path);
	char *group = groups ? strstr(groups, "0::/") : NULL;

	free(path);
	path = NULL;
	if (group)
		path = text("/sys/fs/cgroup%.*s/%s",
			    (int)strcspn(group + 3, "\n"), group + 3, file);
	free(groups);
	errno = ENOENT;
	return path;
}

char *group_read(pid_t pid, const char *file)
{
	char *path = path_of(pid, file);
	char *bytes = path ? file_read(path) : NULL;
	int kept = errno;

	free(path);
	errno = kept;
	return bytes;
}

int group_write(pid_t pid, const char *file, const char *value)
{
	char *path = path_of(pid, file);
	int fd = path ? open(path, O_WRONLY | O_CLOEXEC) : -1, err = 0;

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
	free(path);
	return err;
}
