// SPDX-License-Identifier: GPL-2.0
/*
 * hammer THREADS SECONDS - ask for the parent's pid all the time, and count
 * what the answers were
 *
 * An answer is 0 (it has no parent here) or EPERM. With a SIGSYS handler, which
 * counts too.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static atomic_long allowed, denied, trapped, other;
static __thread volatile sig_atomic_t caught;
static time_t end;

static void on_sigsys(int signal)
{
	(void)signal;
	caught = 1;
}

static void *run(void *unused)
{
	long ret;

	while (time(NULL) < end) {
		caught = 0;
		ret = syscall(SYS_getppid);
		if (caught)
			atomic_fetch_add(&trapped, 1);
		else if (!ret)
			atomic_fetch_add(&allowed, 1);
		else if (ret == -1 && errno == EPERM)
			atomic_fetch_add(&denied, 1);
		else
			atomic_fetch_add(&other, 1);
	}
	return unused;
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 0, i;
	pthread_t threads[16];

	if (argc != 3 || count < 1 || count > 16)
		return 2;
	end = time(NULL) + atoi(argv[2]);
	signal(SIGSYS, on_sigsys);
	for (i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, run, NULL))
			return 1;
	for (i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	printf("allowed %ld denied %ld trapped %ld other %ld\n", allowed,
	       denied, trapped, other);
	return 0;
}
