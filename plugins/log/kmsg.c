// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/poll.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/syslog.h>
#include <linux/uio.h>

#include "format.h"
#include "hookcore.h"
#include "kmsg.h"
#include "syslog.h"
#include "view.h"
#include "vkernel.h"

/**
 * struct kmsg_file - a file that shows a container's log
 * @hashed: in the table of files.
 * @node: in the list of them.
 * @file: the file. It cannot go before its release was called.
 * @log: the log it shows, whoever reads; a reference.
 * @id: the id that was the container's.
 * @proc: it is /proc/kmsg.
 * @place: of /dev/kmsg, where its readers are; under @log->lock.
 * @rcu: for freeing it, when no search comes by any more.
 */
struct kmsg_file {
	struct rhash_head hashed;
	struct list_head node;
	struct file *file;
	struct log *log;
	u32 id;
	bool proc;
	struct place place;
	struct rcu_head rcu;
};

/*
 * By the address of the file: in its private_data the kernel has its own, which
 * it follows when we are gone. Searches take no lock, and are as quick whatever
 * number of files a container opens: the host's accesses come by here.
 */
static struct rhashtable files;

/* Nobody chooses addresses of files: what is quick is good enough. */
static u32 hash_file(const void *key, u32 length, u32 seed)
{
	return hash_64(*(const u64 *)key ^ seed, 32);
}

static const struct rhashtable_params files_params = {
	.hashfn = hash_file,
	.key_len = sizeof(struct file *),
	.key_offset = offsetof(struct kmsg_file, file),
	.head_offset = offsetof(struct kmsg_file, hashed),
	.automatic_shrinking = true,
};

/* All of them. Under files_lock, outside of which a file's f_lock is taken. */
static LIST_HEAD(all_files);
static DEFINE_SPINLOCK(files_lock);

/* How many there are: without any the hooks are a jump. Under files_lock. */
extern unsigned int kmsg_files;
unsigned int kmsg_files;

/* The plugin goes: nobody opens another one. Written under files_lock. */
static bool closing;

/* The caller has the file open: what is found stays. */
static struct kmsg_file *find_file(struct file *file)
{
	return rhashtable_lookup_fast(&files, &file, files_params);
}

static void forget_file(struct kmsg_file *kmsg)
{
	rhashtable_remove_fast(&files, &kmsg->hashed, files_params);
	log_put(kmsg->log);
	kfree_rcu(kmsg, rcu);
}

static bool enlist_file(struct kmsg_file *kmsg)
{
	bool enlisted;

	spin_lock(&files_lock);
	enlisted = !closing;
	if (enlisted) {
		list_add(&kmsg->node, &all_files);
		kmsg_files++;
	}
	spin_unlock(&files_lock);
	return enlisted;
}

static void drop_file(struct kmsg_file *kmsg)
{
	spin_lock(&files_lock);
	list_del(&kmsg->node);
	kmsg_files--;
	spin_unlock(&files_lock);
	forget_file(kmsg);
}

/*
 * io_uring asks for FMODE_READ only, and do_dentry_open() derives
 * FMODE_CAN_READ from it. By FMODE_READ put_file_access() knows what is to be
 * counted down.
 */
static void make_unreadable(struct file *file)
{
	spin_lock(&file->f_lock);
	if ((file->f_mode & (FMODE_READ | FMODE_WRITE)) == FMODE_READ)
		i_readcount_dec(file_inode(file));
	file->f_mode &= ~(FMODE_READ | FMODE_CAN_READ);
	spin_unlock(&file->f_lock);
}

void kmsg_close_all(void)
{
	struct kmsg_file *kmsg;

	spin_lock(&files_lock);
	WRITE_ONCE(closing, true);
	spin_unlock(&files_lock);
	/*
	 * Behind ->open() do_dentry_open() writes f_mode a few times more,
	 * without a lock and without sleeping. Whoever came in before is
	 * through by now.
	 */
	synchronize_rcu_tasks();
	spin_lock(&files_lock);
	list_for_each_entry(kmsg, &all_files, node)
		make_unreadable(kmsg->file);
	spin_unlock(&files_lock);
}

