// SPDX-License-Identifier: GPL-2.0
/*
 * klog WORD [ARGUMENT]...: the kernel log by all its doors, one act a call.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "missing.h"

#define READ 2
#define READ_ALL 3
#define READ_CLEAR 4
#define SIZE 65536

static char buf[SIZE];
static volatile int *volatile nowhere = (int *)16;

static int say(long result)
{
	if (result < 0)
		printf("%s\n", strerrorname_np(errno));
	else
		printf("%ld\n", result);
	return 0;
}

/* What an action of syslog(2) gives: text, or a number. */
static int action(int type, int size)
{
	long got = klogctl(type, buf, size);

	if (got < 0 || (type != READ && type != READ_ALL && type != READ_CLEAR))
		return say(got);
	fwrite(buf, 1, got, stdout);
	return 0;
}

static void wait_for(const char *file)
{
	while (access(file, F_OK))
		usleep(100000);
}

static int open_kmsg(int flags)
{
	int fd = open("/dev/kmsg", flags);

	if (fd < 0) {
		say(-1);
		exit(0);
	}
	return fd;
}

/* "NUMBER TEXT" of each record, until there is no more or an error. */
static int drain(int fd)
{
	int error;
	ssize_t got;

	while ((got = read(fd, buf, sizeof(buf) - 1)) > 0) {
		char *number, *text;

		buf[got] = '\0';
		number = strchr(buf, ',') + 1;
		text = strchr(number, ';') + 1;
		printf("%ld %.*s\n", atol(number), (int)strcspn(text, "\n"),
		       text);
	}
	error = got < 0 ? errno : 0;
	if (error && error != EAGAIN)
		say(-1);
	if (!got)
		puts("end");
	return error;
}

/* Whether there is something, and drain it. */
static int seek_and_drain(int whence)
{
	int fd = open_kmsg(O_RDONLY | O_NONBLOCK);

	if (lseek(fd, 0, whence) < 0)
		return say(-1);
	drain(fd);
	return 0;
}

static int read_proc(void)
{
	int fd = open("/proc/kmsg", O_RDONLY | O_NONBLOCK);
	ssize_t got;

	if (fd < 0)
		return say(-1);
	got = read(fd, buf, sizeof(buf));
	if (got < 0)
		return say(-1);
	fwrite(buf, 1, got, stdout);
	return 0;
}

/* A record that does not end in a newline is not complete before the next. */
static int write_lines(int count, char **lines)
{
	int fd = open_kmsg(O_WRONLY), i, size;

	for (i = 0; i < count; i++) {
		size = snprintf(buf, sizeof(buf), "%s\n", lines[i]);
		if (write(fd, buf, size) < 0)
			return say(-1);
	}
	return 0;
}

static int flood(int fd, const char *prefix, int count)
{
	char line[128];
	int i;

	for (i = 0; i < count; i++) {
		snprintf(line, sizeof(line), "%s %d\n", prefix, i);
		if (write(fd, line, strlen(line)) < 0)
			return say(-1);
	}
	return 0;
}

/* Nanoseconds for a record; with -icount that is instructions. */
static int price(int count, bool reads)
{
	static const char line[] =
		"<7>a record as long as records are, or thereabouts\n";
	int fd = open_kmsg(reads ? O_RDONLY | O_NONBLOCK : O_WRONLY), i;
	struct timespec begin, end;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (i = 0; i < count; i++)
		if (reads ? read(fd, buf, sizeof(buf)) < 0 :
			    write(fd, line, sizeof(line) - 1) < 0)
			return say(-1);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%lld\n", ((end.tv_sec - begin.tv_sec) * 1000000000LL +
			  end.tv_nsec - begin.tv_nsec) /
				 count);
	return 0;
}

/* Have so many files open, until there is one of that name. */
static int many(int count, const char *file)
{
	while (count--)
		open_kmsg(O_RDONLY);
	puts("ready");
	wait_for(file);
	return 0;
}

