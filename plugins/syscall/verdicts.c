// SPDX-License-Identifier: GPL-2.0
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "detours.h"
#include "verdicts.h"

/* In a table: an allowed call that needs a closer look than 0 gets. */
#define VERDICT_ALLOW_SOME VERDICT(VERDICT_ACT_ALLOW, 1)

const u32 verdicts_essentials[VERDICT_ABIS][VERDICT_ESSENTIALS] = {
	/* rt_sigreturn, exit, restart_syscall, exit_group, uretprobe */
	[VERDICT_X64] = { 15, 60, 219, 231, VERDICT_URETPROBE },
	/* restart_syscall, exit, sigreturn, rt_sigreturn, exit_group */
	[VERDICT_IA32] = { 0, 1, 119, 173, 252 },
	/* exit, restart_syscall, exit_group, rt_sigreturn */
	[VERDICT_X32] = { 60, 219, 231, 513, 513 },
};

/* --- What a call is answered with ----------------------------------------- */

static bool holds(const struct verdict_test *test,
		  const struct verdict_call *call)
{
	u64 arg = call->arg[test->arg];

	switch ((enum verdict_op)test->op) {
	case VERDICT_EQ:
		return arg == test->value;
	case VERDICT_NE:
		return arg != test->value;
	case VERDICT_LT:
		return arg < test->value;
	case VERDICT_LE:
		return arg <= test->value;
	case VERDICT_GT:
		return arg > test->value;
	case VERDICT_GE:
		return arg >= test->value;
	case VERDICT_MASKED:
		return (arg & test->mask) == test->value;
	case VERDICT_ALWAYS:
		break;
	}
	return true;
}

/* The first condition of it. Ends at the latest with %VERDICT_ALWAYS. */
static const struct verdict_test *first_match(const struct verdict_test *test,
					      const struct verdict_call *call)
{
	const struct verdict_test *rule = test;
	bool all = true;

	for (;; test++) {
		all = all && holds(test, call);
		if (!test->last)
			continue;
		if (all)
			return rule;
		rule = test + 1;
		all = true;
	}
}

static const struct verdict_test *last_of(const struct verdict_test *test)
{
	while (!test->last)
		test++;
	return test;
}

static u32 by_tests(const struct verdicts *verdicts, u32 tested,
		    const struct verdict_call *call)
{
	const struct verdict_test *test =
		&verdicts->test[tested & ~VERDICT_TESTED];

	return last_of(first_match(test, call))->verdict;
}

#define IA32_SOCKETCALL 102
#define IA32_IPC 117

/* The kernel takes an int, and of ipc's the lower half. */
static u32 stands_for(const struct verdicts *verdicts,
		      const struct verdict_call *call)
{
	u32 what = call->arg[0];

	if (call->nr == IA32_SOCKETCALL && what < VERDICT_SOCKETCALLS) {
		what = array_index_nospec(what, VERDICT_SOCKETCALLS);
		return verdicts->socketcall[what];
	}
	what &= U16_MAX;
	if (call->nr == IA32_IPC && what < VERDICT_IPCS)
		return verdicts->ipc[array_index_nospec(what, VERDICT_IPCS)];
	return VERDICT_ALLOW;
}

u32 verdicts_ask(const struct verdicts *verdicts,
		 const struct verdict_call *call)
{
	unsigned int count = verdicts_count(call->abi);
	unsigned int index;
	u32 verdict;

	if (call->nr >= count)
		return VERDICT_ALLOW;
	index = verdicts_first(call->abi) + array_index_nospec(call->nr, count);
	verdict = verdicts->of[index];
	if (verdict & VERDICT_TESTED)
		verdict = by_tests(verdicts, verdict, call);
	if (call->abi == VERDICT_IA32)
		verdict = verdict_stricter(verdict, stands_for(verdicts, call));
	return verdict == VERDICT_ALLOW_SOME ? VERDICT_ALLOW : verdict;
}