void kmsg_forget_all(void)
{
	struct kmsg_file *kmsg, *next;

	list_for_each_entry_safe(kmsg, next, &all_files, node)
		drop_file(kmsg);
	rhashtable_destroy(&files);
}

int kmsg_init(void)
{
	return rhashtable_init(&files, &files_params);
}

/* --- open, release -------------------------------------------------------- */

/*
 * The kernel's own part of /dev/kmsg. What it asks of a reader has been asked,
 * of this container's log and not of the host's: it is told of a writer. Nobody
 * else has the file yet.
 */
static int open_device(struct inode *inode, struct file *file)
{
	unsigned int flags = file->f_flags;
	int err;

	file->f_flags = (flags & ~O_ACCMODE) | O_WRONLY;
	err = original_devkmsg_open(inode, file);
	file->f_flags = flags;
	return err;
}

static int open_for(struct file *file, struct log *log, u32 id, bool proc)
{
	struct kmsg_file *kmsg = kzalloc(sizeof(*kmsg), GFP_KERNEL_ACCOUNT);
	int err;

	if (!kmsg)
		return -ENOMEM;
	*kmsg = (struct kmsg_file){
		.file = file,
		.log = log,
		.id = id,
		.proc = proc,
	};
	kref_get(&log->ref);
	mutex_lock(&log->lock);
	view_go(log, &kmsg->place, ring_first(ring));
	mutex_unlock(&log->lock);
	err = rhashtable_insert_fast(&files, &kmsg->hashed, files_params);
	if (err)
		goto put_log;
	if (enlist_file(kmsg))
		return 0;
	forget_file(kmsg);
	return -ENODEV;

put_log:
	log_put(log);
	kfree(kmsg);
	return err;
}

static int try_open(struct inode *inode, struct file *file, struct log *log,
		    u32 id, bool proc)
{
	int type = proc ? SYSLOG_ACTION_OPEN : SYSLOG_ACTION_READ_ALL;
	int err = 0;

	if (!proc && !ring_writable())
		return -EPERM;
	if (file->f_mode & FMODE_READ)
		err = log_may(log, type);
	if (!err && !proc)
		err = open_device(inode, file);
	if (err)
		return err;
	err = open_for(file, log, id, proc);
	if (err && !proc)
		original_devkmsg_release(inode, file);
	return err;
}

static bool decide_open(struct hookcore_args *args, bool proc)
{
	struct log *log;
	u32 id;

	log = log_get_nearest(&id);
	if (!log)
		return true;
	args->ret = try_open((struct inode *)args->arg[0],
			     (struct file *)args->arg[1], log, id, proc);
	log_put(log);
	return false;
}

#define KMSG_DECIDE(name)                                          \
	asmlinkage bool decide_##name(struct hookcore_args *args); \
	asmlinkage __visible bool decide_##name(struct hookcore_args *args)

KMSG_DECIDE(devkmsg_open)
{
	return decide_open(args, false);
}

KMSG_DECIDE(kmsg_open)
{
	return decide_open(args, true);
}

static bool decide_release(struct hookcore_args *args)
{
	struct kmsg_file *kmsg = find_file((struct file *)args->arg[1]);

	if (kmsg)
		drop_file(kmsg);
	return true;
}

KMSG_DECIDE(devkmsg_release)
{
	return decide_release(args);
}

KMSG_DECIDE(kmsg_release)
{
	return decide_release(args);
}

/* --- read ----------------------------------------------------------------- */

/* A record, and what it looks like. */
struct kmsg_page {
	struct ring_info info;
	char text[RING_TEXT];
	char out[FORMAT_SIZE];
};

/*
 * Two readers of one file never get the same record, nor any that is not its
 * own: to find one and to go on behind it is one step.
 */
