// SPDX-License-Identifier: GPL-2.0
/*
 * fate DOOR NUMBER ... - make calls that may not return, with 7 as first
 * argument, each in a child of its own, and print what becomes of it: "exited
 * STATUS", "killed SIGNAL" or "returned ERROR"
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "door.h"

static long make_call(const char *door, long nr)
{
	static const uint64_t arg[6] = { 7 };

	if (!strcmp(door, "int80"))
		return by_int80(nr, arg);
	return by_syscall(nr | (strcmp(door, "x32") ? 0 : X32_BIT), arg);
}

static void show(const char *door, long nr, int status, long returned)
{
	printf("%s %ld ", door, nr);
	if (returned != 1)
		printf("returned %s\n",
		       strerrorname_np(-returned) ?: "something");
	else if (WIFSIGNALED(status))
		printf("killed %d\n", WTERMSIG(status));
	else
		printf("exited %d\n", WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	volatile long *returned = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int i, status;
	pid_t child;

	if (argc < 3 || returned == MAP_FAILED)
		return 2;
	for (i = 1; i + 1 < argc; i += 2) {
		*returned = 1;
		child = fork();
		if (!child) {
			*returned = make_call(argv[i], atol(argv[i + 1]));
			kill(getpid(), SIGKILL);
		}
		if (waitpid(child, &status, 0) != child)
			return 1;
		show(argv[i], atol(argv[i + 1]), status, *returned);
	}
	return 0;
}
