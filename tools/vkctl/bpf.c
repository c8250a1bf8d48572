// SPDX-License-Identifier: GPL-2.0
/*
 * The program is run with number and architecture known, and arguments that are
 * not. Where it asks for an argument, the ways part.
 *
 * The ways are listed so that the first that fits decides, and for this it is
 * enough to keep what holds, never what does not: of a branch, all ways of its
 * true side come first, and together they decide everything for which the
 * condition holds. What comes behind them is only asked about the rest.
 */
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf.h"

/* A profile for people comes to a handful; the limits are for others. */
#define MAX_DECISIONS 4096
#define MAX_STEPS 1000000
#define MAX_DEPTH 1000
#define ALL_BITS UINT32_MAX

/* What the accumulator holds. */
struct accumulator {
	/* A number that is known, */
	bool known;
	uint32_t number;
	/* or some bits of the low or the high half of an argument. */
	unsigned int argument;
	unsigned int shift;
	uint32_t mask;
};

/* A place in the program, in a state. */
struct place {
	size_t pc;
	struct accumulator acc;
};

struct walk {
	const struct sock_filter *code;
	size_t count;
	enum abi abi;
	uint32_t number;
	struct bpf_decisions *decisions;
	unsigned int steps;
	unsigned int depth;
	const char *trouble;
};

static void go(struct walk *walk, struct place place,
	       const struct bpf_path *path, const struct place *stop);

static void decide(struct walk *walk, const struct bpf_path *path,
		   uint32_t action)
{
	struct bpf_decisions *decisions = walk->decisions;

	if (decisions->count == MAX_DECISIONS) {
		walk->trouble = "too many conditions";
		return;
	}
	if (!(decisions->count & (decisions->count - 1)))
		decisions->list = need(realloc(
			decisions->list, (decisions->count ?: 1) * 2 *
						 sizeof(*decisions->list)));
	decisions->list[decisions->count++] = (struct bpf_decision){
		.path = *path,
		.action = action,
	};
}

/* --- Loads ---------------------------------------------------------------- */

static uint32_t audit_arch(enum abi abi)
{
	return abi == ABI_IA32 ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64;
}

static bool load(const struct walk *walk, uint32_t offset,
		 struct accumulator *acc)
{
	const uint32_t first = offsetof(struct seccomp_data, args);

	memset(acc, 0, sizeof(*acc));
	if (offset == offsetof(struct seccomp_data, nr)) {
		acc->known = true;
		acc->number = walk->number;
		acc->number |= walk->abi == ABI_X32 ? X32_BIT : 0;
		return true;
	}
	if (offset == offsetof(struct seccomp_data, arch)) {
		acc->known = true;
		acc->number = audit_arch(walk->abi);
		return true;
	}
	if (offset < first || offset % 4 ||
	    offset >= sizeof(struct seccomp_data))
		return false;
	acc->argument = (offset - first) / 8;
	acc->shift = offset % 8 ? 32 : 0;
	acc->mask = ALL_BITS;
	return true;
}

static void mask(struct accumulator *acc, uint32_t bits)
{
	acc->number &= bits;
	acc->mask &= bits;
}

/* --- What is known on a way ----------------------------------------------- */

enum answer {
	NO,
	YES,
	PERHAPS
};

/* Do these bits of an argument have this value, as far as one can know? */
static enum answer ask_bits(const struct bpf_path *path, unsigned int argument,
			    uint64_t mask, uint64_t value)
{
	uint64_t known = path->mask[argument] & mask;

	if (value & ~mask || (path->value[argument] ^ value) & known)
		return NO;
	return known == mask ? YES : PERHAPS;
}

static void learn_bits(struct bpf_path *path, unsigned int argument,
		       uint64_t mask, uint64_t value)
{
	path->mask[argument] |= mask;
	path->value[argument] |= value;
}

/* --- Branches ------------------------------------------------------------- */

static bool compare(uint16_t operation, uint32_t a, uint32_t b)
{
	switch (operation) {
	case BPF_JEQ:
		return a == b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	default:
		return a & b;
	}
}

/* All ways for which some bits of an argument have this value. */
static void go_if_bits(struct walk *walk, struct place place, uint64_t mask,
		       uint64_t value, const struct bpf_path *path,
		       const struct place *stop)
{
	unsigned int argument = place.acc.argument;
	struct bpf_path known = *path;

	if (ask_bits(path, argument, mask, value) == NO)
		return;
	learn_bits(&known, argument, mask, value);
	go(walk, place, &known, stop);
}

