// SPDX-License-Identifier: GPL-2.0
/*
 * decide INNER OUTER PID FILTER SAMPLES COMMAND... - is each call decided as by
 * seccomp?
 *
 * INNER and OUTER are directories of armed vkernels, INNER inside OUTER; PID is
 * the init of INNER's pid namespace. COMMAND puts a profile in force in INNER,
 * FILTER has what libseccomp makes of the same profile. All calls that the
 * kernel has are made by all doors, with SAMPLES sets of arguments: those that
 * the filter compares with, and others. No call that is allowed is done: OUTER
 * denies all, and so does a filter that is there before this one; of equally
 * strict verdicts the inner one's and the newer one's counts, so that each
 * errno shows.
 *
 * Left out, and shown, are the calls that no rule can deny. Different may be:
 * numbers that the kernel does not have (it says so itself); io_uring's calls,
 * which may be denied though the filter allows them; and ia32's ipc where a
 * version stands above the number of what it is to do, which the kernel does
 * and the filter does not recognise. All are told apart and counted.
 */
#define _GNU_SOURCE
#define WORKERS 16
#define PROBES 65536

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>

#include "trial.h"

/* What an allowed call comes to. No profile has this error. */
#define ALLOWED 4000
/* The one call that is done nevertheless: it brings the filter. */
#define MAGIC 0x5eed

static const char *inner, *outer;
static int host_namespace, inner_namespace;
static int doors;

/* --- The calls ------------------------------------------------------------ */

#define NUMBERS 1024

/* How many numbers a door's table has, and which of them no rule can deny. */
static int numbers[DOORS];
static bool essential[DOORS][NUMBERS];

/* Whether there is a number, found out by a rule about it. */
static bool is_number(int fd, int door, int nr)
{
	char line[64];
	int length;

	length = snprintf(line, sizeof(line), "%s %d EPERM", door_names[door],
			  nr);
	if (write(fd, line, length) == length)
		return true;
	essential[door][nr] = errno == EPERM;
	return errno == EPERM;
}

static void find_calls(int door)
{
	char path[256];
	int fd, nr = 0;

	snprintf(path, sizeof(path), "%s/syscall/rules_add", inner);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		die(path);
	while (nr < NUMBERS - 1 && is_number(fd, door, nr))
		nr++;
	close(fd);
	numbers[door] = nr;
}

/* By argument: what a filter compares it with. */
#define VALUES 64
static uint64_t values[6][VALUES];
static int value_count[6];

static void add_value(int arg, uint64_t value)
{
	int i;

	for (i = 0; i < value_count[arg]; i++)
		if (values[arg][i] == value)
			return;
	if (i < VALUES)
		values[arg][value_count[arg]++] = value;
}

/* Either half of an argument: what it is compared with, and what is near. */
static void add_values(int arg, bool high, uint32_t value)
{
	int shift = high ? 32 : 0;

	add_value(arg, (uint64_t)value << shift);
	add_value(arg, (uint64_t)(value + 1) << shift);
	add_value(arg, (uint64_t)(value - 1) << shift);
	add_value(arg, (uint64_t)value << shift | 1ULL << 35);
}

static void find_values(void)
{
	int first = offsetof(struct seccomp_data, args), loaded = 0, i;
	const struct sock_filter *at;

	for (i = 0; i < 6; i++) {
		add_values(i, false, 0);
		add_value(i, -1ULL);
	}
	for (i = 0; i < memory->length; i++) {
		at = &memory->filter[i];
		if (at->code == (BPF_LD | BPF_W | BPF_ABS))
			loaded = at->k;
		else if (at->code != (BPF_RET | BPF_K) && loaded >= first)
			add_values((loaded - first) / 8, loaded & 4, at->k);
	}
}

/* A multiplexer is asked for all that it does. */
#define IA32_SOCKETCALL 102
#define IA32_IPC 117
#define FUNCTIONS 26

static bool is_multiplexer(const struct probe *probe)
{
	return probe->door == IA32 &&
	       (probe->nr == IA32_SOCKETCALL || probe->nr == IA32_IPC);
}

static void add_probe(int door, int nr)
{
	struct probe *probe = &memory->probe[memory->probes];
	int i;

	if (memory->probes++ == PROBES)
		die("too many probes");
	probe->door = door;
	probe->nr = nr;
	for (i = 0; i < 6; i++)
		probe->arg[i] = values[i][below(value_count[i])];
	if (is_multiplexer(probe) && below(8))
		probe->arg[0] = below(FUNCTIONS);
}

/* One that kills does not hide the same ones of every run. */
static void shuffle(void)
{
	struct probe other;
	int i, j;

	for (i = memory->probes - 1; i > 0; i--) {
		j = below(i + 1);
		other = memory->probe[i];
		memory->probe[i] = memory->probe[j];
		memory->probe[j] = other;
	}
}

static void make_probes(int samples)
{
	int door, nr, i;

	for (door = 0; door < doors; door++) {
		find_calls(door);
		for (nr = 0; nr < numbers[door] + 3; nr++)
			for (i = 0; i < samples && !essential[door][nr]; i++)
				add_probe(door, nr);
	}
	for (i = 0; doors > IA32 && i < FUNCTIONS * samples; i++)
		add_probe(IA32, i % 2 ? IA32_SOCKETCALL : IA32_IPC);
	shuffle();
}

