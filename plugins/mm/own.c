// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_mm: " fmt

#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>

#include "commit.h"
#include "foreign.h"
#include "hookcore.h"
#include "limits.h"
#include "own.h"
#include "thp.h"

/* As the kernel starts with. */
#define DEFAULT_RATIO 50

static const int *host_mode;
static const long *swap_pages;

asmlinkage unsigned long mm_hugetlb_total_pages(void);
HOOKCORE_IMPORT(mm_hugetlb_total_pages);

int own_init(void)
{
	static const struct hookcore_import imports[] = {
		{ "hugetlb_total_pages", mm_hugetlb_total_pages },
	};

	host_mode = (const int *)hookcore_symbol("sysctl_overcommit_memory");
	swap_pages = (const long *)hookcore_symbol("total_swap_pages");
	if (!host_mode || !swap_pages) {
		pr_err("not loaded: this kernel has no symbol %s\n",
		       host_mode ? "total_swap_pages" :
				   "sysctl_overcommit_memory");
		return -ENOENT;
	}
	if (!IS_ENABLED(CONFIG_HUGETLB_PAGE))
		return 0;
	return hookcore_import(imports, ARRAY_SIZE(imports));
}

int own_host_mode(void)
{
	return READ_ONCE(*host_mode);
}

struct own *own_nearest(struct vkernel *vk)
{
	struct own *own = NULL;

	for (; vk && !own; vk = vkernel_parent(vk))
		own = own_of(vk);
	return own;
}

/* --- Limits --------------------------------------------------------------- */

static void see_machine(struct policy_machine *machine)
{
	machine->ram = totalram_pages();
	if (IS_ENABLED(CONFIG_HUGETLB_PAGE))
		machine->ram -= mm_hugetlb_total_pages();
	machine->swap = READ_ONCE(*swap_pages);
}

/* Apart, so that nobody else pays for their place on the stack. */
static noinline unsigned long ceiling_by_ratio(const struct own *own)
{
	struct policy_machine machine;

	see_machine(&machine);
	return policy_limit(0, READ_ONCE(own->ratio), &machine);
}

static noinline bool is_obvious(long pages)
{
	struct policy_machine machine;

	see_machine(&machine);
	return policy_obvious(pages, &machine);
}

unsigned long own_ceiling(const struct own *own)
{
	unsigned long kbytes = READ_ONCE(own->kbytes);

	return kbytes ? policy_limit(kbytes, 0, NULL) : ceiling_by_ratio(own);
}

long own_limit(const struct own *own)
{
	if (READ_ONCE(own->mode) != POLICY_NEVER)
		return LONG_MAX;
	return min_t(unsigned long, LONG_MAX, own_ceiling(own));
}

static bool allows(struct own *own, long pages, long committed)
{
	if (READ_ONCE(own->mode) == POLICY_GUESS)
		return !is_obvious(pages);
	return pages <= 0 || committed <= own_limit(own);
}

/* What those have counted that were asked. */
static void take_back(struct own **asked, unsigned int count, long pages)
{
	while (count--)
		atomic_long_sub(pages, &asked[count]->committed);
}

/* First counted, then judged: two at a time cannot both have the last page. */
static __always_inline bool takes(struct own *own, long pages)
{
	long committed = atomic_long_add_return(pages, &own->committed);

	if (allows(own, pages, committed))
		return true;
	atomic_long_inc(&own->refused);
	return false;
}

/*
 * RCU keeps those around a vkernel, but not the way to them: one that is
 * detached meanwhile is not passed any more, and has counted all the same.
 */
static noinline int take_nested(struct vkernel *vk, long pages)
{
	struct own *asked[MAX_PID_NS_LEVEL + 1];
	unsigned int count = 0;

	for (; vk && count < ARRAY_SIZE(asked); vk = vkernel_parent(vk)) {
		asked[count] = own_of(vk);
		if (!asked[count] || takes(asked[count++], pages))
			continue;
		take_back(asked, count, pages);
		return -ENOMEM;
	}
	return 0;
}

/* Most are alone, and do not pay for others' memory of whom they asked. */
int own_take(struct vkernel *vk, long pages)
{
	struct own *own;

	if (!vk)
		return 0;
	if (vkernel_parent(vk))
		return take_nested(vk, pages);
	own = own_of(vk);
	if (!own || takes(own, pages))
		return 0;
	atomic_long_sub(pages, &own->committed);
	return -ENOMEM;
}

/* Until somebody may, nobody pays for the question. */
static bool lifting;

void own_allow_lifting(void)
{
	WRITE_ONCE(lifting, true);
}

bool own_lifts(struct vkernel *vk)
{
	bool lifts = false;
	struct own *own;
	int mode;

	if (!READ_ONCE(lifting))
		return false;
	for (; vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		mode = own ? READ_ONCE(own->mode) : POLICY_INHERIT;
		if (mode == POLICY_GUESS)
			return false;
		lifts |= mode == POLICY_ALWAYS;
	}
	return lifts;
}

bool own_is_strict(struct vkernel *vk)
{
	struct own *own;

	for (; vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		if (own && READ_ONCE(own->mode) == POLICY_NEVER)
			return true;
	}
	return false;
}

/* --- Life ----------------------------------------------------------------- */

void *own_create(struct vkernel *vk)
{
	struct own *own = kzalloc(sizeof(*own), GFP_KERNEL);

	if (!own)
		return ERR_PTR(-ENOMEM);
	own->vk = vk;
	own->mode = POLICY_INHERIT;
	own->ratio = DEFAULT_RATIO;
	own->areas_once = UINT_MAX;
	thp_own_init(own);
	mutex_init(&own->lock);
	return own;
}

void own_destroy(void *state)
{
	kfree(state);
}

size_t own_memory(void *state)
{
	return sizeof(struct own);
}

static struct own *own_above(struct vkernel *vk)
{
	struct own *own = NULL;

	while (!own && (vk = vkernel_parent(vk)))
		own = own_of(vk);
	return own;
}

/*
 * One that came later, around this one, has not counted what this one has.
 * Those further out get that from the one between.
 */
static void count_in(struct own *own)
{
	struct own *above;
	u64 counted = own->counted;

	rcu_read_lock();
	above = own_above(own->vk);
	if (above && above->seat > counted)
		atomic_long_add(atomic_long_read(&own->committed),
				&above->committed);
	for (; above; above = own_above(above->vk))
		own->counted = max(own->counted, above->seat);
	rcu_read_unlock();
}

void own_placed(void *state, u32 id, bool nested)
{
	static u64 seats;
	struct own *own = state;

	if (id)
		WRITE_ONCE(own->id, id);
	else
		foreign_leave(own->id);
	thp_placed(own, id);
	if (!id) {
		WRITE_ONCE(own->id, 0);
		limits_areas(own, READ_ONCE(own->max_map_count));
		own->seat = 0;
		return;
	}
	if (!own->seat) {
		own->seat = ++seats;
		own->counted = own->seat;
		atomic_long_set(&own->committed, commit_of(own));
	}
	count_in(own);
}

/* Of those around both, where it comes from and goes to, nothing remains. */
void own_joins(void *state, struct mm_struct *mm)
{
	long pages = commit_pages(mm);

	own_count(((struct own *)state)->vk, pages);
	own_count(vkernel_of_mm(mm), -pages);
}
