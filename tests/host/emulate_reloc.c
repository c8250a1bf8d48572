// SPDX-License-Identifier: GPL-2.0
/*
 * Does a relocated window do what the original does? Both run in an emulator
 * (Unicorn) from the same registers, flags and memory, until they leave; then
 * all of that, and where they left to, must be the same.
 *
 * emulate_reloc forms
 * emulate_reloc random SEED FIRST COUNT
 * emulate_reloc functions FILE LEAST...: bytes that windows have
 */
#include <inttypes.h>
#include <malloc.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "random.h"
#include "reloc.h"
#include "window.h"

/* Where kernels have their text, and how far behind it are their modules. */
#define KERNEL_TEXT 0xffffffff81000000
#define TEXT_SIZE 0x4000000
#define TRAMPOLINES 0x3f000000
#define TRAMPOLINES_SIZE 0x1000000
/* Where a return address is no sign-extended 32-bit number. */
#define OTHER_TEXT 0x123481000000
#define SLOT 0x400
#define DATA 0x500000000000
#define STACK 0x700000000000
#define MEMORY_SIZE 0x1000
#define PAGE 0x1000

#define HLT 0xf4
/* More than the emulator ever has at once. */
#define KEPT_MEMORY 0x40000000
#define MAX_INSTRUCTIONS 200
#define MAX_PAGES 64
#define STATES_PER_WINDOW 3
/* Code at the same address is translated only once: each has its own slot. */
#define CASES_PER_ENGINE 4096

#define STATUS_FLAGS 0x8d5 /* CF PF AF ZF SF OF */

#define REG(name) UC_X86_REG_##name

static const int registers[] = {
	REG(RAX), REG(RCX), REG(RDX), REG(RBX), REG(RSP),    REG(RBP),
	REG(RSI), REG(RDI), REG(R8),  REG(R9),	REG(R10),    REG(R11),
	REG(R12), REG(R13), REG(R14), REG(R15), REG(EFLAGS),
};

#define COUNT ARRAY_SIZE(registers)
#define RCX 1
#define RSP 4
#define EFLAGS (COUNT - 1)

/**
 * struct page - memory that was touched, and was not there before
 * @address: of its start.
 * @hash: of its contents, after the run.
 */
struct page {
	u64 address;
	u64 hash;
};

/**
 * struct run - what a run left behind
 * @error: what stopped it; UC_ERR_OK is a hlt, or an exception.
 * @endless: it did not stop by itself.
 * @steps: instructions it ran.
 * @left: it stopped outside the code that was run.
 * @exit: if so, where.
 * @value: registers.
 * @data: hash of the data.
 * @stack: hash of the stack.
 * @pages: other memory it touched.
 * @page_count: how many.
 */
struct run {
	uc_err error;
	bool endless;
	unsigned int steps;
	bool left;
	u64 exit;
	u64 value[COUNT];
	u64 data;
	u64 stack;
	struct page pages[MAX_PAGES];
	size_t page_count;
};

/*
 * The emulator's memory. Every engine has the same: displace() leaves hlts
 * where there is code, and asking for it anew each time takes half of the time.
 */
static alignas(PAGE) u8 text_memory[TEXT_SIZE];
static alignas(PAGE) u8 trampoline_memory[TRAMPOLINES_SIZE];
static alignas(PAGE) u8 page_pool[MAX_PAGES][PAGE];

/**
 * struct bench - the emulator and what it runs
 * @uc: the emulator.
 * @text: where the originals are.
 * @run: the run that goes on.
 * @limit: instructions it may run.
 * @last: address of the last one.
 * @compared: runs compared.
 * @endless: of them, those that did not stop.
 * @slots: places for windows used, see CASES_PER_ENGINE.
 * @faults: those that ended in a fault.
 */
struct bench {
	uc_engine *uc;
	u64 text;
	struct run *run;
	unsigned int limit;
	u64 last;
	u64 compared;
	u64 endless;
	u64 slots;
	u64 faults;
};

static void must(uc_err error, const char *what)
{
	if (error == UC_ERR_OK)
		return;
	fprintf(stderr, "%s: %s\n", what, uc_strerror(error));
	exit(2);
}

