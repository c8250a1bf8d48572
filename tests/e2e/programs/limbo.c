// SPDX-License-Identifier: GPL-2.0
/*
 * limbo - start threads that exit at once, until killed
 *
 * Nobody waits for them: they take themselves off the lists of tasks.
 */
#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>

static void *end(void *unused)
{
	prctl(PR_SET_NAME, "limbo");
	return unused;
}

int main(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (;;) {
		/* Too many at a time: let some of them end. */
		if (pthread_create(&thread, &attr, end, NULL))
			usleep(10000);
		usleep(1000);
	}
}
