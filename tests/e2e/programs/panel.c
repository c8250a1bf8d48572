// SPDX-License-Identifier: GPL-2.0
/*
 * panel NAME: what a container of the demonstration (live.sh) shows of its own
 * kernel, again and again: what it tries, and what it sees.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define HUGE (2UL << 20)
#define AREA (2 * HUGE)
#define PROMISE (96UL << 20)
#define LOG_READ_ALL 3

static const char *const policies[] = { "NORMAL", "FIFO", "ADAPTIVE" };

static void row(const char *what, const char *format, ...)
{
	va_list args;

	printf("  %-34s \033[1m", what);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\033[0m\033[K\n");
}

static const char *answer(bool granted)
{
	return granted ? "granted" : strerror(errno);
}

static void try_folder(void)
{
	bool made = !mkdir("/tmp/made", 0755);

	row("make a folder", "%s", answer(made));
	rmdir("/tmp/made");
}

/* Not dprintf(3), which asks where in the file it is: /dev/kmsg cannot say. */
static void say(const char *name, int round)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC), size;
	char line[64];

	size = snprintf(line, sizeof(line), "<6>%s: hello, %d\n", name, round);
	if (fd < 0 || write(fd, line, size) != size)
		perror("/dev/kmsg");
	close(fd);
}

static void show_log(void)
{
	static char log[1 << 20];
	int size = klogctl(LOG_READ_ALL, log, sizeof(log) - 1), lines = 0, i;
	char *last = log, *text;

	if (size < 0) {
		row("lines in the kernel's log", "%s", strerror(errno));
		return;
	}
	log[size] = 0;
	for (i = 0; i < size; i++) {
		lines += log[i] == '\n';
		if (log[i] == '\n' && i < size - 1)
			last = log + i + 1;
	}
	last[strcspn(last, "\n")] = 0;
	text = strstr(last, "] ");
	row("lines in the kernel's log", "%d", lines);
	row("the last one", "%.30s", text ? text + 2 : last);
}

static unsigned long kbytes_of(const char *path, const char *key, void *from)
{
	unsigned long start, kbytes, found = 0;
	FILE *file = fopen(path, "re");
	bool here = !from;
	char line[512];

	while (file && fgets(line, sizeof(line), file)) {
		if (from && sscanf(line, "%lx-", &start) == 1 &&
		    strchr(line, '-'))
			here = start == (unsigned long)from;
		if (here && !strncmp(line, key, strlen(key)) &&
		    sscanf(line + strlen(key), ": %lu kB", &kbytes) == 1)
			found = kbytes;
	}
	if (file)
		fclose(file);
	return found;
}

/* A fresh area each time: what has been filled stays as it is. */
static void show_pages(void)
{
	char *area = mmap((void *)0x100000000000UL, AREA,
			  PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	unsigned long i;

	if (area == MAP_FAILED) {
		row("huge pages", "%s", strerror(errno));
		return;
	}
	for (i = 0; i < AREA; i += 4096)
		area[i] = 1;
	row("huge pages", "%lu of 4 MiB",
	    kbytes_of("/proc/self/smaps", "AnonHugePages", area) >> 10);
	munmap(area, AREA);
}

static void try_promise(void)
{
	void *area = mmap(NULL, PROMISE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const char *promised = answer(area != MAP_FAILED);

	row("memory that may be promised", "%lu MiB",
	    kbytes_of("/proc/meminfo", "CommitLimit", NULL) >> 10);
	row("promise me 96 MiB", "%s", promised);
	if (area != MAP_FAILED)
		munmap(area, PROMISE);
}

static int number_in(FILE *file)
{
	int number;

	if (!file || fscanf(file, "%d", &number) != 1)
		number = -1;
	return number;
}

static void show_policy(void)
{
	FILE *file = fopen("/sys/fs/cgroup/cpu.real_policy", "re");
	int policy = number_in(file);

	row("scheduling policy", "%s",
	    policy >= 0 && policy < 3 ? policies[policy] : "?");
	if (file)
		fclose(file);
}

/* Three tasks are woken one after the other, five times. */
static void show_order(void)
{
	FILE *file = popen("exec /bin/sched order 3 5 9000", "re");
	int wrong = number_in(file);

	row("who came first ran first", "%d times of 5",
	    wrong < 0 ? 0 : 5 - wrong);
	if (file)
		pclose(file);
}

int main(int argc, char **argv)
{
	struct utsname name;
	int round;

	if (argc != 2 || uname(&name))
		return 2;
	printf("\033[2J");
	for (round = 1;; round++) {
		say(argv[1], round);
		printf("\033[H  \033[7m container %s \033[0m Linux %s\033[K\n\033[K\n",
		       argv[1], name.release);
		try_folder();
		show_log();
		show_pages();
		try_promise();
		show_policy();
		show_order();
		printf("\033[J");
		fflush(stdout);
		usleep(500000);
	}
}