/* The ways to make a fault, or what the kernel takes for one. */
static void fail_by(const char *kind)
{
	static const char constant[8];
	void (*volatile misaligned)(void) = (void *)0xffffffffff600010;

	if (!strcmp(kind, "null"))
		*nowhere = 1;
	if (!strcmp(kind, "constant"))
		*(volatile char *)constant = 1;
	if (!strcmp(kind, "opcode"))
		asm volatile("ud2");
	if (!strcmp(kind, "division"))
		asm volatile("div %b0" : : "q"(0), "a"(1));
	if (!strcmp(kind, "protection"))
		asm volatile("hlt");
	if (!strcmp(kind, "int3"))
		asm volatile("int3");
	if (!strcmp(kind, "frame"))
		asm volatile("mov $8, %%rsp; syscall"
			     :
			     : "a"(SYS_rt_sigreturn));
	if (!strcmp(kind, "vsyscall"))
		misaligned();
}

static int crash(int count, const char *kind)
{
	static const struct rlimit no_core;
	int status;

	setrlimit(RLIMIT_CORE, &no_core);
	for (; count > 0; count--) {
		if (!fork()) {
			fail_by(kind);
			_exit(0);
		}
		wait(&status);
		if (!WIFSIGNALED(status))
			puts("no fault");
	}
	return 0;
}

/* From now on, or from the beginning: as it comes, in poll and in read. */
static int follow(int whence)
{
	int fd = open_kmsg(O_RDONLY);
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int error = 0;

	lseek(fd, 0, whence);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	puts("ready");
	do {
		if (poll(&wait, 1, -1) < 0 || wait.revents & POLLHUP)
			break;
		error = drain(fd);
	} while (!error || error == EAGAIN || error == EPIPE);
	puts("gone");
	return 0;
}

/* Asleep in read(); then once more, whatever the first said. */
static int sleeper(int fd)
{
	ssize_t got = read(fd, buf, sizeof(buf));

	printf("first ");
	say(got);
	wait_for("/again");
	printf("then ");
	say(read(fd, buf, sizeof(buf)));
	return 0;
}

static char *page;
static int page_fd;

/* When there is a file of that name, so is the page. */
static void *give_page(void *file)
{
	struct uffdio_zeropage zero = {
		.range = { .start = (uintptr_t)page, .len = PAGE },
	};

	wait_for(file);
	ioctl(page_fd, UFFDIO_ZEROPAGE, &zero);
	return NULL;
}

/*
 * Read the first record, of just that size, into a page that is not there, and
 * what comes next behind it, by one call. @fd is at the beginning.
 */
static int stuck(int fd, char *file)
{
	ssize_t first = read(fd, buf, sizeof(buf)), got;
	struct iovec parts[2] = { { NULL, first }, { buf, sizeof(buf) - 1 } };
	pthread_t thread;

	page = missing_page(&page_fd);
	if (!page) {
		say(-1);
		exit(0);
	}
	parts[0].iov_base = page;
	lseek(fd, 0, SEEK_SET);
	memset(buf, 0, sizeof(buf));
	if (pthread_create(&thread, NULL, give_page, file))
		return 1;
	puts("ready");
	got = readv(fd, parts, 2);
	if (got < 0)
		return say(-1);
	printf("%s %s\n", got == first ? "one" : "more", buf);
	return 0;
}

/* Open, wait for a file, then read. */
static int hold(const char *file)
{
	int fd = open_kmsg(O_RDONLY | O_NONBLOCK);

	puts("ready");
	wait_for(file);
	while (drain(fd) == EPIPE)
		;
	return 0;
}

/* Does a file, opened now, have a record in which there is @text? */
static bool shows(const char *text)
{
	int fd = open_kmsg(O_RDONLY | O_NONBLOCK);
	bool found = false;
	ssize_t got;

	while ((got = read(fd, buf, sizeof(buf) - 1)) > 0) {
		buf[got] = '\0';
		found |= !!strstr(buf, text);
	}
	close(fd);
	return found;
}

