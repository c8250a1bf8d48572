// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_sched_params: " fmt

#include <linux/kstrtox.h>
#include <linux/sysfs.h>

#include "files.h"
#include "slices.h"

/* --- Settings ------------------------------------------------------------- */

static const char *const names[RULES_SETTINGS] = {
	[RULES_WAKEUP_GRANULARITY] = "wakeup_granularity_ns",
	[RULES_MIN_GRANULARITY] = "min_granularity_ns",
	[RULES_LATENCY] = "latency_ns",
	[RULES_CHILD_FIRST] = "child_runs_first",
	[RULES_BASE_SLICE] = "base_slice_ns",
};

int files_set(struct own *own, enum rules_setting setting, const char *text)
{
	u32 value;
	int err = rules_read(setting, text, &value);

	if (err)
		return err;
	if (value != RULES_INHERIT && !slices_has(setting)) {
		pr_info_ratelimited(
			"%s: the scheduler of this kernel (%s) has no %s\n",
			vkernel_name(own->vk), COMPAT_EEVDF ? "EEVDF" : "CFS",
			names[setting]);
		return -EOPNOTSUPP;
	}
	WRITE_ONCE(own->values[setting], value);
	return 0;
}

static int set_wakeup_granularity(struct own *own, const char *text)
{
	return files_set(own, RULES_WAKEUP_GRANULARITY, text);
}

static int set_min_granularity(struct own *own, const char *text)
{
	return files_set(own, RULES_MIN_GRANULARITY, text);
}

static int set_latency(struct own *own, const char *text)
{
	return files_set(own, RULES_LATENCY, text);
}

static int set_child_first(struct own *own, const char *text)
{
	return files_set(own, RULES_CHILD_FIRST, text);
}

static int set_base_slice(struct own *own, const char *text)
{
	return files_set(own, RULES_BASE_SLICE, text);
}

static int set_writable(struct own *own, const char *text)
{
	unsigned int writable;

	if (kstrtouint(text, 10, &writable) || writable > 1)
		return -EINVAL;
	WRITE_ONCE(own->writable, writable);
	return 0;
}

/* --- Files ---------------------------------------------------------------- */

/* The longest value is shorter. */
#define LONGEST 64

static ssize_t store(struct config_item *item, const char *page, size_t count,
		     int (*set)(struct own *own, const char *text))
{
	struct own *own = vkernel_plugin_state(item);
	char text[LONGEST];
	int err = vkernel_read_line(page, count, text, sizeof(text));

	if (err)
		return err;
	mutex_lock(&own->lock);
	err = set(own, text);
	mutex_unlock(&own->lock);
	return err ?: count;
}

static ssize_t show(struct config_item *item, char *page,
		    enum rules_setting setting)
{
	struct own *own = vkernel_plugin_state(item);
	char text[RULES_SIZE];

	return sysfs_emit(page, "%s\n",
			  rules_print(READ_ONCE(own->values[setting]), text));
}

/* clang-format off */
#define SETTING(file, set, setting)                                            \
	static ssize_t own_##file##_store(struct config_item *item,            \
					  const char *page, size_t count)      \
	{                                                                      \
		return store(item, page, count, set);                          \
	}                                                                      \
	static ssize_t own_##file##_show(struct config_item *item, char *page) \
	{                                                                      \
		return show(item, page, setting);                              \
	}                                                                      \
	CONFIGFS_ATTR(own_, file)

SETTING(wakeup_granularity_ns, set_wakeup_granularity,
	RULES_WAKEUP_GRANULARITY);
SETTING(min_granularity_ns, set_min_granularity, RULES_MIN_GRANULARITY);
SETTING(latency_ns, set_latency, RULES_LATENCY);
SETTING(child_runs_first, set_child_first, RULES_CHILD_FIRST);
SETTING(base_slice_ns, set_base_slice, RULES_BASE_SLICE);
/* clang-format on */

static ssize_t own_writable_store(struct config_item *item, const char *page,
				  size_t count)
{
	return store(item, page, count, set_writable);
}

static ssize_t own_writable_show(struct config_item *item, char *page)
{
	struct own *own = vkernel_plugin_state(item);

	return sysfs_emit(page, "%d\n", READ_ONCE(own->writable));
}

CONFIGFS_ATTR(own_, writable);

struct configfs_attribute *files_attrs[] = {
	&own_attr_wakeup_granularity_ns,
	&own_attr_min_granularity_ns,
	&own_attr_latency_ns,
	&own_attr_child_runs_first,
	&own_attr_base_slice_ns,
	&own_attr_writable,
	NULL,
};
