/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exception tables: where a fault goes on.
 */
#ifndef HOOKCORE_FIXUP_H
#define HOOKCORE_FIXUP_H

#include <linux/types.h>

/**
 * fixup_init() - read the kernel's exception table
 *
 * Return: 0, or a negative errno after one line in the log.
 */
int fixup_init(void);

/**
 * fixup_exit() - undo fixup_init()
 */
void fixup_exit(void);

/**
 * fixup_leads_into() - does an instruction that faults go on in this text?
 * @first: its first byte.
 * @last: its last byte.
 *
 * Context: may sleep; the caller keeps the module that the text lies in.
 */
bool fixup_leads_into(unsigned long first, unsigned long last);

#endif /* HOOKCORE_FIXUP_H */
