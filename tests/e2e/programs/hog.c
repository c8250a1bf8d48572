// SPDX-License-Identifier: GPL-2.0
/*
 * hog WAY: have memory promised, in one way, until that is refused, at most
 * 4 GiB of it. Says "WAY MIB ERROR" and holds what it has until it is killed.
 * hog much: have 2 TiB promised, touch nothing of it, say so, and hold it.
 * hog jobs FILE: say "ready"; each time that FILE grows by a byte, have 36 MiB
 * promised, and say "ok" or why not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

static sigjmp_buf unmapped;

static void on_fault(int signal)
{
	siglongjmp(unmapped, signal);
}

static void *stack_start(void)
{
	static char handlers_own[64 << 10];
	const stack_t stack = { .ss_sp = handlers_own,
				.ss_size = sizeof(handlers_own) };
	const struct sigaction action = { .sa_handler = on_fault,
					  .sa_flags = SA_ONSTACK };
	struct rlimit limit;

	if (getrlimit(RLIMIT_STACK, &limit))
		return MAP_FAILED;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_STACK, &limit) || sigaltstack(&stack, NULL) ||
	    sigaction(SIGSEGV, &action, NULL))
		return MAP_FAILED;
	return mmap((void *)0x200000000000, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN |
			    MAP_FIXED_NOREPLACE,
		    -1, 0);
}

/* Like any stack it grows down to what is touched, or there is a fault. */
static int by_stack(void)
{
	static volatile char *end;

	if (!end)
		end = stack_start();
	if (end == MAP_FAILED)
		return 1;
	if (sigsetjmp(unmapped, 1)) {
		errno = EFAULT;
		return 1;
	}
	end -= STEP;
	*end = 1;
	return 0;
}

#define FAR 0x10000000000

static int grow_by_write(int fd)
{
	return pwrite(fd, "x", 1, FAR) != 1;
}

static int grow_by_allocation(int fd)
{
	return fallocate(fd, 0, FAR, 4096);
}

static int grow_by_size(int fd)
{
	return ftruncate(fd, FAR);
}

static int grow_by_pipe(int fd)
{
	loff_t at = FAR;
	int ends[2], failed, err;

	if (pipe(ends) || write(ends[1], "x", 1) != 1)
		return 1;
	failed = splice(ends[0], NULL, fd, &at, 1, 0) != 1;
	err = errno;
	close(ends[0]);
	close(ends[1]);
	errno = err;
	return failed;
}

static int grow_by_file(int fd)
{
	int from = open("/proc/self/exe", O_RDONLY), failed, err;

	if (from < 0 || lseek(fd, FAR, SEEK_SET) != FAR)
		return 1;
	failed = sendfile(fd, from, NULL, 1) != 1;
	err = errno;
	close(from);
	errno = err;
	return failed;
}

/* An object of a fixed size, by the one way there is to it: its own file. */
static int open_fixed(void)
{
	char *area = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0),
	     name[64];
	int fd;

	if (area == MAP_FAILED)
		return -1;
	snprintf(name, sizeof(name), "/proc/self/map_files/%lx-%lx",
		 (unsigned long)area, (unsigned long)area + 4096);
	fd = open(name, O_RDWR);
	munmap(area, 4096);
	return fd;
}

/*
 * First objects that are promised a page, and grow: when they go the kernel
 * takes back what they have become. No growing is the other right answer.
 */
static int by_mapfile(void)
{
	static int (*const grow[])(int fd) = { grow_by_write,
					       grow_by_allocation, grow_by_size,
					       grow_by_pipe, grow_by_file };
	static unsigned int done;
	int fd;

	for (; done < sizeof(grow) / sizeof(*grow); done++) {
		fd = open_fixed();
		if (fd < 0 || (grow[done](fd) && errno != EPERM)) {
			fprintf(stderr, "door %u: %m\n", done);
			errno = EPROTO;
			return 1;
		}
		close(fd);
	}
	return by_private();
}

/* Of nothing that is promised. */
static char *read_only(void *place)
{
	return mmap(place, 4096, PROT_READ,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
}

/* Also where it may not be written: then it is a copy of its own. */
static int write_to(char *place)
{
	int fd = open("/proc/self/mem", O_RDWR), failed;

	failed = fd < 0 || pwrite(fd, "x", 1, (off_t)place) != 1;
	close(fd);
	return failed;
}

/* Is there an area that begins and ends there? */
static int is_area(char *start, char *end)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char wanted[64], line[256];
	int found = 0;

	snprintf(wanted, sizeof(wanted), "%lx-%lx ", (unsigned long)start,
		 (unsigned long)end);
	while (maps && !found && fgets(line, sizeof(line), maps))
		found = !strncmp(line, wanted, strlen(wanted));
	if (maps)
		fclose(maps);
	return found;
}

/*
 * First an area that grows as far as to one that was written to: to make one of
 * the two takes memory, for want of which the kernel takes back what it never
 * promised. They must stay apart.
 */
static int by_merge(void)
{
	char *const place = (char *)0x100000000000,
		    *const next = (char *)0x300000000000;
	static char *area;

	if (area)
		return by_private();
	area = read_only(place);
	if (area != place || read_only(next) != next || write_to(next) ||
	    mremap(area, 4096, next - place, 0) != place ||
	    !is_area(place, next)) {
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
	{ "socket", by_socket },   { "stack", by_stack },
	{ "mapfile", by_mapfile }, { "merge", by_merge },
};

static const char *job(void)
{
	const size_t size = 9 * STEP;
	void *area = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (area == MAP_FAILED)
		return strerrorname_np(errno);
	munmap(area, size);
	return "ok";
}

static off_t size_of(const char *file)
{
	struct stat st;

	return stat(file, &st) ? 0 : st.st_size;
}

static void jobs(const char *file)
{
	off_t done = size_of(file);

	puts("ready");
	for (;; done++) {
		fflush(stdout);
		while (size_of(file) <= done)
			usleep(50000);
		puts(job());
	}
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
	if (argc == 3 && !strcmp(argv[1], "jobs"))
		jobs(argv[2]);
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
