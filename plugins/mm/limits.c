// SPDX-License-Identifier: GPL-2.0
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mman.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/spinlock.h>
#include <asm/syscall.h>
#include <uapi/linux/shm.h>

#include "hookcore.h"
#include "limits.h"
#include "own.h"

/*
 * The strictest that anybody ever had. Read by assembly; written while a
 * vkernel's settings are, which is seldom.
 */
bool limits_any_strict __visible;
unsigned int limits_least_areas __visible = INT_MAX;
unsigned long limits_highest_address __visible;
static DEFINE_SPINLOCK(limits_lock);

void limits_strict(void)
{
	WRITE_ONCE(limits_any_strict, true);
}

/* Of one that is not armed nobody has been held to what it was before. */
void limits_areas(struct own *own, unsigned int most)
{
	const unsigned int none = UINT_MAX;
	unsigned int once = most ?: none;

	spin_lock(&limits_lock);
	if (READ_ONCE(own->id))
		once = max3(once, own->max_map_count ?: none, own->areas_once);
	WRITE_ONCE(own->areas_once, once);
	WRITE_ONCE(own->max_map_count, most);
	if (most)
		WRITE_ONCE(limits_least_areas, min(most, limits_least_areas));
	spin_unlock(&limits_lock);
}

void limits_address(unsigned long lowest)
{
	spin_lock(&limits_lock);
	WRITE_ONCE(limits_highest_address, max(lowest, limits_highest_address));
	spin_unlock(&limits_lock);
}

#define LIMITS_DECIDER(name, kind) \
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

	preempt_disable();
	for (vk = vkernel_current(); vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		if (own)
			address = max(address, READ_ONCE(own->mmap_min_addr));
	}
	preempt_enable();
	return address;
}

asmlinkage __visible bool limit_cap_mmap_addr(struct hookcore_args *args)
{
	args->ret = -EPERM;
	return args->arg[0] >= lowest();
}

/* --- Areas ---------------------------------------------------------------- */

/*
 * Of all vkernels around the task, the lowest, as it is or as it was once;
 * UINT_MAX: the host's only.
 */
static unsigned int most_areas(bool once)
{
	unsigned int most = UINT_MAX, own_most;
	struct vkernel *vk;
	struct own *own;

	preempt_disable();
	for (vk = vkernel_current(); vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		if (!own)
			continue;
		own_most = once ? READ_ONCE(own->areas_once) :
				  READ_ONCE(own->max_map_count);
		if (own_most)
			most = min(most, own_most);
	}
	preempt_enable();
	return most;
}

/* The most that has_room() is asked for. */
#define LIMITS_MORE 4
/* mremap() by the 32-bit door: arch/x86/entry/syscalls/syscall_32.tbl. */
#define LIMITS_IA32_MREMAP 163

/* May there be @more areas than there are? The kernel asks the same here. */
static bool has_room(struct hookcore_args *args, unsigned int more, bool once)
{
	args->ret = -ENOMEM;
	return (unsigned int)current->mm->map_count + more <= most_areas(once);
}

/* In mremap(), by any door. */
static bool is_mremap(void)
{
	long nr = syscall_get_nr(current, current_pt_regs());

	if (in_ia32_syscall())
		return nr == LIMITS_IA32_MREMAP;
	return (nr & ~__X32_SYSCALL_BIT) == __NR_mremap;
}

/*
 * Is an area cut that has been moved? What is moved to where the kernel likes
 * has become larger: else it stays, and is cut without a move. Where the caller
 * says the place, what was there before is cut, too, and what is too much of
 * the old one, but then there is nothing else at that place.
 */
static bool is_moved(const struct vm_area_struct *vma)
{
	const struct vm_area_struct *copy;
	unsigned long args[6];

	if (!is_mremap())
		return false;
	syscall_get_arguments(current, current_pt_regs(), args);
	if (!(args[3] & MREMAP_FIXED))
		return args[2] > args[1];
	copy = find_vma(current->mm, args[4]);
	return copy && copy->vm_start <= args[4] && copy != vma;
}

