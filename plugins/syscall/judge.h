/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What becomes of a system call that a container makes.
 */
#ifndef SYSCALL_JUDGE_H
#define SYSCALL_JUDGE_H

#include <linux/linkage.h>
#include <linux/ptrace.h>

#include "verdicts.h"
#include "vkernel.h"

/* What the door does next. Assembly knows these numbers. */
#define JUDGE_SKIP 0
#define JUDGE_RUN 1
#define JUDGE_EXIT 2

/**
 * struct judge_outcome - a judgement, as two registers carry it
 * @ret: what the call returns, if it is skipped.
 * @next: %JUDGE_SKIP: return @ret; %JUDGE_RUN: run the call; %JUDGE_EXIT: the
 *	task dies by SIGSYS.
 */
struct judge_outcome {
	long ret;
	unsigned long next;
};

/* The plugin, by which its state in a vkernel is found. */
extern struct vkernel_plugin judge_plugin;

asmlinkage struct judge_outcome judge_x64(const struct pt_regs *regs,
					  unsigned int nr);
asmlinkage struct judge_outcome judge_ia32(const struct pt_regs *regs,
					   unsigned int nr);
asmlinkage struct judge_outcome judge_x32(const struct pt_regs *regs,
					  unsigned int nr);

/**
 * judge_current_call() - the system call that the current task is in
 * @call: is filled in. What io_uring does for a task is io_uring_enter's.
 *
 * Context: task context, in a system call.
 */
void judge_current_call(struct verdict_call *call);

/**
 * judge_init() - find the kernel functions that a judgement needs
 *
 * Return: 0, or a negative errno after a line in the log.
 */
int judge_init(void);

#endif /* SYSCALL_JUDGE_H */
