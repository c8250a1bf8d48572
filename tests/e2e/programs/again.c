// SPDX-License-Identifier: GPL-2.0
/*
 * again DIRECTORY [MICROSECONDS [shared]] - try mkdir(2) ten times a second, or
 * that often; print the result when it is another than the time before: "made"
 * or the error's name
 *
 * With "shared" it has a child in a pid namespace inside its own, which has the
 * same memory and does nothing.
 *
 * One process that never calls execve: shows what happens to a running program.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int idle(void *unused)
{
	(void)unused;
	while (pause())
		;
	return 0;
}

int main(int argc, char **argv)
{
	static long stack[1024];

	int last = -1, every = 100000, now;

	if (argc < 2)
		return 2;
	if (argc > 2)
		every = atoi(argv[2]);
	if (argc > 3 && clone(idle, stack + 1024,
			      CLONE_VM | CLONE_NEWPID | SIGCHLD, NULL) < 0)
		return 1;
	/* A line is one write(2), also where several write to one file. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;; usleep(every)) {
		now = mkdir(argv[1], 0755) ? errno : 0;
		if (!now)
			rmdir(argv[1]);
		if (now != last)
			printf("%s\n", now ? strerrorname_np(now) : "made");
		last = now;
	}
}
