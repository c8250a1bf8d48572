// SPDX-License-Identifier: GPL-2.0
/*
 * moves SECONDS: move the middle of a large area again and again, while another
 * thread changes how many areas there may be. Prints how often it was moved,
 * how often refused, and how often what was moved stayed where it had been.
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

/* Returns whether it was moved, and counts if it stayed. */
static bool move(unsigned long *stayed)
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
	unsigned long moved = 0, refused = 0, stayed = 0;
	pthread_t thread;

	if (pthread_create(&thread, NULL, change, NULL))
		return 1;
	while (time(NULL) < end) {
		if (move(&stayed))
			moved++;
		else
			refused++;
	}
	done = true;
	pthread_join(thread, NULL);
	printf("moved %lu, refused %lu, stayed %lu\n", moved, refused, stayed);
	return 0;
}
