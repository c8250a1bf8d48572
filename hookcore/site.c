// SPDX-License-Identifier: GPL-2.0
/*
 * May this function's window be taken? Each check names the hazard it is there
 * for; the first that applies is the reason of the refusal.
 */
#include "site.h"

#include <linux/mm.h>
#include <linux/moduleparam.h>

#include "fail.h"
#include "fixup.h"
#include "hook.h"
#include "label.h"
#include "shadow.h"
#include "symbol.h"

static bool unsafe_no_decoy;
module_param_unsafe(unsafe_no_decoy, bool, 0400);
MODULE_PARM_DESC(
	unsafe_no_decoy,
	"hide branches of windows from kprobes: crashes; for tests that must fail");

#define SITE_NOP_SIZE 5
#define SITE_ENDBR_SIZE 4
#define SITE_CALL_OPCODE 0xe8
#define SITE_JMP_OPCODE 0xe9

static const u8 site_nop[SITE_NOP_SIZE] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };
static const u8 site_endbr[SITE_ENDBR_SIZE] = { 0xf3, 0x0f, 0x1e, 0xfa };
/* What apply_ibt_endbr() leaves of an ENDBR that nobody calls indirectly. */
static const u8 site_sealed[SITE_ENDBR_SIZE] = { 0x66, 0x0f, 0x1f, 0x00 };

static const u8 *site_bytes(unsigned long address)
{
	return (const u8 *)address;
}

static void site_hint(char *hint, unsigned long address)
{
	snprintf(hint, SITE_HINT_SIZE, "%pS", (void *)address);
}

static bool site_is_text(unsigned long address)
{
	return IMPORTED(core_kernel_text)(address) ||
	       IMPORTED(is_module_text_address)(address);
}

/**
 * struct site_never - text that is never hooked
 * @name: the symbol, or how it begins.
 * @prefix: @name is only the beginning.
 * @reason: of the refusal.
 */
struct site_never {
	const char *name;
	bool prefix;
	enum hookcore_reason reason;
};

