/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of hooks and of the functions they are on.
 */
#ifndef HOOKCORE_HOOK_H
#define HOOKCORE_HOOK_H

#include <linux/hashtable.h>
#include <linux/kallsyms.h>
#include <linux/list.h>
#include <linux/mutex.h>

#include "hookcore.h"
#include "site.h"

struct chunk;

/**
 * struct hookcore_target - a function with hooks on it
 * @node: in hook_targets, by address.
 * @changing: in the targets of the present transaction, or empty.
 * @hooks: its hooks by descending priority, retiring ones included.
 * @site: where it is hooked.
 * @text: what hookcore last left in the window.
 * @next_text: what the present transaction puts there.
 * @leads_to: what a call runs into: a handler, or the trampoline, which does
 *	what the window does.
 * @will_lead_to: the same after the present transaction.
 * @relay: what hookcore last left at the site's relay, if it has one.
 * @next_relay: what the present transaction puts there.
 * @name: its symbol.
 * @module: the module it lies in; NULL for the kernel proper. Hooks that do not
 *	follow it pin it.
 * @going: the module is going.
 * @gone: and what stands in its text is not ours, or under a kprobe: it is left
 *	as it is.
 * @shadowed: an ftrace user redirects it.
 * @chunk: the memory its trampoline lies in.
 * @trampoline: the relocated window and the jmp back.
 * @trampoline_size: bytes.
 *
 * All under hook_mutex. The window holds a jmp while any hook in @hooks is not
 * retiring; the target lives as long as @hooks is not empty.
 */
struct hookcore_target {
	struct hlist_node node;
	struct list_head changing;
	struct list_head hooks;
	struct site site;
	u8 text[RELOC_MAX_WINDOW];
	u8 next_text[RELOC_MAX_WINDOW];
	unsigned long leads_to;
	unsigned long will_lead_to;
	u8 relay[RELOC_MAX_WINDOW];
	u8 next_relay[RELOC_MAX_WINDOW];
	char name[KSYM_NAME_LEN];
	struct module *module;
	bool going;
	bool gone;
	bool shadowed;
	struct chunk *chunk;
	u8 *trampoline;
	size_t trampoline_size;
};

/* Hooks that wait for a module; under hook_mutex. */
extern struct list_head hook_waiting;

/* Protects hook_targets, all that hangs off it, and the chain of stubs. */
#define HOOK_TARGET_BITS 10
extern struct mutex hook_mutex;
extern struct hlist_head hook_targets[1 << HOOK_TARGET_BITS];

/**
 * hookcore_owns_text() - is this hookcore's text, or a hook owner's?
 * @address: the address.
 *
 * Context: under hook_mutex.
 */
bool hookcore_owns_text(unsigned long address);

/**
 * hook_target_is_live() - does the window hold a jmp?
 * @target: the target.
 *
 * Retiring hooks only wait for their tasks.
 *
 * Context: under hook_mutex.
 */
bool hook_target_is_live(const struct hookcore_target *target);

/**
 * hook_is_installed() - does the target's window lead to it?
 * @hook: the hook.
 *
 * Context: under hook_mutex.
 */
static inline bool hook_is_installed(const struct hookcore_hook *hook)
{
	return hook->state == HOOKCORE_INSTALLED ||
	       hook->state == HOOKCORE_SHADOWED;
}

/**
 * hook_set_state() - change a hook's state and tell its owner
 * @hook: the hook.
 * @state: the new one.
 *
 * Context: under hook_mutex.
 */
void hook_set_state(struct hookcore_hook *hook, enum hookcore_state state);

/**
 * hook_owner_name() - the module a hook belongs to, in words
 * @hook: the hook.
 */
const char *hook_owner_name(const struct hookcore_hook *hook);

/**
 * hook_set_counting() - switch the counting of calls on or off, for all hooks
 * @on: on or off.
 *
 * Counts go on from where they were.
 *
 * Context: may sleep; takes hook_mutex.
 * Return: 0; -EBUSY if a kprobe or somebody's bytes are in the way; -ENOMEM.
 */
int hook_set_counting(bool on);

/**
 * hook_is_counting() - are calls being counted?
 */
bool hook_is_counting(void);

/**
 * hook_hits() - how often was the handler reached while calls were counted?
 * @hook: a registered hook.
 *
 * Context: under hook_mutex.
 */
u64 hook_hits(const struct hookcore_hook *hook);

/**
 * hook_examine() - all checks of a function by name
 * @symbol: its name.
 * @site: the result.
 * @hint: SITE_HINT_SIZE bytes.
 *
 * Context: may sleep; takes hook_mutex.
 * Return: the reason of the refusal. A function that is hooked already can be
 * hooked again.
 */
enum hookcore_reason hook_examine(const char *symbol, struct site *site,
				  char *hint);

/**
 * hook_forget_owner() - its text is about to be freed
 * @module: the module.
 *
 * Context: may sleep; takes hook_mutex.
 * Return: whether it had registered hooks.
 */
bool hook_forget_owner(const struct module *module);

/**
 * hook_install_waiting() - the module that a hook waits for has come
 * @hook: a hook of hook_waiting. If it cannot be installed, one line says why,
 *	and it goes on waiting.
 *
 * Context: under hook_mutex; sleeps.
 */
void hook_install_waiting(struct hookcore_hook *hook);

/**
 * hook_leave() - the module that its target is in is going
 * @hook: an installed hook with HOOKCORE_FOLLOW, marked as leaving: until it
 *	waits again, and is marked no longer, hookcore_unregister() waits.
 *
 * Context: process context, sleeps; takes hook_mutex.
 */
void hook_leave(struct hookcore_hook *hook);

/**
 * hook_wait() - wait for the target's module
 * @hook: an idle hook with HOOKCORE_FOLLOW.
 *
 * Context: under hook_mutex.
 */
void hook_wait(struct hookcore_hook *hook);

#endif /* HOOKCORE_HOOK_H */
