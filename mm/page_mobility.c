/* SPDX-License-Identifier: MIT */
/*
 * page_mobility.c - pages of one mobility beside each other
 *
 * Most of the kernel's pages stay where they are until they are freed. If they
 * lie scattered, each spoils a large block for good, though all around it could
 * be given back. So a zone is divided into pageblocks (4 MiB), each has a type,
 * and a request takes from pageblocks of its own type. Free blocks of each type
 * have lists of their own.
 *
 * All pageblocks begin as movable. A request whose type has nothing takes from
 * another one:
 *
 *   claim   Unmovable and reclaimable pages would spoil that pageblock anyway,
 *           so they look for the largest block there is, and if at least half
 *           of its pageblock is free, all of that becomes theirs: type and free
 *           blocks. The next requests find it.
 *   steal   Else the smallest block that fits is taken, and what is left of it
 *           stays what it was. A movable request spoils nothing, so it claims
 *           only where the largest block has at least 2^CLAIM_ORDER pages.
 *
 * Order and conditions are Linux's (fallbacks[] and steal_suitable_fallback()
 * of mm/page_alloc.c, 6.1), with three differences: Linux moves a pageblock's
 * free pages even if it does not change its type, here they move only together,
 * so that I8 holds exactly; it steals from the largest block; and it counts
 * used pages that suit the new type as if they were free, here only frames on
 * the zone's lists count.
 *
 * A pageblock is as large as the largest block, as on a Linux without huge
 * pages; so every free block, and every merge, lies within one.
 *
 * Invariant I8: a free block is on a list of the type of its pageblock.
 *
 * Locking: zone->lock, held by the caller of zone_lists_steal(). Moving a
 * pageblock looks at its heads, at most 1024.
 *
 * Not here: what is shown (show_pagetype.c).
 */
#include <kernel/bug.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/zone.h>
#include "internal.h"
#include "page_block.h"

/* A movable request may claim the pageblock of a block as large as this. */
#define CLAIM_ORDER (PAGEBLOCK_ORDER / 2)

#define NR_FALLBACKS (MIGRATE_TYPES - 1u)
static const u8 fallback_types[MIGRATE_TYPES][NR_FALLBACKS] = {
	[MIGRATE_UNMOVABLE] = { MIGRATE_RECLAIMABLE, MIGRATE_MOVABLE },
	[MIGRATE_MOVABLE] = { MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE },
	[MIGRATE_RECLAIMABLE] = { MIGRATE_UNMOVABLE, MIGRATE_MOVABLE },
};

/* --- which block ---------------------------------------------------------- */

/* The type whose largest block is the largest, if that has @order or more. */
static enum migratetype find_largest(const struct zone *z,
				     enum migratetype type, unsigned int order)
{
	enum migratetype best = MIGRATE_TYPES;
	u32 best_orders = 0;
	unsigned int i;

	for (i = 0; i < NR_FALLBACKS; i++) {
		u32 orders = z->free[fallback_types[type][i]].orders;

		if (!(orders >> order))
			continue;
		if (best_orders && ilog2(orders) <= ilog2(best_orders))
			continue;
		best = (enum migratetype)fallback_types[type][i];
		best_orders = orders;
	}
	return best;
}

/* The type whose smallest block of @order or more is the smallest. */
static enum migratetype find_smallest(const struct zone *z,
				      enum migratetype type, unsigned int order)
{
	enum migratetype best = MIGRATE_TYPES;
	unsigned int i, best_above = MAX_ORDER;

	for (i = 0; i < NR_FALLBACKS; i++) {
		u32 fits = z->free[fallback_types[type][i]].orders >> order;

		if (!fits || __ffs(fits) >= best_above)
			continue;
		best = (enum migratetype)fallback_types[type][i];
		best_above = __ffs(fits);
	}
	return best;
}

/* --- a pageblock changes its type ----------------------------------------- */

/* The frames of the pageblock around @pfn that are the zone's. */
static void pageblock_range(const struct zone *z, pfn_t pfn, pfn_t *start,
			    pfn_t *end)
{
	pfn_t first = ALIGN_DOWN(pfn, PAGEBLOCK_PAGES);

	*start = max(first, z->start_pfn);
	*end = min(first + PAGEBLOCK_PAGES, z->end_pfn);
}

