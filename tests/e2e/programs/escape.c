// SPDX-License-Identifier: GPL-2.0
/*
 * escape slow - sleep until SIGUSR1 comes, and again
 * escape ring - make a ring, and by it a directory once the file /tmp/go exists
 * escape DIRECTORY - try to make directories by ways that somebody else decides
 * about: a tracer that changes a call's number, a seccomp filter that lets it,
 * a call that is started again under another number, a signal frame, a child of
 * vfork or clone, io_uring, a pid namespace that it joins
 *
 * Prints "WAY RESULT" for each; RESULT is "made" or the error's name.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static const char *directory;
static char path[256];

static void report(const char *way, long ret)
{
	char line[256];

	snprintf(line, sizeof(line), "%s %s\n", way,
		 ret ? strerrorname_np(-ret) ?: "nothing" : "made");
	if (write(STDOUT_FILENO, line, strlen(line)) < 0)
		_exit(2);
}

static void aim(const char *way)
{
	snprintf(path, sizeof(path), "%s/%s", directory, way);
}

/* An allowed call, with mkdir's arguments; as it is, it fails with EBADF. */
static long innocent(void)
{
	long ret = syscall(SYS_fchmod, path, 0755);

	return ret ? -errno : 0;
}

/* --- A tracer that changes the number ------------------------------------- */

static void change_number(pid_t child)
{
	struct user_regs_struct regs;

	ptrace(PTRACE_GETREGS, child, NULL, &regs);
	regs.orig_rax = SYS_mkdir;
	ptrace(PTRACE_SETREGS, child, NULL, &regs);
}

/* The child's next call is changed at its entry. */
static void follow_one_call(pid_t child, int request, int wanted)
{
	int status;

	waitpid(child, &status, 0);
	ptrace(PTRACE_SETOPTIONS, child, NULL,
	       PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP);
	ptrace(request, child, NULL, NULL);
	waitpid(child, &status, 0);
	if (status >> 8 == wanted)
		change_number(child);
	ptrace(PTRACE_DETACH, child, NULL, NULL);
	waitpid(child, &status, 0);
}

static void by_ptrace(void)
{
	pid_t child;

	aim("ptrace");
	child = fork();
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		report("ptrace", innocent());
		_exit(0);
	}
	follow_one_call(child, PTRACE_SYSCALL, SIGTRAP | 0x80);
}

/* fchmod goes to the tracer, everything else is allowed. */
static int install_filter(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fchmod, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = filter };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ?:
		       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void by_seccomp(void)
{
	pid_t child;

	aim("seccomp");
	child = fork();
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		report("seccomp", install_filter() ? -errno : innocent());
		_exit(0);
	}
	follow_one_call(child, PTRACE_CONT,
			SIGTRAP | PTRACE_EVENT_SECCOMP << 8);
}

/* --- A call that is started again under another number -------------------- */

#define ERESTARTNOINTR 513

/*
 * At a signal's stop, behind a syscall instruction: the kernel is made to
 * believe that mkdir was interrupted and is to be started again.
 */
static void restart_as_mkdir(pid_t child)
{
	struct user_regs_struct regs;

	ptrace(PTRACE_GETREGS, child, NULL, &regs);
	regs.orig_rax = SYS_mkdir;
	regs.rax = -ERESTARTNOINTR;
	regs.rdi = (unsigned long)path;
	regs.rsi = 0755;
	ptrace(PTRACE_SETREGS, child, NULL, &regs);
}

static void by_restart(void)
{
	int status;
	pid_t child;
	long ret;

	aim("restart");
	child = fork();
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		ret = syscall(SYS_tkill, getpid(), SIGSTOP);
		report("restart", ret ? -errno : 0);
		_exit(0);
	}
	waitpid(child, &status, 0);
	restart_as_mkdir(child);
	ptrace(PTRACE_DETACH, child, NULL, NULL);
	waitpid(child, &status, 0);
}

/* --- A signal frame ------------------------------------------------------- */

/* Where sigreturn is to lead; the call's answer is in rax behind it. */
asm("call_here: syscall; mov %rax, %rdi; jmp called_there");
void call_here(void);

void called_there(long ret)
{
	report("sigreturn", ret);
	_exit(0);
}

static void forge(int signal, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)signal;
	(void)info;
	regs[REG_RIP] = (greg_t)call_here;
	regs[REG_RSP] &= -16;
	regs[REG_RAX] = SYS_mkdir;
	regs[REG_RDI] = (greg_t)path;
	regs[REG_RSI] = 0755;
}

