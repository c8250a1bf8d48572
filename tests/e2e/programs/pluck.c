// SPDX-License-Identifier: GPL-2.0
/*
 * pluck VKERNEL ROUNDS - give a vkernel the syscall plugin and rules, and take
 * it back, before anybody can keep it
 *
 * Prints how often that went well until the kernel kept it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[256];

static void put(const char *name, const char *line)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, line, strlen(line)) < 0) {
		perror(path);
		exit(1);
	}
	close(fd);
}

int main(int argc, char **argv)
{
	int i, rounds = argc == 3 ? atoi(argv[2]) : 0;

	if (!rounds)
		return 2;
	snprintf(directory, sizeof(directory), "%s/syscall", argv[1]);
	for (i = 0; i < rounds; i++) {
		if (mkdir(directory, 0755)) {
			perror(directory);
			return 1;
		}
		put("rules_add", "x64 0 EPERM a0==4294967295");
		put("commit", "1");
		if (rmdir(directory))
			break;
		/* Who calls now finds what has gone, if it is there still. */
		usleep(20000);
	}
	printf("%d\n", i);
	return 0;
}
