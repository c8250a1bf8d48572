// SPDX-License-Identifier: GPL-2.0
/*
 * sched VERB ...: loads for the tests of the scheduler plugin, pinned to CPU 0
 * unless said otherwise.
 *
 *   order TASKS ROUNDS US [WAY]
 *                            wake tasks in a known order, each runs for US; in
 *                            how many rounds they did not run one after the
 *                            other, in that order. WAY: "change", those that
 *                            wait change nice value and policy meanwhile;
 *                            "fork", they are made anew in each round;
 *                            "yield", each yields before it ends;
 *                            "hotplug", on CPU 1, which goes and comes;
 *                            "toggle FILE", before each the policy in FILE is
 *                            changed to NORMAL and FIFO
 *   held TASKS ROUNDS US WAY GROUP OTHER
 *                            the same for tasks of cgroup GROUP on CPU 1, which
 *                            is held until they all wait. Meanwhile some of
 *                            them leave, and come back: WAY "group" to cgroup
 *                            OTHER, "class" to the real-time class. One by one
 *                            they keep their places, two at a time go to the
 *                            end. WAY "migrate": all are sent to CPU 0 in an
 *                            order of its own, which is theirs then; "unplug":
 *                            CPU 1 goes, and they begin in order, wherever
 *   hogs COUNT SECONDS       so many that never sleep
 *   share SECONDS            what one that never sleeps gets of it, us
 *   yielder SECONDS          a hog that yields each ms after it has run for a
 *                            fifth of a second
 *   sleeper US SECONDS       sleep for US again and again, until SIGTERM at the
 *                            latest; how late it woke: median, 99th percentile,
 *                            most; us
 *   napper BURST NAP SECONDS one that runs for BURST us and sleeps for NAP
 *   serve TASKS US SECONDS   each 25 ms so many are woken, and each runs for
 *                            US; when they have, on average, and 99 % of them,
 *                            us later
 *   round COUNT SECONDS      hogs; the longest time that one of them did not
 *                            run, once all have begun, us
 *   boost SECONDS            a hog of nice 19, whose priority one on CPU 1
 *                            lifts and drops again without end; fails if it
 *                            was never seen lifted
 *   toggle US SECONDS ONE OTHER FILE
 *                            two hogs, and one of the real-time class that
 *                            writes ONE and at once OTHER to FILE each US
 *   hopper US SECONDS GROUP OTHER
 *                            two hogs of cgroup GROUP; each US of its run time
 *                            the first one moves itself to cgroup OTHER,
 *                            renices the second one, and moves itself back
 *   joiners COUNT SECONDS GROUP OTHER
 *                            so many that move themselves to cgroup GROUP and
 *                            to OTHER in turns, without end; how long a move
 *                            to GROUP took at most, us
 *   preempted HOGS US SECONDS
 *                            hogs, and one that wakes each US and works for a
 *                            tenth of that (0: nobody); how often the hogs
 *                            were pre-empted
 *   children ROUNDS          forks; how many children ran before their parents
 *                            went on
 *   pingpong ROUNDS          two that wake each other; ns of a round
 *   churn SECONDS            fork, sleep, yield, renice, change class and CPU
 *                            without end, on all CPUs
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST 512

static long long now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* False if there is no such CPU now. */
static bool pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

static void burn(long us)
{
	long long end = now(CLOCK_THREAD_CPUTIME_ID) + us * 1000LL;

	while (now(CLOCK_THREAD_CPUTIME_ID) < end)
		;
}

/* --- order ---------------------------------------------------------------- */

struct notes {
	int count;
	int who[2 * MOST];
};

static struct notes *notes;

/* How the order is disturbed. */
static const char *way = "";

static void note(int who)
{
	int at = __atomic_fetch_add(&notes->count, 1, __ATOMIC_SEQ_CST);

	if (at < 2 * MOST)
		notes->who[at] = who;
}

static void work_once(int me, long us)
{
	note(me + 1);
	burn(us);
	if (!strcmp(way, "yield"))
		sched_yield();
	note(-me - 1);
}

