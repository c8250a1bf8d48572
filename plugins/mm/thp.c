// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_mm: " fmt

#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/tracepoint.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "hookcore.h"
#include "thp.h"
#include "wrapper.h"

/*
 * While it is 0 the kernel's globals are the host's settings, and there is
 * nothing to narrow. Read by assembly.
 */
int thp_active __visible;

/*
 * For each slot of vkernels: whose answer it is in the upper half, the orders
 * that an advised area may have in the next quarter, those of another in the
 * last. [0] is the host's. Read by assembly, as a whole: a slot's next owner
 * has another id.
 */
u64 thp_answers[VKERNEL_SLOTS] __visible;

/*
 * Protects all below, and is held while the globals are written, against others
 * who do. The settings are read with READ_ONCE().
 */
static DEFINE_MUTEX(thp_mutex);
static LIST_HEAD(thp_armed);
static struct huge_policy host;
static bool differs;
static bool taken;
static u64 generation;
static int last_error;

/* The kernel's globals. The masks are NULL where there is one size. */
static unsigned long *flags;
static struct masks {
	unsigned long *always;
	unsigned long *madvise;
	unsigned long *inherit;
} masks;
static struct tracepoint *collapse_point;

/*
 * min_free_kbytes: what it would be by the host's settings alone, while a
 * vkernel has a policy of its own, and what the kernel has made of it.
 */
static int *min_free;
static struct reserve {
	bool kept;
	int hosts;
	int left;
} reserve;
/* The host has written its settings, for which the kernel works it out anew. */
static bool host_wrote;

asmlinkage int thp_start_stop(void);
HOOKCORE_IMPORT(thp_start_stop);
asmlinkage void thp_setup_reserve(void);
HOOKCORE_IMPORT(thp_setup_reserve);
asmlinkage void thp_calculate_reserve(void);
HOOKCORE_IMPORT(thp_calculate_reserve);

/* --- Settings ------------------------------------------------------------- */

/* What a vkernel does not say, those around it do, and at last the host. */
static struct huge_policy resolve(struct vkernel *vk)
{
	union huge_sizes sizes = { .word = 0 };
	int enabled = HUGE_INHERIT;
	struct own *own;

	for (; vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		if (!own)
			continue;
		if (enabled == HUGE_INHERIT)
			enabled = READ_ONCE(own->thp.enabled);
		if (!sizes.own)
			sizes.word = READ_ONCE(own->thp.sizes.word);
	}
	if (enabled == HUGE_INHERIT)
		enabled = READ_ONCE(host.enabled);
	if (!sizes.own)
		sizes.word = READ_ONCE(host.sizes.word);
	return (struct huge_policy){ .enabled = enabled, .sizes = sizes };
}

static bool is_special(const struct own *own)
{
	return READ_ONCE(own->thp.enabled) != HUGE_INHERIT ||
	       READ_ONCE(own->thp.sizes.word);
}

/* Of those that say something, the strictest answer counts. */
static unsigned long orders_of(struct vkernel *vk, bool advised)
{
	unsigned long orders = ~0UL;
	struct huge_policy policy;
	bool said = false;
	struct own *own;

	for (; vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		if (!own || !is_special(own))
			continue;
		policy = resolve(vk);
		orders &= huge_orders(&policy, advised);
		said = true;
	}
	if (said)
		return orders;
	policy = resolve(NULL);
	return huge_orders(&policy, advised);
}

enum huge_enabled thp_enabled(struct vkernel *vk)
{
	int enabled = HUGE_INHERIT, next;
	struct own *own;

	for (; vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		next = own ? READ_ONCE(own->thp.enabled) : HUGE_INHERIT;
		if (next != HUGE_INHERIT &&
		    (enabled == HUGE_INHERIT || next < enabled))
			enabled = next;
	}
	return enabled == HUGE_INHERIT ? READ_ONCE(host.enabled) : enabled;
}

union huge_sizes thp_sizes(struct vkernel *vk)
{
	return resolve(vk).sizes;
}

enum huge_defrag thp_defrag(struct vkernel *vk)
{
	int defrag = HUGE_DEFRAG_INHERIT;
	struct own *own;

