/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The short way: from the stamp of a container's task to the table that alone
 * decides its calls, for assembly that has no time to ask.
 */
#ifndef SYSCALL_GATE_H
#define SYSCALL_GATE_H

#include <linux/types.h>

#include "verdicts.h"

/**
 * struct gate - a vkernel's table, if no other has a say
 * @id: the vkernel's id, while the gate is open, else 0.
 * @table: its table in force. Not NULL while the gate is open.
 *
 * Read by the doors, with pre-emption off: synchronize_rcu() waits for them.
 */
struct gate {
	u32 id;
	const struct verdicts *table;
};

/* How many gates there can be at a time: any more take the long way. */
#define GATE_SLOTS 8192

/* By the low bits of an id; where there is none, one that is never open. */
extern struct gate *vkernel_syscall_gates[GATE_SLOTS];

/**
 * gate_init() - no gate is open
 */
void gate_init(void);

/**
 * gate_open() - let the doors ask this table
 * @gate: a gate that is shut.
 * @id: id of an armed vkernel without another one around it.
 * @table: its table.
 *
 * Context: one caller at a time for each @gate.
 */
void gate_open(struct gate *gate, u32 id, const struct verdicts *table);

/**
 * gate_shut() - send the calls the long way
 * @gate: the gate, open or shut.
 *
 * A reader that is on its way may still use the gate's table, until an RCU
 * grace period has gone by.
 *
 * Context: one caller at a time for each @gate.
 */
void gate_shut(struct gate *gate);

#endif /* SYSCALL_GATE_H */