u32 verdicts_strictest(const struct verdicts *verdicts, unsigned int index)
{
	u32 verdict = verdicts->of[index], strictest = VERDICT_ALLOW;
	const struct verdict_test *test;

	if (!(verdict & VERDICT_TESTED))
		return verdict;
	test = &verdicts->test[verdict & ~VERDICT_TESTED];
	for (;; test++) {
		if (test->last)
			strictest = verdict_stricter(strictest, test->verdict);
		if (test->op == VERDICT_ALWAYS)
			return strictest;
	}
}

/* --- Detours -------------------------------------------------------------- */

static bool depends(const struct verdicts *verdicts, unsigned int index)
{
	return verdicts->of[index] & VERDICT_TESTED;
}

static bool has_rule(const struct verdicts *verdicts, unsigned int index)
{
	return test_bit(index, verdicts->ruled) || depends(verdicts, index);
}

/* Not that call, but one that it can do the work of. */
#define KIN_OF(nr) (BIT(15) | (nr))
#define CALL_OF(entry) ((entry) & ~BIT(15))

/* The number that ia32 has for what a multiplexer does, 0 if it has none. */
static const u16 socketcalls[VERDICT_SOCKETCALLS] = {
	[1] = 359, /* socket */
	[2] = 361, /* bind */
	[3] = 362, /* connect */
	[4] = 363, /* listen */
	[5] = KIN_OF(364), /* accept: accept4 */
	[6] = 367, /* getsockname */
	[7] = 368, /* getpeername */
	[8] = 360, /* socketpair */
	[9] = KIN_OF(369), /* send: sendto */
	[10] = KIN_OF(371), /* recv: recvfrom */
	[11] = 369, /* sendto */
	[12] = 371, /* recvfrom */
	[13] = 373, /* shutdown */
	[14] = 366, /* setsockopt */
	[15] = 365, /* getsockopt */
	[16] = 370, /* sendmsg */
	[17] = 372, /* recvmsg */
	[18] = 364, /* accept4 */
	[19] = 337, /* recvmmsg */
	[20] = 345, /* sendmmsg */
};

static const u16 ipcs[VERDICT_IPCS] = {
	[1] = KIN_OF(420), /* semop: semtimedop_time64 */
	[2] = 393, /* semget */
	[3] = 394, /* semctl */
	[4] = KIN_OF(420), /* semtimedop: semtimedop_time64 */
	[11] = 400, /* msgsnd */
	[12] = 401, /* msgrcv */
	[13] = 399, /* msgget */
	[14] = 402, /* msgctl */
	[21] = 397, /* shmat */
	[22] = 398, /* shmdt */
	[23] = 395, /* shmget */
	[24] = 396, /* shmctl */
};

/*
 * The call that a multiplexer stands for counts if a rule speaks of it. Its
 * arguments lie in user memory, where another thread can change them after a
 * look: a verdict that depends on them is taken for the strictest it can be,
 * unless a rule on the multiplexer itself says what is wanted. So it is with a
 * call that is only of the kin.
 */
static u32 multiplexed(const struct verdicts *verdicts, u16 entry,
		       unsigned int multiplexer)
{
	unsigned int index = VERDICT_FIRST_IA32 + CALL_OF(entry);

	if (!entry || !has_rule(verdicts, index))
		return VERDICT_ALLOW;
	if ((depends(verdicts, index) || entry != CALL_OF(entry)) &&
	    has_rule(verdicts, VERDICT_FIRST_IA32 + multiplexer))
		return VERDICT_ALLOW;
	return verdicts_strictest(verdicts, index);
}

static void close_multiplexer(struct verdicts *verdicts,
			      unsigned int multiplexer, const u16 *calls,
			      u32 *answers, size_t count)
{
	u32 *of = &verdicts->of[VERDICT_FIRST_IA32 + multiplexer];
	size_t i;

	for (i = 0; i < count; i++) {
		answers[i] = multiplexed(verdicts, calls[i], multiplexer);
		if (answers[i] && !*of)
			*of = VERDICT_ALLOW_SOME;
	}
}

