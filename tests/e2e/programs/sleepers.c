// SPDX-License-Identifier: GPL-2.0
/*
 * sleepers COUNT asleep|busy - COUNT threads that sleep, or that would all like
 * to run, at the lowest priority there is
 *
 * Says "ready" when all are there, and ends with its input.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int started;
static bool busy;

static void fail(const char *what, int error)
{
	fprintf(stderr, "sleepers: %s: %s\n", what, strerror(error));
	exit(1);
}

static void *run(void *unused)
{
	const struct sched_param none = {};

	(void)unused;
	if (busy && sched_setscheduler(0, SCHED_IDLE, &none))
		fail("SCHED_IDLE", errno);
	atomic_fetch_add(&started, 1);
	while (busy)
		;
	for (;;)
		pause();
	return NULL;
}

static void start(pthread_attr_t *small)
{
	pthread_t thread;
	int err = pthread_create(&thread, small, run, NULL);

	if (err)
		fail("thread", err);
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 0, i;
	pthread_attr_t small;
	char byte;

	if (count <= 0) {
		fprintf(stderr, "usage: sleepers COUNT asleep|busy\n");
		return 2;
	}
	busy = argc > 2 && !strcmp(argv[2], "busy");
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, PTHREAD_STACK_MIN);
	pthread_attr_setguardsize(&small, 0);
	for (i = 0; i < count; i++)
		start(&small);
	while (atomic_load(&started) < count)
		usleep(10000);
	/* The last one is on its way to sleep. */
	usleep(100000);
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
