// SPDX-License-Identifier: GPL-2.0
/*
 * Modules that come and go: those that targets are in, and owners of hooks.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "module.h"

#include <linux/delay.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "hook.h"
#include "quiesce.h"
#include "symbol.h"

#define MODULE_POLL_MS 100

/*
 * The module whose coming is being told: what waits for it may be installed.
 * Under hook_mutex.
 */
static const struct module *module_arriving;

/* Is this the module that the hook's symbol, "module:function", names? */
static bool module_is_named(const char *name, const struct hookcore_hook *hook)
{
	size_t length = strlen(name);

	return !strncmp(hook->symbol, name, length) &&
	       hook->symbol[length] == ':';
}

/* Under hook_mutex, and either pre-emption is off or somebody keeps it. */
static bool module_is_settled(const struct module *module)
{
	return module == module_arriving ||
	       READ_ONCE(module->state) == MODULE_STATE_LIVE;
}

bool module_pin(struct module *module)
{
	return module_is_settled(module) && try_module_get(module);
}

bool module_is_there(const struct hookcore_hook *hook)
{
	char name[MODULE_NAME_LEN];
	struct module *module;
	bool there;

	strscpy(name, hook->symbol,
		min(sizeof(name), strcspn(hook->symbol, ":") + 1));
	/* Preemption off keeps the module's struct while we look at it. */
	preempt_disable();
	module = IMPORTED(find_module)(name);
	there = module && module_is_settled(module);
	preempt_enable();
	return there;
}

bool module_leads_into(unsigned long first, unsigned long last,
		       bool (*in_table)(const struct module *module,
					unsigned long first,
					unsigned long last))
{
	const struct module *module;
	bool found;

	/* Preemption off keeps the module's struct while we look at it. */
	preempt_disable();
	module = IMPORTED(__module_text_address)(first);
	found = module && in_table(module, first, last);
	preempt_enable();
	return found;
}

/* Owners that go */

static struct hookcore_hook *module_find_left(const struct module *owner)
{
	struct hookcore_target *target;
	struct hookcore_hook *hook;
	int bucket;

	list_for_each_entry(hook, &hook_waiting, node) {
		if (hook->owner == owner)
			return hook;
	}
	hash_for_each(hook_targets, bucket, target, node) {
		list_for_each_entry(hook, &target->hooks, node) {
			if (hook->owner == owner &&
			    (hook_is_installed(hook) || hook->leaving))
				return hook;
		}
	}
	return NULL;
}

/* Its target may go as soon as the mutex is released: the name is copied. */
static struct hookcore_hook *module_take_left(const struct module *owner,
					      char *name, size_t size)
{
	struct hookcore_hook *hook;

	mutex_lock(&hook_mutex);
	hook = module_find_left(owner);
	if (hook)
		strscpy(name, hook->target ? hook->target->name : hook->symbol,
			size);
	mutex_unlock(&hook_mutex);
	return hook;
}

/*
 * The owner's exit function has run; its text is about to be freed. What a
 * handler called as its last act may still run there, and its own frame no
 * longer tells.
 */
static void module_owner_goes(struct module *owner)
{
	struct quiesce_search search = { .module = owner };
	struct hookcore_hook *hook;
	char name[KSYM_NAME_LEN];

	while ((hook = module_take_left(owner, name, sizeof(name)))) {
		pr_warn("%s: gone without removing its hook on %s\n",
			owner->name, name);
		hookcore_unregister(hook, 1);
	}
	if (hook_forget_owner(owner))
		quiesce_wait(&search);
}

/* Targets that come and go */

static bool unsafe_leave_text;
module_param_unsafe(unsafe_leave_text, bool, 0400);
MODULE_PARM_DESC(
	unsafe_leave_text,
	"leave jumps in modules that go: crashes; for tests that must fail");

/* What stands in the way in its text will not be waited for. */
static void module_note_going(const struct module *module)
{
	struct hookcore_target *target;
	int bucket;

	mutex_lock(&hook_mutex);
	hash_for_each(hook_targets, bucket, target, node) {
		if (target->module != module)
			continue;
		target->going = true;
		target->gone = unsafe_leave_text;
	}
	mutex_unlock(&hook_mutex);
}

