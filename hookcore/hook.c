// SPDX-License-Identifier: GPL-2.0
/*
 * The life of hooks: registering and unregistering, in transactions.
 *
 * A transaction first changes the lists of hooks, then derives from them what
 * every site and every stub concerned should lead to, and writes all that
 * differs in one stop of the machine. If that fails the lists are put back.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "hook.h"

#include <linux/delay.h>
#include <linux/hashtable.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "chunk.h"
#include "fail.h"
#include "module.h"
#include "quiesce.h"
#include "reach.h"
#include "shadow.h"
#include "symbol.h"
#include "text.h"
#include "trampoline.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static bool unsafe_no_stack_check;
module_param_unsafe(unsafe_no_stack_check, bool, 0400);
MODULE_PARM_DESC(
	unsafe_no_stack_check,
	"write text without looking for tasks in the window: crashes; for tests that must fail");

static bool unsafe_no_kprobe_check;
module_param_unsafe(unsafe_no_kprobe_check, bool, 0600);
MODULE_PARM_DESC(unsafe_no_kprobe_check,
		 "write text over kprobes: may crash; for tests that must fail");

static bool unsafe_old_stub;
module_param_unsafe(unsafe_old_stub, bool, 0400);
MODULE_PARM_DESC(
	unsafe_old_stub,
	"let who wakes in the handler of a removed hook run its trampoline: may crash; for tests that must fail");

static bool unsafe_hold;
module_param_unsafe(unsafe_hold, bool, 0600);
MODULE_PARM_DESC(
	unsafe_hold,
	"wait before the text of a new hook is written until this is 0; for tests");

static_assert(HOOKCORE_ROOM_SIZE <= RELOC_MAX_WINDOW);

#define HOOK_ATTEMPTS 100
#define HOOK_MAX_BACKOFF_MS 20
#define HOOK_POLL_MS 100
#define HOOK_REPORT (10 * HZ)

/* See hook.h. */
DEFINE_MUTEX(hook_mutex);
DEFINE_HASHTABLE(hook_targets, HOOK_TARGET_BITS);

/**
 * struct hook_owner - a module that has registered hooks
 * @node: in hook_owners.
 * @module: the module.
 */
struct hook_owner {
	struct list_head node;
	struct module *module;
};

/* See fail.h. */
int fail_nth;
module_param_unsafe(fail_nth, int, 0600);
MODULE_PARM_DESC(fail_nth,
		 "let the n-th allocation from now on fail; for tests");

/* Do sites lead to the code that counts? Under hook_mutex. */
static bool hook_counting;

/* Hooks on all targets, retiring ones included; under hook_mutex. */
static size_t hook_total;

/* How many hooks have been retired: the number of the last one. Under hook_mutex. */
static u64 hook_retirements;

/* See hook.h. */
LIST_HEAD(hook_waiting);

/* Modules whose text must be left before it is freed; under hook_mutex. */
static LIST_HEAD(hook_owners);

/**
 * struct hook_change - one transaction
 * @hooks: the caller's hooks.
 * @count: how many.
 * @targets: targets whose chain changes, each once.
 * @fresh: how many of them have no trampoline yet.
 * @patches: text to be written; room for all sites and stubs there are.
 * @patch_count: how many are filled in.
 * @windows: windows that get a jmp, which nobody may be in.
 * @probed: where a kprobe was in the way, or 0.
 * @failed: on failure, the hook that the reason belongs to.
 * @before: the state that its hooks come from, and go back to on failure.
 * @seen: a removal's: it waits for those that were retired up to this one.
 *	Others call for the same array: what they retire later, they wait for.
 */
struct hook_change {
	struct hookcore_hook *hooks;
	size_t count;
	struct list_head targets;
	size_t fresh;
	struct text_patch *patches;
	size_t patch_count;
	struct quiesce_search windows;
	unsigned long probed;
	struct hookcore_hook *failed;
	enum hookcore_state before;
	u64 seen;
};

const char *hook_owner_name(const struct hookcore_hook *hook)
{
	return hook->owner ? hook->owner->name : "kernel";
}

static enum hookcore_reason hook_fail(struct hook_change *change,
				      struct hookcore_hook *hook,
				      enum hookcore_reason reason)
{
	change->failed = hook;
	hook->reason = reason;
	return reason;
}

/* Owners */

static struct hook_owner *hook_find_owner(const struct module *module)
{
	struct hook_owner *owner;

	list_for_each_entry(owner, &hook_owners, node) {
		if (owner->module == module)
			return owner;
	}
	return NULL;
}

static bool hook_add_owner(struct module *module)
{
	struct hook_owner *owner;

	if (!module || hook_find_owner(module))
		return true;
	owner = fail_now() ? NULL : kmalloc(sizeof(*owner), GFP_KERNEL);
	if (!owner)
		return false;
	owner->module = module;
	list_add(&owner->node, &hook_owners);
	return true;
}

bool hookcore_owns_text(unsigned long address)
{
	struct hook_owner *owner;

#ifdef MODULE
	if (within_module(address, THIS_MODULE))
		return true;
#endif
	list_for_each_entry(owner, &hook_owners, node) {
		if (within_module(address, owner->module))
			return true;
	}
	return false;
}

bool hook_forget_owner(const struct module *module)
{
	struct hook_owner *owner;

	mutex_lock(&hook_mutex);
	owner = hook_find_owner(module);
	if (owner)
		list_del(&owner->node);
	mutex_unlock(&hook_mutex);
	kfree(owner);
	return owner;
}

void hook_set_state(struct hookcore_hook *hook, enum hookcore_state state)
{
	WRITE_ONCE(hook->state, state);
	if (hook->notify)
		hook->notify(hook);
}

/* Targets */

static struct hookcore_target *hook_find_target(unsigned long entry)
{
	struct hookcore_target *target;

	hash_for_each_possible(hook_targets, target, node, entry) {
		if (target->site.entry == entry)
			return target;
	}
	return NULL;
}

bool hook_target_is_live(const struct hookcore_target *target)
{
	const struct hookcore_hook *hook;

	list_for_each_entry(hook, &target->hooks, node) {
		if (hook_is_installed(hook))
			return true;
	}
	return false;
}

static void hook_hint_unsettled(char *hint, const struct module *module)
{
	snprintf(hint, SITE_HINT_SIZE, "module %s is coming or going",
		 module->name);
}

/*
 * Text of a module that may go away cannot be examined: pin it first. Its
 * __init text goes all the same.
 */
static bool hook_pin_module(unsigned long entry, struct module **module,
			    char *hint)
{
	bool pinned = true;

	/* Preemption off keeps the module's struct while we look at it. */
	preempt_disable();
	*module = IMPORTED(__module_text_address)(entry);
	if (*module && !within_module_core(entry, *module)) {
		pinned = false;
	} else if (*module && !module_pin(*module)) {
		hook_hint_unsettled(hint, *module);
		pinned = false;
	}
	preempt_enable();
	return pinned;
}

static enum hookcore_reason hook_new_target(unsigned long entry, char *hint,
					    struct hookcore_target **result)
{
	struct hookcore_target *target =
		fail_now() ? NULL : kzalloc(sizeof(*target), GFP_KERNEL);
	enum hookcore_reason reason = HOOKCORE_NOT_TEXT;

