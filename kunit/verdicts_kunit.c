// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: lines become rules, rules a table, and the table decides.
 */
#include <kunit/test.h>
#include <linux/slab.h>

#include "../plugins/syscall/words.h"

#define KILL VERDICT(VERDICT_ACT_KILL_PROCESS, 0)
#define KILL_THREAD VERDICT(VERDICT_ACT_KILL_THREAD, 0)
#define TRAP(data) VERDICT(VERDICT_ACT_TRAP, data)
#define LOG VERDICT(VERDICT_ACT_LOG, 0)
#define E(name) VERDICT_ERRNO(name)

static int verdicts_init(struct kunit *test)
{
	struct draft *draft = kunit_kzalloc(test, sizeof(*draft), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, draft);
	draft_init(draft);
	test->priv = draft;
	return 0;
}

static void verdicts_exit(struct kunit *test)
{
	if (test->priv)
		draft_reset(test->priv);
}

static int add_line(struct draft *draft, const char *text)
{
	char line[WORDS_LINE];
	struct rule rule;
	int err;

	strscpy(line, text, sizeof(line));
	if (str_has_prefix(line, "default "))
		return words_parse_fallback(line + 8, draft->fallback);
	err = words_parse_rule(line, &rule);
	return err ?: draft_add(draft, &rule);
}

/* Lines, each but the last with a ';' behind it. */
static void add_lines(struct kunit *test, const char *lines)
{
	char *copy = kunit_kzalloc(test, strlen(lines) + 1, GFP_KERNEL), *line;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	strcpy(copy, lines);
	while ((line = strsep(&copy, ";")))
		KUNIT_ASSERT_EQ_MSG(test, add_line(test->priv, line), 0, "%s",
				    line);
}

static const struct verdicts *make(struct kunit *test)
{
	const struct draft *draft = test->priv;
	struct verdicts *verdicts =
		kunit_kzalloc(test, draft_size(draft), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, verdicts);
	KUNIT_ASSERT_EQ(test, draft_fill(draft, verdicts), 0);
	return verdicts;
}

/* --- Lines ---------------------------------------------------------------- */

