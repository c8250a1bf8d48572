// SPDX-License-Identifier: GPL-2.0
#include <linux/compat.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>

#include "hookcore.h"
#include "judge.h"
#include "lesson.h"
#include "replacement.h"
#include "rules.h"
#include "words.h"

/* --- The verdict ---------------------------------------------------------- */

/*
 * The registers that system calls of this door take their arguments from, and
 * seccomp its own. The dispatch reads them again, but nobody else can change
 * them meanwhile: they are on the task's own kernel stack, and ptrace has had
 * its turn.
 */
static void read_arguments(struct verdict_call *call,
			   const struct pt_regs *regs)
{
	unsigned int i;

	if (call->abi == VERDICT_IA32) {
		call->arg[0] = regs->bx;
		call->arg[1] = regs->cx;
		call->arg[2] = regs->dx;
		call->arg[3] = regs->si;
		call->arg[4] = regs->di;
		call->arg[5] = regs->bp;
	} else {
		call->arg[0] = regs->di;
		call->arg[1] = regs->si;
		call->arg[2] = regs->dx;
		call->arg[3] = regs->r10;
		call->arg[4] = regs->r8;
		call->arg[5] = regs->r9;
	}
	/* int $0x80 from 64-bit code leaves rubbish in the upper halves. */
	for (i = 0; call->abi != VERDICT_X64 && i < ARRAY_SIZE(call->arg); i++)
		call->arg[i] = (u32)call->arg[i];
}

static enum verdict_abi current_abi(void)
{
	if (in_ia32_syscall())
		return VERDICT_IA32;
	return in_x32_syscall() ? VERDICT_X32 : VERDICT_X64;
}

#define URING_ENTER 426

void judge_current_call(struct verdict_call *call)
{
	const struct pt_regs *regs = task_pt_regs(current);
	unsigned int nr = regs->orig_ax & ~__X32_SYSCALL_BIT;

	*call = (struct verdict_call){ .abi = VERDICT_X64, .nr = URING_ENTER };
	/* A worker has no registers of a program, and its mother's stand for
	 * nothing; nor do those of a task that is in no call.
	 */
	if (current->flags & PF_IO_WORKER ||
	    nr >= verdicts_count(current_abi()))
		return;
	call->abi = current_abi();
	call->nr = nr;
	read_arguments(call, regs);
}

/* Whose rules decide, and what they say. Under RCU. */
struct judgement {
	u32 verdict;
	struct rules *rules;
	const struct verdicts *table;
};

static void ask(struct judgement *judgement, struct rules *rules,
		const struct verdict_call *call)
{
	const struct verdicts *table;
	u32 verdict = VERDICT_ALLOW;

	/* Pairs with the replacement in commit(). */
	table = rcu_dereference(rules->published);
	if (table)
		verdict = verdicts_ask(table, call);
	if (READ_ONCE(rules->watchers) && !verdict_denies(verdict))
		rules_count(rules, call);
	if (verdict_action(verdict) > verdict_action(judgement->verdict))
		*judgement = (struct judgement){ verdict, rules, table };
}

static void learn(struct rules *rules, const struct verdict_call *call)
{
	/* Pairs with start_learning() and stop_learning(). */
	struct lesson *lesson = rcu_dereference(rules->learning);

	if (READ_ONCE(rules->watchers))
		atomic64_inc(&rules->calls);
	if (lesson && call->nr < verdicts_count(call->abi))
		lesson_take(lesson, call);
}

/*
 * The task's own vkernel and all those around it are asked; the strictest
 * verdict holds, of equally strict ones the innermost. So do seccomp's filters.
 */
static struct judgement ask_all(const struct verdict_call *call)
{
	struct judgement judgement = { VERDICT_ALLOW };
	struct rules *rules;
	struct vkernel *vk;

	for (vk = vkernel_current(); vk; vk = vkernel_parent(vk)) {
		rules = vkernel_state(vk, &judge_plugin);
		if (!rules)
			continue;
		learn(rules, call);
		ask(&judgement, rules, call);
	}
	return judgement;
}

static void record(const struct judgement *judgement,
		   const struct verdict_call *call)
{
	struct rules *rules = judgement->rules;
	char rule[DENIALS_RULE];

	words_why(rule, sizeof(rule), judgement->table, call);
	denials_record(&rules->denials, vkernel_name(rules->vk), call,
		       judgement->verdict, "", rule);
}

