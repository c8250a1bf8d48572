// SPDX-License-Identifier: GPL-2.0
/*
 * guard_model SEED RUNS: plugins/sched/guard.c on a CPU that is not there:
 * tasks that never sleep, and some that run and nap, by random. How long does
 * one that never sleeps not run?
 */
#include <stdio.h>
#include <stdlib.h>

#include "random.h"
#include "sched_cpu.h"

#define MOST 64
#define WARM_UP 2
#define SECONDS 10
#define NSEC_PER_SEC (1000 * NSEC_PER_MSEC)

/* The policy is FIFO: nobody asks what ADAPTIVE would learn. */
unsigned long jiffies;

static void pick(void)
{
	curr = NULL;
	if (!fifo.list.head)
		return;
	guard_picked(&fifo);
	curr = (struct task *)fifo.list.head;
}

/* From less than a tick to some: who naps right before a tick matters. */
static u64 random_burst(u64 *state)
{
	u64 ticks = random_below(state, random_percent(state, 50) ? 1 : 6);

	return ticks * TICK_NSEC + (1 + random_below(state, 199)) * STEP;
}

static void make(u64 *state)
{
	static const unsigned int guards[] = { 1, 10, 100, 500 };
	unsigned int i;

	start(FIFO_FIFO, guards[random_below(state, 4)] * NSEC_PER_MSEC);
	hogs = 1 +
	       random_below(state, random_percent(state, 50) ? 3 : MOST - 4);
	count = hogs + random_below(state, 4);
	for (i = 0; i < count; i++) {
		if (i >= hogs) {
			tasks[i].burst = random_burst(state);
			tasks[i].nap = (1 + random_below(state, 30)) * STEP;
		}
		tasks[i].is_queued = true;
		guard_append(&fifo, &tasks[i].se, false);
	}
	pick();
}

static void run_for(unsigned int seconds)
{
	u64 end = now + seconds * NSEC_PER_SEC;

	while (now < end)
		step(true);
}

/* Until all hogs are worn they are in one another's way as fresh ones. */
static void forget(void)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		tasks[i].longest = 0;
		tasks[i].last = now;
	}
}

/*
 * As documented: a slice each in a time of the guard, or in a tick for each if
 * that is more. Beside fresh ones the next one is not due before as long again,
 * nor before who has begun then has had his slice: three times that at most.
 */
static u64 limit(void)
{
	/* A slice ends at the tick that is nearest to it. */
	u64 round = max_t(u64, fifo.guard + count * TICK_NSEC / 2,
			  count * TICK_NSEC);

	return (count > hogs ? 3 : 1) * round + 2 * TICK_NSEC;
}

static void judge(unsigned long seed)
{
	u64 longest = 0;
	unsigned int i;

	for (i = 0; i < hogs; i++) {
		longest = max_t(u64, longest, tasks[i].longest);
		longest = max_t(u64, longest, now - tasks[i].last);
	}
	if (longest <= limit())
		return;
	printf("FAIL: seed %lu: guard %llu ms, %u hogs did not run for %llu ms, of %llu",
	       seed, (unsigned long long)(fifo.guard / NSEC_PER_MSEC), hogs,
	       (unsigned long long)(longest / NSEC_PER_MSEC),
	       (unsigned long long)(limit() / NSEC_PER_MSEC));
	for (i = hogs; i < count; i++)
		printf("; run %llu, nap %llu us",
		       (unsigned long long)(tasks[i].burst / NSEC_PER_USEC),
		       (unsigned long long)(tasks[i].nap / NSEC_PER_USEC));
	printf("\n");
	exit(1);
}

int main(int argc, char **argv)
{
	unsigned long seed = argc > 1 ? strtoul(argv[1], NULL, 0) : 1;
	unsigned long runs = argc > 2 ? strtoul(argv[2], NULL, 0) : 100, i;
	u64 state;

	for (i = 0; i < runs; i++) {
		state = seed + i;
		make(&state);
		run_for(WARM_UP);
		forget();
		run_for(SECONDS);
		judge(seed + i);
	}
	printf("ok: %lu runs of %u s\n", runs, SECONDS);
	return 0;
}
