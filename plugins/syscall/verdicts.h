/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vkernel's private table: what becomes of each system call. Verdicts, never
 * addresses: a table of function pointers indexed by a container would be the
 * indirect branch that the kernel's own dispatch got rid of.
 *
 * Pure: numbers in, a verdict out.
 */
#ifndef SYSCALL_VERDICTS_H
#define SYSCALL_VERDICTS_H

#include <linux/bits.h>
#include <linux/nospec.h>
#include <linux/types.h>

#include "objects.h"

/* User-Mode Linux, where this is tested, has one door only: no matter. */
#ifdef CONFIG_UML
#define VERDICT_X64_CALLS 451
#define VERDICT_IA32_CALLS 451
#define VERDICT_X32_CALLS 548
#else
#include <asm/unistd.h>
#define VERDICT_X64_CALLS NR_syscalls
#define VERDICT_IA32_CALLS IA32_NR_syscalls
#define VERDICT_X32_CALLS X32_NR_syscalls
#endif

/*
 * A uretprobe's way back from a probed function ("uprobe: Add uretprobe
 * syscall to speed up return probe", 6.11): the program does not know that it
 * makes this call, and seccomp does not filter it ("seccomp: passthrough
 * uretprobe systemcall without filtering").
 */
#ifdef __NR_uretprobe
#define VERDICT_URETPROBE __NR_uretprobe
#else
#define VERDICT_URETPROBE U32_MAX
#endif

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

#define VERDICT_FIRST_IA32 VERDICT_X64_CALLS
#define VERDICT_FIRST_X32 (VERDICT_FIRST_IA32 + VERDICT_IA32_CALLS)
#define VERDICT_CALLS (VERDICT_FIRST_X32 + VERDICT_X32_CALLS)

/**
 * enum verdict_action - what becomes of a call, from mild to strict
 * @VERDICT_ACT_ALLOW: it goes on to the kernel's own dispatch.
 * @VERDICT_ACT_LOG: so it does, and is recorded.
 * @VERDICT_ACT_ERRNO: it is skipped and fails; with errno 0 it returns 0.
 * @VERDICT_ACT_TRAP: it is skipped, and the task gets SIGSYS.
 * @VERDICT_ACT_KILL_THREAD: the task dies.
 * @VERDICT_ACT_KILL_PROCESS: its process dies.
 */
enum verdict_action {
	VERDICT_ACT_ALLOW,
	VERDICT_ACT_LOG,
	VERDICT_ACT_ERRNO,
	VERDICT_ACT_TRAP,
	VERDICT_ACT_KILL_THREAD,
	VERDICT_ACT_KILL_PROCESS,
};

/*
 * A verdict is an action, and 16 bits that belong to it: the errno, or what a
 * trap's handler finds in si_errno. Allowing is 0: the hot path asks no more.
 */
#define VERDICT(action, data) ((u32)(action) << 16 | (data))
#define VERDICT_ALLOW VERDICT(VERDICT_ACT_ALLOW, 0)
#define VERDICT_ERRNO(errno) VERDICT(VERDICT_ACT_ERRNO, errno)
#define VERDICT_MAX_ERRNO 4095
/* No rule: the ABI's fallback decides. Never in a &struct verdicts. */
#define VERDICT_DEFAULT U32_MAX
/* In a table: it depends on the arguments; the rest is an index of tests. */
#define VERDICT_TESTED BIT(31)

static inline enum verdict_action verdict_action(u32 verdict)
{
	return verdict >> 16;
}

static inline u16 verdict_data(u32 verdict)
{
	return verdict & U16_MAX;
}

static inline bool verdict_denies(u32 verdict)
{
	return verdict_action(verdict) > VERDICT_ACT_LOG;
}

/* Of two that are equally strict, the first. */
static inline u32 verdict_stricter(u32 a, u32 b)
{
	return verdict_action(b) > verdict_action(a) ? b : a;
}

/**
 * enum verdict_op - how a test compares, without signs
 * @VERDICT_EQ: argument == value
 * @VERDICT_NE: argument != value
 * @VERDICT_LT: argument < value
 * @VERDICT_LE: argument <= value
 * @VERDICT_GT: argument > value
 * @VERDICT_GE: argument >= value
 * @VERDICT_MASKED: (argument & mask) == value
 * @VERDICT_ALWAYS: holds.
 */
enum verdict_op {
	VERDICT_EQ,
	VERDICT_NE,
	VERDICT_LT,
	VERDICT_LE,
	VERDICT_GT,
	VERDICT_GE,
	VERDICT_MASKED,
	VERDICT_ALWAYS
};

/**
 * struct verdict_test - one condition of a rule
 * @value: compared with the argument.
 * @mask: of %VERDICT_MASKED.
 * @verdict: the rule's, if @last.
 * @arg: which argument, 0 to 5.
 * @op: how it is compared, enum verdict_op.
 * @last: the rule's last condition.
 */
struct verdict_test {
	u64 value;
	u64 mask;
	u32 verdict;
	u8 arg;
	u8 op;
	u8 last;
};

/**
 * struct verdict_call - a system call that is being made
 * @abi: by which door.
 * @nr: its number there.
 * @arg: its arguments; of doors other than %VERDICT_X64 the low 32 bits, which
 *	is what libseccomp compares there.
 */
struct verdict_call {
	enum verdict_abi abi;
	unsigned int nr;
	u64 arg[6];
};