/* What neither the kprobe blacklist nor the unwinder knows of. */
static const struct site_never site_never[] = {
	/*
	 * An NMI that meets a half-written patch runs through these before
	 * text_int3() sends it on: a patch there would trap in the handling of
	 * the trap.
	 */
	{ "__rcu_read_lock", false, HOOKCORE_OWN_TEXT },
	{ "__rcu_read_unlock", false, HOOKCORE_OWN_TEXT },
	{ "rcu_read_unlock_special", false, HOOKCORE_OWN_TEXT },
	/* Before ours on the chain of die notifiers. */
	{ "hw_breakpoint_exceptions_notify", false, HOOKCORE_OWN_TEXT },
	/* The hardware latency and noise tracers look at each NMI and int3. */
	{ "trace_hwlat_callback", false, HOOKCORE_OWN_TEXT },
	{ "trace_osnoise_callback", false, HOOKCORE_OWN_TEXT },
	{ "trace_clock_local", false, HOOKCORE_OWN_TEXT },
	{ "sched_clock", false, HOOKCORE_OWN_TEXT },
	{ "native_sched_clock", false, HOOKCORE_OWN_TEXT },
	/* The same in a guest of KVM, Xen, VMware or Hyper-V. */
	{ "kvm_sched_clock_read", false, HOOKCORE_OWN_TEXT },
	{ "kvm_clock_read", false, HOOKCORE_OWN_TEXT },
	{ "pvclock_clocksource_read", false, HOOKCORE_OWN_TEXT },
	{ "xen_sched_clock", false, HOOKCORE_OWN_TEXT },
	{ "xen_clocksource_read", false, HOOKCORE_OWN_TEXT },
	{ "vmware_sched_clock", false, HOOKCORE_OWN_TEXT },
	{ "read_hv_sched_clock_", true, HOOKCORE_OWN_TEXT },
	/* Kernels with lockdep, KASAN or kgdb. */
	{ "rcu_is_watching", false, HOOKCORE_OWN_TEXT },
	{ "lock_acquire", false, HOOKCORE_OWN_TEXT },
	{ "lock_release", false, HOOKCORE_OWN_TEXT },
	{ "__kasan_check_read", false, HOOKCORE_OWN_TEXT },
	{ "__kasan_check_write", false, HOOKCORE_OWN_TEXT },
	{ "kgdb_ll_trap", false, HOOKCORE_OWN_TEXT },
	/*
	 * The path is traced too: what ftrace runs before it has looked for
	 * recursion, and where function_graph returns to.
	 */
	{ "function_trace_call", false, HOOKCORE_OWN_TEXT },
	{ "function_stack_trace_call", false, HOOKCORE_OWN_TEXT },
	{ "function_no_repeats_trace_call", false, HOOKCORE_OWN_TEXT },
	{ "function_stack_no_repeats_trace_call", false, HOOKCORE_OWN_TEXT },
	/* In front of these while a tracer is only for some tasks. */
	{ "ftrace_pid_func", false, HOOKCORE_OWN_TEXT },
	/* Tracers of latencies: rt kernels have the first. */
	{ "wakeup_tracer_call", false, HOOKCORE_OWN_TEXT },
	{ "wakeup_graph_entry", false, HOOKCORE_OWN_TEXT },
	{ "wakeup_graph_return", false, HOOKCORE_OWN_TEXT },
	{ "irqsoff_tracer_call", false, HOOKCORE_OWN_TEXT },
	{ "irqsoff_graph_entry", false, HOOKCORE_OWN_TEXT },
	{ "irqsoff_graph_return", false, HOOKCORE_OWN_TEXT },
	{ "func_prolog_", true, HOOKCORE_OWN_TEXT },
	/* The commands of set_ftrace_filter never look for it. */
	{ "function_trace_probe_call", false, HOOKCORE_OWN_TEXT },
	{ "ftrace_traceon", true, HOOKCORE_OWN_TEXT },
	{ "ftrace_traceoff", true, HOOKCORE_OWN_TEXT },
	{ "ftrace_dump_probe", false, HOOKCORE_OWN_TEXT },
	{ "ftrace_cpudump_probe", false, HOOKCORE_OWN_TEXT },
	{ "ftrace_stacktrace", true, HOOKCORE_OWN_TEXT },
	/* Around BPF programs, before these look and after. */
	{ "__bpf_prog_enter", true, HOOKCORE_OWN_TEXT },
	{ "__bpf_prog_exit", true, HOOKCORE_OWN_TEXT },
	{ "__bpf_tramp_enter", false, HOOKCORE_OWN_TEXT },
	{ "__bpf_tramp_exit", false, HOOKCORE_OWN_TEXT },
	{ "migrate_disable", false, HOOKCORE_OWN_TEXT },
	{ "migrate_enable", false, HOOKCORE_OWN_TEXT },
	{ "fprobe_handler", false, HOOKCORE_OWN_TEXT },
	{ "fprobe_kprobe_handler", false, HOOKCORE_OWN_TEXT },
	{ "ftrace_graph_func", false, HOOKCORE_OWN_TEXT },
	{ "ftrace_graph_is_dead", false, HOOKCORE_OWN_TEXT },
	{ "prepare_ftrace_return", false, HOOKCORE_OWN_TEXT },
	{ "ftrace_return_to_handler", false, HOOKCORE_OWN_TEXT },
	{ "trace_graph_return", false, HOOKCORE_OWN_TEXT },
	{ "klp_ftrace_handler", false, HOOKCORE_OWN_TEXT },
	{ "perf_ftrace_function_call", false, HOOKCORE_OWN_TEXT },
	{ "stack_trace_call", false, HOOKCORE_OWN_TEXT },
	/* Indirect jumps and returns lead there, a handler's own too. */
	{ "__x86_", true, HOOKCORE_NOINSTR },
	{ "srso_", true, HOOKCORE_NOINSTR },
	{ "retbleed_", true, HOOKCORE_NOINSTR },
	{ "its_return_thunk", false, HOOKCORE_NOINSTR },
	{ "call_depth_return_thunk", false, HOOKCORE_NOINSTR },
	{ "entry_untrain_ret", false, HOOKCORE_NOINSTR },
	/* Copied to where it runs: our jmp would lead elsewhere from there. */
	{ "ftrace_caller", false, HOOKCORE_NOINSTR },
	{ "ftrace_regs_caller", false, HOOKCORE_NOINSTR },
	{ "core_restore_code", false, HOOKCORE_NOINSTR },
	{ "__enc_copy", false, HOOKCORE_NOINSTR },
	/* A static call's own jmp: the kernel rewrites it. */
	{ "__SCT__", true, HOOKCORE_STATIC_CALL },
	/* The padding before a function; a label inside one. */
	{ "__pfx_", true, HOOKCORE_NOT_TEXT },
	{ "__cfi_", true, HOOKCORE_NOT_TEXT },
	{ ".", true, HOOKCORE_NOT_TEXT },
};