static void by_sigreturn(void)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO,
				    .sa_sigaction = forge };
	pid_t child;

	aim("sigreturn");
	child = fork();
	if (!child) {
		sigaction(SIGUSR1, &action, NULL);
		raise(SIGUSR1);
		_exit(1);
	}
	waitpid(child, NULL, 0);
}

/* --- Children ------------------------------------------------------------- */

static long make(void)
{
	return syscall(SYS_mkdir, path, 0755) ? -errno : 0;
}

static void by_vfork(void)
{
	pid_t child;

	aim("vfork");
	child = vfork();
	if (!child) {
		report("vfork", make());
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

static int in_clone(void *unused)
{
	(void)unused;
	report("clone", make());
	return 0;
}

static void by_clone(void)
{
	static long stack[8192];

	aim("clone");
	waitpid(clone(in_clone, stack + 8192,
		      CLONE_VM | CLONE_FILES | CLONE_NEWPID | CLONE_NEWNS |
			      SIGCHLD,
		      NULL),
		NULL, 0);
}

/*
 * In a pid namespace inside its own, which it has joined.
 */
static void by_setns(void)
{
	pid_t other, child;
	char link[64];
	int fd;

	aim("setns");
	other = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL,
			NULL);
	if (!other) {
		pause();
		_exit(0);
	}
	snprintf(link, sizeof(link), "/proc/%d/ns/pid", other);
	fd = open(link, O_RDONLY);
	if (fd < 0 || setns(fd, CLONE_NEWPID)) {
		report("setns", -errno ?: -EINVAL);
		return;
	}
	child = fork();
	if (!child) {
		report("setns", getpid() == 2 ? make() : -ECHILD);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
}

/* --- io_uring ------------------------------------------------------------- */

static long uring_mkdir(int ring, const struct io_uring_params *params)
{
	char *queue = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
			   IORING_OFF_SQ_RING);
	char *answers = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
			     ring, IORING_OFF_CQ_RING);
	struct io_uring_sqe *entry = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					  MAP_SHARED, ring, IORING_OFF_SQES);

	if (queue == MAP_FAILED || answers == MAP_FAILED || entry == MAP_FAILED)
		return -errno;
	*entry = (struct io_uring_sqe){
		.opcode = IORING_OP_MKDIRAT,
		.fd = AT_FDCWD,
		.addr = (unsigned long)path,
		.len = 0755,
	};
	*(unsigned int *)(queue + params->sq_off.array) = 0;
	*(volatile unsigned int *)(queue + params->sq_off.tail) = 1;
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) != 1)
		return -errno;
	return ((struct io_uring_cqe *)(answers + params->cq_off.cqes))->res;
}

static void by_uring(void)
{
	struct io_uring_params params = {};
	int ring;

	aim("uring");
	ring = syscall(SYS_io_uring_setup, 1, &params);
	report("uring", ring < 0 ? -errno : uring_mkdir(ring, &params));
}

/* --- Asleep while it is denied -------------------------------------------- */

static void wake(int signal)
{
	(void)signal;
}

/* Until SIGUSR1; what stops it meanwhile does not end it. */
static int sleep_long(void)
{
	struct timespec long_time = { .tv_sec = 1000 };

	signal(SIGUSR1, wake);
	printf("slept %s\n",
	       nanosleep(&long_time, NULL) ? strerrorname_np(errno) : "ok");
	printf("again %s\n",
	       nanosleep(&long_time, NULL) ? strerrorname_np(errno) : "ok");
	return 0;
}

static int wait_with_ring(void)
{
	struct io_uring_params params = {};
	int ring = syscall(SYS_io_uring_setup, 1, &params);

	directory = "/tmp";
	aim("ring");
	puts("ready");
	fflush(stdout);
	while (access("/tmp/go", F_OK))
		usleep(50000);
	report("ring", ring < 0 ? -errno : uring_mkdir(ring, &params));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "ring"))
		return wait_with_ring();
	if (!strcmp(argv[1], "slow"))
		return sleep_long();
	directory = argv[1];
	setvbuf(stdout, NULL, _IONBF, 0);
	by_ptrace();
	by_seccomp();
	by_restart();
	by_sigreturn();
	by_vfork();
	by_clone();
	by_uring();
	by_setns();
	return 0;
}