	for (; vk && defrag == HUGE_DEFRAG_INHERIT; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		if (own)
			defrag = READ_ONCE(own->thp.defrag);
	}
	return defrag;
}

/* With these has khugepaged anything to do? Of advised areas. */
static bool collapses(enum huge_enabled enabled, unsigned long orders)
{
	if (IS_ENABLED(CONFIG_READ_ONLY_THP_FOR_FS) && enabled != HUGE_NEVER)
		return true;
	return orders & BIT(HUGE_ORDER_PMD);
}

/* --- The union ------------------------------------------------------------ */

/* Kept, so that a decision need not work it out. */
static void keep_answer(u32 id, struct vkernel *vk)
{
	u64 answer = (u64)id << 32 | orders_of(vk, true) << 16 |
		     orders_of(vk, false);

	BUILD_BUG_ON(HUGE_ORDER_PMD >= 16);
	WRITE_ONCE(thp_answers[id & VKERNEL_SLOT_MASK], answer);
}

/* Of one that never was armed there is none, and slot 0 is the host's. */
static void forget_answer(u32 id)
{
	if (id)
		WRITE_ONCE(thp_answers[id & VKERNEL_SLOT_MASK], 0);
}

/* What comes of its settings and of those around it. */
static struct huge_policy effective(struct vkernel *vk)
{
	return (struct huge_policy){
		.enabled = thp_enabled(vk),
		.sizes = { .always = orders_of(vk, false),
			   .madvise = orders_of(vk, true) },
	};
}

static struct huge_policy unite(void)
{
	struct huge_policy sum = host, policy;
	struct own *own;

	lockdep_assert_held(&thp_mutex);
	differs = false;
	keep_answer(0, NULL);
	/* For those around each. */
	rcu_read_lock();
	list_for_each_entry(own, &thp_armed, thp.node) {
		keep_answer(own->id, own->vk);
		if (!is_special(own))
			continue;
		policy = effective(own->vk);
		sum = huge_union(&sum, &policy);
		differs = true;
	}
	rcu_read_unlock();
	return sum;
}

/* The kernel does the same, and reads without a lock. First what is wider. */
static void write_enabled(enum huge_enabled enabled)
{
	if (enabled == HUGE_ALWAYS)
		set_bit(TRANSPARENT_HUGEPAGE_FLAG, flags);
	if (enabled == HUGE_MADVISE)
		set_bit(TRANSPARENT_HUGEPAGE_REQ_MADV_FLAG, flags);
	if (enabled != HUGE_ALWAYS)
		clear_bit(TRANSPARENT_HUGEPAGE_FLAG, flags);
	if (enabled != HUGE_MADVISE)
		clear_bit(TRANSPARENT_HUGEPAGE_REQ_MADV_FLAG, flags);
}

/* In between, nobody finds less than before and after. */
static void write_sizes(union huge_sizes sizes)
{
	if (!thp_has_sizes())
		return;
	WRITE_ONCE(*masks.inherit, *masks.inherit | sizes.inherit);
	WRITE_ONCE(*masks.madvise, *masks.madvise | sizes.madvise);
	WRITE_ONCE(*masks.always, sizes.always);
	WRITE_ONCE(*masks.madvise, sizes.madvise);
	WRITE_ONCE(*masks.inherit, sizes.inherit);
}

/*
 * A page fault may have seen the union before it was written away, and not have
 * asked the handler yet: a task does not sleep in between.
 */
static void rest(struct work_struct *work)
{
	u64 seen;

	mutex_lock(&thp_mutex);
	seen = generation;
	mutex_unlock(&thp_mutex);
	synchronize_rcu_tasks();
	mutex_lock(&thp_mutex);
	if (seen == generation && !differs)
		WRITE_ONCE(thp_active, 0);
	mutex_unlock(&thp_mutex);
}

static DECLARE_WORK(rest_work, rest);

static bool wants_reserve(const struct huge_policy *policy)
{
	return collapses(policy->enabled, huge_orders(policy, true));
}

/* What is not as the kernel has left it, the operator has set meanwhile. */
static void keep_reserve(void)
{
	const int found = READ_ONCE(*min_free);

	if (!reserve.kept || found != reserve.left)
		reserve.hosts = found;
	reserve.kept = true;
	if (!host_wrote || wants_reserve(&host))
		return;
	/* From what the operator has set, not what vkernels made of it. */
	WRITE_ONCE(*min_free, reserve.hosts);
	thp_calculate_reserve();
	reserve.hosts = READ_ONCE(*min_free);
}

