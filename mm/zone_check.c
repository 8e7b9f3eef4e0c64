/* SPDX-License-Identifier: MIT */
/*
 * zone_check.c - walk every invariant of a zone
 *
 * Two walks that know nothing of each other: along the lists, the zone's and
 * the CPUs', and over the records frame by frame. They must count the same free
 * frames, and the same on CPUs' lists. A zone
 * may be arbitrarily corrupt: no pointer is followed before it was seen to be
 * a list head or a record of this zone, and no walk makes more steps than the
 * zone has frames.
 *
 * Nothing is changed. The lock is held all the time (a free list cannot be
 * left and found again), with interrupts off: some ten instructions a frame.
 * CPUs change their own lists without it, also between the two walks. So the
 * first look says nothing; what seems wrong to it is looked at again while all
 * other CPUs stand still. There the lock is the only one that is taken, and it
 * is always taken with interrupts off.
 *
 * Not here: what holds between zones, and between the buddy and its users.
 */
#define pr_fmt(fmt) "zone_check: " fmt

#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/smp.h>
#include <mm/zone.h>
#include "internal.h"

/* A torn zone has thousands of violations; the first lines tell the story. */
#define MAX_LINES 8

struct zone_walk {
	struct zone *z;
	bool quiet; /* others change their lists: it may not be true */
	int violations;
	unsigned long listed_frames; /* counted along the lists */
	unsigned long free_frames; /* counted over the records ... */
	unsigned long pcp_listed_frames; /* counted along the CPUs' lists */
	unsigned long pcp_frames; /* counted over the records */
	unsigned long allocated_frames; /* SLAB too */
	unsigned long reserved_frames;
};

/* Count a violation; the line is printed while there are not too many. */
#define VIOLATION(w, label, fmt, ...)                                       \
	do {                                                                \
		if ((w)->violations++ < MAX_LINES && !(w)->quiet)           \
			pr_err("zone=%s " label " " fmt "\n", (w)->z->name, \
			       ##__VA_ARGS__);                              \
	} while (0)

/* Is @link the lru of a record of this zone's frames? */
static bool link_is_in_zone(const struct zone *z, const struct list_head *link)
{
	const struct page *page = list_entry(link, struct page, lru);
	pfn_t pfn = zone_page_to_pfn(z, page);

	return zone_has_pfn(z, pfn) && zone_pfn_to_page(z, pfn) == page;
}

static void check_listed_block(struct zone_walk *w, const struct page *page,
			       unsigned int type, unsigned int order)
{
	pfn_t pfn = zone_page_to_pfn(w->z, page);
	pfn_t buddy = pfn ^ (1ul << order);

	if (zone_block_type(w->z, pfn) != type)
		VIOLATION(w, "I8", "pfn=%#lx on a list of type %u, is %u", pfn,
			  type, zone_block_type(w->z, pfn));

	if (!page_is(page, PAGE_FREE, order))
		VIOLATION(w, "I4", "pfn=%#lx on list %u has flags=%#x", pfn,
			  order, page->flags);
	if (!IS_ALIGNED(pfn, 1ul << order))
		VIOLATION(w, "I1", "pfn=%#lx is not aligned to order %u", pfn,
			  order);
	if (!zone_has_pfn(w->z, pfn + (1ul << order) - 1))
		VIOLATION(w, "I1", "pfn=%#lx order=%u reaches past the zone",
			  pfn, order);
	/* Each pair would be found twice: ask the lower one only. */
	if (order < MAX_ORDER - 1 && buddy > pfn && zone_has_pfn(w->z, buddy) &&
	    page_is(zone_pfn_to_page(w->z, buddy), PAGE_FREE, order))
		VIOLATION(w, "I2",
			  "pfn=%#lx and %#lx of order %u are both free", pfn,
			  buddy, order);
	w->listed_frames += 1ul << order;
}

/* Walk list @order of @type as far as its links hold. */
static void check_list(struct zone_walk *w, unsigned int type,
		       unsigned int order)
{
	const struct free_type *free = &w->z->free[type];
	const struct free_area *area = &free->area[order];
	unsigned long limit = (w->z->end_pfn - w->z->start_pfn) >> order;
	const struct list_head *prev = &area->blocks;
	const struct list_head *link = prev->next;
	unsigned long nr = 0;

	while (link != &area->blocks) {
		if (!link_is_in_zone(w->z, link) || link->prev != prev ||
		    nr >= limit) {
			VIOLATION(w, "I4", "list %u is torn after %lu blocks",
				  order, nr);
			return;
		}
		check_listed_block(w, list_entry(link, struct page, lru), type,
				   order);
		nr++;
		prev = link;
		link = link->next;
	}
	if (nr != area->nr_blocks)
		VIOLATION(w, "I3", "list %u has %lu blocks, counted %lu", order,
			  nr, area->nr_blocks);
	if (!(free->orders >> order & 1) != (nr == 0))
		VIOLATION(w, "I5", "list %u has %lu blocks, orders=%#x", order,
			  nr, free->orders);
}

static void check_type(struct zone_walk *w, unsigned int type)
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		check_list(w, type, order);
	if (w->z->free[type].orders >> MAX_ORDER)
		VIOLATION(w, "I5", "orders=%#x has orders too large",
			  w->z->free[type].orders);
}

