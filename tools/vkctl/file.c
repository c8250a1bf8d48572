// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "message.h"

#define CHUNK 1024

char *file_read_fd(int fd, size_t most, size_t *size)
{
	char *bytes = NULL;
	size_t room = 0;
	ssize_t got;

	*size = 0;
	do {
		/* Most files are short: they need no more than the first. */
		if (room - *size < CHUNK / 4) {
			room = room * 2 + CHUNK;
			bytes = need(realloc(bytes, room + 1));
		}
		got = read(fd, bytes + *size, room - *size);
		*size += got > 0 ? got : 0;
	} while ((got > 0 && *size < most) || (got < 0 && errno == EINTR));
	if (got < 0) {
		free(bytes);
		return NULL;
	}
	bytes[*size] = '\0';
	/* What is too much of it is good for what comes next. */
	return need(realloc(bytes, *size + 1));
}

char *file_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), kept;
	char *bytes;
	size_t size;

	if (fd < 0)
		return NULL;
	bytes = file_read_fd(fd, SIZE_MAX, &size);
	kept = errno;
	close(fd);
	errno = kept;
	return bytes;
}

int file_create(const char *path)
{
	int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
	int fd = open(path, flags, 0666);
	char *folder;

	if (fd >= 0 || errno != ENOENT)
		return fd;
	folder = need(strndup(path, strrchr(path, '/') - path));
	mkdir(folder, 0700);
	free(folder);
	return open(path, flags, 0666);
}

/* And closes it. */
static int write_to(int fd, const char *words)
{
	ssize_t size = strlen(words);
	int err = 0;

	errno = fd < 0 ? errno : ENOSPC;
	if (fd < 0 || write(fd, words, size) != size)
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

int file_write(const char *path, const char *words)
{
	return write_to(file_create(path), words);
}

int file_write_new(const char *path, const char *words)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	int err = write_to(fd, words);

	if (fd >= 0 && err)
		unlink(path);
	return err;
}
