// SPDX-License-Identifier: GPL-2.0
/*
 * adaptive_model: plugins/sched/adaptive.c and guard.c on a CPU that
 * is not there: tasks that run and nap. What does an ADAPTIVE group choose, and
 * for how long?
 */
#include <stdio.h>
#include <stdlib.h>

#include "sched_cpu.h"

#include "adaptive.h"

#define GUARD (100 * NSEC_PER_MSEC)
#define MS (NSEC_PER_MSEC)

unsigned long jiffies = 1000000;

/* The group has so many ms of each 100. */
static unsigned int quota;

/* By the kernel's own rules: who has run least. */
static struct task *least(void)
{
	struct task *found = NULL;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (tasks[i].is_queued &&
		    (!found ||
		     tasks[i].se.sum_exec_runtime < found->se.sum_exec_runtime))
			found = &tasks[i];
	return found;
}

static void pick(void)
{
	curr = NULL;
	if (!fifo.list.head)
		return;
	adaptive_choose(&fifo);
	if (fifo.is_normal) {
		curr = least();
		return;
	}
	guard_picked(&fifo);
	curr = (struct task *)fifo.list.head;
}

static void make(unsigned int number, u64 burst, u64 pause)
{
	unsigned int i;

	start(FIFO_ADAPTIVE, GUARD);
	quota = 100;
	count = number;
	adaptive_forget(&fifo);
	for (i = 0; i < count; i++) {
		tasks[i].burst = burst;
		tasks[i].nap = pause;
		tasks[i].wakes = i * STEP;
	}
}

/* How long until the choice is this one, ms; not longer than @most. */
static u64 until(bool is_normal, u64 most)
{
	u64 begin = now;

	while (fifo.is_normal != is_normal && now - begin < most * MS)
		step(now / MS % 100 < quota);
	return (now - begin) / MS;
}

static void expect(const char *what, u64 got, u64 from, u64 to)
{
	if (got >= from && got <= to) {
		printf("ok: %s: %llu ms\n", what, (unsigned long long)got);
		return;
	}
	printf("FAIL: %s: %llu ms, not %llu to %llu\n", what,
	       (unsigned long long)got, (unsigned long long)from,
	       (unsigned long long)to);
	exit(1);
}

/* A hundred that run for 1.5 ms: each waits for 150. */
static void test_crowd(void)
{
	make(100, 1500 * NSEC_PER_USEC, 20 * MS);
	expect("a crowd is in order at first", until(true, 9000), 100, 130);
	expect("then it is not, ten times as long", until(false, 9000), 990,
	       1010);
	expect("in order again, and soon not", until(true, 9000), 25, 50);
	expect("then a hundred times as long", until(false, 20000), 9980,
	       10020);
}

/* With EEVDF that many are not tried. */
static void test_crowded(void)
{
	unsigned int i;

	make(100, 1500 * NSEC_PER_USEC, 20 * MS);
	expect("a crowd is not in order", until(true, 9000), 0, 5);
	expect("for as long as it is there", until(false, 20000), 20000, 20000);
	for (i = 10; i < count; i++)
		tasks[i].nap = 100000 * MS;
	expect("those who are left are", until(false, 20000), 0, 10200);
}

/* Ten that do: each waits for 15 ms. */
static void test_few(void)
{
	make(10, 1500 * NSEC_PER_USEC, 20 * MS);
	expect("few stay in order", until(true, 5000), 5000, 5000);
}

/* What is no time of the group's is no wait. */
static void test_limited(void)
{
	make(10, 1500 * NSEC_PER_USEC, 20 * MS);
	quota = 3;
	expect("few under a limit stay in order", until(true, 20000), 20000,
	       20000);
}

/* Bursts of 20 us; what is learnt of them is no wait. */
static void test_short_bursts(void)
{
	unsigned int i;

	make(100, 20 * NSEC_PER_USEC, 4 * MS);
	expect("short bursts are not in order", until(true, 9000), 0, 20);
	expect("for a tenth of a second", until(false, 9000), 90, 110);
	if (COMPAT_EEVDF)
		return;
	for (i = 0; i < count; i++)
		tasks[i].burst = 1500 * NSEC_PER_USEC;
	expect("longer ones are, for a time", until(true, 9000), 60, 180);
	expect("and are not for ten times as long", until(false, 9000), 990,
	       1010);
}

/*
 * Eight that run for 1.9 ms and nap for 23 beside one that never sleeps: for
 * how long of two seconds one of them is there and an order is not.
 */
static void test_hog(void)
{
	bool is_left = COMPAT_EEVDF == 0;
	u64 begin, without = 0;

	make(9, 1900 * NSEC_PER_USEC, 23 * MS);
	tasks[0].burst = 0;
	until(true, 100);
	for (begin = now; now - begin < 2000 * MS; step(true))
		if (list_has_fresh(&fifo.list) && fifo.is_normal)
			without += STEP;
	expect("beside a hog without an order", without / MS,
	       is_left ? 1000 : 0, is_left ? 2000 : 5);
	expect("the longest that one was not run", tasks[1].longest / MS, 23,
	       is_left ? 100 : 45);
	expect("the hog has its turns", tasks[0].longest / MS, 0, 100);
}

/* A hundred that run for 1.5 ms beside it: of the guard's time in order. */
static void test_hog_in_crowd(void)
{
	u64 with = 0;

	make(101, 1500 * NSEC_PER_USEC, 20 * MS);
	tasks[0].burst = 0;
	for (; now < 100 * MS; step(true))
		if (!fifo.is_normal)
			with += STEP;
	expect("a crowd beside a hog in order", with / MS, 0, 30);
}

/* Who changes the policy or the guard begins anew. */
static void test_forgotten(void)
{
	make(100, 1500 * NSEC_PER_USEC, 20 * MS);
	until(true, 9000);
	adaptive_forget(&fifo);
	pick();
	expect("in order at once after a change", until(false, 9000), 0, 0);
	expect("for as long as at first", until(true, 9000), 100, 130);
	expect("and off as long as at first", until(false, 9000), 990, 1010);
}

int main(void)
{
	if (COMPAT_EEVDF) {
		test_crowded();
	} else {
		test_crowd();
		test_forgotten();
	}
	test_few();
	test_limited();
	test_short_bursts();
	test_hog();
	test_hog_in_crowd();
	return 0;
}
