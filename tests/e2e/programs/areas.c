// SPDX-License-Identifier: GPL-2.0
/*
 * areas: how many areas of memory a process may have, by each way of making
 * one, and where the lowest may lie; for the limits that it is under. Prints
 * what it finds, which is the same under the same limits, whoever set them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL
#define PLACE ((char *)0x100000000000UL)
#define MOST 2000

static int count(void)
{
	static char text[1 << 18];
	FILE *maps = fopen("/proc/self/maps", "re");
	size_t size = fread(text, 1, sizeof(text), maps), i;
	int lines = 0;

	fclose(maps);
	for (i = 0; i < size; i++)
		lines += text[i] == '\n';
	return lines;
}

/* Every other page, so that each is an area of its own. */
static int fill(int most)
{
	int i;

	for (i = 0; i < most; i++)
		if (mmap(PLACE + 2 * i * PAGE, PAGE, PROT_READ,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
			 0) == MAP_FAILED)
			break;
	return i;
}

static void empty(int pages)
{
	munmap(PLACE, 2 * pages * PAGE);
}

static const char *word(int failed)
{
	return failed ? strerrorname_np(errno) : "done";
}

static void by_mmap(void)
{
	int pages = fill(MOST);

	printf("mmap: %s with %d areas\n", word(1), count());
	empty(pages);
}

/* The middle of an area, with less and less room for two more. */
static void by_mprotect(int most)
{
	char *area = mmap(PLACE - 64 * PAGE, 8 * PAGE, PROT_READ,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int room, pages, failed;

	for (room = 4; room >= 0; room--) {
		pages = fill(most - room - 1);
		failed = mprotect(area + 2 * PAGE, PAGE, PROT_NONE);
		printf("mprotect, room for %d: %s\n", room, word(failed));
		mprotect(area, 8 * PAGE, PROT_READ);
		empty(pages);
	}
	munmap(area, 8 * PAGE);
}

static void by_munmap(int most)
{
	char *area;
	int room, pages, failed;

	for (room = 2; room >= 0; room--) {
		area = mmap(PLACE - 64 * PAGE, 8 * PAGE, PROT_READ,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		pages = fill(most - room - 1);
		failed = munmap(area + 2 * PAGE, PAGE);
		printf("munmap, room for %d: %s\n", room, word(failed));
		empty(pages);
		munmap(area, 8 * PAGE);
	}
}

static void by_mremap(int most)
{
	char *area, *wall, *moved;
	int room, pages;

	for (room = 7; room >= 0; room--) {
		area = mmap(PLACE - 64 * PAGE, PAGE, PROT_READ,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		wall = mmap(area + PAGE, PAGE, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		pages = fill(most - room - 2);
		moved = mremap(area, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
		printf("mremap, room for %d: %s\n", room,
		       word(moved == MAP_FAILED));
		empty(pages);
		munmap(wall, PAGE);
		if (moved == MAP_FAILED)
			munmap(area, PAGE);
		else
			munmap(moved, 2 * PAGE);
	}
}

static void by_brk(int most)
{
	int room, pages;

	for (room = 1; room >= 0; room--) {
		pages = fill(most - room);
		printf("brk, room for %d: %s\n", room,
		       word(sbrk(PAGE) == (void *)-1));
		empty(pages);
	}
}

static void by_address(void)
{
	unsigned long address;
	char *area;

	for (address = PAGE; address < 512 * PAGE; address += PAGE) {
		area = mmap((char *)address, PAGE, PROT_READ,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			    -1, 0);
		if (area != MAP_FAILED)
			break;
	}
	printf("lowest: %#lx, below %s\n", address, strerrorname_np(errno));
	munmap((char *)address, PAGE);
}

/* A place that is only wished for may be too low. */
static void by_hint(void)
{
	char *area = mmap((char *)(17 * PAGE), PAGE, PROT_READ,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	printf("hint: %p\n", area == MAP_FAILED ? NULL : area);
	munmap(area, PAGE);
}

int main(void)
{
	int most;

	/* What the library wants, it has. */
	setvbuf(stdout, NULL, _IONBF, 0);
	count();
	most = fill(MOST);
	empty(most);
	by_mmap();
	by_mprotect(most);
	by_munmap(most);
	by_mremap(most);
	by_brk(most);
	by_address();
	by_hint();
	return 0;
}