	if (!target)
		return HOOKCORE_NO_MEMORY;
	INIT_LIST_HEAD(&target->hooks);
	INIT_LIST_HEAD(&target->changing);
	if (!hook_pin_module(entry, &target->module, hint))
		goto free_target;
	reason = site_examine(entry, &target->site, hint);
	if (reason)
		goto unpin_module;
	memcpy(target->text, target->site.original, target->site.window);
	memcpy(target->relay, target->site.padding, sizeof(target->relay));
	snprintf(target->name, sizeof(target->name), "%ps", (void *)entry);
	hash_add(hook_targets, &target->node, entry);
	/* Its end would be told, and would wait for hook_mutex. */
	module_put(target->module);
	*result = target;
	return HOOKCORE_OK;
unpin_module:
	module_put(target->module);
free_target:
	kfree(target);
	return reason;
}

/* Nobody can reach the trampoline any more, and nobody is in it. */
static void hook_free_target(struct hookcore_target *target)
{
	hash_del(&target->node);
	chunk_put(target->chunk);
	kfree(target);
}

/*
 * The caller may have given anything: it is not looked into before it is seen
 * to be a module, which lies in its own memory.
 */
static bool hook_has_owner(const struct hookcore_hook *hook)
{
	const struct module *found;

#ifdef MODULE
	/* Where it is none nobody who is built in can call it. */
	if (!hook->owner)
		return false;
#endif
	/* Keeps the list of modules as it is, as its reader side. */
	preempt_disable();
	found = IMPORTED(__module_address)((unsigned long)hook->owner);
	preempt_enable();
	return found == hook->owner;
}

/*
 * Its functions may be called until it is freed; its hooks were looked for when
 * all were told that it goes, which its state said before (delete_module()).
 */
static bool hook_owner_goes(struct hookcore_hook *hook)
{
	if (!hook->owner || READ_ONCE(hook->owner->state) != MODULE_STATE_GOING)
		return false;
	snprintf(hook->hint, sizeof(hook->hint), "%s is being unloaded",
		 hook->owner->name);
	return true;
}

/*
 * Text that stays as long as its owner: __init text does not. That it is the
 * start of a function cannot be asked: assembly need not name its functions.
 */
static bool hook_owns_text(const struct hookcore_hook *hook, const void *code)
{
	unsigned long address = (unsigned long)code;

	if (!hook->owner)
		return IMPORTED(core_kernel_text)(address);
	return within_module_core(address, hook->owner) &&
	       IMPORTED(is_module_text_address)(address);
}

static bool hook_owns_bytes(const struct hookcore_hook *hook, const u8 *code,
			    size_t size)
{
	return hook_owns_text(hook, code) &&
	       hook_owns_text(hook, code + size - 1);
}

/* A stub serves one hook; an unused one leads to hookcore_no_original(). */
static bool hook_stub_is_free(const struct hookcore_hook *hook)
{
	u8 unused[RELOC_JMP_SIZE];

	if (!hook->original)
		return true;
	if (!hook_owns_bytes(hook, hook->original, sizeof(unused)))
		return false;
	return trampoline_jmp(unused, (unsigned long)hook->original,
			      (unsigned long)hookcore_no_original) &&
	       !memcmp(unused, hook->original, sizeof(unused));
}

static u8 *hook_room(const struct hookcore_hook *hook)
{
	return (u8 *)hook->original + RELOC_JMP_SIZE;
}

static bool hook_flags_are_sane(const struct hookcore_hook *hook)
{
	if (hook->flags & ~HOOKCORE_FOLLOW)
		return false;
	return !hook->flags || (hook->symbol && strchr(hook->symbol, ':'));
}

static bool hook_reaches(const struct hookcore_hook *hook,
			 unsigned long address)
{
	unsigned int i;

	for (i = 0; i < hook->reach_count; i++) {
		if (address - hook->reach[i].start < hook->reach[i].size)
			return true;
	}
	return false;
}

/*
 * Hooks of hooks have no life cycle: what sleeps in the other one's handler does
 * not show that it is in this one. Whoever follows the owner may have been first.
 */
static enum hookcore_reason
hook_check_hooked(struct hookcore_hook *hook,
		  const struct hookcore_hook *before)
{
	const struct hookcore_target *target;
	int bucket;

	/* Found to be the same: reach_find(). */
	if (before && before->owner == hook->owner &&
	    before->reach[0].start == hook->reach[0].start)
		return HOOKCORE_OK;
	hash_for_each(hook_targets, bucket, target, node) {
		if (target->module != hook->owner ||
		    !hook_reaches(hook, target->site.entry))
			continue;
		snprintf(hook->hint, sizeof(hook->hint), "hooked: handler, %s",
			 target->name);
		return HOOKCORE_BAD_ARGUMENT;
	}
	return HOOKCORE_OK;
}

static enum hookcore_reason
hook_check_arguments(const struct hook_change *change,
		     struct hookcore_hook *hook,
		     const struct hookcore_hook *before)
{
	if (hook->state != change->before)
		return HOOKCORE_TWICE;
	hook->reason = HOOKCORE_OK;
	hook->hint[0] = '\0';
	if (!hook->symbol == !hook->address || !hook_flags_are_sane(hook) ||
	    !hook_has_owner(hook) || !hook_owns_text(hook, hook->handler) ||
	    (hook->notify && !hook_owns_text(hook, hook->notify)) ||
	    !hook_stub_is_free(hook) || hook_owner_goes(hook))
		return HOOKCORE_BAD_ARGUMENT;
	return reach_find(hook, before) ?: hook_check_hooked(hook, before);
}

/* On a list of hooks now, and nothing built for it yet. */
static void hook_enlist(struct hookcore_hook *hook,
			struct hookcore_target *target,
			enum hookcore_state state)
{
	hook->self = hook;
	hook->target = target;
	WRITE_ONCE(hook->state, state);
	hook->pins = false;
	hook->leaving = false;
	hook->has_room = false;
	hook->chunk = NULL;
	hook->hits = NULL;
	hook_total++;
}

static void hook_insert(struct hookcore_target *target,
			struct hookcore_hook *hook)
{
	struct list_head *before = &target->hooks;
	struct hookcore_hook *other;

	list_for_each_entry(other, &target->hooks, node) {
		if (other->priority < hook->priority) {
			before = &other->node;
			break;
		}
	}
	list_add_tail(&hook->node, before);
	hook_enlist(hook, target,
		    target->shadowed ? HOOKCORE_SHADOWED : HOOKCORE_INSTALLED);
	hook->leads_to = (unsigned long)hookcore_no_original;
}

static void hook_touch(struct hook_change *change,
		       struct hookcore_target *target)
{
	if (list_empty(&target->changing))
		list_add_tail(&target->changing, &change->targets);
}

static enum hookcore_reason hook_find_or_new(struct hook_change *change,
					     unsigned long entry, char *hint,
					     struct hookcore_target **target)
{
	enum hookcore_reason reason;

	*target = hook_find_target(entry);
	if (*target)
		return HOOKCORE_OK;
	reason = hook_new_target(entry, hint, target);
	if (!reason)
		change->fresh++;
	return reason;
}

/*
 * A hook that does not follow the module keeps it. Not while it is coming: if
 * its init function fails it is freed whoever holds it.
 */
static bool hook_pin_target(struct hookcore_hook *hook)
{
	struct module *module = hook->target->module;

	if (!module || (hook->flags & HOOKCORE_FOLLOW))
		return true;
	hook->pins = module->state == MODULE_STATE_LIVE &&
		     try_module_get(module);
	if (!hook->pins)
		hook_hint_unsettled(hook->hint, module);
	return hook->pins;
}

