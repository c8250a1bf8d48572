// SPDX-License-Identifier: GPL-2.0
/*
 * asleep COUNT - COUNT processes, asleep in all kinds of calls, and what these
 * return in the end
 *
 * Says "asleep" when all are, wakes them when the file /go appears, and says
 * for each kind how many there were and how many calls returned what they
 * should, then "right" if all did.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "door.h"

/* What all share. */
struct common {
	int word;
	int begun;
};

static struct common *shared;
static int pipe_ends[2], event, listener;
/* Below 4 GiB, for int $0x80. */
static char byte;

static void on_signal(int signal)
{
	(void)signal;
}

/* --- The kinds: true if the call returned what it should ------------------ */

static bool in_read(void)
{
	uint64_t arg[6] = { pipe_ends[0], (uintptr_t)&byte, 1 };

	return by_syscall(SYS_read, arg) == 1 && byte == 'x';
}

static bool in_read_int80(void)
{
	uint64_t arg[6] = { pipe_ends[0], (uintptr_t)&byte, 1 };

	return by_int80(3, arg) == 1 && byte == 'x';
}

static bool in_nanosleep(void)
{
	struct timespec rest = {}, nap = { .tv_sec = 10000 };

	return nanosleep(&nap, &rest) == -1 && errno == EINTR &&
	       rest.tv_sec > 5000;
}

static bool in_futex(void)
{
	return !syscall(SYS_futex, &shared->word, FUTEX_WAIT, 0, NULL);
}

static bool in_wait(void)
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(in_read() ? 7 : 8);
	return waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 7;
}

/* Inside the call that makes tasks. */
static bool in_vfork(void)
{
	pid_t child = vfork();
	int status;

	if (!child)
		_exit(in_read() ? 7 : 8);
	return waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 7;
}

static bool in_poll(void)
{
	struct pollfd what = { .fd = event, .events = POLLIN };

	return poll(&what, 1, -1) == 1 && what.revents == POLLIN;
}

static bool in_accept(void)
{
	return accept(listener, NULL, NULL) >= 0;
}

static const struct {
	const char *name;
	bool (*sleep)(void);
	/* Bytes that one takes from the pipe. */
	int bytes;
} kinds[] = {
	{ "read", in_read, 1 },		  { "read_int80", in_read_int80, 1 },
	{ "nanosleep", in_nanosleep, 0 }, { "futex", in_futex, 0 },
	{ "wait", in_wait, 1 },		  { "poll", in_poll, 0 },
	{ "accept", in_accept, 0 },	  { "vfork", in_vfork, 1 },
};
#define KINDS ((int)(sizeof(kinds) / sizeof(*kinds)))

/* --- Putting to sleep ----------------------------------------------------- */

static struct sockaddr_un address = { .sun_family = AF_UNIX,
				      .sun_path = "\0asleep" };

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void set_up(void)
{
	signal(SIGUSR1, on_signal);
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	event = eventfd(0, 0);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if (shared == MAP_FAILED || pipe(pipe_ends) || event < 0 ||
	    bind(listener, (void *)&address, sizeof(address)) ||
	    listen(listener, 1000))
		fail("asleep");
}

static pid_t start(int kind)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid)
		return pid;
	__atomic_add_fetch(&shared->begun, 1, __ATOMIC_SEQ_CST);
	_exit(!kinds[kind].sleep());
}

static bool sleeps(pid_t pid)
{
	char path[64], line[256] = "";
	int fd, state = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY);
	if (fd >= 0 && read(fd, line, sizeof(line) - 1) > 0)
		state = strrchr(line, ')')[2];
	close(fd);
	/* Who waits for a child of vfork() heeds deadly signals only. */
	return state == 'S' || state == 'D';
}

static void await_sleep(const pid_t *pids, int count)
{
	int i;

	while (__atomic_load_n(&shared->begun, __ATOMIC_SEQ_CST) < count)
		usleep(10000);
	for (i = 0; i < count; i++)
		while (!sleeps(pids[i]))
			usleep(10000);
}

/* --- Waking --------------------------------------------------------------- */

static void wake_one(int kind, pid_t pid)
{
	int fd;

	if (kinds[kind].bytes && write(pipe_ends[1], "x", 1) != 1)
		fail("write");
	if (kinds[kind].sleep == in_nanosleep)
		kill(pid, SIGUSR1);
	if (kinds[kind].sleep != in_accept)
		return;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(fd, (void *)&address, sizeof(address)))
		fail("connect");
	close(fd);
}

static void wake(const pid_t *pids, int count)
{
	uint64_t one = 1;
	int i;

	for (i = 0; i < count; i++)
		wake_one(i % KINDS, pids[i]);
	shared->word = 1;
	syscall(SYS_futex, &shared->word, FUTEX_WAKE, count);
	if (write(event, &one, sizeof(one)) != sizeof(one))
		fail("eventfd");
}

static bool collect(const pid_t *pids, int count)
{
	int there[KINDS] = {}, right[KINDS] = {}, i, status;
	bool all = true;

	for (i = 0; i < count; i++) {
		if (waitpid(pids[i], &status, 0) != pids[i])
			fail("waitpid");
		there[i % KINDS]++;
		right[i % KINDS] += !status;
	}
	for (i = 0; i < KINDS; i++) {
		printf("%s %d of %d\n", kinds[i].name, right[i], there[i]);
		all = all && right[i] == there[i];
	}
	return all;
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 0, i;
	pid_t *pids = calloc(count + 1, sizeof(*pids));

	if (count < KINDS || !pids)
		return 2;
	set_up();
	for (i = 0; i < count; i++)
		pids[i] = start(i % KINDS);
	await_sleep(pids, count);
	puts("asleep");
	fflush(stdout);
	while (access("/go", F_OK))
		usleep(100000);
	wake(pids, count);
	puts(collect(pids, count) ? "right" : "wrong");
	return 0;
}