/* Only what vkernels want beyond the host needs more. */
static void settle_reserve(const struct huge_policy *sum)
{
	if (host_wrote && wants_reserve(&host))
		reserve.hosts = READ_ONCE(*min_free);
	if ((wants_reserve(&host) || !wants_reserve(sum)) &&
	    READ_ONCE(*min_free) != reserve.hosts) {
		WRITE_ONCE(*min_free, reserve.hosts);
		thp_setup_reserve();
	}
	reserve.left = READ_ONCE(*min_free);
	reserve.kept = differs;
}

/*
 * The kernel keeps more memory free with huge pages, and works it out anew each
 * time, which forgets what an operator has set. Without vkernels that is
 * between him and it.
 */
static void start_stop(const struct huge_policy *sum)
{
	const bool concerned = differs || reserve.kept;

	lockdep_assert_held(&thp_mutex);
	if (concerned)
		keep_reserve();
	last_error = thp_start_stop();
	if (concerned)
		settle_reserve(sum);
	host_wrote = false;
}

static void apply(struct work_struct *work)
{
	struct huge_policy sum;

	mutex_lock(&thp_mutex);
	sum = unite();
	generation++;
	if (differs)
		WRITE_ONCE(thp_active, 1);
	/* Who sees the union, as the kernel reads it inline, narrows it. */
	smp_wmb();
	write_enabled(sum.enabled);
	write_sizes(sum.sizes);
	start_stop(&sum);
	if (!differs && thp_active)
		queue_work(system_unbound_wq, &rest_work);
	mutex_unlock(&thp_mutex);
}

static DECLARE_WORK(apply_work, apply);

/*
 * By a work item: who is being killed cannot start a thread, and the kernel
 * prints a line about that.
 */
int thp_apply(void)
{
	if (!thp_is_there())
		return 0;
	queue_work(system_unbound_wq, &apply_work);
	flush_work(&apply_work);
	return READ_ONCE(last_error);
}

int thp_set_host_enabled(enum huge_enabled enabled)
{
	mutex_lock(&thp_mutex);
	WRITE_ONCE(host.enabled, enabled);
	host_wrote = true;
	mutex_unlock(&thp_mutex);
	return thp_apply();
}

int thp_set_host_rule(unsigned int order, enum huge_rule rule)
{
	union huge_sizes sizes;

	mutex_lock(&thp_mutex);
	sizes = huge_set_rule(host.sizes, order, rule);
	WRITE_ONCE(host.sizes.word, sizes.word);
	host_wrote = true;
	mutex_unlock(&thp_mutex);
	return thp_apply();
}

void thp_own_init(struct own *own)
{
	INIT_LIST_HEAD(&own->thp.node);
	own->thp.enabled = HUGE_INHERIT;
	own->thp.defrag = HUGE_DEFRAG_INHERIT;
	ratelimit_state_init(&own->thp.writes, 5 * HZ, 20);
	/* What is refused is not worth a line. */
	ratelimit_set_flags(&own->thp.writes, RATELIMIT_MSG_ON_RELEASE);
}

void thp_placed(struct own *own, u32 id)
{
	bool concerned;

	mutex_lock(&thp_mutex);
	if (!id) {
		list_del_init(&own->thp.node);
		forget_answer(own->id);
	} else if (list_empty(&own->thp.node)) {
		list_add(&own->thp.node, &thp_armed);
	}
	concerned = differs || is_special(own);
	mutex_unlock(&thp_mutex);
	if (concerned && thp_apply())
		pr_warn_ratelimited("%s: khugepaged cannot be started\n",
				    vkernel_name(own->vk));
}

/* --- A decision ----------------------------------------------------------- */

static bool allows_file(struct vkernel *vk, const struct vm_area_struct *vma,
			const struct compat_question *question)
{
	if (!question->fault && shmem_file(vma->vm_file))
		return question->smaps ||
		       collapses(thp_enabled(vk), orders_of(vk, true));
	if (vma->vm_flags & VM_PFNMAP && vma->vm_ops->huge_fault)
		return true;
	return huge_allows(thp_enabled(vk), question->advised);
}