static const u16 uring_x64[] = { DETOURS_X64 };
static const u16 uring_ia32[] = { DETOURS_IA32 };
static const u16 uring_x32[] = { DETOURS_X32 };

static const struct {
	const u16 *calls;
	size_t count;
} uring[VERDICT_ABIS] = {
	[VERDICT_X64] = { uring_x64, ARRAY_SIZE(uring_x64) },
	[VERDICT_IA32] = { uring_ia32, ARRAY_SIZE(uring_ia32) },
	[VERDICT_X32] = { uring_x32, ARRAY_SIZE(uring_x32) },
};

/* The same numbers by every door: setup, enter, register. */
#define URING_FIRST 425
#define URING_LAST 427

static void deny_uring(struct verdicts *verdicts, enum verdict_abi abi,
		       unsigned int because)
{
	unsigned int nr, index;

	for (nr = URING_FIRST; nr <= URING_LAST; nr++) {
		index = verdicts_first(abi) + nr;
		if (has_rule(verdicts, index) ||
		    verdict_denies(verdicts->of[index]))
			continue;
		verdicts->of[index] = VERDICT_ERRNO(EPERM);
		verdicts->uring[abi] = because + 1;
	}
}

static void close_uring(struct verdicts *verdicts, enum verdict_abi abi)
{
	unsigned int nr;
	size_t i;

	for (i = 0; i < uring[abi].count; i++) {
		nr = uring[abi].calls[i];
		if (nr >= verdicts_count(abi))
			continue;
		if (verdict_denies(verdicts_strictest(
			    verdicts, verdicts_first(abi) + nr))) {
			deny_uring(verdicts, abi, nr);
			return;
		}
	}
}

void verdicts_close_detours(struct verdicts *verdicts)
{
	enum verdict_abi abi;

	for (abi = 0; abi < VERDICT_ABIS; abi++)
		close_uring(verdicts, abi);
	close_multiplexer(verdicts, IA32_SOCKETCALL, socketcalls,
			  verdicts->socketcall, VERDICT_SOCKETCALLS);
	close_multiplexer(verdicts, IA32_IPC, ipcs, verdicts->ipc,
			  VERDICT_IPCS);
}

/* --- Why ------------------------------------------------------------------ */

/* What a multiplexer does, if that is more strictly forbidden than the rest. */
static unsigned int stood_for(const struct verdicts *verdicts,
			      const struct verdict_call *call, u32 own)
{
	u32 what = call->arg[0], verdict;

	if (call->abi != VERDICT_IA32)
		return 0;
	verdict = stands_for(verdicts, call);
	if (verdict_stricter(own, verdict) == own)
		return 0;
	return CALL_OF(call->nr == IA32_IPC ? ipcs[what & U16_MAX] :
					      socketcalls[what]);
}

enum verdict_reason verdicts_why(const struct verdicts *verdicts,
				 const struct verdict_call *call,
				 const struct verdict_test **test,
				 unsigned int *nr)
{
	unsigned int index = verdicts_first(call->abi) + call->nr;
	const struct verdict_test *rule = NULL;
	u32 verdict = verdicts->of[index];
	bool uring = call->nr >= URING_FIRST && call->nr <= URING_LAST;

	if (verdict & VERDICT_TESTED) {
		rule = first_match(&verdicts->test[verdict & ~VERDICT_TESTED],
				   call);
		verdict = last_of(rule)->verdict;
	}
	*test = rule && rule->op != VERDICT_ALWAYS ? rule : NULL;
	*nr = stood_for(verdicts, call, verdict);
	if (*nr)
		return VERDICT_BY_CALL;
	if (*test || test_bit(index, verdicts->ruled))
		return VERDICT_BY_RULE;
	*nr = verdicts->uring[call->abi] - 1;
	return uring && verdicts->uring[call->abi] && !rule &&
			       verdict != verdicts->fallback[call->abi] ?
		       VERDICT_BY_URING :
		       VERDICT_BY_DEFAULT;
}
