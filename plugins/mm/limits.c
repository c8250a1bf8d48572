// SPDX-License-Identifier: GPL-2.0
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mman.h>
#include <uapi/linux/shm.h>

#include "hookcore.h"
#include "limits.h"
#include "own.h"

/* Has anybody had one? Read by assembly, and never taken back. */
int limits_there __visible;

void limits_wanted(void)
{
	WRITE_ONCE(limits_there, 1);
}

#define LIMITS_DECIDER(name) \
	asmlinkage bool limit_##name(struct hookcore_args *args);
LIMITS_FUNCTIONS(LIMITS_DECIDER)

/* --- Promises ------------------------------------------------------------- */

static bool current_is_strict(void)
{
	bool strict;

	rcu_read_lock();
	strict = own_is_strict(vkernel_current());
	rcu_read_unlock();
	return strict;
}

/* hugetlb reserves its own pages; there the flag means what it says. */
static bool is_hugetlb(const struct file *file)
{
	return file && file_inode(file)->i_sb->s_magic == HUGETLBFS_MAGIC;
}

/* --- Areas ---------------------------------------------------------------- */

/* Of all vkernels around the task, the lowest; UINT_MAX: the host's only. */
static unsigned int most_areas(void)
{
	unsigned int most = UINT_MAX, own_most;
	struct vkernel *vk;
	struct own *own;

	rcu_read_lock();
	for (vk = vkernel_current(); vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		own_most = own ? READ_ONCE(own->max_map_count) : 0;
		if (own_most)
			most = min(most, own_most);
	}
	rcu_read_unlock();
	return most;
}

/* May there be @more areas than there are? The kernel asks the same here. */
static bool has_room(struct hookcore_args *args, unsigned int more)
{
	args->ret = -ENOMEM;
	return (unsigned int)current->mm->map_count + more <= most_areas();
}

asmlinkage __visible bool limit_do_mmap(struct hookcore_args *args)
{
	unsigned long *flags = &args->arg[4];

	if (*flags & MAP_NORESERVE && current_is_strict() &&
	    !is_hugetlb((const struct file *)args->arg[0]))
		*flags &= ~MAP_NORESERVE;
	return has_room(args, 0);
}

asmlinkage __visible bool limit___split_vma(struct hookcore_args *args)
{
	return has_room(args, 1);
}

asmlinkage __visible bool limit_do_brk_flags(struct hookcore_args *args)
{
	return has_room(args, 0);
}

asmlinkage __visible bool limit_move_vma(struct hookcore_args *args)
{
	return has_room(args, 4);
}

/* --- System V's shared memory --------------------------------------------- */

/* struct ipc_params, of ipc/util.h. */
struct new_segment {
	key_t key;
	int flags;
};

asmlinkage __visible bool limit_newseg(struct hookcore_args *args)
{
	struct new_segment *segment = (struct new_segment *)args->arg[1];

	if (segment->flags & SHM_NORESERVE && !(segment->flags & SHM_HUGETLB) &&
	    current_is_strict())
		segment->flags &= ~SHM_NORESERVE;
	return true;
}

/* --- The lowest address --------------------------------------------------- */

/*
 * Only higher than the host's, which is asked as well; and no capability lifts
 * it.
 */
static unsigned long lowest(void)
{
	unsigned long address = 0;
	struct vkernel *vk;
	struct own *own;

	rcu_read_lock();
	for (vk = vkernel_current(); vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		if (own)
			address = max(address, READ_ONCE(own->mmap_min_addr));
	}
	rcu_read_unlock();
	return address;
}

asmlinkage __visible bool limit_cap_mmap_addr(struct hookcore_args *args)
{
	args->ret = -EPERM;
	return args->arg[0] >= lowest();
}

/* --- The hooks ------------------------------------------------------------ */

VKERNEL_GUARD_OFFSETS

/* clang-format off */
#define LIMITS_GUARD(stub)                                                     \
	"	cmpl $0, limits_there(%rip)\n"                                 \
	"	je " __stringify(stub) "\n"                                    \
	VKERNEL_GUARD(stub)
/* clang-format on */

#define LIMITS_HANDLER(name)                                                  \
	HOOKCORE_ORIGINAL(original_mm_##name);                                \
	HOOKCORE_DECIDER(vkernel_mm_##name, limit_##name, original_mm_##name, \
			 LIMITS_GUARD(original_mm_##name));
LIMITS_FUNCTIONS(LIMITS_HANDLER)