/* Who does an allowed call: a module of the innermost vkernel that has one. */
static const struct vkernel_replacement *
find_replacement(const struct verdict_call *call)
{
	const struct vkernel_replacement *replacement = NULL;
	const struct rules *rules;
	struct vkernel *vk;

	for (vk = vkernel_current(); vk && !replacement;
	     vk = vkernel_parent(vk)) {
		rules = vkernel_state(vk, &judge_plugin);
		if (rules && !list_empty(&rules->replacements))
			replacement = replacement_hold(rules, call);
	}
	return replacement;
}

static u32 decide(const struct verdict_call *call,
		  const struct vkernel_replacement **replacement)
{
	struct judgement judgement;

	rcu_read_lock();
	judgement = ask_all(call);
	if (judgement.verdict != VERDICT_ALLOW)
		record(&judgement, call);
	if (replacement_any() && !verdict_denies(judgement.verdict))
		*replacement = find_replacement(call);
	rcu_read_unlock();
	return judgement.verdict;
}

/* --- And what comes of it ------------------------------------------------- */

asmlinkage int judge_force_sig_seccomp(int syscall, int reason,
				       bool force_coredump);
HOOKCORE_IMPORT(judge_force_sig_seccomp);
/* Only assembly goes there, when nothing of ours is on the stack any more. */
asmlinkage void judge_do_exit(long code);
HOOKCORE_IMPORT(judge_do_exit);

int judge_init(void)
{
	static const struct hookcore_import imports[] = {
		{ "force_sig_seccomp", judge_force_sig_seccomp },
		{ "do_exit", judge_do_exit },
	};

	return hookcore_import(imports, ARRAY_SIZE(imports));
}

/*
 * The signal is only queued here: it is taken on the way out of the kernel,
 * with nothing of ours on the stack. The handler, or the core, is to see the
 * registers as they were before the call: its number in rax.
 */
static struct judge_outcome signal_task(const struct pt_regs *regs, u16 data,
					bool deadly)
{
	judge_force_sig_seccomp(regs->orig_ax, data, deadly);
	return (struct judge_outcome){ regs->orig_ax, JUDGE_SKIP };
}

/* As seccomp does: the last thread's death is the process's, with a core. */
static struct judge_outcome kill_thread(const struct pt_regs *regs)
{
	if (atomic_read(&current->signal->live) == 1)
		return signal_task(regs, 0, true);
	return (struct judge_outcome){ 0, JUDGE_EXIT };
}

static struct judge_outcome carry_out(u32 verdict, const struct pt_regs *regs)
{
	u16 data = verdict_data(verdict);

	switch (verdict_action(verdict)) {
	case VERDICT_ACT_ALLOW:
	case VERDICT_ACT_LOG:
		return (struct judge_outcome){ 0, JUDGE_RUN };
	case VERDICT_ACT_ERRNO:
		return (struct judge_outcome){ -(long)data, JUDGE_SKIP };
	case VERDICT_ACT_TRAP:
		return signal_task(regs, data, false);
	case VERDICT_ACT_KILL_THREAD:
		return kill_thread(regs);
	case VERDICT_ACT_KILL_PROCESS:
		break;
	}
	return signal_task(regs, 0, true);
}

static struct judge_outcome judge(const struct pt_regs *regs, unsigned int nr,
				  enum verdict_abi abi)
{
	struct verdict_call call = { .abi = abi, .nr = nr };
	const struct vkernel_replacement *replacement = NULL;
	u32 verdict;

	/* The door may have come here because the CPU is wanted by another. */
	preempt_disable();
	preempt_enable();
	read_arguments(&call, regs);
	verdict = decide(&call, &replacement);
	if (replacement)
		return (struct judge_outcome){
			replacement_run(replacement, regs), JUDGE_SKIP
		};
	return carry_out(verdict, regs);
}

asmlinkage __visible struct judge_outcome judge_x64(const struct pt_regs *regs,
						    unsigned int nr)
{
	return judge(regs, nr, VERDICT_X64);
}

asmlinkage __visible struct judge_outcome judge_ia32(const struct pt_regs *regs,
						     unsigned int nr)
{
	return judge(regs, nr, VERDICT_IA32);
}

asmlinkage __visible struct judge_outcome judge_x32(const struct pt_regs *regs,
						    unsigned int nr)
{
	return judge(regs, nr, VERDICT_X32);
}