/* Is @page a record of this zone's frames? */
static bool record_is_in_zone(const struct zone *z, const struct page *page)
{
	pfn_t pfn = zone_page_to_pfn(z, page);

	return zone_has_pfn(z, pfn) && zone_pfn_to_page(z, pfn) == page;
}

/* Walk one list of a CPU as far as its links hold. */
static void check_pcp_list(struct zone_walk *w, unsigned int cpu,
			   unsigned int type, unsigned int order)
{
	const struct page_pcp_list *list = &w->z->pcp[cpu].list[type][order];
	unsigned long high = w->z->pcp_mark[order].high, nr = 0;
	const struct page *page = list->first;

	for (; page && nr <= high; nr++) {
		if (!record_is_in_zone(w->z, page) ||
		    !page_is(page, PAGE_PCP, order)) {
			VIOLATION(w, "I7", "cpu %u list %u is torn after %lu",
				  cpu, order, nr);
			return;
		}
		w->pcp_listed_frames += 1ul << order;
		page = (const struct page *)page->lru.next;
	}
	if (nr + list->room != high)
		VIOLATION(w, "I7", "cpu %u list %u: %lu + room %lu != high %lu",
			  cpu, order, nr, list->room, high);
}

static void check_pcp(struct zone_walk *w)
{
	unsigned int cpu, i;

	for_each_possible_cpu(cpu) {
		for (i = 0; i < MIGRATE_TYPES * PCP_ORDERS; i++)
			check_pcp_list(w, cpu, i / PCP_ORDERS, i % PCP_ORDERS);
	}
}

static void check_types(struct zone_walk *w)
{
	const struct zone *z = w->z;
	unsigned long nr = nr_pageblocks(z->start_pfn, z->end_pfn), i;

	for (i = 0; i < nr; i++) {
		pfn_t pfn = z->start_pfn + (i << PAGEBLOCK_ORDER);

		if (zone_block_type(z, pfn) >=
		    (z->grouped ? MIGRATE_TYPES : MIGRATE_UNMOVABLE + 1))
			VIOLATION(w, "I8", "pageblock of pfn=%#lx has type %u",
				  pfn, zone_block_type(z, pfn));
	}
}

static void count_head(struct zone_walk *w, const struct page *head,
		       unsigned long frames)
{
	switch (page_state(head)) {
	case PAGE_FREE: w->free_frames += frames; break;
	case PAGE_PCP: w->pcp_frames += frames; break;
	case PAGE_RESERVED: w->reserved_frames += frames; break;
	default: w->allocated_frames += frames; break;
	}
}

