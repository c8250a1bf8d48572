// SPDX-License-Identifier: GPL-2.0
/*
 * hookcore.ko: loading and unloading.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "debugfs.h"
#include "fixup.h"
#include "label.h"
#include "module.h"
#include "quiesce.h"
#include "shadow.h"
#include "stack.h"
#include "symbol.h"
#include "text.h"

static int __init hookcore_init(void)
{
	int err = symbol_init();

	if (err)
		return err;
	err = stack_init();
	if (err)
		return err;
	err = quiesce_init();
	if (err)
		return err;
	err = shadow_init();
	if (err)
		return err;
	err = label_init();
	if (err)
		return err;
	err = fixup_init();
	if (err)
		goto exit_label;
	err = text_init();
	if (err)
		goto exit_fixup;
	err = module_init_watch();
	if (err)
		goto exit_text;
	debugfs_init();
	return 0;
exit_text:
	text_exit();
exit_fixup:
	fixup_exit();
exit_label:
	label_exit();
	return err;
}

static void __exit hookcore_exit(void)
{
	debugfs_exit();
	module_exit_watch();
	shadow_exit();
	text_exit();
	fixup_exit();
	label_exit();
}

module_init(hookcore_init);
module_exit(hookcore_exit);

MODULE_DESCRIPTION("Inline hooks on the functions of a running kernel");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
