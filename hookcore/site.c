// SPDX-License-Identifier: GPL-2.0
/*
 * May this function's window be taken? Each check names the hazard it is there
 * for; the first that applies is the reason of the refusal.
 */
#include "site.h"

#include "hook.h"
#include "shadow.h"
#include "symbol.h"

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

static bool site_is_text(unsigned long address)
{
	return IMPORTED(core_kernel_text)(address) ||
	       IMPORTED(is_module_text_address)(address);
}

/*
 * What an NMI that meets a half-written patch runs through before text_int3()
 * sends it on, and the kprobe blacklist does not name: a patch there would trap
 * in the handling of the trap.
 */
static const char *const site_int3_path[] = {
	"__rcu_read_lock",
	"__rcu_read_unlock",
	"rcu_read_unlock_special",
};

static bool site_is_int3_path(unsigned long entry)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(site_int3_path); i++) {
		if (hookcore_symbol(site_int3_path[i]) == entry)
			return true;
	}
	return false;
}

static enum hookcore_reason site_check_function(unsigned long entry,
						struct site *site, char *hint)
{
	unsigned long start;

	snprintf(hint, SITE_HINT_SIZE, "%ps", (void *)entry);
	/* Covers data, user addresses and __init text, which is freed. */
	if (!site_is_text(entry) || !symbol_extent(entry, &start, &site->size))
		return HOOKCORE_NOT_TEXT;
	if (start != entry) {
		snprintf(hint, SITE_HINT_SIZE, "%pS", (void *)entry);
		return HOOKCORE_NOT_TEXT;
	}
	/* A patched function that the patching runs on would run half-written
	 * text; hooks of hooks have no life cycle.
	 */
	if (hookcore_owns_text(entry) || site_is_int3_path(entry))
		return HOOKCORE_OWN_TEXT;
	/* noinstr and entry text run where no handler may: before the kernel
	 * has left user context, or in the int3 path itself.
	 */
	if (COMPAT_KPROBES && IMPORTED(within_kprobe_blacklist)(entry))
		return HOOKCORE_NOINSTR;
	site->entry = entry;
	return HOOKCORE_OK;
}

static bool site_has_endbr(unsigned long entry)
{
	return !memcmp(site_bytes(entry), site_endbr, SITE_ENDBR_SIZE) ||
	       !memcmp(site_bytes(entry), site_sealed, SITE_ENDBR_SIZE);
}

/* The window begins behind what ftrace owns, so that both live together. */
static enum hookcore_reason site_find_start(struct site *site, char *hint)
{
	unsigned long nop = IMPORTED(ftrace_location)(site->entry);
	const u8 *bytes;

	site->nop = 0;
	site->start = site->entry;
	if (site->size > SITE_ENDBR_SIZE && site_has_endbr(site->entry))
		site->start += SITE_ENDBR_SIZE;
	if (!nop)
		return HOOKCORE_OK;
	bytes = site_bytes(nop);
	snprintf(hint, SITE_HINT_SIZE, "%*phN at %pS", SITE_NOP_SIZE, bytes,
		 (void *)nop);
	/* Neither ftrace's nop nor its call: somebody's jmp. */
	if (nop != site->start || (memcmp(bytes, site_nop, SITE_NOP_SIZE) &&
				   bytes[0] != SITE_CALL_OPCODE))
		return HOOKCORE_REDIRECTED;
	/* Livepatch and its like: our jmp would not be reached. */
	if (shadow_is_redirected(nop))
		return HOOKCORE_REDIRECTED;
	site->nop = nop;
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
	const u8 *bytes = site_bytes(site->start);
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

enum hookcore_reason site_relocate(const struct site *site, unsigned long to,
				   u8 *out, size_t *size, char *hint)
{
	struct reloc_request request = {
		.code = site_bytes(site->start),
		.room = site->room,
		.from = site->start,
		.to = to,
		.out = out,
		.out_room = RELOC_MAX_TRAMPOLINE,
	};
	struct reloc_result result;
	enum hookcore_reason reason = reloc_window(&request, &result);

	if (reason)
		snprintf(hint, SITE_HINT_SIZE, "%pS",
			 (void *)(site->start + result.at));
	else
		*size = result.out_size;
	return reason;
}

/* Which instructions are the window? Relocating to where they are tells. */
static enum hookcore_reason site_find_window(struct site *site, char *hint)
{
	u8 out[RELOC_MAX_TRAMPOLINE];
	struct reloc_request request = {
		.code = site_bytes(site->start),
		.room = site->room,
		.from = site->start,
		.to = site->start,
		.out = out,
		.out_room = sizeof(out),
	};
	struct reloc_result result;
	enum hookcore_reason reason = reloc_window(&request, &result);

