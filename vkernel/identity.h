/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose mm is this? The stamp in an mm, and when it is written.
 */
#ifndef VKERNEL_IDENTITY_H
#define VKERNEL_IDENTITY_H

#include "vkernel.h"

/**
 * identity_ledger() - check the stamps' place and find the ledger
 * @init_mm: the kernel's own mm, never copied by a fork: its stamp is unused
 *	and outlives vkernel.ko, so the numbering is kept there.
 * @mm: an mm of user space.
 *
 * Context: any.
 * Return: the ledger for instance_init(), NULL if something else wrote to
 * @mm's stamp: the hole is not a hole.
 */
u32 *identity_ledger(struct mm_struct *init_mm, const struct mm_struct *mm);

/**
 * identity_stamp() - give a new program to its vkernel
 * @mm: the program's mm, used by nobody else yet.
 * @ns: the pid namespace it starts in.
 *
 * Context: any; does not sleep.
 */
void identity_stamp(struct mm_struct *mm, struct pid_namespace *ns);

#endif /* VKERNEL_IDENTITY_H */