static enum hookcore_reason hook_attach_at(struct hook_change *change,
					   struct hookcore_hook *hook,
					   unsigned long entry)
{
	struct hookcore_target *target;
	enum hookcore_reason reason;

	/* Before it is known to own hooks: a module would pin itself. */
	if (hook->owner && hook_owns_text(hook, (void *)entry))
		return HOOKCORE_OWN_TEXT;
	reason = hook_find_or_new(change, entry, hook->hint, &target);
	if (reason)
		return reason;
	hook_touch(change, target);
	hook_insert(target, hook);
	if (!hook_pin_target(hook))
		return HOOKCORE_NOT_TEXT;
	return hook_add_owner(hook->owner) ? HOOKCORE_OK : HOOKCORE_NO_MEMORY;
}

void hook_wait(struct hookcore_hook *hook)
{
	list_add_tail(&hook->node, &hook_waiting);
	hook_enlist(hook, NULL, HOOKCORE_WAITING);
}

static enum hookcore_reason hook_attach_now(struct hook_change *change,
					    struct hookcore_hook *hook)
{
	enum hookcore_reason reason = HOOKCORE_OK;
	unsigned long entry = hook->address;

	if (hook->symbol)
		reason = symbol_function(hook->symbol, &entry);
	return reason ?: hook_attach_at(change, hook, entry);
}

static bool hook_is_to_wait(const struct hookcore_hook *hook)
{
	return (hook->flags & HOOKCORE_FOLLOW) && !module_is_there(hook);
}

static enum hookcore_reason hook_attach(struct hook_change *change,
					struct hookcore_hook *hook)
{
	enum hookcore_reason reason;

	if (!hook_is_to_wait(hook)) {
		reason = hook_attach_now(change, hook);
		/* Not if the module has begun to go meanwhile. */
		if (!reason || hook->self == hook || !hook_is_to_wait(hook))
			return reason;
		hook->hint[0] = '\0';
	}
	hook_wait(hook);
	return hook_add_owner(hook->owner) ? HOOKCORE_OK : HOOKCORE_NO_MEMORY;
}

/* @state: the one it has from then on; its owner may look at any time. */
static void hook_detach(struct hookcore_hook *hook, enum hookcore_state state)
{
	list_del(&hook->node);
	if (hook->pins)
		module_put(hook->target->module);
	chunk_put(hook->chunk);
	free_percpu(hook->hits);
	hook->pins = false;
	hook->self = NULL;
	hook->target = NULL;
	hook_total--;
	WRITE_ONCE(hook->state, state);
}

/* Trampolines, and the code that counts calls */

static enum hookcore_reason hook_build_trampolines(struct hook_change *change,
						   struct chunk *chunk)
{
	struct hookcore_target *target;
	enum hookcore_reason reason;
	struct hookcore_hook *hook;

	list_for_each_entry(target, &change->targets, changing) {
		if (target->chunk)
			continue;
		hook = list_first_entry(&target->hooks, typeof(*hook), node);
		target->chunk = chunk;
		target->trampoline = chunk_take(chunk, RELOC_MAX_TRAMPOLINE);
		target->leads_to = (unsigned long)target->trampoline;
		reason = site_relocate(&target->site,
				       (unsigned long)target->trampoline,
				       target->trampoline,
				       &target->trampoline_size, hook->hint);
		if (reason)
			return hook_fail(change, hook, reason);
	}
	return HOOKCORE_OK;
}

/*
 * Text that nothing runs into. No kprobe comes to an int3 (arch/x86/kernel/
 * kprobes/core.c, __copy_instruction()); that of a module that has gone, and lay
 * where this one lies, may be there.
 */
static bool hook_find_room(const struct hookcore_hook *hook)
{
	u8 *room = hook_room(hook);

	return hook->original &&
	       hook_owns_bytes(hook, room, HOOKCORE_ROOM_SIZE) &&
	       !memchr_inv(room, TRAMPOLINE_INT3, HOOKCORE_ROOM_SIZE) &&
	       !site_find_kprobe((unsigned long)room, HOOKCORE_ROOM_SIZE);
}

/* A copy of the trampoline, close to the handler, if it is small enough. */
static void hook_build_room(struct hookcore_hook *hook)
{
	u8 code[RELOC_MAX_TRAMPOLINE];
	char hint[SITE_HINT_SIZE];
	size_t size;

	if (!hook_find_room(hook) ||
	    site_relocate(&hook->target->site, (unsigned long)hook_room(hook),
			  code, &size, hint) ||
	    size > HOOKCORE_ROOM_SIZE)
		return;
	hook->has_room = true;
	memset(hook->room, TRAMPOLINE_INT3, HOOKCORE_ROOM_SIZE);
	memcpy(hook->room, code, size);
}

static void hook_build_rooms(struct hook_change *change)
{
	struct hookcore_hook *hook, *end = change->hooks + change->count;

	for (hook = change->hooks; hook < end; hook++) {
		if (hook->state != HOOKCORE_WAITING)
			hook_build_room(hook);
	}
}