static const struct {
	const char *line;
	int err;
} lines[] = {
	{ "x64 0 EPERM", 0 },
	{ "x64 450 133", 0 },
	{ "x64 1 4095", 0 },
	{ "x64 1 errno:0", 0 },
	{ "x64 1 errno:4095", 0 },
	{ "x64 1 trap", 0 },
	{ "x64 1 trap:65535", 0 },
	{ "x64 1 kill_thread", 0 },
	{ "x64 1 kill_process", 0 },
	{ "x64 1 log", 0 },
	{ "x64 1 default", 0 },
	{ "x32 547 EHWPOISON", 0 },
	{ "x64 1 EPERM a0==0", 0 },
	{ "x64 1 EPERM a5>=0xffffffffffffffff a0!=1 a1<2 a2<=3 a3>4", 0 },
	{ "x64 1 EPERM a0&0xf0==16", 0 },
	{ "x64 15 allow", 0 },
	{ "x64 15 EPERM", -EPERM },
	{ "x64 0-14,16,20-20 EPERM", 0 },
	{ "x64 0-450 allow", 0 },
	{ "x64 2,14-16 EPERM", -EPERM },
	{ "x64 2, EPERM", -EINVAL },
	{ "x64 ,2 EPERM", -EINVAL },
	{ "x64 2- EPERM", -EINVAL },
	{ "x64 2-1 EPERM", -EINVAL },
	{ "x64 1-2-3 EPERM", -EINVAL },
	{ "x64 1-451 EPERM", -EINVAL },
	{ "x64 1,451 EPERM", -EINVAL },
	{ "x64 1-2 EPERM a0==1", -EINVAL },
	{ "x64 60 kill_process a0==1", -EPERM },
	{ "ia32 119 log", -EPERM },
	{ "x32 513 1", -EPERM },
	{ "", -EINVAL },
	{ "x64", -EINVAL },
	{ "x64 1", -EINVAL },
	{ "x64 1 ", -EINVAL },
	{ " x64 1 EPERM", -EINVAL },
	{ "x64 1 EPERM ", -EINVAL },
	{ "x64  1 EPERM", -EINVAL },
	{ "x64 1  EPERM", -EINVAL },
	{ "x65 1 EPERM", -EINVAL },
	{ "x64 451 EPERM", -EINVAL },
	{ "x64 -1 EPERM", -EINVAL },
	{ "x64 +1 EPERM", -EINVAL },
	{ "x64 0x1 EPERM", -EINVAL },
	{ "x64 4294967296 EPERM", -EINVAL },
	{ "x64 1 EPERMX", -EINVAL },
	{ "x64 1 eperm", -EINVAL },
	{ "x64 1 0", -EINVAL },
	{ "x64 1 4096", -EINVAL },
	{ "x64 1 -1", -EINVAL },
	{ "x64 1 errno:", -EINVAL },
	{ "x64 1 errno:4096", -EINVAL },
	{ "x64 1 errno:EPERM", -EINVAL },
	{ "x64 1 trap:65536", -EINVAL },
	{ "x64 1 trap:-1", -EINVAL },
	{ "x64 1 allow:1", -EINVAL },
	{ "x64 1 EPERM a0", -EINVAL },
	{ "x64 1 EPERM a0==", -EINVAL },
	{ "x64 1 EPERM a0=1", -EINVAL },
	{ "x64 1 EPERM a6==1", -EINVAL },
	{ "x64 1 EPERM b0==1", -EINVAL },
	{ "x64 1 EPERM a0==x", -EINVAL },
	{ "x64 1 EPERM a0==1x", -EINVAL },
	{ "x64 1 EPERM a0==0x", -EINVAL },
	{ "x64 1 EPERM a0==-1", -EINVAL },
	{ "x64 1 EPERM a0==+1", -EINVAL },
	{ "x64 1 EPERM a0==18446744073709551616", -EINVAL },
	{ "x64 1 EPERM a0<>1", -EINVAL },
	{ "x64 1 EPERM a0&1", -EINVAL },
	{ "x64 1 EPERM a0&1=1", -EINVAL },
	{ "x64 1 EPERM a0&==1", -EINVAL },
	{ "x64 1 EPERM a0==1a1==1", -EINVAL },
	{ "x64 1 EPERM a0==1 ", -EINVAL },
	{ "default allow", 0 },
	{ "default x64 EPERM", 0 },
	{ "default ia32 kill_process", 0 },
	{ "default default", -EINVAL },
	{ "default x64 default", -EINVAL },
	{ "default x64", -EINVAL },
	{ "default x64 1 EPERM", -EINVAL },
	{ "default ", -EINVAL },
};

static void lines_test(struct kunit *test)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		KUNIT_EXPECT_EQ_MSG(test, add_line(test->priv, lines[i].line),
				    lines[i].err, "\"%s\"", lines[i].line);
}

/* As many conditions as a rule may have, and one more. */
static void conditions_test(struct kunit *test)
{
	char line[WORDS_LINE] = "x64 1 EPERM";
	int i;

	for (i = 0; i < RULE_TESTS; i++) {
		strlcat(line, " a0!=18446744073709551615", sizeof(line));
		KUNIT_EXPECT_EQ(test, add_line(test->priv, line), 0);
	}
	strlcat(line, " a0==1", sizeof(line));
	KUNIT_EXPECT_EQ(test, add_line(test->priv, line), -EINVAL);
}

/* What is written is what was read. */
static void roundtrip_test(struct kunit *test)
{
	static const char *const same[] = {
		"x64 1 EPERM a0==0x5",
		"ia32 102 errno:0 a0!=0x1 a1<0x2 a2<=0x3",
		"x32 547 trap:7 a3>0x4 a4>=0x5 a5&0xf0==0x10",
		"x64 7 kill_thread a0==0xffffffffffffffff",
		"x64 7 600 a0==0x0",
		"x64 7 default a0==0x0",
	};
	char line[WORDS_LINE];
	struct rule rule;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(same); i++) {
		strscpy(line, same[i], sizeof(line));
		KUNIT_ASSERT_EQ(test, words_parse_rule(line, &rule), 0);
		rule.test[rule.count - 1].last = true;
		rule.test[rule.count - 1].verdict = rule.verdict;
		words_tested(line, sizeof(line), rule.abi, rule.nr, rule.test);
		KUNIT_EXPECT_STREQ(test, line, same[i]);
	}
}

