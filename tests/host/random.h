/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random numbers that come again for the same seed: splitmix64.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include "host.h"

static inline u64 random_next(u64 *state)
{
	u64 x = *state += 0x9e3779b97f4a7c15;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

/* 0 up to @bound, exclusive. */
static inline u64 random_below(u64 *state, u64 bound)
{
	return random_next(state) % bound;
}

static inline bool random_percent(u64 *state, unsigned int percent)
{
	return random_below(state, 100) < percent;
}

#endif /* RANDOM_H */
