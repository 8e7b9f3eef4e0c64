/* SPDX-License-Identifier: MIT */
/*
 * page_block.h - moving blocks on and off a zone's free lists, as inlines
 *
 * The bottom of the buddy, shared by those who take and give blocks under one
 * hold of the lock: page_alloc.c one at a time, page_pcp.c and page_bulk.c
 * many. The theory is at the head of page_alloc.c.
 *
 * Locking: z->lock is held around all of them, but for zone_block_alloc().
 */
#ifndef MM_PAGE_BLOCK_H
#define MM_PAGE_BLOCK_H

#include <kernel/atomic.h>
#include <kernel/util.h>
#include <mm/gfp.h>
#include <mm/zone.h>
#include "internal.h"

/*
 * A block of @order or more from a pageblock of another type, for @type, which
 * has none (page_mobility.c). The pageblock may become @type's as a whole.
 * Return: the lists to take it from; NULL if the zone has no such block.
 */
struct free_type *zone_lists_steal(struct zone *z, enum migratetype type,
				   unsigned int order);

/* What @gfp asks for. Both bits at once, a contradiction, give none of them. */
static __always_inline enum migratetype gfp_migratetype(gfp_t gfp)
{
	static_assert(__GFP_MOVABLE == MIGRATE_MOVABLE << 3 &&
			      __GFP_RECLAIMABLE == MIGRATE_RECLAIMABLE << 3,
		      "the bits are the types");
	return (enum migratetype)((gfp & __GFP_MOBILITY_MASK) >> 3);
}

/* The same in @z, which may not tell them apart. */
static __always_inline enum migratetype zone_migratetype(const struct zone *z,
							 gfp_t gfp)
{
	return z->grouped ? gfp_migratetype(gfp) : MIGRATE_UNMOVABLE;
}

/* z->lock held (or at least interrupts off): the row is this CPU's own. */
static __always_inline unsigned long *zone_stat_row(struct zone *z)
{
	return z->stat[smp_processor_id()].count;
}

/* Take @page off its list. Return: the list is empty now. */
static __always_inline bool zone_block_unlink(struct free_area *area,
					      struct page *page)
{
	struct list_head *next = page->lru.next, *prev = page->lru.prev;

	VM_BUG_ON(next->prev != &page->lru || prev->next != &page->lru);
	/* No poison: the links of a used block are its owner's. */
	next->prev = prev;
	prev->next = next;
	return --area->nr_blocks == 0;
}

/* Put a head on a list known to be empty; the caller sets its type's bit. */
static __always_inline void zone_block_link_first(struct free_area *area,
						  struct page *page)
{
	VM_BUG_ON(area->nr_blocks != 0);
	page->lru.next = &area->blocks;
	page->lru.prev = &area->blocks;
	area->blocks.next = &page->lru;
	area->blocks.prev = &page->lru;
	area->nr_blocks = 1;
}

/*
 * Halve the block at @page from order @high down to @low and keep the lower
 * half each time. The lists from @low up to @high are empty.
 */
static __always_inline void zone_block_split(struct free_area *area,
					     struct page *page,
					     unsigned int high,
					     unsigned int low)
{
	unsigned long half = sizeof(*page) << high; /* in bytes, halved below */
	struct page *upper = (void *)((char *)page + half);
	const unsigned long freed_by = page->site;
	u32 kind = page_kind(PAGE_FREE, high);
	const u32 last = page_kind(PAGE_FREE, low);

	while (kind != last) {
		half >>= 1;
		upper = (void *)((char *)upper - half);
		kind -= page_kind(PAGE_NONE, 1);
		area--;
		if (unlikely(page_state(upper) != PAGE_NONE))
			page_state_bug(upper, PAGE_FREE);
		upper->flags = kind; /* NONE until here */
		upper->site = freed_by;
		zone_block_link_first(area, upper);
	}
}

/*
 * The largest order to which the block at @pfn could grow inside the zone. The
 * fast path need not ask: away from the zone's ends it is the largest of all.
 */
static inline unsigned int zone_merge_limit(const struct zone *z, pfn_t pfn,
					    unsigned int order)
{
	for (; order < MAX_ORDER - 1; order++) {
		pfn_t merged = ALIGN_DOWN(pfn, 2ul << order);

		if (merged < z->start_pfn ||
		    merged + (2ul << order) > z->end_pfn)
			break;
	}
	return order;
}

/*
 * Merge the block at @pfn, which is on no list and whose record is NONE, with
 * its buddies up to order @limit, and link the result. A list that loses a
 * block is mostly empty then, so the odd ones are noted, not the others.
 * All of them lie in one pageblock, so they are on lists of one type.
 * Return: how many times two blocks became one.
 */
static __always_inline unsigned int
zone_block_merge(struct free_type *free, struct page *page, pfn_t pfn,
		 unsigned int order, unsigned int limit, unsigned long site)
{
	const u32 one_order = page_kind(PAGE_NONE, 1);
	const u32 from = page_kind(PAGE_FREE, order);
	struct free_area *area = &free->area[order];
	unsigned long half = sizeof(*page) << order; /* in bytes */
	u32 kind = from, kept = 0;

	/* Bit 0 of the shrinking number says which of the two we are. */
	for (pfn >>= order; kind != page_kind(PAGE_FREE, limit); pfn >>= 1) {
		struct page *buddy;

		if (pfn & 1) {
			buddy = (void *)((char *)page - half);
			if (page_kind_racy(buddy) != (u8)kind)
				break;
			page = buddy;
		} else {
			buddy = (void *)((char *)page + half);
			if (page_kind_racy(buddy) != (u8)kind)
				break;
		}
		buddy->flags = page_kind(PAGE_NONE, 0); /* FREE until here */
		if (unlikely(!zone_block_unlink(area, buddy)))
			kept |= 1u << (kind >> PAGE_ORDER_SHIFT);
		area++;
		half <<= 1;
		kind += one_order;
	}
	page->flags = kind; /* NONE until here */
	page->site = site;
	list_add(&page->lru, &area->blocks);
	area->nr_blocks++;
	/* Count up: the carry runs through the lists that lost their buddy. */
	free->orders &= ~(1u << (kind >> PAGE_ORDER_SHIFT));
	free->orders = (free->orders + (1u << order)) | kept;
	return (kind - from) >> PAGE_ORDER_SHIFT;
}

