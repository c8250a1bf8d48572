// SPDX-License-Identifier: GPL-2.0
/*
 * equal VKERNEL SEED SETS [wrong] - do our rules decide as seccomp does?
 *
 * VKERNEL is the directory of a vkernel with the syscall plugin, not armed. For
 * each of SETS generated sets of rules, the same calls are made under the rules
 * and under a seccomp filter made from the same set, by all three doors, and
 * what became of each is compared: the value returned, all that a handler of
 * SIGSYS is told, or the signal that killed. "wrong" makes filters with a
 * mistake.
 */
#define _GNU_SOURCE
#define WORKERS 16
#define PROBES 48

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>

#include "trial.h"

#define RULES 96
#define TESTS 3

/* --- Arguments ------------------------------------------------------------ */

static const uint64_t numbers[] = {
	0,	    1,		 2,	     5,		  0x7f,
	0x80,	    0xff,	 0x100,	     0x7fffffff,  0x80000000,
	0xffffffff, 0x100000000, 0x10000005, 0x100000005, 0x1ffffffff,
	1ULL << 63, -1ULL,	 -2ULL,
};

/* No file is open there, whatever is above the low 32 bits. */
static const uint64_t descriptors[] = {
	100, 101, 0x7fffffff, 0xffffffff, 0x100000064, -1ULL,
};

/* Few in one set, so that arguments and conditions often meet. */
static uint64_t few_descriptors[2], few_numbers[3];

static void choose_few(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(few_descriptors); i++)
		few_descriptors[i] =
			descriptors[below(ARRAY_SIZE(descriptors))];
	for (i = 0; i < ARRAY_SIZE(few_numbers); i++)
		few_numbers[i] = numbers[below(ARRAY_SIZE(numbers))];
}

static uint64_t some_argument(int index)
{
	if (!index)
		return few_descriptors[below(ARRAY_SIZE(few_descriptors))];
	return few_numbers[below(ARRAY_SIZE(few_numbers))];
}

/* Calls that do no more than say EBADF or the like, by door. */
static const int calls[][DOORS] = {
	{ 8, 19, 8 }, /* lseek */
	{ 32, 41, 32 }, /* dup */
	{ 48, 373, 48 }, /* shutdown */
	{ 50, 363, 50 }, /* listen */
	{ 51, 367, 51 }, /* getsockname */
	{ 72, 55, 72 }, /* fcntl */
	{ 73, 143, 73 }, /* flock */
	{ 74, 118, 74 }, /* fsync */
	{ 75, 148, 75 }, /* fdatasync */
	{ 77, 93, 77 }, /* ftruncate */
	{ 81, 133, 81 }, /* fchdir */
	{ 91, 94, 91 }, /* fchmod */
	{ 138, 100, 138 }, /* fstatfs */
	{ 187, 225, 187 }, /* readahead */
};

/* --- A set of rules ------------------------------------------------------- */

enum action {
	ALLOW,
	LOG,
	ERRNO,
	TRAP,
	KILL_THREAD,
	KILL_PROCESS
};

struct verdict {
	int action;
	int data;
};

enum op {
	EQ,
	NE,
	LT,
	LE,
	GT,
	GE,
	MASKED,
	OPS
};

static const char *const op_names[] = { "==", "!=", "<", "<=", ">", ">=", "&" };

struct test {
	int arg, op;
	uint64_t value, mask;
};

struct rule {
	int door, nr, tests;
	struct verdict verdict;
	struct test test[TESTS];
};

static struct verdict fallback[DOORS];
static struct rule rule[RULES];
static int rules;
static int doors = DOORS;

static struct verdict some_verdict(void)
{
	static const int errnos[] = { 0, 1, 13, 38, 133, 134, 512, 514, 4095 };
	uint32_t dice = below(100);

