// SPDX-License-Identifier: GPL-2.0
/*
 * letter: what /dev/kmsg, /proc/kmsg and syslog(2) answer, to the letter. Who
 * has a log of its own is to see what the host sees without any of this.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT 200

static char buf[65536];
static char *volatile nowhere = (char *)8;

/* "WHAT: RESULT", or the error. */
static void say(const char *what, long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %ld\n", what, result);
}

static int open_kmsg(int flags)
{
	int fd = open("/dev/kmsg", flags | O_NONBLOCK);

	if (fd < 0) {
		say("open", fd);
		exit(1);
	}
	return fd;
}

static void put(int fd, const char *format, ...)
{
	char line[128];
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (write(fd, line, size) != size)
		say("write", -1);
}

/* Of what was written here the number behind "letter ", -1 for others. */
static long number_in(const char *record)
{
	const char *text = strstr(record, ";letter ");

	return text ? atol(text + 8) : -1;
}

/* The next record that was written here. */
static long next_number(int fd)
{
	long number = -1;
	ssize_t got;

	while (number < 0) {
		got = read(fd, buf, sizeof(buf) - 1);
		if (got < 0)
			return got;
		buf[got] = '\0';
		number = number_in(buf);
	}
	return number;
}

static void sizes(int fd)
{
	int reader = open_kmsg(O_RDONLY);
	char long_text[1100];

	lseek(reader, 0, SEEK_END);
	put(fd, "letter 1\nletter 2\n");
	put(fd, "letter 3\n");
	put(fd, "letter 4\n");
	say("read of 5 bytes", read(reader, buf, 5));
	say("and then", next_number(reader));
	say("read to nowhere", read(reader, nowhere, 1000));
	say("read of nothing", read(reader, buf, 0));
	close(reader);
	memset(long_text, 'x', sizeof(long_text));
	say("write of 992 bytes", write(fd, long_text, 992));
	say("write of 993 bytes", write(fd, long_text, 993));
	say("write of 1024 bytes", write(fd, long_text, 1024));
	say("write of 1025 bytes", write(fd, long_text, 1025));
	say("write of nothing", write(fd, long_text, 0));
	say("write from nowhere", write(fd, nowhere, 10));
	say("read of a file to write", read(fd, buf, sizeof(buf)));
}

static void places(void)
{
	int fd = open_kmsg(O_RDWR);

	say("SEEK_SET 1", lseek(fd, 1, SEEK_SET));
	say("SEEK_CUR", lseek(fd, 0, SEEK_CUR));
	say("SEEK_HOLE", lseek(fd, 0, SEEK_HOLE));
	say("SEEK_DATA", lseek(fd, 0, SEEK_DATA));
	say("SEEK_END", lseek(fd, 0, SEEK_END));
	say("pread", pread(fd, buf, sizeof(buf), 0));
	put(fd, "letter 5\n");
	put(fd, "letter 6\n");
	say("what it wrote itself", next_number(fd));
	lseek(fd, 0, SEEK_SET);
	say("mmap", (long)mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0));
	close(fd);
}

static void parts(int fd)
{
	static char one[4096], two[4096];
	struct iovec list[2] = { { one, sizeof(one) - 1 },
				 { two, sizeof(two) - 1 } };
	int reader = open_kmsg(O_RDONLY);

	lseek(reader, 0, SEEK_END);
	put(fd, "letter 7\n");
	put(fd, "letter 8\n");
	say("readv", readv(reader, list, 2) > 0);
	say("its first part", number_in(one));
	say("its second part", *two ? number_in(two) : 0);
	close(reader);
}

/* Two of a family read from one file: what each got, as bits of one set. */
static void two_readers(int fd)
{
	unsigned char *seen = mmap(NULL, 2 * COUNT, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int reader = open_kmsg(O_RDONLY), i, twice = 0, never = 0;
	int apart = open_kmsg(O_RDONLY), same = 0;
	long number;
	pid_t child;

	lseek(reader, 0, SEEK_END);
	lseek(apart, 0, SEEK_END);
	for (i = 0; i < COUNT; i++)
		put(fd, "letter %d\n", i);
	put(fd, "letter %d\n", COUNT);
	child = fork();
	while ((number = next_number(reader)) >= 0)
		if (number < COUNT)
			seen[number + (child ? 0 : COUNT)]++;
	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	for (i = 0; i < COUNT; i++) {
		twice += seen[i] + seen[COUNT + i] > 1;
		never += !(seen[i] + seen[COUNT + i]);
	}
	say("read twice by two of one file", twice);
	say("read by neither", never);
	while (next_number(apart) >= 0)
		same++;
	say("read by one of another file", same);
	close(reader);
	close(apart);
}

static int polled(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN | POLLPRI };

	return poll(&wait, 1, 0) < 0 ? -1 : wait.revents;
}

static void polls(int fd)
{
	int proc = open("/proc/kmsg", O_RDONLY | O_NONBLOCK), i;
	int reader = open_kmsg(O_RDONLY);
	ssize_t got;

	while (read(proc, buf, sizeof(buf)) > 0)
		;
	say("proc, nothing", read(proc, buf, sizeof(buf)));
	say("proc, poll", polled(proc));
	lseek(reader, 0, SEEK_END);
	say("poll", polled(reader));
	put(fd, "letter 9\n");
	put(fd, "letter 10\n");
	say("proc, poll of something", polled(proc));
	say("poll of something", polled(reader));
	say("proc, no bytes", read(proc, buf, 0));
	say("proc, seek", lseek(proc, 0, SEEK_SET));
	say("proc, to nowhere", read(proc, nowhere, 1000));
	close(proc);
	for (i = 0; i < 6000; i++)
		put(fd, "letter %d\n", i);
	say("poll of what is lost", polled(reader));
	got = read(reader, buf, sizeof(buf));
	say("read of what is lost", got < 0 ? got : got > 0);
	say("and then a number", next_number(reader) > 0);
	close(reader);
}

static void actions(void)
{
	say("CLOSE", klogctl(0, NULL, 0));
	say("OPEN", klogctl(1, NULL, 0));
	say("READ to nowhere", klogctl(2, nowhere, 64));
	say("READ_ALL to nowhere", klogctl(3, nowhere, 64));
	say("READ_CLEAR to nowhere", klogctl(4, nowhere, 64));
	say("READ_ALL of less than nothing", klogctl(3, buf, -1));
	say("no action", klogctl(11, NULL, 0));
	say("less than none", klogctl(-1, NULL, 0));
	say("level 0", klogctl(8, NULL, 0));
	say("level 9", klogctl(8, NULL, 9));
}

int main(void)
{
	int fd = open_kmsg(O_WRONLY);

	setlinebuf(stdout);
	sizes(fd);
	places();
	parts(fd);
	two_readers(fd);
	polls(fd);
	actions();
	return 0;
}
