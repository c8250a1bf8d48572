// SPDX-License-Identifier: GPL-2.0
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "lesson.h"
#include "phrases.h"
#include "replacement.h"
#include "rules.h"
#include "seal.h"
#include "sentry.h"
#include "vkernel.h"
#include "words.h"

u32 rules_kinds;

/* --- Editing -------------------------------------------------------------- */

static int stage_rule(struct rules *rules, char *line)
{
	struct rule rule;
	int err = words_parse_rule(line, &rule);

	return err ?: draft_add(&rules->staged, &rule);
}

static int stage_fallback(struct rules *rules, char *line)
{
	return words_parse_fallback(line, rules->staged.fallback);
}

static int stage_object(struct rules *rules, char *line)
{
	struct object object;
	int err = phrases_parse(line, &object);

	if (err)
		return err;
	if (!(rules_kinds & BIT(object.kind)))
		return -EOPNOTSUPP;
	return draft_add_object(&rules->staged, &object);
}

static int reset(struct rules *rules, char *line)
{
	if (strcmp(line, "1"))
		return -EINVAL;
	draft_reset(&rules->staged);
	return 0;
}

static const struct verdicts *in_force(const struct rules *rules)
{
	return rcu_dereference_protected(rules->published,
					 lockdep_is_held(&rules->lock));
}

/* --- Commit --------------------------------------------------------------- */

static size_t table_size(const struct verdicts *verdicts)
{
	return struct_size(verdicts, test, verdicts->tests) +
	       verdicts->objects[OBJECT_KINDS] * sizeof(struct object);
}

static const struct verdicts *make_table(const struct draft *draft)
{
	struct verdicts *verdicts = kvzalloc(draft_size(draft), GFP_KERNEL);
	const struct verdicts *table = NULL;

	if (!verdicts)
		return NULL;
	if (!draft_fill(draft, verdicts))
		table = seal_copy(verdicts, table_size(verdicts));
	kvfree(verdicts);
	return table;
}

/* The gate is open where one table decides, and nothing else has a say. */
static void set_gate(struct rules *rules)
{
	const struct verdicts *table = in_force(rules);

	gate_shut(&rules->gate);
	if (rules->id && table && !rules->long_way && !rules->watchers &&
	    !rcu_access_pointer(rules->learning))
		gate_open(&rules->gate, rules->id, table);
}

void rules_set_long_way(struct rules *rules, bool long_way)
{
	mutex_lock(&rules->lock);
	rules->long_way = long_way;
	set_gate(rules);
	mutex_unlock(&rules->lock);
}

static void free_table(const struct verdicts *table)
{
	if (table)
		sentry_rest(table);
	seal_free(table);
}

static int commit(struct rules *rules, char *line)
{
	const struct verdicts *old, *new;
	int err;

	if (strcmp(line, "1"))
		return -EINVAL;
	new = make_table(&rules->staged);
	if (!new)
		return -ENOMEM;
	/* Before it is in force: a rule that is has its hook awake. */
	err = sentry_wake(new);
	if (err)
		goto err_free_table;
	/*
	 * Who has met the new rules on the long way must not meet the old ones
	 * on the short one: it is shut meanwhile.
	 */
	gate_shut(&rules->gate);
	old = rcu_replace_pointer(rules->published, new,
				  lockdep_is_held(&rules->lock));
	set_gate(rules);
	/* Pairs with the lock-free readers in judge.c and at the doors. */
	if (old)
		synchronize_rcu();
	free_table(old);
	return 0;

err_free_table:
	seal_free(new);
	return err;
}

/* --- Learning ------------------------------------------------------------- */

/* Nobody is told of calls any more; what is known stays to be read. */
static void stop_learning(struct rules *rules)
{
	if (!rcu_access_pointer(rules->learning))
		return;
	RCU_INIT_POINTER(rules->learning, NULL);
	set_gate(rules);
	/* Pairs with the readers in judge.c. */
	synchronize_rcu();
}

static int start_learning(struct rules *rules)
{
	struct lesson *lesson = lesson_new();

	if (!lesson)
		return -ENOMEM;
	stop_learning(rules);
	kvfree(rules->lesson);
	rules->lesson = lesson;
	rcu_assign_pointer(rules->learning, lesson);
	set_gate(rules);
	return 0;
}