asmlinkage __visible bool limit_do_mmap(struct hookcore_args *args)
{
	unsigned long *flags = &args->arg[4], least;

	/* A hint is raised, as the kernel raises it to the host's. */
	if (args->arg[1] && args->arg[1] < READ_ONCE(limits_highest_address) &&
	    !(*flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))) {
		least = PAGE_ALIGN(lowest());
		args->arg[1] = max(args->arg[1], least);
	}
	if (*flags & MAP_NORESERVE && current_is_strict() &&
	    !is_hugetlb((const struct file *)args->arg[0]))
		*flags &= ~MAP_NORESERVE;
	return has_room(args, 0, false);
}

/*
 * Who moves an area has asked for what he cuts, in copy_vma(). Should the limit
 * have been lowered since, and the cut fail, the kernel would keep for ever
 * what the area was promised (6.1 mm/mremap.c, move_vma()). So there counts the
 * highest that it can have been then.
 */
asmlinkage __visible bool limit___split_vma(struct hookcore_args *args)
{
	const struct vm_area_struct *vma = (void *)args->arg[1];

	return has_room(args, 1, false) ||
	       (is_moved(vma) && has_room(args, 1, true));
}

asmlinkage __visible bool limit_do_brk_flags(struct hookcore_args *args)
{
	return has_room(args, 0, false);
}

/* --- Growing in place ----------------------------------------------------- */

asmlinkage int mm_anon_vma_prepare(struct vm_area_struct *vma);
HOOKCORE_IMPORT(mm_anon_vma_prepare);

int limits_init(void)
{
	static const struct hookcore_import imports[] = {
		{ "__anon_vma_prepare", mm_anon_vma_prepare },
	};

	return hookcore_import(imports, ARRAY_SIZE(imports));
}

/* An area that ends at @end, is not accounted, and may be asked to grow. */
static struct vm_area_struct *find_unaccounted(unsigned long start,
					       unsigned long end)
{
	const unsigned long others = VM_DONTEXPAND | VM_PFNMAP | VM_ACCOUNT;
	struct vm_area_struct *vma = find_vma(current->mm, start);

	if (!vma || vma->vm_start > start || vma->vm_end != end ||
	    vma->vm_flags & others)
		return NULL;
	return vma;
}

static bool copies_anon_vma(const struct vm_area_struct *vma,
			    const struct vm_area_struct *next,
			    unsigned long new_end)
{
	return next && next->vm_start == new_end && next->anon_vma &&
	       !vma->anon_vma && !(vma->vm_flags & VM_SHARED);
}

/*
 * If an area that is not accounted fails to grow in place, mremap() takes back
 * what it would have had promised, and never has; of any size, by anybody (6.1
 * mm/mremap.c, vma_merge() and vm_unacct_memory()). One that cannot be merged
 * (VM_MIXEDMAP: a mapped TCP socket) always fails: here the answer is the same,
 * before that. One that meets the next one as it grows gets that one's anon_vma
 * in a copy, for which its memory cgroup may have no room: with one of its own
 * it needs none, and stays apart. It sleeps for memory only; the kernel holds
 * mmap_lock for writing.
 */
static bool grows(unsigned long start, unsigned long end, unsigned long new_end)
{
	struct vm_area_struct *vma = find_unaccounted(start, end), *next;

	if (!vma || new_end <= end || new_end > TASK_SIZE)
		return true;
	next = find_vma(current->mm, end);
	/* It is moved, or grows without being merged. */
	if ((next && next->vm_start < new_end) ||
	    (vma->vm_ops && vma->vm_ops->close))
		return true;
	if (vma->vm_flags & VM_SPECIAL)
		return false;
	return !copies_anon_vma(vma, next, new_end) ||
	       !mm_anon_vma_prepare(vma);
}

/*
 * What nobody has touched could be merged with its own copy beside it, and what
 * is cut then would not look like what has been moved: with an anon_vma it
 * keeps its page offsets, and stays apart.
 */
