// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_sched: " fmt

#include <linux/kernel.h>
#include <linux/printk.h>

#include "hookcore.h"
#include "layout.h"

unsigned long vkernel_sched_layout[LAYOUT_COUNT];

/*
 * The list hangs on a hole that is there because avg has a cache line to
 * itself. A cfs_rq is allocated zeroed, and never copied.
 */
static struct hookcore_field fields[] = {
	[LAYOUT_NR_RUNNING] = { "cfs_rq", "nr_running" },
	[LAYOUT_TIMELINE] = { "cfs_rq", "tasks_timeline" },
	[LAYOUT_CURR] = { "cfs_rq", "curr" },
	[LAYOUT_NEXT] = { "cfs_rq", "next" },
	[LAYOUT_HOLE] = { "cfs_rq", "avg" },
	[LAYOUT_RQ] = { "cfs_rq", "rq" },
	[LAYOUT_GROUP_CSS] = { "task_group", "css" },
	[LAYOUT_GROUP_QUEUES] = { "task_group", "cfs_rq" },
	[LAYOUT_RQ_CURR] = { "rq", "curr" },
#if !COMPAT_EEVDF
	[LAYOUT_MIN_VRUNTIME] = { "cfs_rq", "min_vruntime" },
#endif
};

/*
 * The links of a list lie right in front of these; see compat.h, which knows
 * where by the headers.
 */
static struct hookcore_field holes[] = {
	{ "sched_entity", "avg" },
	{ "sched_entity", "exec_start" },
	{ "sched_entity", "parent" },
};

static bool is_hole(const struct hookcore_field *field, size_t from,
		    size_t bytes)
{
	return field->offset == from + bytes && field->hole >= bytes;
}

static int find_holes(void)
{
	int err = hookcore_find_fields(holes, ARRAY_SIZE(holes));

	if (err)
		return err;
	if (is_hole(&holes[0], COMPAT_SE_NEXT, sizeof(void *)) &&
	    is_hole(&holes[1], COMPAT_SE_PREV_LOW, sizeof(u32)) &&
	    is_hole(&holes[2], COMPAT_SE_PREV_HIGH, sizeof(u32)))
		return 0;
	pr_err("not loaded: struct sched_entity of this kernel has no room for two links\n");
	return -EOPNOTSUPP;
}

int layout_init(void)
{
	struct hookcore_field *hole = &fields[LAYOUT_HOLE];
	size_t i;
	int err;

	static_assert(ARRAY_SIZE(fields) == LAYOUT_COUNT);
	err = hookcore_find_fields(fields, ARRAY_SIZE(fields));
	if (!err)
		err = find_holes();
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		vkernel_sched_layout[i] = fields[i].offset;
	/* The end of the hole, which is aligned as avg is. */
	vkernel_sched_layout[LAYOUT_HOLE] -= sizeof(void *);
	if (hole->hole >= sizeof(void *) && !fields[LAYOUT_GROUP_CSS].offset)
		return 0;
	pr_err("not loaded: struct cfs_rq of this kernel has no room for a pointer, or css is not first in struct task_group\n");
	return -EOPNOTSUPP;
}
