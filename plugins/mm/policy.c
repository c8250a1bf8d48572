// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "policy.h"

static const char *const mode_names[] = { "0", "1", "2" };

bool policy_obvious(long pages, const struct policy_machine *machine)
{
	return pages > 0 && (unsigned long)pages > machine->ram + machine->swap;
}

int policy_read_mode(const char *word, int *mode)
{
	int found = match_string(mode_names, ARRAY_SIZE(mode_names), word);

	if (found < 0 && strcmp(word, "inherit"))
		return -EINVAL;
	*mode = found < 0 ? POLICY_INHERIT : found;
	return 0;
}

const char *policy_mode_name(int mode)
{
	return mode == POLICY_INHERIT ? "inherit" : mode_names[mode];
}
