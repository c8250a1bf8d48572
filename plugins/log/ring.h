/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own log: one ring of records for everybody, read only.
 */
#ifndef LOG_RING_H
#define LOG_RING_H

#include <linux/linkage.h>
#include <linux/wait.h>

#include "compat.h"

/* No record's text is longer: LOG_LINE_MAX and PRINTKRB_RECORD_MAX. */
#define RING_TEXT 1024

/* The ring, and who sleeps until there is more in it. */
extern struct ring *ring;
extern wait_queue_head_t *ring_wait;

/**
 * ring_init() - find the ring, and look whether it is as we know it
 *
 * Return: 0, or a negative errno after a line in the log.
 */
int ring_init(void);

/* The kernel's own functions. Any context. */
asmlinkage bool ring_read(struct ring *ring, u64 seq, struct ring_record *r);
asmlinkage bool ring_read_info(struct ring *ring, u64 seq,
			       struct ring_info *info, unsigned int *lines);
asmlinkage u64 ring_first(struct ring *ring);
asmlinkage u64 ring_next(struct ring *ring);
asmlinkage u32 ring_size(void);

/**
 * ring_time() - does the kernel print times?
 */
bool ring_time(void);

/**
 * ring_writable() - does /dev/kmsg take records at all (printk.devkmsg=)?
 */
bool ring_writable(void);

/**
 * ring_allowed() - may this be done, as far as security modules have a say?
 * @type: the action of syslog(2).
 *
 * Return: 0 or a negative errno.
 */
int ring_allowed(int type);

#endif /* LOG_RING_H */
