/* SPDX-License-Identifier: MIT */
/*
 * random.h - small deterministic generators for tests, models and injection
 *
 * Marsaglia's xorshift with 32 bits of state, and xorshift64* (Vigna) where
 * good high bits matter. The same seed gives the same row on every machine.
 * Nothing here is fit for secrets.
 *
 * Invariant: the state is never 0, a value from which the row would not leave.
 * Locking: the caller's; each state is an object of its own.
 */
#ifndef KERNEL_RANDOM_H
#define KERNEL_RANDOM_H

#include <kernel/types.h>

struct xorshift32 {
	u32 state;
};

struct xorshift64s {
	u64 state;
};

/* Any seed will do; 0 stands for a constant of our choice. */
static inline void xorshift32_seed(struct xorshift32 *rng, u32 seed)
{
	rng->state = seed ? seed : 0x9e3779b9u;
}

static inline u32 xorshift32_next(struct xorshift32 *rng)
{
	u32 x = rng->state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	rng->state = x;
	return x;
}

/*
 * A number in [0, n), 0 if @n is 0: the high half of a product instead of a
 * remainder, so no division; the bias is below n / 2^32.
 */
static inline u32 xorshift32_below(struct xorshift32 *rng, u32 n)
{
	return (u32)(((u64)xorshift32_next(rng) * n) >> 32);
}

static inline void xorshift64s_seed(struct xorshift64s *rng, u64 seed)
{
	rng->state = seed ? seed : 0x9e3779b97f4a7c15ull;
}

static inline u64 xorshift64s_next(struct xorshift64s *rng)
{
	u64 x = rng->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	rng->state = x;
	return x * 0x2545f4914f6cdd1dull;
}

#endif
