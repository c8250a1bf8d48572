/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The starvation guard: heads that do not sleep are sent back.
 *
 * All functions: context as in fifo.h.
 */
#ifndef SCHED_GUARD_H
#define SCHED_GUARD_H

#include "fifo.h"

#define GUARD_DEFAULT_US 100000
#define GUARD_LEAST_US 1000
/* What a container may write; the module's parameter guard_max_us. */
#define GUARD_MOST_US 500000

/**
 * guard_picked() - the head is about to run
 * @fifo: a list that is not empty.
 *
 * If worn ones have waited long enough, the head is one of them afterwards.
 */
void guard_picked(struct fifo *fifo);

/**
 * guard_forget() - an entity leaves the list or its place
 * @fifo: the list.
 * @se: the entity.
 */
void guard_forget(struct fifo *fifo, const struct sched_entity *se);

/**
 * guard_slept() - an entity that runs goes to sleep
 * @fifo: the list.
 * @se: the entity.
 *
 * For adaptive_slept(), which is told how long it ran, if it had a slice.
 */
void guard_slept(struct fifo *fifo, const struct sched_entity *se);

/**
 * guard_append() - an entity joins the list
 * @fifo: the list.
 * @se: the entity.
 * @has_slept: or else it is new here. Of those no more are fresh than can all
 *	have a slice within the time of the guard, so that whoever wakes does
 *	not wait longer for them, however many are forked at once; others begin
 *	behind the worn ones.
 */
void guard_append(struct fifo *fifo, struct sched_entity *se, bool has_slept);

/**
 * guard_push() - an entity that runs already joins the list
 * @fifo: the list.
 * @se: the entity.
 *
 * In front of all, for a tick, which is to let it leave the kernel, with what
 * locks it holds there; then it is as one that has slept. Whom it is put in
 * front of has what is left of his slice when it has gone. It may come again
 * and again: if another one was pushed a few ticks ago it is as one that has
 * slept at once.
 */
void guard_push(struct fifo *fifo, struct sched_entity *se);

/**
 * guard_tick() - look at a list once a tick
 * @fifo: the list.
 * @curr: the entity of it that runs.
 *
 * Return: true if another one should run now.
 */
bool guard_tick(struct fifo *fifo, struct sched_entity *curr);

#endif /* SCHED_GUARD_H */
