/* SPDX-License-Identifier: MIT */
/*
 * zone.c - zones are built, given their frames, and counted
 *
 * A zone begins as nothing but holes. RAM that is kept back is marked frame by
 * frame, it is little; free RAM is given in the largest blocks there are, two
 * or three stores each, so that 64 GiB cost some ten thousand.
 *
 * Locking: zone->lock for frames that are given; figures are read without it,
 * exact while nobody else is at it.
 *
 * Not here: sizing (mm_init.c), marks (zone_mark.c), requests (page_alloc.c).
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include "internal.h"
#include "page_block.h"

#define ZONE_STAT_AS_DESC(id, name, help) { name, help },
const struct stat_desc zone_stat_desc[NR_ZONE_STATS] = { ZONE_STATS(
	ZONE_STAT_AS_DESC) };

/* --- building zones ----------------------------------------------------- */

/* Round the zone inward to blocks of the largest order. */
static void zone_find_whole(struct zone *z)
{
	pfn_t start = ALIGN(z->start_pfn, 1ul << (MAX_ORDER - 1));
	pfn_t end = ALIGN_DOWN(z->end_pfn, 1ul << (MAX_ORDER - 1));

	z->whole_start_pfn = start;
	z->whole_pages = start < end ? end - start : 0;
}

void zone_init(struct zone *z, const struct zone_desc *desc)
{
	unsigned int type, order;

	BUG_ON(desc->start_pfn > desc->end_pfn ||
	       desc->start_pfn < desc->map_base_pfn);
	memset(z, 0, sizeof(*z));
	z->name = desc->name;
	z->type = desc->type;
	z->map = desc->map;
	z->map_base_pfn = desc->map_base_pfn;
	z->start_pfn = desc->start_pfn;
	z->end_pfn = desc->end_pfn;
	zone_find_whole(z);
	zone_set_types(z, desc->types);
	spin_lock_init(&z->lock, "zone->lock", LOCK_ZONE);
	for (type = 0; type < MIGRATE_TYPES; type++) {
		for (order = 0; order < MAX_ORDER; order++)
			INIT_LIST_HEAD(&z->free[type].area[order].blocks);
	}
}

static void zone_check_range(const struct zone *z, pfn_t start, pfn_t end)
{
	BUG_ON(start > end || start < z->start_pfn || end > z->end_pfn);
}

void zone_add_reserved(struct zone *z, pfn_t start, pfn_t end)
{
	unsigned long flags;
	pfn_t pfn;

	zone_check_range(z, start, end);
	flags = spin_lock_irqsave(&z->lock);
	for (pfn = start; pfn < end; pfn++) {
		BUG_ON(page_head_of(z, pfn)); /* part of a block already */
		page_become(zone_pfn_to_page(z, pfn), PAGE_RESERVED, 0,
			    PAGE_OWNER_KERNEL);
	}
	z->present_pages += end - start;
	spin_unlock_irqrestore(&z->lock, flags);
}

/* Make reserved frames holes; each of them must have been reserved. */
static void zone_clear_reserved(struct zone *z, pfn_t pfn, unsigned long frames)
{
	struct page *page = zone_pfn_to_page(z, pfn);

	for (; frames; frames--, page++) {
		BUG_ON(page_state(page) != PAGE_RESERVED);
		page_become(page, PAGE_NONE, 0, PAGE_OWNER_NONE);
	}
}

static void zone_frames_must_be_holes(const struct page *page,
				      unsigned long frames)
{
	while (frames--)
		BUG_ON(page_state(page + frames) != PAGE_NONE);
}

/*
 * Free one block of frames that nobody has. For a block of holes only both ends
 * are looked at, so that giving 64 GiB does not read 16 million records; the
 * debug build reads them, and zone_check() does.
 */
static void zone_give_block(struct zone *z, pfn_t pfn, unsigned int order)
{
	unsigned long frames = 1ul << order;
	struct page *page = zone_pfn_to_page(z, pfn);

	if (page_state(page) == PAGE_RESERVED) {
		zone_clear_reserved(z, pfn, frames);
	} else {
		BUG_ON(page_head_of(z, pfn) ||
		       page_head_of(z, pfn + frames - 1));
		if (CONFIG_MM_DEBUG)
			zone_frames_must_be_holes(page, frames);
		z->present_pages += frames;
	}
	z->managed_pages += frames;
	z->nr_free_pages += frames;
	zone_stat_row(z)[ZONE_STAT_MERGE] +=
		zone_block_merge(&z->free[zone_block_type(z, pfn)], page, pfn,
				 order, zone_merge_limit(z, pfn, order), 0);
}

void zone_add_free(struct zone *z, pfn_t start, pfn_t end)
{
	zone_check_range(z, start, end);
	while (start < end) {
		unsigned int order = min(ilog2(end - start), MAX_ORDER - 1u);
		unsigned long flags;

		if (start)
			order = min(order, __ffs(start));
		flags = spin_lock_irqsave(&z->lock);
		zone_give_block(z, start, order);
		spin_unlock_irqrestore(&z->lock, flags);
		start += 1ul << order;
	}
}

/* --- figures ------------------------------------------------------------ */

/* Handed out is what came and is not there any more. */
static unsigned long pcp_taken(const struct zone *z,
			       const struct page_pcp_list *list,
			       unsigned int order)
{
	return list->moved + list->given -
	       (z->pcp_mark[order].high - list->room);
}

/* What passed through a CPU's list, which counts blocks only. */
static unsigned long pcp_list_stat(const struct zone *z,
				   const struct page_pcp_list *list,
				   unsigned int order, enum zone_stat item)
{
	switch (item) {
	case ZONE_STAT_ALLOC: return pcp_taken(z, list, order);
	case ZONE_STAT_ALLOC_PAGES: return pcp_taken(z, list, order) << order;
	case ZONE_STAT_FREE: return list->given;
	case ZONE_STAT_FREE_PAGES: return list->given << order;
	default: return 0;
	}
}

static unsigned long pcp_stat(const struct zone *z, unsigned int cpu,
			      enum zone_stat item)
{
	unsigned long sum = 0;
	unsigned int type, order;

	for (type = 0; type < MIGRATE_TYPES; type++) {
		for (order = 0; order < PCP_ORDERS; order++)
			sum += pcp_list_stat(z, &z->pcp[cpu].list[type][order],
					     order, item);
	}
	return sum;
}

unsigned long zone_stat_sum(const struct zone *z, enum zone_stat item)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(z->stat[cpu].count[item]) +
		       pcp_stat(z, cpu, item);
	return sum;
}

unsigned long zone_free_pages(const struct zone *z)
{
	return READ_ONCE(z->nr_free_pages) + page_pcp_pages(z);
}

unsigned long nr_free_pages(void)
{
	const struct zone *z;
	unsigned long sum = 0;

	for_each_zone(z)
		sum += zone_free_pages(z);
	return sum;
}
EXPORT_SYMBOL(nr_free_pages);

unsigned long totalram_pages(void)
{
	const struct zone *z;
	unsigned long sum = 0;

	for_each_zone(z)
		sum += z->managed_pages;
	return sum;
}
EXPORT_SYMBOL(totalram_pages);

unsigned long totalhigh_pages(void)
{
	return mm_node.zones[ZONE_HIGHMEM].managed_pages;
}
EXPORT_SYMBOL(totalhigh_pages);

unsigned long nr_free_highpages(void)
{
	return zone_free_pages(&mm_node.zones[ZONE_HIGHMEM]);
}
