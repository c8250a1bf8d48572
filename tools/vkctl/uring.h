/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io_uring does what calls for files and sockets do, without those calls. Where
 * one of these is denied, io_uring is denied with it.
 */
#ifndef VKCTL_URING_H
#define VKCTL_URING_H

#include "settings.h"
#include "syscall.h"

enum fate {
	UNSAID,
	ALLOWED,
	DENIED
};

/**
 * struct uring - what the rules say of each call
 * @calls: by ABI and number: may it be denied?
 * @fallback: the same of calls without a rule.
 */
struct uring {
	enum fate calls[ABIS][SYSCALL_NUMBERS];
	enum fate fallback[ABIS];
};

/**
 * uring_fate() - what a verdict means
 * @verdict: the verdict.
 *
 * Return: its fate.
 */
enum fate uring_fate(const char *verdict);

/**
 * uring_note() - remember a rule
 * @uring: what is known.
 * @abi: the ABI.
 * @number: the call.
 * @verdict: the rule's.
 */
void uring_note(struct uring *uring, enum abi abi, unsigned int number,
		const char *verdict);

/**
 * uring_close() - deny io_uring where it would do what is denied, and say so
 * @uring: all rules.
 * @settings: the profile, gets more rules.
 */
void uring_close(struct uring *uring, struct settings *settings);

/**
 * uring_leave() - leave io_uring as the rules have it
 * @uring: all rules.
 * @settings: the profile, gets more rules.
 *
 * The plugin denies it by itself where no rule speaks of it.
 */
void uring_leave(struct uring *uring, struct settings *settings);

#endif /* VKCTL_URING_H */
