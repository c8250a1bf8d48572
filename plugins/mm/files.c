// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_mm: " fmt

#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/sysfs.h>

#include "files.h"

#define KBYTES_PER_PAGE (PAGE_SIZE / 1024)

/* --- Settings ------------------------------------------------------------- */

/*
 * Against a host that promises no more than it has, "always" would be a word
 * without an effect.
 */
int files_set_mode(struct own *own, const char *text)
{
	int mode, err = policy_read_mode(text, &mode);

	if (err)
		return err;
	if (mode == POLICY_ALWAYS && own_host_mode() == POLICY_NEVER) {
		pr_info_ratelimited(
			"%s: overcommit_memory 1 cannot lift the host's 2\n",
			vkernel_name(own->vk));
		return -EOPNOTSUPP;
	}
	WRITE_ONCE(own->mode, mode);
	return 0;
}

int files_set_ratio(struct own *own, const char *text)
{
	unsigned int ratio;

	if (kstrtouint(text, 10, &ratio) || ratio > INT_MAX)
		return -EINVAL;
	WRITE_ONCE(own->ratio, ratio);
	return 0;
}

int files_set_kbytes(struct own *own, const char *text)
{
	unsigned long kbytes;

	if (kstrtoul(text, 10, &kbytes))
		return -EINVAL;
	WRITE_ONCE(own->kbytes, kbytes);
	return 0;
}

int files_set_map_count(struct own *own, const char *text)
{
	unsigned int count;

	if (kstrtouint(text, 10, &count) || count > INT_MAX)
		return -EINVAL;
	WRITE_ONCE(own->max_map_count, count);
	return 0;
}

int files_set_min_addr(struct own *own, const char *text)
{
	unsigned long address;

	if (kstrtoul(text, 0, &address) || address >= TASK_SIZE_MAX)
		return -EINVAL;
	WRITE_ONCE(own->mmap_min_addr, address);
	return 0;
}

static int set_writable(struct own *own, const char *text)
{
	bool writable;

	if (kstrtobool(text, &writable))
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
	int err;

	if (!vkernel_may_configure())
		return -EPERM;
	if (strlen(page) != count || count >= sizeof(text) || !count)
		return -EINVAL;
	strscpy(text, page, sizeof(text));
	if (text[count - 1] == '\n')
		text[count - 1] = 0;
	mutex_lock(&own->lock);
	err = set(own, text);
	mutex_unlock(&own->lock);
	return err ?: count;
}

/* clang-format off */
#define SETTING(file, set, format, value)                                      \
	static ssize_t mm_##file##_store(struct config_item *item,             \
					 const char *page, size_t count)       \
	{                                                                      \
		return store(item, page, count, set);                          \
	}                                                                      \
	static ssize_t mm_##file##_show(struct config_item *item, char *page)  \
	{                                                                      \
		struct own *own = vkernel_plugin_state(item);                  \
									       \
		return sysfs_emit(page, format "\n", value);                   \
	}                                                                      \
	CONFIGFS_ATTR(mm_, file)

#define COUNTER(file, format, value)                                           \
	static ssize_t mm_##file##_show(struct config_item *item, char *page)  \
	{                                                                      \
		struct own *own = vkernel_plugin_state(item);                  \
									       \
		return sysfs_emit(page, format "\n", value);                   \
	}                                                                      \
	CONFIGFS_ATTR_RO(mm_, file)

SETTING(overcommit_memory, files_set_mode, "%s",
	policy_mode_name(READ_ONCE(own->mode)));
SETTING(overcommit_ratio, files_set_ratio, "%u", READ_ONCE(own->ratio));
SETTING(overcommit_kbytes, files_set_kbytes, "%lu", READ_ONCE(own->kbytes));
SETTING(max_map_count, files_set_map_count, "%u",
	READ_ONCE(own->max_map_count));
SETTING(mmap_min_addr, files_set_min_addr, "%lu",
	READ_ONCE(own->mmap_min_addr));
SETTING(writable, set_writable, "%d", READ_ONCE(own->writable));
COUNTER(committed_kbytes, "%ld",
	atomic_long_read(&own->committed) * KBYTES_PER_PAGE);
COUNTER(refused, "%ld", atomic_long_read(&own->refused));
/* clang-format on */

struct configfs_attribute *files_attrs[] = {
	&mm_attr_overcommit_memory,
	&mm_attr_overcommit_ratio,
	&mm_attr_overcommit_kbytes,
	&mm_attr_committed_kbytes,
	&mm_attr_refused,
	&mm_attr_max_map_count,
	&mm_attr_mmap_min_addr,
	&mm_attr_writable,
	NULL,
};
