// SPDX-License-Identifier: GPL-2.0
#include <linux/dcache.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/string.h>

#include "vkernel.h"
#include "views.h"

/* Protects the list against other writers; it is read under RCU. */
static DEFINE_MUTEX(views_mutex);
static LIST_HEAD(views);

/* --- Which view is this file? --------------------------------------------- */

static bool is_named(const struct dentry *dentry, const char *name, size_t size)
{
	return dentry->d_name.len == size &&
	       !memcmp(dentry->d_name.name, name, size);
}

/*
 * Files of /proc/sys are never renamed, and the open file keeps its dentry and
 * those above it. /proc/sys is the one folder of a proc filesystem that leads
 * here.
 */
static bool is_file(const struct dentry *dentry, const char *path)
{
	const struct dentry *folder = dentry->d_parent;
	const struct dentry *top = folder->d_parent;
	const char *name = strchr(path, '/') + 1;

	return is_named(dentry, name, strlen(name)) &&
	       is_named(folder, path, name - 1 - path) &&
	       is_named(top, "sys", 3) && IS_ROOT(top->d_parent);
}

static const struct vkernel_view *find_view(const struct dentry *dentry)
{
	const struct vkernel_view *view;

	list_for_each_entry_rcu(view, &views, node)
		if (is_file(dentry, view->path))
			return view;
	return NULL;
}

/* --- Values, under RCU ---------------------------------------------------- */

static int get(const struct vkernel_view *view, char *text)
{
	struct vkernel *vk;
	void *state;
	int size = 0;

	if (!view->get)
		return 0;
	for (vk = vkernel_current(); vk && !size; vk = vkernel_parent(vk)) {
		state = vkernel_state(vk, view->plugin);
		if (state)
			size = view->get(state, text);
	}
	return size;
}

/* The innermost state that there is, whether it has a value yet or not. */
static void *state_of(const struct vkernel_view *view)
{
	struct vkernel *vk;
	void *state = NULL;

	for (vk = vkernel_current(); vk && !state; vk = vkernel_parent(vk))
		state = vkernel_state(vk, view->plugin);
	return state;
}

static bool has_view(const struct dentry *dentry)
{
	const struct vkernel_view *view;
	bool has;

	rcu_read_lock();
	view = find_view(dentry);
	has = view && state_of(view);
	rcu_read_unlock();
	return has;
}

static int get_text(const struct dentry *dentry, char *text)
{
	const struct vkernel_view *view;
	int size;

	rcu_read_lock();
	view = find_view(dentry);
	size = view ? get(view, text) : 0;
	rcu_read_unlock();
	return size;
}

/* What went away since has_view() cannot be written any more. */
static int set_text(const struct dentry *dentry, char *text)
{
	const struct vkernel_view *view;
	void *state;
	int err = -EPERM;

	rcu_read_lock();
	view = find_view(dentry);
	state = view ? state_of(view) : NULL;
	if (state && view->set)
		err = view->set(state, text);
	rcu_read_unlock();
	return err;
}

/* --- The file ------------------------------------------------------------- */

static bool answer_read(struct kiocb *iocb, struct iov_iter *iter, ssize_t *ret)
{
	char text[VKERNEL_VIEW_SIZE];
	int size = get_text(file_dentry(iocb->ki_filp), text);
	size_t count;

	if (!size)
		return false;
	*ret = 0;
	if (iocb->ki_pos < 0 || iocb->ki_pos >= size)
		return true;
	count = min_t(size_t, size - iocb->ki_pos, iov_iter_count(iter));
	if (copy_to_iter(text + iocb->ki_pos, count, iter) < count) {
		*ret = -EFAULT;
		return true;
	}
	iocb->ki_pos += count;
	*ret = count;
	return true;
}

/* One write is the whole value: nothing is put together from several. */
static ssize_t write_text(struct kiocb *iocb, struct iov_iter *iter)
{
	size_t count = iov_iter_count(iter);
	char text[VKERNEL_VIEW_SIZE];
	int err;

	if (!count)
		return 0;
	if (iocb->ki_pos || count >= sizeof(text))
		return -EINVAL;
	if (!copy_from_iter_full(text, count, iter))
		return -EFAULT;
	text[count] = 0;
	if (strlen(text) != count)
		return -EINVAL;
	if (text[count - 1] == '\n')
		text[count - 1] = 0;
	err = set_text(file_dentry(iocb->ki_filp), text);
	if (err)
		return err;
	iocb->ki_pos += count;
	return count;
}

bool views_answer(struct kiocb *iocb, struct iov_iter *iter, bool write,
		  ssize_t *ret)
{
	struct file *file = iocb->ki_filp;

	if (list_empty(&views) || !has_view(file_dentry(file)))
		return false;
	/* As the kernel does: whoever got hold of the file may not be root. */
	*ret = file_permission(file, write ? MAY_WRITE : MAY_READ);
	if (*ret)
		return true;
	if (!write)
		return answer_read(iocb, iter, ret);
	*ret = write_text(iocb, iter);
	return true;
}

/* --- Registering ---------------------------------------------------------- */

static bool makes_sense(const struct vkernel_view *view)
{
	const char *slash = view->path ? strchr(view->path, '/') : NULL;

	return slash && slash != view->path && slash[1] &&
	       !strchr(slash + 1, '/') && view->plugin;
}

static bool is_taken(const char *path)
{
	const struct vkernel_view *view;

	list_for_each_entry(view, &views, node)
		if (!strcmp(view->path, path))
			return true;
	return false;
}

static int add(struct vkernel_view *view)
{
	lockdep_assert_held(&views_mutex);
	if (!makes_sense(view))
		return -EINVAL;
	if (is_taken(view->path))
		return -EEXIST;
	list_add_tail_rcu(&view->node, &views);
	return 0;
}

static void remove(struct vkernel_view *list, size_t count)
{
	lockdep_assert_held(&views_mutex);
	while (count--)
		list_del_rcu(&list[count].node);
	/* Pairs with the readers above: they may be in a get() or set(). */
	synchronize_rcu();
}

int vkernel_register_views(struct vkernel_view *list, size_t count)
{
	size_t i;
	int err = 0;

	mutex_lock(&views_mutex);
	for (i = 0; i < count && !err; i++)
		err = add(&list[i]);
	if (err)
		remove(list, i - 1);
	mutex_unlock(&views_mutex);
	return err;
}
EXPORT_SYMBOL_GPL(vkernel_register_views);

void vkernel_unregister_views(struct vkernel_view *list, size_t count)
{
	mutex_lock(&views_mutex);
	remove(list, count);
	mutex_unlock(&views_mutex);
}
EXPORT_SYMBOL_GPL(vkernel_unregister_views);
