/* SPDX-License-Identifier: MIT */
/*
 * bitmap.h - arrays of unsigned long seen as rows of bits
 *
 * Bit n is bit n % BITS_PER_LONG of word n / BITS_PER_LONG. A map of nr_bits
 * occupies BITS_TO_LONGS(nr_bits) words; bits of the last word behind nr_bits
 * are never looked at, and bitmap_zero() and bitmap_fill() leave them 0.
 *
 * Locking: the caller's. The __ forms are not atomic.
 */
#ifndef KERNEL_BITMAP_H
#define KERNEL_BITMAP_H

#include <kernel/types.h>

#define BITS_PER_LONG (__SIZEOF_LONG__ * 8)
#define BITS_TO_LONGS(n) (((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

static inline unsigned long __bit_mask(unsigned long nr)
{
	return 1ul << (nr % BITS_PER_LONG);
}

static inline void __set_bit(unsigned long nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] |= __bit_mask(nr);
}

static inline void __clear_bit(unsigned long nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] &= ~__bit_mask(nr);
}

static inline void __change_bit(unsigned long nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] ^= __bit_mask(nr);
}

static inline bool test_bit(unsigned long nr, const unsigned long *map)
{
	return (map[nr / BITS_PER_LONG] & __bit_mask(nr)) != 0;
}

/* Both return what the bit was before. */
static inline bool __test_and_set_bit(unsigned long nr, unsigned long *map)
{
	bool was = test_bit(nr, map);

	__set_bit(nr, map);
	return was;
}

static inline bool __test_and_clear_bit(unsigned long nr, unsigned long *map)
{
	bool was = test_bit(nr, map);

	__clear_bit(nr, map);
	return was;
}

/* Number of set bits, in plain arithmetic: i686 has no POPCNT. */
unsigned int hweight32(u32 w);
unsigned int hweight_long(unsigned long w);

/*
 * Find from @start on (the find_first forms: from 0) in a map of @nr_bits.
 * Return: the bit's number; @nr_bits if there is none or @start is not below
 * it.
 */
unsigned long find_next_bit(const unsigned long *map, unsigned long nr_bits,
			    unsigned long start);
unsigned long find_next_zero_bit(const unsigned long *map,
				 unsigned long nr_bits, unsigned long start);

static inline unsigned long find_first_bit(const unsigned long *map,
					   unsigned long nr_bits)
{
	return find_next_bit(map, nr_bits, 0);
}

static inline unsigned long find_first_zero_bit(const unsigned long *map,
						unsigned long nr_bits)
{
	return find_next_zero_bit(map, nr_bits, 0);
}

/* Return: the highest set bit; @nr_bits if there is none. */
unsigned long find_last_bit(const unsigned long *map, unsigned long nr_bits);

#define for_each_set_bit(bit, map, nr_bits)                               \
	for ((bit) = find_first_bit((map), (nr_bits)); (bit) < (nr_bits); \
	     (bit) = find_next_bit((map), (nr_bits), (bit) + 1))

/* The whole map. */
void bitmap_zero(unsigned long *map, unsigned long nr_bits);
void bitmap_fill(unsigned long *map, unsigned long nr_bits);
/* @dst and @src are whole maps of @nr_bits; the last word is copied whole. */
void bitmap_copy(unsigned long *dst, const unsigned long *src,
		 unsigned long nr_bits);
/* Number of set bits. */
unsigned long bitmap_weight(const unsigned long *map, unsigned long nr_bits);

static inline bool bitmap_empty(const unsigned long *map, unsigned long nr_bits)
{
	return find_first_bit(map, nr_bits) == nr_bits;
}

static inline bool bitmap_full(const unsigned long *map, unsigned long nr_bits)
{
	return find_first_zero_bit(map, nr_bits) == nr_bits;
}

/* Set or clear the @len bits from @start on; all must lie in the map. */
void bitmap_set(unsigned long *map, unsigned long start, unsigned long len);
void bitmap_clear(unsigned long *map, unsigned long start, unsigned long len);

/**
 * bitmap_find_next_zero_area - find a run of clear bits
 * @map: the map
 * @nr_bits: its size
 * @start: where to begin
 * @len: bits wanted, at least 1
 * @align_mask: the run begins at a multiple of this + 1 (a power of two)
 *
 * Return: the first bit of the lowest such run; a value above @nr_bits - @len
 * (in fact, @nr_bits) if there is none.
 */
unsigned long bitmap_find_next_zero_area(const unsigned long *map,
					 unsigned long nr_bits,
					 unsigned long start, unsigned long len,
					 unsigned long align_mask);

#endif