static int learn(struct rules *rules, char *line)
{
	if (!strcmp(line, "1"))
		return start_learning(rules);
	if (!strcmp(line, "0")) {
		stop_learning(rules);
		return 0;
	}
	return rcu_access_pointer(rules->learning) ?
		       lesson_watch(rules->lesson, line) :
		       -EINVAL;
}

/* --- Files ---------------------------------------------------------------- */

static int copy_line(char *line, const char *from, size_t length)
{
	if (length >= WORDS_LINE || memchr(from, '\0', length))
		return -EINVAL;
	memcpy(line, from, length);
	line[length] = '\0';
	return 0;
}

/*
 * Several lines are as many writes, up to the first that is refused: so far
 * the write has gone then, and the next one says what is wrong. A newline at
 * the end is optional.
 */
static ssize_t store_lines(struct config_item *item, const char *page,
			   size_t count,
			   int (*act)(struct rules *rules, char *line))
{
	struct rules *rules = vkernel_plugin_state(item);
	const char *from = page, *end = page + count, *stop;
	char line[WORDS_LINE];
	int err;

	if (!vkernel_may_configure())
		return -EPERM;
	mutex_lock(&rules->lock);
	do {
		stop = memchr(from, '\n', end - from) ?: end;
		err = copy_line(line, from, stop - from) ?: act(rules, line);
		if (!err)
			from = stop + 1;
	} while (!err && from < end);
	mutex_unlock(&rules->lock);
	return from == page ? err : min_t(ssize_t, from - page, count);
}

/* One write is one line. */
static ssize_t store_line(struct config_item *item, const char *page,
			  size_t count,
			  int (*act)(struct rules *rules, char *line))
{
	if (count && memchr(page, '\n', count - 1))
		return -EINVAL;
	return store_lines(item, page, count, act);
}

static ssize_t rules_rules_add_store(struct config_item *item, const char *page,
				     size_t count)
{
	return store_lines(item, page, count, stage_rule);
}

static ssize_t rules_object_add_store(struct config_item *item,
				      const char *page, size_t count)
{
	return store_lines(item, page, count, stage_object);
}

static ssize_t rules_learn_store(struct config_item *item, const char *page,
				 size_t count)
{
	return store_line(item, page, count, learn);
}

static ssize_t rules_learn_show(struct config_item *item, char *page)
{
	struct rules *rules = vkernel_plugin_state(item);

	return sysfs_emit(page, "%d\n", !!rcu_access_pointer(rules->learning));
}

static ssize_t rules_reset_store(struct config_item *item, const char *page,
				 size_t count)
{
	return store_line(item, page, count, reset);
}

static ssize_t rules_commit_store(struct config_item *item, const char *page,
				  size_t count)
{
	return store_line(item, page, count, commit);
}

static ssize_t rules_default_store(struct config_item *item, const char *page,
				   size_t count)
{
	return store_line(item, page, count, stage_fallback);
}

static ssize_t rules_default_show(struct config_item *item, char *page)
{
	struct rules *rules = vkernel_plugin_state(item);
	const struct verdicts *verdicts;
	enum verdict_abi abi;
	char verdict[32];
	int at = 0;

	mutex_lock(&rules->lock);
	verdicts = in_force(rules);
	for (abi = 0; abi < VERDICT_ABIS; abi++) {
		words_verdict(verdict, sizeof(verdict),
			      verdicts ? verdicts->fallback[abi] :
					 VERDICT_ALLOW);
		at += sysfs_emit_at(page, at, "%s %s\n", words_abi(abi),
				    verdict);
	}
	mutex_unlock(&rules->lock);
	return at;
}

/* --- What is in force ----------------------------------------------------- */

/* A file of configfs is at most a page: room for the line that says so. */
#define RULES_PAGE (PAGE_SIZE - 64)

/* Lines that go into @seq or, as long as there is room, onto a page. */
struct listing {
	struct seq_file *seq;
	char *page;
	int at;
	unsigned int cut;
};

static void list_line(struct listing *listing, const char *line)
{
	if (listing->seq)
		seq_printf(listing->seq, "%s\n", line);
	else if (listing->cut || listing->at + strlen(line) >= RULES_PAGE)
		listing->cut++;
	else
		listing->at +=
			sysfs_emit_at(listing->page, listing->at, "%s\n", line);
}

