// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/syslog.h>
#include <linux/uaccess.h>

#include "format.h"
#include "hookcore.h"
#include "syslog.h"
#include "view.h"
#include "vkernel.h"

/* A record, and what it looks like. */
struct page_of_log {
	struct ring_info info;
	struct ring_record record;
	char text[RING_TEXT];
	char out[FORMAT_SIZE];
};

static struct page_of_log *new_page(void)
{
	struct page_of_log *page = kmalloc(sizeof(*page), GFP_KERNEL);

	if (!page)
		return NULL;
	page->record = (struct ring_record){
		.info = &page->info,
		.text = page->text,
		.size = sizeof(page->text),
	};
	return page;
}

/* --- READ ----------------------------------------------------------------- */

static enum view_result next_to_read(struct log *log, u32 id,
				     struct ring_record *record)
{
	u64 before = log->read.number;
	enum view_result result;

	do {
		result = view_next(log, id, &log->read, record);
	} while (result == VIEW_LOST);
	/* What was read of a record that is gone says nothing of another. */
	if (log->read.number != before)
		log->partial = 0;
	return result;
}

/*
 * What goes to the reader next: @skip bytes into page->out, at most @size.
 * With @whole nothing is begun that does not fit.
 */
static size_t take(struct log *log, u32 id, struct page_of_log *page,
		   size_t size, bool whole, size_t *skip)
{
	size_t bytes = 0;

	mutex_lock(&log->lock);
	if (next_to_read(log, id, &page->record) != VIEW_FOUND)
		goto unlock;
	/* A line that was begun with the time ends so. */
	if (!log->partial)
		log->time = ring_time();
	*skip = log->partial;
	bytes = format_syslog(page->out, &page->info, page->text, true,
			      log->time);
	bytes -= min(bytes, log->partial);
	if (bytes <= size) {
		view_pass(&log->read);
		log->partial = 0;
	} else if (whole) {
		bytes = 0;
	} else {
		bytes = size;
		log->partial += size;
	}
unlock:
	mutex_unlock(&log->lock);
	return bytes;
}

static int take_all(struct log *log, u32 id, struct page_of_log *page,
		    char __user *to, int size)
{
	size_t bytes, skip;
	int done = 0;

	while (done < size) {
		bytes = take(log, id, page, size - done, done, &skip);
		if (!bytes)
			break;
		if (copy_to_user(to + done, page->out + skip, bytes))
			return done ?: -EFAULT;
		done += bytes;
	}
	return done;
}

int syslog_read(struct log *log, u32 id, char __user *to, int size)
{
	struct page_of_log *page = new_page();
	int done = 0;

	if (!page)
		return -ENOMEM;
	/* Another reader may have been quicker. */
	while (!done && READ_ONCE(log->id) == id) {
		done = view_wait(log, id, &log->read);
		if (!done)
			done = take_all(log, id, page, to, size);
	}
	kfree(page);
	return done;
}

bool syslog_ready(struct log *log, u32 id)
{
	struct ring_info info;
	struct ring_record record = { .info = &info };
	bool ready;

	mutex_lock(&log->lock);
	ready = next_to_read(log, id, &record) != VIEW_END;
	mutex_unlock(&log->lock);
	return ready;
}

/* --- READ_ALL, READ_CLEAR ------------------------------------------------- */

/* Where those begin of which, to the end, all fit into @size. */
static u64 fitting(u32 id, u64 from, size_t size, bool time)
{
	struct ring_info info;
	struct ring_record record = { .info = &info };
	size_t bytes = 0;
	unsigned int lines;
	u64 seq, end;

	for (seq = from; view_own(id, &seq, &record, &lines); seq++)
		bytes += format_syslog_size(&info, lines, time);
	end = seq;
	/* New ones may come meanwhile, which were not counted. */
	for (seq = from;
	     bytes > size && view_own(id, &seq, &record, &lines) && seq < end;
	     seq++)
		bytes -= format_syslog_size(&info, lines, time);
	return seq;
}

static int read_all(struct log *log, u32 id, char __user *to, int size,
		    bool clear)
{
	struct page_of_log *page = new_page();
	bool time = ring_time();
	unsigned int lines;
	size_t bytes;
	int done = 0;
	u64 seq;

	if (!page)
		return -ENOMEM;
	seq = fitting(id, READ_ONCE(log->clear), size, time);
	for (; view_own(id, &seq, &page->record, &lines); seq++) {
		bytes = format_syslog(page->out, &page->info, page->text, true,
				      time);
		if (done + bytes > size)
			break;
		if (copy_to_user(to + done, page->out, bytes)) {
			done = -EFAULT;
			break;
		}
		done += bytes;
	}
	if (clear)
		WRITE_ONCE(log->clear, seq);
	kfree(page);
	return done;
}

