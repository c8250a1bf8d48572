// SPDX-License-Identifier: GPL-2.0
/*
 * everywhere KINDS - is a call judged in every combination of new namespaces?
 *
 * Calls getppid(2), which its container may not, in a child that clone3 made in
 * new namespaces, behind an unshare, and behind a setns into those of another
 * process: for every set of the first KINDS of the eight kinds of namespaces.
 * Each time also in a child of that one, and after an execve. Prints "WAY
 * OUTCOME TIMES" for each outcome there was, in that order of ways.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The last takes longest to make. */
static const uint64_t kinds[] = {
	CLONE_NEWPID,  CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWCGROUP,
	CLONE_NEWTIME, CLONE_NEWUTS,  CLONE_NEWIPC, CLONE_NEWNET,
};

#define KINDS (sizeof(kinds) / sizeof(*kinds))
#define ALL ((1U << KINDS) - 1)
#define ERRNOS 134
/* What an executed child is called. */
#define AGAIN "everywhere-again"

/* What came of the calls: shared by all processes, also through an execve. */
static unsigned int *times;
static int memory, self;

static void die(const char *what)
{
	fprintf(stderr, "everywhere: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void call(void)
{
	int err = syscall(SYS_getppid) < 0 ? errno : 0;

	__atomic_fetch_add(&times[err], 1, __ATOMIC_RELAXED);
}

static void map_times(void)
{
	times = mmap(NULL, ERRNOS * sizeof(*times), PROT_READ | PROT_WRITE,
		     MAP_SHARED, memory, 0);
	if (times == MAP_FAILED)
		die("mmap");
}

/* No path: another mount namespace may have another root. */
static void exec_self(void)
{
	char number[16];
	char *argv[3] = { AGAIN, number };

	snprintf(number, sizeof(number), "%d", memory);
	syscall(SYS_execveat, self, "", argv, environ, AT_EMPTY_PATH);
	die("execveat");
}

static void await(pid_t child)
{
	int status;

	if (child < 0)
		die("child");
	if (waitpid(child, &status, 0) < 0 || status)
		die("a child has failed");
}

/* Here, in a child, and in what that becomes. */
static void call_and_exec(void)
{
	pid_t child;

	call();
	child = fork();
	if (!child) {
		call();
		exec_self();
	}
	await(child);
}

static uint64_t flags_of(unsigned int set)
{
	uint64_t flags = 0;
	unsigned int i;

	for (i = 0; i < KINDS; i++)
		if (set & 1U << i)
			flags |= kinds[i];
	return flags;
}

static pid_t clone_into(uint64_t flags)
{
	struct clone_args args = { .exit_signal = SIGCHLD, .flags = flags };

	return syscall(SYS_clone3, &args, sizeof(args));
}

static void by_clone3(unsigned int set)
{
	pid_t child = clone_into(flags_of(set));

	if (!child) {
		call_and_exec();
		_exit(0);
	}
	await(child);
}

static void by_unshare(unsigned int set)
{
	pid_t child = fork();

	if (!child) {
		if (unshare(flags_of(set)))
			die("unshare");
		call_and_exec();
		_exit(0);
	}
	await(child);
}

/* A process that lives in new namespaces of all kinds. */
static int donor_fd;

static void by_setns(unsigned int set)
{
	pid_t child = fork();

	if (!child) {
		if (setns(donor_fd, flags_of(set)))
			die("setns");
		call_and_exec();
		_exit(0);
	}
	await(child);
}

static pid_t start_donor(void)
{
	pid_t donor = clone_into(flags_of(ALL));

	if (!donor)
		for (;;)
			pause();
	if (donor < 0)
		die("clone3");
	donor_fd = syscall(SYS_pidfd_open, donor, 0);
	if (donor_fd < 0)
		die("pidfd_open");
	return donor;
}

static void try(const char *way, void (*with)(unsigned int set),
		unsigned int sets)
{
	unsigned int set, err;

	memset(times, 0, ERRNOS * sizeof(*times));
	for (set = 1; set < sets; set++)
		with(set);
	for (err = 0; err < ERRNOS; err++)
		if (times[err])
			printf("%s %s %u\n", way,
			       err ? strerrorname_np(err) : "ran", times[err]);
}

int main(int argc, char **argv)
{
	unsigned int sets;
	pid_t donor;

	if (argc == 2 && !strcmp(argv[0], AGAIN)) {
		memory = atoi(argv[1]);
		map_times();
		call();
		return 0;
	}
	sets = argc == 2 ? 1U << atoi(argv[1]) : 0;
	if (sets < 2 || sets > ALL + 1)
		return 2;
	self = open("/proc/self/exe", O_RDONLY);
	memory = memfd_create("times", 0);
	if (self < 0 || memory < 0 || ftruncate(memory, 4096))
		die("cannot prepare");
	map_times();
	setvbuf(stdout, NULL, _IONBF, 0);
	try("clone3", by_clone3, sets);
	try("unshare", by_unshare, sets);
	donor = start_donor();
	try("setns", by_setns, sets);
	kill(donor, SIGKILL);
	waitpid(donor, NULL, 0);
	return 0;
}
