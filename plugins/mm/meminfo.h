/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What /proc/meminfo says of promises, inside a container.
 */
#ifndef MM_MEMINFO_H
#define MM_MEMINFO_H

#include <linux/linkage.h>

struct seq_file;

/* The hook: handler and stub. */
asmlinkage void vkernel_mm_meminfo(void);
asmlinkage int original_mm_meminfo(struct seq_file *file, void *unused);

#endif /* MM_MEMINFO_H */
