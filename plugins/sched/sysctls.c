// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_sched_params: " fmt

#include <linux/kernel.h>
#include <linux/sysctl.h>

#include "files.h"
#include "hookcore.h"
#include "slices.h"
#include "sysctls.h"

/* --- The host's ----------------------------------------------------------- */

/*
 * Nobody changes the host's here: its own files are in debugfs, and who is not
 * in a vkernel may be in a container all the same.
 */
static int show_host(COMPAT_CTL_TABLE *table, int write, void *buffer,
		     size_t *size, loff_t *at)
{
	return write ? -EPERM : proc_douintvec(table, write, buffer, size, at);
}

#define HOST(name, rights)                                        \
	{                                                         \
		.procname = name, .maxlen = sizeof(unsigned int), \
		.mode = rights, .proc_handler = show_host,        \
	}

/*
 * Those that only root can write to are a container's own. The others are shown
 * as they are for the whole run queue, which knows no containers.
 */
static struct ctl_table table[] = {
#if COMPAT_EEVDF
	HOST("sched_base_slice_ns", 0644),
#else
	HOST("sched_wakeup_granularity_ns", 0644),
	HOST("sched_min_granularity_ns", 0644),
	HOST("sched_latency_ns", 0644),
#endif
	HOST("sched_migration_cost_ns", 0444),
	{}
};

#define TABLE_COUNT (ARRAY_SIZE(table) - 1)

/* In the same order. */
static const char *const symbols[] = {
#if COMPAT_EEVDF
	"sysctl_sched_base_slice",
#else
	"sysctl_sched_wakeup_granularity",
	"sysctl_sched_min_granularity",
	"sysctl_sched_latency",
#endif
	"sysctl_sched_migration_cost",
};

static struct ctl_table_header *header;

static int find_values(void)
{
	size_t i;

	static_assert(ARRAY_SIZE(symbols) == TABLE_COUNT);
	for (i = 0; i < TABLE_COUNT; i++) {
		table[i].data = (void *)slices_number(symbols[i]);
		if (!table[i].data)
			return -ENOENT;
	}
	return 0;
}

/* --- A container's -------------------------------------------------------- */

static int get(const struct own *own, enum rules_setting setting, char *text)
{
	u32 value = READ_ONCE(own->values[setting]);

	if (value == RULES_INHERIT)
		return 0;
	return scnprintf(text, VKERNEL_VIEW_SIZE, "%u\n", value);
}

static int set(struct own *own, enum rules_setting setting, const char *text)
{
	return READ_ONCE(own->writable) ? files_set(own, setting, text) :
					  -EPERM;
}

/* clang-format off */
#define VIEW(name, setting)                                                    \
	static int get_##name(void *state, char *text)                         \
	{                                                                      \
		return get(state, setting, text);                              \
	}                                                                      \
	static int set_##name(void *state, char *text)                         \
	{                                                                      \
		return set(state, setting, text);                              \
	}

#if COMPAT_EEVDF
VIEW(base_slice, RULES_BASE_SLICE)
#else
VIEW(wakeup_granularity, RULES_WAKEUP_GRANULARITY)
VIEW(min_granularity, RULES_MIN_GRANULARITY)
VIEW(latency, RULES_LATENCY)
VIEW(child_first, RULES_CHILD_FIRST)
#endif

static struct vkernel_view views[] = {
#if COMPAT_EEVDF
	{ "kernel/sched_base_slice_ns", &own_plugin, get_base_slice,
	  set_base_slice },
#else
	{ "kernel/sched_wakeup_granularity_ns", &own_plugin,
	  get_wakeup_granularity, set_wakeup_granularity },
	{ "kernel/sched_min_granularity_ns", &own_plugin, get_min_granularity,
	  set_min_granularity },
	{ "kernel/sched_latency_ns", &own_plugin, get_latency, set_latency },
	/* The kernel's own file. */
	{ "kernel/sched_child_runs_first", &own_plugin, get_child_first,
	  set_child_first },
#endif
};
/* clang-format on */

int sysctls_init(void)
{
	int err = find_values();

	if (err)
		return err;
	err = vkernel_register_views(views, ARRAY_SIZE(views));
	if (err) {
		pr_err("not loaded: vkernel refused its views: %pe\n",
		       ERR_PTR(err));
		return err;
	}
	header = compat_register_sysctl("kernel", table, TABLE_COUNT);
	if (header)
		return 0;
	pr_err("not loaded: its files in /proc/sys/kernel cannot be made\n");
	vkernel_unregister_views(views, ARRAY_SIZE(views));
	return -ENOMEM;
}

void sysctls_exit(void)
{
	unregister_sysctl_table(header);
	vkernel_unregister_views(views, ARRAY_SIZE(views));
}
