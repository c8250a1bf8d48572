// SPDX-License-Identifier: GPL-2.0
/*
 * faults MIB [advised] [FILE]: touches so much memory for the first time, page
 * by page, of an area that is advised to have huge pages or not, when there is
 * FILE; prints how many faults it took, how many nanoseconds of a processor,
 * which under -icount are instructions, how often another task had it then, and
 * when that began and ended.
 *
 * faults: what one fault costs, the least of many: the first one in a huge
 * page's room, the next one there; and mmap with munmap, fork with exit.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define HUGE (2UL << 20)
#define PAGE 4096UL
#define CALLS 301
#define PLACE ((char *)0x100000000000UL)

static char *map(char *place, unsigned long size)
{
	char *area = mmap(place, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS |
				  (place ? MAP_FIXED_NOREPLACE : 0),
			  -1, 0);

	if (area == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return area;
}

static uint64_t nanoseconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000UL + now.tv_nsec;
}

static void touch_all(char *area, unsigned long size)
{
	struct rusage before, after;
	uint64_t began = nanoseconds(CLOCK_MONOTONIC), used;
	unsigned long i;

	getrusage(RUSAGE_SELF, &before);
	used = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
	for (i = 0; i < size; i += PAGE)
		area[i] = 1;
	used = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - used;
	getrusage(RUSAGE_SELF, &after);
	printf("faults %ld\nused %lu\nswitched %ld\nbegan %lu\nended %lu\n",
	       after.ru_minflt - before.ru_minflt, used,
	       after.ru_nivcsw - before.ru_nivcsw, began,
	       nanoseconds(CLOCK_MONOTONIC));
}

static int touch_as_told(char **words)
{
	unsigned long size = strtoul(*words++, NULL, 0) << 20;
	char *area = map(PLACE, size);

	if (*words && !strcmp(*words, "advised")) {
		madvise(area, size, MADV_HUGEPAGE);
		words++;
	}
	while (*words && access(*words, F_OK))
		usleep(1000);
	touch_all(area, size);
	return 0;
}

static uint64_t touch(char *place)
{
	uint64_t start = __rdtsc();

	*(volatile char *)place = 1;
	return __rdtsc() - start;
}

static uint64_t first(void)
{
	char *area = map(PLACE, HUGE);
	uint64_t took = touch(area);

	munmap(area, HUGE);
	return took;
}

static uint64_t next(void)
{
	char *area = map(PLACE, HUGE);
	uint64_t took;

	touch(area);
	took = touch(area + PAGE);
	munmap(area, HUGE);
	return took;
}

static uint64_t map_unmap(void)
{
	uint64_t start = __rdtsc();

	munmap(map(PLACE, HUGE), HUGE);
	return __rdtsc() - start;
}

static uint64_t fork_exit(void)
{
	uint64_t start = __rdtsc();
	pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	return __rdtsc() - start;
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

static void measure(const char *name, uint64_t (*call)(void), int calls)
{
	static uint64_t took[CALLS];
	int i;

	for (i = 0; i < 20; i++)
		call();
	for (i = 0; i < calls; i++)
		took[i] = call();
	qsort(took, calls, sizeof(*took), compare);
	printf("%s %lu\n", name, (unsigned long)took[0]);
}

/* How many page tables a fork copies depends on where everything lies. */
static void lie_still(char **argv)
{
	int persona = personality(0xffffffff);

	if (persona & ADDR_NO_RANDOMIZE)
		return;
	personality(persona | ADDR_NO_RANDOMIZE);
	execv("/proc/self/exe", argv);
	perror("/proc/self/exe");
	exit(1);
}

int main(int argc, char **argv)
{
	lie_still(argv);
	if (argc > 1)
		return touch_as_told(argv + 1);
	/* Keeps the upper levels of the page tables. */
	*map(PLACE - HUGE, PAGE) = 1;
	*map(PLACE + 2 * HUGE, PAGE) = 1;
	measure("first", first, CALLS);
	measure("next", next, CALLS);
	measure("map", map_unmap, CALLS);
	measure("fork", fork_exit, 101);
	return 0;
}
