/* SPDX-License-Identifier: MIT */
/*
 * bitmap.c - searching, counting and filling rows of bits
 *
 * Every walk goes word by word. The first and the last word of a range are
 * masked, so that bits outside of [start, end) neither answer nor change.
 *
 * Invariants:
 *   B1  no word is read or written that holds no bit of the range
 *   B2  a search answers a number below nr_bits, or exactly nr_bits
 *
 * Locking: the caller's.
 */
#include <kernel/bitmap.h>
#include <kernel/export.h>
#include <kernel/string.h>
#include <kernel/util.h>

/* The bits of a word from @start's own upwards. */
static unsigned long bitmap_mask_from(unsigned long start)
{
	return ~0ul << (start % BITS_PER_LONG);
}

/* The bits of a word below @end's own; all of them if @end is a word's end. */
static unsigned long bitmap_mask_below(unsigned long end)
{
	return ~0ul >> (-end % BITS_PER_LONG);
}

/* Sums of neighbours in 1, 2, 4 bits; the product adds the four bytes. */
unsigned int hweight32(u32 w)
{
	w -= (w >> 1) & 0x55555555;
	w = (w & 0x33333333) + ((w >> 2) & 0x33333333);
	w = (w + (w >> 4)) & 0x0f0f0f0f;
	return (w * 0x01010101) >> 24;
}
EXPORT_SYMBOL(hweight32);

unsigned int hweight_long(unsigned long w)
{
	if (BITS_PER_LONG == 32)
		return hweight32((u32)w);
	/* Half its width: by 32 would be undefined where long has 32 bits. */
	return hweight32((u32)w) + hweight32((u32)(w >> (BITS_PER_LONG / 2)));
}
EXPORT_SYMBOL(hweight_long);

/* Find a set bit in the map, each of whose words is first xored with @flip. */
static unsigned long bitmap_find(const unsigned long *map,
				 unsigned long nr_bits, unsigned long start,
				 unsigned long flip)
{
	unsigned long idx = start / BITS_PER_LONG;
	unsigned long word;

	if (start >= nr_bits)
		return nr_bits;
	word = (map[idx] ^ flip) & bitmap_mask_from(start);
	while (!word) {
		if (++idx >= BITS_TO_LONGS(nr_bits))
			return nr_bits;
		word = map[idx] ^ flip;
	}
	return min(idx * BITS_PER_LONG + __ffs(word), nr_bits);
}

unsigned long find_next_bit(const unsigned long *map, unsigned long nr_bits,
			    unsigned long start)
{
	return bitmap_find(map, nr_bits, start, 0);
}
EXPORT_SYMBOL(find_next_bit);

unsigned long find_next_zero_bit(const unsigned long *map,
				 unsigned long nr_bits, unsigned long start)
{
	return bitmap_find(map, nr_bits, start, ~0ul);
}
EXPORT_SYMBOL(find_next_zero_bit);

unsigned long find_last_bit(const unsigned long *map, unsigned long nr_bits)
{
	unsigned long idx = BITS_TO_LONGS(nr_bits);
	unsigned long mask = bitmap_mask_below(nr_bits);

	while (idx--) {
		unsigned long word = map[idx] & mask;

		if (word)
			return idx * BITS_PER_LONG + ilog2(word);
		mask = ~0ul;
	}
	return nr_bits;
}
EXPORT_SYMBOL(find_last_bit);

void bitmap_zero(unsigned long *map, unsigned long nr_bits)
{
	memset(map, 0, BITS_TO_LONGS(nr_bits) * sizeof(*map));
}
EXPORT_SYMBOL(bitmap_zero);

void bitmap_fill(unsigned long *map, unsigned long nr_bits)
{
	bitmap_zero(map, nr_bits);
	bitmap_set(map, 0, nr_bits);
}
EXPORT_SYMBOL(bitmap_fill);

void bitmap_copy(unsigned long *dst, const unsigned long *src,
		 unsigned long nr_bits)
{
	memcpy(dst, src, BITS_TO_LONGS(nr_bits) * sizeof(*dst));
}
EXPORT_SYMBOL(bitmap_copy);

unsigned long bitmap_weight(const unsigned long *map, unsigned long nr_bits)
{
	unsigned long full = nr_bits / BITS_PER_LONG;
	unsigned long weight = 0;
	unsigned long idx;

	for (idx = 0; idx < full; idx++)
		weight += hweight_long(map[idx]);
	if (nr_bits % BITS_PER_LONG)
		weight += hweight_long(map[full] & bitmap_mask_below(nr_bits));
	return weight;
}
EXPORT_SYMBOL(bitmap_weight);

/* The bits of [start, end) that lie in word @idx; the range touches it. */
static unsigned long bitmap_range_mask(unsigned long idx, unsigned long start,
				       unsigned long end)
{
	unsigned long mask = ~0ul;

	if (idx == start / BITS_PER_LONG)
		mask &= bitmap_mask_from(start);
	if (idx == (end - 1) / BITS_PER_LONG)
		mask &= bitmap_mask_below(end);
	return mask;
}

void bitmap_set(unsigned long *map, unsigned long start, unsigned long len)
{
	unsigned long end = start + len;
	unsigned long idx = start / BITS_PER_LONG;

	for (; len && idx <= (end - 1) / BITS_PER_LONG; idx++)
		map[idx] |= bitmap_range_mask(idx, start, end);
}
EXPORT_SYMBOL(bitmap_set);

void bitmap_clear(unsigned long *map, unsigned long start, unsigned long len)
{
	unsigned long end = start + len;
	unsigned long idx = start / BITS_PER_LONG;

	for (; len && idx <= (end - 1) / BITS_PER_LONG; idx++)
		map[idx] &= ~bitmap_range_mask(idx, start, end);
}
EXPORT_SYMBOL(bitmap_clear);

unsigned long bitmap_find_next_zero_area(const unsigned long *map,
					 unsigned long nr_bits,
					 unsigned long start, unsigned long len,
					 unsigned long align_mask)
{
	for (;;) {
		unsigned long taken;

		start = find_next_zero_bit(map, nr_bits, start);
		start = (start + align_mask) & ~align_mask;
		if (start >= nr_bits || len > nr_bits - start)
			return nr_bits;
		taken = find_next_bit(map, start + len, start);
		if (taken == start + len)
			return start;
		start = taken + 1;
	}
}
EXPORT_SYMBOL(bitmap_find_next_zero_area);