static unsigned long narrow(const struct vm_area_struct *vma,
			    const struct compat_question *question)
{
	unsigned long orders = question->orders;
	struct vkernel *vk;

	rcu_read_lock();
	vk = vkernel_of_mm(vma->vm_mm);
	if (vma_is_anonymous((struct vm_area_struct *)vma))
		orders &= orders_of(vk, question->advised);
	else if (!allows_file(vk, vma, question))
		orders = 0;
	rcu_read_unlock();
	return orders;
}

asmlinkage bool thp_decide(struct hookcore_args *args);

asmlinkage __visible bool thp_decide(struct hookcore_args *args)
{
	struct vm_area_struct *vma = (struct vm_area_struct *)args->arg[0];
	struct compat_question question = compat_question(args);
	unsigned long orders;

	if (!question.enforced || !vma->vm_mm || vma_is_dax(vma))
		return true;
	orders = narrow(vma, &question);
	compat_narrow(args, orders);
	args->ret = 0;
	return orders;
}

VKERNEL_GUARD_OFFSETS

static void __used decision_offsets(void)
{
	asm volatile(".set .Ldecide_mm, %c0\n"
		     ".set .Ldecide_ops, %c1\n"
		     ".set .Ldecide_advised, %c2\n"
		     ".set .Ldecide_pmd, %c3\n"
		     ".set .Ldecide_enforced, %c4\n"
		     :
		     : "i"(offsetof(struct vm_area_struct, vm_mm)),
		       "i"(offsetof(struct vm_area_struct, vm_ops)),
		       "i"(VM_HUGEPAGE), "i"(BIT(HUGE_ORDER_PMD)),
		       "i"(COMPAT_ENFORCED));
}

/*
 * With nobody special it is the kernel's own business. What is asked most, for
 * an anonymous area, is answered here. C works out the rest, and the answer for
 * a vkernel that has just been armed or does not have the plugin.
 */
/* clang-format off */
#define THP_GUARD(stub)                                                        \
	VKERNEL_GUARD_KEY(stub)                                                \
	"	cmpl $0, thp_active(%rip)\n"                                   \
	"	je " __stringify(stub) "\n"                                    \
	"	mov .Ldecide_mm(%rdi), %rax\n"                                 \
	"	test %rax, %rax\n"                                             \
	"	je " __stringify(stub) "\n"                                    \
	"	cmpq $0, .Ldecide_ops(%rdi)\n"                                 \
	"	jne 2f\n"                                                      \
	COMPAT_ASM_IS_ENFORCED                                                 \
	"	je " __stringify(stub) "\n"                                    \
	"	mov .Lvkernel_stamp(%rax), %eax\n"                             \
	"	mov thp_answers(%rip), %r10d\n"                                \
	"	test %eax, %eax\n"                                             \
	"	je 1f\n"                                                       \
	"	mov %eax, %r10d\n"                                             \
	"	and $.Lvkernel_slot_mask, %r10d\n"                             \
	"	mov thp_answers(,%r10,8), %r10\n"                              \
	"	mov %r10, %r11\n"                                              \
	"	shr $32, %r11\n"                                               \
	"	cmp %eax, %r11d\n"                                             \
	"	jne 2f\n"                                                      \
	"1:	test $.Ldecide_advised, %esi\n"                               \
	"	je 3f\n"                                                       \
	"	shr $16, %r10\n"                                               \
	"3:	movzwl %r10w, %eax\n"                                         \
	COMPAT_ASM_NARROW                                                      \
	"	jne " __stringify(stub) "\n"                                   \
	"	xor %eax, %eax\n"                                              \
	HOOKCORE_ASM_RET                                                       \
	"2:\n"
/* clang-format on */

asmlinkage long original_thp_decide(void);
HOOKCORE_ORIGINAL(original_thp_decide);
HOOKCORE_DECIDER(vkernel_thp_decide, thp_decide, original_thp_decide,
		 THP_GUARD(original_thp_decide));

/* --- How much effort ------------------------------------------------------ */

