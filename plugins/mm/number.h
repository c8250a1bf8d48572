/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers in a text of the kernel's: pure, bytes in, bytes out.
 */
#ifndef MM_NUMBER_H
#define MM_NUMBER_H

#include <linux/types.h>

/**
 * number_put() - say another number in a line of /proc/meminfo
 * @text: lines, each "NAME: NUMBER kB" with blanks between.
 * @length: bytes of it.
 * @name: the line's, with the colon; without such a line nothing changes.
 * @number: what it is to say. A number that is longer than the columns between
 *	the colon and the unit becomes one of nines.
 *
 * No line becomes longer or shorter.
 */
void number_put(char *text, size_t length, const char *name,
		unsigned long number);

#endif /* MM_NUMBER_H */
