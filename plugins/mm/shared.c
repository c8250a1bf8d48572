// SPDX-License-Identifier: GPL-2.0
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <uapi/linux/falloc.h>

#include "compat.h"
#include "foreign.h"
#include "own.h"
#include "shared.h"
#include "wrapper.h"

VKERNEL_GUARD_OFFSETS

static void __used shared_offsets(void)
{
	asm volatile(
		".set .Lowner, %c0\n"
		:
		: "i"(COMPAT_HOLE_STATE ?
			      (long)COMPAT_HOLE_STATE :
			      (long)COMPAT_HOLE_EVICTION -
				      (long)offsetof(struct shmem_inode_info,
						     vfs_inode)));
	asm volatile(".set .Lmapping_host, %c0\n"
		     ".set .Lshmem_flags, %c1\n"
		     ".set .Lshmem_noreserve, %c2\n"
		     :
		     : "i"(offsetof(struct address_space, host)),
		       "i"((long)offsetof(struct shmem_inode_info, flags) -
			   (long)offsetof(struct shmem_inode_info, vfs_inode)),
		       "i"(VM_NORESERVE));
}

/* The object in %rdi, or the current task, has to do with a vkernel. */
#define SHARED_GUARD(stub)          \
	VKERNEL_GUARD_KEY(stub)     \
	"	cmpl $0, .Lowner(%rdi)\n" \
	"	jne 1f\n" VKERNEL_GUARD(stub) "1:\n"

/* The mapping in %rsi is that of an object of a fixed size. */
#define SHARED_GUARD_FIXED(stub)                           \
	VKERNEL_GUARD_KEY(stub)                            \
	"	mov .Lmapping_host(%rsi), %rax\n"                \
	"	testl $.Lshmem_noreserve, .Lshmem_flags(%rax)\n" \
	"	jne " __stringify(stub) "\n"

/* Promised when it is made, for its size, and not page by page. */
static bool is_fixed(struct inode *inode)
{
	return !(SHMEM_I(inode)->flags & VM_NORESERVE);
}

static struct vkernel *owner_of(const struct inode *inode)
{
	return vkernel_lookup(READ_ONCE(*compat_owner((struct inode *)inode)));
}

/* An object of the host's is of interest from now on, by an id nobody has. */
static bool remember(struct inode *inode, const struct own *own, long pages)
{
	if (!READ_ONCE(*compat_owner(inode)))
		WRITE_ONCE(*compat_owner(inode), VKERNEL_SLOTS);
	return foreign_add(inode, READ_ONCE(own->id), owner_of(inode), pages);
}

/*
 * Pages were promised to the vkernel of the current mm, which may be a kernel
 * thread's for a while. If that is not the owner they stay promised to it: it
 * was asked whether it has room. What the host adds is the owner's.
 */
static void grow(struct inode *inode, long pages)
{
	struct vkernel *owner, *here = NULL;
	struct own *own;

	rcu_read_lock();
	owner = owner_of(inode);
	if (current->mm)
		here = vkernel_of_mm(current->mm);
	own = own_nearest(here);
	if (!own ||
	    (own != own_nearest(owner) && !remember(inode, own, pages))) {
		own_count(here, -pages);
		own_count(owner, pages);
	}
	rcu_read_unlock();
}

/* Pages were given back, by whoever it was, and taken from current's. */
static void shrink(struct inode *inode, long pages)
{
	rcu_read_lock();
	own_count(vkernel_current(), pages);
	own_count(owner_of(inode), -foreign_take(inode, pages));
	rcu_read_unlock();
}

/* --- An object is made ---------------------------------------------------- */

asmlinkage struct inode *original_shared_made(unsigned long a, unsigned long b,
					      unsigned long c, unsigned long d,
					      unsigned long e, unsigned long f);
asmlinkage struct inode *shared_made(unsigned long a, unsigned long b,
				     unsigned long c, unsigned long d,
				     unsigned long e, unsigned long f);

static u32 current_id(void)
{
	struct own *own;
	u32 id;

	rcu_read_lock();
	own = own_nearest(vkernel_current());
	id = own ? READ_ONCE(own->id) : 0;
	rcu_read_unlock();
	return id;
}

/*
 * The host's objects are marked too: the hole may hold what an object that lay
 * here before had. All arguments are passed on; not every kernel has six. It
 * sleeps for memory only.
 */
asmlinkage __visible struct inode *shared_made(unsigned long a, unsigned long b,
					       unsigned long c, unsigned long d,
					       unsigned long e, unsigned long f)
{
	struct inode *inode = original_shared_made(a, b, c, d, e, f);

	if (!IS_ERR_OR_NULL(inode)) {
		WRITE_ONCE(*compat_owner(inode), current_id());
		foreign_forget(inode);
	}
	return inode;
}