/* The least of what a vkernel and those around it say; false: nobody does. */
static bool effort_of(struct vkernel *vk, bool advised,
		      enum huge_effort *effort)
{
	bool said = false;
	struct own *own;
	int defrag;

	*effort = HUGE_STALL;
	for (; vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		defrag = own ? READ_ONCE(own->thp.defrag) : HUGE_DEFRAG_INHERIT;
		if (defrag == HUGE_DEFRAG_INHERIT)
			continue;
		*effort = min(*effort, huge_effort(defrag, advised));
		said = true;
	}
	return said;
}

asmlinkage bool thp_gfp(struct hookcore_args *args);

/* Without an area it is for a file, and the task's own business. */
asmlinkage __visible bool thp_gfp(struct hookcore_args *args)
{
	const struct vm_area_struct *vma = (void *)args->arg[0];
	bool advised = vma && vma->vm_flags & VM_HUGEPAGE;
	enum huge_effort effort;
	bool said;

	rcu_read_lock();
	said = effort_of(vma ? vkernel_of_mm(vma->vm_mm) : vkernel_current(),
			 advised, &effort);
	rcu_read_unlock();
	if (said)
		args->ret = (__force unsigned long)huge_gfp(effort, advised);
	return !said;
}

asmlinkage long original_thp_gfp(void);
HOOKCORE_ORIGINAL(original_thp_gfp);
HOOKCORE_DECIDER(vkernel_thp_gfp, thp_gfp, original_thp_gfp,
		 VKERNEL_GUARD_KEY(original_thp_gfp));

/* --- Counters ------------------------------------------------------------- */

static void count(struct mm_struct *mm, enum own_thp_count what)
{
	struct vkernel *vk;
	struct own *own;

	rcu_read_lock();
	for (vk = vkernel_of_mm(mm); vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		if (own)
			atomic_long_inc(&own->thp.counts[what]);
	}
	rcu_read_unlock();
}

static bool has_room(const struct vm_area_struct *vma, unsigned long address)
{
	address &= PMD_MASK;
	return address >= vma->vm_start && address + PMD_SIZE <= vma->vm_end;
}

asmlinkage vm_fault_t original_thp_fault(struct vm_fault *vmf);
asmlinkage vm_fault_t thp_fault(struct vm_fault *vmf);

/* It sleeps for memory only; the guard leaves out what userfaultfd serves. */
asmlinkage __visible vm_fault_t thp_fault(struct vm_fault *vmf)
{
	bool counts = has_room(vmf->vma, vmf->address);
	struct mm_struct *mm = vmf->vma->vm_mm;
	vm_fault_t ret = original_thp_fault(vmf);

	if (counts && ret & VM_FAULT_FALLBACK)
		count(mm, OWN_THP_FALLBACK);
	else if (counts && !(ret & (VM_FAULT_ERROR | VM_FAULT_RETRY)))
		count(mm, OWN_THP_HUGE);
	return ret;
}

static void __used thp_offsets(void)
{
	asm volatile(".set .Lthp_vma, %c0\n"
		     ".set .Lthp_mm, %c1\n"
		     ".set .Lthp_vm_flags, %c2\n"
		     ".set .Lthp_missing, %c3\n"
		     :
		     : "i"(offsetof(struct vm_fault, vma)),
		       "i"(offsetof(struct vm_area_struct, vm_mm)),
		       "i"(offsetof(struct vm_area_struct, vm_flags)),
		       "i"(VM_UFFD_MISSING));
}

/* clang-format off */
HOOKCORE_ORIGINAL(original_thp_fault);
WRAPPER(vkernel_thp_fault, thp_fault,
	VKERNEL_GUARD_KEY(original_thp_fault)
	"	mov .Lthp_vma(%rdi), %rax\n"
	"	testl $.Lthp_missing, .Lthp_vm_flags(%rax)\n"
	"	jne original_thp_fault\n"
	"	mov .Lthp_mm(%rax), %rax\n"
	"	cmpl $0, .Lvkernel_stamp(%rax)\n"
	"	je original_thp_fault\n");
/* clang-format on */

/* The kernel's tracepoint mm_collapse_huge_page. */
static void see_collapse(void *data, struct mm_struct *mm, int succeeded,
			 int status)
{
	if (succeeded)
		count(mm, OWN_THP_COLLAPSED);
}

