// SPDX-License-Identifier: GPL-2.0
/*
 * first - a program whose first system call is mkdir(2)
 *
 * No C library: nothing runs before _start, so whoever judges a program later
 * than at its first instruction lets this one through. Makes /made-by-first and
 * exits with the errno of it, 0 if it was made.
 *
 * Build with: -nostdlib -static
 */
static long system_call(long nr, const void *first, long second)
{
	long ret;

	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"(nr), "D"(first), "S"(second)
		     : "rcx", "r11", "memory");
	return ret;
}

#define CALL_EXIT 60
#define CALL_MKDIR 83

void _start(void)
{
	long ret = system_call(CALL_MKDIR, "/made-by-first", 0755);

	for (;;)
		system_call(CALL_EXIT, (void *)-ret, 0);
}
