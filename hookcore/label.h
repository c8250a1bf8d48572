/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Jump labels: where they are and where they lead.
 */
#ifndef HOOKCORE_LABEL_H
#define HOOKCORE_LABEL_H

#include <linux/types.h>

/**
 * label_init() - read the kernel's table of jump labels
 *
 * Return: 0, or a negative errno after one line in the log.
 */
int label_init(void);

/**
 * label_exit() - undo label_init()
 */
void label_exit(void);

/**
 * label_reserves() - is part of this text a jump label?
 * @first: its first byte.
 * @last: its last byte.
 *
 * Context: may sleep. Takes no lock: labels do not move.
 */
bool label_reserves(unsigned long first, unsigned long last);

/**
 * label_leads_into() - does a jump label lead into this text, switched on or
 * not?
 * @first: its first byte.
 * @last: its last byte.
 *
 * A label that is switched off is a nop: its target does not show in the code.
 *
 * Context: may sleep; the caller keeps the module that the text lies in.
 */
bool label_leads_into(unsigned long first, unsigned long last);

#endif /* HOOKCORE_LABEL_H */
