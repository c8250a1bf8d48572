// SPDX-License-Identifier: GPL-2.0
/*
 * moves SECONDS: move a part of a large area again and again, away and beside
 * it, while another thread changes how many areas there may be. Prints how
 * often it was moved, how often refused, and how often what was moved stayed
 * where it had been.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define SIZE (32UL << 20)

static volatile bool done;

static void *change(void *arg)
{
	int file = open("/proc/sys/vm/max_map_count", O_WRONLY | O_CLOEXEC);

	while (!done)
		if (pwrite(file, "1", 1, 0) != 1 ||
		    pwrite(file, "60000", 5, 0) != 5)
			exit(2);
	close(file);
	return arg;
}

/* All that can be there, in pieces. */
static void leave(char *place)
{
	if (munmap(place, SIZE))
		exit(3);
}

/*
 * What nobody has touched, right behind itself, where it could be merged with
 * what it was cut from.
 */
static bool move_beside(unsigned long *stayed)
{
	char *from, *to;

	from = mmap(NULL, 2 * SIZE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (from == MAP_FAILED)
		return false;
	leave(from + SIZE);
	to = mremap(from + PAGE, SIZE / 2, SIZE / 2,
		    MREMAP_MAYMOVE | MREMAP_FIXED, from + SIZE);
	if (to != MAP_FAILED) {
		*stayed += !msync(from + PAGE, PAGE, MS_ASYNC);
		leave(to);
	}
	leave(from);
	return to != MAP_FAILED;
}

/* Returns whether it was moved, and counts if it stayed. */
static bool move_away(unsigned long *stayed)
{
	char *from, *to;

	from = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (from == MAP_FAILED)
		return false;
	to = mremap(from + PAGE, SIZE - 2 * PAGE, SIZE - PAGE, MREMAP_MAYMOVE);
	if (to != MAP_FAILED) {
		*stayed += !msync(from + PAGE, PAGE, MS_ASYNC);
		munmap(to, SIZE - PAGE);
	}
	leave(from);
	return to != MAP_FAILED;
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 1);
	unsigned long moved = 0, beside = 0, refused = 0, stayed = 0;
	pthread_t thread;

	if (pthread_create(&thread, NULL, change, NULL))
		return 1;
	while (time(NULL) < end) {
		if (move_away(&stayed))
			moved++;
		else
			refused++;
		if (move_beside(&stayed))
			beside++;
		else
			refused++;
	}
	done = true;
	pthread_join(thread, NULL);
	printf("moved %lu and %lu, refused %lu, stayed %lu\n", moved, beside,
	       refused, stayed);
	return 0;
}