static void list_rule(struct listing *listing, enum verdict_abi abi,
		      unsigned int nr, const struct verdict_test *test)
{
	char line[WORDS_LINE];

	words_tested(line, sizeof(line), abi, nr, test);
	list_line(listing, line);
}

static void list_call(struct listing *listing, const struct verdicts *verdicts,
		      enum verdict_abi abi, unsigned int nr)
{
	unsigned int index = verdicts_first(abi) + nr;
	struct verdict_test final = { .op = VERDICT_ALWAYS, .last = true };
	const struct verdict_test *test = &final;

	final.verdict = verdicts->of[index];
	if (final.verdict & VERDICT_TESTED)
		test = &verdicts->test[final.verdict & ~VERDICT_TESTED];
	while (test->op != VERDICT_ALWAYS) {
		list_rule(listing, abi, nr, test);
		while (!test++->last)
			;
	}
	if (test_bit(index, verdicts->ruled))
		list_rule(listing, abi, nr, test);
}

/* Denials that nobody wrote down. */
static void list_uring(struct listing *listing, const struct verdicts *verdicts,
		       enum verdict_abi abi)
{
	char line[96];

	if (!verdicts->uring[abi] || listing->cut)
		return;
	snprintf(line, sizeof(line),
		 "# %s 425-427 EPERM: io_uring could do what %u may not",
		 words_abi(abi), verdicts->uring[abi] - 1);
	list_line(listing, line);
}

static void list_rules(struct listing *listing, const struct verdicts *verdicts)
{
	enum verdict_abi abi;
	unsigned int nr;

	for (abi = 0; abi < VERDICT_ABIS; abi++) {
		for (nr = 0; nr < verdicts_count(abi); nr++)
			list_call(listing, verdicts, abi, nr);
		list_uring(listing, verdicts, abi);
	}
}

static void list_objects(struct listing *listing,
			 const struct verdicts *verdicts)
{
	const struct object *object = verdicts_objects(verdicts);
	char line[PHRASES_LINE];
	unsigned int i;

	for (i = 0; i < verdicts->objects[OBJECT_KINDS]; i++) {
		phrases_object(line, sizeof(line), object + i);
		list_line(listing, line);
	}
}

/* What is in force, as far as @list says it. */
static void list_in_force(struct rules *rules, struct listing *listing,
			  void (*list)(struct listing *listing,
				       const struct verdicts *verdicts))
{
	const struct verdicts *verdicts;

	mutex_lock(&rules->lock);
	verdicts = in_force(rules);
	if (verdicts)
		list(listing, verdicts);
	mutex_unlock(&rules->lock);
}

static ssize_t show_page(struct config_item *item, char *page,
			 void (*list)(struct listing *listing,
				      const struct verdicts *verdicts))
{
	struct listing listing = { .page = page };

	list_in_force(vkernel_plugin_state(item), &listing, list);
	if (listing.cut)
		listing.at += sysfs_emit_at(page, listing.at, "# and %u more\n",
					    listing.cut);
	return listing.at;
}

static ssize_t rules_rules_show(struct config_item *item, char *page)
{
	return show_page(item, page, list_rules);
}

static ssize_t rules_objects_show(struct config_item *item, char *page)
{
	return show_page(item, page, list_objects);
}

/* The same without an end, for debugfs. */
static int show_all(struct seq_file *seq,
		    void (*list)(struct listing *listing,
				 const struct verdicts *verdicts))
{
	struct listing listing = { .seq = seq };

	list_in_force(seq->private, &listing, list);
	return 0;
}

static int rules_full_show(struct seq_file *seq, void *unused)
{
	return show_all(seq, list_rules);
}
DEFINE_SHOW_ATTRIBUTE(rules_full);

static int objects_full_show(struct seq_file *seq, void *unused)
{
	return show_all(seq, list_objects);
}
DEFINE_SHOW_ATTRIBUTE(objects_full);