	if (dice < 35)
		return (struct verdict){ ALLOW, 0 };
	if (dice < 70)
		return (struct verdict){ ERRNO,
					 errnos[below(ARRAY_SIZE(errnos))] };
	if (dice < 85)
		return (struct verdict){ TRAP, below(65536) };
	if (dice < 92)
		return (struct verdict){ LOG, 0 };
	return (struct verdict){ dice < 96 ? KILL_THREAD : KILL_PROCESS, 0 };
}

static struct test some_test(void)
{
	struct test test = { .arg = below(6), .op = below(OPS) };

	test.value = some_argument(test.arg);
	if (test.op == MASKED) {
		test.mask = numbers[below(ARRAY_SIZE(numbers))];
		if (below(4))
			test.value &= test.mask;
	}
	return test;
}

static void add_rule(int door, int nr, int tests)
{
	struct rule *new = &rule[rules];
	int i;

	if (rules == RULES)
		return;
	rules++;
	*new = (struct rule){ door, nr, tests, some_verdict(), {} };
	for (i = 0; i < tests; i++)
		new->test[i] = some_test();
}

/* The rule without conditions comes at any place. */
static void add_rules(int door, int nr)
{
	int tested = below(4), final = below(2 * tested + 2), i;

	for (i = 0; i < tested; i++) {
		if (i == final)
			add_rule(door, nr, 0);
		add_rule(door, nr, 1 + below(TESTS));
	}
	if (final >= tested && below(2))
		add_rule(door, nr, 0);
}

static void make_set(void)
{
	int door;
	size_t i;

	choose_few();
	rules = 0;
	for (door = 0; door < doors; door++) {
		fallback[door] = below(2) ? (struct verdict){ ALLOW, 0 } :
					    some_verdict();
		for (i = 0; i < ARRAY_SIZE(calls); i++)
			if (below(2))
				add_rules(door, calls[i][door]);
	}
}

static void make_probes(void)
{
	struct probe *probe;
	int i, j;

	for (i = 0; i < PROBES; i++) {
		probe = &memory->probe[i];
		probe->door = below(doors);
		probe->nr = calls[below(ARRAY_SIZE(calls))][probe->door];
		for (j = 0; j < 6; j++)
			probe->arg[j] = some_argument(j);
	}
	memory->probes = PROBES;
	memset(memory->result, 0, sizeof(memory->result));
	memset(memory->next, 0, sizeof(memory->next));
}

/* --- The set as our rules ------------------------------------------------- */

static const char *directory;

static const char *verdict_text(struct verdict verdict)
{
	static const char *const words[] = { "allow",	    "log",
					     "errno:%d",    "trap:%d",
					     "kill_thread", "kill_process" };
	static char text[32];

	snprintf(text, sizeof(text), words[verdict.action], verdict.data);
	return text;
}

static int test_text(char *text, size_t size, const struct test *test)
{
	if (test->op == MASKED)
		return snprintf(text, size, " a%d&0x%lx==%lu", test->arg,
				test->mask, test->value);
	return snprintf(text, size, " a%d%s%lu", test->arg, op_names[test->op],
			test->value);
}

static void rule_text(char *text, size_t size, const struct rule *rule)
{
	int at = snprintf(text, size, "%s %d %s", door_names[rule->door],
			  rule->nr, verdict_text(rule->verdict));
	int i;

	for (i = 0; i < rule->tests; i++)
		at += test_text(text + at, size - at, &rule->test[i]);
}

static void put_rules(void)
{
	char text[512];
	int i;

	for (i = 0; i < doors; i++)
		put(directory, "syscall/default", "%s %s", door_names[i],
		    verdict_text(fallback[i]));
	for (i = 0; i < rules; i++) {
		rule_text(text, sizeof(text), &rule[i]);
		put(directory, "syscall/rules_add", "%s", text);
	}
	put(directory, "syscall/commit", "1");
}

/* --- The set as a seccomp filter ------------------------------------------ */

static bool wrong;

static int emit(int code, uint32_t k)
{
	if (memory->length == FILTER)
		die("filter too long");
	memory->filter[memory->length] = (struct sock_filter){ code, 0, 0, k };
	return memory->length++;
}

