/* SPDX-License-Identifier: MIT */
/*
 * fragments.c - what hours of work do to memory, in a moment
 *
 * Largest blocks first, each block of four pages and more is taken, and all
 * pages of it but every fourth one given back. Of four pages in a row, aligned
 * as blocks are, one is then held: what is free is one page or two. A quarter of
 * memory is gone, and three quarters are free, in no piece that is larger. What
 * reclaim would find for a larger request is taken at last, and broken up, too.
 *
 * Locking: none of its own. Others may allocate meanwhile.
 */
#include <drivers/grabber.h>
#include <kernel/list.h>
#include <mm/page_alloc.h>
#include <mm/page_exact.h>
#include <mm/page_pcp.h>

#define HOLD_EACH 4u /* pages: one of them is held */
#define FIRST_ORDER 2u /* the least that is broken up */

/* Every zone is asked first once: a request for a higher zone leaves the lower
 * ones a reserve. */
static const gfp_t zones[] = { __GFP_DMA, 0, __GFP_HIGHMEM };

/* What is free, whatever the marks say; then what one round of reclaim finds. */
#define FREE_NOW (__GFP_MEMALLOC | __GFP_NOWARN)
#define AFTER_RECLAIM (GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN)

static void block_break_up(struct grab_fragments *held, struct page *page,
			   unsigned int order)
{
	unsigned int i;

	split_page(page, order);
	for (i = 0; i < 1u << order; i++) {
		if (i % HOLD_EACH) {
			__free_page(page + i);
			continue;
		}
		list_add(&page[i].lru, &held->pages);
		held->nr_pages++;
	}
}

static void zone_break_up(struct grab_fragments *held, gfp_t zone)
{
	unsigned int order;
	struct page *page;

	for (order = MAX_ORDER; order-- > FIRST_ORDER;) {
		while ((page = alloc_pages(zone | FREE_NOW, order)))
			block_break_up(held, page, order);
	}
	while ((page = alloc_pages(zone | AFTER_RECLAIM, FIRST_ORDER)))
		block_break_up(held, page, FIRST_ORDER);
}

void grab_fragment(struct grab_fragments *held)
{
	unsigned int i;

	INIT_LIST_HEAD(&held->pages);
	held->nr_pages = 0;
	/* What CPUs keep joins its neighbours now, not later. */
	page_pcp_drain_all();
	for (i = 0; i < ARRAY_SIZE(zones); i++)
		zone_break_up(held, zones[i]);
}

void grab_unfragment(struct grab_fragments *held)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &held->pages, lru)
		__free_page(page);
	INIT_LIST_HEAD(&held->pages);
	held->nr_pages = 0;
	page_pcp_drain_all();
}