/* --- Loading -------------------------------------------------------------- */

bool thp_is_there(void)
{
	return flags;
}

bool thp_has_sizes(void)
{
	return masks.always;
}

static int find(const char *symbol, void *result)
{
	unsigned long address = hookcore_symbol(symbol);

	if (!address) {
		pr_err("not loaded: this kernel has no symbol %s\n", symbol);
		return -ENOENT;
	}
	*(unsigned long *)result = address;
	return 0;
}

static int find_masks(void)
{
	if (!COMPAT_THP_SIZES)
		return 0;
	return find("huge_anon_orders_always", &masks.always)		?:
		       find("huge_anon_orders_madvise", &masks.madvise) ?:
		       find("huge_anon_orders_inherit", &masks.inherit);
}

/* Where the processor has no huge pages, the kernel has no such folder. */
int thp_init(void)
{
	static const struct hookcore_import imports[] = {
		{ "start_stop_khugepaged", thp_start_stop },
		{ "setup_per_zone_wmarks", thp_setup_reserve },
		{ "calculate_min_free_kbytes", thp_calculate_reserve },
	};
	int err;

	if (!has_transparent_hugepage())
		return 0;
	err = hookcore_import(imports, ARRAY_SIZE(imports)) ?:
		      find("__tracepoint_mm_collapse_huge_page", &collapse_point) ?:
		      find("min_free_kbytes", &min_free) ?:
		      find_masks()			 ?:
		      find("transparent_hugepage_flags", &flags);
	return err;
}

size_t thp_hooks(struct hookcore_hook *hooks)
{
	static const struct hookcore_hook wanted[THP_HOOKS] = {
		{
			.symbol = COMPAT_THP_DECISION,
			.handler = vkernel_thp_decide,
			.original = original_thp_decide,
			.owner = THIS_MODULE,
		},
		{
			.symbol = "vma_thp_gfp_mask",
			.handler = vkernel_thp_gfp,
			.original = original_thp_gfp,
			.owner = THIS_MODULE,
		},
		{
			.symbol = "do_huge_pmd_anonymous_page",
			.handler = vkernel_thp_fault,
			.original = original_thp_fault,
			.owner = THIS_MODULE,
		},
	};

	if (!thp_is_there())
		return 0;
	memcpy(hooks, wanted, sizeof(wanted));
	return ARRAY_SIZE(wanted);
}

static void read_host(void)
{
	host.enabled = test_bit(TRANSPARENT_HUGEPAGE_FLAG, flags) ?
			       HUGE_ALWAYS :
		       test_bit(TRANSPARENT_HUGEPAGE_REQ_MADV_FLAG, flags) ?
			       HUGE_MADVISE :
			       HUGE_NEVER;
	if (!thp_has_sizes()) {
		host.sizes.inherit = BIT(HUGE_ORDER_PMD);
		return;
	}
	host.sizes.always = *masks.always;
	host.sizes.madvise = *masks.madvise;
	host.sizes.inherit = *masks.inherit;
}

bool thp_is_special(void)
{
	return READ_ONCE(thp_active);
}

bool thp_is_taken(void)
{
	return READ_ONCE(taken);
}

/*
 * A store that went past our hooks has written before its task sleeps; those
 * that come now wait for the mutex.
 */
int thp_start(void)
{
	int err;

	if (!thp_is_there())
		return 0;
	err = tracepoint_probe_register(collapse_point, see_collapse, NULL);
	if (err) {
		pr_err("not loaded: the kernel's tracepoint mm_collapse_huge_page cannot be used: %pe\n",
		       ERR_PTR(err));
		return err;
	}
	mutex_lock(&thp_mutex);
	WRITE_ONCE(taken, true);
	synchronize_rcu_tasks();
	read_host();
	mutex_unlock(&thp_mutex);
	return 0;
}

void thp_settle(void)
{
	flush_work(&apply_work);
	flush_work(&rest_work);
}

void thp_stop(void)
{
	thp_settle();
	if (!thp_is_taken())
		return;
	tracepoint_probe_unregister(collapse_point, see_collapse, NULL);
	tracepoint_synchronize_unregister();
}