/* --- Ours ----------------------------------------------------------------- */

static void enter(int namespace)
{
	if (setns(namespace, CLONE_NEWPID))
		die("setns");
}

static void allow_all(const char *directory)
{
	put(directory, "syscall/reset", "1");
	put(directory, "syscall/commit", "1");
}

static void run(char **command)
{
	pid_t child = fork();
	int status;

	if (!child) {
		execv(*command, command);
		_exit(127);
	}
	if (waitpid(child, &status, 0) != child || status)
		die(*command);
}

/* --- Seccomp -------------------------------------------------------------- */

static void read_filter(const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t size = read(fd, memory->filter, sizeof(memory->filter));

	if (fd < 0 || size <= 0)
		die(path);
	close(fd);
	memory->length = size / sizeof(*memory->filter);
}

static void install_filter(void)
{
	struct sock_filter deny_all[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[5])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MAGIC, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ALLOWED),
	};
	struct sock_fprog first = { ARRAY_SIZE(deny_all), deny_all };
	struct sock_fprog second = { memory->length, memory->filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &first) ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &second, 0, 0,
		    MAGIC))
		_exit(3);
}

/* --- Both ----------------------------------------------------------------- */

/* Until all calls are made, or so many workers have been killed. */
#define ROUNDS 12

static bool has_left(enum side side)
{
	return memory->next[side] < memory->probes;
}

static void make_calls_of_ours(char **command)
{
	struct worker workers[WORKERS];

	allow_all(outer);
	allow_all(inner);
	enter(inner_namespace);
	start_workers(OURS, workers);
	enter(host_namespace);
	put(outer, "syscall/default", "errno:%d", ALLOWED);
	put(outer, "syscall/commit", "1");
	run(command);
	run_workers(OURS, workers);
}

static void make_calls_of_both(char **command)
{
	struct worker workers[WORKERS];
	int round;

	for (round = 0; has_left(OURS) && round < ROUNDS; round++)
		make_calls_of_ours(command);
	for (round = 0; has_left(SECCOMP) && round < ROUNDS; round++) {
		start_workers(SECCOMP, workers);
		run_workers(SECCOMP, workers);
	}
}

#define IPC_VERSION 0xffff0000

static int past_table, uring, versions, decided[2];

static bool returned(const struct result *result, long value)
{
	return result->outcome == RETURNED && result->value == value;
}

/* One that may differ, as above? */
static bool is_known(int i)
{
	const struct probe *probe = &memory->probe[i];
	const struct result *ours = &memory->result[OURS][i];
	const struct result *theirs = &memory->result[SECCOMP][i];

	if (probe->nr >= numbers[probe->door] && returned(ours, -ENOSYS)) {
		past_table++;
		return true;
	}
	if (probe->nr >= 425 && probe->nr <= 427 && returned(ours, -EPERM) &&
	    returned(theirs, -ALLOWED)) {
		uring++;
		return true;
	}
	if (probe->door == IA32 && probe->nr == IA32_IPC &&
	    probe->arg[0] & IPC_VERSION &&
	    (uint16_t)probe->arg[0] < FUNCTIONS && returned(theirs, -ALLOWED) &&
	    !returned(ours, -ALLOWED)) {
		versions++;
		return true;
	}
	return false;
}

/* Where one side was killed and the other not, they do not get equally far. */
static int reached(void)
{
	int ours = memory->next[OURS], theirs = memory->next[SECCOMP];
	int both = ours < theirs ? ours : theirs;

	return both < memory->probes ? both : memory->probes;
}

static int compare(void)
{
	int i, differences = 0, both = reached();
	bool same;

	outcomes[NOT_MADE] = memory->probes - both;
	for (i = 0; i < both; i++) {
		decided[returned(&memory->result[OURS][i], -ALLOWED)]++;
		same = is_same(i);
		if (is_known(i) || same)
			continue;
		if (differences++ < 20)
			show_probe(i);
	}
	return differences;
}

static void show_essential(void)
{
	int door, nr;

	printf("never denied:");
	for (door = 0; door < doors; door++)
		for (nr = 0; nr < numbers[door]; nr++)
			if (essential[door][nr])
				printf(" %s:%d", door_names[door], nr);
	puts("");
}

static int open_namespace(const char *pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/ns/pid", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		die(path);
	return fd;
}

int main(int argc, char **argv)
{
	int differences;

	be_worker(argc, argv);
	if (argc < 7)
		return 2;
	inner = argv[1];
	outer = argv[2];
	inner_namespace = open_namespace(argv[3]);
	host_namespace = open_namespace("self");
	share_memory();
	doors = count_doors();
	read_filter(argv[4]);
	find_values();
	make_probes(atoi(argv[5]));
	make_calls_of_both(argv + 6);
	differences = compare();
	show_essential();
	printf("doors %d numbers %d %d %d calls %d allowed %d returned %d",
	       doors, numbers[X64], numbers[IA32], numbers[X32], memory->probes,
	       decided[1], outcomes[RETURNED] - decided[1]);
	printf(" trapped %d killed %d not made %d past the table %d io_uring %d",
	       outcomes[TRAPPED], outcomes[KILLED], outcomes[NOT_MADE],
	       past_table, uring);
	printf(" ipc versions %d differences %d\n", versions, differences);
	return differences ? 1 : 0;
}
