// SPDX-License-Identifier: GPL-2.0
/*
 * The only writer of kernel text.
 *
 * Text is written inside stop_machine(), through a writable alias mapped for
 * the purpose before the stop and removed after it: inside the stop nothing may
 * sleep, and text_poke() takes a page table lock, which does on PREEMPT_RT.
 *
 * NMIs still run meanwhile, on every CPU. So each patch is written as
 * text_poke_bp() does it: int3 over the first byte, then the tail, then the
 * first byte, with all CPUs serialised in between; an NMI that meets the int3
 * is sent on. Until all tails are written it goes where the old text led, from
 * then on where the new text leads, at all places alike: of each function it
 * runs through the old chain of hooks or the new one, and never a mixture. (One
 * that runs across that moment may find one function as it was and the next as
 * it will be.)
 *
 * The way from int3 to our notifier is text that function_graph may trace. Its
 * entry looks for recursion, its return does not: half-written text that the
 * return runs through would be met again and again. So function_graph rests on
 * all CPUs before the first int3 is written. And so do the tracers of hardware
 * latency and of noise, which are called at the begin and the end of each NMI
 * and each int3, and write records.
 *
 * Nothing between the first int3 and the last byte may call a function that
 * could itself be a target: this file is built without ftrace, KASAN and
 * kcov, and copies bytes by hand.
 */
#include "text.h"

#include <linux/bsearch.h>
#include <linux/cpu.h>
#include <linux/ftrace.h>
#include <linux/kdebug.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/sort.h>
#include <linux/timekeeping.h>
#include <linux/tracepoint-defs.h>
#include <linux/vmalloc.h>

#include "fail.h"
#include "symbol.h"
#include "trace.h"

/* Phases of a write, in order; each is a store that all CPUs acknowledge. */
enum text_phase {
	TEXT_WAIT,
	TEXT_INT3,
	TEXT_TAIL,
	TEXT_DONE,
};

/**
 * struct text_job - one call of text_patch()
 * @patches: what to write, sorted by address.
 * @count: how many.
 * @map: writable alias of all their pages.
 * @ready: the caller's question, or NULL.
 * @context: its argument.
 * @cpus: CPUs in the stop.
 * @arrived: CPUs that have entered the callback; the first one leads.
 * @phase: what the leader has written; enum text_phase.
 * @serialised: CPUs that have acknowledged the present phase.
 * @in_force: NMIs follow the new text.
 * @result: 0, -EAGAIN or -ESTALE, written by the leader.
 * @ns: how long the leader was in the stop; written by it.
 */
struct text_job {
	struct text_patch *patches;
	size_t count;
	void *map;
	text_ready_t ready;
	void *context;
	unsigned int cpus;
	atomic_t arrived;
	int phase;
	atomic_t serialised;
	bool in_force;
	int result;
	u64 ns;
};

/* What the stops have cost; under text_mutex, but for @detours. */
static struct text_stops text_stop_count;

/* int3s of ours that were met and sent to their detours; counted in NMIs. */
static atomic_long_t text_detours = ATOMIC_LONG_INIT(0);

#define TEXT_INT3_OPCODE 0xcc

static int text_compare(const void *a, const void *b)
{
	const struct text_patch *x = a, *y = b;

	if (x->address == y->address)
		return 0;
	return x->address < y->address ? -1 : 1;
}

static void text_copy(u8 *to, const u8 *from, size_t size)
{
	size_t i;

	/* WRITE_ONCE() keeps the compiler from calling memcpy(). */
	for (i = 0; i < size; i++)
		WRITE_ONCE(to[i], from[i]);
}

#if COMPAT_UML

#include <os.h>

static void text_serialise(void)
{
}

static int text_protect(const struct text_patch *patch, int writable)
{
	unsigned long start = patch->address & PAGE_MASK;
	unsigned long end = PAGE_ALIGN(patch->address + patch->size);

	return os_protect_memory((void *)start, end - start, 1, writable, 1);
}

static void text_unmap(struct text_job *job)
{
	size_t i;

	for (i = 0; i < job->count; i++)
		text_protect(&job->patches[i], 0);
}

static int text_map(struct text_job *job)
{
	size_t i;

	for (i = 0; i < job->count; i++) {
		job->patches[i].alias = (u8 *)job->patches[i].address;
		if (text_protect(&job->patches[i], 1)) {
			text_unmap(job);
			return -ENOMEM;
		}
	}
	return 0;
}

