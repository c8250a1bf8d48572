// SPDX-License-Identifier: GPL-2.0
/*
 * price [seccomp CALL...] - what system calls cost, in thousandths of a
 * nanosecond each, which under -icount are thousandths of an instruction
 *
 * With "seccomp" under a filter that allows the CALLs and denies all others.
 * Each figure is the least of nine rounds: one that no interrupt fell into.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 9
#define CALLS 1000

static int file;

static void by_getppid(void)
{
	syscall(SYS_getppid);
}

static void by_read(void)
{
	char byte;

	syscall(SYS_read, file, &byte, 1);
}

static void by_open(void)
{
	syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY));
}

/* With a condition, if the rules have one: a closed descriptor. */
static void by_lseek(void)
{
	syscall(SYS_lseek, -1, 0, 0);
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void measure(const char *name, void (*call)(void))
{
	long long least = -1, start, took;
	int round, i;

	for (round = 0; round < ROUNDS; round++) {
		start = now();
		for (i = 0; i < CALLS; i++)
			call();
		took = now() - start;
		if (least < 0 || took < least)
			least = took;
	}
	printf("%s %lld\n", name, least * 1000 / CALLS);
}

#define FILTER 1024

static int install(int count, char **calls)
{
	static struct sock_filter filter[FILTER] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
	};
	struct sock_filter *next = filter + 4;
	struct sock_fprog program = { .filter = filter };

	if (2 * count + 5 > FILTER)
		return -1;
	while (count--) {
		*next++ = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, atoi(*calls++), 0, 1);
		*next++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						       SECCOMP_RET_ALLOW);
	}
	*next++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
					       SECCOMP_RET_ERRNO | EPERM);
	program.len = next - filter;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ?:
		       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
	/* One byte of a file, always the next one: there are enough. */
	file = open("/proc/self/exe", O_RDONLY);
	if (file < 0 || (argc > 1 && install(argc - 2, argv + 2))) {
		perror("price");
		return 1;
	}
	measure("getppid", by_getppid);
	measure("read", by_read);
	measure("open_close", by_open);
	measure("lseek", by_lseek);
	return 0;
}