HOOKCORE_ORIGINAL(original_shared_made);
WRAPPER(vkernel_shared_made, shared_made,
	VKERNEL_GUARD_KEY(original_shared_made));

/* --- An object of a fixed size -------------------------------------------- */

asmlinkage bool shared_evict(struct hookcore_args *args);

asmlinkage __visible bool shared_evict(struct hookcore_args *args)
{
	struct inode *inode = (struct inode *)args->arg[0];

	if (is_fixed(inode))
		shrink(inode, PAGE_ALIGN(inode->i_size) >> PAGE_SHIFT);
	return true;
}

asmlinkage long original_shared_evict(void);
HOOKCORE_ORIGINAL(original_shared_evict);
HOOKCORE_DECIDER(vkernel_shared_evict, shared_evict, original_shared_evict,
		 SHARED_GUARD(original_shared_evict));

/*
 * That it changes its size nobody could follow: at its end the kernel gives
 * back what its size is then, whatever it was promised. Hardly anybody can do
 * it: only through /proc/PID/map_files, with capabilities in the host's user
 * namespace.
 */
static bool is_kept(struct inode *inode)
{
	bool concerned;

	if (!is_fixed(inode))
		return false;
	rcu_read_lock();
	concerned = vkernel_current() || owner_of(inode);
	rcu_read_unlock();
	return concerned;
}

asmlinkage bool shared_resize(struct hookcore_args *args);

asmlinkage __visible bool shared_resize(struct hookcore_args *args)
{
	struct inode *inode = d_inode((struct dentry *)args->arg[1]);
	const struct iattr *attr = (const struct iattr *)args->arg[2];

	args->ret = -EPERM;
	return !(attr->ia_valid & ATTR_SIZE) ||
	       attr->ia_size == i_size_read(inode) || !is_kept(inode);
}

asmlinkage long original_shared_resize(void);
HOOKCORE_ORIGINAL(original_shared_resize);
HOOKCORE_DECIDER(vkernel_shared_resize, shared_resize, original_shared_resize,
		 VKERNEL_GUARD_KEY(original_shared_resize));

asmlinkage bool shared_allocate(struct hookcore_args *args);

asmlinkage __visible bool shared_allocate(struct hookcore_args *args)
{
	struct inode *inode = file_inode((struct file *)args->arg[0]);
	loff_t end = args->arg[2] + args->arg[3];

	args->ret = -EPERM;
	return args->arg[1] & FALLOC_FL_KEEP_SIZE ||
	       end <= i_size_read(inode) || !is_kept(inode);
}

asmlinkage long original_shared_allocate(void);
HOOKCORE_ORIGINAL(original_shared_allocate);
HOOKCORE_DECIDER(vkernel_shared_allocate, shared_allocate,
		 original_shared_allocate,
		 VKERNEL_GUARD_KEY(original_shared_allocate));

asmlinkage bool shared_write(struct hookcore_args *args);

asmlinkage __visible bool shared_write(struct hookcore_args *args)
{
	struct inode *inode = ((struct address_space *)args->arg[1])->host;
	loff_t end = args->arg[2] + (u32)args->arg[3];

	args->ret = -EPERM;
	return end <= i_size_read(inode) || !is_kept(inode);
}

asmlinkage long original_shared_write(void);
HOOKCORE_ORIGINAL(original_shared_write);
HOOKCORE_DECIDER(vkernel_shared_write, shared_write, original_shared_write,
		 SHARED_GUARD_FIXED(original_shared_write));

/* --- Page by page, where one function promises and one gives back --------- */

/*
 * Since commit 3c1b7528d896 ("shmem: move spinlock into shmem_recalc_inode() to
 * fix quota support"). What is promised may be given back before a page is in
 * the object. It sleeps for memory and quotas only.
 */
asmlinkage int original_shared_grown(struct inode *inode, long pages);
asmlinkage int shared_grown(struct inode *inode, long pages);

asmlinkage __visible int shared_grown(struct inode *inode, long pages)
{
	int err = original_shared_grown(inode, pages);

	if (!err && !is_fixed(inode))
		grow(inode, pages);
	return err;
}

HOOKCORE_ORIGINAL(original_shared_grown);
WRAPPER(vkernel_shared_grown, shared_grown,
	SHARED_GUARD(original_shared_grown));

asmlinkage bool shared_shrunk(struct hookcore_args *args);

asmlinkage __visible bool shared_shrunk(struct hookcore_args *args)
{
	struct inode *inode = (struct inode *)args->arg[0];

	if (!is_fixed(inode))
		shrink(inode, args->arg[1]);
	return true;
}

asmlinkage long original_shared_shrunk(void);
HOOKCORE_ORIGINAL(original_shared_shrunk);
HOOKCORE_DECIDER(vkernel_shared_shrunk, shared_shrunk, original_shared_shrunk,
		 SHARED_GUARD(original_shared_shrunk));