/* --- Decisions ------------------------------------------------------------ */

static const struct {
	const char *rules;
	struct verdict_call call;
	u32 verdict;
} decisions[] = {
	{ "x64 1 EPERM", { VERDICT_X64, 1 }, E(EPERM) },
	{ "x64 1 EPERM", { VERDICT_X64, 2 }, VERDICT_ALLOW },
	{ "x64 1 EPERM", { VERDICT_IA32, 1 }, VERDICT_ALLOW },
	{ "x64 1 EPERM;x64 1 EACCES", { VERDICT_X64, 1 }, E(EACCES) },
	{ "x64 1 EPERM;x64 1 default", { VERDICT_X64, 1 }, VERDICT_ALLOW },
	{ "x64 1 EPERM", { VERDICT_X64, 451 }, VERDICT_ALLOW },
	{ "x64 1-3,7 EPERM", { VERDICT_X64, 3 }, E(EPERM) },
	{ "x64 1-3,7 EPERM", { VERDICT_X64, 4 }, VERDICT_ALLOW },
	{ "x64 1-3,7 EPERM", { VERDICT_X64, 7 }, E(EPERM) },
	{ "x64 1-3,7 EPERM;x64 2 EACCES", { VERDICT_X64, 2 }, E(EACCES) },
	{ "default EPERM;x64 0-450 allow", { VERDICT_X64, 15 }, VERDICT_ALLOW },
	{ "default EPERM", { VERDICT_X64, -1U }, VERDICT_ALLOW },
	/* defaults */
	{ "default EPERM", { VERDICT_X64, 1 }, E(EPERM) },
	{ "default EPERM", { VERDICT_X64, 15 }, VERDICT_ALLOW },
	{ "default kill_process", { VERDICT_IA32, 252 }, VERDICT_ALLOW },
	{ "default EPERM;default x32 trap:3", { VERDICT_X32, 1 }, TRAP(3) },
	{ "default EPERM;default x32 trap:3", { VERDICT_IA32, 2 }, E(EPERM) },
	{ "default EPERM;x64 1 allow", { VERDICT_X64, 1 }, VERDICT_ALLOW },
	/* each comparison, on either side of its edge */
	{ "x64 1 1 a0==5", { VERDICT_X64, 1, { 5 } }, E(1) },
	{ "x64 1 1 a0==5", { VERDICT_X64, 1, { 6 } }, VERDICT_ALLOW },
	{ "x64 1 1 a0==5",
	  { VERDICT_X64, 1, { 5ULL << 32 | 5 } },
	  VERDICT_ALLOW },
	{ "x64 1 1 a5!=5", { VERDICT_X64, 1, { 5, 5, 5, 5, 5, 6 } }, E(1) },
	{ "x64 1 1 a5!=5",
	  { VERDICT_X64, 1, { 6, 6, 6, 6, 6, 5 } },
	  VERDICT_ALLOW },
	{ "x64 1 1 a1<5", { VERDICT_X64, 1, { 0, 4 } }, E(1) },
	{ "x64 1 1 a1<5", { VERDICT_X64, 1, { 0, 5 } }, VERDICT_ALLOW },
	{ "x64 1 1 a1<=5", { VERDICT_X64, 1, { 9, 5 } }, E(1) },
	{ "x64 1 1 a1<=5", { VERDICT_X64, 1, { 0, 6 } }, VERDICT_ALLOW },
	{ "x64 1 1 a1>5", { VERDICT_X64, 1, { 0, 6 } }, E(1) },
	{ "x64 1 1 a1>5", { VERDICT_X64, 1, { 9, 5 } }, VERDICT_ALLOW },
	{ "x64 1 1 a1>=5", { VERDICT_X64, 1, { 0, 5 } }, E(1) },
	{ "x64 1 1 a1>=5", { VERDICT_X64, 1, { 9, 4 } }, VERDICT_ALLOW },
	{ "x64 1 1 a1>5", { VERDICT_X64, 1, { 0, -1ULL } }, E(1) },
	{ "x64 1 1 a2&0xf0==0x10",
	  { VERDICT_X64, 1, { 0, 0, 0x55f } },
	  VERDICT_ALLOW },
	{ "x64 1 1 a2&0xf0==0x10", { VERDICT_X64, 1, { 0, 0, 0x51f } }, E(1) },
	{ "x64 1 1 a2&0xf0==0x10",
	  { VERDICT_X64, 1, { 0, 0, 0x30 } },
	  VERDICT_ALLOW },
	/* all conditions, the first rule, the final verdict, the default */
	{ "x64 1 1 a0==1 a1==2", { VERDICT_X64, 1, { 1, 2 } }, E(1) },
	{ "x64 1 1 a0==1 a1==2", { VERDICT_X64, 1, { 1, 3 } }, VERDICT_ALLOW },
	{ "x64 1 1 a0==1 a1==2", { VERDICT_X64, 1, { 0, 2 } }, VERDICT_ALLOW },
	{ "x64 1 1 a0==1;x64 1 2 a0<=1", { VERDICT_X64, 1, { 1 } }, E(1) },
	{ "x64 1 1 a0==1;x64 1 2 a0<=1", { VERDICT_X64, 1, { 0 } }, E(2) },
	{ "x64 1 3;x64 1 1 a0==1;x64 2 4;x64 1 2 a0<=1",
	  { VERDICT_X64, 1, { 2 } },
	  E(3) },
	{ "x64 1 1 a0==1;x64 2 2 a0==1;x64 1 3 a1==1",
	  { VERDICT_X64, 1, { 0, 1 } },
	  E(3) },
	{ "x64 1 1 a0==1;x64 2 2 a0==1;x64 1 3 a1==1",
	  { VERDICT_X64, 2, { 1, 1 } },
	  E(2) },
	{ "x64 1 1 a0==1;default log", { VERDICT_X64, 1, { 0 } }, LOG },
	{ "default EPERM;x64 1 default a0==1;x64 1 allow",
	  { VERDICT_X64, 1, { 1 } },
	  E(EPERM) },
	{ "default EPERM;x64 1 allow a0==1",
	  { VERDICT_X64, 1, { 1 } },
	  VERDICT_ALLOW },
	{ "default EPERM;x64 1 allow a0==1",
	  { VERDICT_X64, 1, { 2 } },
	  E(EPERM) },
	/* ia32's multiplexers */
	{ "ia32 359 EPERM", { VERDICT_IA32, 102, { 1 } }, E(EPERM) },
	{ "ia32 359 EPERM", { VERDICT_IA32, 102, { 2 } }, VERDICT_ALLOW },
	{ "ia32 359 EPERM", { VERDICT_IA32, 102, { 21 } }, VERDICT_ALLOW },
	{ "ia32 359 EPERM", { VERDICT_X64, 102, { 1 } }, VERDICT_ALLOW },
	{ "ia32 359 EPERM;ia32 102 allow",
	  { VERDICT_IA32, 102, { 1 } },
	  E(EPERM) },
	{ "ia32 359 EPERM;ia32 102 kill_process a0==1",
	  { VERDICT_IA32, 102, { 1 } },
	  KILL },
	{ "ia32 359 kill_thread;ia32 102 EPERM",
	  { VERDICT_IA32, 102, { 1 } },
	  KILL_THREAD },
	{ "ia32 364 EPERM", { VERDICT_IA32, 102, { 5 } }, E(EPERM) },
	{ "ia32 364 EPERM;ia32 102 allow",
	  { VERDICT_IA32, 102, { 5 } },
	  VERDICT_ALLOW },
	{ "ia32 364 EPERM;ia32 102 allow",
	  { VERDICT_IA32, 102, { 18 } },
	  E(EPERM) },
	{ "ia32 420 EPERM;ia32 117 allow",
	  { VERDICT_IA32, 117, { 4 } },
	  VERDICT_ALLOW },
	{ "ia32 359 EPERM a0==40", { VERDICT_IA32, 102, { 1 } }, E(EPERM) },
	{ "ia32 359 EPERM a0==40;ia32 102 allow",
	  { VERDICT_IA32, 102, { 1 } },
	  VERDICT_ALLOW },
	{ "default EPERM;ia32 102 allow",
	  { VERDICT_IA32, 102, { 1 } },
	  VERDICT_ALLOW },
	{ "default EPERM;ia32 359 allow",
	  { VERDICT_IA32, 102, { 1 } },
	  E(EPERM) },
	{ "ia32 393 EPERM", { VERDICT_IA32, 117, { 2 } }, E(EPERM) },
	{ "ia32 393 EPERM", { VERDICT_IA32, 117, { 1 << 16 | 2 } }, E(EPERM) },
	{ "ia32 393 EPERM", { VERDICT_IA32, 117, { 3 } }, VERDICT_ALLOW },
	/* io_uring */
	{ "x64 42 EPERM", { VERDICT_X64, 425 }, E(EPERM) },
	{ "x64 42 EPERM", { VERDICT_X64, 427 }, E(EPERM) },
	{ "x64 42 EPERM", { VERDICT_IA32, 425 }, VERDICT_ALLOW },
	{ "x64 42 EPERM a0==1", { VERDICT_X64, 426 }, E(EPERM) },
	{ "x64 42 log", { VERDICT_X64, 426 }, VERDICT_ALLOW },
	{ "x64 110 EPERM", { VERDICT_X64, 426 }, VERDICT_ALLOW },
	{ "x64 42 EPERM;x64 425 allow", { VERDICT_X64, 425 }, VERDICT_ALLOW },
	{ "x64 42 EPERM;x64 425 allow", { VERDICT_X64, 426 }, E(EPERM) },
	{ "x64 42 EPERM;x64 425 allow a0==1",
	  { VERDICT_X64, 425, { 2 } },
	  VERDICT_ALLOW },
	{ "default kill_process", { VERDICT_X64, 425 }, KILL },
	{ "ia32 362 EPERM", { VERDICT_IA32, 425 }, E(EPERM) },
	{ "x32 519 EPERM", { VERDICT_X32, 425 }, E(EPERM) },
	{ "x64 54 EPERM", { VERDICT_X64, 425 }, E(EPERM) }, /* setsockopt */
	{ "x64 55 EPERM", { VERDICT_X64, 425 }, E(EPERM) }, /* getsockopt */
	{ "ia32 365 EPERM", { VERDICT_IA32, 425 }, E(EPERM) },
	{ "ia32 366 EPERM", { VERDICT_IA32, 425 }, E(EPERM) },
	{ "x32 541 EPERM", { VERDICT_X32, 425 }, E(EPERM) },
	{ "x32 542 EPERM", { VERDICT_X32, 425 }, E(EPERM) },
	{ "x64 28 EPERM", { VERDICT_X64, 425 }, E(EPERM) }, /* madvise */
	{ "ia32 219 EPERM", { VERDICT_IA32, 425 }, E(EPERM) },
	{ "x32 28 EPERM", { VERDICT_X32, 425 }, E(EPERM) },
	{ "x64 247 EPERM", { VERDICT_X64, 425 }, E(EPERM) }, /* waitid */
	{ "ia32 284 EPERM", { VERDICT_IA32, 425 }, E(EPERM) },
	{ "x32 529 EPERM", { VERDICT_X32, 425 }, E(EPERM) },
	{ "x64 5 EPERM", { VERDICT_X64, 425 }, E(EPERM) }, /* fstat */
	{ "x64 7 EPERM", { VERDICT_X64, 425 }, E(EPERM) }, /* poll */
	{ "x64 202 EPERM", { VERDICT_X64, 425 }, E(EPERM) }, /* futex */
	{ "ia32 422 EPERM", { VERDICT_IA32, 425 }, E(EPERM) },
	{ "x64 449 EPERM", { VERDICT_X64, 425 }, E(EPERM) },
	{ "x64 233 EPERM", { VERDICT_X64, 425 }, E(EPERM) }, /* epoll_ctl */
	{ "x64 16 EPERM", { VERDICT_X64, 425 }, VERDICT_ALLOW }, /* ioctl */
	{ "x64 1 EPERM;x64 426 allow", { VERDICT_X64, 426 }, VERDICT_ALLOW },
};

