/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vkernel - a virtual kernel per container: instances and plugins
 *
 * A vkernel belongs to a pid namespace; a task belongs to a vkernel from its
 * execve on: at a successful execve the new mm is stamped with the id of the
 * vkernel that the task's pid namespace, or its nearest ancestor, is armed
 * with. fork() and clone() inherit the stamp with the mm.
 *
 * Life of a vkernel:
 *
 *              pid written            first execve in the namespace
 *   CREATED ────────────────▶ ARMED ────────────────────────────────▶ ACTIVE
 *    │   ▲                      │                                        │
 *    │   └─── 0 written to pid ─┴────────────────────────────────────────┤
 *    │        (its tasks are the host's again, at once)                  │
 *    │                          the namespace's init died                │
 *    │                   DEAD ◀─────────────────────────────(ARMED too)──┘
 *    ▼                    │
 *   freed ◀────rmdir──────┘
 *
 * ARMED and ACTIVE are busy: neither the vkernel nor the plugins it was given
 * can be removed. Each arming gives it a new id, and no id is ever used twice,
 * not even after vkernel.ko was unloaded and loaded again. DEAD has given back
 * what its plugins kept for running tasks.
 */
#ifndef VKERNEL_H
#define VKERNEL_H

#include <linux/bits.h>
#include <linux/configfs.h>
#include <linux/jump_label.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "vkernel_compat.h"

struct vkernel;

/**
 * define VKERNEL_SLOT_BITS - the bits of an id that are a slot
 *
 * An id is a slot of a table and the slot's generation: of the vkernels that
 * are armed at a time each has another slot. 8191 usable ones, because 4096
 * vkernels must fit beside slot 0, which is the host.
 */
#define VKERNEL_SLOT_BITS 13
#define VKERNEL_SLOTS BIT(VKERNEL_SLOT_BITS)
#define VKERNEL_SLOT_MASK (VKERNEL_SLOTS - 1)

/**
 * struct vkernel_plugin - what a vkernel can be given
 * @name: name of the plugin and of its directory in every vkernel, "syscall".
 * @owner: the plugin's module; pinned while any vkernel has its directory.
 * @attrs: the files of that directory, NULL-terminated.
 * @create: make the plugin's private state for @vk; may sleep. Returns it, or
 *	an ERR_PTR(); then mkdir fails with that error.
 * @destroy: free it. May sleep. Called when no reader can see it any more.
 * @retire: free of the state what only running tasks need, or NULL. May sleep.
 *	Called when @vk has died, at most once; the files can still be read and
 *	written, also at the same time.
 * @memory: bytes that the state takes, for the file ``memory``, or NULL. May
 *	sleep, but not take a lock that is held while a plugin waits for
 *	vkernel.ko.
 * @placed: or NULL: told when the vkernel is armed, or given the plugin while
 *	it is; when it is about to be disarmed (then @id is 0); and when it may
 *	have got another vkernel around it or lost that (@nested: there is one),
 *	or one around it has been given the plugin.
 *	For plugins that keep a short way to their state: between a call with
 *	@id 0 and @retire or @destroy there is an RCU grace period. May sleep,
 *	under vkernel.ko's mutex.
 * @joins: or NULL: told of each mm in use that the vkernel adopts, or one
 *	inside it that does not have the plugin, right before its stamp is
 *	changed. The mm's mmap_lock is held for writing, by a trylock. Must not
 *	sleep; under vkernel.ko's mutex and RCU.
 *
 * ``mkdir /sys/kernel/config/vkernel/NAME/syscall`` gives a vkernel the plugin,
 * before it is armed or while its container runs; rmdir takes it away; in
 * between rmmod of the plugin says busy. From arming on until the vkernel is
 * detached or dead rmdir says busy.
 */
struct vkernel_plugin {
	const char *name;
	struct module *owner;
	struct configfs_attribute **attrs;
	void *(*create)(struct vkernel *vk);
	void (*destroy)(void *state);
	void (*retire)(void *state);
	size_t (*memory)(void *state);
	void (*placed)(void *state, u32 id, bool nested);
	void (*joins)(void *state, struct mm_struct *mm);

	/* private: vkernel.ko's, under its mutex */
	struct list_head node;
	unsigned int slot;
	struct config_item_type type;
};

/**
 * vkernel_register_plugin() - offer a plugin to all vkernels
 * @plugin: filled in up to @destroy; must stay valid until
 *	vkernel_unregister_plugin() returns.
 *
 * Context: process context, may sleep.
 * Return: 0, -EEXIST if the name is taken, -ENOSPC if there are too many
 * plugins, -EINVAL if a field is missing.
 */
int vkernel_register_plugin(struct vkernel_plugin *plugin);

/**
 * vkernel_unregister_plugin() - withdraw a plugin
 * @plugin: a registered plugin. No vkernel has it: its module's reference count
 *	was zero.
 *
 * Context: process context, may sleep.
 */
void vkernel_unregister_plugin(struct vkernel_plugin *plugin);

/*
 * private: what the inline functions below need; the key is true while a
 * vkernel is armed, and some seconds longer
 */
DECLARE_STATIC_KEY_FALSE(vkernel_alive);

/* How many plugins can be registered at a time, and one more: slot 0. */
#define VKERNEL_PLUGINS 9

/* How a struct vkernel begins. Read without locks. */
struct vkernel_core {
	struct vkernel __rcu *parent;
	u32 id;
	void __rcu *state[VKERNEL_PLUGINS];
};

extern struct vkernel __rcu *vkernel_slots[VKERNEL_SLOTS];

static inline const struct vkernel_core *vkernel_core(const struct vkernel *vk)
{
	return (const struct vkernel_core *)vk;
}

static inline struct vkernel *vkernel_lookup(u32 id)
{
	struct vkernel *vk =
		rcu_dereference_check(vkernel_slots[id & VKERNEL_SLOT_MASK],
				      rcu_read_lock_any_held());

	return vk && READ_ONCE(vkernel_core(vk)->id) == id ? vk : NULL;
}

static inline u32 *vkernel_stamp(const struct mm_struct *mm)
{
	return (u32 *)((char *)mm + VKERNEL_STAMP_OFFSET);
}
/* public: */

/**
 * vkernel_of_mm() - the vkernel an mm belongs to
 * @mm: the mm, which the caller keeps alive.
 *
 * Context: any, inside an RCU read-side critical section, which protects the
 * result; here and below that may also be one with pre-emption off.
 * Return: the vkernel, NULL for the host.
 */
static inline struct vkernel *vkernel_of_mm(const struct mm_struct *mm)
{
	u32 id;

	if (!static_branch_unlikely(&vkernel_alive))
		return NULL;
	id = READ_ONCE(*vkernel_stamp(mm));
	return likely(!id) ? NULL : vkernel_lookup(id);
}

/**
 * vkernel_current() - the vkernel the current task belongs to
 *
 * Kernel threads belong to the host, also while they borrow an mm; io_uring
 * workers belong to their container.
 *
 * Context: task context, inside an RCU read-side critical section, which
 * protects the result.
 * Return: the vkernel, NULL for the host.
 */
static inline struct vkernel *vkernel_current(void)
{
	if (!static_branch_unlikely(&vkernel_alive))
		return NULL;
	if (!current->mm || current->flags & PF_KTHREAD)
		return NULL;
	return vkernel_of_mm(current->mm);
}

/**
 * vkernel_inherit() - a program to come belongs to the vkernel of its task
 * @mm: what the current task's execve has made and still fills; it has no
 *	stamp, and the task an mm.
 *
 * Until setup_new_exec(), where vkernel.ko decides by the namespace: what is
 * counted by mm meanwhile is this vkernel's, and again if the execve fails.
 *
 * Context: task context, with what keeps @mm's areas from changing.
 */
static inline void vkernel_inherit(struct mm_struct *mm)
{
	WRITE_ONCE(*vkernel_stamp(mm), READ_ONCE(*vkernel_stamp(current->mm)));
}

/**
 * vkernel_parent() - the vkernel of the nearest armed ancestor namespace
 * @vk: a vkernel.
 *
 * Nested vkernels only ever narrow: what a plugin decides for @vk it also asks
 * its ancestors. An ancestor that is armed later than @vk becomes its parent
 * then.
 *
 * Context: any, inside an RCU read-side critical section.
 * Return: the vkernel, NULL if there is none.
 */
static inline struct vkernel *vkernel_parent(const struct vkernel *vk)
{
	return rcu_dereference_check(vkernel_core(vk)->parent,
				     rcu_read_lock_any_held());
}

/**
 * vkernel_capable() - has the current task a capability over a container?
 * @vk: the vkernel, found by vkernel_current() or vkernel_parent().
 * @cap: the capability.
 *
 * In the user namespace that owns the container's pid namespace: one that a
 * task of the container made for itself gives it nothing.
 *
 * Context: task context, inside the RCU read-side critical section in which @vk
 * was found.
 * Return: whether it has.
 */
bool vkernel_capable(const struct vkernel *vk, int cap);

/**
 * vkernel_state() - a plugin's private state for a vkernel
 * @vk: the vkernel.
 * @plugin: the plugin.
 *
 * Context: any, inside an RCU read-side critical section, which protects the
 * result.
 * Return: what @plugin->create returned, NULL if @vk does not have the plugin.
 */
static inline void *vkernel_state(const struct vkernel *vk,
				  const struct vkernel_plugin *plugin)
{
	const unsigned int slot = READ_ONCE(plugin->slot);

	return rcu_dereference_check(vkernel_core(vk)->state[slot],
				     rcu_read_lock_any_held());
}

/**
 * vkernel_plugin_state() - a plugin's private state, in a configfs callback
 * @item: the item an attribute of the plugin was called with.
 *
 * Context: show and store functions of @plugin->attrs; configfs keeps the item.
 * Return: what @plugin->create returned.
 */
void *vkernel_plugin_state(struct config_item *item);

/**
 * vkernel_may_configure() - may the current task change a vkernel?
 *
 * A task of a container that mounts configfs itself must not loosen its own
 * rules, whatever its capabilities, nor have it done by a kernel thread, nor by
 * a user of the host for whom it has changed a file's owner or mode, as
 * configfs_setattr() lets it: store functions ask this first.
 *
 * Context: process context.
 * Return: true for a program of the host that has CAP_SYS_ADMIN in the first
 * user namespace, false for others, for any inside a vkernel and for a kernel
 * thread.
 */
bool vkernel_may_configure(void);

/**
 * vkernel_read_line() - what was written to a file of a plugin, as text
 * @page: what a store function was given.
 * @count: the same.
 * @text: where to; NUL-terminated, without the newline at its end.
 * @size: bytes there, more than @count.
 *
 * Context: process context.
 * Return: 0; -EPERM if the current task must not change a vkernel, as
 * vkernel_may_configure() has it; -EINVAL if there is nothing, too much, or a
 * NUL in it.
 */
int vkernel_read_line(const char *page, size_t count, char *text, size_t size);

/**
 * vkernel_name() - the name of a vkernel, for messages
 * @vk: the vkernel.
 *
 * Context: any, inside an RCU read-side critical section, or in a callback of
 * configfs or of the plugin for @vk.
 * Return: the name of its directory.
 */
const char *vkernel_name(const struct vkernel *vk);

/**
 * define VKERNEL_VIEW_SIZE - the longest text of a view, bytes, with its NUL
 */
#define VKERNEL_VIEW_SIZE 256

/**
 * struct vkernel_view - a file of /proc/sys of which a vkernel has its own
 * @path: the file, below /proc/sys: one folder and a name, "vm/swappiness".
 * @plugin: whose vkernels have it. A task reads and writes the value of the
 *	innermost vkernel around it that has the plugin.
 * @get: print the value to @text, of %VKERNEL_VIEW_SIZE bytes, with a newline
 *	at its end. Returns its length, as scnprintf() does; 0: this vkernel has
 *	no value of its own, and the next one around it is asked, at last the
 *	host. NULL: none ever has.
 * @set: a task of the container wrote @text, NUL-terminated, without the
 *	newline at its end; it may be changed. Returns 0, or a negative errno,
 *	which write(2) gives: -EPERM if the operator does not allow it, -EINVAL
 *	for nonsense. NULL: never allowed (-EPERM).
 *
 * The kernel's own handler of the file, which works on the host's value, never
 * runs for what a task of such a container writes. Who may open the file is
 * decided by the kernel as ever: by its mode, and that root inside a user
 * namespace is not the host's.
 *
 * Context of @get and @set: the task's own, inside an RCU read-side critical
 * section, which protects the state that they are given: they must not sleep,
 * and may run at the same time for one state. What takes longer, they leave to
 * a work item.
 */
struct vkernel_view {
	const char *path;
	const struct vkernel_plugin *plugin;
	int (*get)(void *state, char *text);
	int (*set)(void *state, char *text);

	/* private: vkernel.ko's, under its mutex; readers under RCU */
	struct list_head node;
};

/**
 * vkernel_register_views() - give vkernels files of /proc/sys of their own
 * @views: the views; the memory stays the caller's, who must not change it
 *	until vkernel_unregister_views() has returned.
 * @count: number of elements.
 *
 * The file itself need not exist yet, nor need the plugin be registered.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL if one has no path of that form or no plugin, -EEXIST if
 * there is a view of that file. Then none is registered.
 */
int vkernel_register_views(struct vkernel_view *views, size_t count);

/**
 * vkernel_unregister_views() - take them away again
 * @views: registered views.
 * @count: number of elements.
 *
 * When it returns, none of their functions runs any more.
 *
 * Context: process context, sleeps.
 */
void vkernel_unregister_views(struct vkernel_view *views, size_t count);

#ifdef VKERNEL_CURRENT_TASK
/**
 * VKERNEL_GUARD_OFFSETS - give VKERNEL_GUARD() the offsets it needs
 *
 * Once, anywhere in a file that uses VKERNEL_GUARD().
 */
#define VKERNEL_GUARD_OFFSETS                                         \
	static void __used vkernel_guard_offsets(void)                \
	{                                                             \
		asm volatile(".set .Lvkernel_mm, %c0\n"               \
			     ".set .Lvkernel_stamp, %c1\n"            \
			     ".set .Lvkernel_slot_mask, %c2\n"        \
			     :                                        \
			     : "i"(offsetof(struct task_struct, mm)), \
			       "i"(VKERNEL_STAMP_OFFSET),             \
			       "i"(VKERNEL_SLOT_MASK));               \
	}

/* private: the entry of vkernel_alive: jump to @stub while it is false. */
#define VKERNEL_GUARD_KEY(stub) HOOKCORE_ASM_KEY(vkernel_alive, stub)
/* public: */

/* clang-format off */
/**
 * VKERNEL_GUARD_MM - assembly: the current task's mm, in %rax
 * @stub: where to jump to with no vkernel armed, and without an mm.
 *
 * The beginning of a guard that asks the mm's stamp, at ``.Lvkernel_stamp``, of
 * which ``.Lvkernel_slot_mask`` are the bits of the slot.
 */
#define VKERNEL_GUARD_MM(stub)                                                 \
	VKERNEL_GUARD_KEY(stub)                                                \
	"	mov %gs:" VKERNEL_CURRENT_TASK "(%rip), %rax\n"                \
	"	mov .Lvkernel_mm(%rax), %rax\n"                                \
	"	test %rax, %rax\n"                                             \
	"	je " __stringify(stub) "\n"

/**
 * VKERNEL_GUARD - assembly that lets the host's tasks pass a decider
 * @stub: the stub made by HOOKCORE_ORIGINAL().
 *
 * The guard argument of HOOKCORE_DECIDER() for a handler that is about the
 * current task: with no vkernel armed one jmp to @stub, else six instructions.
 * Only a task whose mm has a stamp goes on into C.
 */
#define VKERNEL_GUARD(stub)                                                    \
	VKERNEL_GUARD_MM(stub)                                                 \
	"	cmpl $0, .Lvkernel_stamp(%rax)\n"                              \
	"	je " __stringify(stub) "\n"
/* clang-format on */
#endif /* VKERNEL_CURRENT_TASK */

#endif /* VKERNEL_H */
