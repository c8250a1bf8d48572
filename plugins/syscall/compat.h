/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels: how assembly finds a CPU's preempt count.
 */
#ifndef SYSCALL_COMPAT_H
#define SYSCALL_COMPAT_H

#include <linux/preempt.h>
#include <asm/asm-offsets.h>
#include <asm/current.h>

/*
 * Commit 64701838bf05 ("x86/preempt: Move preempt count variable to pcpu_hot",
 * 6.2) moved it beside the current task, the offset of which is the one that
 * assembly is given by name.
 */
#ifdef X86_current_task
#define COMPAT_PREEMPT_COUNT "pcpu_hot + .Lpreempt_count"
#define COMPAT_PREEMPT_OFFSET offsetof(struct pcpu_hot, preempt_count)
#else
#define COMPAT_PREEMPT_COUNT "__preempt_count + .Lpreempt_count"
#define COMPAT_PREEMPT_OFFSET 0
#endif

#endif /* SYSCALL_COMPAT_H */
