// SPDX-License-Identifier: GPL-2.0
/*
 * pieces: leaves free memory in small pieces, of which huge pages can be made
 * only by moving what lies between. Takes small pages until there is no room
 * for a huge one, and gives back most of them, but for a page here and there.
 * Says "pieces N", at once and, for memory in pieces again, at each SIGUSR1.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define PAGE 4096UL
#define STEP 256
#define LEAST (12UL << 20)
/* Of so many pages one is kept. */
#define PIECE 64
#define ORDERS 11
#define HUGE_ORDER 9

static void check(int bad, const char *what)
{
	if (!bad)
		return;
	perror(what);
	exit(1);
}

/*
 * Of all zones but DMA, which is for nobody here: what is free, and the blocks
 * in which a huge page has room.
 */
static void look(unsigned long *pages, unsigned long *rooms)
{
	FILE *file = fopen("/proc/buddyinfo", "re");
	char line[512], zone[16];
	unsigned long blocks;
	int order, at, more;

	*pages = *rooms = 0;
	check(!file, "/proc/buddyinfo");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Node %*d, zone %15s%n", zone, &at) != 1 ||
		    !strcmp(zone, "DMA"))
			continue;
		for (order = 0; order < ORDERS; order++, at += more) {
			check(sscanf(line + at, "%lu%n", &blocks, &more) != 1,
			      line);
			*pages += blocks << order;
			*rooms += order >= HUGE_ORDER ? blocks : 0;
		}
	}
	fclose(file);
}

/* Some of it the kernel keeps for others; who takes that too waits for it. */
static int is_enough(void)
{
	unsigned long pages, rooms;

	look(&pages, &rooms);
	return !rooms || pages < LEAST / PAGE;
}

/* Those that were given back first. */
static unsigned long take(char *area, unsigned long pages)
{
	unsigned long i;

	for (i = 0; i + STEP <= pages && !is_enough(); i += STEP)
		check(madvise(area + i * PAGE, STEP * PAGE,
			      MADV_POPULATE_WRITE),
		      "MADV_POPULATE_WRITE");
	return i;
}

static void give_back(char *area, unsigned long pages)
{
	unsigned long i;

	for (i = 0; i < pages; i += PIECE)
		check(madvise(area + (i + 1) * PAGE, (PIECE - 1) * PAGE,
			      MADV_DONTNEED),
		      "MADV_DONTNEED");
}

int main(void)
{
	unsigned long pages = sysconf(_SC_PHYS_PAGES), most = 0, taken;
	int number = 0, got;
	sigset_t set;
	char *area;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	area = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	check(area == MAP_FAILED, "mmap");
	check(madvise(area, pages * PAGE, MADV_NOHUGEPAGE), "MADV_NOHUGEPAGE");
	do {
		taken = take(area, pages);
		most = taken > most ? taken : most;
		give_back(area, most);
		printf("pieces %d\n", ++number);
	} while (!sigwait(&set, &got));
	return 0;
}