static bool site_is_named(const char *name, const struct site_never *never)
{
	if (never->prefix)
		return strstarts(name, never->name);
	return !strcmp(name, never->name);
}

static enum hookcore_reason site_check_name(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(site_never); i++) {
		if (site_is_named(name, &site_never[i]))
			return site_never[i].reason;
	}
	/* The unlikely half of a function, which only jumps lead to. */
	return strstr(name, ".cold") ? HOOKCORE_NOT_TEXT : HOOKCORE_OK;
}

#if COMPAT_ORC

/*
 * Assembly has symbols that nobody calls: ways in from user space, labels, code
 * that is jumped to without a stack. The unwinder knows what lies on the stack
 * there: where a function begins its return address is the topmost word.
 */
static bool site_is_called(unsigned long entry)
{
	unsigned long stack = (unsigned long)site_is_called;
	struct pt_regs regs = {
		.ip = entry,
		.sp = (unsigned long)&stack,
		.cs = __KERNEL_CS,
	};
	struct unwind_state state;

	unwind_start(&state, current, &regs, NULL);
	return state.ip == stack && state.sp == regs.sp + sizeof(stack);
}

#else

static bool site_is_called(unsigned long entry)
{
	return true;
}

#endif /* COMPAT_ORC */

static enum hookcore_reason site_check_function(unsigned long entry,
						struct site *site, char *hint)
{
	char name[KSYM_SYMBOL_LEN];
	enum hookcore_reason reason;
	unsigned long start;

	snprintf(name, sizeof(name), "%pS", (void *)entry);
	strscpy(hint, name, SITE_HINT_SIZE);
	/* Covers data, user addresses and __init text, which is freed. */
	if (!site_is_text(entry) ||
	    !symbol_extent(entry, &start, &site->size) || start != entry)
		return HOOKCORE_NOT_TEXT;
	/* A patched function that the patching runs on would run half-written
	 * text; hooks of hooks have no life cycle.
	 */
	if (hookcore_owns_text(entry))
		return HOOKCORE_OWN_TEXT;
	/* noinstr and entry text run where no handler may: before the kernel
	 * has left user context, or in the int3 path itself.
	 */
	if (COMPAT_KPROBES && IMPORTED(within_kprobe_blacklist)(entry))
		return HOOKCORE_NOINSTR;
	*strchrnul(name, '+') = '\0';
	reason = site_check_name(name);
	site->entry = entry;
	site->nop = IMPORTED(ftrace_location)(entry);
	if (!reason && !site->nop && !site_is_called(entry))
		return HOOKCORE_NOT_TEXT;
	return reason;
}

/* Under text_mutex: nobody is in the middle of writing. */
static void site_copy(u8 *copy, unsigned long start, size_t size)
{
	mutex_lock(symbol_text_mutex());
	memcpy(copy, site_bytes(start), size);
	mutex_unlock(symbol_text_mutex());
}

static bool site_has_endbr(unsigned long entry)
{
	return !memcmp(site_bytes(entry), site_endbr, SITE_ENDBR_SIZE) ||
	       !memcmp(site_bytes(entry), site_sealed, SITE_ENDBR_SIZE);
}

/* The window begins behind what ftrace owns, so that both live together. */
static enum hookcore_reason site_find_start(struct site *site, char *hint)
{
	u8 bytes[SITE_NOP_SIZE];

