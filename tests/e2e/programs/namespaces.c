// SPDX-License-Identifier: GPL-2.0
/*
 * namespaces COUNT - COUNT pid namespaces, each with an init that sleeps
 *
 * Says the inits' pids, a line each. Ends, and kills them, with its input.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Without a stack of its own, as fork() does. */
static pid_t make_init(void)
{
	pid_t pid = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	int count = argc == 2 ? atoi(argv[1]) : 0;
	char byte;

	signal(SIGCHLD, SIG_IGN);
	while (count-- > 0) {
		pid_t pid = make_init();

		if (pid < 0) {
			perror("namespaces: clone");
			return 1;
		}
		printf("%d\n", pid);
	}
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}
