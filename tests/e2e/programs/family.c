// SPDX-License-Identifier: GPL-2.0
/*
 * family DIRECTORY - which of a program's descendants may make a directory?
 *
 * Tries mkdir(2) in the process itself, in a thread, in children made by fork,
 * vfork and clone3, in a child in a new pid namespace, in that child's own
 * child, after an execve of itself, and in a child that has joined every
 * namespace of process 1. Prints "WHO RESULT" for each; RESULT is "made" or the
 * error's name.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *directory;

/* One write(2), so that lines of several processes do not mix. */
static void report(const char *who)
{
	char path[256], line[256];
	int made;

	snprintf(path, sizeof(path), "%s/%s", directory, who);
	made = syscall(SYS_mkdir, path, 0755);
	snprintf(line, sizeof(line), "%s %s\n", who,
		 made ? strerrorname_np(errno) : "made");
	if (write(STDOUT_FILENO, line, strlen(line)) < 0)
		_exit(2);
}

static void cannot(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	exit(2);
}

static void await(pid_t child)
{
	int status;

	if (child < 0)
		cannot("child");
	if (waitpid(child, &status, 0) < 0 || status)
		cannot("wait");
}

static void *in_thread(void *unused)
{
	report("thread");
	return unused;
}

static void by_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, in_thread, NULL))
		cannot("thread");
	pthread_join(thread, NULL);
}

static void by_fork(void)
{
	pid_t child = fork();

	if (!child) {
		report("fork");
		_exit(0);
	}
	await(child);
}

/* The child shares the parent's mm until it exits. */
static void by_vfork(void)
{
	pid_t child = vfork();

	if (!child) {
		report("vfork");
		_exit(0);
	}
	await(child);
}

static void by_clone3(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	if (!child) {
		report("clone3");
		_exit(0);
	}
	await(child);
}

static void exec_self(const char *who)
{
	execl("/proc/self/exe", "family", directory, who, (char *)NULL);
	cannot("exec");
}

static void by_exec(void)
{
	pid_t child = fork();

	if (!child)
		exec_self("exec");
	await(child);
}

static void in_namespace(void)
{
	pid_t child;

	report("namespace");
	child = fork();
	if (!child)
		exec_self("namespace-exec");
	await(child);
}

/* A new pid namespace inside the container's own. */
static void by_namespace(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD,
				   .flags = CLONE_NEWPID };
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	if (!child) {
		in_namespace();
		_exit(0);
	}
	await(child);
}

static void join(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, 0))
		cannot(path);
	close(fd);
}

/* Joining namespaces, even one's own, is no way out. */
static void by_setns(void)
{
	pid_t child = fork();

	if (!child) {
		join("/proc/1/ns/pid");
		join("/proc/1/ns/mnt");
		child = fork();
		if (!child)
			exec_self("setns");
		await(child);
		_exit(0);
	}
	await(child);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	setvbuf(stdout, NULL, _IONBF, 0);
	directory = argv[1];
	if (argc > 2) {
		report(argv[2]);
		return 0;
	}
	report("self");
	by_thread();
	by_fork();
	by_vfork();
	by_clone3();
	by_exec();
	by_namespace();
	by_setns();
	return 0;
}