	site->start = site->entry;
	if (site->size > SITE_ENDBR_SIZE && site_has_endbr(site->entry))
		site->start += SITE_ENDBR_SIZE;
	/* One further inside is none to begin behind: see site_find_reserved(). */
	if (site->nop != site->start)
		site->nop = 0;
	if (!site->nop)
		return HOOKCORE_OK;
	/* Whole: ftrace begins with an int3 when it makes one the other. */
	site_copy(bytes, site->nop, SITE_NOP_SIZE);
	/* Neither ftrace's nop nor its call: somebody's jmp. Livepatch and its
	 * like use the call, but our jmp behind it would not be reached.
	 */
	if ((memcmp(bytes, site_nop, SITE_NOP_SIZE) &&
	     bytes[0] != SITE_CALL_OPCODE) ||
	    shadow_is_redirected(site->nop)) {
		snprintf(hint, SITE_HINT_SIZE, "%*phN at %pS", SITE_NOP_SIZE,
			 bytes, (void *)site->nop);
		return HOOKCORE_REDIRECTED;
	}
	site->start += SITE_NOP_SIZE;
	return HOOKCORE_OK;
}

/*
 * A function may begin with a jmp of its own, to other text of its kind; one
 * that leads to memory without a function in it was put there by somebody.
 */
static enum hookcore_reason site_check_foreign(const struct site *site,
					       char *hint)
{
	const u8 *bytes = site->original;
	struct instruction insn;
	u64 target;

	if (!instruction_decode(&insn, bytes, site->room) ||
	    bytes[0] != SITE_JMP_OPCODE)
		return HOOKCORE_OK;
	target = instruction_target(&insn, site->start);
	if (IMPORTED(core_kernel_text)(site->entry) ?
		    IMPORTED(core_kernel_text)(target) :
		    site_is_text(target))
		return HOOKCORE_OK;
	snprintf(hint, SITE_HINT_SIZE, "jmp to %ps", (void *)(uintptr_t)target);
	return HOOKCORE_REDIRECTED;
}

static size_t site_least(const struct site *site)
{
	return site_head(site) + (site->longer ? DECOY_SIZE : 0);
}

enum hookcore_reason site_relocate(const struct site *site, unsigned long to,
				   u8 *out, size_t *size, char *hint)
{
	struct reloc_request request = {
		.code = site->original,
		.room = site->room,
		.least = site_least(site),
		.from = site->start,
		.to = to,
		.out = out,
		.out_room = RELOC_MAX_TRAMPOLINE,
	};
	struct reloc_result result;
	enum hookcore_reason reason = reloc_window(&request, &result);

	if (reason)
		site_hint(hint, site->start + result.at);
	else
		*size = result.out_size;
	return reason;
}

/* BUG and WARN are found by the address of their ud2: it cannot be moved. */
static bool site_is_bug(enum hookcore_reason reason, unsigned long address)
{
	return reason == HOOKCORE_UNRELOCATABLE && IMPORTED(find_bug)(address);
}

/* What stands there is not the instruction, but what a kprobe has put on it. */
static enum hookcore_reason site_check_probed(const struct site *site,
					      size_t size, char *hint)
{
	if (site->probed >= size)
		return HOOKCORE_OK;
	site_hint(hint, site->start + site->probed);
	return HOOKCORE_KPROBE;
}

/* Which instructions are the window? Relocating to where they are tells. */
static enum hookcore_reason site_find_window(struct site *site, char *hint)
{
	u8 out[RELOC_MAX_TRAMPOLINE];
	struct reloc_request request = {
		.code = site->original,
		.room = site->room,
		.least = site_least(site),
		.from = site->start,
		.to = site->start,
		.out = out,
		.out_room = sizeof(out),
	};
	struct reloc_result result;
	enum hookcore_reason reason = reloc_window(&request, &result);

	if (!reason) {
		site->window = result.window;
		return site_check_probed(site, result.window, hint);
	}
	if (site_check_probed(site, result.at + 1, hint))
		return HOOKCORE_KPROBE;
	site_hint(hint, site->start + result.at);
	return site_is_bug(reason, site->start + result.at) ?
		       HOOKCORE_BUG_TABLE :
		       reason;
}

/* Places that the kernel itself rewrites: it would write over our jmp. */
static enum hookcore_reason site_find_reserved(void *first, void *last)
{
	if (label_reserves((unsigned long)first, (unsigned long)last))
		return HOOKCORE_JUMP_LABEL;
	if (IMPORTED(static_call_text_reserved)(first, last))
		return HOOKCORE_STATIC_CALL;
	if (IMPORTED(alternatives_text_reserved)(first, last))
		return HOOKCORE_ALTERNATIVE;
	if (IMPORTED(ftrace_text_reserved)(first, last))
		return HOOKCORE_FTRACE_SITE;
	return HOOKCORE_OK;
}