/*
 * Take a block off list @found and cut it down to @order: its record still says
 * FREE, the caller changes that. @free has such a block, and none smaller that
 * @order would fit in; @stat is zone_stat_row().
 */
static __always_inline struct page *
zone_block_cut(struct zone *z, unsigned long *stat, struct free_type *free,
	       unsigned int found, unsigned int order)
{
	struct free_area *area = &free->area[found];
	struct page *page = list_first_entry(&area->blocks, struct page, lru);

	/* Stronger than the transition table: state and order at once. */
	if (unlikely((u8)page->flags != (u8)page_kind(PAGE_FREE, found)))
		page_state_bug(page, PAGE_ALLOCATED);
	/* Count down: the borrow makes a bit of each list below @found. */
	free->orders -= 1u << order;
	if (!zone_block_unlink(area, page))
		free->orders |= 1u << found;
	z->nr_free_pages -= 1ul << order;
	stat[ZONE_STAT_SPLIT] += found - order;
	zone_block_split(area, page, found, order);
	return page;
}

/* Are there 2^@order frames to take, with @floor left? */
static __always_inline bool
zone_has_room(const struct zone *z, unsigned int order, unsigned long floor)
{
	return z->nr_free_pages >= floor + (1ul << order);
}

/*
 * The lists of @type that have a block of @order or more; those of another type
 * if there is none. Return: NULL if the zone has no such block.
 */
static __always_inline struct free_type *
zone_lists_for(struct zone *z, enum migratetype type, unsigned int order)
{
	struct free_type *free = &z->free[type];

	if (likely(free->orders >> order))
		return free;
	return zone_lists_steal(z, type, order);
}

/*
 * Take the smallest block of @order or more, but of a large one only the lower
 * 2^@most frames; @most is at least @order. So many small requests can be
 * served by one look, from the very frames they would get one by one.
 * Return: its head, record still FREE, its order in *@got; NULL if none fits.
 */
static __always_inline struct page *
zone_block_grab(struct zone *z, enum migratetype type, unsigned int order,
		unsigned int most, unsigned int *got)
{
	struct free_type *free = zone_lists_for(z, type, order);
	unsigned int found;

	if (!free)
		return NULL;
	found = order + __ffs(free->orders >> order);
	*got = min(found, most);
	return zone_block_cut(z, zone_stat_row(z), free, found, *got);
}

/* The record of a block that is handed out; FREE or PCP until here. */
static __always_inline void page_hand_out(struct page *page, unsigned int order,
					  unsigned long site)
{
	WRITE_ONCE(page->flags, page_kind(PAGE_ALLOCATED, order) |
					(PAGE_OWNER_PAGES << PAGE_OWNER_SHIFT));
	atomic_set(&page->_refcount, 1);
	page->site = site;
}

/*
 * One block from the buddy, with @floor frames left free; takes the lock.
 * Return: NULL if there is none.
 */
static __always_inline struct page *
zone_block_alloc(struct zone *z, enum migratetype type, unsigned int order,
		 unsigned long floor, unsigned long site)
{
	struct free_type *free = NULL;
	struct page *page = NULL;
	unsigned long flags, *stat;

	flags = spin_lock_irqsave(&z->lock);
	if (likely(zone_has_room(z, order, floor)))
		free = zone_lists_for(z, type, order);
	if (likely(free)) {
		stat = zone_stat_row(z);
		page = zone_block_cut(z, stat, free,
				      order + __ffs(free->orders >> order),
				      order);
		page_hand_out(page, order, site);
		stat[ZONE_STAT_ALLOC]++;
		stat[ZONE_STAT_ALLOC_PAGES] += 1ul << order;
	}
	spin_unlock_irqrestore(&z->lock, flags);
	return page;
}

/*
 * Put a block that nobody has on a free list, merged up to order @limit. No
 * event but merges is counted: the block may come from a CPU's list.
 */
static __always_inline void zone_block_put(struct zone *z, unsigned long *stat,
					   struct page *page, pfn_t pfn,
					   unsigned int order,
					   unsigned int limit,
					   unsigned long site)
{
	z->nr_free_pages += 1ul << order;
	page->flags = page_kind(PAGE_NONE, 0); /* FREE, and merged at once */
	stat[ZONE_STAT_MERGE] +=
		zone_block_merge(&z->free[zone_block_type(z, pfn)], page, pfn,
				 order, limit, site);
}

/* How far a block at @pfn may merge: away from the zone's ends, all the way. */
static __always_inline unsigned int
zone_block_limit(const struct zone *z, pfn_t pfn, unsigned int order)
{
	if (likely(pfn - z->whole_start_pfn < z->whole_pages))
		return MAX_ORDER - 1;
	return zone_merge_limit(z, pfn, order);
}

#endif