/* Where a jump of any length leads that is not known yet. */
struct label {
	int from[64];
	int count;
};

static void jump_to(struct label *label)
{
	label->from[label->count++] = emit(BPF_JMP | BPF_JA, 0);
}

static void here(struct label *label)
{
	while (label->count--)
		memory->filter[label->from[label->count]].k =
			memory->length - label->from[label->count] - 1;
	label->count = 0;
}

/* Compare what is loaded: go on if it is so, or else leave to the label. */
static void demand(int compare, uint32_t value, bool is, struct label *other)
{
	int at = emit(BPF_JMP | compare | BPF_K, value);

	memory->filter[at].jt = is ? 1 : 0;
	memory->filter[at].jf = is ? 0 : 1;
	jump_to(other);
}

static void load(int door, int arg, bool high)
{
	int offset = offsetof(struct seccomp_data, args[arg]);

	if (high && door != X64)
		emit(BPF_LD | BPF_IMM, 0);
	else
		emit(BPF_LD | BPF_W | BPF_ABS, offset + (high ? 4 : 0));
}

/* Both halves are the same as the value's, behind the mask. */
static void demand_equal(int door, const struct test *test, uint64_t mask,
			 struct label *other)
{
	int high;

	for (high = 0; high < 2; high++) {
		load(door, test->arg, high);
		emit(BPF_ALU | BPF_AND | BPF_K, high ? mask >> 32 : mask);
		demand(BPF_JEQ, high ? test->value >> 32 : test->value, true,
		       other);
	}
}

/* argument > value, or >=; 64 bits in two halves. */
static void demand_more(int door, const struct test *test, int compare,
			struct label *other)
{
	struct label low = {}, done = {};

	load(door, test->arg, true);
	demand(BPF_JGT, test->value >> 32, true, &low);
	jump_to(&done);
	here(&low);
	demand(BPF_JEQ, test->value >> 32, true, other);
	load(door, test->arg, false);
	demand(compare, test->value, true, other);
	here(&done);
}

static void demand_not(void (*demanded)(int door, const struct test *test,
					int compare, struct label *other),
		       int door, const struct test *test, int compare,
		       struct label *other)
{
	struct label right = {};

	demanded(door, test, compare, &right);
	jump_to(other);
	here(&right);
}

static void demand_same(int door, const struct test *test, int compare,
			struct label *other)
{
	(void)compare;
	demand_equal(door, test, -1ULL, other);
}

static void emit_test(int door, const struct test *test, struct label *other)
{
	switch (test->op) {
	case EQ:
		demand_same(door, test, 0, other);
		break;
	case NE:
		demand_not(demand_same, door, test, 0, other);
		break;
	case LT:
		demand_not(demand_more, door, test, wrong ? BPF_JGT : BPF_JGE,
			   other);
		break;
	case LE:
		demand_not(demand_more, door, test, BPF_JGT, other);
		break;
	case GT:
		demand_more(door, test, BPF_JGT, other);
		break;
	case GE:
		demand_more(door, test, BPF_JGE, other);
		break;
	case MASKED:
		demand_equal(door, test, test->mask, other);
		break;
	}
}

static void emit_verdict(struct verdict verdict)
{
	static const uint32_t codes[] = {
		SECCOMP_RET_ALLOW,	 SECCOMP_RET_LOG,
		SECCOMP_RET_ERRNO,	 SECCOMP_RET_TRAP,
		SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS
	};

	emit(BPF_RET | BPF_K, codes[verdict.action] | verdict.data);
}

static void emit_rule(const struct rule *rule)
{
	struct label next = {};
	int i;

	for (i = 0; i < rule->tests; i++)
		emit_test(rule->door, &rule->test[i], &next);
	emit_verdict(rule->verdict);
	here(&next);
}