static enum hookcore_reason site_check_reserved(unsigned long address,
						size_t size, char *hint)
{
	enum hookcore_reason reason;

	/* The list of SMP alternatives is text_mutex's. */
	mutex_lock(symbol_text_mutex());
	reason = site_find_reserved((void *)address,
				    (void *)(address + size - 1));
	mutex_unlock(symbol_text_mutex());
	if (reason)
		site_hint(hint, address);
	return reason;
}

static bool site_has_kprobe(unsigned long address)
{
	struct kprobe *probe;

	/* get_kprobe() walks an RCU list; preemption off is its reader side. */
	preempt_disable();
	probe = IMPORTED(get_kprobe)((void *)address);
	preempt_enable();
	/* Also one whose module has gone: kprobe_int3_handler() does not ask. */
	return probe;
}

unsigned long site_find_kprobe(unsigned long address, size_t size)
{
	unsigned long end = address + size;

	for (; address < end; address++) {
		if (site_has_kprobe(address))
			return address;
	}
	return 0;
}

/* One that is not armed does not show in the text. */
static enum hookcore_reason site_check_kprobes(unsigned long address,
					       size_t size, char *hint)
{
	unsigned long probed = site_find_kprobe(address, size);

	if (probed) {
		site_hint(hint, probed);
		return HOOKCORE_KPROBE;
	}
	return HOOKCORE_OK;
}

/* Does this text belong to the function alone? */
static enum hookcore_reason site_check_text(unsigned long address, size_t size,
					    char *hint)
{
	enum hookcore_reason reason = site_check_kprobes(address, size, hint);

	return reason ?: site_check_reserved(address, size, hint);
}

/*
 * The window's bytes, and where a kprobe stands on them. Kprobes write text
 * under text_mutex; they can be found before they do and until all is put back.
 */
static void site_read_window(struct site *site)
{
	size_t size = min_t(size_t, site->room, RELOC_MAX_WINDOW);
	unsigned long probed;

	mutex_lock(symbol_text_mutex());
	memcpy(site->original, site_bytes(site->start), size);
	probed = site_find_kprobe(site->start, size);
	mutex_unlock(symbol_text_mutex());
	site->probed = probed ? probed - site->start : size;
}

#if COMPAT_KPROBES

/*
 * An armed kprobe hides an instruction behind int3, an optimised one also those
 * after it behind a jmp, and with them where they lead to. The kernel copies
 * MAX_INSN_SIZE bytes as they stand and puts right what belongs to one kprobe:
 * in order, so that the next one's are put right after it.
 */
static void site_restore_probed(u8 *copy, unsigned long start, size_t size)
{
	size_t i;
	u8 *at;

	for (i = 0; i < size; i++) {
		at = copy + i;
		if (*at != INT3_INSN_OPCODE && *at != SITE_JMP_OPCODE)
			continue;
		if (site_has_kprobe(start + i))
			IMPORTED(recover_probed_instruction)(at, start + i);
	}
}

#else

#define MAX_INSN_SIZE 0

static void site_restore_probed(u8 *copy, unsigned long start, size_t size)
{
}

#endif /* COMPAT_KPROBES */

/* Text as it is without kprobes; NULL if there is no memory. */
u8 *site_copy_text(unsigned long start, size_t size)
{
	u8 *copy = fail_now() ? NULL :
				kvmalloc(size + MAX_INSN_SIZE, GFP_KERNEL);

	if (!copy)
		return NULL;
	/* As recover_probed_instruction() wants it: what it looks at, a list of
	 * the optimiser's for one, changes outside of text_mutex, too.
	 */
	symbol_lock_kprobes();
	/* As in site_read_window(). */
	mutex_lock(symbol_text_mutex());
	memcpy(copy, site_bytes(start), size);
	site_restore_probed(copy, start, size);
	mutex_unlock(symbol_text_mutex());
	symbol_unlock_kprobes();
	return copy;
}