	if (reason) {
		snprintf(hint, SITE_HINT_SIZE, "%pS",
			 (void *)(site->start + result.at));
		return reason;
	}
	site->window = result.window;
	memcpy(site->original, request.code, result.window);
	return HOOKCORE_OK;
}

/* Places that the kernel itself rewrites: it would write over our jmp. */
static enum hookcore_reason site_find_reserved(void *first, void *last)
{
	if (IMPORTED(jump_label_text_reserved)(first, last))
		return HOOKCORE_JUMP_LABEL;
	if (IMPORTED(static_call_text_reserved)(first, last))
		return HOOKCORE_STATIC_CALL;
	if (IMPORTED(alternatives_text_reserved)(first, last))
		return HOOKCORE_ALTERNATIVE;
	if (IMPORTED(ftrace_text_reserved)(first, last))
		return HOOKCORE_FTRACE_SITE;
	return HOOKCORE_OK;
}

static enum hookcore_reason site_check_reserved(const struct site *site,
						char *hint)
{
	void *first = (void *)site->start;
	void *last = (void *)(site->start + site->window - 1);
	enum hookcore_reason reason;

	snprintf(hint, SITE_HINT_SIZE, "%pS", first);
	/* The list of SMP alternatives is text_mutex's. */
	mutex_lock(symbol_text_mutex());
	reason = site_find_reserved(first, last);
	mutex_unlock(symbol_text_mutex());
	return reason;
}

bool site_has_kprobe(unsigned long address)
{
	struct kprobe *probe;

	/* get_kprobe() walks an RCU list; preemption off is its reader side. */
	preempt_disable();
	probe = IMPORTED(get_kprobe)((void *)address);
	preempt_enable();
	return probe;
}

/*
 * Before anything is decoded: an armed kprobe stands in the text as int3 or
 * jmp, a disarmed one as nothing.
 */
static enum hookcore_reason site_check_kprobes(const struct site *site,
					       size_t size, char *hint)
{
	unsigned long address = site->start, end = address + size;

	for (; address < end; address++) {
		snprintf(hint, SITE_HINT_SIZE, "%pS", (void *)address);
		if (site_has_kprobe(address))
			return HOOKCORE_KPROBE;
	}
	return HOOKCORE_OK;
}

/* Tables that are searched by the address of the instruction that trapped. */
static enum hookcore_reason site_check_tables(const struct site *site,
					      char *hint)
{
	unsigned long address;

	for (address = site->start; address < site->start + site->window;
	     address++) {
		snprintf(hint, SITE_HINT_SIZE, "%pS", (void *)address);
		if (IMPORTED(find_bug)(address))
			return HOOKCORE_BUG_TABLE;
		if (IMPORTED(search_exception_tables)(address))
			return HOOKCORE_EXTABLE;
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

static enum hookcore_reason site_scan_part(struct site_scan *scan,
					   unsigned long start,
					   unsigned long size, char *hint)
{
	const struct site *site = scan->site;
	u64 end = site->start + site->window, at;
	enum hookcore_reason reason;

	reason = reloc_branches_into(site_bytes(start), size, start,
				     site->start, end, site->start, end,
				     site_note_branch, scan, &at);
	if (reason)
		snprintf(hint, SITE_HINT_SIZE, "%pS", (void *)(uintptr_t)at);
	return reason;
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

enum hookcore_reason site_examine(unsigned long entry, struct site *site,
				  char *hint)
{
	enum hookcore_reason reason = site_check_function(entry, site, hint);

	if (!reason)
		reason = site_find_start(site, hint);
	if (reason)
		return reason;
	site->room = site->entry + site->size - site->start;
	reason = site_check_kprobes(
		site, min_t(size_t, site->room, RELOC_JMP_SIZE), hint);
	if (!reason)
		reason = site_check_foreign(site, hint);
	if (!reason)
		reason = site_find_window(site, hint);
	if (!reason)
		reason = site_check_kprobes(site, site->window, hint);
	if (!reason)
		reason = site_check_reserved(site, hint);
	if (!reason)
		reason = site_check_tables(site, hint);
	if (!reason)
		reason = site_check_branches(site, hint);
	if (!reason)
		*hint = '\0';
	return reason;
}
