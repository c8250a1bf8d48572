/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The adaptive policy: a group's own choice, on each CPU.
 *
 * As in FIFO, whoever runs is left alone until he sleeps: but for as long as a
 * burst takes that is usual in this group. Who runs on is sent back behind the
 * others (he is worn), and yields to each that wakes.
 *
 *   budget = 2 × the average burst before a sleep, between 250 us and 4 ms
 *
 * Its choice is FIFO while nobody is worn, MIXED while somebody is.
 *
 * All functions: context as in fifo.h.
 */
#ifndef SCHED_ADAPTIVE_H
#define SCHED_ADAPTIVE_H

#include "fifo.h"

/**
 * adaptive_budget() - how long a burst may take, ns
 * @fifo: the list.
 *
 * Context: any, for people.
 */
u64 adaptive_budget(const struct fifo *fifo);

/**
 * adaptive_slept() - the head goes to sleep
 * @fifo: the list.
 * @ran: how long it ran, ns.
 */
void adaptive_slept(struct fifo *fifo, u64 ran);

/**
 * adaptive_choose() - the choice for the pick that comes, and count its changes
 * @fifo: a list, of whichever policy.
 */
void adaptive_choose(struct fifo *fifo);

/**
 * adaptive_woken() - somebody woke: should he run at once?
 * @fifo: an adaptive group's list, with the one that woke in it.
 * @curr: the entity of it that runs.
 */
bool adaptive_woken(struct fifo *fifo, struct sched_entity *curr);

#endif /* SCHED_ADAPTIVE_H */
