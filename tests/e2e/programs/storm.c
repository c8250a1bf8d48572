// SPDX-License-Identifier: GPL-2.0
/*
 * storm SEED [WORKERS]: processes that do with their memory, at random, what
 * processes do: map, unmap, change protections, move, grow, fork, run programs,
 * kill one another in the middle of a fork, share. Until they are killed.
 * Areas that are shared are mapped as a whole, so that others can see what is
 * behind them; see recount.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define AREAS 24
#define PAGE 4096UL

static unsigned long state;

static unsigned int dice(unsigned int sides)
{
	state = state * 6364136223846793005UL + 1442695040888963407UL;
	return (state >> 33) % sides;
}

static struct area {
	char *start;
	size_t pages;
	int fd;
	int kind;
} areas[AREAS];

enum {
	NOTHING,
	PRIVATE,
	SHARED,
	SYSV,
	MEMFD
};

static void drop(struct area *area)
{
	if (area->kind == SYSV)
		shmdt(area->start);
	else if (area->kind != NOTHING)
		munmap(area->start, area->pages * PAGE);
	if (area->kind == MEMFD)
		close(area->fd);
	area->kind = NOTHING;
}

static void take_sysv(struct area *area)
{
	int id = shmget(IPC_PRIVATE, area->pages * PAGE, IPC_CREAT | 0600);

	if (id < 0)
		return;
	area->start = shmat(id, NULL, 0);
	shmctl(id, IPC_RMID, NULL);
	area->kind = area->start == (void *)-1 ? NOTHING : SYSV;
}

static void take_memfd(struct area *area)
{
	area->fd = memfd_create("storm", MFD_CLOEXEC);
	if (area->fd < 0)
		return;
	if (ftruncate(area->fd, area->pages * PAGE))
		_exit(1);
	area->start = mmap(NULL, area->pages * PAGE, PROT_READ | PROT_WRITE,
			   MAP_SHARED, area->fd, 0);
	if (area->start == MAP_FAILED) {
		close(area->fd);
		return;
	}
	area->kind = MEMFD;
}

static void take(struct area *area)
{
	int flags = dice(2) ? MAP_PRIVATE : MAP_SHARED;

	drop(area);
	area->pages = 1 + dice(60);
	switch (dice(6)) {
	case 0:
		take_sysv(area);
		return;
	case 1:
		take_memfd(area);
		return;
	}
	if (flags == MAP_PRIVATE && dice(4) == 0)
		flags |= MAP_NORESERVE;
	area->start = mmap(NULL, area->pages * PAGE, PROT_READ | PROT_WRITE,
			   flags | MAP_ANONYMOUS, -1, 0);
	if (area->start != MAP_FAILED)
		area->kind = flags & MAP_SHARED ? SHARED : PRIVATE;
}

static void touch(struct area *area)
{
	if (area->kind != NOTHING)
		*(volatile char *)(area->start + dice(area->pages) * PAGE) = 1;
}

/* Private ones may be cut and moved. */
static void change(struct area *area)
{
	size_t at = dice(area->pages), n = 1 + dice(area->pages - at);
	char *start = area->start + at * PAGE, *moved;

	if (area->kind == MEMFD) {
		if (fallocate(area->fd,
			      FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			      at * PAGE, n * PAGE))
			_exit(1);
		return;
	}
	if (area->kind != PRIVATE)
		return;
	switch (dice(3)) {
	case 0:
		if (mprotect(start, n * PAGE, PROT_READ | PROT_WRITE))
			return;
		break;
	case 1:
		if (mprotect(start, n * PAGE, PROT_READ) ||
		    mprotect(start, n * PAGE, PROT_READ | PROT_WRITE))
			drop(area);
		break;
	case 2:
		moved = mremap(area->start, area->pages * PAGE,
			       (area->pages + n) * PAGE, MREMAP_MAYMOVE);
		if (moved != MAP_FAILED) {
			area->start = moved;
			area->pages += n;
		}
		break;
	}
}

static void *stack_user(void *unused)
{
	char big[100 * PAGE];

	memset(big, 1, sizeof(big));
	usleep(dice(2000));
	return big[5] ? NULL : unused;
}

static void thread(void)
{
	pthread_t id;

	if (!pthread_create(&id, NULL, stack_user, NULL))
		pthread_join(id, NULL);
}

static void deep(unsigned int levels)
{
	volatile char frame[PAGE];

	frame[0] = levels;
	if (levels)
		deep(levels - 1);
	frame[1] = frame[0];
}

static void child(void)
{
	pid_t pid = fork();

	if (!pid) {
		if (dice(3) == 0)
			execl("/bin/busybox", "true", NULL);
		if (dice(2))
			deep(dice(60));
		touch(&areas[dice(AREAS)]);
		/* Also one that its parent's death takes along. */
		if (dice(2))
			_exit(0);
		usleep(dice(20000));
		_exit(0);
	}
	if (pid > 0 && dice(2))
		kill(pid, SIGKILL);
	while (waitpid(-1, NULL, dice(2) ? WNOHANG : 0) > 0)
		;
}

/* Its forks are killed in the middle, by the parent of this one. */
static void doomed(void)
{
	pid_t pid = fork();

	if (!pid)
		for (;;)
			if (!fork())
				_exit(0);
	usleep(dice(4000));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void work(void)
{
	for (;;) {
		switch (dice(16)) {
		case 0 ... 4:
			take(&areas[dice(AREAS)]);
			break;
		case 5 ... 6:
			drop(&areas[dice(AREAS)]);
			break;
		case 7 ... 9:
			touch(&areas[dice(AREAS)]);
			break;
		case 10 ... 11:
			if (areas[0].pages)
				change(&areas[dice(AREAS) % 4]);
			break;
		case 12:
			if (sbrk(dice(2) ? PAGE * dice(9) : -PAGE * dice(3)) ==
			    (void *)-1)
				touch(&areas[1]);
			break;
		case 13:
			thread();
			break;
		case 14:
			child();
			break;
		case 15:
			if (dice(8) == 0)
				doomed();
			break;
		}
	}
}

/* An allocation that fails may end a worker: another one takes its place. */
static pid_t start_worker(void)
{
	pid_t pid;

	state++;
	for (;;) {
		pid = fork();
		if (!pid)
			work();
		if (pid > 0)
			return pid;
		usleep(1000);
	}
}

int main(int argc, char **argv)
{
	unsigned int workers = argc > 2 ? atoi(argv[2]) : 3, i;
	pid_t pids[workers], pid;

	state = argc > 1 ? atol(argv[1]) : 1;
	for (i = 0; i < AREAS; i++)
		areas[i].pages = 1;
	for (i = 0; i < workers; i++)
		pids[i] = start_worker();
	/* An init: it takes in those whose parents were killed. */
	for (;;) {
		pid = wait(NULL);
		for (i = 0; i < workers; i++)
			if (pids[i] == pid)
				pids[i] = start_worker();
	}
}
