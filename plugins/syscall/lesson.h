/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Learning: which calls a container makes, and which values an argument of some
 * of them has.
 */
#ifndef SYSCALL_LESSON_H
#define SYSCALL_LESSON_H

#include <linux/bitmap.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "verdicts.h"

/* How many calls can be watched, and how many values of each are kept. */
#define LESSON_WATCHES 16
#define LESSON_VALUES 64

/**
 * struct lesson_watch - an argument that is watched
 * @abi: the call's door.
 * @nr: its number there.
 * @arg: the argument, 0 to 5.
 * @count: how many values it had; one more than %LESSON_VALUES: too many.
 * @value: the values, each once.
 */
struct lesson_watch {
	enum verdict_abi abi;
	unsigned int nr;
	unsigned int arg;
	unsigned int count;
	u64 value[LESSON_VALUES];
};

/**
 * struct lesson - what was learned of a vkernel
 * @made: which calls were made, whatever became of them.
 * @lock: protects what follows.
 * @watches: how many of @watch are in use.
 * @watch: arguments that are watched.
 */
struct lesson {
	DECLARE_BITMAP(made, VERDICT_CALLS);
	spinlock_t lock;
	unsigned int watches;
	struct lesson_watch watch[LESSON_WATCHES];
};

/**
 * lesson_new() - nothing is known yet
 *
 * Context: process context, sleeps.
 * Return: a lesson, for kvfree(); NULL if there is no memory.
 */
struct lesson *lesson_new(void);

/**
 * lesson_watch() - keep the values of an argument as well
 * @lesson: the lesson.
 * @line: ``DOOR NUMBER aN``; overwritten.
 *
 * Return: 0; -EINVAL if it is no such line; -EOPNOTSUPP if the kernel lacks the
 * door; -EEXIST if an argument of that call is watched; -ENOSPC if too many
 * are; -ENOMEM.
 */
int lesson_watch(struct lesson *lesson, char *line);

/**
 * lesson_take() - the current task makes a call
 * @lesson: the lesson.
 * @call: the call.
 *
 * Context: process context.
 */
void lesson_take(struct lesson *lesson, const struct verdict_call *call);

/**
 * lesson_line() - write what is known of a call
 * @lesson: the lesson.
 * @abi: the door.
 * @nr: the call.
 * @which: the how manieth line of this call, from 0.
 * @line: where to.
 * @size: bytes there.
 *
 * Lines are ``DOOR NUMBER`` or, of a call that was watched and had not too many
 * values, ``DOOR NUMBER aN VALUE`` for each.
 *
 * Return: is there such a line?
 */
bool lesson_line(struct lesson *lesson, enum verdict_abi abi, unsigned int nr,
		 unsigned int which, char *line, size_t size);

#endif /* SYSCALL_LESSON_H */