static struct hookcore_hook *module_find_inside(const struct module *module)
{
	struct hookcore_target *target;
	struct hookcore_hook *hook;
	int bucket;

	hash_for_each(hook_targets, bucket, target, node) {
		if (target->module != module)
			continue;
		list_for_each_entry(hook, &target->hooks, node) {
			if (hook_is_installed(hook))
				return hook;
		}
	}
	return NULL;
}

/* Those that do not follow have pinned it: it goes by force. */
static struct hookcore_hook *module_take_inside(const struct module *module)
{
	struct hookcore_hook *hook;

	mutex_lock(&hook_mutex);
	hook = module_find_inside(module);
	/* Its owner's again only when it waits, or is idle. */
	if (hook)
		hook->leaving = true;
	mutex_unlock(&hook_mutex);
	return hook;
}

static bool module_has_targets(const struct module *module)
{
	struct hookcore_target *target;
	bool found = false;
	int bucket;

	mutex_lock(&hook_mutex);
	hash_for_each(hook_targets, bucket, target, node)
		found |= target->module == module;
	mutex_unlock(&hook_mutex);
	return found;
}

/*
 * Its functions may still be called, by its parameters' files or by what it has
 * left to async_schedule(), until after all have been told that it goes
 * (delete_module()): so its text is put right like any other.
 */
static void module_target_goes(struct module *module)
{
	struct hookcore_hook *hook;

	module_note_going(module);
	while ((hook = module_take_inside(module)))
		hook_leave(hook);
	/* Owners may be removing hooks of their own: who is in those will go on
	 * in this module's text.
	 */
	while (module_has_targets(module))
		msleep(MODULE_POLL_MS);
}

/*
 * Twice for each load: @is_live the second time, for hooks that were registered
 * since. Who was refused the first time is told once.
 */
static void module_target_comes(struct module *module, bool is_live)
{
	struct hookcore_hook *hook, *next;
	LIST_HEAD(here);

	mutex_lock(&hook_mutex);
	module_arriving = module;
	/* Apart: one that cannot be installed goes back to the list. */
	list_for_each_entry_safe(hook, next, &hook_waiting, node) {
		if (module_is_named(module->name, hook) &&
		    !(is_live && hook->reason))
			list_move_tail(&hook->node, &here);
	}
	list_for_each_entry_safe(hook, next, &here, node)
		hook_install_waiting(hook);
	module_arriving = NULL;
	mutex_unlock(&hook_mutex);
}

static int module_going(struct notifier_block *nb, unsigned long event,
			void *data)
{
	if (event != MODULE_STATE_GOING)
		return NOTIFY_DONE;
	/* While its own functions are hooked its handlers may be, too. */
	module_owner_goes(data);
	module_target_goes(data);
	return NOTIFY_OK;
}

/*
 * Hooks are installed before a module's init function runs. Who registers a
 * hook while that runs, or even before this is called, waits until it has run:
 * load_module() may still give up, and does not tell that the module goes
 * unless it has told that it comes.
 */
static int module_coming(struct notifier_block *nb, unsigned long event,
			 void *data)
{
	if (event != MODULE_STATE_COMING && event != MODULE_STATE_LIVE)
		return NOTIFY_DONE;
	module_target_comes(data, event == MODULE_STATE_LIVE);
	return NOTIFY_OK;
}

/* Before anybody forgets what lies in the module. */
static struct notifier_block module_going_notifier = {
	.notifier_call = module_going,
	.priority = INT_MAX,
};

/* After jump labels, static calls and the like have got to know it. */
static struct notifier_block module_coming_notifier = {
	.notifier_call = module_coming,
	.priority = INT_MIN,
};

int module_init_watch(void)
{
	int err = register_module_notifier(&module_going_notifier);

	if (err)
		return err;
	err = register_module_notifier(&module_coming_notifier);
	if (err)
		goto unregister_going;
	return 0;
unregister_going:
	unregister_module_notifier(&module_going_notifier);
	return err;
}

void module_exit_watch(void)
{
	unregister_module_notifier(&module_coming_notifier);
	unregister_module_notifier(&module_going_notifier);
}
