/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a vkernel has of its own in this plugin: settings, and an account of the
 * memory it has been promised.
 */
#ifndef MM_OWN_H
#define MM_OWN_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/ratelimit.h>

#include "huge.h"
#include "policy.h"
#include "vkernel.h"

#define KBYTES_PER_PAGE (PAGE_SIZE / 1024)

/* What is counted of huge pages. */
enum own_thp_count {
	OWN_THP_HUGE,
	OWN_THP_FALLBACK,
	OWN_THP_COLLAPSED,
	OWN_THP_COUNTS,
};

/**
 * struct own_thp - huge pages of a vkernel
 * @node: in the list of those armed, see thp.c.
 * @enabled: enum huge_enabled.
 * @defrag: enum huge_defrag.
 * @sizes: which sizes, if they are its own.
 * @writes: limits how often its tasks may change these.
 * @counts: page faults that were served by a huge page, those that found none,
 *	and small pages that became a huge one; of its mms and of those inside.
 */
struct own_thp {
	struct list_head node;
	int enabled;
	int defrag;
	union huge_sizes sizes;
	struct ratelimit_state writes;
	atomic_long_t counts[OWN_THP_COUNTS];
};

/**
 * struct own - the plugin's private state of a vkernel
 * @vk: the vkernel.
 * @id: its id while it is armed with the plugin, else 0; read with READ_ONCE().
 * @committed: pages that its tasks, and those of vkernels inside it, have been
 *	promised: areas that are accounted, shared memory they made, and pages
 *	they added to what others made.
 * @refused: how often a promise was refused for the vkernel's own limit.
 * @mode: how promises are judged, enum policy_mode.
 * @ratio: percentage for %POLICY_NEVER, if @kbytes is 0.
 * @kbytes: limit for %POLICY_NEVER, KiB, or 0.
 * @max_map_count: areas that a process may have, or 0: the host's.
 * @areas_once: the most that @max_map_count has allowed since the vkernel was
 *	armed; UINT_MAX where it was the host's. Under limits.c's lock.
 * @mmap_min_addr: lowest address of an area, or 0: the host's.
 * @thp: huge pages.
 * @writable: may tasks of the container set these, in their /proc/sys, and in
 *	/sys/kernel/mm/transparent_hugepage?
 * @lock: protects the settings against other writers; they are read with
 *	READ_ONCE(), each by itself.
 * @seat: when it was armed with the plugin: later ones have higher numbers; 0
 *	while it is not.
 * @counted: the highest seat around it: those up to there have counted it in.
 *	Both under vkernel.ko's mutex.
 */
struct own {
	struct vkernel *vk;
	u32 id;
	atomic_long_t committed;
	atomic_long_t refused;
	int mode;
	unsigned int ratio;
	unsigned long kbytes;
	unsigned int max_map_count;
	unsigned int areas_once;
	unsigned long mmap_min_addr;
	struct own_thp thp;
	bool writable;
	struct mutex lock;
	u64 seat;
	u64 counted;
};

extern struct vkernel_plugin own_plugin;

/**
 * own_init() - find what the kernel keeps to itself
 *
 * Context: before anything else of this file.
 * Return: 0 or a negative errno, after saying why.
 */
int own_init(void);

/* The callbacks of the plugin. */
void *own_create(struct vkernel *vk);
void own_destroy(void *state);
size_t own_memory(void *state);
void own_placed(void *state, u32 id, bool nested);
void own_joins(void *state, struct mm_struct *mm);

/* The host's own mode, as it is now. */
int own_host_mode(void);

/* The state of a vkernel, or NULL. Under RCU, which protects it. */
static inline struct own *own_of(const struct vkernel *vk)
{
	return vkernel_state(vk, &own_plugin);
}

/**
 * own_nearest() - the innermost vkernel that has the plugin
 * @vk: a vkernel, or NULL: itself, or one around it.
 *
 * Context: any, under RCU.
 * Return: its state, or NULL.
 */
struct own *own_nearest(struct vkernel *vk);

/**
 * own_ceiling() - what the limit of a vkernel is, or would be in %POLICY_NEVER
 * @own: its state.
 *
 * Context: any.
 * Return: pages.
 */
unsigned long own_ceiling(const struct own *own);

/**
 * own_limit() - how much a vkernel may be promised
 * @own: its state.
 *
 * Context: any.
 * Return: pages; LONG_MAX if its mode knows no limit.
 */
long own_limit(const struct own *own);

/**
 * own_take() - promise pages, if all vkernels concerned have room
 * @vk: the vkernel they are for, or NULL; those around it count too.
 * @pages: how many.
 *
 * Context: any, under RCU.
 * Return: 0, or -ENOMEM, and then nothing was counted.
 */
int own_take(struct vkernel *vk, long pages);

/**
 * own_count() - pages were promised or given back, which cannot be refused
 * @vk: the vkernel they are for, or NULL; those around it count too.
 * @pages: how many; negative if given back.
 *
 * Context: any, under RCU.
 */
static inline void own_count(struct vkernel *vk, long pages)
{
	struct own *own;

	for (; vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		if (own)
			atomic_long_add(pages, &own->committed);
	}
}

/* A vkernel is about to have %POLICY_ALWAYS. Any context. */
void own_allow_lifting(void);

/**
 * own_lifts() - does a vkernel lift the host's refusal of the obvious?
 * @vk: the vkernel, or NULL.
 *
 * Context: any, under RCU.
 * Return: true if its own mode is %POLICY_ALWAYS and no vkernel around it
 * guesses.
 */
bool own_lifts(struct vkernel *vk);

/**
 * own_is_strict() - is a vkernel, or one around it, in %POLICY_NEVER?
 * @vk: the vkernel, or NULL.
 *
 * Context: any, under RCU.
 * Return: true if so.
 */
bool own_is_strict(struct vkernel *vk);

#endif /* MM_OWN_H */
