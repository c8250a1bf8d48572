// SPDX-License-Identifier: GPL-2.0
/*
 * handover hold|fail KBYTES: stop, for SIGCONT; then execve with KBYTES of
 * environment. "hold": it never comes to the last argument, which userfaultfd
 * keeps back. "fail": of what is no program; says "ENOEXEC" or what else.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "missing.h"

/* As long as one can be. */
#define STRING (32 * PAGE)
#define MOST 64

/* A quarter of the stack's limit may be handed over, and at most 6 MiB. */
static int may_be_much(void)
{
	struct rlimit limit = { 64 << 20, 64 << 20 };

	return setrlimit(RLIMIT_STACK, &limit);
}

static int no_program(void)
{
	int fd = memfd_create("no program", 0);

	return fd < 0 || write(fd, "text\n", 5) != 5 || fchmod(fd, 0755) ? -1 :
									   fd;
}

int main(int argc, char **argv)
{
	static char string[STRING], *environment[MOST + 1];
	char *arguments[3] = { argv[0], "last", NULL };
	int i, kept, file = no_program();

	if (argc != 3 || atoi(argv[2]) * 1024 / STRING > MOST)
		return 2;
	memset(string, 'x', STRING - 1);
	for (i = 0; i < atoi(argv[2]) * 1024 / STRING; i++)
		environment[i] = string;
	if (!strcmp(argv[1], "hold"))
		arguments[1] = missing_page(&kept);
	if (file < 0 || !arguments[1] || may_be_much()) {
		perror("handover");
		return 1;
	}
	raise(SIGSTOP);
	execveat(file, "", arguments, environment, AT_EMPTY_PATH);
	puts(strerrorname_np(errno));
	return 0;
}