/* Handlers are reached by direct jumps: no need to run their ENDBR. */
static unsigned long hook_handler_entry(const struct hookcore_hook *hook)
{
	static const u8 endbr[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	unsigned long handler = (unsigned long)hook->handler;

	/* A handler may be shorter, and the last in its module. */
	if (hook_owns_bytes(hook, hook->handler, sizeof(endbr)) &&
	    !memcmp(hook->handler, endbr, sizeof(endbr)))
		handler += sizeof(endbr);
	return handler;
}

static enum hookcore_reason hook_build_counters(struct hook_change *change,
						struct chunk *chunk)
{
	struct hookcore_hook *hook, *end = change->hooks + change->count;

	for (hook = change->hooks; hook < end; hook++) {
		if (hook->state == HOOKCORE_WAITING)
			continue;
		hook->hits = fail_now() ? NULL : alloc_percpu(u64);
		if (!hook->hits)
			return hook_fail(change, hook, HOOKCORE_NO_MEMORY);
		hook->chunk = chunk;
		hook->counter = chunk_take(chunk, TRAMPOLINE_COUNTER_SIZE);
		if (!trampoline_counter(hook->counter,
					(unsigned long)hook->counter,
					(__force unsigned long)hook->hits,
					!COMPAT_UML, hook_handler_entry(hook)))
			return hook_fail(change, hook, HOOKCORE_OUT_OF_RANGE);
	}
	return HOOKCORE_OK;
}

static enum hookcore_reason hook_build_all(struct hook_change *change)
{
	size_t size = change->fresh * RELOC_MAX_TRAMPOLINE +
		      change->count * TRAMPOLINE_COUNTER_SIZE;
	struct chunk *chunk = chunk_create(size);
	enum hookcore_reason reason;

	if (!chunk)
		return HOOKCORE_NO_MEMORY;
	reason = hook_build_trampolines(change, chunk);
	if (!reason)
		reason = hook_build_counters(change, chunk);
	if (!reason && chunk_seal(chunk))
		reason = HOOKCORE_NO_MEMORY;
	/* Its pieces keep it from here on. */
	chunk_put(chunk);
	if (!reason)
		hook_build_rooms(change);
	return reason;
}

/*
 * What leads where. What stands in the text now is not read but remembered: if
 * somebody else has written there since, it must not be taken for ours.
 */

static struct text_patch *hook_next_patch(struct hook_change *change,
					  unsigned long address, size_t size)
{
	struct text_patch *patch = &change->patches[change->patch_count];

	patch->address = address;
	patch->size = size;
	return patch;
}

static void hook_keep_patch(struct hook_change *change,
			    const struct text_patch *patch)
{
	if (memcmp(patch->expected, patch->bytes, patch->size))
		change->patch_count++;
}

/*
 * With the stub's first change, and then no more: it stays as it is for as long
 * as the hook is registered.
 */
static void hook_fill_room(struct hook_change *change,
			   const struct hookcore_hook *hook)
{
	struct text_patch *patch;

	if (!hook->has_room ||
	    hook->leads_to != (unsigned long)hookcore_no_original)
		return;
	patch = hook_next_patch(change, (unsigned long)hook_room(hook),
				HOOKCORE_ROOM_SIZE);
	memset(patch->expected, TRAMPOLINE_INT3, HOOKCORE_ROOM_SIZE);
	memcpy(patch->bytes, hook->room, HOOKCORE_ROOM_SIZE);
	/* Whoever comes before it is written comes through the new stub. */
	patch->before = (unsigned long)hook->target->trampoline;
	patch->after = patch->before;
	hook_keep_patch(change, patch);
}

static bool hook_link_stub(struct hook_change *change,
			   struct hookcore_hook *hook, unsigned long next)
{
	unsigned long stub = (unsigned long)hook->original;
	struct text_patch *patch;

	hook_fill_room(change, hook);
	if (hook->has_room && next == (unsigned long)hook->target->trampoline)
		next = (unsigned long)hook_room(hook);
	hook->will_lead_to = next;
	if (!stub)
		return true;
	patch = hook_next_patch(change, stub, RELOC_JMP_SIZE);
	patch->before = hook->leads_to;
	patch->after = next;
	if (!trampoline_jmp(patch->expected, stub, hook->leads_to) ||
	    !trampoline_jmp(patch->bytes, stub, next))
		return false;
	hook_keep_patch(change, patch);
	return true;
}

/* Like a stub, a relay leads on for as long as somebody may come through it. */
static bool hook_link_relay(struct hook_change *change,
			    struct hookcore_target *target, unsigned long next)
{
	const struct site *site = &target->site;
	struct text_patch *patch;

	if (!site->relay || target->gone)
		return true;
	patch = hook_next_patch(change, site->relay, site->relay_size);
	patch->before = target->leads_to;
	patch->after = next;
	memcpy(patch->expected, target->relay, site->relay_size);
	/* Up to the function, or the rest would be no instructions. */
	if (!trampoline_site(patch->bytes, site->relay_size, site->relay, next))
		return false;
	memcpy(target->next_relay, patch->bytes, site->relay_size);
	hook_keep_patch(change, patch);
	return true;
}

static bool hook_encode_site(const struct site *site, u8 *out,
			     unsigned long next)
{
	bool reached =
		site->relay ?
			trampoline_short(out, site->window, site->start,
					 site->relay) :
			trampoline_site(out, site->window, site->start, next);

	/* That it has room and reaches is why the window was taken. */
	if (reached && site->decoy)
		decoy_put(out, site->window, site_head(site), site->decoy);
	return reached;
}

static bool hook_link_site(struct hook_change *change,
			   struct hookcore_target *target, unsigned long next)
{
	struct site *site = &target->site;
	struct text_patch *patch =
		hook_next_patch(change, site->start, site->window);

	target->will_lead_to = next;
	patch->before = target->leads_to;
	patch->after = next;
	memcpy(patch->expected, target->text, site->window);
	if (target->gone)
		memcpy(patch->bytes, target->text, site->window);
	else if (!hook_target_is_live(target))
		memcpy(patch->bytes, site->original, site->window);
	else if (!hook_encode_site(site, patch->bytes, next))
		return false;
	memcpy(target->next_text, patch->bytes, site->window);
	hook_keep_patch(change, patch);
	return true;
}

/*
 * Where stubs lead behind the last handler. Once the window is as it was that is
 * the window, and not the trampoline: a kprobe in it may be made a jmp over the
 * window's end then, which is where the trampoline leads to. The kernel does so
 * when all tasks have slept (synchronize_rcu_tasks() in kprobe_optimizer()), as
 * one in a handler may have. In the trampoline tasks lose the CPU, but do not
 * sleep. A stub reaches all of the kernel's text and of modules.
 */
static unsigned long hook_behind(const struct hookcore_target *target)
{
	const struct site *site = &target->site;

	if (unsafe_old_stub || hook_target_is_live(target))
		return (unsigned long)target->trampoline;
	/* It stays as it is, with our jmp in it, or not. */
	if (target->gone && memcmp(target->text, site->original, site->window))
		return (unsigned long)target->trampoline;
	return site->start;
}

/*
 * A retiring hook is jumped over, but its stub still leads on: a task that
 * sleeps in its handler will want it.
 */
static enum hookcore_reason hook_link(struct hook_change *change,
				      struct hookcore_target *target)
{
	unsigned long next = (unsigned long)target->trampoline;
	unsigned long behind = hook_behind(target);
	struct hookcore_hook *hook;

	list_for_each_entry_reverse(hook, &target->hooks, node) {
		if (!hook_link_stub(change, hook, behind))
			return hook_fail(change, hook, HOOKCORE_OUT_OF_RANGE);
		if (!hook_is_installed(hook))
			continue;
		next = hook_counting ? (unsigned long)hook->counter :
				       hook_handler_entry(hook);
		behind = next;
	}
	hook = list_first_entry(&target->hooks, typeof(*hook), node);
	if (!hook_link_relay(change, target, next) ||
	    !hook_link_site(change, target, next))
		return hook_fail(change, hook, HOOKCORE_OUT_OF_RANGE);
	return HOOKCORE_OK;
}

static enum hookcore_reason hook_link_all(struct hook_change *change)
{
	struct hookcore_target *target;
	enum hookcore_reason reason = HOOKCORE_OK;

	change->patch_count = 0;
	list_for_each_entry(target, &change->targets, changing) {
		reason = hook_link(change, target);
		if (reason)
			break;
	}
	return reason;
}

/* The patches are written: remember what stands in the text now. */
static void hook_written(struct hook_change *change)
{
	struct hookcore_target *target;
	struct hookcore_hook *hook;

	list_for_each_entry(target, &change->targets, changing) {
		memcpy(target->text, target->next_text, target->site.window);
		target->leads_to = target->will_lead_to;
		memcpy(target->relay, target->next_relay,
		       sizeof(target->relay));
		list_for_each_entry(hook, &target->hooks, node)
			hook->leads_to = hook->will_lead_to;
	}
}

static bool hook_site_changes(const struct hookcore_target *target)
{
	return memcmp(target->text, target->next_text, target->site.window);
}

static bool hook_relay_changes(const struct hookcore_target *target)
{
	return target->site.relay && !target->gone &&
	       memcmp(target->relay, target->next_relay,
		      target->site.relay_size);
}

static unsigned long hook_stub_is_probed(const struct hookcore_hook *hook)
{
	if (!hook->original || hook->leads_to == hook->will_lead_to)
		return 0;
	return site_find_kprobe((unsigned long)hook->original, RELOC_JMP_SIZE);
}

/* In front of it only when it comes: those that come later are no danger. */
static unsigned long hook_relay_is_probed(const struct hookcore_target *target)
{
	const struct site *site = &target->site;

	if (!memcmp(target->relay, site->padding, site->relay_size) &&
	    site_relay_is_probed(site))
		return site->relay;
	return site_find_kprobe(site->relay, site->relay_size);
}

static unsigned long hook_target_is_probed(const struct hookcore_target *target)
{
	const struct site *site = &target->site;
	const struct hookcore_hook *hook;
	unsigned long probed = 0;

	list_for_each_entry(hook, &target->hooks, node) {
		probed = hook_stub_is_probed(hook);
		if (probed)
			return probed;
	}
	/* One that is not armed does not keep it, and is no more when it has
	 * gone; one that is shows in the text.
	 */
	if (target->going)
		return 0;
	if (hook_site_changes(target))
		probed = site_find_kprobe(site->start, site->window);
	if (!probed && hook_relay_changes(target))
		probed = hook_relay_is_probed(target);
	return probed;
}

/*
 * A kprobe, armed or not, has saved the instruction it is on and runs its copy:
 * nobody may write there while it exists. Return: where one is, or 0.
 */
static unsigned long hook_any_probed(const struct hook_change *change)
{
	const struct hookcore_target *target;
	unsigned long probed;

	if (unsafe_no_kprobe_check)
		return 0;
	list_for_each_entry(target, &change->targets, changing) {
		probed = hook_target_is_probed(target);
		if (probed)
			return probed;
	}
	return 0;
}

/*
 * Windows that nobody may be in: strictly inside them, that is. A task at the
 * first byte has run nothing of the window yet, one at the end all of it.
 */
static void hook_find_windows(struct hook_change *change)
{
	struct quiesce_search *search = &change->windows;
	struct hookcore_target *target;
	struct quiesce_range *range;

	search->count = 0;
	list_for_each_entry(target, &change->targets, changing) {
		range = &search->ranges[search->count++];
		range->start = target->site.start + 1;
		range->end = target->site.start + target->site.window - 1;
	}
	quiesce_sort(search);
}

/* In the stopped machine. */
static bool hook_may_install(void *context)
{
	struct hook_change *change = context;

	change->probed = hook_any_probed(change);
	if (change->probed)
		return false;
	return unsafe_no_stack_check || quiesce_nobody_inside(&change->windows);
}

static int hook_try(struct hook_change *change)
{
	if (!unsafe_no_stack_check &&
	    !quiesce_sleepers_outside(&change->windows))
		return -EAGAIN;
	return text_patch(change->patches, change->patch_count,
			  hook_may_install, change);
}

static int hook_write(struct hook_change *change)
{
	unsigned int attempt;
	int err;

	for (attempt = 1;; attempt++) {
		err = hook_try(change);
		if (err != -EAGAIN || change->probed ||
		    attempt == HOOK_ATTEMPTS)
			return err;
		trace_hookcore_retry(attempt, change->windows.found);
		msleep(min_t(unsigned int, attempt, HOOK_MAX_BACKOFF_MS));
	}
}

static bool hook_stub_is_at(const struct hookcore_hook *hook,
			    unsigned long address)
{
	return hook->original &&
	       address - (unsigned long)hook->original < RELOC_JMP_SIZE;
}

/* Also if it is the stub of one that was there before. */
static bool hook_target_has(const struct hookcore_target *target,
			    unsigned long address)
{
	const struct site *site = &target->site;
	const struct hookcore_hook *hook;

	if (address - site->start < site->window ||
	    (site->relay && address - site->relay < site->relay_size))
		return true;
	list_for_each_entry(hook, &target->hooks, node) {
		if (hook_stub_is_at(hook, address))
			return true;
	}
	return false;
}

/* Whose hook is it that cannot be? The first one's if that cannot be told. */
static struct hookcore_hook *hook_blame(const struct hook_change *change,
					unsigned long address)
{
	struct hookcore_hook *hook, *end = change->hooks + change->count;

	for (hook = change->hooks; address && hook < end; hook++) {
		if (hook->target && hook_target_has(hook->target, address))
			return hook;
	}
	return change->hooks;
}

static enum hookcore_reason hook_fail_at(struct hook_change *change,
					 unsigned long address,
					 enum hookcore_reason reason,
					 const char *hint)
{
	struct hookcore_hook *hook = hook_blame(change, address);

	strscpy(hook->hint, hint, sizeof(hook->hint));
	return hook_fail(change, hook, reason);
}

/* Where does something else stand than we have put there? */
static unsigned long hook_find_stale(const struct hook_change *change)
{
	u8 bytes[RELOC_MAX_WINDOW];
	size_t i;

	for (i = 0; i < change->patch_count; i++) {
		const struct text_patch *patch = &change->patches[i];

		if (copy_from_kernel_nofault(bytes, (void *)patch->address,
					     patch->size) ||
		    memcmp(bytes, patch->expected, patch->size))
			return patch->address;
	}
	return 0;
}

/* Two patches that overlap: text_patch() has sorted them. */
static unsigned long hook_find_shared(const struct hook_change *change)
{
	const struct text_patch *patch = change->patches;
	size_t i;

	for (i = 1; i < change->patch_count; i++, patch++) {
		if (patch->address + patch->size > patch[1].address)
			return patch[1].address;
	}
	return 0;
}

static enum hookcore_reason hook_commit(struct hook_change *change)
{
	int err = hook_write(change);

	switch (err) {
	case 0:
		hook_written(change);
		return HOOKCORE_OK;
	case -EAGAIN:
		if (!change->probed)
			return hook_fail_at(change, change->windows.at,
					    HOOKCORE_BUSY_TASK,
					    change->windows.found);
		break;
	case -ESTALE:
		change->probed = hook_any_probed(change);
		if (!change->probed)
			return hook_fail_at(change, hook_find_stale(change),
					    HOOKCORE_REDIRECTED, "");
		break;
	case -EINVAL:
		return hook_fail_at(change, hook_find_shared(change),
				    HOOKCORE_BAD_ARGUMENT,
				    "two hooks share an original stub");
	default:
		return hook_fail_at(change, 0, HOOKCORE_NO_MEMORY, "");
	}
	return hook_fail_at(change, change->probed, HOOKCORE_KPROBE, "");
}

/* Transactions */

static bool hook_change_init(struct hook_change *change,
			     struct hookcore_hook *hooks, size_t count)
{
	size_t most = hook_total + count;

	*change = (struct hook_change){
		.hooks = hooks,
		.count = count,
		.seen = U64_MAX,
	};
	INIT_LIST_HEAD(&change->targets);
	/* A stub, its room and perhaps a site and its relay per hook, whoever
	 * it belongs to: a change re-aims retiring hooks too. One more to
	 * compare in.
	 */
	change->patches = fail_now() ? NULL :
				       kvcalloc(4 * most + 1,
						sizeof(*change->patches),
						GFP_KERNEL);
	/* Per hook: its window; or what its handler runs in, its stub,
	 * trampoline and relay.
	 */
	change->windows.ranges =
		fail_now() ? NULL :
			     kvcalloc(count,
				      (HOOKCORE_REACH + 3) *
					      sizeof(*change->windows.ranges),
				      GFP_KERNEL);
	return change->patches && change->windows.ranges;
}

/* Under hook_mutex, as the targets are. */
static void hook_forget_targets(struct hook_change *change)
{
	struct hookcore_target *target, *next;

	list_for_each_entry_safe(target, next, &change->targets, changing)
		list_del_init(&target->changing);
}

static void hook_change_exit(struct hook_change *change)
{
	kvfree(change->windows.ranges);
	kvfree(change->patches);
}

static enum hookcore_reason hook_attach_all(struct hook_change *change,
					    size_t *attached)
{
	enum hookcore_reason reason;
	struct hookcore_hook *hook;

	for (*attached = 0; *attached < change->count; ++*attached) {
		hook = &change->hooks[*attached];
		reason = hook_check_arguments(change, hook,
					      *attached ? hook - 1 : NULL);
		if (reason) {
			/* Another registration owns the struct: leave it. */
			change->failed = hook;
			if (reason != HOOKCORE_TWICE)
				hook->reason = reason;
			return reason;
		}
		reason = hook_attach(change, hook);
		if (reason) {
			/* On a list, but not pinned, or its owner not noted. */
			if (hook->self == hook)
				hook_detach(hook, change->before);
			return hook_fail(change, hook, reason);
		}
	}
	return HOOKCORE_OK;
}

static void hook_free_unused(struct hook_change *change)
{
	struct hookcore_target *target, *next;

	list_for_each_entry_safe(target, next, &change->targets, changing) {
		list_del_init(&target->changing);
		if (list_empty(&target->hooks))
			hook_free_target(target);
	}
}

static void hook_undo(struct hook_change *change, size_t attached)
{
	while (attached--)
		hook_detach(&change->hooks[attached], change->before);
	hook_free_unused(change);
}

/* Time for a test to let something happen after all checks have been made. */
static noinline void hook_hold(void)
{
	while (READ_ONCE(unsafe_hold))
		msleep(HOOK_MAX_BACKOFF_MS);
}

static enum hookcore_reason hook_put_in(struct hook_change *change)
{
	enum hookcore_reason reason = hook_build_all(change);

	if (!reason)
		reason = hook_link_all(change);
	if (reason)
		return reason;
	hook_find_windows(change);
	hook_hold();
	return hook_commit(change);
}

static enum hookcore_reason hook_install(struct hook_change *change)
{
	enum hookcore_reason reason;
	size_t attached;

	/* Whoever may not set kprobes may not write kernel text either. */
	if (security_locked_down(LOCKDOWN_KPROBES))
		return HOOKCORE_LOCKDOWN;
	reason = hook_attach_all(change, &attached);
	/* Where all wait for a module nothing is to be done. */
	if (!reason && !list_empty(&change->targets))
		reason = hook_put_in(change);
	if (reason)
		hook_undo(change, attached);
	return reason;
}

static const char *hook_target_name(const struct hookcore_hook *hook,
				    char *buffer, size_t size)
{
	if (hook->symbol)
		return hook->symbol;
	snprintf(buffer, size, "%ps", (void *)hook->address);
	return buffer;
}

static void hook_report_refusal(const struct hookcore_hook *hook,
				enum hookcore_reason reason)
{
	const char *text = hookcore_reason_text(reason);
	char buffer[KSYM_SYMBOL_LEN];
	const char *name = hook_target_name(hook, buffer, sizeof(buffer));
	const char *owner = hook_has_owner(hook) ? hook_owner_name(hook) :
						   "not a module";

	pr_warn("%s: cannot hook %s: %s%s%s\n", owner, name, text,
		hook->hint[0] ? ": " : "", hook->hint);
	trace_hookcore_refuse(name, owner, text, hook->hint);
}

static void hook_report_installed(const struct hookcore_hook *hooks,
				  size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (hooks[i].state != HOOKCORE_WAITING)
			trace_hookcore_install(hooks[i].target->name,
					       hook_owner_name(&hooks[i]),
					       hooks[i].handler);
	}
}