/* Rules with conditions in their order, then the last one without. */
static void emit_call(int door, int nr)
{
	struct verdict final = fallback[door];
	struct label next = {};
	int i;

	emit(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	demand(BPF_JEQ, door == X32 ? nr | X32_BIT : nr, true, &next);
	for (i = 0; i < rules; i++) {
		if (rule[i].door != door || rule[i].nr != nr)
			continue;
		if (rule[i].tests)
			emit_rule(&rule[i]);
		else
			final = rule[i].verdict;
	}
	emit_verdict(final);
	here(&next);
}

static void emit_door(int door)
{
	static const int essential[DOORS][6] = {
		{ 15, 60, 219, 231, 231, 231 },
		{ 0, 1, 119, 173, 252, 252 },
		{ 60, 219, 231, 513, 513, 513 },
	};
	struct label next = {};
	size_t i;

	for (i = 0; i < 6; i++) {
		emit(BPF_LD | BPF_W | BPF_ABS,
		     offsetof(struct seccomp_data, nr));
		demand(BPF_JEQ,
		       essential[door][i] | (door == X32 ? X32_BIT : 0), true,
		       &next);
		emit_verdict((struct verdict){ ALLOW, 0 });
		here(&next);
	}
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		emit_call(door, calls[i][door]);
	emit_verdict(fallback[door]);
}

static void make_filter(void)
{
	struct label other = {}, x32 = {};

	memory->length = 0;
	emit(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	demand(BPF_JEQ, AUDIT_ARCH_X86_64, true, &other);
	emit(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	demand(BPF_JGE, X32_BIT, false, &x32);
	emit_door(X64);
	here(&x32);
	emit_door(X32);
	here(&other);
	emit_door(IA32);
}

static void install_filter(void)
{
	struct sock_fprog program = { memory->length, memory->filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(3);
}

/* --- All together --------------------------------------------------------- */

static void run_set(void)
{
	struct worker workers[WORKERS];

	put(directory, "syscall/reset", "1");
	put(directory, "syscall/commit", "1");
	start_workers(OURS, workers);
	put_rules();
	run_workers(OURS, workers);
	start_workers(SECCOMP, workers);
	run_workers(SECCOMP, workers);
}

static void show_difference(int set, int i)
{
	const struct probe *probe = &memory->probe[i];
	char text[512];
	int j;

	printf("set %d: ", set);
	show_probe(i);
	printf("  default %s\n", verdict_text(fallback[probe->door]));
	for (j = 0; j < rules; j++) {
		if (rule[j].door != probe->door || rule[j].nr != probe->nr)
			continue;
		rule_text(text, sizeof(text), &rule[j]);
		printf("  %s\n", text);
	}
}

static int compare(int set)
{
	int i, differences = 0;

	for (i = 0; i < memory->probes; i++) {
		if (is_same(i))
			continue;
		differences++;
		show_difference(set, i);
	}
	return differences;
}

/* A pid namespace for the children to come; its init does nothing. */
static void enter_namespace(void)
{
	pid_t init;

	if (unshare(CLONE_NEWPID))
		die("unshare");
	init = fork();
	if (!init) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	put(directory, "pid", "%d", init);
}

int main(int argc, char **argv)
{
	int set, sets, differences = 0;

	be_worker(argc, argv);
	if (argc < 4)
		return 2;
	directory = argv[1];
	state = strtoull(argv[2], NULL, 0);
	sets = atoi(argv[3]);
	wrong = argc > 4;
	share_memory();
	doors = count_doors();
	enter_namespace();
	for (set = 0; set < sets; set++) {
		make_set();
		make_probes();
		make_filter();
		run_set();
		differences += compare(set);
	}
	printf("doors %d calls %d returned %d trapped %d killed %d not made %d\n",
	       doors, sets * PROBES, outcomes[RETURNED], outcomes[TRAPPED],
	       outcomes[KILLED], outcomes[NOT_MADE]);
	printf("differences %d\n", differences);
	return differences ? 1 : 0;
}
