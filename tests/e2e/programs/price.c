// SPDX-License-Identifier: GPL-2.0
/*
 * price [FILTER] - what system calls cost, in ticks of the processor's clock,
 * which under -icount are instructions
 *
 * With a FILTER, a file of BPF instructions, under seccomp. Each call is timed
 * by itself, and the figure is the median: what is done once in a while, in
 * whoever's call it happens (a tick, the next page of a file, freeing in bulk),
 * is left out. A name's chain in the kernel's hash of names may hold others, of
 * whatever else was opened meanwhile: of several names the least tells.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

#define CALLS 1001
/* One at the beginning of the file again: the file is long enough for more. */
#define WARM 100

static int file;
static char name[8] = "price0";
static char *const digit = &name[5];

static void by_getppid(void)
{
	syscall(SYS_getppid);
}

/* One byte of a file, always the next one. */
static void by_read(void)
{
	char byte;

	syscall(SYS_read, file, &byte, 1);
}

/* The container's root and the host's /tmp are file systems in memory. */
static void by_open(void)
{
	syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, name, O_RDONLY));
}

/* What it is; in Docker's profile one of five values that are allowed. */
static void by_personality(void)
{
	syscall(SYS_personality, 0xffffffff);
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

static uint64_t measure(void (*call)(void))
{
	static uint64_t took[CALLS];
	uint64_t start;
	int i;

	for (i = 0; i < WARM; i++)
		call();
	for (i = 0; i < CALLS; i++) {
		start = __rdtsc();
		call();
		took[i] = __rdtsc() - start;
	}
	qsort(took, CALLS, sizeof(*took), compare);
	return took[CALLS / 2];
}

static uint64_t measure_open(void)
{
	uint64_t took, least = UINT64_MAX;

	for (*digit = '0'; *digit <= '7'; ++*digit) {
		close(open(name, O_CREAT | O_RDONLY, 0600));
		took = measure(by_open);
		least = took < least ? took : least;
	}
	return least;
}

static int install(const char *path)
{
	static struct sock_filter filter[4096];
	struct sock_fprog program = { .filter = filter };
	int fd = open(path, O_RDONLY);
	ssize_t size = read(fd, filter, sizeof(filter));

	if (fd < 0 || size <= 0)
		return -1;
	close(fd);
	program.len = size / sizeof(*filter);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ?:
		       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
	file = open("/proc/self/exe", O_RDONLY);
	if (file < 0 || chdir("/tmp") || (argc > 1 && install(argv[1]))) {
		perror("price");
		return 1;
	}
	printf("getppid %lu\n", measure(by_getppid));
	printf("read %lu\n", measure(by_read));
	printf("open_close %lu\n", measure_open());
	printf("personality %lu\n", measure(by_personality));
	return 0;
}
