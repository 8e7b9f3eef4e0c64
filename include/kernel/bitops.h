/* SPDX-License-Identifier: MIT */
/*
 * bitops.h - single bits of words that several CPUs change
 *
 * A bit's number may go beyond the first word, as in bitmap.h, which has the
 * __ forms that are not atomic, and test_bit(). As on Linux the test_and_ forms
 * are full barriers, the others order nothing.
 */
#ifndef KERNEL_BITOPS_H
#define KERNEL_BITOPS_H

#include <kernel/bitmap.h>
#include <kernel/types.h>
#include <kernel/util.h>

static inline void set_bit(unsigned long nr, volatile unsigned long *map)
{
	__atomic_or_fetch(&map[nr / BITS_PER_LONG], __bit_mask(nr),
			  __ATOMIC_RELAXED);
}

static inline void clear_bit(unsigned long nr, volatile unsigned long *map)
{
	__atomic_and_fetch(&map[nr / BITS_PER_LONG], ~__bit_mask(nr),
			   __ATOMIC_RELAXED);
}

static inline void change_bit(unsigned long nr, volatile unsigned long *map)
{
	__atomic_xor_fetch(&map[nr / BITS_PER_LONG], __bit_mask(nr),
			   __ATOMIC_RELAXED);
}

/* These return what the bit was before. */
static inline bool test_and_set_bit(unsigned long nr,
				    volatile unsigned long *map)
{
	return __atomic_fetch_or(&map[nr / BITS_PER_LONG], __bit_mask(nr),
				 __ATOMIC_SEQ_CST) &
	       __bit_mask(nr);
}

static inline bool test_and_clear_bit(unsigned long nr,
				      volatile unsigned long *map)
{
	return __atomic_fetch_and(&map[nr / BITS_PER_LONG], ~__bit_mask(nr),
				  __ATOMIC_SEQ_CST) &
	       __bit_mask(nr);
}

static inline bool test_and_change_bit(unsigned long nr,
				       volatile unsigned long *map)
{
	return __atomic_fetch_xor(&map[nr / BITS_PER_LONG], __bit_mask(nr),
				  __ATOMIC_SEQ_CST) &
	       __bit_mask(nr);
}

/* A bit as a lock: what follows the taking and precedes the giving back stays
 * between them. */
static inline bool test_and_set_bit_lock(unsigned long nr,
					 volatile unsigned long *map)
{
	return test_and_set_bit(nr, map);
}

static inline void clear_bit_unlock(unsigned long nr,
				    volatile unsigned long *map)
{
	__atomic_and_fetch(&map[nr / BITS_PER_LONG], ~__bit_mask(nr),
			   __ATOMIC_RELEASE);
}

/* Lowest and highest set bit, counted from 1; 0 if none is set. */
static inline int ffs(int x)
{
	return __builtin_ffs(x);
}

static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static inline int fls64(u64 x)
{
	u32 high = (u32)(x >> 32);

	return high ? 32 + fls(high) : fls((u32)x);
}

/* Index of the highest set bit; @word must not be 0. */
static inline unsigned long __fls(unsigned long word)
{
	return ilog2(word);
}

/* Index of the lowest clear bit; @word must have one. */
static inline unsigned long ffz(unsigned long word)
{
	return __ffs(~word);
}

#endif
