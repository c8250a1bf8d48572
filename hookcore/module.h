/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Modules that come and go: those that targets are in, and owners of hooks.
 */
#ifndef HOOKCORE_MODULE_H
#define HOOKCORE_MODULE_H

#include <linux/types.h>

struct hookcore_hook;
struct module;

/**
 * module_is_there() - may a hook be installed in the module of its target?
 * @hook: a hook whose symbol is ``module:function``.
 *
 * Context: under hook_mutex, so that no module comes or goes unnoticed.
 */
bool module_is_there(const struct hookcore_hook *hook);

/**
 * module_pin() - keep a module whose text is to be looked at
 * @module: the module. While it is coming a reference keeps nothing: if its
 *	init function fails it is freed whoever holds one. Then it is pinned
 *	only where its loader waits for us meanwhile.
 *
 * Context: under hook_mutex, with preemption off. module_put() lets it go, if
 * it was coming before hook_mutex is released.
 * Return: whether it is pinned.
 */
bool module_pin(struct module *module);

/**
 * module_leads_into() - does something in a table of a module lead into text?
 * @first: the text's first byte; the module that it lies in is asked.
 * @last: its last byte.
 * @in_table: looks through the table; preemption is off.
 *
 * Return: false also if the text lies in no module.
 */
bool module_leads_into(unsigned long first, unsigned long last,
		       bool (*in_table)(const struct module *module,
					unsigned long first,
					unsigned long last));

/**
 * module_init_watch() - start watching modules
 *
 * Return: 0 or a negative errno.
 */
int module_init_watch(void);

/**
 * module_exit_watch() - undo module_init_watch(); no hook is left
 */
void module_exit_watch(void);

#endif /* HOOKCORE_MODULE_H */