static u64 hash_words(const u64 *words, size_t count)
{
	u64 hash = 0xcbf29ce484222325;

	while (count--) {
		hash = (hash ^ *words++) * 0x100000001b3;
		hash ^= hash >> 29;
	}
	return hash;
}

/* Contents that depend on the address only. */
static void fill(uc_engine *uc, u64 address, size_t size)
{
	u64 words[MEMORY_SIZE / sizeof(u64)];
	u64 state = address;
	size_t i;

	for (i = 0; i < size / sizeof(u64); i++)
		words[i] = random_next(&state);
	must(uc_mem_write(uc, address, words, size), "fill");
}

static bool map_page(struct bench *bench, u64 address)
{
	struct run *run = bench->run;
	size_t i;

	for (i = 0; i < run->page_count; i++) {
		if (run->pages[i].address == address)
			return true;
	}
	if (run->page_count == MAX_PAGES ||
	    uc_mem_map_ptr(bench->uc, address, PAGE,
			   UC_PROT_READ | UC_PROT_WRITE,
			   page_pool[run->page_count]))
		return false;
	fill(bench->uc, address, PAGE);
	run->pages[run->page_count++].address = address;
	return true;
}

static bool on_unmapped(uc_engine *uc, uc_mem_type type, uint64_t address,
			int size, int64_t value, void *context)
{
	u64 first = address & ~(u64)(PAGE - 1);
	u64 last = (address + size - 1) & ~(u64)(PAGE - 1);
	bool known;

	(void)uc;
	(void)type;
	(void)value;
	known = map_page(context, first);
	/* The other half may be mapped already. */
	if (last != first)
		map_page(context, last);
	return known;
}

static void on_instruction(uc_engine *uc, uint64_t address, uint32_t size,
			   void *context)
{
	struct bench *bench = context;

	(void)size;
	bench->last = address;
	if (++bench->run->steps < bench->limit)
		return;
	bench->run->endless = true;
	uc_emu_stop(uc);
}

static void map_code(uc_engine *uc, u64 address, size_t size, u8 *memory)
{
	if (*memory != HLT)
		memset(memory, HLT, size);
	must(uc_mem_map_ptr(uc, address, size, UC_PROT_READ | UC_PROT_EXEC,
			    memory),
	     "map code");
}

static void bench_open(struct bench *bench, u64 text)
{
	uc_hook hook;

	if (bench->uc)
		uc_close(bench->uc);
	bench->text = text;
	must(uc_open(UC_ARCH_X86, UC_MODE_64, &bench->uc), "open");
	map_code(bench->uc, text, TEXT_SIZE, text_memory);
	map_code(bench->uc, text + TRAMPOLINES, TRAMPOLINES_SIZE,
		 trampoline_memory);
	must(uc_mem_map(bench->uc, DATA, MEMORY_SIZE,
			UC_PROT_READ | UC_PROT_WRITE),
	     "map data");
	must(uc_mem_map(bench->uc, STACK, MEMORY_SIZE,
			UC_PROT_READ | UC_PROT_WRITE),
	     "map stack");
	must(uc_hook_add(bench->uc, &hook,
			 UC_HOOK_MEM_READ_UNMAPPED | UC_HOOK_MEM_WRITE_UNMAPPED,
			 (void *)on_unmapped, bench, 1, 0),
	     "hook memory");
	must(uc_hook_add(bench->uc, &hook, UC_HOOK_CODE, (void *)on_instruction,
			 bench, 1, 0),
	     "hook code");
}

static u64 hash_memory(uc_engine *uc, u64 address, size_t size)
{
	u64 words[MEMORY_SIZE / sizeof(u64)];

	must(uc_mem_read(uc, address, words, size), "read memory");
	return hash_words(words, size / sizeof(u64));
}

