/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The same calls under two sets of rules, and whether the same became of them:
 * the value returned, all that a handler of SIGSYS is told, or the signal that
 * killed.
 *
 * A worker makes calls until one kills it, then the next goes on. It is started
 * while everything is allowed, and waits in a read() that was begun before the
 * rules came into force: from then on it needs none but the calls in question.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "door.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define MEMORY_FD 200
#define FILTER 4096

enum door {
	X64,
	IA32,
	X32,
	DOORS
};
enum side {
	OURS,
	SECCOMP,
	SIDES
};

static const char *const door_names[] = { "x64", "ia32", "x32" };

struct probe {
	int door;
	int nr;
	uint64_t arg[6];
};

enum outcome {
	NOT_MADE,
	RETURNED,
	TRAPPED,
	KILLED
};

struct result {
	int outcome;
	int code, errno_, syscall, arch, addr;
	long value;
};

/* Shared by all, also after an execve. */
struct memory {
	int probes;
	int next[SIDES];
	int ready[WORKERS];
	struct sock_filter filter[FILTER];
	unsigned short length;
	struct probe probe[PROBES];
	struct result result[SIDES][PROBES];
};

static struct memory *memory;

static void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(2);
}

/* Those who made the program say how a worker comes under the filter. */
static void install_filter(void);

/* --- Chance --------------------------------------------------------------- */

static uint64_t state;

static uint32_t below(uint32_t limit)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (state >> 33) % limit;
}

/* --- Rules ---------------------------------------------------------------- */

/* Of the vkernel whose files they are. */
static void put(const char *directory, const char *file, const char *format,
		...)
{
	char path[256], text[512];
	va_list arguments;
	int fd, length;

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, text, length) != length) {
		fprintf(stderr, "'%s' to %s: ", text, path);
		die("write");
	}
	close(fd);
}

/* --- A worker ------------------------------------------------------------- */

static volatile struct result *now;
static jmp_buf behind_call;

/* What is in rax when it returns is the call's value. It does not return: that
 * would be a call, too.
 */
static void trapped(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	now->outcome = TRAPPED;
	now->code = info->si_code;
	now->errno_ = info->si_errno;
	now->syscall = info->si_syscall;
	now->arch = info->si_arch;
	now->addr = !!info->si_call_addr;
	now->value = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX];
	_longjmp(behind_call, 1);
}

static long make_call(const struct probe *probe)
{
	if (probe->door == IA32)
		return by_int80(probe->nr, probe->arg);
	if (probe->door == X32)
		return by_syscall(probe->nr | X32_BIT, probe->arg);
	return by_syscall(probe->nr, probe->arg);
}

/* The last one waits to be killed: it may not be allowed to exit. */
static void make_calls(enum side side)
{
	int i;

	_setjmp(behind_call);
	while ((i = memory->next[side]++) < memory->probes) {
		now = &memory->result[side][i];
		now->outcome = RETURNED;
		now->value = make_call(&memory->probe[i]);
	}
	for (;;)
		__builtin_ia32_pause();
}

static void work(enum side side, int which, int pipe)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO | SA_NODEFER,
				    .sa_sigaction = trapped };
	char byte;

	sigaction(SIGSYS, &action, NULL);
	memory->ready[which] = 1;
	if (read(pipe, &byte, 1) != 1)
		_exit(4);
	if (side == SECCOMP)
		install_filter();
	make_calls(side);
}

/* --- All together --------------------------------------------------------- */

struct worker {
	pid_t pid;
	int wake;
};

static char stat_of(pid_t pid)
{
	char path[64], text[256] = "";
	char *end;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		die(path);
	close(fd);
	end = strrchr(text, ')');
	return end ? end[2] : '?';
}

static struct worker start_worker(enum side side, int which)
{
	struct worker worker;
	char number[16], fd[16];
	int ends[2];

