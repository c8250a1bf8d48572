// SPDX-License-Identifier: GPL-2.0
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/kernel.h>

#include "gate.h"

static struct gate nobody;

struct gate *vkernel_syscall_gates[GATE_SLOTS];

void gate_init(void)
{
	size_t i;

	for (i = 0; i < GATE_SLOTS; i++)
		vkernel_syscall_gates[i] = &nobody;
}

/*
 * Two gates never want one slot at a time, as long as vkernel.ko gives out ids
 * as it does. If they did, the first would keep it.
 */
void gate_open(struct gate *gate, u32 id, const struct verdicts *table)
{
	struct gate **slot = &vkernel_syscall_gates[id % GATE_SLOTS];

	WRITE_ONCE(gate->table, table);
	/* The doors read in the opposite order: slot, id, table. */
	smp_store_release(&gate->id, id);
	cmpxchg_release(slot, &nobody, gate);
}

void gate_shut(struct gate *gate)
{
	u32 id = gate->id;

	if (!id)
		return;
	WRITE_ONCE(gate->id, 0);
	cmpxchg(&vkernel_syscall_gates[id % GATE_SLOTS], gate, &nobody);
}
