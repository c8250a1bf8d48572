// SPDX-License-Identifier: GPL-2.0
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "files.h"
#include "format.h"
#include "log.h"
#include "record.h"
#include "vkernel.h"

/* --- Settings ------------------------------------------------------------- */

static ssize_t store_number(struct config_item *item, const char *page,
			    size_t count, u32 most,
			    void (*set)(struct log *log, u32 number))
{
	u32 number;

	if (!vkernel_may_configure())
		return -EPERM;
	if (strlen(page) != count || kstrtou32(page, 10, &number) ||
	    number > most)
		return -EINVAL;
	set(vkernel_plugin_state(item), number);
	return count;
}

static ssize_t files_mode_show(struct config_item *item, char *page)
{
	struct log *log = vkernel_plugin_state(item);

	return sysfs_emit(page, "%s\n", READ_ONCE(log->all) ? "all" : "own");
}

static ssize_t files_mode_store(struct config_item *item, const char *page,
				size_t count)
{
	struct log *log = vkernel_plugin_state(item);
	bool all = sysfs_streq(page, "all");

	if (!vkernel_may_configure())
		return -EPERM;
	if (strlen(page) != count || (!all && !sysfs_streq(page, "own")))
		return -EINVAL;
	WRITE_ONCE(log->all, all);
	return count;
}

static ssize_t files_dmesg_restrict_show(struct config_item *item, char *page)
{
	struct log *log = vkernel_plugin_state(item);

	return sysfs_emit(page, "%d\n", READ_ONCE(log->restricted));
}

static void set_restricted(struct log *log, u32 number)
{
	WRITE_ONCE(log->restricted, number);
}

static ssize_t files_dmesg_restrict_store(struct config_item *item,
					  const char *page, size_t count)
{
	return store_number(item, page, count, 1, set_restricted);
}

static ssize_t files_quota_show(struct config_item *item, char *page)
{
	struct log *log = vkernel_plugin_state(item);

	return sysfs_emit(page, "%u\n", READ_ONCE(log->quota.burst));
}

static void set_burst(struct log *log, u32 number)
{
	log_set_quota(log, number, READ_ONCE(log->quota.rate));
}

static ssize_t files_quota_store(struct config_item *item, const char *page,
				 size_t count)
{
	return store_number(item, page, count, U32_MAX, set_burst);
}

static ssize_t files_quota_rate_show(struct config_item *item, char *page)
{
	struct log *log = vkernel_plugin_state(item);

	return sysfs_emit(page, "%u\n", READ_ONCE(log->quota.rate));
}

static void set_rate(struct log *log, u32 number)
{
	log_set_quota(log, READ_ONCE(log->quota.burst), number);
}

static ssize_t files_quota_rate_store(struct config_item *item,
				      const char *page, size_t count)
{
	return store_number(item, page, count, U32_MAX, set_rate);
}

static void clear(struct log *log, u32 one)
{
	WRITE_ONCE(log->clear, ring_next(ring));
}

static ssize_t files_clear_store(struct config_item *item, const char *page,
				 size_t count)
{
	if (!sysfs_streq(page, "1"))
		return -EINVAL;
	return store_number(item, page, count, 1, clear);
}

/* --- What happened -------------------------------------------------------- */

static ssize_t files_records_show(struct config_item *item, char *page)
{
	struct log *log = vkernel_plugin_state(item);

	return sysfs_emit(page, "%lld\n", atomic64_read(&log->records));
}

static ssize_t files_visible_show(struct config_item *item, char *page)
{
	struct log *log = vkernel_plugin_state(item);

	return sysfs_emit(page, "%lld\n", atomic64_read(&log->visible));
}

static ssize_t files_dropped_show(struct config_item *item, char *page)
{
	struct log *log = vkernel_plugin_state(item);

	return sysfs_emit(page, "%lld\n", atomic64_read(&log->dropped));
}

static ssize_t files_console_level_show(struct config_item *item, char *page)
{
	struct log *log = vkernel_plugin_state(item);

	return sysfs_emit(page, "%d\n", READ_ONCE(log->console_level));
}

CONFIGFS_ATTR(files_, mode);
CONFIGFS_ATTR(files_, dmesg_restrict);
CONFIGFS_ATTR(files_, quota);
CONFIGFS_ATTR(files_, quota_rate);
CONFIGFS_ATTR_WO(files_, clear);
CONFIGFS_ATTR_RO(files_, records);
CONFIGFS_ATTR_RO(files_, visible);
CONFIGFS_ATTR_RO(files_, dropped);
CONFIGFS_ATTR_RO(files_, console_level);

