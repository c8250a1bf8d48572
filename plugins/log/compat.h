/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's ring of log records, as far as this plugin looks into it. No
 * public header has it: the layout is that of kernel/printk/printk_ringbuffer.h
 * since commit f35efc78add6 ("printk: remove dict ring", 5.10). ring_init()
 * compares it with what the running kernel tells crash tools about itself.
 */
#ifndef LOG_COMPAT_H
#define LOG_COMPAT_H

#include <linux/dev_printk.h>
#include <linux/types.h>

/* What the kernel calls struct printk_info. */
struct ring_info {
	u64 seq;
	u64 ts_nsec;
	u16 text_len;
	u8 facility;
	u8 flags : 5;
	u8 level : 3;
	u32 caller_id;
	struct dev_printk_info dev_info;
};

/* In @flags: the text goes on a line that was begun before. */
#define RING_CONT 8

/* struct printk_record */
struct ring_record {
	struct ring_info *info;
	char *text;
	unsigned int size;
};

/* struct printk_ringbuffer, the beginning of its first member */
struct ring {
	unsigned int count_bits;
	void *descs;
	struct ring_info *infos;
};

/* struct prb_reserved_entry */
struct ring_entry {
	struct ring *ring;
	unsigned long irqflags;
	unsigned long id;
	unsigned int text_space;
};

#endif /* LOG_COMPAT_H */