/* One that another registration has is not told, only named. */
static void hook_fail_first(struct hook_change *change,
			    enum hookcore_reason reason)
{
	struct hookcore_hook *hook = change->hooks;

	change->failed = hook;
	if (hook->state != change->before)
		return;
	hook->hint[0] = '\0';
	hook->reason = reason;
}

/* Under hook_mutex. @before: the state that they are in. */
static enum hookcore_reason hook_register(struct hookcore_hook *hooks,
					  size_t count,
					  enum hookcore_state before)
{
	enum hookcore_reason reason = HOOKCORE_NO_MEMORY;
	struct hook_change change;
	bool has_room = hook_change_init(&change, hooks, count);

	change.before = before;
	if (has_room)
		reason = hook_install(&change);
	/* No hook in particular: lockdown, no memory. */
	if (reason && !change.failed)
		hook_fail_first(&change, reason);
	if (reason)
		hook_report_refusal(change.failed, reason);
	else
		hook_report_installed(hooks, count);
	hook_forget_targets(&change);
	hook_change_exit(&change);
	shadow_watch();
	return reason;
}

int hookcore_register(struct hookcore_hook *hooks, size_t count)
{
	enum hookcore_reason reason;

	if (!hooks || !count || count > HOOKCORE_MAX_HOOKS) {
		pr_err("asked to install %zu hooks: nonsense, not done\n",
		       count);
		return -EINVAL;
	}
	mutex_lock(&hook_mutex);
	reason = hook_register(hooks, count, HOOKCORE_IDLE);
	mutex_unlock(&hook_mutex);
	return hookcore_reason_errno(reason);
}
EXPORT_SYMBOL_GPL(hookcore_register);

