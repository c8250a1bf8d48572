/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few instructions that hookcore writes itself.
 *
 * Pure: bytes in, bytes out; builds in the kernel, in UML and on the host.
 */
#ifndef HOOKCORE_TRAMPOLINE_H
#define HOOKCORE_TRAMPOLINE_H

#include "insn.h"

/* What stands where nobody may run. */
#define TRAMPOLINE_INT3 0xcc

/**
 * trampoline_jmp() - encode jmp rel32
 * @out: room for RELOC_JMP_SIZE bytes.
 * @from: address the jmp runs at.
 * @to: where it leads.
 *
 * Return: false if @to is out of rel32 reach; @out is then unchanged.
 */
bool trampoline_jmp(u8 *out, u64 from, u64 to);

/**
 * trampoline_in_reach() - can a jmp rel32 at @from lead to @to?
 * @from: address the jmp runs at.
 * @to: where it leads.
 */
bool trampoline_in_reach(u64 from, u64 to);

/**
 * trampoline_site() - encode what stands in a hooked function's window
 * @out: room for @window bytes: a jmp to @to, then int3 up to the end.
 * @window: size of the window in bytes, at least RELOC_JMP_SIZE.
 * @from: address of the window.
 * @to: where the jmp leads.
 *
 * Return: false if @to is out of rel32 reach; @out is then unchanged.
 */
bool trampoline_site(u8 *out, size_t window, u64 from, u64 to);

/* Bytes of what trampoline_counter() encodes, at most. */
#define TRAMPOLINE_COUNTER_SIZE 32

/**
 * trampoline_counter() - encode code that counts and goes on
 * @out: room for TRAMPOLINE_COUNTER_SIZE bytes.
 * @from: address the code runs at.
 * @counter: address of a u64, or its offset from the gs base.
 * @percpu: it is an offset.
 * @to: where the code goes on.
 *
 * Registers and flags are what they were: functions written in assembly have
 * conventions of their own.
 *
 * Return: false if @to is out of rel32 reach; @out is then unspecified.
 */
bool trampoline_counter(u8 *out, u64 from, u64 counter, bool percpu, u64 to);

/**
 * trampoline_short() - encode what stands in a hooked function's short window
 * @out: room for @window bytes: a jmp rel8 to @to, then int3 up to the end.
 * @window: size of the window in bytes, at least RELOC_SHORT_SIZE.
 * @from: address of the window.
 * @to: where the jmp leads: a jmp rel32 close by.
 *
 * Return: false if @to is out of rel8 reach; @out is then unchanged.
 */
bool trampoline_short(u8 *out, size_t window, u64 from, u64 to);

#endif /* HOOKCORE_TRAMPOLINE_H */