static void work(int me, int from, int done, long us)
{
	char byte;

	while (read(from, &byte, 1) == 1 && byte != 'x') {
		work_once(me, us);
		if (write(done, &byte, 1) != 1)
			break;
	}
	_exit(0);
}

static void shuffle(int *turn, int tasks)
{
	int i, other, swap;

	for (i = tasks - 1; i > 0; i--) {
		other = rand() % (i + 1);
		swap = turn[i];
		turn[i] = turn[other];
		turn[other] = swap;
	}
}

/* Where two CPUs have to do with it, one begins while another one runs. */
static bool begin_in_order(const int *turn, int tasks)
{
	int i, next = 0;

	for (i = 0; i < 2 * tasks; i++)
		if (notes->who[i] > 0 && notes->who[i] != turn[next++] + 1)
			return false;
	return true;
}

/* Each ends before the next one begins; who yields, when all have begun. */
static bool in_order(const int *turn, int tasks)
{
	bool yield = !strcmp(way, "yield");
	int i, begin, end;

	if (!strcmp(way, "unplug"))
		return begin_in_order(turn, tasks);
	for (i = 0; i < tasks; i++) {
		begin = yield ? i : 2 * i;
		end = yield ? tasks + i : 2 * i + 1;
		if (notes->who[begin] != turn[i] + 1 ||
		    notes->who[end] != -turn[i] - 1)
			return false;
	}
	return true;
}

/* Of one that waits, what others can change. */
static void change(pid_t pid)
{
	struct {
		unsigned int size, policy;
		unsigned long long flags;
		int nice;
		unsigned int priority;
		unsigned long long runtime, deadline, period;
	} attr = { .size = 48, .nice = rand() % 20 };
	struct sched_param param = { 0 };

	switch (rand() % 3) {
	case 0:
		setpriority(PRIO_PROCESS, pid, rand() % 20);
		break;
	case 1:
		if (syscall(SYS_sched_setattr, pid, &attr, 0))
			exit(1);
		break;
	default:
		sched_setscheduler(pid, rand() % 2 ? SCHED_OTHER : SCHED_BATCH,
				   &param);
	}
}

static void disturb(const pid_t *pids, int tasks)
{
	int i;

	for (i = 0; !strcmp(way, "change") && i < tasks; i++)
		change(pids[rand() % tasks]);
}

static void write_file(const char *path, long value)
{
	FILE *file = fopen(path, "w");

	if (!file || fprintf(file, "%ld\n", value) < 0 || fclose(file)) {
		perror(path);
		exit(1);
	}
}

/* Who was on a CPU that has gone may run anywhere. */
static void pin_all(const pid_t *pids, int tasks, int cpu)
{
	cpu_set_t set;
	int i;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	for (i = 0; i < tasks; i++)
		if (sched_setaffinity(pids[i], sizeof(set), &set))
			exit(1);
}

static void set_online(bool is_there)
{
	write_file("/sys/devices/system/cpu/cpu1/online", is_there);
}

static void plug(const pid_t *pids, int tasks, bool is_there)
{
	set_online(is_there);
	pin(is_there);
	if (is_there)
		pin_all(pids, tasks, 1);
}

static void play(const pid_t *pids, const int *turn, const int *to, int tasks,
		 int done)
{
	char byte = 'r';
	int i;

	memset(notes, 0, sizeof(*notes));
	for (i = 0; i < tasks; i++)
		if (write(to[turn[i]], &byte, 1) != 1)
			exit(1);
	disturb(pids, tasks);
	for (i = 0; i < tasks; i++)
		if (read(done, &byte, 1) != 1)
			exit(1);
}