/* ia32's multiplexers: first argument plus one of the highest call known. */
#define VERDICT_SOCKETCALLS 21
#define VERDICT_IPCS 25

/**
 * struct verdicts - the verdicts on all calls of all ABIs
 * @of: one for each call, the three tables one behind the other: a verdict, or
 *	%VERDICT_TESTED and the index of the call's first test.
 * @fallback: what is decided where no rule is; already in @of.
 * @socketcall: what becomes of ia32's socketcall, by its first argument,
 *	because of the calls that it stands for.
 * @ipc: the same for ia32's ipc.
 * @uring: number plus one of the call for whose sake io_uring's are denied, by
 *	ABI, or 0.
 * @ruled: of which calls a rule gave the final verdict.
 * @objects: of the rules on objects, which lie behind @test, those of a kind
 *	begin with this number, and the next kind's follow.
 * @tests: how many there are in @test.
 * @test: the calls' tests. A call's run of them ends with %VERDICT_ALWAYS.
 */
struct verdicts {
	u32 of[VERDICT_CALLS];
	u32 fallback[VERDICT_ABIS];
	u32 socketcall[VERDICT_SOCKETCALLS];
	u32 ipc[VERDICT_IPCS];
	u16 uring[VERDICT_ABIS];
	DECLARE_BITMAP(ruled, VERDICT_CALLS);
	u16 objects[OBJECT_KINDS + 1];
	unsigned int tests;
	struct verdict_test test[];
};

/**
 * verdicts_objects() - the rules on objects
 * @verdicts: the table, @tests of which is filled in.
 *
 * Return: the first of them, of whatever kind.
 */
static inline const struct object *
verdicts_objects(const struct verdicts *verdicts)
{
	return (const struct object *)&verdicts->test[verdicts->tests];
}

/**
 * verdicts_object_count() - how many rules there are on objects of a kind
 * @verdicts: the table.
 * @kind: the kind.
 */
static inline unsigned int
verdicts_object_count(const struct verdicts *verdicts, enum object_kind kind)
{
	return verdicts->objects[kind + 1] - verdicts->objects[kind];
}

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
	return abi == VERDICT_X64  ? VERDICT_X64_CALLS :
	       abi == VERDICT_IA32 ? VERDICT_IA32_CALLS :
				     VERDICT_X32_CALLS;
}

/* How many at most. */
#define VERDICT_ESSENTIALS 5

/*
 * Returning from a signal handler or a probed function, going on with an
 * interrupted call, and exiting: a program denied one of these cannot even end
 * in order. Of each ABI, by number; one may be there twice, or not be one.
 */
extern const u32 verdicts_essentials[VERDICT_ABIS][VERDICT_ESSENTIALS];

/**
 * verdicts_essential() - can a program not do without this call?
 * @abi: the ABI.
 * @nr: number of the call.
 *
 * Return: true if it must stay allowed.
 */
static inline bool verdicts_essential(enum verdict_abi abi, unsigned int nr)
{
	size_t i;

	for (i = 0; i < VERDICT_ESSENTIALS; i++)
		if (verdicts_essentials[abi][i] == nr)
			return true;
	return false;
}

/**
 * verdicts_ask() - the verdict on a call
 * @verdicts: the table.
 * @call: the call, as the container makes it.
 *
 * Context: any.
 * Return: the verdict. Numbers that do not exist are allowed: the kernel itself
 * says -ENOSYS.
 */
u32 verdicts_ask(const struct verdicts *verdicts,
		 const struct verdict_call *call);

/**
 * enum verdict_reason - which rule a verdict is from
 * @VERDICT_BY_RULE: one of the call's own.
 * @VERDICT_BY_DEFAULT: none, so the ABI's fallback.
 * @VERDICT_BY_CALL: that of the call which a multiplexer stands for.
 * @VERDICT_BY_URING: that of a call which io_uring could do the work of.
 */
enum verdict_reason {
	VERDICT_BY_RULE,
	VERDICT_BY_DEFAULT,
	VERDICT_BY_CALL,
	VERDICT_BY_URING
};

/**
 * verdicts_why() - which rule decides about a call
 * @verdicts: the table.
 * @call: the call, of which verdicts_ask() did not say %VERDICT_ALLOW.
 * @test: is filled in for %VERDICT_BY_RULE: the rule's first condition, NULL if
 *	it has none.
 * @nr: is filled in for %VERDICT_BY_CALL and %VERDICT_BY_URING: that call.
 *
 * Return: the reason.
 */
enum verdict_reason verdicts_why(const struct verdicts *verdicts,
				 const struct verdict_call *call,
				 const struct verdict_test **test,
				 unsigned int *nr);

/**
 * verdicts_strictest() - the strictest that a call can be answered with
 * @verdicts: the table.
 * @index: the call: verdicts_first() and its number.
 *
 * Return: the verdict, over all arguments that there are rules for.
 */
u32 verdicts_strictest(const struct verdicts *verdicts, unsigned int index);

/**
 * verdicts_close_detours() - judge the ways around a denied call
 * @verdicts: a table whose @of, @ruled and @test are complete.
 *
 * What ia32's socketcall and ipc do is judged as the calls that they stand for.
 * io_uring does files and sockets without the calls of those names: where one
 * of these can be denied, io_uring is denied too, unless a rule speaks of it.
 */
void verdicts_close_detours(struct verdicts *verdicts);

#endif /* SYSCALL_VERDICTS_H */
