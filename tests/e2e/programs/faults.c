// SPDX-License-Identifier: GPL-2.0
/*
 * faults MIB: touches so much memory for the first time, page by page; prints
 * how many faults it took, and how many ticks of the processor's clock, which
 * under -icount are instructions.
 *
 * faults: what one fault costs, the least of many: the first one in a huge
 * page's room, the next one there; and mmap with munmap, fork with exit.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/wait.h>
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

static int touch_all(unsigned long size)
{
	char *area = map(PLACE, size);
	struct rusage before, after;
	uint64_t start, end;
	unsigned long i;

	getrusage(RUSAGE_SELF, &before);
	start = __rdtsc();
	for (i = 0; i < size; i += PAGE)
		area[i] = 1;
	end = __rdtsc();
	getrusage(RUSAGE_SELF, &after);
	printf("faults %ld\nticks %lu\n", after.ru_minflt - before.ru_minflt,
	       (unsigned long)(end - start));
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
		return touch_all(strtoul(argv[1], NULL, 0) << 20);
	/* Keeps the upper levels of the page tables. */
	*map(PLACE - HUGE, PAGE) = 1;
	*map(PLACE + 2 * HUGE, PAGE) = 1;
	measure("first", first, CALLS);
	measure("next", next, CALLS);
	measure("map", map_unmap, CALLS);
	measure("fork", fork_exit, 101);
	return 0;
}
