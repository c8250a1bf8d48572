/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose record is it? A table beside the kernel's ring, with as many places.
 */
#ifndef LOG_RECORD_H
#define LOG_RECORD_H

#include <linux/linkage.h>
#include <linux/types.h>

/**
 * enum record_whose - what is known of a record
 * @RECORD_HOST: the host's.
 * @RECORD_HIDDEN: caused by a task of a container, which is not to see it.
 * @RECORD_OWN: the container's.
 * @RECORD_GONE: a newer one is in its place by now.
 */
enum record_whose {
	RECORD_HOST,
	RECORD_HIDDEN,
	RECORD_OWN,
	RECORD_GONE
};

/**
 * record_init() - make the table
 *
 * Return: 0 or -ENOMEM.
 */
int record_init(void);

/**
 * record_exit() - free it
 *
 * The hooks are gone.
 */
void record_exit(void);

/**
 * record_ask() - whose record is it?
 * @seq: its number in the kernel's ring, where a reader has seen it.
 * @id: becomes the id of the vkernel, 0 for the host.
 *
 * Context: any.
 */
enum record_whose record_ask(u64 seq, u32 *id);

/**
 * record_is_own() - as record_ask(), for one container
 * @seq: the record.
 * @id: the vkernel.
 *
 * Return: %RECORD_OWN, %RECORD_GONE, or for all others %RECORD_HOST.
 */
enum record_whose record_is_own(u64 seq, u32 id);

/* The hooks on prb_commit() and prb_final_commit(). */
asmlinkage void vkernel_prb_commit(void);
asmlinkage void vkernel_prb_final_commit(void);
asmlinkage long original_prb_commit(void);
asmlinkage long original_prb_final_commit(void);

#endif /* LOG_RECORD_H */