/* The block at @pfn must be whole, with tails NONE. Return: its frames. */
static unsigned long check_block(struct zone_walk *w, pfn_t pfn)
{
	const struct page *head = zone_pfn_to_page(w->z, pfn);
	unsigned int order = page_order(head);
	unsigned long frames = 1ul << order, i;

	if (page_state(head) >= NR_PAGE_STATES || order >= MAX_ORDER) {
		VIOLATION(w, "I4", "pfn=%#lx smashed, flags=%#x", pfn,
			  head->flags);
		return 1;
	}
	if (!IS_ALIGNED(pfn, frames) || !zone_has_pfn(w->z, pfn + frames - 1)) {
		VIOLATION(w, "I1", "pfn=%#lx order=%u misplaced", pfn, order);
		return 1;
	}
	for (i = 1; i < frames; i++) {
		if (page_state(head + i) == PAGE_NONE)
			continue;
		VIOLATION(w, "I4", "pfn=%#lx inside block %#lx has flags=%#x",
			  pfn + i, pfn, (head + i)->flags);
		break; /* the frames from here on are not this block's */
	}
	count_head(w, head, i);
	return i;
}

static void check_records(struct zone_walk *w)
{
	pfn_t pfn = w->z->start_pfn;

	while (pfn < w->z->end_pfn) {
		if (page_state(zone_pfn_to_page(w->z, pfn)) == PAGE_NONE)
			pfn++;
		else
			pfn += check_block(w, pfn);
	}
}

static void check_sums(struct zone_walk *w)
{
	const struct zone *z = w->z;

	if (w->listed_frames != z->nr_free_pages)
		VIOLATION(w, "I3", "%lu frames on lists, nr_free_pages=%lu",
			  w->listed_frames, z->nr_free_pages);
	if (w->free_frames != z->nr_free_pages)
		VIOLATION(w, "I6", "%lu free frames, nr_free_pages=%lu",
			  w->free_frames, z->nr_free_pages);
	if (w->pcp_listed_frames != w->pcp_frames)
		VIOLATION(w, "I7", "%lu frames on CPUs' lists, %lu are PCP",
			  w->pcp_listed_frames, w->pcp_frames);
	if (w->free_frames + w->pcp_frames + w->allocated_frames +
		    w->reserved_frames !=
	    z->present_pages)
		VIOLATION(w, "I6",
			  "free %lu + pcp %lu + allocated %lu + reserved %lu"
			  " != present %lu",
			  w->free_frames, w->pcp_frames, w->allocated_frames,
			  w->reserved_frames, z->present_pages);
	if (w->reserved_frames + z->managed_pages != z->present_pages)
		VIOLATION(w, "I6", "reserved %lu + managed %lu != present %lu",
			  w->reserved_frames, z->managed_pages,
			  z->present_pages);
	if (z->mark_pages[MARK_MIN] > z->mark_pages[MARK_LOW] ||
	    z->mark_pages[MARK_LOW] > z->mark_pages[MARK_HIGH])
		VIOLATION(w, "I9", "marks min %lu low %lu high %lu",
			  z->mark_pages[MARK_MIN], z->mark_pages[MARK_LOW],
			  z->mark_pages[MARK_HIGH]);
}

static void zone_walk(struct zone_walk *w)
{
	unsigned long flags = spin_lock_irqsave(&w->z->lock);
	unsigned int type;

	for (type = 0; type < MIGRATE_TYPES; type++)
		check_type(w, type);
	check_pcp(w);
	check_types(w);
	check_records(w);
	check_sums(w);
	spin_unlock_irqrestore(&w->z->lock, flags);
}

/* While nothing moves. */
static void zone_walk_aloud(void *walk)
{
	zone_walk(walk);
}

int zone_check(struct zone *z)
{
	struct zone_walk look = { .z = z, .quiet = true };
	struct zone_walk again = { .z = z };

	zone_walk(&look);
	if (look.violations)
		stop_others(zone_walk_aloud, &again);
	if (again.violations > MAX_LINES)
		pr_err("zone=%s %d violations, %d shown\n", z->name,
		       again.violations, MAX_LINES);
	return again.violations;
}