static enum view_result take(struct kmsg_file *kmsg, struct kmsg_page *page,
			     size_t *bytes)
{
	struct ring_record record = {
		.info = &page->info,
		.text = page->text,
		.size = sizeof(page->text),
	};
	struct log *log = kmsg->log;
	enum view_result result;

	mutex_lock(&log->lock);
	result = view_next(log, kmsg->id, &kmsg->place, &record);
	if (result == VIEW_FOUND) {
		*bytes = format_kmsg(page->out, &page->info, page->text,
				     kmsg->place.number);
		view_pass(&kmsg->place);
	}
	mutex_unlock(&log->lock);
	return result;
}

static ssize_t wait_and_take(struct kmsg_file *kmsg, struct kmsg_page *page,
			     size_t *bytes)
{
	bool sleeps = !(kmsg->file->f_flags & O_NONBLOCK);
	int err = 0;

	while (!err) {
		switch (take(kmsg, page, bytes)) {
		case VIEW_FOUND:
			return 0;
		case VIEW_LOST:
			return -EPIPE;
		case VIEW_CLOSED:
			*bytes = 0;
			return 0;
		case VIEW_END:
			err = sleeps ? view_wait(kmsg->log, kmsg->id,
						 &kmsg->place) :
				       -EAGAIN;
		}
	}
	return err;
}

/*
 * readv() and io_uring ask once whether a file can be read, and come back for
 * each segment that was filled. Who was in here, asleep in a page fault, when
 * kmsg_close_all() made the file unreadable would come back to the kernel's own
 * function: an error ends that.
 */
static ssize_t unless_closing(ssize_t ret)
{
	return READ_ONCE(closing) ? -EBADF : ret;
}

static ssize_t read_device(struct kmsg_file *kmsg, char __user *to, size_t size)
{
	struct kmsg_page *page = kmalloc(sizeof(*page), GFP_KERNEL);
	size_t bytes = 0;
	ssize_t ret;

	if (!page)
		return -ENOMEM;
	ret = wait_and_take(kmsg, page, &bytes);
	if (!ret && bytes > size)
		ret = -EINVAL;
	if (!ret && copy_to_user(to, page->out, bytes))
		ret = -EFAULT;
	kfree(page);
	return ret ?: bytes;
}

KMSG_DECIDE(devkmsg_read)
{
	struct kmsg_file *kmsg = find_file((struct file *)args->arg[0]);

	if (!kmsg)
		return true;
	args->ret = unless_closing(
		read_device(kmsg, (char __user *)args->arg[1], args->arg[2]));
	return false;
}

static ssize_t read_proc(struct kmsg_file *kmsg, char __user *to, size_t size)
{
	if (kmsg->file->f_flags & O_NONBLOCK &&
	    !syslog_ready(kmsg->log, kmsg->id))
		return -EAGAIN;
	if (!size)
		return 0;
	return syslog_read(kmsg->log, kmsg->id, to,
			   min_t(size_t, size, INT_MAX));
}

KMSG_DECIDE(kmsg_read)
{
	struct kmsg_file *kmsg = find_file((struct file *)args->arg[0]);

	if (!kmsg)
		return true;
	args->ret = unless_closing(
		read_proc(kmsg, (char __user *)args->arg[1], args->arg[2]));
	return false;
}

/* --- poll, llseek --------------------------------------------------------- */

static __poll_t poll_device(struct kmsg_file *kmsg)
{
	struct ring_info info;
	struct ring_record record = { .info = &info };
	struct place place;
	enum view_result result;

	mutex_lock(&kmsg->log->lock);
	/* That something was lost is for the reader to be told. */
	place = kmsg->place;
	result = view_next(kmsg->log, kmsg->id, &place, &record);
	if (result == VIEW_END)
		kmsg->place = place;
	mutex_unlock(&kmsg->log->lock);
	switch (result) {
	case VIEW_FOUND:
		return EPOLLIN | EPOLLRDNORM;
	case VIEW_LOST:
		return EPOLLIN | EPOLLRDNORM | EPOLLERR | EPOLLPRI;
	case VIEW_CLOSED:
		return EPOLLIN | EPOLLRDNORM | EPOLLHUP;
	default:
		return 0;
	}
}

static __poll_t poll_proc(struct kmsg_file *kmsg)
{
	return syslog_ready(kmsg->log, kmsg->id) ? EPOLLIN | EPOLLRDNORM : 0;
}