void hook_install_waiting(struct hookcore_hook *hook)
{
	hook_detach(hook, HOOKCORE_WAITING);
	if (hook_register(hook, 1, HOOKCORE_WAITING))
		hook_wait(hook);
	/* Also if it was refused: its owner learns why. */
	if (hook->notify)
		hook->notify(hook);
}

/* Removal */

/* In the stopped machine. */
static bool hook_may_remove(void *context)
{
	return !hook_any_probed(context);
}

/* A copy of a registered hook has its state, and is not it. */
static bool hook_is_listed(const struct hookcore_hook *hook)
{
	return (hook_is_installed(hook) || hook->state == HOOKCORE_WAITING) &&
	       hook->self == hook;
}

static bool hook_is_retiring(const struct hook_change *change,
			     const struct hookcore_hook *hook)
{
	return hook->state == HOOKCORE_RETIRING && hook->self == hook &&
	       hook->retired <= change->seen;
}

static void hook_retire_all(struct hook_change *change)
{
	struct hookcore_hook *hook, *end = change->hooks + change->count;

	for (hook = change->hooks; hook < end; hook++) {
		if (!hook_is_listed(hook))
			continue;
		if (hook->state == HOOKCORE_WAITING)
			hook_detach(hook, HOOKCORE_IDLE);
		if (!hook_is_installed(hook))
			continue;
		WRITE_ONCE(hook->state, HOOKCORE_RETIRING);
		hook->retired = ++hook_retirements;
		trace_hookcore_remove(hook->target->name, hook_owner_name(hook),
				      hook->handler);
	}
}

static void hook_touch_retiring(struct hook_change *change)
{
	struct hookcore_hook *hook, *end = change->hooks + change->count;

	for (hook = change->hooks; hook < end; hook++) {
		if (hook_is_retiring(change, hook))
			hook_touch(change, hook->target);
	}
}