static void decisions_test(struct kunit *test)
{
	const struct verdicts *verdicts;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(decisions); i++) {
		draft_reset(test->priv);
		add_lines(test, decisions[i].rules);
		verdicts = make(test);
		KUNIT_EXPECT_EQ_MSG(test,
				    verdicts_ask(verdicts, &decisions[i].call),
				    decisions[i].verdict, "row %zu: %s", i,
				    decisions[i].rules);
		kunit_kfree(test, verdicts);
	}
}

/* Multiplexer, first argument, and the number of what it stands for. */
static const struct {
	unsigned int nr;
	unsigned int what;
	unsigned int call;
} multiplexed[] = {
	{ 102, 1, 359 },  { 102, 2, 361 },  { 102, 3, 362 },  { 102, 4, 363 },
	{ 102, 5, 364 },  { 102, 6, 367 },  { 102, 7, 368 },  { 102, 8, 360 },
	{ 102, 9, 369 },  { 102, 10, 371 }, { 102, 11, 369 }, { 102, 12, 371 },
	{ 102, 13, 373 }, { 102, 14, 366 }, { 102, 15, 365 }, { 102, 16, 370 },
	{ 102, 17, 372 }, { 102, 18, 364 }, { 102, 19, 337 }, { 102, 20, 345 },
	{ 117, 1, 420 },  { 117, 2, 393 },  { 117, 3, 394 },  { 117, 4, 420 },
	{ 117, 11, 400 }, { 117, 12, 401 }, { 117, 13, 399 }, { 117, 14, 402 },
	{ 117, 21, 397 }, { 117, 22, 398 }, { 117, 23, 395 }, { 117, 24, 396 },
};

