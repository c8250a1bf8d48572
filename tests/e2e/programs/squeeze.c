// SPDX-License-Identifier: GPL-2.0
/*
 * squeeze PAGES TRIES: have children killed for the limit of their memory
 * cgroup while they let areas grow that are promised nothing, each up to one
 * whose anon_vma it would get in a copy, which that limit counts. How many
 * pages of their own bring them there is sought, up to PAGES. Says how many
 * were killed as they did so, and waits.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define PAIRS 1500
#define GAP (16UL << 30)
#define FIRST 0x100000000000UL

/* Where a child has come to, in memory that it shares with its parent. */
static volatile int *grows;

static char *place(int pair)
{
	return (char *)FIRST + 2 * GAP * pair;
}

static bool map_unpromised(char *where)
{
	return mmap(where, PAGE, PROT_READ,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		    0) != MAP_FAILED;
}

/* By this file also what may not be written gets a page, and an anon_vma. */
static bool make_pairs(void)
{
	int file = open("/proc/self/mem", O_RDWR | O_CLOEXEC), pair;

	for (pair = 0; pair < PAIRS; pair++)
		if (!map_unpromised(place(pair)) ||
		    !map_unpromised(place(pair) + GAP) ||
		    pwrite(file, "x", 1, (off_t)(place(pair) + GAP)) != 1)
			return false;
	return true;
}

static void child(long pages)
{
	char *own;
	int pair;

	if (!make_pairs())
		_exit(1);
	own = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (own == MAP_FAILED)
		_exit(1);
	madvise(own, pages * PAGE, MADV_NOHUGEPAGE);
	while (pages--)
		own[pages * PAGE] = 1;
	*grows = 1;
	for (pair = 0; pair < PAIRS; pair++)
		mremap(place(pair), PAGE, GAP, 0);
	_exit(0);
}

/* Returns whether a child with so many pages is killed. */
static bool is_killed(long pages)
{
	int status;
	pid_t pid;

	*grows = 0;
	pid = fork();
	if (!pid)
		child(pages);
	if (pid < 0 || waitpid(pid, &status, 0) != pid ||
	    (WIFEXITED(status) && WEXITSTATUS(status)))
		exit(1);
	return WIFSIGNALED(status);
}

int main(int argc, char **argv)
{
	long least = 0, most = argc > 1 ? atol(argv[1]) : 0, middle;
	int tries = argc > 2 ? atoi(argv[2]) : 0, hits = 0, try;

	grows = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	while (most - least > 8) {
		middle = (least + most) / 2;
		if (is_killed(middle))
			most = middle;
		else
			least = middle;
	}
	for (try = 0; try < tries; try++)
		hits += is_killed(least - 128 + rand() % 160) && *grows;
	printf("%d of %d with %ld pages\n", hits, tries, least);
	fflush(stdout);
	for (;;)
		pause();
}