/*
 * This table is searched by the address of the instruction that trapped; and a
 * fault elsewhere must not go on in the middle of our jmp.
 */
static enum hookcore_reason site_check_extable(const struct site *site,
					       char *hint)
{
	unsigned long address = site->start, end = address + site->window;

	if (fixup_leads_into(address, end - 1)) {
		site_hint(hint, address);
		return HOOKCORE_EXTABLE;
	}
	for (; address < end; address++) {
		if (IMPORTED(search_exception_tables)(address)) {
			site_hint(hint, address);
			return HOOKCORE_EXTABLE;
		}
	}
	return HOOKCORE_OK;
}

/* Where the compiler puts the unlikely half of a function. */
#define SITE_MAX_COLD 4

/**
 * struct site_scan - looking for branches into a window
 * @site: the site.
 * @cold: cold parts that the function branches to.
 * @count: how many; more than SITE_MAX_COLD counts as undecidable.
 */
struct site_scan {
	const struct site *site;
	unsigned long cold[SITE_MAX_COLD];
	unsigned int count;
};

static bool site_is_cold(unsigned long start)
{
	char name[KSYM_SYMBOL_LEN];

	snprintf(name, sizeof(name), "%ps", (void *)start);
	return strstr(name, ".cold");
}

static void site_note_branch(void *context, u64 target)
{
	struct site_scan *scan = context;
	unsigned long start, size;
	unsigned int i;

	if (!symbol_extent(target, &start, &size) || !site_is_cold(start))
		return;
	for (i = 0; i < min_t(unsigned int, scan->count, SITE_MAX_COLD); i++) {
		if (scan->cold[i] == start)
			return;
	}
	if (scan->count < SITE_MAX_COLD)
		scan->cold[scan->count] = start;
	scan->count++;
}

enum hookcore_reason
site_find_branches(const u8 *copy, size_t size, unsigned long start, u64 first,
		   u64 end, void (*leaves)(void *context, u64 target),
		   void *context, u64 *at)
{
	enum hookcore_reason reason = reloc_branches_into(
		copy, size, start, first, end, first, end, leaves, context, at);

	/* Behind a module's last function are zeros, two an instruction. */
	if (reason == HOOKCORE_UNDECODABLE &&
	    !memchr_inv(copy + (*at - start), 0, start + size - *at))
		return HOOKCORE_OK;
	return reason;
}

static enum hookcore_reason site_scan_part(struct site_scan *scan,
					   unsigned long start,
					   unsigned long size, char *hint)
{
	const struct site *site = scan->site;
	u8 *copy = site_copy_text(start, size);
	enum hookcore_reason reason;
	u64 at;

	if (!copy)
		return HOOKCORE_NO_MEMORY;
	reason = site_find_branches(copy, size, start, site->start,
				    site->start + site->window,
				    site_note_branch, scan, &at);
	if (reason)
		site_hint(hint, at);
	kvfree(copy);
	return reason;
}

/* Also that which only the window leads to, or a jump label that is off. */
static void site_find_cold(struct site_scan *scan)
{
	const struct site *site = scan->site;
	unsigned long cold = symbol_cold(site->entry);
	u64 at;

	if (cold)
		site_note_branch(scan, cold);
	/* What cannot be decoded has been refused. */
	reloc_branches_into(site->original, site->window, site->start, 0, 0, 0,
			    0, site_note_branch, scan, &at);
}

/*
 * A branch from the rest of the function into the window would meet the middle
 * of our jmp, or run the handler again. Retpoline kernels have no jump tables,
 * so direct branches are all there are.
 */
static enum hookcore_reason site_check_branches(const struct site *site,
						char *hint)
{
	struct site_scan scan = { .site = site };
	unsigned long start, size;
	enum hookcore_reason reason;
	unsigned int i;

	if (label_leads_into(site->start, site->start + site->window - 1)) {
		site_hint(hint, site->start);
		return HOOKCORE_BRANCH_INTO_WINDOW;
	}
	site_find_cold(&scan);
	reason = site_scan_part(&scan, site->entry, site->size, hint);
	for (i = 0; !reason && i < scan.count; i++) {
		if (i == SITE_MAX_COLD)
			return HOOKCORE_UNDECODABLE;
		if (!symbol_extent(scan.cold[i], &start, &size))
			return HOOKCORE_UNDECODABLE;
		reason = site_scan_part(&scan, start, size, hint);
	}
	return reason;
}

