/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A handler in C that calls the original and goes on after it, with a guard in
 * assembly in front that lets those pass who have nothing to do with it.
 */
#ifndef MM_WRAPPER_H
#define MM_WRAPPER_H

#include <linux/stringify.h>

#include "hookcore.h"

/* clang-format off */
/**
 * WRAPPER - define such a handler
 * @name: the handler to be defined; use it as &struct hookcore_hook.handler.
 * @wrapper: a function of C, with the target's signature, asmlinkage and
 *	__visible. A task asleep in there holds up the unloading: it sleeps for
 *	memory at most.
 * @guard: assembly that may use %rax, %r10 and %r11 and jump to the stub.
 */
#define WRAPPER(name, wrapper, guard)                                          \
	asmlinkage void name(void);                                            \
	asm(".pushsection .text, \"ax\", @progbits\n"                          \
	    ".p2align 4\n"                                                     \
	    ".globl " __stringify(name) "\n"                                   \
	    ".type " __stringify(name) ", @function\n" __stringify(name) ":\n" \
	    HOOKCORE_ASM_ENDBR guard "\n"                                      \
	    "	jmp " __stringify(wrapper) "\n"                                \
	    ".size " __stringify(name) ", . - " __stringify(name) "\n"         \
	    ".popsection\n")
/* clang-format on */

#endif /* MM_WRAPPER_H */