static void go_if_equal(struct walk *walk, struct place place, uint32_t number,
			const struct bpf_path *path, const struct place *stop)
{
	unsigned int shift = place.acc.shift;

	go_if_bits(walk, place, (uint64_t)place.acc.mask << shift,
		   (uint64_t)number << shift, path, stop);
}

/*
 * Some bits from the top are @number's, the next one is 1 where @number's is 0,
 * the others are anything: one way for each such bit. A bit that has been
 * masked out is 0.
 */
static void go_if_greater(struct walk *walk, struct place place,
			  uint32_t number, const struct bpf_path *path,
			  const struct place *stop)
{
	unsigned int shift = place.acc.shift;
	uint32_t above, value;
	int bit;

	for (bit = 31; bit >= 0; bit--) {
		if (number & 1u << bit)
			continue;
		above = ALL_BITS << bit;
		value = (number | 1u << bit) & above;
		go_if_bits(walk, place,
			   (uint64_t)(place.acc.mask & above) << shift,
			   (uint64_t)value << shift, path, stop);
	}
}

/*
 * The least number that passes, of the half that is compared and all above it.
 * Only a whole half has one, and a low half only where the high one is known,
 * or not there.
 */
static bool least_above(const struct walk *walk, const struct place *place,
			bool orequal, uint32_t number,
			const struct bpf_path *path, uint64_t *least)
{
	const struct accumulator *acc = &place->acc;
	uint64_t high = (uint64_t)ALL_BITS << 32;

	*least = ((uint64_t)number + !orequal) << acc->shift;
	if (acc->mask != ALL_BITS)
		return false;
	if (acc->shift || walk->abi != ABI_X64)
		return true;
	*least += path->value[acc->argument] & high;
	return (path->mask[acc->argument] & high) == high;
}

static void go_if_above(struct walk *walk, struct place place, bool orequal,
			uint32_t number, const struct bpf_path *path,
			const struct place *stop)
{
	unsigned int argument = place.acc.argument;
	struct bpf_path known = *path;
	uint64_t least;

	if (orequal && !number) {
		go(walk, place, path, stop);
	} else if (number == ALL_BITS && !orequal) {
		/* Nothing is greater. */
		return;
	} else if (least_above(walk, &place, orequal, number, path, &least)) {
		if (least > known.least[argument])
			known.least[argument] = least;
		go(walk, place, &known, stop);
	} else {
		go_if_greater(walk, place, number - orequal, path, stop);
	}
}

static void go_if(struct walk *walk, const struct sock_filter *insn,
		  struct place place, const struct bpf_path *path,
		  const struct place *stop)
{
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		go_if_equal(walk, place, insn->k, path, stop);
		return;
	case BPF_JGT:
	case BPF_JGE:
		go_if_above(walk, place, BPF_OP(insn->code) == BPF_JGE, insn->k,
			    path, stop);
		return;
	default:
		walk->trouble = "a test of single bits of an argument";
	}
}

/* Is the branch decided already? */
static enum answer ask(const struct sock_filter *insn,
		       const struct accumulator *acc,
		       const struct bpf_path *path)
{
	uint64_t mask = (uint64_t)acc->mask << acc->shift;
	uint64_t value;

	if (acc->known)
		return compare(BPF_OP(insn->code), acc->number, insn->k) ? YES :
									   NO;
	if ((path->mask[acc->argument] & mask) == mask) {
		value = (path->value[acc->argument] & mask) >> acc->shift;
		return compare(BPF_OP(insn->code), value, insn->k) ? YES : NO;
	}
	if (BPF_OP(insn->code) == BPF_JEQ)
		return ask_bits(path, acc->argument, mask,
				(uint64_t)insn->k << acc->shift);
	return PERHAPS;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->pc == b->pc && a->acc.known == b->acc.known &&
	       a->acc.number == b->acc.number &&
	       a->acc.argument == b->acc.argument &&
	       a->acc.shift == b->acc.shift && a->acc.mask == b->acc.mask;
}

static void branch(struct walk *walk, const struct sock_filter *insn,
		   struct place *place, const struct bpf_path *path)
{
	enum answer answer = ask(insn, &place->acc, path);
	struct place otherwise = *place;