/* clang-format off */
struct configfs_attribute *files_attrs[] = {
	&files_attr_mode,
	&files_attr_dmesg_restrict,
	&files_attr_quota,
	&files_attr_quota_rate,
	&files_attr_clear,
	&files_attr_records,
	&files_attr_visible,
	&files_attr_dropped,
	&files_attr_console_level,
	NULL,
};
/* clang-format on */

/* --- Records -------------------------------------------------------------- */

/* The ring as it goes by: a reader of the file keeps one record at a time. */
struct listing {
	struct ring_info info;
	struct ring_record record;
	char text[RING_TEXT];
	char out[FORMAT_SIZE];
	char owner[NAME_MAX + 1];
};

/* The position is the record's number in the ring. */
static void *listing_find(struct seq_file *seq, loff_t *position)
{
	struct listing *listing = seq->private;
	struct ring_info *info = &listing->info;

	if (!ring_read(ring, *position, &listing->record))
		return NULL;
	info->text_len = min_t(unsigned int, info->text_len, RING_TEXT);
	*position = info->seq;
	return listing;
}

static void *listing_start(struct seq_file *seq, loff_t *position)
{
	return listing_find(seq, position);
}

static void *listing_next(struct seq_file *seq, void *v, loff_t *position)
{
	++*position;
	return listing_find(seq, position);
}

static void listing_stop(struct seq_file *seq, void *v)
{
}

/* The owner in front of each line: a text may have many. */
static void list_record(struct seq_file *seq, struct listing *listing,
			const char *owner)
{
	const char *text = listing->text, *next;
	const char *end = text + listing->info.text_len;
	size_t bytes;

	do {
		next = memchr(text, '\n', end - text) ?: end;
		if (owner)
			seq_printf(seq, "%-12s ", owner);
		bytes = format_line(listing->out, &listing->info, text,
				    next - text);
		seq_write(seq, listing->out, bytes);
		text = next + 1;
	} while (next < end);
}

/*
 * "NAME ", or "-" for the host, "?" for a container nobody remembers. Of what
 * was overwritten meanwhile nobody knows.
 */
static int listing_show_all(struct seq_file *seq, void *v)
{
	struct listing *listing = v;
	char *owner = listing->owner;
	u32 id;

	if (record_ask(listing->info.seq, &id) == RECORD_GONE)
		return SEQ_SKIP;
	strscpy(owner, "-", sizeof(listing->owner));
	if (id)
		log_name(id, owner, sizeof(listing->owner));
	list_record(seq, listing, owner[0] ? owner : "?");
	return 0;
}

/* All that its tasks caused, whether the container may see it or not. */
static int listing_show_one(struct seq_file *seq, void *v)
{
	struct log *log = file_inode(seq->file)->i_private;
	struct listing *listing = v;
	u32 id;

	record_ask(listing->info.seq, &id);
	if (id && id == READ_ONCE(log->last_id))
		list_record(seq, listing, NULL);
	return 0;
}

static const struct seq_operations listing_all = {
	.start = listing_start,
	.next = listing_next,
	.stop = listing_stop,
	.show = listing_show_all,
};

static const struct seq_operations listing_one = {
	.start = listing_start,
	.next = listing_next,
	.stop = listing_stop,
	.show = listing_show_one,
};

static int listing_open(struct inode *inode, struct file *file)
{
	struct listing *listing;

	listing = __seq_open_private(
		file, inode->i_private ? &listing_one : &listing_all,
		sizeof(*listing));
	if (!listing)
		return -ENOMEM;
	listing->record = (struct ring_record){
		.info = &listing->info,
		.text = listing->text,
		.size = sizeof(listing->text),
	};
	return 0;
}

static const struct file_operations listing_fops = {
	.owner = THIS_MODULE,
	.open = listing_open,
	.release = seq_release_private,
	.read = seq_read,
	.llseek = seq_lseek,
};

/* --- Folders -------------------------------------------------------------- */

static struct dentry *folder;

void files_init(void)
{
	folder = debugfs_create_dir("vkernel_log", NULL);
	debugfs_create_file("log", 0400, folder, NULL, &listing_fops);
}

void files_exit(void)
{
	debugfs_remove(folder);
}

/*
 * What debugfs cannot do is not worth a failure. A vkernel may be called "log":
 * its records are beside the file of that name, not instead of it.
 */
void files_open_folder(struct log *log)
{
	char *name = kasprintf(GFP_KERNEL, "of-%s", vkernel_name(log->vk));

	if (!name)
		return;
	log->folder = debugfs_create_dir(name, folder);
	debugfs_create_file("log", 0400, log->folder, log, &listing_fops);
	kfree(name);
}

void files_close_folder(struct log *log)
{
	debugfs_remove(log->folder);
}
