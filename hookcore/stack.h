/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a task that is off its CPU will still execute.
 */
#ifndef HOOKCORE_STACK_H
#define HOOKCORE_STACK_H

#include <linux/types.h>

struct task_struct;

/**
 * typedef stack_visit_t - called for each address on a stack
 * @cookie: the caller's.
 * @address: an address.
 *
 * Return: false ends the walk.
 */
typedef bool (*stack_visit_t)(void *cookie, unsigned long address);

/** enum stack_answer - how well a stack is known */
enum stack_answer {
	/** @STACK_EXACT: these are the addresses. */
	STACK_EXACT,
	/** @STACK_WORDS: they are among those visited. */
	STACK_WORDS,
	/**
	 * @STACK_UNKNOWN: it is in a kprobe's copy of an instruction, or in a
	 * detour of one, which leads back to where no stack tells.
	 */
	STACK_UNKNOWN,
};

/**
 * stack_init() - find what kprobes hide, and where the unwinder ends too early
 *
 * Return: 0, or a negative errno after one line in the log.
 */
int stack_init(void);

/**
 * stack_walk() - visit every address at which a task will go on
 * @task: off its CPU, and held there by the caller, who keeps its stack.
 * @visit: called for each, until it returns false.
 * @cookie: handed on to it.
 *
 * By the kernel's unwinder, which finds just these; or, where that does not
 * know its way (through a BPF trampoline), stops halfway and does not say so,
 * or must not be asked, by a look at each word on the stack and at what tracers
 * keep beside it: then what is left there of calls long over is visited, too.
 * What a trampoline goes on to is on the stack: it was called, by ftrace's nop
 * or from there.
 *
 * Return: an &enum stack_answer.
 */
int stack_walk(struct task_struct *task, stack_visit_t visit, void *cookie);

/**
 * stack_walk_own() - visit the addresses at which the caller's callers go on
 * @visit: called for each, until it returns false.
 * @cookie: handed on to it.
 *
 * By the kernel's unwinder, which may always be asked about who asks (of others
 * rethook_find_ret_addr() wants to know that they sleep), and shows where those
 * return whose return address a tracer has replaced. Where it does not vouch for
 * what it finds it follows frame pointers, which BPF trampolines have. What the
 * caller's own calls before have left on its stack is not visited.
 */
void stack_walk_own(stack_visit_t visit, void *cookie);

#endif /* HOOKCORE_STACK_H */
