/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Choices that the same seed makes again.
 */
#ifndef PROGRAMS_CHANCE_H
#define PROGRAMS_CHANCE_H

#include <stdint.h>

/* Not 0. */
static uint64_t seed;

/* Marsaglia's xorshift. */
static inline uint64_t chance(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

#endif /* PROGRAMS_CHANCE_H */
