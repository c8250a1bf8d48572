// SPDX-License-Identifier: GPL-2.0
/*
 * Asks the kernel whether any page is writable and executable at once, as it
 * asks itself once at boot: the answer is in the log.
 *
 *   insmod hookcore_wx.ko break=1
 *
 * makes such a page first: the answer must then be another one.
 */
#include <linux/module.h>
#include <linux/set_memory.h>
#include <linux/vmalloc.h>

#include "hookcore.h"

static bool break_it;
module_param_named(break, break_it, bool, 0400);
MODULE_PARM_DESC(break, "have a page that is writable and executable");

/* The kernel's own is declared where modules do not see it. */
asmlinkage void wx_check(void);
HOOKCORE_IMPORT(wx_check);

asmlinkage int wx_set_memory_x(unsigned long address, int pages);
HOOKCORE_IMPORT(wx_set_memory_x);

static const struct hookcore_import wx_imports[] = {
	{ "ptdump_walk_pgd_level_checkwx", wx_check },
	{ "set_memory_x", wx_set_memory_x },
};

static int __init wx_init(void)
{
	int err = hookcore_import(wx_imports, ARRAY_SIZE(wx_imports));
	void *page;

	if (err)
		return err;
	page = vmalloc(PAGE_SIZE);
	if (!page)
		return -ENOMEM;
	if (break_it)
		wx_set_memory_x((unsigned long)page, 1);
	wx_check();
	/* Not freed: its page table entry is no ordinary one any more. */
	if (!break_it)
		vfree(page);
	return 0;
}

static void __exit wx_exit(void)
{
}

module_init(wx_init);
module_exit(wx_exit);

MODULE_DESCRIPTION("hookcore test: is any page writable and executable?");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
