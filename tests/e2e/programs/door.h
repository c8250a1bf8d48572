/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ways into the kernel, for programs that choose one.
 */
#ifndef DOOR_H
#define DOOR_H

#include <stdint.h>

/* x32: the same instruction, with this bit in the number. */
#define X32_BIT 0x40000000

static inline long by_syscall(long nr, const uint64_t *arg)
{
	register long r10 asm("r10") = arg[3];
	register long r8 asm("r8") = arg[4];
	register long r9 asm("r9") = arg[5];
	long ret;

	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"(nr), "D"(arg[0]), "S"(arg[1]), "d"(arg[2]), "r"(r10),
		       "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return ret;
}

/* The sixth argument is in the register that compilers address frames by. */
static inline long by_int80(long nr, const uint64_t *arg)
{
	register uint64_t r12 asm("r12") = arg[5];
	int ret;

	asm volatile("xchg %%rbp, %1\n"
		     "int $0x80\n"
		     "xchg %%rbp, %1"
		     : "=a"(ret), "+r"(r12)
		     : "a"((int)nr), "b"(arg[0]), "c"(arg[1]), "d"(arg[2]),
		       "S"(arg[3]), "D"(arg[4])
		     : "r8", "r9", "r10", "r11", "memory");
	return ret;
}

#endif /* DOOR_H */