static int order(int tasks, int rounds, long us, const char *policy)
{
	int to[MOST], turn[MOST], done[2], ends[2], i, round, wrong = 0;
	pid_t pids[MOST];

	if (pipe(done))
		return 1;
	for (i = 0; i < tasks; i++) {
		if (pipe(ends))
			return 1;
		turn[i] = i;
		to[i] = ends[1];
		pids[i] = fork();
		if (!pids[i])
			work(i, ends[0], done[1], us);
		close(ends[0]);
	}
	usleep(100000);
	for (round = 0; round < rounds; round++) {
		shuffle(turn, tasks);
		if (!strcmp(way, "hotplug") && round % 10 % 5 == 0)
			plug(pids, tasks, round % 10 == 0);
		if (!strcmp(way, "toggle")) {
			write_file(policy, 0);
			write_file(policy, 1);
		}
		play(pids, turn, to, tasks, done[0]);
		wrong += !in_order(turn, tasks);
	}
	if (!strcmp(way, "hotplug"))
		plug(pids, tasks, true);
	for (i = 0; i < tasks; i++)
		if (write(to[i], "x", 1) != 1)
			return 1;
	while (wait(NULL) > 0)
		;
	printf("%d\n", wrong);
	return 0;
}

static int forks(int tasks, int rounds, long us)
{
	int turn[MOST], i, round, wrong = 0;

	for (i = 0; i < tasks; i++)
		turn[i] = i;
	for (round = 0; round < rounds; round++) {
		memset(notes, 0, sizeof(*notes));
		for (i = 0; i < tasks; i++) {
			if (fork())
				continue;
			work_once(i, us);
			_exit(0);
		}
		while (wait(NULL) > 0)
			;
		wrong += !in_order(turn, tasks);
	}
	printf("%d\n", wrong);
	return 0;
}

static int order_by(char **argv, int tasks, int rounds, long us)
{
	notes = mmap(NULL, sizeof(*notes), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (argv[5])
		way = argv[5];
	if (!strcmp(way, "hotplug"))
		pin(1);
	if (!strcmp(way, "toggle") && !argv[6])
		return 2;
	return strcmp(way, "fork") ? order(tasks, rounds, us, argv[6]) :
				     forks(tasks, rounds, us);
}

/* --- held ----------------------------------------------------------------- */

struct held {
	const char *group;
	const char *other;
	int tasks;
	pid_t pids[MOST];
	int turn[MOST];
	int to[MOST];
	int done;
	/* The one that holds the CPU, when it is told so. */
	volatile int *holds;
	int hold;
	pid_t holder;
	/* By the kernel, from when all waited until all had run. */
	long moved;
};

static void hold_cpu(int from, volatile int *holds)
{
	struct sched_param param = { .sched_priority = 50 };
	char byte;

	/* On the wrong one it would hold that for ever. */
	if (!pin(1) || sched_setscheduler(0, SCHED_FIFO, &param))
		exit(1);
	while (read(from, &byte, 1) == 1 && byte != 'x') {
		*holds = 1;
		/* An emulator lets the other CPU run at once. */
		while (*holds)
			__builtin_ia32_pause();
	}
	_exit(0);
}

static void may_run_on_both(pid_t pid, bool may)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(1, &set);
	if (may)
		CPU_SET(0, &set);
	if (sched_setaffinity(pid, sizeof(set), &set))
		exit(1);
}

static void be_away(const struct held *held, int who, bool is_away)
{
	struct sched_param param = { .sched_priority = is_away };
	pid_t pid = held->pids[held->turn[who]];

	if (!strcmp(way, "group"))
		write_file(is_away ? held->other : held->group, pid);
	else if (!strcmp(way, "affinity"))
		may_run_on_both(pid, is_away);
	else if (sched_setscheduler(pid, is_away ? SCHED_RR : SCHED_OTHER,
				    &param))
		exit(1);
}

/* Of those that wait, one goes from its place to the end. */
static void to_end(struct held *held, int who)
{
	int pid = held->turn[who], i;

	for (i = who; i < held->tasks - 1; i++)
		held->turn[i] = held->turn[i + 1];
	held->turn[i] = pid;
}

/* First one that keeps its place, then two that do not. */
static void leave_and_come(struct held *held)
{
	int one = rand() % held->tasks, other = rand() % (held->tasks - 1);

	be_away(held, one, true);
	be_away(held, one, false);
	other += other >= one;
	be_away(held, one, true);
	be_away(held, other, true);
	be_away(held, one, false);
	be_away(held, other, false);
	if (!strcmp(way, "affinity"))
		return;
	to_end(held, one);
	to_end(held, other - (other > one));
}

