/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What hookcore_many.ko and the functions it hooks agree on.
 */
#ifndef HOOKCORE_MANY_H
#define HOOKCORE_MANY_H

#include <linux/objtool.h>
#include <linux/stringify.h>

#define MANY_HOOKS 1000
#define MANY_SIZE 32

/* clang-format off */
/* MANY_HOOKS functions @name_0, @name_1 ... in a row, MANY_SIZE bytes each. */
#define MANY_FUNCTIONS(name, body)                         \
	asm(".pushsection .text, \"ax\", @progbits\n"      \
	    ".balign " __stringify(MANY_SIZE) ", 0xcc\n"   \
	    ".globl " #name "\n" #name ":\n"               \
	    ANNOTATE_NOENDBR                               \
	    ".altmacro\n"                                  \
	    ".macro many_function number\n"                \
	    ".type " #name "_\\number, @function\n"        \
	    #name "_\\number:\n" body                      \
	    ".size " #name "_\\number, . - " #name "_\\number\n" \
	    ".balign " __stringify(MANY_SIZE) ", 0xcc\n"   \
	    ".endm\n"                                      \
	    ".set many_number, 0\n"                        \
	    ".rept " __stringify(MANY_HOOKS) "\n"          \
	    "many_function %many_number\n"                 \
	    ".set many_number, many_number + 1\n"          \
	    ".endr\n"                                      \
	    ".purgem many_function\n"                      \
	    ".noaltmacro\n"                                \
	    ".popsection\n")
/* clang-format on */

#endif /* HOOKCORE_MANY_H */
