// SPDX-License-Identifier: GPL-2.0
/*
 * storm SEED [WORKERS [OTHER]]: processes that do with their memory, at random,
 * what processes do: map, unmap, change protections, move, grow, shrink, fork,
 * run programs, kill one another in the middle of a fork, share. Until they are
 * killed. Areas that are shared are mapped as a whole, and what is behind them
 * stays open, so that others can see it; see recount. With OTHER, the name of
 * a host, there are files in /shared: those of this host's name grow and
 * shrink, those of the other's are cut and deleted only.
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
#include <sys/random.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define AREAS 24
#define FILES 16
#define PAGE 4096UL
#define LARGEST 60

static char self[64];
static const char *other;

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
	OPEN
};

/* Also a part of an area may not be given back: then all of it is lost. */
static void drop(struct area *area)
{
	if (area->kind == SYSV)
		shmdt(area->start);
	else if (area->kind != NOTHING &&
		 munmap(area->start, area->pages * PAGE))
		_exit(1);
	if (area->kind == OPEN)
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

static int open_file(void)
{
	char name[100];
	int fd;

	if (other && dice(2)) {
		snprintf(name, sizeof(name), "/shared/%s.%u", self,
			 dice(FILES));
		return open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	}
	snprintf(name, sizeof(name), "/dev/storm.%d", getpid());
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	unlink(name);
	return fd;
}

static void take_open(struct area *area)
{
	area->fd = dice(2) ? memfd_create("storm", MFD_CLOEXEC) : open_file();
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
	area->kind = OPEN;
}

static void take(struct area *area)
{
	int flags = dice(2) ? MAP_PRIVATE : MAP_SHARED;

	drop(area);
	area->pages = 1 + dice(LARGEST);
	switch (dice(7)) {
	case 0:
		take_sysv(area);
		return;
	case 1 ... 2:
		take_open(area);
		return;
	}
	if (flags == MAP_PRIVATE && dice(4) == 0)
		flags |= MAP_NORESERVE;
	area->start = mmap(NULL, area->pages * PAGE, PROT_READ | PROT_WRITE,
			   flags | MAP_ANONYMOUS, -1, 0);
	if (area->start != MAP_FAILED)
		area->kind = flags & MAP_SHARED ? SHARED : PRIVATE;
}

/* Where there is no page any more, or none to be had, the kernel says so. */
static void touch(struct area *area)
{
	char *page = area->start + dice(area->pages) * PAGE;

	if (area->kind == OPEN && getrandom(page, 1, 0) != 1)
		return;
	if (area->kind != NOTHING && area->kind != OPEN)
		*(volatile char *)page = 1;
}

/* Of a file or a memfd. */
static int change_open(struct area *area, size_t at, size_t n)
{
	static const char text[2 * PAGE];

	switch (dice(4)) {
	case 0:
		return pwrite(area->fd, text, 1 + dice(sizeof(text)),
			      at * PAGE + dice(PAGE)) < 0;
	case 1:
		return ftruncate(area->fd, dice(2 * area->pages * PAGE));
	case 2:
		return fallocate(area->fd, 0, at * PAGE, n * PAGE);
	default:
		return fallocate(area->fd,
				 FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				 at * PAGE, n * PAGE);
	}
}

static void protect(struct area *area, size_t at, size_t n)
{
	char *start = area->start + at * PAGE;

	if (dice(2)) {
		if (mprotect(start, n * PAGE, PROT_READ | PROT_WRITE))
			return;
	} else if (mprotect(start, n * PAGE, PROT_READ) ||
		   mprotect(start, n * PAGE, PROT_READ | PROT_WRITE)) {
		drop(area);
	}
}

static void resize(struct area *area, size_t pages)
{
	char *moved = mremap(area->start, area->pages * PAGE, pages * PAGE,
			     MREMAP_MAYMOVE);

	if (moved == MAP_FAILED)
		return;
	area->start = moved;
	area->pages = pages;
}

/* What is behind the hole is an area of its own. */
static void cut(struct area *area, size_t at, size_t n)
{
	struct area rest = *area, *place = &areas[dice(AREAS)];

	if (munmap(area->start + at * PAGE, n * PAGE))
		return;
	rest.start += (at + n) * PAGE;
	rest.pages -= at + n;
	area->pages = at;
	if (!at)
		*area = (struct area){ .pages = 1 };
	if (!rest.pages)
		return;
	drop(place);
	*place = rest;
}

/* Upon another one, as large as that. Where it fails either may have gone. */
static void cover(struct area *area)
{
	struct area *under = &areas[dice(AREAS)];
	char *moved;

	if (under == area || under->kind != PRIVATE)
		return;
	moved = mremap(area->start, area->pages * PAGE, under->pages * PAGE,
		       MREMAP_MAYMOVE | MREMAP_FIXED, under->start);
	if (moved == MAP_FAILED) {
		drop(under);
		drop(area);
		return;
	}
	*area = *under;
	under->kind = NOTHING;
}

/* Its pages elsewhere, and an empty one in its place. */
static void leave_empty(struct area *area)
{
	struct area *place = &areas[dice(AREAS)];
	char *moved;

	if (place == area)
		return;
	drop(place);
	moved = mremap(area->start, area->pages * PAGE, area->pages * PAGE,
		       MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
	if (moved == MAP_FAILED)
		return;
	*place = *area;
	area->start = moved;
}

/* Private ones may be cut and moved. */
static void change(struct area *area)
{
	size_t at = dice(area->pages), n = 1 + dice(area->pages - at);

	if (area->kind == OPEN)
		change_open(area, at, n);
	if (area->kind != PRIVATE)
		return;
	switch (dice(7)) {
	case 0 ... 1:
		protect(area, at, n);
		break;
	case 2:
		resize(area, area->pages + n);
		break;
	case 3:
		resize(area, n);
		break;
	case 4:
		cut(area, at, n);
		break;
	case 5:
		cover(area);
		break;
	case 6:
		leave_empty(area);
		break;
	}
}

/* With what another one has. By its name: to open it would be to have it. */
static int meddle(void)
{
	char name[100];

	if (!other)
		return 0;
	snprintf(name, sizeof(name), "/shared/%s.%u", other, dice(FILES));
	return dice(4) ? truncate(name, dice(LARGEST * PAGE)) : unlink(name);
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
	if (pid < 0)
		return;
	usleep(dice(4000));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void work(void)
{
	for (;;) {
		switch (dice(17)) {
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
			change(&areas[dice(AREAS)]);
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
		case 16:
			meddle();
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
	other = argc > 3 ? argv[3] : NULL;
	gethostname(self, sizeof(self) - 1);
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