static void set_class(int policy, int priority)
{
	struct sched_param param = { .sched_priority = priority };

	if (sched_setscheduler(0, policy, &param))
		exit(1);
}

/* Those that wait come to this CPU, on which none of them runs before all are. */
static void migrate(struct held *held)
{
	int i;

	shuffle(held->turn, held->tasks);
	set_class(SCHED_FIFO, 50);
	for (i = 0; i < held->tasks; i++)
		pin_all(&held->pids[held->turn[i]], 1, 0);
	set_class(SCHED_OTHER, 0);
}

static void disturb_held(struct held *held)
{
	if (!strcmp(way, "migrate"))
		migrate(held);
	else if (strcmp(way, "unplug"))
		leave_and_come(held);
	*held->holds = 0;
	if (!strcmp(way, "unplug"))
		set_online(false);
}

/* All sleep. */
static void repair(struct held *held)
{
	if (!strcmp(way, "unplug")) {
		set_online(true);
		pin_all(&held->holder, 1, 1);
	}
	if (!strcmp(way, "unplug") || !strcmp(way, "migrate"))
		pin_all(held->pids, held->tasks, 1);
}

/* How often the kernel has moved those that may run on another CPU. */
static long migrations(const struct held *held)
{
	char path[32], line[128];
	long sum = 0, one;
	FILE *file;
	int i;

	if (strcmp(way, "affinity") && strcmp(way, "unplug"))
		return 0;
	for (i = 0; i < held->tasks; i++) {
		snprintf(path, sizeof(path), "/proc/%d/sched", held->pids[i]);
		file = fopen(path, "r");
		if (!file)
			exit(1);
		while (fgets(line, sizeof(line), file))
			if (sscanf(line, "se.nr_migrations : %ld", &one) == 1)
				sum += one;
		fclose(file);
	}
	return sum;
}

static void play_held(struct held *held)
{
	char byte = 'r';
	int i;

	memset(notes, 0, sizeof(*notes));
	if (write(held->hold, &byte, 1) != 1)
		exit(1);
	while (!*held->holds)
		__builtin_ia32_pause();
	for (i = 0; i < held->tasks; i++)
		if (write(held->to[held->turn[i]], &byte, 1) != 1)
			exit(1);
	held->moved = -migrations(held);
	disturb_held(held);
	for (i = 0; i < held->tasks; i++)
		if (read(held->done, &byte, 1) != 1)
			exit(1);
	held->moved += migrations(held);
	repair(held);
}

/*
 * Who has answered may still be on his way to sleep when the CPU is held again:
 * he was never away from the queue then, and is its first.
 */
static void await_sleep(pid_t pid)
{
	char path[32], state = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	while (state != 'S') {
		file = fopen(path, "r");
		if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
			exit(1);
		fclose(file);
	}
}

/* What the first rounds that are out of order have seen, for people. */
static void tell_round(const struct held *held, int round)
{
	static int told;
	int i;

	if (told++ >= 5)
		return;
	fprintf(stderr, "round %d: expected", round);
	for (i = 0; i < held->tasks; i++)
		fprintf(stderr, " %d", held->turn[i] + 1);
	fprintf(stderr, "; began and ended (-)");
	for (i = 0; i < notes->count && i < 2 * MOST; i++)
		fprintf(stderr, " %d", notes->who[i]);
	fprintf(stderr, "\n");
}

/* A round in which the kernel moved somebody says nothing; not for ever. */
#define REPLAYS 5

/* Nor one in which nobody waited any more when the CPU went. */
#define MOVED_LEAST 2

static bool round_is_wrong(struct held *held, int round)
{
	bool unplug = !strcmp(way, "unplug");
	int i, replay;
	long moved;

	for (replay = 0; replay <= REPLAYS; replay++) {
		shuffle(held->turn, held->tasks);
		for (i = 0; i < held->tasks; i++)
			await_sleep(held->pids[i]);
		moved = migrations(held);
		play_held(held);
		if (in_order(held->turn, held->tasks) &&
		    (!unplug || held->moved >= MOVED_LEAST))
			return false;
		if (unplug ? held->moved >= MOVED_LEAST :
			     migrations(held) == moved)
			break;
		fprintf(stderr, "round %d: %s\n", round,
			unplug ? "not moved" : "moved");
	}
	tell_round(held, round);
	return true;
}

