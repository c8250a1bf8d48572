// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "rules.h"

static const char word_inherit[] = "inherit";

/* load.weight of nice 0 is 1024, with so many bits more (scale_load()). */
#define NICE_0_SHIFT 20

struct range {
	u32 least;
	u32 most;
};

static const struct range ranges[RULES_SETTINGS] = {
	[RULES_WAKEUP_GRANULARITY] = { 0, NSEC_PER_SEC },
	[RULES_MIN_GRANULARITY] = { NSEC_PER_MSEC / 10, 100 * NSEC_PER_MSEC },
	[RULES_LATENCY] = { NSEC_PER_MSEC / 10, 100 * NSEC_PER_MSEC },
	[RULES_CHILD_FIRST] = { 0, 1 },
	[RULES_BASE_SLICE] = { NSEC_PER_MSEC / 10, 100 * NSEC_PER_MSEC },
};

int rules_read(enum rules_setting setting, const char *text, u32 *value)
{
	const struct range *range = &ranges[setting];
	u32 number;

	if (!strcmp(text, word_inherit)) {
		*value = RULES_INHERIT;
		return 0;
	}
	if (kstrtou32(text, 10, &number) || number < range->least ||
	    number > range->most)
		return -EINVAL;
	*value = number;
	return 0;
}

const char *rules_print(u32 value, char *text)
{
	if (value == RULES_INHERIT)
		strscpy(text, word_inherit, RULES_SIZE);
	else
		scnprintf(text, RULES_SIZE, "%u", value);
	return text;
}

static u64 virtual(u32 time, unsigned long weight)
{
	return div64_u64((u64)time << NICE_0_SHIFT, weight ?: 1);
}

s64 rules_shift(u32 host, u32 own, unsigned long weight)
{
	return virtual(host, weight) - virtual(own, weight);
}

u64 rules_period(unsigned int count, u32 latency, u32 least)
{
	if (count > DIV_ROUND_UP_ULL(latency, least ?: 1))
		return (u64)count * least;
	return latency;
}

/* With a part that is more than the whole the division would trap. */
u64 rules_share(u64 time, unsigned long weight, unsigned long all)
{
	return weight < all ? mul_u64_u64_div_u64(time, weight, all) : time;
}

/* More than the least weight makes of the longest slice. */
#define LONGEST BIT_ULL(36)

u64 rules_deadline(u64 vruntime, u64 deadline, u64 slice, u32 own)
{
	u64 ahead = deadline - vruntime;

	if (ahead >= LONGEST || !slice || own >= BIT(27))
		return deadline;
	return vruntime + div64_u64(ahead * own, slice);
}