int text_init(void)
{
	return 0;
}

void text_exit(void)
{
}

static void text_stand(void)
{
}

static void text_pause_tracing(void)
{
}

static void text_resume_tracing(void)
{
}

static void text_begin(struct text_job *job)
{
}

static void text_end(void)
{
}

#else /* !COMPAT_UML */

#include <asm/msr.h>
#include <asm/sync_core.h>
#include <asm/tsc.h>

static unsigned int unsafe_widen_us;
module_param_unsafe(unsafe_widen_us, uint, 0400);
MODULE_PARM_DESC(
	unsafe_widen_us,
	"keep text half written for so many microseconds, twice in each stop; for tests");

static bool unsafe_no_detour;
module_param_unsafe(unsafe_no_detour, bool, 0400);
MODULE_PARM_DESC(
	unsafe_no_detour,
	"do not handle the int3s of half-written text: crashes; for tests that must fail");

static bool unsafe_traced;
module_param_unsafe(unsafe_traced, bool, 0400);
MODULE_PARM_DESC(
	unsafe_traced,
	"let tracers run while text is half written: may crash; for tests");

/*
 * The job whose int3s stand in the text. Written with all CPUs stopped, before
 * the first int3 and after the last is gone and every CPU has acknowledged; so
 * an NMI that met one of our int3s finds it set.
 */
static struct text_job *text_active;

/**
 * struct text_tracer - a tracer that is called for each NMI and each int3
 * @symbol: the kernel's variable that says whether it is.
 * @called: where that is; NULL if there is no such tracer.
 * @was_called: what it said before the stop.
 */
struct text_tracer {
	const char *symbol;
	bool *called;
	bool was_called;
};

static struct text_tracer text_tracers[] = {
	{ .symbol = "trace_hwlat_callback_enabled" },
	{ .symbol = "trace_osnoise_callback_enabled" },
};

/**
 * struct text_event - a tracepoint on the way from int3 to our notifier
 * @symbol: its name.
 * @tracepoint: it, or NULL: this kernel has not got it.
 * @probes: what it calls: these look for recursion late, or never. Without any
 *	it is passed by: DO_TRACE() of linux/tracepoint.h.
 */
struct text_event {
	const char *symbol;
	struct tracepoint *tracepoint;
	struct tracepoint_func __rcu *probes;
};

/*
 * Of calls of a chain of notifiers (6.12), as that of int3 is; of read-side
 * sections of RCU (lockdep); and of RCU's look at each exception (RCU_TRACE).
 */
static struct text_event text_events[] = {
	{ .symbol = "__tracepoint_notifier_run" },
	{ .symbol = "__tracepoint_lock_acquire" },
	{ .symbol = "__tracepoint_lock_release" },
	{ .symbol = "__tracepoint_rcu_dyntick" },
	{ .symbol = "__tracepoint_rcu_watching" },
};

static void text_serialise(void)
{
	/* CPUs may hold stale instructions until they serialise (Intel SDM
	 * vol. 3, "Handling Self- and Cross-Modifying Code").
	 */
	sync_core();
}

static struct page *text_page(unsigned long address)
{
	if (address >= MODULES_VADDR && address < MODULES_END)
		return vmalloc_to_page((void *)address);
	return virt_to_page((void *)address);
}

static unsigned long text_first_page(const struct text_patch *patch)
{
	return patch->address >> PAGE_SHIFT;
}

static unsigned long text_last_page(const struct text_patch *patch)
{
	return (patch->address + patch->size - 1) >> PAGE_SHIFT;
}

/*
 * The pages of all patches, each once, in order. As the patches are sorted, a
 * page that has been seen is the last one; and a patch that reaches into a
 * second page finds it mapped behind its first.
 */
static size_t text_find_pages(struct text_job *job, struct page **pages)
{
	unsigned long page, last = 0;
	size_t count = 0, i;

	for (i = 0; i < job->count; i++) {
		struct text_patch *patch = &job->patches[i];

		for (page = max(text_first_page(patch), last + 1);
		     page <= text_last_page(patch); page++) {
			pages[count++] = text_page(page << PAGE_SHIFT);
			last = page;
		}
		/* An offset for now: the alias has no address yet. */
		patch->alias =
			(u8 *)((count - 1 - last + text_first_page(patch))
			       << PAGE_SHIFT) +
			offset_in_page(patch->address);
	}
	return count;
}

