// SPDX-License-Identifier: GPL-2.0
/*
 * began - a program that looks at the clock as its first act, and writes what
 * it saw: nanoseconds since the boot
 *
 * No C library: nothing runs before _start.
 *
 * Build with: -nostdlib -static -fno-stack-protector
 */
static long system_call(long nr, long first, const void *second, long third)
{
	long ret;

	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"(nr), "D"(first), "S"(second), "d"(third)
		     : "rcx", "r11", "memory");
	return ret;
}

#define CALL_WRITE 1
#define CALL_EXIT 60
#define CALL_CLOCK_GETTIME 228
#define CLOCK_MONOTONIC 1

void _start(void)
{
	char line[24], *at = line + sizeof(line);
	long time[2], number;

	system_call(CALL_CLOCK_GETTIME, CLOCK_MONOTONIC, time, 0);
	number = time[0] * 1000000000 + time[1];
	*--at = '\n';
	for (; number; number /= 10)
		*--at = '0' + number % 10;
	system_call(CALL_WRITE, 1, at, line + sizeof(line) - at);
	for (;;)
		system_call(CALL_EXIT, 0, line, 0);
}
