/* SPDX-License-Identifier: MIT */
/* buddy_check.h - one operation on a node, compared with the reference. */
#ifndef TESTS_BUDDY_CHECK_H
#define TESTS_BUDDY_CHECK_H

#include <mm/page_alloc.h>
#include "geometry.h"

/* What is wrong, in words; NULL while all agrees. */
const char *buddy_complaint(void);

/**
 * buddy_try_alloc - a request of the node and of the reference
 * @thorough: also demand that the smallest block that fits was cut
 *
 * Return: the frame, or ULONG_MAX: nothing could be had, or a complaint.
 */
pfn_t buddy_try_alloc(struct geometry *g, gfp_t gfp, unsigned int order,
		      bool thorough);

/**
 * buddy_try_free - free any frame as any order
 * @public: by __free_pages(), if @zone is the one that call would choose
 *
 * A wrong free must be named and change nothing.
 * Return: true if it was a right one.
 */
bool buddy_try_free(struct geometry *g, unsigned int zone, pfn_t pfn,
		    unsigned int order, bool public);

/* Compare everything; false: a complaint. */
bool buddy_compare(struct geometry *g);

#endif
