/* SPDX-License-Identifier: MIT */
/*
 * page_split.c - allocated blocks as single pages, and back
 *
 * The records of a block's tails are all zero, and those of single pages are
 * heads of their own. Splitting and joining is writing the one or the other:
 * some instructions a page, against a whole way through the buddy. Each record
 * goes through the states that the buddy would lead it through (NONE, FREE,
 * ALLOCATED and back), so every step is a legal one, and is checked.
 *
 * Invariants: those of zone.h. The frames that blocks cover stay the same, so
 * no sum of I3 or I6 moves.
 *
 * Locking: zone->lock, because page_head_of() and zone_check() must never see
 * a frame that no head covers. Its sections are 2^order records long: callers
 * keep to small orders.
 */
#include <kernel/atomic.h>
#include <kernel/bug.h>
#include <mm/gfp.h>
#include <mm/page_split.h>
#include <mm/zone_mark.h>
#include "internal.h"

void zone_split_block(struct zone *z, struct page *head, unsigned int order)
{
	unsigned long flags = spin_lock_irqsave(&z->lock);
	enum page_owner owner = page_owner(head);
	struct page *page;

	BUG_ON(!page_is_allocated(head, order));
	for (page = head + 1; page < head + (1ul << order); page++) {
		page_become(page, PAGE_FREE, 0, PAGE_OWNER_NONE);
		page_become(page, PAGE_ALLOCATED, 0, owner);
		page->site = head->site;
		atomic_set(&page->_refcount, 1);
	}
	head->flags = page_kind(PAGE_ALLOCATED, 0) |
		      ((u32)owner << PAGE_OWNER_SHIFT);
	spin_unlock_irqrestore(&z->lock, flags);
}

void page_block_split(struct page *head, unsigned int order)
{
	zone_split_block(pfn_zone(page_to_pfn(head)), head, order);
}

/* May the 2^@order pages from @head on become one block? Lock held. */
static bool page_block_is_single(const struct zone *z, const struct page *head,
				 unsigned int order)
{
	const struct page *end = head + (1ul << order);
	const struct page *page;

	if (!zone_has_pfn(z, page_to_pfn(end - 1)))
		return false;
	for (page = head; page < end; page++)
		if (!page_is_allocated(page, 0) ||
		    atomic_read(&page->_refcount) != 1)
			return false;
	return true;
}

bool page_block_join(struct page *head, unsigned int order)
{
	struct zone *z = pfn_zone(page_to_pfn(head));
	unsigned long flags = spin_lock_irqsave(&z->lock);
	bool single = page_block_is_single(z, head, order);
	struct page *page;

	VM_BUG_ON(!IS_ALIGNED(page_to_pfn(head), 1ul << order));
	if (single) {
		/* By way of FREE; that each is ALLOCATED was just looked at. */
		for (page = head + 1; page < head + (1ul << order); page++)
			WRITE_ONCE(page->flags, page_kind(PAGE_NONE, 0));
		head->flags |= page_kind(PAGE_NONE, order);
	}
	spin_unlock_irqrestore(&z->lock, flags);
	return single;
}

unsigned int page_block_order(gfp_t gfp, unsigned int order)
{
	struct zone *const *zones =
		mm_node.zonelists[gfp & __GFP_ZONE_MASK].zones;

	if (!order)
		return 0;
	for (; *zones; zones++) {
		unsigned long floor = zone_floor(*zones, gfp, ALLOC_PASS_LOW);
		unsigned long free = READ_ONCE((*zones)->nr_free_pages);
		u32 orders = zone_free_orders(*zones);

		/* The zone that a single page would come from decides. */
		if (orders && free > floor) {
			order = min(order, ilog2(orders));
			return min(order, ilog2(free - floor));
		}
	}
	return 0;
}