/* --- Page by page, before ------------------------------------------------- */

asmlinkage int original_shared_added(struct folio *folio,
				     struct address_space *mapping,
				     pgoff_t index, void *expected, gfp_t gfp,
				     struct mm_struct *mm);
asmlinkage int shared_added(struct folio *folio, struct address_space *mapping,
			    pgoff_t index, void *expected, gfp_t gfp,
			    struct mm_struct *mm);

/*
 * A page that comes back from swap, which is expected there, was never given
 * back. It sleeps for memory only.
 */
asmlinkage __visible int shared_added(struct folio *folio,
				      struct address_space *mapping,
				      pgoff_t index, void *expected, gfp_t gfp,
				      struct mm_struct *mm)
{
	int err =
		original_shared_added(folio, mapping, index, expected, gfp, mm);

	if (!err && !expected && !is_fixed(mapping->host))
		grow(mapping->host, folio_nr_pages(folio));
	return err;
}

HOOKCORE_ORIGINAL(original_shared_added);
WRAPPER(vkernel_shared_added, shared_added,
	VKERNEL_GUARD_KEY(original_shared_added));

asmlinkage void original_shared_recalc(struct inode *inode);
asmlinkage void shared_recalc(struct inode *inode);

/*
 * The caller holds info->lock, which keeps alloced to us: what it loses was
 * given back.
 */
asmlinkage __visible void shared_recalc(struct inode *inode)
{
	struct shmem_inode_info *info = SHMEM_I(inode);
	unsigned long before = info->alloced;

	original_shared_recalc(inode);
	if (before != info->alloced && !is_fixed(inode))
		shrink(inode, before - info->alloced);
}

HOOKCORE_ORIGINAL(original_shared_recalc);
WRAPPER(vkernel_shared_recalc, shared_recalc,
	SHARED_GUARD(original_shared_recalc));

asmlinkage bool original_shared_charge(struct inode *inode, long pages);
asmlinkage bool shared_charge(struct inode *inode, long pages);

asmlinkage __visible bool shared_charge(struct inode *inode, long pages)
{
	bool charged = original_shared_charge(inode, pages);

	if (charged && !is_fixed(inode))
		grow(inode, pages);
	return charged;
}

HOOKCORE_ORIGINAL(original_shared_charge);
WRAPPER(vkernel_shared_charge, shared_charge,
	SHARED_GUARD(original_shared_charge));

asmlinkage long original_shared_uncharge(void);
HOOKCORE_ORIGINAL(original_shared_uncharge);
HOOKCORE_DECIDER(vkernel_shared_uncharge, shared_shrunk,
		 original_shared_uncharge,
		 SHARED_GUARD(original_shared_uncharge));

/* --- Which of them -------------------------------------------------------- */

/* clang-format off */
#define SHARED_HOOK(function, name)                                            \
	{                                                                      \
		.symbol = function,                                            \
		.handler = vkernel_shared_##name,                              \
		.original = original_shared_##name,                            \
		.owner = THIS_MODULE,                                          \
	}

static const struct hookcore_hook always[] = {
	SHARED_HOOK("shmem_evict_inode", evict),
	SHARED_HOOK("shmem_setattr", resize),
	SHARED_HOOK("shmem_fallocate", allocate),
	SHARED_HOOK("shmem_write_begin", write),
};

static const struct hookcore_hook since[] = {
	SHARED_HOOK("shmem_inode_acct_blocks", grown),
	SHARED_HOOK("shmem_inode_unacct_blocks", shrunk),
};

static const struct hookcore_hook before[] = {
	SHARED_HOOK("shmem_add_to_page_cache", added),
	SHARED_HOOK("shmem_recalc_inode", recalc),
	SHARED_HOOK("shmem_charge", charge),
	SHARED_HOOK("shmem_uncharge", uncharge),
};

static const struct hookcore_hook made[] = {
	SHARED_HOOK("shmem_get_inode", made),
	/* Where tmpfs has quotas. */
	SHARED_HOOK("__shmem_get_inode", made),
};
/* clang-format on */

static size_t add(struct hookcore_hook *hooks, size_t count,
		  const struct hookcore_hook *more, size_t number)
{
	memcpy(hooks + count, more, number * sizeof(*more));
	return count + number;
}

size_t shared_hooks(struct hookcore_hook *hooks)
{
	bool quotas = hookcore_symbol("__shmem_get_inode");
	size_t count = 0;

	count = add(hooks, count, always, ARRAY_SIZE(always));
	count = add(hooks, count, &made[quotas], 1);
	if (COMPAT_SHMEM_BLOCKS)
		return add(hooks, count, since, ARRAY_SIZE(since));
	return add(hooks, count, before, ARRAY_SIZE(before));
}