/* From @pfn on, a head or a hole, to the next one. */
static pfn_t next_head(const struct zone *z, pfn_t pfn)
{
	const struct page *page = zone_pfn_to_page(z, pfn);

	if (page_state(page) == PAGE_NONE)
		return pfn + 1;
	return pfn + (1ul << page_order(page));
}

static bool frame_starts_free(const struct zone *z, pfn_t pfn)
{
	return page_state(zone_pfn_to_page(z, pfn)) == PAGE_FREE;
}

static unsigned long pageblock_free_pages(const struct zone *z, pfn_t pfn)
{
	unsigned long frames = 0;
	pfn_t end;

	for (pageblock_range(z, pfn, &pfn, &end); pfn < end;
	     pfn = next_head(z, pfn)) {
		if (frame_starts_free(z, pfn))
			frames += 1ul << page_order(zone_pfn_to_page(z, pfn));
	}
	return frames;
}

static void free_block_move(struct free_type *from, struct free_type *to,
			    struct page *page)
{
	unsigned int order = page_order(page);

	if (zone_block_unlink(&from->area[order], page))
		from->orders &= ~(1u << order);
	list_add(&page->lru, &to->area[order].blocks);
	to->area[order].nr_blocks++;
	to->orders |= 1u << order;
}

/* Give the pageblock around @pfn to @type, with its free blocks. */
static void pageblock_claim(struct zone *z, pfn_t pfn, enum migratetype type)
{
	struct free_type *from = &z->free[zone_block_type(z, pfn)];
	pfn_t end, pos;

	*zone_block_type_at(z, pfn) = (u8)type;
	zone_stat_row(z)[ZONE_STAT_CLAIM]++;
	for (pageblock_range(z, pfn, &pos, &end); pos < end;
	     pos = next_head(z, pos)) {
		if (frame_starts_free(z, pos))
			free_block_move(from, &z->free[type],
					zone_pfn_to_page(z, pos));
	}
}

/* --- the request ---------------------------------------------------------- */

/* The first block of @order on the lists of @type: its frame. */
static pfn_t first_free(const struct zone *z, enum migratetype type,
			unsigned int order)
{
	const struct free_area *area = &z->free[type].area[order];

	return zone_page_to_pfn(
		z, list_first_entry(&area->blocks, struct page, lru));
}

/* Claim the pageblock of the largest block of @from, if it is worth it. */
static bool claim_largest(struct zone *z, enum migratetype from,
			  enum migratetype type)
{
	unsigned int order = ilog2(z->free[from].orders);
	pfn_t pfn = first_free(z, from, order);

	if (type == MIGRATE_MOVABLE && order < CLAIM_ORDER)
		return false;
	if (pageblock_free_pages(z, pfn) < PAGEBLOCK_PAGES / 2)
		return false;
	pageblock_claim(z, pfn, type);
	return true;
}

struct free_type *zone_lists_steal(struct zone *z, enum migratetype type,
				   unsigned int order)
{
	enum migratetype from;

	lockdep_assert_held(&z->lock);
	if (!z->grouped)
		return NULL;
	from = find_largest(z, type, order);
	if (from == MIGRATE_TYPES)
		return NULL;
	if (claim_largest(z, from, type))
		return &z->free[type];
	zone_stat_row(z)[ZONE_STAT_STEAL]++;
	return &z->free[find_smallest(z, type, order)];
}

/* --- building ------------------------------------------------------------- */

void zone_set_types(struct zone *z, u8 *types)
{
	BUG_ON(!types &&
	       nr_pageblocks(z->start_pfn, z->end_pfn) > ZONE_OWN_PAGEBLOCKS);
	z->types_bias = (unsigned long)(types ? types : z->own_types) -
			(z->start_pfn >> PAGEBLOCK_ORDER);
}

void zone_group_by_mobility(struct zone *z)
{
	unsigned long nr = nr_pageblocks(z->start_pfn, z->end_pfn);

	BUG_ON(z->present_pages);
	if (nr < ZONE_MIN_GROUPED)
		return;
	memset(zone_block_type_at(z, z->start_pfn), MIGRATE_MOVABLE, nr);
	z->grouped = true;
}
