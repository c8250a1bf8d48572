// SPDX-License-Identifier: GPL-2.0
/*
 * race FOLDER SEED SECONDS - make, fill, arm, read, detach and remove a few
 * vkernels, all at the same time
 *
 * FOLDER is where vkernels are made. Each process does at random what an
 * operator, a hook or a garbage collector may do, to the same three, while the
 * namespaces they are armed with come and go. What is refused is no failure;
 * how often each deed went well is printed at the end.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "chance.h"

#define WORKERS 8
#define NAMES 3
#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

static const char *const plugins[] = { "syscall", "log", "mm" };
static const char *const files[] = {
	"state", "pid", "members", "memory", "syscall/rules", "mm/thp_enabled",
};
static const char *folder;

static void path_to(char path[300], const char *below)
{
	snprintf(path, 300, "%s/race%u%s%s", folder,
		 (unsigned int)chance(NAMES), *below ? "/" : "", below);
}

static int put(const char *below, const char *line)
{
	char path[300];
	int fd, err;

	path_to(path, below);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -1;
	err = write(fd, line, strlen(line)) < 0 ? -1 : 0;
	close(fd);
	return err;
}

/* --- Deeds, each of which returns 0 if it went well ----------------------- */

static int make(void)
{
	char path[300];

	path_to(path, "");
	return mkdir(path, 0755);
}

static int take_away(void)
{
	char path[300];

	path_to(path, "");
	return rmdir(path);
}

static int give(void)
{
	char path[300];

	path_to(path, plugins[chance(ARRAY_SIZE(plugins))]);
	return mkdir(path, 0755);
}

static int take(void)
{
	char path[300];

	path_to(path, plugins[chance(ARRAY_SIZE(plugins))]);
	return rmdir(path);
}

static int rule(void)
{
	return put("syscall/rules_add", "x64 83 EPERM");
}

static int enforce(void)
{
	return put("syscall/commit", "1");
}

static int detach(void)
{
	return put("pid", "0");
}

static int adopt(void)
{
	return put("adopt", "1");
}

static int look(void)
{
	char path[300], bytes[4096];
	ssize_t got;
	int fd;

	path_to(path, files[chance(ARRAY_SIZE(files))]);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -1;
	got = read(fd, bytes, sizeof(bytes));
	close(fd);
	return got < 0 ? -1 : 0;
}

/* The init of a namespace: soon gone, having made a program or none. */
static int live(void *unused)
{
	pid_t child;

	(void)unused;
	if (chance(2)) {
		child = fork();
		if (!child) {
			execl("/bin/true", "true", NULL);
			_exit(127);
		}
	}
	usleep(chance(20000));
	_exit(0);
}

static int arm(void)
{
	static char stack[65536];
	char number[16];
	pid_t child;
	int err;

	child = clone(live, stack + sizeof(stack), CLONE_NEWPID | SIGCHLD,
		      NULL);
	if (child < 0)
		return -1;
	snprintf(number, sizeof(number), "%d", child);
	err = put("pid", number);
	if (chance(2))
		kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return err;
}

static const struct {
	const char *name;
	int (*deed)(void);
} deeds[] = {
	{ "make", make },     { "remove", take_away }, { "give", give },
	{ "take", take },     { "rule", rule },	       { "commit", enforce },
	{ "detach", detach }, { "adopt", adopt },      { "look", look },
	{ "arm", arm },	      { "arm", arm },	       { "arm", arm },
};

#define DEEDS ARRAY_SIZE(deeds)

/* Shared by all. */
static unsigned long (*went_well)[DEEDS];

static void work(int worker, uint64_t first, time_t end)
{
	size_t which;

	seed = first * WORKERS + worker + 1;
	while (time(NULL) < end) {
		which = chance(DEEDS);
		if (!deeds[which].deed())
			went_well[worker][which]++;
	}
	_exit(0);
}

static void print_counts(void)
{
	unsigned long sum;
	size_t i, worker;

	for (i = 0; i + 2 < DEEDS; i++) {
		for (sum = 0, worker = 0; worker < WORKERS; worker++)
			sum += went_well[worker][i];
		printf("%s %lu\n", deeds[i].name, sum);
	}
}

int main(int argc, char **argv)
{
	int worker, status, failed = 0;
	time_t end;

	if (argc != 4) {
		fprintf(stderr, "usage: race FOLDER SEED SECONDS\n");
		return 2;
	}
	folder = argv[1];
	end = time(NULL) + atoi(argv[3]);
	went_well = mmap(NULL, WORKERS * sizeof(*went_well),
			 PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			 0);
	if (went_well == MAP_FAILED)
		return 1;
	for (worker = 0; worker < WORKERS; worker++)
		if (!fork())
			work(worker, strtoull(argv[2], NULL, 0), end);
	while (wait(&status) > 0)
		failed |= status;
	print_counts();
	return failed ? 1 : 0;
}
