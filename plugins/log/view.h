/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ring as a container sees it: its own records, numbered from 0.
 */
#ifndef LOG_VIEW_H
#define LOG_VIEW_H

#include "log.h"

/**
 * enum view_result - what a reader comes upon
 * @VIEW_FOUND: a record of its own.
 * @VIEW_END: no more, for now.
 * @VIEW_LOST: records of its own were overwritten before it read them; its
 *	place is behind them now.
 * @VIEW_CLOSED: the container is no more.
 */
enum view_result {
	VIEW_FOUND,
	VIEW_END,
	VIEW_LOST,
	VIEW_CLOSED
};

/**
 * view_next() - find the next record
 * @log: the log.
 * @id: the id it had when the reader came.
 * @place: where the reader is; moves on to the record, not behind it.
 * @record: takes the record; without a @text only what is known of it.
 *
 * Context: under @log->lock, may sleep: the ring can be long.
 */
enum view_result view_next(struct log *log, u32 id, struct place *place,
			   struct ring_record *record);

/**
 * view_pass() - go on behind the record that was found
 * @place: where the reader is.
 */
static inline void view_pass(struct place *place)
{
	place->seq++;
	place->number++;
}

/**
 * view_go() - go elsewhere
 * @log: the log.
 * @place: the reader's.
 * @seq: where to.
 *
 * Context: under @log->lock.
 */
void view_go(struct log *log, struct place *place, u64 seq);

/**
 * view_wait() - sleep until there is a record
 * @log: the log.
 * @id: the id it had when the reader came.
 * @place: where the reader is. Others may move it meanwhile.
 *
 * Context: process context, sleeps; not under @log->lock.
 * Return: 0: there is one, or was, or none will come; -ERESTARTSYS.
 */
int view_wait(struct log *log, u32 id, struct place *place);

/**
 * view_own() - find the next record, whatever became of others
 * @id: the vkernel.
 * @seq: where to begin; becomes the record's number in the kernel's ring.
 * @record: as for view_next().
 * @lines: becomes its number of lines, if there is no @text.
 *
 * Context: process context, may sleep.
 * Return: whether there is one.
 */
bool view_own(u32 id, u64 *seq, struct ring_record *record,
	      unsigned int *lines);

#endif /* LOG_VIEW_H */
