// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_mm: " fmt

#include <linux/delay.h>
#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "files.h"
#include "hookcore.h"
#include "sysfs.h"
#include "thp.h"

/*
 * The functions hooked are the files' show(kobj, attr, buf) and
 * store(kobj, attr, buf, count). kernfs calls them in process context.
 */

/* "hugepages-64kB": its order; 0 if the folder is another one. */
static unsigned int order_of(const struct kobject *folder)
{
	unsigned long kbytes;

	if (sscanf(kobject_name(folder), "hugepages-%lukB", &kbytes) != 1 ||
	    kbytes < KBYTES_PER_PAGE)
		return 0;
	return ilog2(kbytes / KBYTES_PER_PAGE);
}

/* --- What a file shows ---------------------------------------------------- */

/* A page, of which the kernel shows as much. */
static void show(struct hookcore_args *args, const char *const *names,
		 int chosen)
{
	args->ret = huge_print_choice((char *)args->arg[2], PAGE_SIZE, names,
				      chosen);
}

/* Neither a container nor the host's true setting: the kernel shows it. */
static bool is_plain(const struct own *own)
{
	return !own && !thp_is_special();
}

asmlinkage bool sysfs_show_enabled(struct hookcore_args *args);

asmlinkage __visible bool sysfs_show_enabled(struct hookcore_args *args)
{
	struct own *own;
	bool plain;

	rcu_read_lock();
	own = own_nearest(vkernel_current());
	plain = is_plain(own);
	if (!plain)
		show(args, huge_enabled_names,
		     HUGE_ALWAYS - thp_enabled(own ? own->vk : NULL));
	rcu_read_unlock();
	return plain;
}

asmlinkage bool sysfs_show_rule(struct hookcore_args *args);

asmlinkage __visible bool sysfs_show_rule(struct hookcore_args *args)
{
	const struct kobject *folder = (struct kobject *)args->arg[0];
	union huge_sizes sizes;
	struct own *own;
	bool plain;

	rcu_read_lock();
	own = own_nearest(vkernel_current());
	plain = is_plain(own);
	sizes = thp_sizes(own ? own->vk : NULL);
	rcu_read_unlock();
	if (!plain)
		show(args, huge_rule_names,
		     huge_rule_of(sizes, order_of(folder)));
	return plain;
}

asmlinkage bool sysfs_show_defrag(struct hookcore_args *args);

/* The host's is never touched. */
asmlinkage __visible bool sysfs_show_defrag(struct hookcore_args *args)
{
	int defrag;

	rcu_read_lock();
	defrag = thp_defrag(vkernel_current());
	rcu_read_unlock();
	if (defrag != HUGE_DEFRAG_INHERIT)
		show(args, huge_defrag_names, defrag);
	return defrag == HUGE_DEFRAG_INHERIT;
}

/* --- What is written to it ------------------------------------------------ */

#define PAUSE_MS 100

static bool must_wait(void)
{
	struct own *own;
	bool wait;

	rcu_read_lock();
	own = own_nearest(vkernel_current());
	wait = own && READ_ONCE(own->writable) &&
	       !__ratelimit(&own->thp.writes);
	rcu_read_unlock();
	return wait;
}

/*
 * Starting khugepaged changes the host's watermarks: a container does not do
 * that as often as it likes. No lock is held that others want.
 */
static int wait_turn(void)
{
	while (must_wait())
		if (msleep_interruptible(PAUSE_MS))
			return -ERESTARTSYS;
	return 0;
}

static bool is_contained(void)
{
	bool contained;

	rcu_read_lock();
	contained = own_nearest(vkernel_current());
	rcu_read_unlock();
	return contained;
}

static bool stored(struct hookcore_args *args, int err)
{
	args->ret = err ?: args->arg[3];
	return false;
}

/*
 * What a file sets; @order is that of its folder. @host is NULL where the
 * host's setting stays the kernel's.
 */
struct setter {
	const char *const *names;
	void (*own)(struct own *own, unsigned int order, int word);
	int (*host)(unsigned int order, int word);
};

/* Detached while it waited, it must not write what is the host's. */
static int set_own(const struct setter *setter, unsigned int order, int word)
{
	struct own *own;
	int err = 0;

	rcu_read_lock();
	own = own_nearest(vkernel_current());
	if (!own || !READ_ONCE(own->writable))
		err = -EPERM;
	else
		setter->own(own, order, word);
	rcu_read_unlock();
	return err;
}

static int store_own(const struct setter *setter, unsigned int order, int word)
{
	int err = wait_turn() ?: set_own(setter, order, word);

	/* What has no host's counterpart is not in the union either. */
	if (err || !setter->host)
		return err;
	return thp_apply();
}

/* True: it is the kernel's to store. */
static bool store(struct hookcore_args *args, const struct setter *setter)
{
	unsigned int order = order_of((struct kobject *)args->arg[0]);
	/* As the kernel takes it: with or without a newline. */
	int word = __sysfs_match_string(setter->names, -1,
					(const char *)args->arg[2]);

	if (word < 0)
		return stored(args, word);
	if (is_contained())
		return stored(args, store_own(setter, order, word));
	return !setter->host || !thp_is_taken() ||
	       stored(args, setter->host(order, word));
}

