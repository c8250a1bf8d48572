// SPDX-License-Identifier: GPL-2.0
/*
 * recount PID...: what these processes have been promised, as /proc shows it:
 * areas that are accounted ("ac" in smaps), and objects of shared memory behind
 * their areas and descriptors: whole if of a fixed size, else by their blocks.
 * Segments of System V are all of their IPC namespace: one may be made and not
 * attached yet. Prints KiB.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OBJECTS 65536
/* Not to be taken for an inode of that number. */
#define SEGMENT 0x8000000000000000UL

static struct {
	unsigned long inode;
	unsigned long kbytes;
} objects[OBJECTS];
static int count;

static void note(unsigned long inode, unsigned long kbytes)
{
	int i;

	for (i = 0; i < count; i++)
		if (objects[i].inode == inode)
			return;
	if (count == OBJECTS)
		exit(2);
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
			note(id | SEGMENT, (size + 4095) / 4096 * 4);
	fclose(file);
	return 1;
}

static unsigned long areas_of(const char *pid)
{
	unsigned long start, end, inode, size = 0, sum = 0;
	char name[64], line[512], dev[16];
	FILE *file;

	snprintf(name, sizeof(name), "/proc/%s/smaps", pid);
	file = fopen(name, "r");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx %*s %*x %15s %lu", &start, &end, dev,
			   &inode) == 4) {
			size = (end - start) / 1024;
			if (is_fixed(line))
				note(inode, size);
		}
		if (!strncmp(line, "VmFlags:", 8) && strstr(line, " ac"))
			sum += size;
	}
	fclose(file);
	return sum;
}

static void files_of(const char *pid)
{
	char name[64], path[400], target[256];
	struct dirent *entry;
	struct stat st;
	ssize_t size;
	DIR *dir;

	snprintf(name, sizeof(name), "/proc/%s/fd", pid);
	dir = opendir(name);
	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", name, entry->d_name);
		size = readlink(path, target, sizeof(target) - 1);
		if (size < 0)
			continue;
		target[size] = 0;
		if (!strncmp(target, "/memfd:", 7) && !stat(path, &st))
			note(st.st_ino, st.st_blocks / 2);
	}
	if (dir)
		closedir(dir);
}

int main(int argc, char **argv)
{
	unsigned long sum = 0;
	int i;

	for (i = 1; i < argc; i++) {
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
