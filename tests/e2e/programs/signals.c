// SPDX-License-Identifier: GPL-2.0
/*
 * signals - return from a signal handler, go on with a sleep that was stopped,
 * and exit: needs rt_sigreturn, restart_syscall, exit and exit_group
 *
 * Prints "returned" and "restarted".
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t rings;

static void ring(int signal)
{
	(void)signal;
	rings++;
}

static int sleep_once(void)
{
	struct timespec nap = { .tv_nsec = 500000000 };

	return nanosleep(&nap, NULL) ? errno : 0;
}

static int handler_returns(void)
{
	struct itimerval timer = { .it_value.tv_usec = 100000 };

	signal(SIGALRM, ring);
	if (setitimer(ITIMER_REAL, &timer, NULL))
		return 0;
	return sleep_once() == EINTR && rings == 1;
}

/* Stopped and continued, a sleep is resumed by restart_syscall. */
static int sleep_goes_on(void)
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(sleep_once());
	usleep(200000);
	kill(child, SIGSTOP);
	usleep(100000);
	kill(child, SIGCONT);
	return waitpid(child, &status, 0) == child && status == 0;
}

/* A thread's end is exit, not exit_group. */
static void *end(void *unused)
{
	return unused;
}

int main(void)
{
	pthread_t thread;

	if (!handler_returns())
		return 1;
	puts("returned");
	if (!sleep_goes_on())
		return 1;
	puts("restarted");
	if (pthread_create(&thread, NULL, end, NULL))
		return 1;
	return pthread_join(thread, NULL);
}