/* Is other text there than was left there, be it a kprobe's? */
static bool hook_is_blocked(const u8 *text, unsigned long address, size_t size)
{
	u8 bytes[RELOC_MAX_WINDOW];

	return copy_from_kernel_nofault(bytes, (void *)address, size) ||
	       memcmp(bytes, text, size);
}

/*
 * Of a module that goes nobody waits for what stands in its text: all loading of
 * modules would wait with it. (What an armed kprobe leaves there, the kernel
 * leaves there too: kill_kprobe().)
 */
static void hook_give_up_text(struct hook_change *change)
{
	struct hookcore_target *target;
	const struct site *site;

	list_for_each_entry(target, &change->targets, changing) {
		site = &target->site;
		if (target->going)
			target->gone |=
				hook_is_blocked(target->text, site->start,
						site->window) ||
				(site->relay &&
				 hook_is_blocked(target->relay, site->relay,
						 site->relay_size));
	}
}

static int hook_unlink_all(struct hook_change *change)
{
	int err;

	hook_touch_retiring(change);
	if (list_empty(&change->targets))
		return 0;
	/* Shorter chains of what was in reach before stay in reach, and stubs
	 * reach all text.
	 */
	if (WARN_ON_ONCE(hook_link_all(change)))
		return -ERANGE;
	err = text_patch(change->patches, change->patch_count, hook_may_remove,
			 change);
	if (!err)
		hook_written(change);
	/* An armed kprobe is other text, too. */
	if (err == -ESTALE && hook_any_probed(change))
		err = -EAGAIN;
	if (err)
		hook_give_up_text(change);
	return err;
}

/* Begins a removal, with room for all hooks there are now; takes hook_mutex. */
static void hook_lock_removal(struct hook_change *change,
			      struct hookcore_hook *hooks, size_t count)
{
	mutex_lock(&hook_mutex);
	while (!hook_change_init(change, hooks, count)) {
		hook_change_exit(change);
		mutex_unlock(&hook_mutex);
		msleep(HOOK_POLL_MS);
		mutex_lock(&hook_mutex);
	}
}

/*
 * Removal cannot fail: what stands in its way it waits for, and says so. It
 * does so without the mutex: a kprobe may stay for ever, and others want to
 * hook, and to load modules. Chains may have changed when it is taken again.
 */
static void hook_wait_to_remove(struct hook_change *change, const char *why,
				unsigned long *report)
{
	u64 seen = change->seen;

	hook_forget_targets(change);
	hook_change_exit(change);
	mutex_unlock(&hook_mutex);
	if (time_after(jiffies, *report)) {
		pr_info("waiting to remove hooks: %s\n", why);
		*report = jiffies + HOOK_REPORT;
	}
	msleep(HOOK_POLL_MS);
	hook_lock_removal(change, change->hooks, change->count);
	change->seen = seen;
}

/* What an error of writing text says of what stands in the way. */
static const char *hook_obstacle(int err)
{
	if (err == -ENOMEM)
		return hookcore_reason_text(HOOKCORE_NO_MEMORY);
	return err == -ESTALE ? "others have written over them" :
				hookcore_reason_text(HOOKCORE_KPROBE);
}

static void hook_add_range(struct quiesce_search *search, unsigned long start,
			   unsigned long size)
{
	struct quiesce_range *range = &search->ranges[search->count++];

	range->start = start;
	range->end = start + size - 1;
}

static void hook_add_handler(struct quiesce_search *search,
			     const struct hookcore_hook *hook)
{
	unsigned int i;

	/* A call may be the last thing in there: it returns to one byte more. */
	for (i = 0; i < hook->reach_count; i++)
		hook_add_range(search, hook->reach[i].start,
			       hook->reach[i].size + 1);
}

/* The room belongs to it: who is in the one may come from the other. */
static size_t hook_stub_size(const struct hookcore_hook *hook)
{
	return RELOC_JMP_SIZE + (hook->has_room ? HOOKCORE_ROOM_SIZE : 0);
}

static void hook_find_insides(struct hook_change *change)
{
	struct hookcore_hook *hook, *end = change->hooks + change->count;
	struct quiesce_search *search = &change->windows;
	struct hookcore_target *target;

	search->count = 0;
	change->seen = hook_retirements;
	for (hook = change->hooks; hook < end; hook++) {
		if (!hook_is_retiring(change, hook))
			continue;
		target = hook->target;
		hook_add_handler(search, hook);
		if (hook->original)
			hook_add_range(search, (unsigned long)hook->original,
				       hook_stub_size(hook));
		/* Whichever hook is the last to go frees the trampoline. */
		hook_add_range(search, (unsigned long)target->trampoline,
			       target->trampoline_size);
		if (target->site.relay)
			hook_add_range(search, target->site.relay,
				       RELOC_JMP_SIZE);
	}
	quiesce_sort(search);
}

static void hook_plan_stub(struct hook_change *change,
			   const struct hookcore_hook *hook)
{
	unsigned long stub = (unsigned long)hook->original;
	struct text_patch *patch;

	if (!stub)
		return;
	patch = hook_next_patch(change, stub, RELOC_JMP_SIZE);
	trampoline_jmp(patch->bytes, stub, (unsigned long)hookcore_no_original);
	change->patch_count++;
	if (!hook->has_room)
		return;
	patch = hook_next_patch(change, (unsigned long)hook_room(hook),
				HOOKCORE_ROOM_SIZE);
	memset(patch->bytes, TRAMPOLINE_INT3, HOOKCORE_ROOM_SIZE);
	change->patch_count++;
}

/* Nobody can reach the relay any more, and nobody is in front of its jmp. */
static void hook_plan_padding(struct hook_change *change,
			      const struct hookcore_target *target)
{
	const struct site *site = &target->site;
	struct text_patch *patch;

	/* In a module that goes a kprobe is not waited for. */
	if (!site->relay || target->gone ||
	    (target->going && site_find_kprobe(site->relay, site->relay_size)))
		return;
	patch = hook_next_patch(change, site->relay, site->relay_size);
	memcpy(patch->bytes, site->padding, site->relay_size);
	change->patch_count++;
}

/* Are the hooks that this removal has waited for the last ones on it? */
static bool hook_goes_with(const struct hook_change *change,
			   const struct hookcore_target *target)
{
	const struct hookcore_hook *hook, *end = change->hooks + change->count;

	list_for_each_entry(hook, &target->hooks, node) {
		if (hook < change->hooks || hook >= end ||
		    !hook_is_retiring(change, hook))
			return false;
	}
	return true;
}

static void hook_plan_release(struct hook_change *change)
{
	struct hookcore_hook *hook, *end = change->hooks + change->count;
	struct hookcore_target *target;

	change->patch_count = 0;
	hook_touch_retiring(change);
	for (hook = change->hooks; hook < end; hook++) {
		if (hook_is_retiring(change, hook))
			hook_plan_stub(change, hook);
	}
	list_for_each_entry(target, &change->targets, changing) {
		if (hook_goes_with(change, target))
			hook_plan_padding(change, target);
	}
}

/* A kprobe there would run, or put back, what it has saved. */
static bool hook_release_is_probed(const struct hook_change *change)
{
	size_t i;

	for (i = 0; i < change->patch_count; i++) {
		const struct text_patch *patch = &change->patches[i];

		if (site_find_kprobe(patch->address, patch->size))
			return true;
	}
	return false;
}

