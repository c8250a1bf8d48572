// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: what a record of the kernel log looks like by each door, and how much
 * a container may write.
 */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "../plugins/log/format.h"
#include "../plugins/log/quota.h"

/* What CONFIG_PRINTK_CALLER adds is not in the rows below. */
#ifdef CONFIG_PRINTK_CALLER
#error "these suites want a kernel without CONFIG_PRINTK_CALLER"
#endif

/* --- Records -------------------------------------------------------------- */

static const struct {
	u8 facility;
	u8 level;
	u8 flags;
	u64 ns;
	const char *text;
	const char *syslog;
	const char *kmsg;
} rows[] = {
	{ 0, 6, 0, 1234567891, "plain", "<6>[    1.234567] plain\n",
	  "6,7,1234567,-;plain\n" },
	{ 1, 4, RING_CONT, 0, "user", "<12>[    0.000000] user\n",
	  "12,7,0,c;user\n" },
	{ 0, 5, 0, 123456 * NSEC_PER_SEC, "one\ntwo",
	  "<5>[123456.000000] one\n<5>[123456.000000] two\n",
	  "5,7,123456000000,-;one\\x0atwo\n" },
	{ 0, 5, 0, 0, "", "<5>[    0.000000] \n", "5,7,0,-;\n" },
	{ 0, 5, 0, 0, "end\n", "<5>[    0.000000] end\n<5>[    0.000000] \n",
	  "5,7,0,-;end\\x0a\n" },
	{ 23, 7, 0, 999, "\t\\\x7f\xc3", "<191>[    0.000000] \t\\\x7f\xc3\n",
	  "191,7,0,-;\\x09\\x5c\\x7f\\xc3\n" },
};

static void fill(struct ring_info *info, size_t row)
{
	memset(info, 0, sizeof(*info));
	info->seq = 99;
	info->facility = rows[row].facility;
	info->level = rows[row].level;
	info->flags = rows[row].flags;
	info->ts_nsec = rows[row].ns;
	info->text_len = strlen(rows[row].text);
}

static unsigned int lines_of(const char *text)
{
	unsigned int lines = 1;

	while ((text = strchr(text, '\n'))) {
		lines++;
		text++;
	}
	return lines;
}

static void log_format_rows(struct kunit *test)
{
	char *buf = kunit_kzalloc(test, FORMAT_SIZE, GFP_KERNEL);
	struct ring_info info;
	size_t i, size;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		fill(&info, i);
		memset(buf, 0, FORMAT_SIZE);
		size = format_syslog(buf, &info, rows[i].text, true, true);
		KUNIT_EXPECT_STREQ(test, buf, rows[i].syslog);
		KUNIT_EXPECT_EQ(test, size, strlen(rows[i].syslog));
		KUNIT_EXPECT_EQ(test, size,
				format_syslog_size(
					&info, lines_of(rows[i].text), true));
		memset(buf, 0, FORMAT_SIZE);
		size = format_kmsg(buf, &info, rows[i].text, 7);
		KUNIT_EXPECT_STREQ(test, buf, rows[i].kmsg);
		KUNIT_EXPECT_EQ(test, size, strlen(rows[i].kmsg));
	}
}

static void log_format_bare(struct kunit *test)
{
	char *buf = kunit_kzalloc(test, FORMAT_SIZE, GFP_KERNEL);
	struct ring_info info;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	fill(&info, 2);
	format_syslog(buf, &info, rows[2].text, false, false);
	KUNIT_EXPECT_STREQ(test, buf, "one\ntwo\n");
}

/* Whatever is in it, it is one line of printable ASCII. */
static void log_format_line(struct kunit *test)
{
	char *buf = kunit_kzalloc(test, FORMAT_SIZE, GFP_KERNEL);
	static const char text[] = "a\n\r- b\x1b[2J\xc3\\";
	struct ring_info info;
	size_t size;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	fill(&info, 0);
	size = format_line(buf, &info, text, sizeof(text) - 1);
	KUNIT_EXPECT_STREQ(test, buf,
			   "[    1.234567] a\\x0a\\x0d- b\\x1b[2J\\xc3\\x5c\n");
	KUNIT_EXPECT_EQ(test, size, strlen(buf));
}

static void log_format_device(struct kunit *test)
{
	char *buf = kunit_kzalloc(test, FORMAT_SIZE, GFP_KERNEL);
	struct ring_info info;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	fill(&info, 0);
	strscpy(info.dev_info.subsystem, "usb", PRINTK_INFO_SUBSYSTEM_LEN);
	/* Without a zero behind it. */
	memset(info.dev_info.device, 'd', PRINTK_INFO_DEVICE_LEN);
	format_kmsg(buf, &info, rows[0].text, 7);
	KUNIT_EXPECT_STREQ(
		test, buf,
		"6,7,1234567,-;plain\n SUBSYSTEM=usb\n DEVICE=dddddddddddddddddddddddddddddddddddddddddddddddd\n");
}

