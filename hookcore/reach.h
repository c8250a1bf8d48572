/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions that a handler runs in: itself, and those it goes on to by a
 * jump, which leaves nothing of it on the stack.
 */
#ifndef HOOKCORE_REACH_H
#define HOOKCORE_REACH_H

#include "hookcore.h"

/**
 * reach_find() - find the functions that a handler runs in
 * @hook: the hook; gets @reach and @reach_count.
 * @before: another one that has them, or NULL: if their handlers lie behind the
 *	same symbol, so has @hook.
 *
 * Followed are direct jumps to the owner's text. What is called needs not be:
 * as long as that runs a return address into the handler stands on the stack.
 *
 * Context: process context, sleeps. Takes text_mutex.
 * Return: HOOKCORE_OK; HOOKCORE_UNDECODABLE, HOOKCORE_NO_MEMORY, or
 * HOOKCORE_BAD_ARGUMENT if there are too many, or if one goes on by a pointer,
 * which may lead anywhere; then @hint says what.
 */
enum hookcore_reason reach_find(struct hookcore_hook *hook,
				const struct hookcore_hook *before);

#endif /* HOOKCORE_REACH_H */