/*
 * What a window leads to is hidden from kprobes while it runs in a trampoline:
 * see decoy.h. Kernels that make no jmps of them do not look.
 */
static enum hookcore_reason site_check_decoy(struct site *site, char *hint)
{
	u8 bytes[RELOC_MAX_WINDOW];
	unsigned int count;
	size_t target;
	u8 *copy;

	site->decoy = 0;
	if (!IS_ENABLED(CONFIG_OPTPROBES) || unsafe_no_decoy ||
	    !decoy_may_hide(site->original, site->window))
		return HOOKCORE_OK;
	copy = site_copy_text(site->start, site->room);
	if (!copy)
		return HOOKCORE_NO_MEMORY;
	count = decoy_find(copy, site->room, site->window, &target);
	kvfree(copy);
	if (!count)
		return HOOKCORE_OK;
	site->decoy = target;
	if (count == 1 &&
	    decoy_put(bytes, site->window, site_head(site), target))
		return HOOKCORE_OK;
	site_hint(hint, site->start + target);
	return HOOKCORE_HIDDEN_BRANCH;
}

/*
 * Padding in front of a function. No window of the function before may ever
 * reach it: so far from its start a relay lies at least, or what is before it is
 * itself only padding.
 */
#define SITE_RELAY_DISTANCE (SITE_ENDBR_SIZE + SITE_NOP_SIZE + RELOC_MAX_WINDOW)

/**
 * struct site_before - what lies in front of a function
 * @code: its bytes, as they are without kprobes.
 * @start: its address.
 * @end: where the function begins.
 */
struct site_before {
	const u8 *code;
	unsigned long start;
	unsigned long end;
};

static bool site_decode_before(const struct site_before *before,
			       unsigned long address, struct instruction *insn)
{
	return instruction_decode(insn,
				  before->code + (address - before->start),
				  before->end - address);
}

/*
 * The last place in the padding at its end where a jmp may stand that nobody
 * runs into, or 0. One where an instruction begins: then no kprobe in front of
 * it is optimised, since its five bytes would take in a jmp, which can_boost()
 * refuses (arch/x86/kernel/kprobes/core.c). In the middle of a long nop the
 * kernel would not see it.
 */
static unsigned long site_last_padding(const struct site_before *before,
				       bool runs_on)
{
	unsigned long address, found = 0;
	struct instruction insn;

	for (address = before->start; address < before->end;
	     address += insn.length) {
		if (!site_decode_before(before, address, &insn))
			return 0;
		if (!insn.padding) {
			runs_on = instruction_runs_on(&insn);
			found = 0;
		} else if (!runs_on &&
			   before->end - address >= RELOC_JMP_SIZE) {
			found = address;
		}
	}
	return found;
}

static bool site_is_padding(const struct site_before *before)
{
	unsigned long address;
	struct instruction insn;
	char name[KSYM_SYMBOL_LEN];

	snprintf(name, sizeof(name), "%ps", (void *)before->start);
	if (!strstarts(name, "__pfx_"))
		return false;
	for (address = before->start; address < before->end;
	     address += insn.length) {
		if (!site_decode_before(before, address, &insn) ||
		    !insn.padding)
			return false;
	}
	return true;
}

static bool site_branches_to(const struct site_before *before,
			     unsigned long relay)
{
	u64 at;

	return reloc_branches_into(before->code, before->end - before->start,
				   before->start, relay, before->end, relay,
				   before->end, NULL, NULL, &at);
}

static unsigned long site_place_relay(const struct site_before *before)
{
	unsigned long relay;

	if (site_is_padding(before))
		return site_last_padding(before, false);
	relay = site_last_padding(before, true);
	if (!relay || relay - before->start < SITE_RELAY_DISTANCE ||
	    site_branches_to(before, relay))
		return 0;
	return relay;
}

bool site_relay_is_probed(const struct site *site)
{
	size_t before = RELOC_JMP_SIZE - 1;

	return site_find_kprobe(site->relay - before, before);
}

