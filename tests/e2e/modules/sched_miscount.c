// SPDX-License-Identifier: GPL-2.0
/*
 * insmod'ed by a task in a FIFO group, on a machine with one CPU: the group's
 * list there says one more than there are, until it is unloaded.
 */
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "../../../plugins/sched/fifo.h"
#include "hookcore.h"

static struct fifo *fifo;

static void add(int more)
{
	unsigned long flags;

	/* On one CPU nobody else holds the lock then. */
	local_irq_save(flags);
	fifo->list.count += more;
	local_irq_restore(flags);
}

static int __init sched_miscount_init(void)
{
	struct hookcore_field avg = { "cfs_rq", "avg" };
	int err = hookcore_find_fields(&avg, 1);

	if (err)
		return err;
	fifo = *(struct fifo **)((char *)current->se.cfs_rq + avg.offset -
				 sizeof(fifo));
	if (!fifo)
		return -ENOENT;
	add(1);
	return 0;
}
module_init(sched_miscount_init);

static void __exit sched_miscount_exit(void)
{
	add(-1);
}
module_exit(sched_miscount_exit);

MODULE_DESCRIPTION("vkernel_sched test: a list of a wrong length");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
