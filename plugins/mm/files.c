// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_mm: " fmt

#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/sysfs.h>

#include "files.h"
#include "limits.h"
#include "thp.h"

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
	if (mode == POLICY_NEVER)
		limits_strict();
	if (mode == POLICY_ALWAYS)
		own_allow_lifting();
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
	limits_areas(own, count);
	return 0;
}

int files_set_min_addr(struct own *own, const char *text)
{
	unsigned long address;

	if (kstrtoul(text, 0, &address) || address >= TASK_SIZE_MAX)
		return -EINVAL;
	if (address)
		limits_address(address);
	WRITE_ONCE(own->mmap_min_addr, address);
	return 0;
}

/* Says so, if it is not the word for doing without. */
static int need_huge(const struct own *own, bool wanted)
{
	if (!wanted || thp_is_there())
		return 0;
	pr_info_ratelimited("%s: this machine has no huge pages\n",
			    vkernel_name(own->vk));
	return -EOPNOTSUPP;
}

int files_set_thp_enabled(struct own *own, const char *text)
{
	int enabled, err;

	err = huge_read_enabled(text, &enabled) ?:
		      need_huge(own, enabled != HUGE_INHERIT);
	if (err)
		return err;
	WRITE_ONCE(own->thp.enabled, enabled);
	return 0;
}

int files_set_thp_defrag(struct own *own, const char *text)
{
	int defrag, err;

	err = huge_read_defrag(text, &defrag) ?:
		      need_huge(own, defrag != HUGE_DEFRAG_INHERIT);
	if (err)
		return err;
	WRITE_ONCE(own->thp.defrag, defrag);
	return 0;
}

static int set_thp_enabled(struct own *own, const char *text)
{
	return files_set_thp_enabled(own, text) ?: thp_apply();
}

static int set_thp_sizes(struct own *own, const char *text)
{
	char copy[HUGE_SIZES_TEXT];
	union huge_sizes sizes;
	int err;

	strscpy(copy, text, sizeof(copy));
	err = huge_read_sizes(copy, &sizes) ?: need_huge(own, sizes.own);
	if (err)
		return err;
	if (sizes.own && !thp_has_sizes()) {
		pr_info_ratelimited(
			"%s: this kernel has huge pages of one size only\n",
			vkernel_name(own->vk));
		return -EOPNOTSUPP;
	}
	WRITE_ONCE(own->thp.sizes.word, sizes.word);
	return thp_apply();
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
#define LONGEST HUGE_SIZES_TEXT

static const char *enabled_name(int enabled)
{
	return enabled == HUGE_INHERIT ?
		       "inherit" :
		       huge_enabled_names[HUGE_ALWAYS - enabled];
}

static const char *defrag_name(int defrag)
{
	return defrag == HUGE_DEFRAG_INHERIT ? "inherit" :
					       huge_defrag_names[defrag];
}

static const char *sizes_text(const struct own *own, char *text)
{
	union huge_sizes sizes = { .word = READ_ONCE(own->thp.sizes.word) };

	huge_print_sizes(text, sizes);
	return text;
}

static long thp_count(const struct own *own, enum own_thp_count what)
{
	return atomic_long_read(&own->thp.counts[what]);
}

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
SETTING(thp_enabled, set_thp_enabled, "%s",
	enabled_name(READ_ONCE(own->thp.enabled)));
SETTING(thp_defrag, files_set_thp_defrag, "%s",
	defrag_name(READ_ONCE(own->thp.defrag)));
SETTING(thp_sizes, set_thp_sizes, "%s",
	sizes_text(own, (char[HUGE_SIZES_TEXT]) { 0 }));
SETTING(writable, set_writable, "%d", READ_ONCE(own->writable));
COUNTER(committed_kbytes, "%ld",
	atomic_long_read(&own->committed) * KBYTES_PER_PAGE);
COUNTER(refused, "%ld", atomic_long_read(&own->refused));
COUNTER(thp_huge, "%ld", thp_count(own, OWN_THP_HUGE));
COUNTER(thp_fallback, "%ld", thp_count(own, OWN_THP_FALLBACK));
COUNTER(thp_collapsed, "%ld", thp_count(own, OWN_THP_COLLAPSED));
/* clang-format on */

struct configfs_attribute *files_attrs[] = {
	&mm_attr_overcommit_memory,
	&mm_attr_overcommit_ratio,
	&mm_attr_overcommit_kbytes,
	&mm_attr_committed_kbytes,
	&mm_attr_refused,
	&mm_attr_max_map_count,
	&mm_attr_mmap_min_addr,
	&mm_attr_thp_enabled,
	&mm_attr_thp_defrag,
	&mm_attr_thp_sizes,
	&mm_attr_thp_huge,
	&mm_attr_thp_fallback,
	&mm_attr_thp_collapsed,
	&mm_attr_writable,
	NULL,
};
