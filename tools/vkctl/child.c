// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "message.h"

/* Whoever called vkctl may have had these ignored. */
static void limit(unsigned int seconds)
{
	const struct rlimit core = { 0 };
	const struct rlimit time = { seconds, seconds + 1 };

	signal(SIGXCPU, SIG_DFL);
	setrlimit(RLIMIT_CORE, &core);
	setrlimit(RLIMIT_CPU, &time);
}

static int wait_for(pid_t child, int *status)
{
	while (waitpid(child, status, 0) < 0)
		if (errno != EINTR)
			return fault("waitpid: %s", strerror(errno));
	return 0;
}

int child_run(int (*work)(void *data), void *data, unsigned int seconds)
{
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	struct sigaction before;
	int status, err;
	pid_t child;

	/* One whose end is ignored cannot be waited for. */
	sigaction(SIGCHLD, &usual, &before);
	child = fork();
	if (!child) {
		limit(seconds);
		_exit(work(data) ? 1 : 0);
	}
	err = child < 0 ? fault("fork: %s", strerror(errno)) :
			  wait_for(child, &status);
	sigaction(SIGCHLD, &before, NULL);
	if (err || !status)
		return err;
	if (WIFEXITED(status))
		return -1;
	if (WTERMSIG(status) == SIGXCPU)
		return 1;
	return fault("a child of vkctl was ended by signal %d",
		     WTERMSIG(status));
}