/* --- The others ----------------------------------------------------------- */

static int unread(struct log *log, u32 id)
{
	struct ring_info info;
	struct ring_record record = { .info = &info };
	unsigned int lines;
	size_t bytes = 0;
	bool time;
	u64 seq;

	mutex_lock(&log->lock);
	if (next_to_read(log, id, &record) == VIEW_FOUND) {
		time = log->partial ? log->time : ring_time();
		seq = log->read.seq;
		for (; view_own(id, &seq, &record, &lines); seq++) {
			bytes += format_syslog_size(&info, lines, time);
			time = ring_time();
		}
		bytes -= min(bytes, log->partial);
	}
	mutex_unlock(&log->lock);
	return bytes;
}

/* The console is the host's: a container's level is a number it gets back. */
static int set_level(struct log *log, int type, int level)
{
	int least = minimum_console_loglevel;

	mutex_lock(&log->lock);
	if (type == SYSLOG_ACTION_CONSOLE_OFF) {
		if (log->saved_level < 0)
			log->saved_level = log->console_level;
		log->console_level = least;
	} else if (type == SYSLOG_ACTION_CONSOLE_LEVEL) {
		log->console_level = max(level, least);
		log->saved_level = -1;
	} else if (log->saved_level >= 0) {
		log->console_level = log->saved_level;
		log->saved_level = -1;
	}
	mutex_unlock(&log->lock);
	return 0;
}

static int transfer(struct log *log, u32 id, int type, char __user *to,
		    int size)
{
	if (!to || size < 0)
		return -EINVAL;
	if (!size)
		return 0;
	if (!access_ok(to, size))
		return -EFAULT;
	if (type == SYSLOG_ACTION_READ)
		return syslog_read(log, id, to, size);
	return read_all(log, id, to, size, type == SYSLOG_ACTION_READ_CLEAR);
}

static int act(struct log *log, u32 id, int type, char __user *to, int size)
{
	switch (type) {
	case SYSLOG_ACTION_CLOSE:
	case SYSLOG_ACTION_OPEN:
		return 0;
	case SYSLOG_ACTION_READ:
	case SYSLOG_ACTION_READ_ALL:
	case SYSLOG_ACTION_READ_CLEAR:
		return transfer(log, id, type, to, size);
	case SYSLOG_ACTION_CLEAR:
		WRITE_ONCE(log->clear, ring_next(ring));
		return 0;
	case SYSLOG_ACTION_CONSOLE_LEVEL:
		if (size < 1 || size > 8)
			return -EINVAL;
		fallthrough;
	case SYSLOG_ACTION_CONSOLE_OFF:
	case SYSLOG_ACTION_CONSOLE_ON:
		return set_level(log, type, size);
	case SYSLOG_ACTION_SIZE_UNREAD:
		return unread(log, id);
	case SYSLOG_ACTION_SIZE_BUFFER:
		return ring_size();
	}
	return -EINVAL;
}

/* --- The hook ------------------------------------------------------------- */

asmlinkage bool syslog_decide(struct hookcore_args *args);

/*
 * /proc/kmsg is another hook's: what comes here from there reads a file that
 * the host opened. READ sleeps in here; view_wait() ends when the vkernel does.
 */
asmlinkage __visible bool syslog_decide(struct hookcore_args *args)
{
	int type = args->arg[0], err;
	struct log *log;
	u32 id;

	if ((int)args->arg[3] == SYSLOG_FROM_PROC)
		return true;
	log = log_get_nearest(&id);
	if (!log)
		return true;
	err = log_may(log, type);
	if (!err)
		err = act(log, id, type, (char __user *)args->arg[1],
			  (int)args->arg[2]);
	args->ret = err;
	log_put(log);
	return false;
}

HOOKCORE_ORIGINAL(original_do_syslog);
VKERNEL_GUARD_OFFSETS
HOOKCORE_DECIDER(vkernel_do_syslog, syslog_decide, original_do_syslog,
		 VKERNEL_GUARD(original_do_syslog));
