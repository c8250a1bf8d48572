// SPDX-License-Identifier: GPL-2.0
/*
 * firstkey - a program whose first system call is add_key(2), which no profile
 * of a container engine allows
 *
 * No C library: nothing runs before _start. Exits with the errno.
 *
 * Build with: -nostdlib -static
 */
static long system_call(long nr, long first)
{
	register long r10 asm("r10") = 0;
	register long r8 asm("r8") = 0;
	long ret;

	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"(nr), "D"(first), "S"(0), "d"(0), "r"(r10), "r"(r8)
		     : "rcx", "r11", "memory");
	return ret;
}

#define CALL_EXIT 60
#define CALL_ADD_KEY 248

void _start(void)
{
	long ret = system_call(CALL_ADD_KEY, 0);

	for (;;)
		system_call(CALL_EXIT, -ret);
}
