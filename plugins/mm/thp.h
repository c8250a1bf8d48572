/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Huge pages by the settings of the vkernel that an mm belongs to.
 *
 * The kernel's global settings are the union of the host's and those of armed
 * vkernels; each decision is narrowed by the mm. See docs/architecture.md.
 */
#ifndef MM_THP_H
#define MM_THP_H

#include "huge.h"
#include "own.h"

struct hookcore_hook;

/* The most hooks that thp_hooks() asks for. */
#define THP_HOOKS 3

/**
 * thp_init() - find what the kernel keeps to itself
 *
 * Context: before anything else of this file; process context, sleeps.
 * Return: 0 or a negative errno, after saying why.
 */
int thp_init(void);

/**
 * thp_is_there() - has this machine huge pages?
 *
 * If not, settings have no effect, there are no hooks, and nothing is counted.
 *
 * Context: any, after thp_init().
 * Return: true if so.
 */
bool thp_is_there(void);

/**
 * thp_has_sizes() - has the kernel a setting for each size?
 *
 * Context: any, after thp_init().
 * Return: true if so.
 */
bool thp_has_sizes(void);

/**
 * thp_hooks() - the hooks wanted
 * @hooks: where to, room for %THP_HOOKS.
 *
 * Return: how many.
 */
size_t thp_hooks(struct hookcore_hook *hooks);

/**
 * thp_start() - take over the host's settings
 *
 * Context: the hooks are in, also those of sysfs.c; process context, sleeps.
 * Return: 0 or a negative errno.
 */
int thp_start(void);

/**
 * thp_is_taken() - are the host's settings kept here?
 *
 * If not, who writes them writes the kernel's globals.
 *
 * Context: any.
 * Return: true if so.
 */
bool thp_is_taken(void);

/**
 * thp_is_special() - are the kernel's globals other than the host's settings?
 *
 * Context: any.
 * Return: true if they may be.
 */
bool thp_is_special(void);

/**
 * thp_settle() - wait until the globals are the host's own again
 *
 * And until no page fault is under way that saw something else.
 *
 * Context: no vkernel has the plugin; before the hooks go; process context,
 * sleeps.
 */
void thp_settle(void);

/**
 * thp_stop() - the inverse of thp_start(), also if that failed
 *
 * Context: the hooks are gone; process context, sleeps.
 */
void thp_stop(void);

/* Where the plugin's callbacks for a vkernel say so: see own.c. */
void thp_own_init(struct own *own);
void thp_placed(struct own *own, u32 id);

/**
 * thp_apply() - settings of a vkernel were changed
 *
 * Context: process context, sleeps: khugepaged may be started or stopped.
 * Return: 0, or a negative errno if khugepaged could not be started.
 */
int thp_apply(void);

/*
 * thp_enabled(), thp_sizes(): the settings of @vk in effect, the host's for
 * NULL. thp_defrag(): the innermost, %HUGE_DEFRAG_INHERIT if there is none.
 * Under RCU.
 */
enum huge_enabled thp_enabled(struct vkernel *vk);
union huge_sizes thp_sizes(struct vkernel *vk);
enum huge_defrag thp_defrag(struct vkernel *vk);

/**
 * thp_set_host_enabled() - the host has written to its file
 * @enabled: what.
 *
 * Context: process context, sleeps.
 * Return: as thp_apply().
 */
int thp_set_host_enabled(enum huge_enabled enabled);

/**
 * thp_set_host_rule() - the host has written to its file of a size
 * @order: which.
 * @rule: what.
 *
 * Context: process context, sleeps.
 * Return: as thp_apply().
 */
int thp_set_host_rule(unsigned int order, enum huge_rule rule);

#endif /* MM_THP_H */