static bool decide_poll(struct hookcore_args *args)
{
	struct file *file = (struct file *)args->arg[0];
	struct kmsg_file *kmsg = find_file(file);

	if (!kmsg)
		return true;
	poll_wait(file, ring_wait, (poll_table *)args->arg[1]);
	args->ret = (__force unsigned long)(kmsg->proc ? poll_proc(kmsg) :
							 poll_device(kmsg));
	return false;
}

KMSG_DECIDE(devkmsg_poll)
{
	return decide_poll(args);
}

KMSG_DECIDE(kmsg_poll)
{
	return decide_poll(args);
}

static long seek(struct kmsg_file *kmsg, long offset, unsigned int whence)
{
	struct log *log = kmsg->log;
	long ret = 0;

	if (offset)
		return -ESPIPE;
	mutex_lock(&log->lock);
	switch (whence) {
	case SEEK_SET:
		view_go(log, &kmsg->place, ring_first(ring));
		break;
	case SEEK_DATA:
		view_go(log, &kmsg->place, READ_ONCE(log->clear));
		break;
	case SEEK_END:
		view_go(log, &kmsg->place, ring_next(ring));
		break;
	default:
		ret = -EINVAL;
	}
	mutex_unlock(&log->lock);
	return ret;
}

KMSG_DECIDE(devkmsg_llseek)
{
	struct kmsg_file *kmsg = find_file((struct file *)args->arg[0]);

	if (!kmsg)
		return true;
	args->ret = seek(kmsg, args->arg[1], args->arg[2]);
	return false;
}

/* --- write ---------------------------------------------------------------- */

/*
 * Whoever opened the file: what is written is the writer's, and so is the
 * quota. To the writer what is dropped is written, as in the kernel.
 */
KMSG_DECIDE(devkmsg_write)
{
	const struct iov_iter *from = (struct iov_iter *)args->arg[1];

	args->ret = iov_iter_count(from);
	/* What the kernel does not take anyway is its to refuse. */
	return !ring_writable() || args->ret > RING_TEXT || log_may_write();
}

/* --- The hooks ------------------------------------------------------------ */

VKERNEL_GUARD_OFFSETS

/* Without a file of a container. */
#define KMSG_GUARD(name)               \
	"	cmpl $0, kmsg_files(%rip)\n" \
	"	je original_" name "\n"

/* Who is not held back: the host, in slot 0, never is. */
/* clang-format off */
#define KMSG_WRITE_GUARD(stub)                                                 \
	VKERNEL_GUARD_MM(stub)                                                 \
	"	mov .Lvkernel_stamp(%rax), %eax\n"                             \
	"	and $.Lvkernel_slot_mask, %eax\n"                              \
	"	cmpb $0, log_held(%rax)\n"                                     \
	"	je " __stringify(stub) "\n"
/* clang-format on */

#define KMSG_HOOK(name, guard)              \
	HOOKCORE_ORIGINAL(original_##name); \
	HOOKCORE_DECIDER(vkernel_##name, decide_##name, original_##name, guard)

KMSG_HOOK(devkmsg_open, VKERNEL_GUARD(original_devkmsg_open));
KMSG_HOOK(devkmsg_read, KMSG_GUARD("devkmsg_read"));
KMSG_HOOK(devkmsg_write, KMSG_WRITE_GUARD(original_devkmsg_write));
KMSG_HOOK(devkmsg_llseek, KMSG_GUARD("devkmsg_llseek"));
KMSG_HOOK(devkmsg_poll, KMSG_GUARD("devkmsg_poll"));
KMSG_HOOK(devkmsg_release, KMSG_GUARD("devkmsg_release"));
KMSG_HOOK(kmsg_open, VKERNEL_GUARD(original_kmsg_open));
KMSG_HOOK(kmsg_read, KMSG_GUARD("kmsg_read"));
KMSG_HOOK(kmsg_poll, KMSG_GUARD("kmsg_poll"));
KMSG_HOOK(kmsg_release, KMSG_GUARD("kmsg_release"));
