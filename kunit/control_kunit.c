// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: a suite that fails when told to, in each of the ways that the runner
 * must notice. "control_kunit.fail=WAY" on the kernel's command line.
 */
#include <kunit/test.h>
#include <linux/bug.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "control_kunit."

static char *fail = "";
module_param(fail, charp, 0400);
MODULE_PARM_DESC(fail, "expectation, kasan, ubsan, lockdep, warning or panic");

static void fail_kasan(struct kunit *test)
{
	volatile char *memory = kunit_kmalloc(test, 16, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, (void *)memory);
	memory[16];
}

static void fail_ubsan(struct kunit *test)
{
	volatile int shift = 40;

	KUNIT_EXPECT_GE(test, 1 << shift, INT_MIN);
}

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

static void fail_lockdep(struct kunit *test)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void control_test(struct kunit *test)
{
	KUNIT_EXPECT_STRNEQ(test, fail, "expectation");
	if (!strcmp(fail, "kasan"))
		fail_kasan(test);
	if (!strcmp(fail, "ubsan"))
		fail_ubsan(test);
	if (!strcmp(fail, "lockdep"))
		fail_lockdep(test);
	WARN_ON(!strcmp(fail, "warning"));
	if (!strcmp(fail, "panic"))
		panic("told to");
}

static struct kunit_case control_kunit_cases[] = {
	KUNIT_CASE(control_test),
	{},
};

static struct kunit_suite control_kunit_suite = {
	.name = "control",
	.test_cases = control_kunit_cases,
};

kunit_test_suite(control_kunit_suite);
