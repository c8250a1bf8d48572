// SPDX-License-Identifier: GPL-2.0
/*
 * busy WORKERS - make processes and system calls until told to stop
 *
 * Each worker forks without end: one child of four runs this program again, all
 * make system calls, one of eight sleeps in one, so that tasks enter, sleep in
 * and leave the system call path all the time. Told to stop by SIGTERM, to the
 * whole process group, each worker prints how many children it had.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static void call_and_exit(unsigned int turn)
{
	struct timespec nap = { .tv_nsec = 3000000 };
	int i;

	for (i = 0; i < 200; i++)
		syscall(SYS_getppid);
	if (turn % 8 == 0)
		nanosleep(&nap, NULL);
	if (turn % 4 == 1)
		execl("/proc/self/exe", "busy", (char *)NULL);
	_exit(0);
}

static unsigned int work(void)
{
	unsigned int turn;
	pid_t child;

	for (turn = 0; !stopped; turn++) {
		child = fork();
		if (!child)
			call_and_exit(turn);
		if (child > 0)
			waitpid(child, NULL, 0);
	}
	return turn;
}

int main(int argc, char **argv)
{
	int workers, i;

	if (argc < 2)
		return 0;
	signal(SIGTERM, stop);
	workers = atoi(argv[1]);
	for (i = 1; i < workers; i++)
		if (!fork())
			break;
	printf("%u\n", work());
	fflush(stdout);
	while (i == workers && wait(NULL) > 0)
		;
	return 0;
}