/* One alias for all: mapping them one by one costs more than writing. */
static int text_map(struct text_job *job)
{
	struct page **pages;
	size_t count, i;

	if (!job->count)
		return 0;
	pages = fail_now() ? NULL :
			     kvmalloc_array(2 * job->count, sizeof(*pages),
					    GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	count = text_find_pages(job, pages);
	job->map = fail_now() ? NULL : vmap(pages, count, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	if (!job->map)
		return -ENOMEM;
	for (i = 0; i < job->count; i++)
		job->patches[i].alias =
			(u8 *)job->map + (unsigned long)job->patches[i].alias;
	return 0;
}

static void text_unmap(struct text_job *job)
{
	vunmap(job->map);
	/* Take the alias out of the TLBs now: no writable view of text. */
	vm_unmap_aliases();
}

static int text_find(const void *key, const void *element)
{
	const struct text_patch *patch = element;
	unsigned long address = (unsigned long)key;

	if (address == patch->address)
		return 0;
	return address < patch->address ? -1 : 1;
}

/* May run in NMI context, in the middle of a write. */
static int text_int3(struct notifier_block *nb, unsigned long event, void *data)
{
	struct text_job *job = READ_ONCE(text_active);
	struct die_args *args = data;
	const struct text_patch *patch;

	if (event != DIE_INT3 || !job)
		return NOTIFY_DONE;
	patch = __inline_bsearch((void *)(args->regs->ip - 1), job->patches,
				 job->count, sizeof(*job->patches), text_find);
	if (!patch)
		return NOTIFY_DONE;
	/* Pairs with smp_wmb() in text_write_all(): who comes from new text
	 * elsewhere does not go back to old text here.
	 */
	smp_rmb();
	args->regs->ip = READ_ONCE(job->in_force) ? patch->after :
						    patch->before;
	atomic_long_inc(&text_detours);
	return NOTIFY_STOP;
}
NOKPROBE_SYMBOL(text_int3);

static struct notifier_block text_int3_notifier = {
	.notifier_call = text_int3,
	.priority = INT_MAX,
};

static void text_find_tracers(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(text_tracers); i++)
		text_tracers[i].called =
			(void *)hookcore_symbol(text_tracers[i].symbol);
	for (i = 0; i < ARRAY_SIZE(text_events); i++)
		text_events[i].tracepoint =
			(void *)hookcore_symbol(text_events[i].symbol);
}

int text_init(void)
{
	text_find_tracers();
	if (unsafe_no_detour)
		return 0;
	return register_die_notifier(&text_int3_notifier);
}

void text_exit(void)
{
	/* Does nothing if it was never registered. */
	unregister_die_notifier(&text_int3_notifier);
}

/* Makes sure that NMIs meet what stands half written now, when a test asks. */
static void text_stand(void)
{
	u64 end;

	if (!unsafe_widen_us)
		return;
	/* All ways to wait or to read a clock may be half written. */
	end = rdtsc() + (u64)unsafe_widen_us * tsc_khz / 1000;
	while (rdtsc() < end)
		cpu_relax();
}

/* Of what runs as this task: NMIs, in the stopped machine. */
static void text_pause_tracing(void)
{
	if (!unsafe_traced)
		pause_graph_tracing();
}

static void text_resume_tracing(void)
{
	if (!unsafe_traced)
		unpause_graph_tracing();
}

/*
 * The variables are everybody's: set by the leader, with all other CPUs
 * stopped. An NMI that runs while they are set back is told of its end alone,
 * which spoils one of the tracer's samples.
 */
static void text_pause_tracers(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(text_events); i++) {
		struct text_event *event = &text_events[i];

		if (!event->tracepoint || unsafe_traced)
			continue;
		event->probes = READ_ONCE(event->tracepoint->funcs);
		WRITE_ONCE(event->tracepoint->funcs, NULL);
	}
	for (i = 0; i < ARRAY_SIZE(text_tracers); i++) {
		struct text_tracer *tracer = &text_tracers[i];

		if (!tracer->called || unsafe_traced)
			continue;
		tracer->was_called = READ_ONCE(*tracer->called);
		WRITE_ONCE(*tracer->called, false);
	}
}

