/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which tasks the kernel is telling about their own fault just now.
 */
#ifndef LOG_FAULT_H
#define LOG_FAULT_H

#include <linux/sched.h>

/**
 * fault_begin() - what is printed from here on is about the task's own fault
 *
 * Context: task context. The task may be pre-empted before fault_end().
 * Return: for fault_end(); NULL if there are too many such tasks, or it is one
 * already.
 */
struct task_struct **fault_begin(void);

/**
 * fault_end() - and from here on it is not
 * @mark: what fault_begin() returned.
 */
void fault_end(struct task_struct **mark);

/**
 * fault_now() - is the current task between the two?
 *
 * Context: any.
 */
bool fault_now(void);

struct hookcore_hook;

/* As many as there can be. */
#define FAULT_HOOKS 6

/**
 * fault_pick() - which functions tell tasks about their faults in this kernel?
 * @hooks: filled with the hooks on them; room for %FAULT_HOOKS.
 *
 * Says in the log what is lost for want of one.
 *
 * Context: process context.
 * Return: how many there are.
 */
size_t fault_pick(struct hookcore_hook *hooks);

#endif /* LOG_FAULT_H */
