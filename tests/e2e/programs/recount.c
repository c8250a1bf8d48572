// SPDX-License-Identifier: GPL-2.0
/*
 * recount PID|FILE...: what these processes have been promised, as /proc shows
 * it: areas that are accounted ("ac" in smaps), and objects of shared memory
 * behind their areas and descriptors, files of tmpfs too: whole if of a fixed
 * size, else by their blocks. So are the files, if they are there. Segments of
 * System V are all of their IPC namespace: one may be made and not attached
 * yet. Prints KiB.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#define OBJECTS 65536
/* Segments are on no device. */
#define SEGMENT ((dev_t)-1)

static struct {
	dev_t device;
	unsigned long inode;
	unsigned long kbytes;
} objects[OBJECTS];
static int count;

static void note(dev_t device, unsigned long inode, unsigned long kbytes)
{
	int i;

	for (i = 0; i < count; i++)
		if (objects[i].device == device && objects[i].inode == inode)
			return;
	if (count == OBJECTS)
		exit(2);
	objects[count].device = device;
	objects[count].inode = inode;
	objects[count++].kbytes = kbytes;
}

static int is_fixed(const char *line)
{
	return !!strstr(line, "/dev/zero (deleted)");
}

/* False: the process has gone. */
static int segments_of(const char *pid)
{
	unsigned long id, size;
	char line[512];
	FILE *file;
	int fd;

	snprintf(line, sizeof(line), "/proc/%s/ns/ipc", pid);
	fd = open(line, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWIPC))
		return 0;
	close(fd);
	file = fopen("/proc/sysvipc/shm", "r");
	if (!file)
		exit(2);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%*d %lu %*o %lu", &id, &size) == 2)
			note(SEGMENT, id, (size + 4095) / 4096 * 4);
	fclose(file);
	return 1;
}

static unsigned long areas_of(const char *pid)
{
	unsigned long start, end, inode, size = 0, sum = 0;
	unsigned int major, minor;
	char name[64], line[512];
	FILE *file;

	snprintf(name, sizeof(name), "/proc/%s/smaps", pid);
	file = fopen(name, "r");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx %*s %*x %x:%x %lu", &start, &end,
			   &major, &minor, &inode) == 5) {
			size = (end - start) / 1024;
			if (is_fixed(line))
				note(makedev(major, minor), inode, size);
		}
		if (!strncmp(line, "VmFlags:", 8) && strstr(line, " ac"))
			sum += size;
	}
	fclose(file);
	return sum;
}

/* Memfds are files of a tmpfs as well, of the kernel's own. */
static void file(const char *path)
{
	struct statfs fs;
	struct stat st;

	if (!stat(path, &st) && S_ISREG(st.st_mode) && !statfs(path, &fs) &&
	    fs.f_type == TMPFS_MAGIC)
		note(st.st_dev, st.st_ino, st.st_blocks / 2);
}

static void files_of(const char *pid)
{
	struct dirent *entry;
	char path[400];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid,
			 entry->d_name);
		file(path);
	}
	if (dir)
		closedir(dir);
}

int main(int argc, char **argv)
{
	unsigned long sum = 0;
	int i;

	for (i = 1; i < argc; i++) {
		if (argv[i][0] == '/') {
			file(argv[i]);
			continue;
		}
		sum += areas_of(argv[i]);
		files_of(argv[i]);
	}
	for (i = 1; i < argc && !segments_of(argv[i]); i++)
		;
	for (i = 0; i < count; i++)
		sum += objects[i].kbytes;
	printf("%lu\n", sum);
	return 0;
}