/* As in site_read_window(). Return: where a kprobe stands on it, or 0. */
static unsigned long site_read_padding(struct site *site)
{
	unsigned long probed;

	mutex_lock(symbol_text_mutex());
	memcpy(site->padding, site_bytes(site->relay), site->relay_size);
	probed = site_find_kprobe(site->relay, site->relay_size);
	mutex_unlock(symbol_text_mutex());
	return probed;
}

/* Where could a jmp rel32 stand, if not in the window? */
static enum hookcore_reason site_find_relay(struct site *site, char *hint)
{
	struct site_before before = { .end = site->entry };
	enum hookcore_reason reason;
	unsigned long size;
	u8 *code;

	if (!site_is_text(before.end - 1) ||
	    !symbol_extent(before.end - 1, &before.start, &size) ||
	    before.start + size != before.end)
		return HOOKCORE_TOO_SHORT;
	code = site_copy_text(before.start, size);
	if (!code)
		return HOOKCORE_NO_MEMORY;
	before.code = code;
	site->relay = site_place_relay(&before);
	kvfree(code);
	if (!site->relay)
		return HOOKCORE_TOO_SHORT;
	site->relay_size = before.end - site->relay;
	if (site->relay_size > RELOC_MAX_WINDOW)
		return HOOKCORE_TOO_SHORT;
	site_hint(hint, site->relay);
	if (site_relay_is_probed(site))
		return HOOKCORE_KPROBE;
	reason = site_check_text(site->relay, site->relay_size, hint);
	if (reason)
		return reason == HOOKCORE_KPROBE ? reason : HOOKCORE_TOO_SHORT;
	return site_read_padding(site) ? HOOKCORE_KPROBE : HOOKCORE_OK;
}

static enum hookcore_reason site_check_size(struct site *site, char *hint)
{
	enum hookcore_reason reason = site_find_window(site, hint);

	if (!reason)
		reason = site_check_text(site->start, site->window, hint);
	if (!reason)
		reason = site_check_extable(site, hint);
	if (!reason)
		reason = site_check_branches(site, hint);
	if (!reason)
		reason = site_check_decoy(site, hint);
	return reason;
}

/* What may be otherwise later is what is said: nobody knows yet. */
static bool site_is_passing(enum hookcore_reason reason)
{
	return reason == HOOKCORE_KPROBE || reason == HOOKCORE_NO_MEMORY;
}

/* A longer one has room for a decoy, or takes in what it would lead to. */
static enum hookcore_reason site_check_window(struct site *site, char *hint)
{
	enum hookcore_reason reason, longer;
	char why[SITE_HINT_SIZE];

	site->longer = false;
	reason = site_check_size(site, hint);
	if (reason != HOOKCORE_HIDDEN_BRANCH)
		return reason;
	site->longer = true;
	longer = site_check_size(site, why);
	if (site_is_passing(longer)) {
		strscpy(hint, why, SITE_HINT_SIZE);
		return longer;
	}
	return longer ? reason : HOOKCORE_OK;
}

/* What a window of five bytes takes in, one of two may leave out. */
static enum hookcore_reason site_check_short(struct site *site, char *hint)
{
	enum hookcore_reason reason = site_find_relay(site, hint);

	if (!reason)
		reason = site_check_window(site, hint);
	if (reason)
		site->relay = 0;
	return reason;
}

enum hookcore_reason site_examine(unsigned long entry, struct site *site,
				  char *hint)
{
	enum hookcore_reason reason = site_check_function(entry, site, hint);
	char why[SITE_HINT_SIZE] = "";
	enum hookcore_reason shorter;

	if (!reason)
		reason = site_find_start(site, hint);
	if (reason)
		return reason;
	site->relay = 0;
	site->room = site->entry + site->size - site->start;
	site_read_window(site);
	reason = site_check_probed(
		site, min_t(size_t, site->room, RELOC_JMP_SIZE), hint);
	if (!reason)
		reason = site_check_foreign(site, hint);
	if (reason)
		return reason;
	reason = site_check_window(site, hint);
	if (reason && !site_is_passing(reason)) {
		shorter = site_check_short(site, why);
		if (!shorter || site_is_passing(shorter)) {
			strscpy(hint, why, SITE_HINT_SIZE);
			reason = shorter;
		}
	}
	if (!reason)
		*hint = '\0';
	return reason;
}
