// SPDX-License-Identifier: GPL-2.0
/*
 * hog WAY: have memory promised, in one way, until that is refused, at most
 * 4 GiB of it. Says "WAY MIB ERROR" and holds what it has until it is killed.
 * hog much: have 2 TiB promised, touch nothing of it, say so, and hold it.
 * hog job FILE: wait for FILE, then have 32 MiB promised; say "ok" or why not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEP (4UL << 20)
#define MOST 1024

static int by_map(int flags)
{
	return mmap(NULL, STEP, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags,
		    -1, 0) == MAP_FAILED;
}

static int by_private(void)
{
	return by_map(MAP_PRIVATE);
}

static int by_noreserve(void)
{
	return by_map(MAP_PRIVATE | MAP_NORESERVE);
}

static int by_shared(void)
{
	return by_map(MAP_SHARED | MAP_NORESERVE);
}

static int by_sysv(void)
{
	/* SHM_NORESERVE */
	int id = shmget(IPC_PRIVATE, STEP, IPC_CREAT | 0600 | 010000);

	return id < 0 || shmat(id, NULL, 0) == (void *)-1 ||
	       shmctl(id, IPC_RMID, NULL);
}

static int by_memfd(void)
{
	int fd = memfd_create("hog", 0);

	return fd < 0 || fallocate(fd, 0, 0, STEP);
}

static int by_brk(void)
{
	return sbrk(STEP) == (void *)-1;
}

static int by_mprotect(void)
{
	void *area =
		mmap(NULL, STEP, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return area == MAP_FAILED ||
	       mprotect(area, STEP, PROT_READ | PROT_WRITE);
}

static int by_mremap(void)
{
	static void *area;
	static size_t size;
	void *moved;

	if (!area) {
		size = STEP;
		area = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		return area == MAP_FAILED;
	}
	moved = mremap(area, size, size + STEP, MREMAP_MAYMOVE);
	if (moved == MAP_FAILED)
		return 1;
	area = moved;
	size += STEP;
	return 0;
}

/* The first child has an area of its own, which all others inherit. */
static int by_fork(void)
{
	static void *area;
	pid_t pid;

	if (!area) {
		area = mmap(NULL, STEP, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		return area == MAP_FAILED;
	}
	pid = fork();
	if (!pid)
		for (;;)
			pause();
	return pid < 0;
}

static int by_file(void)
{
	static int number;
	char name[32];
	int fd, err;

	snprintf(name, sizeof(name), "/dev/hog%d", number++);
	fd = open(name, O_CREAT | O_RDWR, 0600);
	if (fd < 0)
		return 1;
	err = fallocate(fd, 0, 0, STEP);
	close(fd);
	return err;
}

/*
 * First something that cannot grow, and never has been promised, by much: what
 * the kernel takes back then must not be given to this one.
 */
static int by_socket(void)
{
	static void *area;

	if (area)
		return by_private();
	area = mmap((void *)0x100000000000, 4096, PROT_READ,
		    MAP_SHARED | MAP_FIXED_NOREPLACE,
		    socket(AF_INET, SOCK_STREAM, 0), 0);
	if (area == MAP_FAILED ||
	    mremap(area, 4096, 1UL << 40, 0) != MAP_FAILED) {
		errno = EPROTO;
		return 1;
	}
	return by_private();
}

static const struct {
	const char *name;
	int (*more)(void);
} ways[] = {
	{ "private", by_private }, { "noreserve", by_noreserve },
	{ "shared", by_shared },   { "sysv", by_sysv },
	{ "memfd", by_memfd },	   { "file", by_file },
	{ "brk", by_brk },	   { "mprotect", by_mprotect },
	{ "mremap", by_mremap },   { "fork", by_fork },
	{ "socket", by_socket },
};

static void job(const char *file)
{
	while (access(file, F_OK))
		usleep(50000);
	puts(by_map(MAP_PRIVATE) || mmap(NULL, 8 * STEP, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1,
					 0) == MAP_FAILED ?
		     strerrorname_np(errno) :
		     "ok");
	fflush(stdout);
}

/* As much at a time as a small machine would give to one. */
static int take_much(void)
{
	int i;

	for (i = 0; i < 8192; i++)
		if (mmap(NULL, 256UL << 20, PROT_READ | PROT_WRITE,
			 MAP_ANONYMOUS | MAP_PRIVATE, -1, 0) == MAP_FAILED)
			return 1;
	printf("much\n");
	fflush(stdout);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	/* When all is promised to others there is none for one of stdio's. */
	static char buffer[BUFSIZ];
	unsigned int i, steps;

	setvbuf(stdout, buffer, _IOLBF, sizeof(buffer));
	signal(SIGCHLD, SIG_IGN);
	if (argc == 3 && !strcmp(argv[1], "job")) {
		job(argv[2]);
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "much"))
		return take_much();
	for (i = 0; argc == 2 && i < sizeof(ways) / sizeof(*ways); i++) {
		if (strcmp(argv[1], ways[i].name))
			continue;
		for (steps = 0; steps < MOST && !ways[i].more(); steps++)
			;
		printf("%s %lu %s\n", argv[1], steps * (STEP >> 20),
		       steps < MOST ? strerrorname_np(errno) : "never");
		fflush(stdout);
		for (;;)
			pause();
	}
	return 2;
}