/* With one call denied, each multiplexed one is if it is that one. */
static void multiplexed_test(struct kunit *test)
{
	struct verdict_call call = { VERDICT_IA32 };
	const struct verdicts *verdicts;
	char rule[32];
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(multiplexed); i++) {
		draft_reset(test->priv);
		snprintf(rule, sizeof(rule), "ia32 %u EPERM",
			 multiplexed[i].call);
		add_lines(test, rule);
		verdicts = make(test);
		for (j = 0; j < ARRAY_SIZE(multiplexed); j++) {
			call.nr = multiplexed[j].nr;
			call.arg[0] = multiplexed[j].what;
			KUNIT_EXPECT_EQ_MSG(
				test, verdicts_ask(verdicts, &call),
				multiplexed[j].call == multiplexed[i].call ?
					E(EPERM) :
					VERDICT_ALLOW,
				"%s, %u(%u)", rule, call.nr,
				multiplexed[j].what);
		}
		kunit_kfree(test, verdicts);
	}
}

static const struct {
	const char *rules;
	struct verdict_call call;
	const char *why;
} reasons[] = {
	{ "x64 1 EPERM", { VERDICT_X64, 1 }, "x64 1 EPERM" },
	{ "x64 1 EPERM a0==1;x64 1 EPERM a0==2",
	  { VERDICT_X64, 1, { 2 } },
	  "x64 1 EPERM a0==0x2" },
	{ "x64 1 EPERM a0==1 a1==1;x64 1 EPERM a0==1 a1==2",
	  { VERDICT_X64, 1, { 1, 2 } },
	  "x64 1 EPERM a0==0x1 a1==0x2" },
	{ "x64 1 EPERM a0==1;x64 1 EPERM",
	  { VERDICT_X64, 1, { 2 } },
	  "x64 1 EPERM" },
	{ "default EPERM;x64 1 EPERM a0==1",
	  { VERDICT_X64, 1, { 2 } },
	  "default EPERM" },
	{ "default ia32 trap:3", { VERDICT_IA32, 2 }, "default trap:3" },
	{ "ia32 359 EPERM", { VERDICT_IA32, 102, { 1 } }, "# for ia32 359" },
	{ "ia32 393 EPERM",
	  { VERDICT_IA32, 117, { 1 << 16 | 2 } },
	  "# for ia32 393" },
	{ "ia32 359 EPERM;ia32 102 kill_process a0==1",
	  { VERDICT_IA32, 102, { 1 } },
	  "ia32 102 kill_process a0==0x1" },
	{ "x64 42 EPERM", { VERDICT_X64, 425 }, "# io_uring could do x64 42" },
	{ "x64 42 EPERM;x64 425 EACCES",
	  { VERDICT_X64, 425 },
	  "x64 425 EACCES" },
};