static void collect(struct bench *bench, struct run *run)
{
	void *pointers[COUNT];
	size_t i;

	for (i = 0; i < COUNT; i++)
		pointers[i] = &run->value[i];
	must(uc_reg_read_batch(bench->uc, (int *)registers, pointers, COUNT),
	     "read registers");
	run->data = hash_memory(bench->uc, DATA, MEMORY_SIZE);
	run->stack = hash_memory(bench->uc, STACK, MEMORY_SIZE);
	for (i = 0; i < run->page_count; i++) {
		run->pages[i].hash =
			hash_memory(bench->uc, run->pages[i].address, PAGE);
		must(uc_mem_unmap(bench->uc, run->pages[i].address, PAGE),
		     "unmap");
	}
}

/* Either to a hlt, or to where no code is. */
static void find_exit(struct bench *bench, struct run *run, u64 start,
		      size_t size)
{
	if (run->error == UC_ERR_FETCH_UNMAPPED ||
	    run->error == UC_ERR_FETCH_PROT) {
		run->left = true;
		must(uc_reg_read(bench->uc, REG(RIP), &run->exit), "read rip");
	} else if (run->error == UC_ERR_OK && bench->last - start >= size) {
		run->left = true;
		run->exit = bench->last;
	}
}

static void execute(struct bench *bench, struct run *run, u64 start,
		    size_t size, const u64 value[COUNT], unsigned int limit)
{
	void *pointers[COUNT];
	size_t i;

	memset(run, 0, sizeof(*run));
	bench->run = run;
	bench->limit = limit;
	fill(bench->uc, DATA, MEMORY_SIZE);
	fill(bench->uc, STACK, MEMORY_SIZE);
	for (i = 0; i < COUNT; i++)
		pointers[i] = (void *)&value[i];
	must(uc_reg_write_batch(bench->uc, (int *)registers, pointers, COUNT),
	     "write registers");
	run->error = uc_emu_start(bench->uc, start, 0, 0, 0);
	find_exit(bench, run, start, size);
	collect(bench, run);
}

static bool same_pages(const struct run *a, const struct run *b)
{
	size_t i, j;

	if (a->page_count != b->page_count)
		return false;
	for (i = 0; i < a->page_count; i++) {
		for (j = 0; j < b->page_count; j++) {
			if (a->pages[i].address == b->pages[j].address)
				break;
		}
		if (j == b->page_count || a->pages[i].hash != b->pages[j].hash)
			return false;
	}
	return true;
}

static bool same(const struct run *a, const struct run *b)
{
	/* What came of it nobody knows, but the other one goes on as well. */
	if (a->endless)
		return b->steps >= a->steps;
	return a->error == b->error && a->left == b->left &&
	       a->exit == b->exit &&
	       !memcmp(a->value, b->value, sizeof(a->value)) &&
	       a->data == b->data && a->stack == b->stack && same_pages(a, b);
}

static void print_bytes(const char *what, const u8 *bytes, size_t count)
{
	printf("  %-10s", what);
	while (count--)
		printf(" %02x", *bytes++);
	printf("\n");
}

static void print_run(const char *what, const struct run *run)
{
	size_t i;

	printf("  %s: %s%s, left to %#" PRIx64 ", data %" PRIx64
	       ", stack %" PRIx64 ", %zu other pages\n   ",
	       what, uc_strerror(run->error), run->endless ? ", endless" : "",
	       run->exit, run->data, run->stack, run->page_count);
	for (i = 0; i < COUNT; i++)
		printf(" %" PRIx64, run->value[i]);
	printf("\n");
}

/**
 * struct window - a window and its relocated form
 * @code: the original's bytes.
 * @least: how many of them it must have.
 * @out: the relocated ones.
 * @from: the original's address.
 * @to: the relocated ones'.
 * @result: of reloc_window().
 */
struct window {
	const u8 *code;
	size_t least;
	u8 out[RELOC_MAX_TRAMPOLINE];
	u64 from;
	u64 to;
	struct reloc_result result;
};

static enum hookcore_reason relocate(struct window *window, const u8 *code,
				     size_t room)
{
	struct reloc_request request = {
		.code = code,
		.room = room,
		.least = window->least,
		.from = window->from,
		.to = window->to,
		.out = window->out,
		.out_room = sizeof(window->out),
	};

	window->code = code;
	return reloc_window(&request, &window->result);
}

