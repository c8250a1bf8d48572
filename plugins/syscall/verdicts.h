/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vkernel's private table: what becomes of each system call. Verdicts, never
 * addresses: a table of function pointers indexed by a container would be the
 * indirect branch that the kernel's own dispatch got rid of.
 */
#ifndef SYSCALL_VERDICTS_H
#define SYSCALL_VERDICTS_H

#include <linux/nospec.h>
#include <linux/types.h>
#include <asm/unistd.h>

/**
 * enum verdict_abi - by which door a system call comes in
 * @VERDICT_X64: the 64-bit calls.
 * @VERDICT_IA32: the 32-bit calls; 64-bit code gets there by ``int $0x80``.
 * @VERDICT_X32: the x32 calls, by their number without the x32 bit.
 * @VERDICT_ABIS: how many there are.
 */
enum verdict_abi {
	VERDICT_X64,
	VERDICT_IA32,
	VERDICT_X32,
	VERDICT_ABIS
};

/* The call goes on to the kernel's own dispatch. */
#define VERDICT_ALLOW 0
/* No rule: the table's fallback decides. */
#define VERDICT_DEFAULT U16_MAX
/* The highest errno that user space may see; all between are denials. */
#define VERDICT_MAX_ERRNO 133

#define VERDICT_FIRST_IA32 NR_syscalls
#define VERDICT_FIRST_X32 (NR_syscalls + IA32_NR_syscalls)
#define VERDICT_CALLS (NR_syscalls + IA32_NR_syscalls + X32_NR_syscalls)

/**
 * struct verdicts - the verdicts on all calls of all ABIs
 * @fallback: the verdict where there is no rule; not %VERDICT_DEFAULT.
 * @of: one for each call, the three tables one behind the other.
 */
struct verdicts {
	u16 fallback;
	u16 of[VERDICT_CALLS];
};

/**
 * verdicts_first() - where an ABI's table begins
 * @abi: the ABI.
 */
static __always_inline unsigned int verdicts_first(enum verdict_abi abi)
{
	return abi == VERDICT_X64  ? 0 :
	       abi == VERDICT_IA32 ? VERDICT_FIRST_IA32 :
				     VERDICT_FIRST_X32;
}

/**
 * verdicts_count() - how many calls an ABI has
 * @abi: the ABI.
 */
static __always_inline unsigned int verdicts_count(enum verdict_abi abi)
{
	return abi == VERDICT_X64  ? NR_syscalls :
	       abi == VERDICT_IA32 ? IA32_NR_syscalls :
				     X32_NR_syscalls;
}

/**
 * verdicts_of() - the verdict on one call
 * @verdicts: the table.
 * @abi: how the call came in.
 * @nr: its number, as user space gave it.
 *
 * Context: any.
 * Return: %VERDICT_ALLOW or an errno. Numbers that do not exist are allowed:
 * the kernel itself says -ENOSYS.
 */
static __always_inline u16 verdicts_of(const struct verdicts *verdicts,
				       enum verdict_abi abi, unsigned int nr)
{
	u16 verdict;

	if (nr >= verdicts_count(abi))
		return VERDICT_ALLOW;
	nr = array_index_nospec(nr, verdicts_count(abi));
	verdict = verdicts->of[verdicts_first(abi) + nr];
	return verdict == VERDICT_DEFAULT ? verdicts->fallback : verdict;
}

/**
 * verdicts_essential() - can a program not do without this call?
 * @abi: the ABI.
 * @nr: number of the call.
 *
 * Returning from a signal handler, going on with an interrupted call, and
 * exiting: a program denied one of these cannot even end in order.
 *
 * Return: true if it must stay allowed.
 */
bool verdicts_essential(enum verdict_abi abi, unsigned int nr);

/**
 * verdicts_init() - no rules
 * @verdicts: becomes a table that allows everything.
 */
void verdicts_init(struct verdicts *verdicts);

/**
 * verdicts_publish() - make a read-only copy
 * @verdicts: the table.
 *
 * Context: process context, sleeps.
 * Return: the copy, or NULL if there is no memory.
 */
const struct verdicts *verdicts_publish(const struct verdicts *verdicts);

/**
 * verdicts_free() - free a read-only copy
 * @verdicts: what verdicts_publish() returned, seen by no reader any more, or
 *	NULL.
 *
 * Context: process context, sleeps.
 */
void verdicts_free(const struct verdicts *verdicts);

#endif /* SYSCALL_VERDICTS_H */