/* The longest there are: nothing is cut, nothing written behind. */
static void log_format_longest(struct kunit *test)
{
	char *buf = kunit_kzalloc(test, FORMAT_SIZE + 1, GFP_KERNEL);
	char *text = kunit_kzalloc(test, 1024, GFP_KERNEL);
	struct ring_info info;
	size_t size;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_NOT_NULL(test, text);
	fill(&info, 0);
	info.text_len = 1024;
	memset(text, '\n', 1024);
	buf[FORMAT_SIZE] = 'x';
	size = format_kmsg(buf, &info, text, U64_MAX);
	KUNIT_EXPECT_EQ(test, size,
			strlen("6,18446744073709551615,1234567,-;\n") + 4096);
	size = format_line(buf, &info, text, 1024);
	KUNIT_EXPECT_EQ(test, size, strlen("[    1.234567] \n") + 4096);
	/* So many lines do not fit with the time in front of each. */
	size = format_syslog(buf, &info, text, true, true);
	KUNIT_EXPECT_LE(test, size, FORMAT_SIZE);
	KUNIT_EXPECT_EQ(test, buf[size - 1], '\n');
	KUNIT_EXPECT_EQ(test, buf[FORMAT_SIZE], 'x');
}

/* --- Quota ---------------------------------------------------------------- */

static void log_quota_burst_and_rate(struct kunit *test)
{
	struct quota quota;
	u64 now = HZ;

	quota_set(&quota, 100, 10, now);
	KUNIT_EXPECT_TRUE(test, quota_take(&quota, 60, now));
	KUNIT_EXPECT_TRUE(test, quota_any(&quota, now));
	/* The last one may be larger than what is left: that is owed. */
	KUNIT_EXPECT_FALSE(test, quota_take(&quota, 50, now));
	KUNIT_EXPECT_FALSE(test, quota_any(&quota, now));
	KUNIT_EXPECT_FALSE(test, quota_any(&quota, now + HZ));
	KUNIT_EXPECT_TRUE(test, quota_any(&quota, now + HZ + 1));
	/* It never holds more than at the beginning. */
	now += 1000 * HZ;
	KUNIT_EXPECT_TRUE(test, quota_take(&quota, 99, now));
	KUNIT_EXPECT_FALSE(test, quota_take(&quota, 1, now));
	/* Also where nobody has asked for long. */
	now += 1000 * HZ;
	KUNIT_EXPECT_FALSE(test, quota_take(&quota, 100, now));
}

/* Asked often, it gives as much as asked seldom. */
static void log_quota_small_steps(struct kunit *test)
{
	struct quota quota;
	u64 now = 0;
	u32 taken = 0, i;

	quota_set(&quota, 1000, 7, now);
	quota_take(&quota, 1000, now);
	for (i = 0; i < 100 * HZ; i++) {
		now++;
		if (!quota_any(&quota, now))
			continue;
		quota_take(&quota, 1, now);
		taken++;
	}
	KUNIT_EXPECT_GE(test, taken, 699U);
	KUNIT_EXPECT_LE(test, taken, 701U);
}

static void log_quota_extremes(struct kunit *test)
{
	struct quota quota;

	quota_set(&quota, 0, 0, 0);
	KUNIT_EXPECT_TRUE(test, quota_take(&quota, U32_MAX, 1));
	KUNIT_EXPECT_TRUE(test, quota_any(&quota, 1));
	quota_set(&quota, 10, 0, 0);
	KUNIT_EXPECT_FALSE(test, quota_take(&quota, 10, 1));
	KUNIT_EXPECT_FALSE(test, quota_any(&quota, U64_MAX));
	/* One record takes more than there ever is: it comes back, too. */
	quota_set(&quota, 16, 1000, 0);
	KUNIT_EXPECT_FALSE(test, quota_take(&quota, 132, 0));
	KUNIT_EXPECT_TRUE(test, quota_any(&quota, 3600 * HZ));
	quota_set(&quota, U32_MAX, U32_MAX, 0);
	KUNIT_EXPECT_FALSE(test, quota_take(&quota, U32_MAX, 0));
	KUNIT_EXPECT_FALSE(test, quota_any(&quota, 0));
	KUNIT_EXPECT_TRUE(test, quota_any(&quota, U64_MAX));
	KUNIT_EXPECT_FALSE(test, quota_take(&quota, U32_MAX, U64_MAX));
}

static struct kunit_case log_cases[] = {
	KUNIT_CASE(log_format_rows),
	KUNIT_CASE(log_format_bare),
	KUNIT_CASE(log_format_line),
	KUNIT_CASE(log_format_device),
	KUNIT_CASE(log_format_longest),
	KUNIT_CASE(log_quota_burst_and_rate),
	KUNIT_CASE(log_quota_small_steps),
	KUNIT_CASE(log_quota_extremes),
	{},
};

static struct kunit_suite log_suite = {
	.name = "log",
	.test_cases = log_cases,
};

kunit_test_suites(&log_suite);

MODULE_DESCRIPTION("KUnit: records and quota of the plugin log");
MODULE_LICENSE("GPL");