/* All calls in their order, each with what is known of it. */
static int learned_show(struct seq_file *seq, void *unused)
{
	struct rules *rules = seq->private;
	enum verdict_abi abi;
	unsigned int nr, i;
	char line[64];

	mutex_lock(&rules->lock);
	for (abi = 0; abi < VERDICT_ABIS && rules->lesson; abi++)
		for (nr = 0; nr < verdicts_count(abi); nr++)
			for (i = 0; lesson_line(rules->lesson, abi, nr, i, line,
						sizeof(line));
			     i++)
				seq_printf(seq, "%s\n", line);
	mutex_unlock(&rules->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(learned);

/*
 * Calls are counted as long as one of the files is open: nobody can forget to
 * stop. Where memory is short, they are counted in all only.
 */
static void watch(struct rules *rules, int watchers)
{
	mutex_lock(&rules->lock);
	if (!rules->allowed)
		/* Pairs with rules_count(). */
		smp_store_release(&rules->allowed,
				  kvcalloc(VERDICT_CALLS,
					   sizeof(*rules->allowed),
					   GFP_KERNEL));
	WRITE_ONCE(rules->watchers, rules->watchers + watchers);
	set_gate(rules);
	mutex_unlock(&rules->lock);
}

static int calls_show(struct seq_file *seq, void *unused)
{
	struct rules *rules = seq->private;

	seq_printf(seq, "%lld\n", atomic64_read(&rules->calls));
	return 0;
}

static int open_watched(struct inode *inode, struct file *file,
			int (*show)(struct seq_file *seq, void *unused))
{
	int err = single_open(file, show, inode->i_private);

	if (!err)
		watch(inode->i_private, 1);
	return err;
}

static int calls_open(struct inode *inode, struct file *file)
{
	return open_watched(inode, file, calls_show);
}

/* debugfs calls it also when the file is gone, and its vkernel with it. */
static int release_watched(struct inode *inode, struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;

	if (!debugfs_file_get(dentry)) {
		watch(inode->i_private, -1);
		debugfs_file_put(dentry);
	}
	return single_release(inode, file);
}

static const struct file_operations calls_fops = {
	.owner = THIS_MODULE,
	.open = calls_open,
	.release = release_watched,
	.read = seq_read,
	.llseek = seq_lseek,
};

/* The three tables one behind the other. */
static void show_each(struct seq_file *seq, const atomic_t *counts)
{
	enum verdict_abi abi;
	unsigned int nr, count;

	for (abi = 0; abi < VERDICT_ABIS; abi++) {
		for (nr = 0; nr < verdicts_count(abi); nr++) {
			count = atomic_read(&counts[verdicts_first(abi) + nr]);
			if (count)
				seq_printf(seq, "%s %u %u\n", words_abi(abi),
					   nr, count);
		}
	}
}

static int counts_show(struct seq_file *seq, void *unused)
{
	const struct rules *rules = seq->private;

	show_each(seq, rules->denials.of);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counts);

static int allowed_show(struct seq_file *seq, void *unused)
{
	const struct rules *rules = seq->private;

	if (rules->allowed)
		show_each(seq, rules->allowed);
	return 0;
}

static int allowed_open(struct inode *inode, struct file *file)
{
	return open_watched(inode, file, allowed_show);
}

static const struct file_operations allowed_fops = {
	.owner = THIS_MODULE,
	.open = allowed_open,
	.release = release_watched,
	.read = seq_read,
	.llseek = seq_lseek,
};

static struct dentry *folder;

void rules_open_folder(void)
{
	folder = debugfs_create_dir("vkernel_syscall", NULL);
}

void rules_close_folder(void)
{
	debugfs_remove(folder);
}

/* What debugfs cannot do is not worth a failure. */
static void make_full_lists(struct rules *rules)
{
	rules->folder = debugfs_create_dir(vkernel_name(rules->vk), folder);
	debugfs_create_file("rules", 0400, rules->folder, rules,
			    &rules_full_fops);
	debugfs_create_file("objects", 0400, rules->folder, rules,
			    &objects_full_fops);
	debugfs_create_file("learned", 0400, rules->folder, rules,
			    &learned_fops);
	debugfs_create_file("counts", 0400, rules->folder, rules, &counts_fops);
	debugfs_create_file("calls", 0400, rules->folder, rules, &calls_fops);
	debugfs_create_file("allowed", 0400, rules->folder, rules,
			    &allowed_fops);
}

static ssize_t rules_denied_show(struct config_item *item, char *page)
{
	struct rules *rules = vkernel_plugin_state(item);

	return sysfs_emit(page, "%lld\n",
			  atomic64_read(&rules->denials.denied));
}

static ssize_t rules_denials_show(struct config_item *item, char *page)
{
	struct rules *rules = vkernel_plugin_state(item);

	return denials_show_last(&rules->denials, page);
}

static ssize_t rules_counts_show(struct config_item *item, char *page)
{
	struct rules *rules = vkernel_plugin_state(item);

	return denials_show_counts(&rules->denials, page);
}

CONFIGFS_ATTR_WO(rules_, rules_add);
CONFIGFS_ATTR_WO(rules_, object_add);
CONFIGFS_ATTR(rules_, learn);
CONFIGFS_ATTR_WO(rules_, reset);
CONFIGFS_ATTR_WO(rules_, commit);
CONFIGFS_ATTR(rules_, default);
CONFIGFS_ATTR_RO(rules_, rules);
CONFIGFS_ATTR_RO(rules_, objects);
CONFIGFS_ATTR_RO(rules_, denied);
CONFIGFS_ATTR_RO(rules_, denials);
CONFIGFS_ATTR_RO(rules_, counts);

/* clang-format off */
struct configfs_attribute *rules_attrs[] = {
	&rules_attr_rules_add,
	&rules_attr_object_add,
	&rules_attr_reset,
	&rules_attr_learn,
	&rules_attr_commit,
	&rules_attr_default,
	&rules_attr_rules,
	&rules_attr_objects,
	&rules_attr_denied,
	&rules_attr_denials,
	&rules_attr_counts,
	NULL,
};
/* clang-format on */

/* --- Life ----------------------------------------------------------------- */

void *rules_create(struct vkernel *vk)
{
	struct rules *rules = kvzalloc(sizeof(*rules), GFP_KERNEL);

	if (!rules)
		return ERR_PTR(-ENOMEM);
	rules->vk = vk;
	mutex_init(&rules->lock);
	denials_init(&rules->denials);
	draft_init(&rules->staged);
	replacement_enlist(rules);
	make_full_lists(rules);
	return rules;
}

void rules_placed(void *state, u32 id, bool nested)
{
	struct rules *rules = state;

	mutex_lock(&rules->lock);
	if (rules->id != (nested ? 0 : id)) {
		rules->id = nested ? 0 : id;
		set_gate(rules);
	}
	mutex_unlock(&rules->lock);
}

void rules_destroy(void *state)
{
	struct rules *rules = state;

	/* Waits for whoever reads there now. */
	debugfs_remove(rules->folder);
	replacement_delist(rules);
	/* No reader is left, and no file is open: nobody else has it. */
	free_table(rcu_dereference_protected(rules->published, true));
	draft_reset(&rules->staged);
	kvfree(rules->lesson);
	kvfree(rules->allowed);
	kvfree(rules);
}

/* Its rules are of no use any more, in force or not. */
void rules_retire(void *state)
{
	struct rules *rules = state;

	mutex_lock(&rules->lock);
	/* No task has found its way here since the vkernel was disarmed. */
	free_table(in_force(rules));
	RCU_INIT_POINTER(rules->published, NULL);
	draft_reset(&rules->staged);
	mutex_unlock(&rules->lock);
}

/* Without the lock: it may be held for as long as a grace period takes. */
size_t rules_memory(void *state)
{
	struct rules *rules = state;
	const struct verdicts *verdicts;
	size_t bytes = sizeof(*rules);

	bytes += READ_ONCE(rules->staged.tests) * sizeof(*verdicts->test);
	bytes += READ_ONCE(rules->staged.object_count) * sizeof(struct object);
	rcu_read_lock();
	verdicts = rcu_dereference(rules->published);
	if (verdicts)
		bytes += PAGE_ALIGN(table_size(verdicts));
	if (READ_ONCE(rules->allowed))
		bytes += VERDICT_CALLS * sizeof(*rules->allowed);
	if (READ_ONCE(rules->lesson))
		bytes += sizeof(*rules->lesson);
	rcu_read_unlock();
	return bytes;
}