/* Open and read again and again, until there is a file of that name. */
static int hunt(const char *text, const char *file)
{
	int opened = 0, seen = 0;

	puts("hunts");
	do {
		seen += shows(text);
		opened++;
	} while (access(file, F_OK));
	printf("seen %d\nopened %d\n", seen, opened);
	return 0;
}

static int take_descriptor(pid_t pid, int fd)
{
	int process = syscall(SYS_pidfd_open, pid, 0);
	int copy = syscall(SYS_pidfd_getfd, process, fd, 0);

	/* It would keep the process's namespace. */
	close(process);
	return copy;
}

/*
 * What another process's descriptor shows; and if there is a name of a file,
 * what it shows when there is such a file, whatever has become of the other by
 * then.
 */
static int steal(pid_t pid, int fd, const char *file)
{
	int copy = take_descriptor(pid, fd);

	if (copy < 0)
		return say(-1);
	fcntl(copy, F_SETFL, O_NONBLOCK);
	drain(copy);
	if (!file)
		return 0;
	puts("kept");
	wait_for(file);
	drain(copy);
	puts("over");
	return 0;
}

/* Run a program that has another process's descriptor as its standard input. */
static int lend(pid_t pid, int fd, char **program)
{
	int copy = take_descriptor(pid, fd);

	if (copy < 0 || dup2(copy, STDIN_FILENO) < 0)
		return say(-1);
	execvp(program[0], program);
	return say(-1);
}

static int act(int count, char **words)
{
	const char *word = words[0];
	int number = count > 1 ? atoi(words[1]) : 0;

	if (!strcmp(word, "action"))
		return action(number, count > 2 ? atoi(words[2]) : SIZE);
	if (!strcmp(word, "null"))
		return say(klogctl(number, NULL, SIZE));
	if (!strcmp(word, "set"))
		return seek_and_drain(SEEK_SET);
	if (!strcmp(word, "data"))
		return seek_and_drain(SEEK_DATA);
	if (!strcmp(word, "end"))
		return seek_and_drain(SEEK_END);
	if (!strcmp(word, "proc"))
		return read_proc();
	if (!strcmp(word, "write"))
		return write_lines(count - 1, words + 1);
	if (!strcmp(word, "flood") && count > 2)
		return flood(open_kmsg(O_WRONLY), words[1], atoi(words[2]));
	if (!strcmp(word, "flood-stdout"))
		return flood(STDOUT_FILENO, "flood", number);
	if (!strcmp(word, "price") && number > 0)
		return price(number, false);
	if (!strcmp(word, "price-read") && number > 0)
		return price(number, true);
	if (!strcmp(word, "many") && count > 2)
		return many(number, words[2]);
	if (!strcmp(word, "crash"))
		return crash(number, count > 2 ? words[2] : "null");
	if (!strcmp(word, "follow"))
		return follow(SEEK_END);
	if (!strcmp(word, "sleep"))
		return sleeper(open_kmsg(O_RDONLY));
	if (!strcmp(word, "sleep-proc"))
		return sleeper(open("/proc/kmsg", O_RDONLY));
	if (!strcmp(word, "hold") && count > 1)
		return hold(words[1]);
	if (!strcmp(word, "stuck") && count > 1)
		return stuck(open_kmsg(O_RDONLY), words[1]);
	if (!strcmp(word, "hunt") && count > 2)
		return hunt(words[1], words[2]);
	if (!strcmp(word, "stdin"))
		return drain(STDIN_FILENO) & 0;
	if (!strcmp(word, "lend") && count > 3)
		return lend(number, atoi(words[2]), words + 3);
	if (!strcmp(word, "steal") && count > 2)
		return steal(number, atoi(words[2]),
			     count > 3 ? words[3] : NULL);
	return 2;
}

int main(int argc, char **argv)
{
	setlinebuf(stdout);
	/* "as-nobody": without any capability. */
	if (argc > 2 && !strcmp(argv[1], "as-nobody")) {
		if (setuid(65534))
			return 1;
		argc--;
		argv++;
	}
	return argc > 1 ? act(argc - 1, argv + 1) : 2;
}