static int hook_write_released(struct hook_change *change)
{
	int err = -EBUSY;

	/* Against register_kprobe(): until it is written none comes. */
	symbol_lock_kprobes();
	if (!hook_release_is_probed(change))
		err = text_write_idle_all(change->patches, change->patch_count);
	symbol_unlock_kprobes();
	return err;
}

/*
 * One that its target's module takes with it waits for that module again; not
 * one that did not follow and whose module was removed by force.
 */
static void hook_detach_leaving(struct hookcore_hook *hook)
{
	bool follows = hook->flags & HOOKCORE_FOLLOW;

	hook_detach(hook, follows ? HOOKCORE_WAITING : HOOKCORE_IDLE);
	hook->leaving = false;
	if (follows)
		hook_wait(hook);
	if (hook->notify)
		hook->notify(hook);
}

static void hook_detach_retiring(struct hook_change *change)
{
	struct hookcore_hook *hook, *end = change->hooks + change->count;

	for (hook = change->hooks; hook < end; hook++) {
		if (!hook_is_retiring(change, hook))
			continue;
		if (hook->leaving)
			hook_detach_leaving(hook);
		else
			hook_detach(hook, HOOKCORE_IDLE);
	}
}

static void hook_release_all(struct hook_change *change)
{
	unsigned long report = jiffies + HOOK_REPORT;
	int err;

	for (;;) {
		hook_plan_release(change);
		err = hook_write_released(change);
		if (!err)
			break;
		hook_give_up_text(change);
		hook_wait_to_remove(change, hook_obstacle(err), &report);
	}
	hook_detach_retiring(change);
	hook_free_unused(change);
}

/* Under hook_mutex, which it drops; of an initialised change, which it ends. */
static void hook_remove_all(struct hook_change *change)
{
	unsigned long report = jiffies + HOOK_REPORT;
	int err;

	hook_retire_all(change);
	while ((err = hook_unlink_all(change)))
		hook_wait_to_remove(change, hook_obstacle(err), &report);
	hook_find_insides(change);
	hook_forget_targets(change);
	mutex_unlock(&hook_mutex);
	/* Without the mutex: a task may sleep in a handler for ever, and others
	 * want to hook. The retiring hooks keep their targets alive.
	 */
	if (change->windows.count)
		quiesce_wait(&change->windows);
	mutex_lock(&hook_mutex);
	hook_release_all(change);
	mutex_unlock(&hook_mutex);
	hook_change_exit(change);
}

void hook_leave(struct hookcore_hook *hook)
{
	struct hook_change change;

	hook_lock_removal(&change, hook, 1);
	hook_remove_all(&change);
}

static bool hook_any_leaving(const struct hook_change *change)
{
	const struct hookcore_hook *hook, *end = change->hooks + change->count;

	for (hook = change->hooks; hook < end; hook++) {
		if (hook->leaving && hook->self == hook)
			return true;
	}
	return false;
}

void hookcore_unregister(struct hookcore_hook *hooks, size_t count)
{
	unsigned long report = jiffies + HOOK_REPORT;
	struct hook_change change;

	if (!hooks)
		return;
	if (count > HOOKCORE_MAX_HOOKS) {
		pr_err("asked to remove %zu hooks: nonsense, not done\n",
		       count);
		return;
	}
	hook_lock_removal(&change, hooks, count);
	/* Their targets' modules are going at this moment, and use them. */
	while (hook_any_leaving(&change))
		hook_wait_to_remove(&change, "their target's module is going",
				    &report);
	hook_remove_all(&change);
}
EXPORT_SYMBOL_GPL(hookcore_unregister);

/* Counting */

static void hook_touch_all(struct hook_change *change)
{
	struct hookcore_target *target;
	int bucket;

	hash_for_each(hook_targets, bucket, target, node)
		hook_touch(change, target);
}

/* The code that counts lives as long as its hook: nothing to wait for. */
static int hook_switch_counting(struct hook_change *change, bool on)
{
	int err;

	hook_touch_all(change);
	hook_counting = on;
	err = hookcore_reason_errno(hook_link_all(change));
	if (!err)
		err = text_patch(change->patches, change->patch_count,
				 hook_may_remove, change);
	if (!err)
		hook_written(change);
	else
		hook_counting = !on;
	hook_forget_targets(change);
	return err == -EAGAIN || err == -ESTALE ? -EBUSY : err;
}

int hook_set_counting(bool on)
{
	struct hook_change change;
	int err = 0;

	mutex_lock(&hook_mutex);
	if (on == hook_counting)
		goto unlock;
	err = hook_change_init(&change, NULL, 0) ?
		      hook_switch_counting(&change, on) :
		      -ENOMEM;
	hook_change_exit(&change);
unlock:
	mutex_unlock(&hook_mutex);
	return err;
}

bool hook_is_counting(void)
{
	return READ_ONCE(hook_counting);
}

u64 hook_hits(const struct hookcore_hook *hook)
{
	u64 hits = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		hits += *per_cpu_ptr(hook->hits, cpu);
	return hits;
}

/* Dry run */

/* Under hook_mutex. */
static enum hookcore_reason hook_look_at(unsigned long entry, struct site *site,
					 char *hint)
{
	enum hookcore_reason reason;
	struct module *module;

	if (!hook_pin_module(entry, &module, hint))
		return HOOKCORE_NOT_TEXT;
	reason = site_examine(entry, site, hint);
	module_put(module);
	return reason;
}

static enum hookcore_reason hook_examine_address(unsigned long entry,
						 struct site *site, char *hint)
{
	enum hookcore_reason reason = HOOKCORE_OK;
	struct hookcore_target *target;

	*hint = '\0';
	mutex_lock(&hook_mutex);
	target = hook_find_target(entry);
	if (target)
		*site = target->site;
	else
		reason = hook_look_at(entry, site, hint);
	mutex_unlock(&hook_mutex);
	return reason;
}

enum hookcore_reason hook_examine(const char *symbol, struct site *site,
				  char *hint)
{
	enum hookcore_reason reason;
	unsigned long entry;

	*hint = '\0';
	reason = symbol_function(symbol, &entry);
	if (reason)
		return reason;
	return hook_examine_address(entry, site, hint);
}

enum hookcore_reason hookcore_check(const char *symbol, char *hint, size_t size)
{
	char buffer[SITE_HINT_SIZE] = "";
	enum hookcore_reason reason;
	struct site site;

	if (!symbol)
		return HOOKCORE_BAD_ARGUMENT;
	reason = hook_examine(symbol, &site, buffer);
	if (hint && size)
		strscpy(hint, buffer, size);
	return reason;
}
EXPORT_SYMBOL_GPL(hookcore_check);

enum hookcore_reason hookcore_check_address(unsigned long address, char *hint,
					    size_t size)
{
	char buffer[SITE_HINT_SIZE] = "";
	enum hookcore_reason reason;
	struct site site;

	reason = hook_examine_address(address, &site, buffer);
	if (hint && size)
		strscpy(hint, buffer, size);
	return reason;
}
EXPORT_SYMBOL_GPL(hookcore_check_address);

asmlinkage long hookcore_no_original(void)
{
	pr_err_once("%pS has called a hook's original that is not hooked\n",
		    __builtin_return_address(0));
	return 0;
}
EXPORT_SYMBOL_GPL(hookcore_no_original);