static void text_resume_tracers(void)
{
	size_t i;

	/* Whoever changes them waits for this stop. */
	for (i = 0; i < ARRAY_SIZE(text_events); i++) {
		struct text_event *event = &text_events[i];

		if (event->tracepoint && !unsafe_traced)
			WRITE_ONCE(event->tracepoint->funcs, event->probes);
	}
	for (i = 0; i < ARRAY_SIZE(text_tracers); i++) {
		struct text_tracer *tracer = &text_tracers[i];

		if (tracer->called && !unsafe_traced)
			WRITE_ONCE(*tracer->called, tracer->was_called);
	}
}

/* Stores are seen in order: all this before the first int3. */
static void text_begin(struct text_job *job)
{
	text_pause_tracers();
	WRITE_ONCE(text_active, job);
}

static void text_end(void)
{
	WRITE_ONCE(text_active, NULL);
	text_resume_tracers();
}

#endif /* COMPAT_UML */

/* Leader: publish @phase and wait until every other CPU has serialised. */
static void text_step(struct text_job *job, enum text_phase phase)
{
	atomic_set(&job->serialised, 1);
	/* Pairs with smp_load_acquire() in text_follow(): who sees the phase
	 * sees the bytes written for it, and @serialised set back.
	 */
	smp_store_release(&job->phase, phase);
	text_serialise();
	while (atomic_read(&job->serialised) < job->cpus)
		cpu_relax();
	/* Pairs with smp_mb__before_atomic() in text_follow(). */
	smp_mb();
}

static void text_follow(struct text_job *job)
{
	int seen = TEXT_WAIT;

	while (seen != TEXT_DONE) {
		/* Pairs with smp_store_release() in text_step(). */
		int phase = smp_load_acquire(&job->phase);

		if (phase == seen) {
			cpu_relax();
			continue;
		}
		seen = phase;
		text_serialise();
		/* Serialised before it is counted: pairs with smp_mb() in
		 * text_step().
		 */
		smp_mb__before_atomic();
		atomic_inc(&job->serialised);
	}
}

static void text_write_all(struct text_job *job)
{
	struct text_patch *patch, *end = job->patches + job->count;

	for (patch = job->patches; patch < end; patch++)
		WRITE_ONCE(patch->alias[0], TEXT_INT3_OPCODE);
	text_step(job, TEXT_INT3);
	text_stand();
	for (patch = job->patches; patch < end; patch++)
		text_copy(patch->alias + 1, patch->bytes + 1, patch->size - 1);
	text_step(job, TEXT_TAIL);
	text_stand();
	WRITE_ONCE(job->in_force, true);
	/* In force before any of it can be run: pairs with smp_rmb() in
	 * text_int3().
	 */
	smp_wmb();
	for (patch = job->patches; patch < end; patch++)
		WRITE_ONCE(patch->alias[0], patch->bytes[0]);
}

static bool text_as_expected(const struct text_patch *patch)
{
	size_t i;

	for (i = 0; i < patch->size; i++) {
		if (READ_ONCE(patch->alias[i]) != patch->expected[i])
			return false;
	}
	return true;
}

static int text_may_write(const struct text_job *job)
{
	size_t i;

	/* Others may have changed the text since the caller looked: kprobes,
	 * for one. They hold text_mutex to do so, hence not now.
	 */
	for (i = 0; i < job->count; i++) {
		if (!text_as_expected(&job->patches[i]))
			return -ESTALE;
	}
	return job->ready && !job->ready(job->context) ? -EAGAIN : 0;
}

static void text_write(struct text_job *job)
{
	job->result = text_may_write(job);
	if (job->result) {
		text_step(job, TEXT_DONE);
		return;
	}
	/* Tracing has been paused wherever it is counted: pairs with
	 * atomic_inc_return() in text_stopped().
	 */
	while (atomic_read_acquire(&job->arrived) < job->cpus)
		cpu_relax();
	text_begin(job);
	text_write_all(job);
	text_step(job, TEXT_DONE);
	text_end();
}

/* The clock is read while all text is whole: it may be hooked as well. */
static void text_lead(struct text_job *job)
{
	u64 start = ktime_get_mono_fast_ns();

	text_write(job);
	job->ns = ktime_get_mono_fast_ns() - start;
}