	place->pc += 1 + insn->jt;
	otherwise.pc += 1 + insn->jf;
	if (answer == YES)
		return;
	if (answer == PERHAPS)
		go_if(walk, insn, *place, path, &otherwise);
	*place = otherwise;
}

/*
 * One step, true if the way goes on. Jumps only lead forward, so that there is
 * an end.
 */
static bool step(struct walk *walk, struct place *place,
		 const struct bpf_path *path)
{
	const struct sock_filter *insn = &walk->code[place->pc];

	if (walk->steps++ == MAX_STEPS)
		walk->trouble = "too many conditions";
	switch (insn->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		if (!load(walk, insn->k, &place->acc))
			walk->trouble = "a load of something else";
		break;
	case BPF_ALU | BPF_AND | BPF_K:
		mask(&place->acc, insn->k);
		break;
	case BPF_JMP | BPF_JA:
		place->pc += insn->k;
		break;
	case BPF_JMP | BPF_JEQ | BPF_K:
	case BPF_JMP | BPF_JGT | BPF_K:
	case BPF_JMP | BPF_JGE | BPF_K:
	case BPF_JMP | BPF_JSET | BPF_K:
		branch(walk, insn, place, path);
		return true;
	case BPF_RET | BPF_K:
		decide(walk, path, insn->k);
		return false;
	default:
		walk->trouble = "an instruction that filters do not have";
	}
	place->pc++;
	return true;
}

/*
 * All ways from a place. @stop: where the false side of the branch goes on that
 * led here. A way that comes there with nothing in front of it that could catch
 * it need not be listed: the same comes anyway, behind.
 */
static void go(struct walk *walk, struct place place,
	       const struct bpf_path *path, const struct place *stop)
{
	if (walk->depth++ == MAX_DEPTH)
		walk->trouble = "too many conditions";
	while (!walk->trouble && !(stop && same_place(&place, stop))) {
		if (place.pc >= walk->count)
			walk->trouble = "no end";
		else if (!step(walk, &place, path))
			break;
	}
	walk->depth--;
}

/*
 * Behind a way that is always open nobody comes. Ways in front of it that
 * decide as it does need not be there.
 */
static void shorten(struct bpf_decisions *decisions)
{
	const struct bpf_path anything = { 0 };
	struct bpf_decision *list = decisions->list;
	size_t last = 0;

	while (memcmp(&list[last].path, &anything, sizeof(anything)))
		last++;
	for (; last && list[last - 1].action == list[last].action; last--)
		list[last - 1] = list[last];
	decisions->count = last + 1;
}

const char *bpf_decide(const struct sock_filter *code, size_t count,
		       enum abi abi, uint32_t number,
		       struct bpf_decisions *decisions)
{
	struct walk walk = {
		.code = code,
		.count = count,
		.abi = abi,
		.number = number,
		.decisions = decisions,
	};
	struct place start = { .acc = { .known = true } };
	struct bpf_path anything = { 0 };

	memset(decisions, 0, sizeof(*decisions));
	go(&walk, start, &anything, NULL);
	if (walk.trouble) {
		free(decisions->list);
		memset(decisions, 0, sizeof(*decisions));
	} else {
		shorten(decisions);
	}
	return walk.trouble;
}

/* --- Words ---------------------------------------------------------------- */

static void print_bits(FILE *file, enum abi abi, unsigned int argument,
		       uint64_t mask, uint64_t value)
{
	/* The plugin and seccomp agree: other ABIs' arguments have 32 bits. */
	uint64_t all = abi == ABI_X64 ? UINT64_MAX : UINT32_MAX;

	if (!mask)
		return;
	if (mask == all)
		fprintf(file, " a%u==%#llx", argument,
			(unsigned long long)value);
	else
		fprintf(file, " a%u&%#llx==%#llx", argument,
			(unsigned long long)mask, (unsigned long long)value);
}

char *bpf_conditions(enum abi abi, const struct bpf_path *path)
{
	char *result = NULL;
	size_t size;
	FILE *file = need(open_memstream(&result, &size));
	unsigned int i;

	for (i = 0; i < BPF_ARGUMENTS; i++) {
		print_bits(file, abi, i, path->mask[i], path->value[i]);
		if (path->least[i])
			fprintf(file, " a%u>=%#llx", i,
				(unsigned long long)path->least[i]);
	}
	fclose(file);
	return need(result);
}
