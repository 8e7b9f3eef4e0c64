/* SPDX-License-Identifier: MIT */
/*
 * extfrag.c - external fragmentation, as figures for each order
 *
 * Say F pages are free, in B blocks, and a request of R pages fails: all blocks
 * are smaller. In whole-R terms there is F / R worth of memory. If it lay
 * together, F / R blocks would do; the more blocks hold it, the more it is the
 * pieces that fail the request and not the amount:
 *
 *      index = 1 - (1 + F / R) / B
 *
 * With one block, or blocks of nearly R, the index is about 0 or below; with
 * many small ones it comes near 1.
 *
 * Integer arithmetic in thousandths, rounded where Linux rounds, so that the
 * figures agree to the last digit. F is below 2^24 (64 GiB), so F * 1000 wants
 * 64 bits; R is a power of two, so only B needs a division.
 */
#include <kernel/math64.h>
#include <mm/extfrag.h>

#define ONE 1000u

/* What the counts say about requests of one order. */
struct free_sum {
	unsigned long pages;
	unsigned long blocks;
	unsigned long usable_pages; /* in blocks of that order and above */
};

static struct free_sum sum_blocks(const unsigned long nr_blocks[MAX_ORDER],
				  unsigned int order)
{
	struct free_sum sum = { 0, 0, 0 };
	unsigned int k;

	for (k = 0; k < MAX_ORDER; k++) {
		sum.blocks += nr_blocks[k];
		sum.pages += nr_blocks[k] << k;
		if (k >= order)
			sum.usable_pages += nr_blocks[k] << k;
	}
	return sum;
}

int extfrag_index(const unsigned long nr_blocks[MAX_ORDER], unsigned int order)
{
	struct free_sum sum = sum_blocks(nr_blocks, order);
	u64 worth;

	if (order >= MAX_ORDER || !sum.blocks)
		return 0;
	if (sum.usable_pages)
		return EXTFRAG_SERVED;
	worth = ((u64)sum.pages * ONE) >> order;
	return (int)ONE - (int)div_u64(ONE + worth, (u32)sum.blocks);
}

unsigned int unusable_index(const unsigned long nr_blocks[MAX_ORDER],
			    unsigned int order)
{
	struct free_sum sum = sum_blocks(nr_blocks, order);

	if (!sum.pages)
		return ONE;
	return (unsigned int)div_u64((u64)(sum.pages - sum.usable_pages) * ONE,
				     (u32)sum.pages);
}