static void set_own_enabled(struct own *own, unsigned int order, int word)
{
	WRITE_ONCE(own->thp.enabled, HUGE_ALWAYS - word);
}

static int set_host_enabled(unsigned int order, int word)
{
	return thp_set_host_enabled(HUGE_ALWAYS - word);
}

/* From then on all its sizes are its own, as they were. */
static void set_own_rule(struct own *own, unsigned int order, int word)
{
	unsigned long before, after;
	union huge_sizes sizes;

	/* Two at a time, of other sizes, must not undo one another's. */
	do {
		before = READ_ONCE(own->thp.sizes.word);
		sizes = huge_set_rule(thp_sizes(own->vk), order, word);
		sizes.own = 1;
		after = sizes.word;
	} while (cmpxchg(&own->thp.sizes.word, before, after) != before);
}

static int set_host_rule(unsigned int order, int word)
{
	return thp_set_host_rule(order, word);
}

static void set_own_defrag(struct own *own, unsigned int order, int word)
{
	WRITE_ONCE(own->thp.defrag, word);
}

static const struct setter enabled_setter = {
	.names = huge_enabled_names,
	.own = set_own_enabled,
	.host = set_host_enabled,
};
static const struct setter rule_setter = {
	.names = huge_rule_names,
	.own = set_own_rule,
	.host = set_host_rule,
};
static const struct setter defrag_setter = {
	.names = huge_defrag_names,
	.own = set_own_defrag,
};

#define STORE(name)                                                     \
	asmlinkage bool sysfs_store_##name(struct hookcore_args *args); \
	asmlinkage __visible bool sysfs_store_##name(                   \
		struct hookcore_args *args)                             \
	{                                                               \
		return store(args, &name##_setter);                     \
	}

STORE(enabled)
STORE(rule)
STORE(defrag)

/* --- The hooks ------------------------------------------------------------ */

#define SYSFS_HANDLER(name, guard)                           \
	asmlinkage long original_sysfs_##name(void);         \
	HOOKCORE_ORIGINAL(original_sysfs_##name);            \
	HOOKCORE_DECIDER(vkernel_sysfs_##name, sysfs_##name, \
			 original_sysfs_##name, guard)

SYSFS_HANDLER(show_enabled, VKERNEL_GUARD_KEY(original_sysfs_show_enabled));
SYSFS_HANDLER(show_rule, VKERNEL_GUARD_KEY(original_sysfs_show_rule));
SYSFS_HANDLER(show_defrag, VKERNEL_GUARD_KEY(original_sysfs_show_defrag));
/* What the host writes is kept from the beginning. */
SYSFS_HANDLER(store_enabled, "");
SYSFS_HANDLER(store_rule, "");
SYSFS_HANDLER(store_defrag, VKERNEL_GUARD_KEY(original_sysfs_store_defrag));

/* By the file: several functions of the kernel have these names. */
static const struct kobj_attribute *find_file(const char *path)
{
	struct kobject *const *top =
		(struct kobject *const *)hookcore_symbol("mm_kobj");
	struct kernfs_node *here = top ? (*top)->sd : NULL, *next;
	const struct attribute *attribute;
	char copy[64], *rest = copy, *name;

	strscpy(copy, path, sizeof(copy));
	kernfs_get(here);
	while (here && (name = strsep(&rest, "/"))) {
		next = kernfs_find_and_get(here, name);
		kernfs_put(here);
		here = next;
	}
	if (!here || kernfs_type(here) != KERNFS_FILE) {
		kernfs_put(here);
		return NULL;
	}
	/* One of the kernel proper's, which never goes. */
	attribute = here->priv;
	kernfs_put(here);
	return container_of(attribute, struct kobj_attribute, attr);
}

static int add_file(struct hookcore_hook *hooks, const char *path, void *show,
		    void *original_show, void *store, void *original_store)
{
	const struct kobj_attribute *file = find_file(path);

	if (!file || !file->show || !file->store) {
		pr_err("not loaded: this kernel has no file /sys/kernel/mm/%s to be set\n",
		       path);
		return -ENOENT;
	}
	hooks[0] = (struct hookcore_hook){
		.address = (unsigned long)file->show,
		.handler = show,
		.original = original_show,
		.owner = THIS_MODULE,
	};
	hooks[1] = (struct hookcore_hook){
		.address = (unsigned long)file->store,
		.handler = store,
		.original = original_store,
		.owner = THIS_MODULE,
	};
	return 0;
}

#define ADD_FILE(hooks, path, name)                                     \
	add_file(hooks, "transparent_hugepage/" path,                   \
		 vkernel_sysfs_show_##name, original_sysfs_show_##name, \
		 vkernel_sysfs_store_##name, original_sysfs_store_##name)

int sysfs_hooks(struct hookcore_hook *hooks)
{
	int err;

	if (!thp_is_there())
		return 0;
	err = ADD_FILE(hooks, "enabled", enabled) ?:
		      ADD_FILE(hooks + 2, "defrag", defrag);
	if (err || !thp_has_sizes())
		return err ?: 4;
	/* One function is that of all sizes. */
	return ADD_FILE(hooks + 4, "hugepages-2048kB/enabled", rule) ?: 6;
}
