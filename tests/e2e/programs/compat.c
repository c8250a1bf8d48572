// SPDX-License-Identifier: GPL-2.0
/*
 * compat vsyscall|sysenter|int80 DIRECTORY - try mkdir(2) in a 32-bit program,
 * by the way into the kernel that the vDSO takes, by its own sysenter, or by
 * int $0x80, and print "made" or the error's number
 *
 * A program of its own from the first instruction on: no C library.
 * Build with: -m32 -nostdlib -ffreestanding -fno-stack-protector -fno-pie
 */
#define AT_SYSINFO 32
#define NR_EXIT 1
#define NR_WRITE 4
#define NR_MKDIR 39

static long by_int80(long nr, long a, long b, long c)
{
	long ret;

	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "a"(nr), "b"(a), "c"(b), "d"(c)
		     : "memory");
	return ret;
}

/* The vDSO's function, which knows what this CPU has. */
static long by_vsyscall(void *vsyscall, long nr, long a, long b)
{
	long ret;

	asm volatile("call *%[f]"
		     : "=a"(ret)
		     : "a"(nr), "b"(a), "c"(b), "d"(0), [f] "S"(vsyscall)
		     : "memory");
	return ret;
}

/*
 * The kernel comes back in the vDSO, behind its own sysenter: there three
 * registers are popped, and then there is a return.
 */
static long by_sysenter(long nr, long a, long b)
{
	long ret;

	asm volatile("call 1f\n"
		     "jmp 2f\n"
		     "1: push %%ecx\n"
		     "push %%edx\n"
		     "push %%ebp\n"
		     "mov %%esp, %%ebp\n"
		     "sysenter\n"
		     "2:"
		     : "=a"(ret)
		     : "a"(nr), "b"(a), "c"(b), "d"(0)
		     : "memory");
	return ret;
}

static void say(long ret)
{
	char text[16], *at = text + sizeof(text);

	if (!ret) {
		by_int80(NR_WRITE, 1, (long)"made\n", 5);
		return;
	}
	*--at = '\n';
	for (ret = -ret; ret; ret /= 10)
		*--at = '0' + ret % 10;
	by_int80(NR_WRITE, 1, (long)at, text + sizeof(text) - at);
}

void run(long *stack)
{
	char **argv = (char **)(stack + 1);
	long *next = stack + stack[0] + 2;
	long path = (long)argv[2];

	while (*next++)
		;
	for (; next[0] && next[0] != AT_SYSINFO; next += 2)
		;
	if (argv[1][0] == 'v')
		say(by_vsyscall((void *)next[1], NR_MKDIR, path, 0755));
	else if (argv[1][0] == 's')
		say(by_sysenter(NR_MKDIR, path, 0755));
	else
		say(by_int80(NR_MKDIR, path, 0755, 0));
	by_int80(NR_EXIT, 0, 0, 0);
}

asm(".globl _start; _start: mov %esp, %eax; push %eax; call run");