/*
 * By uc_mem_write() all memory would be laid out anew, to make it writable for
 * that moment. What stood there may have been translated: an earlier window may
 * have led to this one, as a call does to a function's entry.
 */
static void write_code(struct bench *bench, u64 address, const u8 *bytes,
		       size_t size)
{
	u64 at = address - bench->text;

	if (at < TEXT_SIZE)
		memcpy(text_memory + at, bytes, size);
	else
		memcpy(trampoline_memory + at - TRAMPOLINES, bytes, size);
	must(uc_ctl_remove_cache(bench->uc, address, address + size),
	     "forget translation");
}

static void place(struct bench *bench, const struct window *window)
{
	write_code(bench, window->from, window->code, window->result.window);
	write_code(bench, window->to, window->out, window->result.out_size);
}

static void displace(struct bench *bench, const struct window *window)
{
	u8 hlts[RELOC_MAX_TRAMPOLINE];

	memset(hlts, HLT, sizeof(hlts));
	write_code(bench, window->from, hlts, window->result.window);
	write_code(bench, window->to, hlts, window->result.out_size);
}

/* Runs both from the same state; @original may be looked at afterwards. */
static bool compare(struct bench *bench, const struct window *window,
		    const u64 value[COUNT], struct run *original)
{
	struct run moved;

	execute(bench, original, window->from, window->result.window, value,
		MAX_INSTRUCTIONS);
	/* Each instruction became four at the most. */
	execute(bench, &moved, window->to, window->result.out_size, value,
		4 * MAX_INSTRUCTIONS);
	bench->compared++;
	bench->endless += original->endless;
	bench->faults += !original->left && !original->endless;
	if (same(original, &moved))
		return true;
	printf("MISMATCH at %#" PRIx64 "\n", window->from);
	print_bytes("window", window->code, window->result.window);
	print_bytes("trampoline", window->out, window->result.out_size);
	print_run("original", original);
	print_run("trampoline", &moved);
	return false;
}

static u64 random_value(u64 *state)
{
	if (random_percent(state, 55))
		return DATA + MEMORY_SIZE / 4 + random_below(state, 256) * 8;
	if (random_percent(state, 50))
		return random_below(state, 4);
	return random_next(state);
}

static void random_state(u64 value[COUNT], u64 *state)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		value[i] = random_value(state);
	/* loop ends soon, or not at all. */
	if (random_percent(state, 70))
		value[RCX] = random_below(state, 20);
	value[RSP] = STACK + MEMORY_SIZE / 2 + random_below(state, 64) * 8;
	value[EFLAGS] = 2 | (random_next(state) & STATUS_FLAGS);
}

static bool compare_random(struct bench *bench, const struct window *window,
			   u64 *state)
{
	struct run original;
	u64 value[COUNT];
	unsigned int i;

	for (i = 0; i < STATES_PER_WINDOW; i++) {
		random_state(value, state);
		if (!compare(bench, window, value, &original))
			return false;
	}
	return true;
}

/* Every form of conditional branch, both ways, from all flags that matter. */

static const struct form {
	u8 code[8];
	u8 size;
	const char *name;
} forms[] = {
	{ { 0xe0, 0x20 }, 2, "loopne" },
	{ { 0xe1, 0x20 }, 2, "loope" },
	{ { 0xe2, 0x20 }, 2, "loop" },
	{ { 0xe3, 0x20 }, 2, "jrcxz" },
	{ { 0x67, 0xe0, 0x20 }, 3, "loopne (ecx)" },
	{ { 0x67, 0xe1, 0x20 }, 3, "loope (ecx)" },
	{ { 0x67, 0xe2, 0x20 }, 3, "loop (ecx)" },
	{ { 0x67, 0xe3, 0x20 }, 3, "jecxz" },
};