static bool stays_apart(struct vm_area_struct *vma, unsigned long copy,
			unsigned long size)
{
	if (!vma_is_anonymous(vma) || vma->anon_vma ||
	    (copy != vma->vm_end && copy + size != vma->vm_start))
		return true;
	return !mm_anon_vma_prepare(vma);
}

/* Moving asks for the most, and takes NULL for -ENOMEM. */
asmlinkage __visible bool limit_copy_vma(struct hookcore_args *args)
{
	struct vm_area_struct **vma = (struct vm_area_struct **)args->arg[0];
	bool has = has_room(args, LIMITS_MORE, false) &&
		   stays_apart(*vma, args->arg[1], args->arg[2]);

	args->ret = 0;
	return has;
}

asmlinkage __visible bool limit_vma_to_resize(struct hookcore_args *args)
{
	unsigned long start = args->arg[0];

	/* To another place it can. */
	if (args->arg[3] & (MREMAP_FIXED | MREMAP_DONTUNMAP))
		return true;
	args->ret = -ENOMEM;
	return grows(start, start + args->arg[1], start + args->arg[2]);
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

/* --- The hooks ------------------------------------------------------------ */

VKERNEL_GUARD_OFFSETS

static void __used limits_offsets(void)
{
	asm volatile(".set .Llimits_map_count, %c0\n"
		     ".set .Llimits_none, %c1\n"
		     :
		     : "i"(offsetof(struct mm_struct, map_count)),
		       "i"(INT_MAX));
}

/* clang-format off */
/* The mm in %rax: are there so many areas that somebody's limit is near? */
#define LIMITS_NEAR(stub)                                                      \
	"	mov .Llimits_map_count(%rax), %eax\n"                          \
	"	add $" __stringify(LIMITS_MORE) ", %eax\n"                     \
	"	cmp limits_least_areas(%rip), %eax\n"                          \
	"	jbe " __stringify(stub) "\n"

#define LIMITS_GUARD_AREAS(stub)                                               \
	"	cmpl $.Llimits_none, limits_least_areas(%rip)\n"               \
	"	je " __stringify(stub) "\n"                                    \
	VKERNEL_GUARD(stub)                                                    \
	LIMITS_NEAR(stub)

#define LIMITS_GUARD_STRICT(stub)                                              \
	"	cmpb $0, limits_any_strict(%rip)\n"                            \
	"	je " __stringify(stub) "\n"                                    \
	VKERNEL_GUARD(stub)

#define LIMITS_GUARD_ADDRESS(stub)                                             \
	"	cmp limits_highest_address(%rip), %rdi\n"                      \
	"	jae " __stringify(stub) "\n"                                   \
	VKERNEL_GUARD(stub)

#define LIMITS_GUARD_RESIZE(stub) VKERNEL_GUARD(stub)

/* A hint, NULL is none, below the highest that anybody ever had? */
#define LIMITS_GUARD_MMAP(stub)                                                \
	"	lea -1(%rsi), %rax\n"                                          \
	"	cmp limits_highest_address(%rip), %rax\n"                      \
	"	jb 2f\n"                                                       \
	"	test $" __stringify(MAP_NORESERVE) ", %r8d\n"                  \
	"	je 1f\n"                                                       \
	"	cmpb $0, limits_any_strict(%rip)\n"                            \
	"	jne 2f\n"                                                      \
	"1:\n"                                                                \
	LIMITS_GUARD_AREAS(stub)                                               \
	"	jmp 3f\n"                                                      \
	"2:\n"                                                                \
	VKERNEL_GUARD(stub)                                                    \
	"3:\n"
/* clang-format on */

#define LIMITS_HANDLER(name, kind)                                            \
	HOOKCORE_ORIGINAL(original_mm_##name);                                \
	HOOKCORE_DECIDER(vkernel_mm_##name, limit_##name, original_mm_##name, \
			 LIMITS_GUARD_##kind(original_mm_##name));
LIMITS_FUNCTIONS(LIMITS_HANDLER)
