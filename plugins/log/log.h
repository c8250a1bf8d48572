/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The log of one vkernel: which records of the kernel's ring are its own, and
 * how far it is with them.
 */
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "limit.h"
#include "quota.h"
#include "ring.h"
#include "vkernel.h"

struct dentry;

extern struct vkernel_plugin log_plugin;

/**
 * struct place - where in a log a reader is
 * @seq: the kernel's number of the next record that it will look at.
 * @number: the container's number of the next record that it will be shown.
 */
struct place {
	u64 seq;
	u64 number;
};

/**
 * struct log - the plugin's state for one vkernel
 * @ref: the vkernel's, and one for each open file and each call that reads.
 * @id: the vkernel's id while it is armed, else 0. Records carry it.
 * @last_id: the last one other than 0: what the host looks for.
 * @all: mode "all": what its tasks make the kernel say, whatever it is about.
 * @restricted: dmesg_restrict.
 * @records: how many its tasks caused since it was armed.
 * @visible: those of them that it may see.
 * @dropped: what it wanted to write and was not written.
 * @limits: its shares in the kernel's limits on lines.
 * @quota: what it may write to /dev/kmsg.
 * @lock: protects what follows.
 * @start: where in the ring its log begins.
 * @clear: where READ_ALL begins.
 * @head: up to where in the ring its records were counted.
 * @count: how many those were: the next one's number.
 * @read: where READ and /proc/kmsg are.
 * @partial: bytes of that record that were read.
 * @time: were they with the time?
 * @console_level: what it believes the console's level to be.
 * @saved_level: what that was before CONSOLE_OFF, or -1.
 * @enlisted: in the list of all logs.
 * @vk: whose it is; until its destroy.
 * @folder: its folder in debugfs.
 */
struct log {
	struct kref ref;
	u32 id;
	u32 last_id;
	bool all;
	bool restricted;
	atomic64_t records;
	atomic64_t visible;
	atomic64_t dropped;
	struct limit limits[LIMITS];
	struct quota quota;
	struct mutex lock;
	u64 start;
	u64 clear;
	u64 head;
	u64 count;
	struct place read;
	size_t partial;
	bool time;
	int console_level;
	int saved_level;
	struct list_head enlisted;
	const struct vkernel *vk;
	struct dentry *folder;
};

/**
 * log_nearest() - the log of the current task's vkernel
 * @id: becomes the id that it has now, never 0 where there is one.
 *
 * Of those around it that have this plugin, and know whose they are, the
 * innermost.
 *
 * Context: task context, inside an RCU read-side critical section, which
 * protects the result.
 * Return: the log, NULL for the host's.
 */
static inline struct log *log_nearest(u32 *id)
{
	struct vkernel *vk;
	struct log *log;

	/*
	 * A log without an id is passed over: it has been made, and is about to
	 * be told whose it is, or is about to go. Until then the one around it
	 * counts.
	 */
	for (vk = vkernel_current(); vk; vk = vkernel_parent(vk)) {
		log = vkernel_state(vk, &log_plugin);
		*id = log ? READ_ONCE(log->id) : 0;
		if (*id)
			return log;
	}
	return NULL;
}

/**
 * log_get_nearest() - the same, with a reference
 * @id: becomes the id that it has now, never 0.
 *
 * Context: task context.
 * Return: the log, for log_put(), or NULL.
 */
struct log *log_get_nearest(u32 *id);

/**
 * log_put() - drop a reference
 * @log: the log, or NULL.
 *
 * Context: any in which memory can be freed.
 */
void log_put(struct log *log);

/**
 * log_may() - may the current task do this to its log?
 * @log: the log.
 * @type: the action of syslog(2).
 *
 * Return: 0 or a negative errno.
 */
int log_may(const struct log *log, int type);

/**
 * log_charge() - a record was written to /dev/kmsg
 * @log: the writer's log.
 * @length: bytes of text.
 *
 * Takes it from its quota, and from that of each one around it.
 *
 * Context: as log_nearest(), by which @log was found; where printk() is.
 */
void log_charge(struct log *log, size_t length);

/**
 * log_may_write() - has the current task any quota left?
 *
 * Its vkernel, and each one around it; else a record counts as dropped. To be
 * asked where log_charge() found nothing left.
 *
 * Context: task context.
 */
bool log_may_write(void);

/**
 * log_set_quota() - change the quota
 * @log: the log.
 * @burst: bytes at once, 0 for no limit.
 * @rate: bytes a second.
 */
void log_set_quota(struct log *log, u32 burst, u32 rate);

/**
 * log_number_at() - the number that a container's record has for it
 * @log: the log.
 * @seq: where in the ring.
 *
 * Context: under @log->lock, may sleep.
 * Return: the number of its first record at or behind @seq.
 */
u64 log_number_at(struct log *log, u64 seq);

/* The plugin's callbacks: see struct vkernel_plugin. */
void *log_create(struct vkernel *vk);
void log_placed(void *state, u32 id, bool nested);
void log_destroy(void *state);
size_t log_memory(void *state);

/**
 * log_name() - the name of the vkernel that has an id, or had it last
 * @id: the id.
 * @name: where to, or "" if nobody knows.
 * @size: bytes there.
 *
 * Context: process context, sleeps.
 */
void log_name(u32 id, char *name, size_t size);

#endif /* LOG_LOG_H */
