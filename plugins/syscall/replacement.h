/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls of a vkernel that modules of its own do.
 */
#ifndef SYSCALL_REPLACEMENT_H
#define SYSCALL_REPLACEMENT_H

#include "verdicts.h"
#include "vkernel_syscall.h"

struct rules;

/**
 * replacement_enlist() - modules can find a vkernel's rules from now on
 * @rules: the rules, initialised.
 *
 * Context: process context, sleeps.
 */
void replacement_enlist(struct rules *rules);

/**
 * replacement_delist() - no module finds them any more, or has a part in them
 * @rules: the rules, which no reader sees any more.
 *
 * Context: process context, sleeps.
 */
void replacement_delist(struct rules *rules);

/**
 * replacement_any() - does any module do any call?
 *
 * Context: any.
 * Return: false if there is nothing that replacement_hold() could find.
 */
bool replacement_any(void);

/**
 * replacement_hold() - does a module do this call?
 * @rules: the rules of the vkernel.
 * @call: the call.
 *
 * Context: inside an RCU read-side critical section.
 * Return: the replacement, with a reference on its owner that
 * replacement_run() drops, or NULL.
 */
const struct vkernel_replacement *
replacement_hold(const struct rules *rules, const struct verdict_call *call);

/**
 * replacement_run() - let the module do the call
 * @replacement: what replacement_hold() returned.
 * @regs: the call's registers.
 *
 * Context: process context, may sleep.
 * Return: what the call returns.
 */
long replacement_run(const struct vkernel_replacement *replacement,
		     const struct pt_regs *regs);

#endif /* SYSCALL_REPLACEMENT_H */
