// SPDX-License-Identifier: GPL-2.0
/*
 * again DIRECTORY [MICROSECONDS] - try mkdir(2) ten times a second, or that
 * often; print the result when it is another than the time before: "made" or
 * the error's name
 *
 * One process that never calls execve: shows what happens to a running program.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int last = -1, pause = 100000, now;

	if (argc < 2)
		return 2;
	if (argc > 2)
		pause = atoi(argv[2]);
	/* A line is one write(2), also where several write to one file. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;; usleep(pause)) {
		now = mkdir(argv[1], 0755) ? errno : 0;
		if (!now)
			rmdir(argv[1]);
		if (now != last)
			printf("%s\n", now ? strerrorname_np(now) : "made");
		last = now;
	}
}
