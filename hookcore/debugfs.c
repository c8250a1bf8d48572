// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/hookcore/:
 *
 *   hooks  one line per hook: target, owner, priority, state, site, stolen
 *          bytes, bytes that stand there now
 *   check  write a function's name, read whether it could be hooked, and if
 *          not why (one answer per open file)
 *   stops  how often the machine was stopped to write text, and for how long;
 *          how often for a look at who has not left what is to be freed
 */
#include "debugfs.h"

#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "hook.h"
#include "quiesce.h"
#include "shadow.h"
#include "text.h"

static struct dentry *debugfs_dir;

static const char *const debugfs_state[] = {
	[HOOKCORE_IDLE] = "idle",	    [HOOKCORE_WAITING] = "waiting",
	[HOOKCORE_INSTALLED] = "installed", [HOOKCORE_SHADOWED] = "shadowed",
	[HOOKCORE_RETIRING] = "retiring",
};

static void debugfs_show_hook(struct seq_file *file,
			      const struct hookcore_target *target,
			      const struct hookcore_hook *hook)
{
	const struct site *site = &target->site;
	int window = site->window;

	seq_printf(file, "%s owner=%s priority=%d state=%s site=%pS",
		   target->name, hook_owner_name(hook), hook->priority,
		   debugfs_state[hook->state], (void *)site->start);
	seq_printf(file, " before=%*phN now=%*phN handler=%ps", window,
		   site->original, window, (void *)site->start, hook->handler);
	if (hook_is_counting())
		seq_printf(file, " hits=%llu", hook_hits(hook));
	seq_putc(file, '\n');
}

static int hooks_show(struct seq_file *file, void *unused)
{
	struct hookcore_target *target;
	struct hookcore_hook *hook;
	int bucket;

	mutex_lock(&hook_mutex);
	shadow_update();
	hash_for_each(hook_targets, bucket, target, node) {
		list_for_each_entry(hook, &target->hooks, node)
			debugfs_show_hook(file, target, hook);
	}
	list_for_each_entry(hook, &hook_waiting, node)
		seq_printf(file, "%s owner=%s priority=%d state=waiting\n",
			   hook->symbol, hook_owner_name(hook), hook->priority);
	mutex_unlock(&hook_mutex);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hooks);

static int count_get(void *unused, u64 *value)
{
	*value = hook_is_counting();
	return 0;
}

static int count_set(void *unused, u64 value)
{
	return value > 1 ? -EINVAL : hook_set_counting(value);
}
DEFINE_DEBUGFS_ATTRIBUTE(count_fops, count_get, count_set, "%llu\n");

static int stops_show(struct seq_file *file, void *unused)
{
	struct quiesce_looks looks;
	struct text_stops stops;

	text_get_stops(&stops);
	quiesce_get_looks(&looks);
	seq_printf(file, "number %llu\nlast_ns %llu\nlongest_ns %llu\n",
		   stops.number, stops.last_ns, stops.longest_ns);
	seq_printf(file, "detours %llu\n", stops.detours);
	seq_printf(file,
		   "looks %llu\nlast_look_ns %llu\nlongest_look_ns %llu\n",
		   looks.number, looks.last_ns, looks.longest_ns);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stops);

static int check_show(struct seq_file *file, void *unused)
{
	char hint[SITE_HINT_SIZE] = "";
	const char *name = file->private;
	enum hookcore_reason reason;
	struct site site;

	if (!name)
		return 0;
	reason = hook_examine(name, &site, hint);
	if (reason)
		seq_printf(file, "%s no: %s%s%s\n", name,
			   hookcore_reason_text(reason), *hint ? ": " : "",
			   hint);
	else
		seq_printf(file, "%s yes: site=%pS window=%zu bytes=%*phN\n",
			   name, (void *)site.start, site.window,
			   (int)site.window, site.original);
	return 0;
}

static ssize_t check_write(struct file *file, const char __user *buffer,
			   size_t size, loff_t *offset)
{
	struct seq_file *seq = file->private_data;
	char *name, *old;

	if (!size || size >= KSYM_NAME_LEN)
		return -EINVAL;
	name = memdup_user_nul(buffer, size);
	if (IS_ERR(name))
		return PTR_ERR(name);
	strim(name);
	/* seq->lock serialises with check_show(), which reads the name. */
	mutex_lock(&seq->lock);
	old = seq->private;
	seq->private = name;
	mutex_unlock(&seq->lock);
	kfree(old);
	return size;
}

static int check_open(struct inode *inode, struct file *file)
{
	return single_open(file, check_show, NULL);
}

static int check_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;

	kfree(seq->private);
	return single_release(inode, file);
}

static const struct file_operations check_fops = {
	.owner = THIS_MODULE,
	.open = check_open,
	.read = seq_read,
	.write = check_write,
	.llseek = seq_lseek,
	.release = check_release,
};

void debugfs_init(void)
{
	debugfs_dir = debugfs_create_dir("hookcore", NULL);
	debugfs_create_file("hooks", 0400, debugfs_dir, NULL, &hooks_fops);
	debugfs_create_file("check", 0600, debugfs_dir, NULL, &check_fops);
	debugfs_create_file("count", 0600, debugfs_dir, NULL, &count_fops);
	debugfs_create_file("stops", 0400, debugfs_dir, NULL, &stops_fops);
}

void debugfs_exit(void)
{
	debugfs_remove(debugfs_dir);
}