static bool compare_form(struct bench *bench, const u8 *code, size_t size,
			 const char *name)
{
	static const u64 counts[] = { 0, 1, 2, 1ULL << 32, (1ULL << 32) + 1 };
	u64 slot = bench->slots++ * SLOT;
	struct window window = {
		.least = RELOC_JMP_SIZE,
		.from = bench->text + PAGE + slot,
		.to = bench->text + TRAMPOLINES + PAGE + slot,
	};
	u8 padded[16];
	u64 value[COUNT] = { [RSP] = STACK + MEMORY_SIZE / 2 };
	unsigned int flags, i, taken = 0, fell = 0;
	struct run original;
	bool good = true;

	memset(padded, 0x90, sizeof(padded));
	memcpy(padded, code, size);
	if (relocate(&window, padded, sizeof(padded)) != HOOKCORE_OK)
		return false;
	place(bench, &window);
	for (flags = 0; flags <= STATUS_FLAGS; flags++) {
		if (flags & ~STATUS_FLAGS)
			continue;
		value[EFLAGS] = flags | 2;
		for (i = 0; i < ARRAY_SIZE(counts); i++) {
			value[RCX] = counts[i];
			good &= compare(bench, &window, value, &original);
			if (original.exit == window.from + window.result.window)
				fell++;
			else
				taken++;
		}
	}
	displace(bench, &window);
	if (good && taken && fell)
		return true;
	printf("%s: %u taken, %u not\n", name, taken, fell);
	return false;
}

static bool compare_condition(struct bench *bench, u8 condition)
{
	static const u8 prefixes[] = { 0, 0x2e, 0x3e, 0xf2 };
	u8 code[8];
	char name[16];
	size_t i, at;
	bool good = true;

	snprintf(name, sizeof(name), "jcc %x", condition);
	for (i = 0; i < sizeof(prefixes); i++) {
		at = 0;
		if (prefixes[i])
			code[at++] = prefixes[i];
		code[at] = 0x70 | condition;
		code[at + 1] = 0x20;
		good &= compare_form(bench, code, at + 2, name);
		code[at] = 0x0f;
		code[at + 1] = 0x80 | condition;
		memcpy(code + at + 2, "\x20\x00\x00\x00", 4);
		good &= compare_form(bench, code, at + 6, name);
	}
	return good;
}

static int compare_forms(void)
{
	struct bench bench = { 0 };
	bool good = true;
	size_t i;

	bench_open(&bench, KERNEL_TEXT);
	for (i = 0; i < 16; i++)
		good &= compare_condition(&bench, i);
	for (i = 0; i < ARRAY_SIZE(forms); i++)
		good &= compare_form(&bench, forms[i].code, forms[i].size,
				     forms[i].name);
	uc_close(bench.uc);
	printf("forms: %" PRIu64 " runs compared\n", bench.compared);
	return good ? 0 : 1;
}

static bool compare_case(struct bench *bench, u64 seed, u64 number,
			 u64 *accepted)
{
	u64 state = seed ^ number * 0xd1342543de82ef95;
	u64 slot = number % CASES_PER_ENGINE * SLOT;
	struct window window = {
		.least = number % 4 ? RELOC_JMP_SIZE : RELOC_SHORT_SIZE,
		.from = bench->text + PAGE + slot,
		.to = bench->text + TRAMPOLINES + PAGE + slot,
	};
	u8 code[WINDOW_MAX];
	size_t size = window_generate(code, &state);
	bool good;

	if (relocate(&window, code, size) != HOOKCORE_OK ||
	    !window_is_emulable(code, window.result.window))
		return true;
	++*accepted;
	place(bench, &window);
	good = compare_random(bench, &window, &state);
	displace(bench, &window);
	if (!good)
		printf("  again: random %" PRIu64 " %" PRIu64 " 1\n", seed,
		       number);
	return good;
}

/* @count windows that were accepted, not tried. */
static int compare_cases(u64 seed, u64 first, u64 count)
{
	struct bench bench = { 0 };
	u64 number, accepted = 0, mismatches = 0;

	for (number = first; accepted < count; number++) {
		u64 engine = number / CASES_PER_ENGINE;

		if (number == first || number % CASES_PER_ENGINE == 0)
			bench_open(&bench,
				   engine % 4 == 3 ? OTHER_TEXT : KERNEL_TEXT);
		mismatches += !compare_case(&bench, seed, number, &accepted);
		if (count == 1 || mismatches == 10)
			break;
	}
	uc_close(bench.uc);
	printf("random: seed %" PRIu64 ", %" PRIu64 " windows of %" PRIu64
	       " accepted, %" PRIu64 " runs compared (%" PRIu64
	       " ended in a fault, %" PRIu64 " did not end), %" PRIu64
	       " mismatches\n",
	       seed, accepted, number - first, bench.compared, bench.faults,
	       bench.endless, mismatches);
	return mismatches ? 1 : 0;
}

