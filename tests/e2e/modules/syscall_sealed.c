// SPDX-License-Identifier: GPL-2.0
/*
 * Does not load if what is read at an address cannot be written there.
 *
 *   insmod syscall_sealed.ko at=0xffffc90000123000
 *
 * Without an address it tries its own.
 */
#include <linux/module.h>
#include <linux/uaccess.h>

#include "hookcore.h"

static unsigned long at;
module_param(at, ulong, 0400);
MODULE_PARM_DESC(at, "an address that the kernel can read");

static u8 ours;

/* It is not exported. */
asmlinkage long sealed_write(void *to, const void *from, size_t size);
HOOKCORE_IMPORT(sealed_write);

static const struct hookcore_import sealed_imports[] = {
	{ "copy_to_kernel_nofault", sealed_write },
};

static int __init sealed_init(void)
{
	int err = hookcore_import(sealed_imports, ARRAY_SIZE(sealed_imports));
	u8 *to = at ? (u8 *)at : &ours, byte;

	if (err)
		return err;
	if (get_kernel_nofault(byte, to))
		return -ENXIO;
	return sealed_write(to, &byte, sizeof(byte));
}

static void __exit sealed_exit(void)
{
}

module_init(sealed_init);
module_exit(sealed_exit);

MODULE_DESCRIPTION("vkernel_syscall test: can this address be written?");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
