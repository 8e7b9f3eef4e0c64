/* SPDX-License-Identifier: MIT */
/*
 * buddy_check.h - one operation on a node, compared with the reference
 *
 * All of them take a frame or a request that may be wrong in any way the call
 * allows: a refusal must be named, and change nothing.
 */
#ifndef TESTS_BUDDY_CHECK_H
#define TESTS_BUDDY_CHECK_H

#include <mm/page_alloc.h>
#include "reference.h"

/* Pages in one call for many. */
#define BUDDY_MAX_BULK 160u

/* What is wrong, in words; NULL while all agrees. */
const char *buddy_complaint(void);

/* Called when a request reclaims by itself: frees what it likes, by
 * buddy_try_free(). Return: frames freed. */
extern unsigned long (*buddy_shrink)(struct geometry *g);

/* From now on @g is the node that reclaim is asked for, or nobody is asked. */
void buddy_set_reclaim(struct geometry *g, bool somebody);

/**
 * buddy_try_alloc - a request of the node and of the reference
 * @gfp: without __GFP_ZERO: there is no memory
 * @thorough: also demand that the right blocks were cut
 *
 * Return: the frame, or ULONG_MAX: nothing could be had, or a complaint.
 */
pfn_t buddy_try_alloc(struct geometry *g, gfp_t gfp, unsigned int order,
		      bool thorough);

/* Would a request with __GFP_NOFAIL end well? Else it must not be made. */
bool buddy_may_insist(const struct geometry *g, gfp_t gfp, unsigned int order);

/**
 * buddy_try_free - free any frame as any order
 * @public: by __free_pages(), if @zone is the one that call would choose; it
 * drops one reference
 *
 * Return: true if the block is free now.
 */
bool buddy_try_free(struct geometry *g, unsigned int zone, pfn_t pfn,
		    unsigned int order, bool public);

/**
 * buddy_try_bulk_alloc - many single pages, to @pfns
 * Return: how many came.
 */
unsigned int buddy_try_bulk_alloc(struct geometry *g, gfp_t gfp,
				  unsigned int nr, pfn_t *pfns);

/* Free @nr frames as single pages in one call; each may be wrong. */
void buddy_try_bulk_free(struct geometry *g, const pfn_t *pfns,
			 unsigned int nr);

/* One more user of any frame; of reserved ones it is not asked. */
void buddy_try_get(struct geometry *g, pfn_t pfn);

/* One user less of any frame. Return: the head of the block that is free now,
 * or ULONG_MAX. */
pfn_t buddy_try_put(struct geometry *g, pfn_t pfn);

/* An allocated block with one user, into single pages. */
void buddy_split(struct geometry *g, unsigned int zone, pfn_t pfn);

/* Any aligned frames into one block. Return: whether they were fit. */
bool buddy_try_join(struct geometry *g, pfn_t pfn, unsigned int order);

void buddy_drain(struct geometry *g, unsigned int zone);
void buddy_set_high(struct geometry *g, unsigned int zone, unsigned long high);

/* The zone of the geometry that has the frame; NR_ZONES: none. */
unsigned int buddy_zone_of(const struct geometry *g, pfn_t pfn);

/* Compare everything; false: a complaint. */
bool buddy_compare(struct geometry *g);

#endif
