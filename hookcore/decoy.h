/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Branches of a window that kprobes must go on seeing.
 *
 * A kprobe is made a jmp of five bytes only if nothing in its function
 * branches behind the first of them: can_optimize() in
 * arch/x86/kernel/kprobes/opt.c decodes the function's live text to find out,
 * once, when the kprobe comes. A branch of a hooked function's window runs in
 * the trampoline, where it does not look, and would lead into the middle of
 * that jmp: while the function is hooked, and afterwards. So a jmp that nobody
 * runs, a decoy, stands in the window behind hookcore's own, and leads where
 * the branch does.
 *
 * Pure: bytes in, facts out; builds in the kernel, in UML and on the host.
 */
#ifndef HOOKCORE_DECOY_H
#define HOOKCORE_DECOY_H

#include "insn.h"

/* A jmp rel8. */
#define DECOY_SIZE 2

/**
 * decoy_may_hide() - does a window lead behind itself at all?
 * @window: its bytes.
 * @size: how many: whole instructions.
 *
 * Most do not, and decoy_find() need not be given their functions.
 *
 * Context: any; does not sleep, touches only its arguments.
 * Return: false if decoy_find() would find nothing, whatever comes behind it.
 */
bool decoy_may_hide(const u8 *window, size_t size);

/**
 * decoy_find() - where does a window lead to that a kprobe might take?
 * @code: the function's bytes, from the window's start to the function's end.
 * @size: how many.
 * @window: how many of these are the window: whole instructions.
 * @target: offset of the last such place.
 *
 * That is where a branch of the window leads to behind it, if a kprobe on an
 * instruction that ends before, or in, the five bytes that it would take could
 * be optimised, as far as can be told from instructions that never are: see
 * can_boost() in arch/x86/kernel/kprobes/core.c, which takes no branch, no call
 * and no trap.
 *
 * Context: any; does not sleep, touches only its arguments.
 * Return: how many different such places there are.
 */
unsigned int decoy_find(const u8 *code, size_t size, size_t window,
			size_t *target);

/**
 * decoy_put() - encode the jmp that nobody runs
 * @bytes: a window with hookcore's jmp in it.
 * @window: its size.
 * @at: offset in it, right behind that jmp.
 * @target: offset from the window's start of where it is to lead.
 *
 * Return: false if it has no room, or does not reach; @bytes is then unchanged.
 */
bool decoy_put(u8 *bytes, size_t window, size_t at, size_t target);

#endif /* HOOKCORE_DECOY_H */