/* As functions.py writes them. */
struct function {
	u64 address;
	u32 size;
	u8 code[64];
};

/**
 * struct tally - what became of the functions
 * @tried: windows that reloc_window() was asked to move.
 * @accepted: those it moved.
 * @skipped: of them, those that cannot be compared; see window_is_emulable().
 * @mismatches: those that did something else.
 */
struct tally {
	u64 tried;
	u64 accepted;
	u64 skipped;
	u64 mismatches;
};

static bool compare_function(struct bench *bench,
			     const struct function *function, size_t least,
			     struct tally *tally)
{
	u64 state = function->address;
	u64 number = tally->tried++;
	struct window window = {
		.least = least,
		.from = function->address,
		.to = bench->text + TRAMPOLINES +
		      number % CASES_PER_ENGINE * SLOT,
	};
	size_t room = function->size < sizeof(function->code) ?
			      function->size :
			      sizeof(function->code);
	bool good;

	if (function->address - bench->text >= TEXT_SIZE - PAGE ||
	    relocate(&window, function->code, room) != HOOKCORE_OK)
		return true;
	tally->accepted++;
	if (!window_is_emulable(function->code, window.result.window)) {
		tally->skipped++;
		return true;
	}
	place(bench, &window);
	good = compare_random(bench, &window, &state);
	displace(bench, &window);
	return good;
}

/* The windows of all functions, each @least bytes long. */
static bool compare_all(FILE *file, size_t least)
{
	struct bench bench = { 0 };
	struct tally tally = { 0 };
	struct function function;

	rewind(file);
	while (fread(&function, sizeof(function), 1, file) == 1) {
		if (tally.tried % CASES_PER_ENGINE == 0)
			bench_open(&bench, KERNEL_TEXT);
		tally.mismatches +=
			!compare_function(&bench, &function, least, &tally);
		if (tally.mismatches == 10)
			break;
	}
	if (bench.uc)
		uc_close(bench.uc);
	printf("functions, windows of %zu bytes: %" PRIu64 " of %" PRIu64
	       " accepted, %" PRIu64 " cannot be compared, %" PRIu64
	       " runs, %" PRIu64 " mismatches\n",
	       least, tally.accepted, tally.tried, tally.skipped,
	       bench.compared, tally.mismatches);
	/* What cannot be compared is the exception, and what is refused is. */
	return !tally.mismatches && tally.accepted > 100 * tally.skipped &&
	       10 * tally.accepted >= 9 * tally.tried;
}

static int compare_functions(const char *path, char **sizes, int count)
{
	FILE *file = fopen(path, "rb");
	bool good = true;
	int i;

	if (!file) {
		perror(path);
		return 2;
	}
	for (i = 0; i < count; i++)
		good &= compare_all(file, strtoul(sizes[i], NULL, 0));
	fclose(file);
	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	/* Unicorn frees megabytes with each run, and wants them back. */
	mallopt(M_TRIM_THRESHOLD, KEPT_MEMORY);
	mallopt(M_MMAP_THRESHOLD, KEPT_MEMORY);
	if (argc == 2 && !strcmp(argv[1], "forms"))
		return compare_forms();
	if (argc == 5 && !strcmp(argv[1], "random"))
		return compare_cases(strtoull(argv[2], NULL, 0),
				     strtoull(argv[3], NULL, 0),
				     strtoull(argv[4], NULL, 0));
	if (argc > 3 && !strcmp(argv[1], "functions"))
		return compare_functions(argv[2], argv + 3, argc - 3);
	fprintf(stderr, "usage: see the top of the source\n");
	return 2;
}
