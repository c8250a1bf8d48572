// SPDX-License-Identifier: GPL-2.0
#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/hashtable.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "foreign.h"
#include "own.h"

/**
 * struct share - what one vkernel has added to one object
 * @node: in the table, by the object.
 * @inode: the object; compared only.
 * @id: the vkernel, which may be gone.
 * @owned: another vkernel owned the object, not the host, when it was made.
 * @pages: how many.
 */
struct share {
	struct hlist_node node;
	const struct inode *inode;
	u32 id;
	bool owned;
	long pages;
};

/*
 * Protects the table and all in it. Taken with interrupts off: objects' own
 * locks, which are held around it, are taken so.
 */
static DEFINE_SPINLOCK(shares_lock);
static DEFINE_HASHTABLE(shares, 8);
/* Without any, which is the rule, nobody takes the lock. */
static atomic_t share_count = ATOMIC_INIT(0);

static struct share *find(const struct inode *inode, u32 id)
{
	struct share *share;

	lockdep_assert_held(&shares_lock);
	hash_for_each_possible(shares, share, node, (unsigned long)inode)
		if (share->inode == inode && share->id == id)
			return share;
	return NULL;
}

static void drop(struct share *share)
{
	lockdep_assert_held(&shares_lock);
	hash_del(&share->node);
	atomic_dec(&share_count);
	kfree(share);
}

/* Under the lock, so that of two that come at once one finds the other's. */
static struct share *make(const struct inode *inode, u32 id, bool owned)
{
	struct share *share =
		kzalloc(sizeof(*share), GFP_ATOMIC | __GFP_NOWARN);

	if (!share)
		return NULL;
	share->inode = inode;
	share->id = id;
	share->owned = owned;
	hash_add(shares, &share->node, (unsigned long)inode);
	atomic_inc(&share_count);
	return share;
}

bool foreign_add(const struct inode *inode, u32 id, bool owned, long pages)
{
	struct share *share;
	unsigned long flags;

	spin_lock_irqsave(&shares_lock, flags);
	share = find(inode, id) ?: make(inode, id, owned);
	if (share)
		share->pages += pages;
	spin_unlock_irqrestore(&shares_lock, flags);
	return share;
}

long foreign_take(const struct inode *inode, long pages)
{
	const unsigned long key = (unsigned long)inode;
	struct hlist_node *next;
	struct share *share;
	unsigned long flags;
	long taken;

	if (!atomic_read(&share_count))
		return pages;
	spin_lock_irqsave(&shares_lock, flags);
	hash_for_each_possible_safe(shares, share, next, node, key) {
		if (share->inode != inode)
			continue;
		taken = min(pages, share->pages);
		own_count(vkernel_lookup(share->id), -taken);
		share->pages -= taken;
		pages -= taken;
		if (!share->pages)
			drop(share);
	}
	spin_unlock_irqrestore(&shares_lock, flags);
	return pages;
}

void foreign_forget(const struct inode *inode)
{
	const unsigned long key = (unsigned long)inode;
	struct hlist_node *next;
	struct share *share;
	unsigned long flags;

	if (!atomic_read(&share_count))
		return;
	spin_lock_irqsave(&shares_lock, flags);
	hash_for_each_possible_safe(shares, share, next, node, key) {
		if (share->inode == inode)
			drop(share);
	}
	spin_unlock_irqrestore(&shares_lock, flags);
}

void foreign_leave(u32 id)
{
	struct hlist_node *next;
	struct share *share;
	unsigned int bucket;

	/* For the vkernel; the lock is the same as elsewhere. */
	rcu_read_lock();
	spin_lock_irq(&shares_lock);
	hash_for_each_safe(shares, bucket, next, share, node) {
		if (share->id != id || share->owned)
			continue;
		own_count(vkernel_lookup(id), -share->pages);
		drop(share);
	}
	spin_unlock_irq(&shares_lock);
	rcu_read_unlock();
}

void foreign_exit(void)
{
	struct hlist_node *next;
	struct share *share;
	unsigned int bucket;

	spin_lock_irq(&shares_lock);
	hash_for_each_safe(shares, bucket, next, share, node)
		drop(share);
	spin_unlock_irq(&shares_lock);
}
