// SPDX-License-Identifier: GPL-2.0
/*
 * Who may write the files is the cgroup's owner: the kernel judges that as for
 * cpu.weight. No function here takes cgroup_mutex: to remove a file is to wait,
 * under that, until nobody is in its functions.
 */
#define pr_fmt(fmt) "vkernel_sched: " fmt

#include <linux/capability.h>
#include <linux/cgroup.h>
#include <linux/printk.h>
#include <linux/seq_file.h>

#include "cgroup.h"
#include "group.h"
#include "hookcore.h"

asmlinkage int cgroup_add_v2(struct cgroup_subsys *ss, struct cftype *files);
HOOKCORE_IMPORT(cgroup_add_v2);
asmlinkage int cgroup_add_v1(struct cgroup_subsys *ss, struct cftype *files);
HOOKCORE_IMPORT(cgroup_add_v1);
asmlinkage int cgroup_remove(struct cftype *files);
HOOKCORE_IMPORT(cgroup_remove);

static struct cgroup_subsys *cpu_controller;

int cgroup_init_imports(void)
{
	static const struct hookcore_import imports[] = {
		{ "cgroup_add_dfl_cftypes", cgroup_add_v2 },
		{ "cgroup_add_legacy_cftypes", cgroup_add_v1 },
		{ "cgroup_rm_cftypes", cgroup_remove },
	};

	cpu_controller = (void *)hookcore_symbol("cpu_cgrp_subsys");
	if (!cpu_controller) {
		pr_err("not loaded: this kernel has no cpu controller\n");
		return -ENOENT;
	}
	return hookcore_import(imports, ARRAY_SIZE(imports));
}

/* --- The files ------------------------------------------------------------ */

static u64 read_policy(struct cgroup_subsys_state *css, struct cftype *file)
{
	return group_policy(css);
}

static int write_policy(struct cgroup_subsys_state *css, struct cftype *file,
			u64 value)
{
	if (value >= FIFO_POLICIES)
		return -EINVAL;
	return group_set_policy(css, value);
}

static u64 read_guard(struct cgroup_subsys_state *css, struct cftype *file)
{
	return group_guard(css);
}

static int write_guard(struct cgroup_subsys_state *css, struct cftype *file,
		       u64 value)
{
	if (value > UINT_MAX)
		return -EINVAL;
	return group_set_guard(css, value);
}

static u64 read_held(struct cgroup_subsys_state *css, struct cftype *file)
{
	return group_held(css);
}

/* Who was given a cgroup as his own is not to keep the host's modules. */
static int write_held(struct cgroup_subsys_state *css, struct cftype *file,
		      u64 value)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (value > 1)
		return -EINVAL;
	return group_set_held(css, value);
}

static int show_stat(struct seq_file *seq, void *unused)
{
	group_show(seq_css(seq), seq);
	return 0;
}

/* clang-format off */
#define CGROUP_FILES                                    \
	{                                               \
		{                                       \
			.name = "real_policy",          \
			.flags = CFTYPE_NOT_ON_ROOT,    \
			.read_u64 = read_policy,        \
			.write_u64 = write_policy,      \
		},                                      \
		{                                       \
			.name = "fifo_guard_us",        \
			.flags = CFTYPE_NOT_ON_ROOT,    \
			.read_u64 = read_guard,         \
			.write_u64 = write_guard,       \
		},                                      \
		{                                       \
			.name = "real_policy.held",     \
			.flags = CFTYPE_NOT_ON_ROOT,    \
			.read_u64 = read_held,          \
			.write_u64 = write_held,        \
		},                                      \
		{                                       \
			.name = "real_policy.stat",     \
			.flags = CFTYPE_NOT_ON_ROOT,    \
			.seq_show = show_stat,          \
		},                                      \
		{}                                      \
	}
/* clang-format on */

/* The kernel links each into a list of its own. */
static struct cftype v2_files[] = CGROUP_FILES;
static struct cftype v1_files[] = CGROUP_FILES;

int cgroup_add_files(void)
{
	int err = cgroup_add_v2(cpu_controller, v2_files);

	if (err)
		return err;
	err = cgroup_add_v1(cpu_controller, v1_files);
	if (err)
		cgroup_remove(v2_files);
	return err;
}

void cgroup_remove_files(void)
{
	cgroup_remove(v1_files);
	cgroup_remove(v2_files);
}

/* --- Cgroups come and go -------------------------------------------------- */

asmlinkage __visible bool cgroup_comes(struct hookcore_args *args)
{
	group_born((struct cgroup_subsys_state *)args->arg[0]);
	return true;
}

asmlinkage __visible bool cgroup_goes(struct hookcore_args *args)
{
	group_died((struct cgroup_subsys_state *)args->arg[0]);
	return true;
}

asmlinkage long original_online(void);
HOOKCORE_ORIGINAL(original_online);
HOOKCORE_DECIDER(door_online, cgroup_comes, original_online, "");
asmlinkage long original_free(void);
HOOKCORE_ORIGINAL(original_free);
HOOKCORE_DECIDER(door_free, cgroup_goes, original_free, "");

struct hookcore_hook cgroup_hooks[] = {
	{
		.symbol = "cpu_cgroup_css_online",
		.handler = door_online,
		.original = original_online,
		.owner = THIS_MODULE,
	},
	{
		.symbol = "cpu_cgroup_css_free",
		.handler = door_free,
		.original = original_free,
		.owner = THIS_MODULE,
	},
};

const size_t cgroup_hook_count = ARRAY_SIZE(cgroup_hooks);
