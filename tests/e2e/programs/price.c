// SPDX-License-Identifier: GPL-2.0
/*
 * price [-a] [FILTER] - what system calls cost, in ticks of the processor's
 * clock, which under -icount are instructions; with -a some more calls
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
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

#define CALLS 1001
/* One at the beginning of the file again: the file is long enough for more. */
#define WARM 100

static int file, null, ends[2];
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

static void by_write(void)
{
	syscall(SYS_write, null, "", 1);
}

static void by_stat(void)
{
	struct stat status;

	syscall(SYS_newfstatat, AT_FDCWD, name, &status, 0);
}

/* As UnixBench does: so much through a pipe and back. */
static void by_pipe(void)
{
	static char block[512];

	syscall(SYS_write, ends[1], block, sizeof(block));
	syscall(SYS_read, ends[0], block, sizeof(block));
}

/* As UnixBench's loop of system calls. */
static void by_five(void)
{
	syscall(SYS_close, syscall(SYS_dup, null));
	syscall(SYS_getpid);
	syscall(SYS_getuid);
	syscall(SYS_umask, 022);
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

static uint64_t measure_names(void (*call)(void))
{
	uint64_t took, least = UINT64_MAX;

	for (*digit = '0'; *digit <= '7'; ++*digit) {
		close(open(name, O_CREAT | O_RDONLY, 0600));
		took = measure(call);
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

static void say_more(void)
{
	printf("write %lu\n", measure(by_write));
	printf("stat %lu\n", measure_names(by_stat));
	printf("pipe %lu\n", measure(by_pipe));
	printf("five %lu\n", measure(by_five));
}

int main(int argc, char **argv)
{
	bool more = argc > 1 && !strcmp(argv[1], "-a");

	argc -= more;
	argv += more;
	file = open("/proc/self/exe", O_RDONLY);
	null = open("/dev/null", O_WRONLY);
	if (file < 0 || null < 0 || pipe(ends) || chdir("/tmp") ||
	    (argc > 1 && install(argv[1]))) {
		perror("price");
		return 1;
	}
	printf("getppid %lu\n", measure(by_getppid));
	printf("read %lu\n", measure(by_read));
	printf("open_close %lu\n", measure_names(by_open));
	printf("personality %lu\n", measure(by_personality));
	if (more)
		say_more();
	return 0;
}