static void text_count_stop(const struct text_job *job)
{
	text_stop_count.number++;
	text_stop_count.last_ns = job->ns;
	text_stop_count.longest_ns = max(text_stop_count.longest_ns, job->ns);
	trace_hookcore_stop(job->count, job->ns, job->result);
}

void text_get_stops(struct text_stops *stops)
{
	mutex_lock(symbol_text_mutex());
	*stops = text_stop_count;
	mutex_unlock(symbol_text_mutex());
	stops->detours = atomic_long_read(&text_detours);
}

static int text_stopped(void *data)
{
	struct text_job *job = data;

	text_pause_tracing();
	/* Ordered behind the pause: pairs with atomic_read_acquire() in
	 * text_write().
	 */
	if (atomic_inc_return(&job->arrived) == 1)
		text_lead(job);
	else
		text_follow(job);
	text_resume_tracing();
	return 0;
}

static int text_run(struct text_job *job)
{
	/* Lock order: kprobe_mutex, cpus_read_lock(), text_mutex, stop; see the
	 * comment in kernel/kprobes.c, kprobe_optimizer(). text_mutex keeps
	 * ftrace, kprobes and jump labels from writing meanwhile; for the first
	 * see symbol_lock_kprobes().
	 */
	symbol_lock_kprobes();
	cpus_read_lock();
	mutex_lock(symbol_text_mutex());
	job->cpus = num_online_cpus();
	IMPORTED(stop_machine_cpuslocked)(text_stopped, job, cpu_online_mask);
	text_count_stop(job);
	mutex_unlock(symbol_text_mutex());
	cpus_read_unlock();
	symbol_unlock_kprobes();
	return job->result;
}

static bool text_overlap(const struct text_patch *patches, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++) {
		if (patches[i - 1].address + patches[i - 1].size >
		    patches[i].address)
			return true;
	}
	return false;
}

int text_patch(struct text_patch *patches, size_t count, text_ready_t ready,
	       void *context)
{
	struct text_job job = {
		.patches = patches,
		.count = count,
		.ready = ready,
		.context = context,
	};
	int err;

	sort(patches, count, sizeof(*patches), text_compare, NULL);
	if (text_overlap(patches, count))
		return -EINVAL;
	err = text_map(&job);
	if (err)
		return err;
	err = text_run(&job);
	text_unmap(&job);
	return err;
}

static void text_serialise_cpu(void *unused)
{
	text_serialise();
}

int text_write_idle_all(struct text_patch *patches, size_t count)
{
	struct text_job job = { .patches = patches, .count = count };
	size_t i;
	int err;

	sort(patches, count, sizeof(*patches), text_compare, NULL);
	err = text_map(&job);
	if (err)
		return err;
	for (i = 0; i < count; i++)
		text_copy(patches[i].alias, patches[i].bytes, patches[i].size);
	text_unmap(&job);
	on_each_cpu(text_serialise_cpu, NULL, 1);
	return 0;
}

int text_write_idle(void *address, const u8 *bytes, size_t size)
{
	struct text_patch patch = {
		.address = (unsigned long)address,
		.size = size,
	};

	memcpy(patch.bytes, bytes, size);
	return text_write_idle_all(&patch, 1);
}

void *text_alloc(size_t size)
{
#if COMPAT_UML
	return vmalloc(size);
#elif COMPAT_EXECMEM
	return IMPORTED(execmem_alloc)(EXECMEM_MODULE_TEXT, PAGE_ALIGN(size));
#else
	return IMPORTED(module_alloc)(PAGE_ALIGN(size));
#endif
}

int text_seal(void *memory, size_t size)
{
#if COMPAT_UML
	return 0;
#else
	int pages = PAGE_ALIGN(size) >> PAGE_SHIFT;
	int err = IMPORTED(set_memory_ro)((unsigned long)memory, pages);

	return err ?: IMPORTED(set_memory_x)((unsigned long)memory, pages);
#endif
}

void text_free(void *memory)
{
#if COMPAT_UML
	vfree(memory);
#elif COMPAT_EXECMEM
	if (memory)
		IMPORTED(execmem_free)(memory);
#else
	if (memory)
		IMPORTED(module_memfree)(memory);
#endif
}