static void make_held(struct held *held, long us)
{
	int done[2], ends[2], i;

	if (pipe(ends) || pipe(done))
		exit(1);
	held->hold = ends[1];
	held->done = done[0];
	held->holder = fork();
	if (!held->holder)
		hold_cpu(ends[0], held->holds);
	for (i = 0; i < held->tasks; i++) {
		if (pipe(ends))
			exit(1);
		held->turn[i] = i;
		held->to[i] = ends[1];
		held->pids[i] = fork();
		if (!held->pids[i]) {
			pin(1);
			work(i, ends[0], done[1], us);
		}
		write_file(held->group, held->pids[i]);
	}
}

static int held(char **argv, int tasks, int rounds, long us)
{
	static struct held held;
	int round, i, wrong = 0;

	way = argv[5];
	held.group = argv[6];
	held.other = argv[7];
	held.tasks = tasks;
	notes = mmap(NULL, sizeof(*notes), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	held.holds = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	make_held(&held, us);
	for (round = 0; round < rounds; round++)
		wrong += round_is_wrong(&held, round);
	for (i = 0; i < tasks; i++)
		if (write(held.to[i], "x", 1) != 1)
			return 1;
	if (write(held.hold, "x", 1) != 1)
		return 1;
	while (wait(NULL) > 0)
		;
	printf("%d\n", wrong);
	return 0;
}

/* --- The others ----------------------------------------------------------- */

static void hog(long seconds)
{
	long long end = now(CLOCK_MONOTONIC) + seconds * 1000000000LL;

	while (now(CLOCK_MONOTONIC) < end)
		;
}

/* All begin at the same time: they leave little to who has others to fork. */
static int hogs(int count, long seconds)
{
	int i, ready[2];
	char byte;

	if (pipe(ready))
		return 1;
	for (i = 0; i < count; i++) {
		if (!fork()) {
			close(ready[1]);
			if (read(ready[0], &byte, 1))
				_exit(1);
			hog(seconds);
			_exit(0);
		}
	}
	close(ready[1]);
	while (wait(NULL) > 0)
		;
	return 0;
}

/* Each notes its longest pause, but for what it takes until all run. */
static void pause_of(long *longest, long seconds)
{
	long long begin = now(CLOCK_MONOTONIC), last = begin, time = begin;
	long most = 0;

	while (time < begin + seconds * 1000000000LL) {
		time = now(CLOCK_MONOTONIC);
		if (last > begin + seconds * 500000000LL && time - last > most)
			most = time - last;
		last = time;
	}
	*longest = most;
	_exit(0);
}

static int round_of(int count, long seconds)
{
	long *longest = mmap(NULL, MOST * sizeof(long), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long most = 0;
	int i;

	for (i = 0; i < count; i++)
		if (!fork())
			pause_of(&longest[i], seconds);
	while (wait(NULL) > 0)
		;
	for (i = 0; i < count; i++)
		most = longest[i] > most ? longest[i] : most;
	printf("%ld\n", most / 1000);
	return 0;
}

/* No program of its own could lift its priority, but who waits for it does. */
static void lift(unsigned int *futex, long seconds)
{
	long long end = now(CLOCK_MONOTONIC) + seconds * 1000000000LL, at;
	struct timespec until;

	pin(1);
	while (now(CLOCK_MONOTONIC) < end) {
		at = now(CLOCK_REALTIME) + 2000000;
		until.tv_sec = at / 1000000000;
		until.tv_nsec = at % 1000000000;
		syscall(SYS_futex, futex, FUTEX_LOCK_PI, 0, &until, NULL, 0);
	}
	_exit(0);
}

/* As it is now, and not only as the nice value says. */
static int priority(void)
{
	FILE *file = fopen("/proc/self/stat", "r");
	int field, value = -1;

	if (!file)
		return -1;
	if (fscanf(file, "%*d (%*[^)]) %*c") == EOF)
		value = -1;
	for (field = 4; field <= 18; field++)
		if (fscanf(file, "%d", &value) != 1)
			break;
	fclose(file);
	return value;
}

/* Is it ever lifted? By its nice value it would be at the end of the scale. */
static bool hog_lifted(long seconds)
{
	long long end = now(CLOCK_MONOTONIC) + seconds * 1000000000LL;
	bool is_lifted = false;

	while (now(CLOCK_MONOTONIC) < end) {
		burn(500);
		is_lifted |= priority() < 20 + 19;
	}
	return is_lifted;
}

static int boost(long seconds)
{
	unsigned int *futex = mmap(NULL, sizeof(*futex), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool is_lifted;

	if (syscall(SYS_futex, futex, FUTEX_LOCK_PI, 0, NULL, NULL, 0))
		return 1;
	if (!fork())
		lift(futex, seconds);
	setpriority(PRIO_PROCESS, 0, 19);
	is_lifted = hog_lifted(seconds);
	syscall(SYS_futex, futex, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
	wait(NULL);
	return !is_lifted;
}

static pid_t fork_hog(long seconds)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	hog(seconds);
	_exit(0);
}

static int toggle(char **argv, long us, long seconds)
{
	long long end = now(CLOCK_MONOTONIC) + seconds * 1000000000LL;
	struct sched_param first = { .sched_priority = 1 };
	int fd = open(argv[6], O_WRONLY);

	if (fd < 0 || fork_hog(seconds) < 0 || fork_hog(seconds) < 0)
		return 1;
	/* As one who runs on another processor would, it waits for nobody. */
	if (sched_setscheduler(0, SCHED_FIFO, &first))
		return 1;
	while (now(CLOCK_MONOTONIC) < end) {
		usleep(us);
		/* A tick between the two is to be a rare thing. */
		if (write(fd, argv[4], 1) != 1 || write(fd, argv[5], 1) != 1)
			return 1;
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

static int hopper(char **argv, long us, long seconds)
{
	long long end = now(CLOCK_MONOTONIC) + seconds * 1000000000LL;
	int group = open(argv[4], O_WRONLY), other = open(argv[5], O_WRONLY);
	pid_t second = fork_hog(seconds);
	int nice = 0;

	if (group < 0 || other < 0 || second < 0)
		return 1;
	while (now(CLOCK_MONOTONIC) < end) {
		burn(us);
		if (write(other, "0", 1) != 1)
			return 1;
		setpriority(PRIO_PROCESS, second, ++nice % 20);
		if (write(group, "0", 1) != 1)
			return 1;
	}
	wait(NULL);
	return 0;
}

static void join(char **argv, long seconds, long long *most)
{
	int group = open(argv[4], O_WRONLY), other = open(argv[5], O_WRONLY);
	long long end = now(CLOCK_MONOTONIC) + seconds * 1000000000LL, began;

	if (group < 0 || other < 0)
		_exit(1);
	do {
		if (write(other, "0", 1) != 1)
			_exit(1);
		burn(500);
		began = now(CLOCK_MONOTONIC);
		if (write(group, "0", 1) != 1)
			_exit(1);
		began = now(CLOCK_MONOTONIC) - began;
		if (began > *most)
			*most = began;
		burn(500);
	} while (now(CLOCK_MONOTONIC) < end);
	_exit(0);
}

static int joiners(char **argv, long count, long seconds)
{
	long long *most = mmap(NULL, count * sizeof(*most),
			       PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int failed = most == MAP_FAILED, status;
	long i, worst = 0;

	for (i = 0; i < count && !failed; i++)
		if (!fork())
			join(argv, seconds, &most[i]);
	while (wait(&status) > 0)
		failed |= status;
	if (failed)
		return 1;
	for (i = 0; i < count; i++)
		if (most[i] > worst)
			worst = most[i];
	printf("%ld\n", worst / 1000);
	return 0;
}

static int share(long seconds)
{
	hog(seconds);
	printf("%lld\n", now(CLOCK_THREAD_CPUTIME_ID) / 1000);
	return 0;
}

static int yielder(long seconds)
{
	long long end = now(CLOCK_MONOTONIC) + seconds * 1000000000LL;

	burn(200000);
	while (now(CLOCK_MONOTONIC) < end) {
		burn(1000);
		sched_yield();
	}
	return 0;
}

static int napper(long burst, long nap, long seconds)
{
	long long end = now(CLOCK_MONOTONIC) + seconds * 1000000000LL;
	const struct timespec pause = { .tv_nsec = nap * 1000 };

	/* The kernel would sleep for up to 50 us more, to save wake-ups. */
	prctl(PR_SET_TIMERSLACK, 1);
	while (now(CLOCK_MONOTONIC) < end) {
		burn(burst);
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

#define PERIOD 25000000LL

static void serve_one(long us, long long begin, long requests, long *late)
{
	struct timespec at;
	long i;

	for (i = 0; i < requests; i++, begin += PERIOD) {
		at.tv_sec = begin / 1000000000;
		at.tv_nsec = begin % 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
		burn(us);
		late[i] = (now(CLOCK_MONOTONIC) - begin) / 1000;
	}
	_exit(0);
}

static int serve(long tasks, long us, long seconds)
{
	long requests = seconds * 1000000000 / PERIOD, sum = 0, i;
	long count = tasks * requests, *late;
	long long begin = now(CLOCK_MONOTONIC) + 100000000;

	late = mmap(NULL, count * sizeof(*late), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (late == MAP_FAILED)
		return 1;
	for (i = 0; i < tasks; i++)
		if (!fork())
			serve_one(us, begin, requests, late + i * requests);
	while (wait(NULL) > 0)
		;
	for (i = 0; i < count; i++)
		sum += late[i];
	qsort(late, count, sizeof(*late), compare);
	printf("%ld %ld\n", sum / count, late[count * 99 / 100]);
	return 0;
}

static volatile sig_atomic_t is_over;

static void end(int signal)
{
	is_over = signal;
}

static int sleeper(long us, long seconds)
{
	struct timespec at;
	long count = 0, most = seconds * 1000000 / us, *late;
	long long next = now(CLOCK_MONOTONIC), until;

	until = next + seconds * 1000000000LL;
	late = calloc(most + 1, sizeof(*late));
	signal(SIGTERM, end);
	while (late && now(CLOCK_MONOTONIC) < until && count < most) {
		next += us * 1000LL;
		at.tv_sec = next / 1000000000;
		at.tv_nsec = next % 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
		if (is_over)
			break;
		late[count++] = (now(CLOCK_MONOTONIC) - next) / 1000;
	}
	if (!count)
		return 1;
	qsort(late, count, sizeof(*late), compare);
	printf("%ld %ld %ld\n", late[count / 2], late[count * 99 / 100],
	       late[count - 1]);
	return 0;
}

static void wake_and_work(long us, long seconds)
{
	long long end = now(CLOCK_MONOTONIC) + seconds * 1000000000LL;

	while (us && now(CLOCK_MONOTONIC) < end) {
		usleep(us);
		burn(us / 10);
	}
}

static void preempted_hog(long *count, long seconds)
{
	struct rusage usage;

	hog(seconds);
	getrusage(RUSAGE_SELF, &usage);
	__atomic_fetch_add(count, usage.ru_nivcsw, __ATOMIC_SEQ_CST);
	_exit(0);
}

static int preempted(int count, long us, long seconds)
{
	long *sum = mmap(NULL, sizeof(*sum), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int i;

	for (i = 0; i < count; i++)
		if (!fork())
			preempted_hog(sum, seconds);
	wake_and_work(us, seconds);
	while (wait(NULL) > 0)
		;
	printf("%ld\n", *sum);
	return 0;
}

static int children(long rounds)
{
	int *first = mmap(NULL, sizeof(*first), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int count = 0, none;
	pid_t pid;

	if (first == MAP_FAILED)
		return 1;
	for (; rounds > 0; rounds--) {
		*first = -1;
		pid = fork();
		none = -1;
		__atomic_compare_exchange_n(first, &none, !pid, 0,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
		count += *first;
	}
	printf("%d\n", count);
	return 0;
}

static int pingpong(long rounds)
{
	int there[2], back[2];
	long long begin = 0;
	char byte = 0;
	long i;

	if (pipe(there) || pipe(back))
		return 1;
	if (!fork()) {
		while (read(there[0], &byte, 1) == 1 && byte != 'x')
			if (write(back[1], &byte, 1) != 1)
				break;
		_exit(0);
	}
	/* The first ones warm up. */
	for (i = -rounds / 10; i < rounds; i++) {
		if (!i)
			begin = now(CLOCK_MONOTONIC);
		if (write(there[1], &byte, 1) != 1 ||
		    read(back[0], &byte, 1) != 1)
			return 1;
	}
	printf("%lld\n", (now(CLOCK_MONOTONIC) - begin) / rounds);
	return write(there[1], "x", 1) != 1;
}

static void churn_once(unsigned int *seed, int cpus)
{
	struct sched_param param = { 0 };
	int policy;
	pid_t child;

	switch (rand_r(seed) % 8) {
	case 0:
		child = fork();
		if (!child) {
			burn(rand_r(seed) % 3000);
			_exit(0);
		}
		waitpid(child, NULL, 0);
		break;
	case 1:
		usleep(rand_r(seed) % 2000);
		break;
	case 2:
		sched_yield();
		break;
	case 3:
		setpriority(PRIO_PROCESS, 0, rand_r(seed) % 20);
		break;
	case 4:
		pin(rand_r(seed) % cpus);
		break;
	case 5:
		param.sched_priority = 1;
		sched_setscheduler(0, SCHED_RR, &param);
		burn(100);
		param.sched_priority = 0;
		policy = rand_r(seed) % 2 ? SCHED_OTHER : SCHED_BATCH;
		sched_setscheduler(0, policy, &param);
		break;
	default:
		burn(rand_r(seed) % 3000);
	}
}

static int churn(long seconds)
{
	int i, cpus = sysconf(_SC_NPROCESSORS_ONLN);
	long long end = now(CLOCK_MONOTONIC) + seconds * 1000000000LL;
	unsigned int seed;

	for (i = 0; i < 4 * cpus; i++) {
		if (fork())
			continue;
		seed = i + 1;
		while (now(CLOCK_MONOTONIC) < end)
			churn_once(&seed, cpus);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";
	long a = argc > 2 ? atol(argv[2]) : 0, b = argc > 3 ? atol(argv[3]) : 0;
	long c = argc > 4 ? atol(argv[4]) : 0;

	if (strcmp(verb, "churn"))
		pin(0);
	if (!strcmp(verb, "order") && argc > 4 && a <= MOST)
		return order_by(argv, a, b, c);
	if (!strcmp(verb, "held") && argc > 7 && a <= MOST)
		return held(argv, a, b, c);
	if (!strcmp(verb, "hogs"))
		return hogs(a, b);
	if (!strcmp(verb, "round") && a <= MOST)
		return round_of(a, b);
	if (!strcmp(verb, "yielder"))
		return yielder(a);
	if (!strcmp(verb, "napper"))
		return napper(a, b, c);
	if (!strcmp(verb, "serve") && a > 0)
		return serve(a, b, c);
	if (!strcmp(verb, "boost"))
		return boost(a);
	if (!strcmp(verb, "toggle") && argc > 6)
		return toggle(argv, a, b);
	if (!strcmp(verb, "hopper") && argc > 5)
		return hopper(argv, a, b);
	if (!strcmp(verb, "joiners") && argc > 5)
		return joiners(argv, a, b);
	if (!strcmp(verb, "share"))
		return share(a);
	if (!strcmp(verb, "sleeper"))
		return sleeper(a, b);
	if (!strcmp(verb, "preempted"))
		return preempted(a, b, c);
	if (!strcmp(verb, "children"))
		return children(a);
	if (!strcmp(verb, "pingpong"))
		return pingpong(a);
	if (!strcmp(verb, "churn"))
		return churn(a);
	fprintf(stderr, "usage: sched VERB ...\n");
	return 2;
}
