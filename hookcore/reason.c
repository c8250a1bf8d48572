// SPDX-License-Identifier: GPL-2.0
/*
 * Reasons in words and as error codes.
 */
#include <linux/errno.h>
#include <linux/export.h>

#include "hookcore.h"

static const struct {
	int err;
	const char *text;
} reasons[HOOKCORE_NR_REASONS] = {
	[HOOKCORE_OK] = { 0, "ok" },
	[HOOKCORE_BAD_ARGUMENT] = { -EINVAL, "bad argument" },
	[HOOKCORE_NO_SYMBOL] = { -ENOENT, "no such function" },
	[HOOKCORE_AMBIGUOUS] = { -ENOTUNIQ, "several functions of this name" },
	[HOOKCORE_NOT_TEXT] = { -EINVAL, "not the start of a function" },
	[HOOKCORE_NOINSTR] = { -EOPNOTSUPP, "text that must not be probed" },
	[HOOKCORE_OWN_TEXT] = { -EOPNOTSUPP,
				"text of hookcore, or that it runs on" },
	[HOOKCORE_REDIRECTED] = { -EBUSY, "already redirected at its entry" },
	[HOOKCORE_TOO_SHORT] = { -EOPNOTSUPP, "function too short" },
	[HOOKCORE_UNDECODABLE] = { -EOPNOTSUPP, "undecodable instruction" },
	[HOOKCORE_BRANCH_INTO_WINDOW] = { -EOPNOTSUPP,
					  "branch into the window" },
	[HOOKCORE_HIDDEN_BRANCH] = { -EOPNOTSUPP,
				     "branch that kprobes must see" },
	[HOOKCORE_CALL_IN_WINDOW] = { -EOPNOTSUPP,
				      "call in the window before its end" },
	[HOOKCORE_UNRELOCATABLE] = { -EOPNOTSUPP,
				     "instruction that cannot be moved" },
	[HOOKCORE_OUT_OF_RANGE] = { -ERANGE, "more than 2 GiB apart" },
	[HOOKCORE_JUMP_LABEL] = { -EOPNOTSUPP, "jump label in the window" },
	[HOOKCORE_STATIC_CALL] = { -EOPNOTSUPP, "static call in the window" },
	[HOOKCORE_ALTERNATIVE] = { -EOPNOTSUPP, "alternative in the window" },
	[HOOKCORE_FTRACE_SITE] = { -EOPNOTSUPP, "ftrace site in the window" },
	[HOOKCORE_KPROBE] = { -EBUSY, "kprobe in the window" },
	[HOOKCORE_BUG_TABLE] = { -EOPNOTSUPP, "BUG or WARN in the window" },
	[HOOKCORE_EXTABLE] = { -EOPNOTSUPP,
			       "exception table entry in the window" },
	[HOOKCORE_BUSY_TASK] = { -EBUSY, "a task stays in the window" },
	[HOOKCORE_TWICE] = { -EEXIST, "registered already" },
	[HOOKCORE_LOCKDOWN] = { -EPERM, "kernel is locked down" },
	[HOOKCORE_NO_MEMORY] = { -ENOMEM, "no memory" },
};

const char *hookcore_reason_text(enum hookcore_reason reason)
{
	if (reason < 0 || reason >= HOOKCORE_NR_REASONS)
		return "unknown reason";
	return reasons[reason].text;
}
EXPORT_SYMBOL_GPL(hookcore_reason_text);

int hookcore_reason_errno(enum hookcore_reason reason)
{
	if (reason < 0 || reason >= HOOKCORE_NR_REASONS)
		return -EINVAL;
	return reasons[reason].err;
}
EXPORT_SYMBOL_GPL(hookcore_reason_errno);
