/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Making windows of instructions up.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include "host.h"

#define WINDOW_MAX 48

/**
 * window_generate() - make a function's beginning up
 * @code: room for WINDOW_MAX bytes.
 * @state: of the random numbers.
 *
 * Return: how many bytes were written.
 */
size_t window_generate(u8 *code, u64 *state);

/**
 * window_is_emulable() - would two runs of it be alike?
 * @code: whole instructions.
 * @size: how many bytes.
 *
 * Return: false if one of them is privileged, or depends on more than registers
 * and memory.
 */
bool window_is_emulable(const u8 *code, size_t size);

#endif /* WINDOW_H */