	memory->ready[which] = 0;
	if (pipe(ends))
		die("pipe");
	worker.pid = fork();
	if (!worker.pid) {
		close(ends[1]);
		if (side == SECCOMP)
			work(side, which, ends[0]);
		snprintf(number, sizeof(number), "%d", which);
		snprintf(fd, sizeof(fd), "%d", ends[0]);
		execl("/proc/self/exe", "trial", "worker", number, fd, NULL);
		_exit(5);
	}
	close(ends[0]);
	worker.wake = ends[1];
	return worker;
}

static void start_workers(enum side side, struct worker *workers)
{
	int i;

	for (i = 0; i < WORKERS; i++)
		workers[i] = start_worker(side, i);
	for (i = 0; i < WORKERS; i++)
		while (!*(volatile int *)&memory->ready[i] ||
		       stat_of(workers[i].pid) != 'S')
			usleep(1000);
}

/* How a worker ended, which is killed when no call is left. */
static int end_of(enum side side, pid_t pid)
{
	volatile int *next = &memory->next[side];
	int status;
	pid_t done;

	while (!(done = waitpid(pid, &status, WNOHANG))) {
		if (*next > memory->probes)
			kill(pid, SIGKILL);
		usleep(500);
	}
	if (done != pid)
		die("wait");
	if (WIFEXITED(status))
		die("worker");
	return WTERMSIG(status);
}

/* One after the other, until all calls are made or none is left. */
static void run_workers(enum side side, struct worker *workers)
{
	struct result *result;
	int i, signal;

	for (i = 0; i < WORKERS; i++) {
		if (memory->next[side] >= memory->probes)
			kill(workers[i].pid, SIGKILL);
		else if (write(workers[i].wake, "", 1) != 1)
			die("wake");
		close(workers[i].wake);
		signal = end_of(side, workers[i].pid);
		if (signal == SIGKILL)
			continue;
		result = &memory->result[side][memory->next[side] - 1];
		result->outcome = KILLED;
		result->value = signal;
	}
}

/* --- What became of them -------------------------------------------------- */

static int outcomes[4];

static void show_result(const char *side, const struct result *result)
{
	printf("  %s: outcome %d value %ld code %d errno %d syscall %d arch %x addr %d\n",
	       side, result->outcome, result->value, result->code,
	       result->errno_, result->syscall, result->arch, result->addr);
}

static void show_probe(int i)
{
	const struct probe *probe = &memory->probe[i];

	printf("%s %d(%lx, %lx, %lx, %lx, %lx, %lx)\n", door_names[probe->door],
	       probe->nr, probe->arg[0], probe->arg[1], probe->arg[2],
	       probe->arg[3], probe->arg[4], probe->arg[5]);
	show_result("rules", &memory->result[OURS][i]);
	show_result("seccomp", &memory->result[SECCOMP][i]);
}

static bool is_same(int i)
{
	outcomes[memory->result[OURS][i].outcome]++;
	return !memcmp(&memory->result[OURS][i], &memory->result[SECCOMP][i],
		       sizeof(struct result));
}

/* --- What they share ------------------------------------------------------ */

static void map_memory(void)
{
	memory = mmap(NULL, sizeof(*memory), PROT_READ | PROT_WRITE, MAP_SHARED,
		      MEMORY_FD, 0);
	if (memory == MAP_FAILED)
		die("mmap");
}

static void share_memory(void)
{
	int fd = memfd_create("trial", 0);

	if (fd < 0 || ftruncate(fd, sizeof(*memory)) || dup2(fd, MEMORY_FD) < 0)
		die("memory");
	close(fd);
	map_memory();
}

/* Of three, or of the two in front of x32's. */
static int count_doors(void)
{
	static const uint64_t none[6];

	return by_syscall(SYS_getppid | X32_BIT, none) == -ENOSYS ? X32 : DOORS;
}

/* A program that is a worker never comes back from here. */
static void be_worker(int argc, char **argv)
{
	if (argc != 4 || strcmp(argv[1], "worker"))
		return;
	map_memory();
	work(OURS, atoi(argv[2]), atoi(argv[3]));
}

#endif /* TRIAL_H */
