/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a function cannot be hooked: part of hookcore.h, in a file of its own
 * because hookcore's pure code also builds outside the kernel.
 */
#ifndef HOOKCORE_REASON_H
#define HOOKCORE_REASON_H

/**
 * enum hookcore_reason - why a function cannot be hooked
 * @HOOKCORE_OK: it can.
 * @HOOKCORE_BAD_ARGUMENT: the caller's request makes no sense (-EINVAL).
 * @HOOKCORE_NO_SYMBOL: no function of that name (-ENOENT).
 * @HOOKCORE_AMBIGUOUS: several functions of that name (-ENOTUNIQ).
 * @HOOKCORE_NOT_TEXT: the address is not the start of a function in live
 *	kernel text: data, user space, freed ``__init`` text, a label, padding,
 *	the cold part of a function, code that is not reached by a call
 *	(-EINVAL).
 * @HOOKCORE_NOINSTR: text that must not be instrumented: noinstr, entry code,
 *	the kprobe blacklist, which has the int3 path on it; thunks that returns
 *	and indirect jumps go through; text that the kernel copies elsewhere
 *	(-EOPNOTSUPP).
 * @HOOKCORE_OWN_TEXT: the text of hookcore or of a module that owns hooks, or
 *	that an NMI in the middle of a patch runs on (-EOPNOTSUPP).
 * @HOOKCORE_REDIRECTED: the entry already leads elsewhere: livepatch or
 *	another ip redirection, or somebody else's jmp (-EBUSY).
 * @HOOKCORE_TOO_SHORT: the function ends before the window does (-EOPNOTSUPP).
 * @HOOKCORE_UNDECODABLE: bytes that Zydis does not decode (-EOPNOTSUPP).
 * @HOOKCORE_BRANCH_INTO_WINDOW: the function branches back into its own
 *	window, or a jump label may (-EOPNOTSUPP).
 * @HOOKCORE_HIDDEN_BRANCH: a branch of the window leads to where a kprobe may
 *	put a jmp of five bytes, which the kernel does where it sees no branch;
 *	this one it would not see, and the window has no room to show it
 *	(-EOPNOTSUPP).
 * @HOOKCORE_CALL_IN_WINDOW: a call that is not the window's last instruction:
 *	its callee would return into overwritten bytes (-EOPNOTSUPP).
 * @HOOKCORE_UNRELOCATABLE: an instruction that has no equivalent at another
 *	address (-EOPNOTSUPP).
 * @HOOKCORE_OUT_OF_RANGE: handler, trampoline or a rip-relative operand more
 *	than 2 GiB apart (-ERANGE).
 * @HOOKCORE_JUMP_LABEL: a jump label in the window (-EOPNOTSUPP).
 * @HOOKCORE_STATIC_CALL: a static call in the window, or the jmp of one
 *	(-EOPNOTSUPP).
 * @HOOKCORE_ALTERNATIVE: an SMP alternative in the window (-EOPNOTSUPP).
 * @HOOKCORE_FTRACE_SITE: an ftrace site in the window (-EOPNOTSUPP).
 * @HOOKCORE_KPROBE: a kprobe in the window (-EBUSY).
 * @HOOKCORE_BUG_TABLE: a BUG or WARN in the window (-EOPNOTSUPP).
 * @HOOKCORE_EXTABLE: an instruction in the window may fault and has an
 *	exception table entry, or that of another one goes on in the window
 *	(-EOPNOTSUPP).
 * @HOOKCORE_BUSY_TASK: a task stayed in the window through all retries
 *	(-EBUSY).
 * @HOOKCORE_TWICE: this hook is registered already (-EEXIST).
 * @HOOKCORE_LOCKDOWN: the kernel is locked down (-EPERM).
 * @HOOKCORE_NO_MEMORY: no memory (-ENOMEM).
 * @HOOKCORE_NR_REASONS: how many reasons there are; not a reason.
 */
enum hookcore_reason {
	HOOKCORE_OK,
	HOOKCORE_BAD_ARGUMENT,
	HOOKCORE_NO_SYMBOL,
	HOOKCORE_AMBIGUOUS,
	HOOKCORE_NOT_TEXT,
	HOOKCORE_NOINSTR,
	HOOKCORE_OWN_TEXT,
	HOOKCORE_REDIRECTED,
	HOOKCORE_TOO_SHORT,
	HOOKCORE_UNDECODABLE,
	HOOKCORE_BRANCH_INTO_WINDOW,
	HOOKCORE_HIDDEN_BRANCH,
	HOOKCORE_CALL_IN_WINDOW,
	HOOKCORE_UNRELOCATABLE,
	HOOKCORE_OUT_OF_RANGE,
	HOOKCORE_JUMP_LABEL,
	HOOKCORE_STATIC_CALL,
	HOOKCORE_ALTERNATIVE,
	HOOKCORE_FTRACE_SITE,
	HOOKCORE_KPROBE,
	HOOKCORE_BUG_TABLE,
	HOOKCORE_EXTABLE,
	HOOKCORE_BUSY_TASK,
	HOOKCORE_TWICE,
	HOOKCORE_LOCKDOWN,
	HOOKCORE_NO_MEMORY,
	HOOKCORE_NR_REASONS
};

#endif /* HOOKCORE_REASON_H */
