// SPDX-License-Identifier: GPL-2.0
/*
 * threads thread|leader|all NUMBER [ARGUMENT] - make one 64-bit system call in
 * a process of two threads, in the second, in the first or in both, one after
 * the other, and tell what became of them
 *
 * With "trap" in front, SIGSYS has a handler, which tells what it was told.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

static long number, argument;
static pthread_t leader;

static void call(void)
{
	long ret = syscall(number, argument);

	printf("returned %ld\n", ret);
	fflush(stdout);
}

static void *follow(void *whose)
{
	if (whose)
		pthread_join(leader, NULL);
	if (strcmp(whose ?: "", "leader"))
		call();
	printf("second lives\n");
	fflush(stdout);
	_exit(0);
}

/* In the child: first what the leader does, then what is left of it. */
static void run(const char *who)
{
	pthread_t thread;

	leader = pthread_self();
	if (strcmp(who, "thread")) {
		pthread_create(&thread, NULL, follow, (void *)who);
		call();
		pause();
	}
	pthread_create(&thread, NULL, follow, NULL);
	/* A killed thread is joined like any other. */
	pthread_join(thread, NULL);
	printf("leader lives\n");
	fflush(stdout);
	_exit(0);
}

static void trapped(int signal, siginfo_t *info, void *context)
{
	const ucontext_t *user = context;
	const greg_t *regs = user->uc_mcontext.gregs;

	printf("signal %d code %d errno %d syscall %d arch %x rax %lld addr %s\n",
	       signal, info->si_code, info->si_errno, info->si_syscall,
	       info->si_arch, regs[REG_RAX],
	       (long long)info->si_call_addr == regs[REG_RIP] ? "right" :
								"wrong");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO,
				    .sa_sigaction = trapped };
	int status;
	pid_t child;

	if (argc > 1 && !strcmp(argv[1], "trap")) {
		sigaction(SIGSYS, &action, NULL);
		argv++;
		argc--;
	}
	if (argc < 3)
		return 2;
	number = strtol(argv[2], NULL, 0);
	argument = argc > 3 ? strtol(argv[3], NULL, 0) : 0;
	child = fork();
	if (!child)
		run(argv[1]);
	if (waitpid(child, &status, 0) != child)
		return 1;
	if (WIFSIGNALED(status))
		printf("killed by %d\n", WTERMSIG(status));
	else
		printf("exit %d\n", WEXITSTATUS(status));
	return 0;
}
