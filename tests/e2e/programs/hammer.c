// SPDX-License-Identifier: GPL-2.0
/*
 * hammer THREADS SECONDS COMMITS - make calls all the time while somebody
 * changes what they are answered, and say which answers were wrong; for longer
 * if by then too little has changed
 *
 * Under the rules of commit number N, getpid and getuid fail with errno N and
 * getppid too, if N is odd, else it returns 0 (it has no parent here). COMMITS
 * is a file of as many bytes as commits have returned. An answer is wrong if it
 * is older than one that any thread was given before the call, or than what was
 * in force then, or if the answers of one table are not from one table.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "door.h"

/* Enough, and how much longer to wait for that, in SECONDS. */
#define COMMITS 50
#define PATIENCE 20

static atomic_long newest, rounds, changed, wrong;
static int commits;
static time_t end, deadline;

static long ask(long nr)
{
	static const uint64_t none[6];
	long ret = by_syscall(nr, none);

	/* Allowed, before the first commit. */
	return ret < 0 ? -ret : 0;
}

static void see(long answer)
{
	long known = atomic_load(&newest);

	while (known < answer &&
	       !atomic_compare_exchange_weak(&newest, &known, answer))
		;
}

static long returned(void)
{
	struct stat file;

	if (fstat(commits, &file))
		exit(1);
	return file.st_size;
}

/* What no answer may be older than. */
static long oldest(void)
{
	long known = atomic_load(&newest), sure = returned();

	return sure > known ? sure : known;
}

static int is_over(void)
{
	time_t now = time(NULL);

	return now >= deadline ||
	       (now >= end && returned() >= COMMITS && atomic_load(&changed));
}

static void complain(long least, const long answer[4])
{
	if (atomic_fetch_add(&wrong, 1) < 5)
		printf("at %ld: %ld %ld %ld %ld\n", least, answer[0], answer[1],
		       answer[2], answer[3]);
}

static int is_right(long least, const long answer[4])
{
	if (answer[0] < least || answer[1] < answer[0] || answer[3] < answer[1])
		return 0;
	if (!answer[2])
		return answer[0] != answer[3] || answer[0] % 2 == 0;
	return answer[2] % 2 && answer[2] >= answer[1] &&
	       answer[2] <= answer[3];
}

static void *run(void *unused)
{
	long answer[4], least;

	while (!is_over()) {
		least = oldest();
		answer[0] = ask(SYS_getpid);
		answer[1] = ask(SYS_getuid);
		answer[2] = ask(SYS_getppid);
		answer[3] = ask(SYS_getpid);
		if (!is_right(least, answer))
			complain(least, answer);
		if (answer[0] != answer[3])
			atomic_fetch_add(&changed, 1);
		see(answer[3]);
		/* Who changes the rules needs the processor, too. */
		if (atomic_fetch_add(&rounds, 1) % 32 == 0)
			usleep(3000);
	}
	return unused;
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 0, i;
	pthread_t threads[16];

	if (argc != 4 || count < 1 || count > 16)
		return 2;
	commits = open(argv[3], O_RDONLY);
	end = time(NULL) + atoi(argv[2]);
	deadline = end + PATIENCE * atoi(argv[2]);
	for (i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, run, NULL))
			return 1;
	for (i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	printf("rounds %ld newest %ld changed %ld wrong %ld\n", rounds, newest,
	       changed, wrong);
	return 0;
}
