// SPDX-License-Identifier: GPL-2.0
/*
 * stopwatch [-a|-e] COMMAND [ARGUMENT]... - from the command's start to the
 * first act of the program "began" somewhere behind it, which writes the time
 * of that as a line of its own; with -a, to when that line arrives, whatever
 * clock the program has; with -e, to the command's end
 *
 * Says the nanoseconds between, and for how many of them a processor was idle.
 * With one processor whose instructions are the clock, the difference is what
 * was executed. Ends as the command does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(127);
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* "  .idle_sleeptime : 123 nsecs", one of each for every processor. */
static long long idle_time(void)
{
	FILE *file = fopen("/proc/timer_list", "re");
	long long sum = 0, number;
	char line[256];

	if (!file)
		die("/proc/timer_list");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " .idle_sleeptime : %lld", &number) == 1 ||
		    sscanf(line, " .iowait_sleeptime: %lld", &number) == 1)
			sum += number;
	fclose(file);
	return sum;
}

static pid_t start(char **command, int output)
{
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (child)
		return child;
	dup2(output, STDOUT_FILENO);
	execvp(*command, command);
	die(*command);
	return -1;
}

/* The time that the first line says; then that of its coming, or of the end. */
static long long watch(FILE *file, char how)
{
	long long said = 0;
	char line[256];

	while (!said && fgets(line, sizeof(line), file))
		said = how == 'e' ? 0 : atoll(line);
	if (how == 'e' || (how == 'a' && said))
		return now();
	return said;
}

int main(int argc, char **argv)
{
	long long begin, idle, began;
	char line[256], how = 0;
	int ends[2], status;
	FILE *file;

	if (argc > 1 && (!strcmp(argv[1], "-a") || !strcmp(argv[1], "-e"))) {
		how = argv[1][1];
		argc--;
		argv++;
	}
	if (argc < 2 || pipe(ends))
		die("usage: stopwatch [-a|-e] COMMAND [ARGUMENT]...");
	idle = idle_time();
	begin = now();
	start(argv + 1, ends[1]);
	close(ends[1]);
	file = fdopen(ends[0], "r");
	began = watch(file, how);
	idle = idle_time() - idle;
	while (fgets(line, sizeof(line), file))
		;
	if (wait(&status) < 0 || !WIFEXITED(status))
		return 127;
	if (began < begin) {
		fputs("stopwatch: no program has said when it began\n", stderr);
		return 127;
	}
	printf("%lld %lld\n", began - begin, idle);
	return WEXITSTATUS(status);
}