static void reasons_test(struct kunit *test)
{
	const struct verdicts *verdicts;
	char why[96];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		draft_reset(test->priv);
		add_lines(test, reasons[i].rules);
		verdicts = make(test);
		words_why(why, sizeof(why), verdicts, &reasons[i].call);
		KUNIT_EXPECT_STREQ(test, why, reasons[i].why);
		kunit_kfree(test, verdicts);
	}
}

/* Of the strictest, and of equals the first. */
static void stricter_test(struct kunit *test)
{
	static const u32 order[] = { VERDICT_ALLOW, LOG,	 E(EPERM),
				     TRAP(1),	    KILL_THREAD, KILL };
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		for (j = 0; j < ARRAY_SIZE(order); j++)
			KUNIT_EXPECT_EQ(test,
					verdict_stricter(order[i], order[j]),
					order[max(i, j)]);
	KUNIT_EXPECT_EQ(test, verdict_stricter(E(EPERM), E(EACCES)), E(EPERM));
	KUNIT_EXPECT_EQ(test, verdict_denies(LOG), false);
	KUNIT_EXPECT_EQ(test, verdict_denies(E(0)), true);
}

/* As many conditions as there may be, and what comes after. */
static void full_test(struct kunit *test)
{
	struct verdict_call call = { VERDICT_X64, 1, { DRAFT_TESTS - 1 } };
	struct rule rule = { .abi = VERDICT_X64, .nr = 1, .count = 1 };
	const struct verdicts *verdicts;
	u64 i;

	for (i = 0; i < DRAFT_TESTS; i++) {
		rule.verdict = E(1 + i % 4095);
		rule.test[0] = (struct verdict_test){ .value = i };
		KUNIT_ASSERT_EQ(test, draft_add(test->priv, &rule), 0);
	}
	KUNIT_EXPECT_EQ(test, draft_add(test->priv, &rule), -ENOSPC);
	verdicts = make(test);
	KUNIT_EXPECT_EQ(test, verdicts_ask(verdicts, &call),
			E(1 + (DRAFT_TESTS - 1) % 4095));
	call.arg[0] = DRAFT_TESTS;
	KUNIT_EXPECT_EQ(test, verdicts_ask(verdicts, &call), VERDICT_ALLOW);
}

/* clang-format off */
static struct kunit_case verdicts_kunit_cases[] = {
	KUNIT_CASE(lines_test),
	KUNIT_CASE(conditions_test),
	KUNIT_CASE(roundtrip_test),
	KUNIT_CASE(decisions_test),
	KUNIT_CASE(multiplexed_test),
	KUNIT_CASE(reasons_test),
	KUNIT_CASE(stricter_test),
	KUNIT_CASE(full_test),
	{},
};
/* clang-format on */

static struct kunit_suite verdicts_kunit_suite = {
	.name = "syscall_verdicts",
	.init = verdicts_init,
	.exit = verdicts_exit,
	.test_cases = verdicts_kunit_cases,
};

kunit_test_suite(verdicts_kunit_suite);
