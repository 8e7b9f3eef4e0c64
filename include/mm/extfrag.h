/* SPDX-License-Identifier: MIT */
/*
 * extfrag.h - external fragmentation, as figures for each order
 *
 * Free memory is fragmented for an order when there is enough of it, but in
 * pieces too small. Two questions, both answered from the numbers of free
 * blocks by order, in thousandths, as Linux's debugfs files extfrag_index and
 * unusable_index answer them.
 */
#ifndef MM_EXTFRAG_H
#define MM_EXTFRAG_H

#include <mm/page.h>

/* A request of that order would be served. */
#define EXTFRAG_SERVED (-1000)

/**
 * extfrag_index - if a request of 2^@order pages failed now, why?
 * @nr_blocks: free blocks of each order
 *
 * Return: EXTFRAG_SERVED: it would not fail. Else from below 0 (too little
 * memory: reclaim helps) to near 1000 (enough, but in small pieces: moving
 * pages together helps). 0 too without any free block, and for an order that
 * is too large.
 * Context: any; a pure function.
 */
int extfrag_index(const unsigned long nr_blocks[MAX_ORDER], unsigned int order);

/**
 * unusable_index - how much of free memory is no use to 2^@order pages?
 *
 * Return: 0 (all of it lies in blocks that large) .. 1000 (none of it, or there
 * is no free memory). It never falls when @order rises.
 * Context: any; a pure function.
 */
unsigned int unusable_index(const unsigned long nr_blocks[MAX_ORDER],
			    unsigned int order);

#endif
