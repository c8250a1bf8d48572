// SPDX-License-Identifier: GPL-2.0
/*
 * A thousand small functions in a row, to be hooked by hookcore_many.ko.
 */
#include <linux/linkage.h>
#include <linux/module.h>

#include "hookcore_many.h"

/* Each begins with as many bytes of whole instructions as a jmp takes. */
MANY_FUNCTIONS(field_functions, "	push %rbx\n"
				"	push %r12\n"
				"	pop %r12\n"
				"	pop %rbx\n"
				"	" ASM_RET);
extern char field_functions[MANY_HOOKS][MANY_SIZE];
EXPORT_SYMBOL_GPL(field_functions);

MODULE_DESCRIPTION("hookcore test: a thousand functions");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
