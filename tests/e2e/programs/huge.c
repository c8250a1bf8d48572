// SPDX-License-Identifier: GPL-2.0
/*
 * huge: areas that may get huge pages, or not, by the policy that the process
 * is under. A: as they come. B: advised. C and D: the same, filled with small
 * pages, so that only khugepaged can change them. E: filled with small pages,
 * then MADV_COLLAPSE. Prints "round N: A B CD E", MiB in huge pages, at once
 * and at each SIGUSR1 for new areas. At SIGUSR2 it touches two pages, far
 * apart, of new area F, and prints "touched".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

#define SIZE (4UL << 20)
#define PAGE 4096UL
#define HUGE (2UL << 20)

enum area {
	A,
	B,
	C,
	D,
	E,
	F
};

/* Far from one another, so that they stay areas of their own. */
static char *place(enum area area)
{
	return (char *)(0x100000000000UL + area * 0x10000000000UL);
}

static void check(int bad, const char *what)
{
	if (!bad)
		return;
	perror(what);
	exit(1);
}

static void make(enum area area)
{
	munmap(place(area), SIZE);
	check(mmap(place(area), SIZE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		   0) != place(area),
	      "mmap");
}

static void fill(enum area area, unsigned long step)
{
	unsigned long i;

	for (i = 0; i < SIZE; i += step)
		place(area)[i] = 1;
}

static void advise(enum area area)
{
	check(madvise(place(area), SIZE, MADV_HUGEPAGE), "MADV_HUGEPAGE");
}

static unsigned long huge_mbytes(enum area area)
{
	unsigned long start, kbytes, sum = 0;
	FILE *file = fopen("/proc/self/smaps", "r");
	char line[512];
	int here = 0;

	check(!file, "/proc/self/smaps");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-", &start) == 1 && strchr(line, '-'))
			here = start >= (unsigned long)place(area) &&
			       start < (unsigned long)place(area) + SIZE;
		if (here && sscanf(line, "AnonHugePages: %lu", &kbytes) == 1)
			sum += kbytes;
	}
	fclose(file);
	return sum / 1024;
}

/* A page may be held by somebody for a moment. */
static void collapse(enum area area)
{
	int tries = 20, err;

	do {
		err = madvise(place(area), SIZE, MADV_COLLAPSE);
	} while (err && errno == EAGAIN && --tries);
	check(err, "MADV_COLLAPSE");
}

static void turn(int number)
{
	unsigned long disabled;
	enum area area;

	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	for (area = C; area <= E; area++) {
		make(area);
		if (area == D)
			advise(area);
		fill(area, PAGE);
	}
	disabled = huge_mbytes(C) + huge_mbytes(D);
	prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
	/* Also for khugepaged: it hears of the process here. */
	advise(D);
	make(A);
	make(B);
	advise(B);
	fill(A, PAGE);
	fill(B, PAGE);
	collapse(E);
	printf("round %d: %lu %lu %lu %lu\n", number, huge_mbytes(A),
	       huge_mbytes(B), disabled, huge_mbytes(E));
}

int main(void)
{
	int number = 1, got;
	sigset_t set;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	turn(number);
	while (!sigwait(&set, &got)) {
		if (got == SIGUSR1) {
			turn(++number);
			continue;
		}
		make(F);
		advise(F);
		fill(F, HUGE);
		printf("touched\n");
	}
	return 0;
}
