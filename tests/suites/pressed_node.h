/* SPDX-License-Identifier: MIT */
/*
 * pressed_node.h - a private node whose zones are as full as a case wants
 *
 * Three zones of 128 frames, records only, with marks and reserves by hand, so
 * that each rule has figures of its own:
 *
 *   free after the request   who may take so much of its best zone
 *        24 (low)            anybody; GFP_USER, GFP_HIGHUSER to the end
 *        16 (min)            GFP_KERNEL, NOIO, NOFS, NOWAIT, GFP_DMA
 *        12                  __GFP_ATOMIC alone
 *         8                  __GFP_HIGH alone
 *         6                  GFP_ATOMIC, which is both
 *         0                  __GFP_MEMALLOC, __GFP_NOFAIL at last
 *
 * Besides, DMA keeps 32 from Normal's requests and 64 from High's, Normal 40
 * from High's.
 */
#ifndef TESTS_PRESSED_NODE_H
#define TESTS_PRESSED_NODE_H

#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>
#include "room.h"

#define PRESSED_FRAMES 128ul
/* Instead of a number of free frames: every second one. */
#define PRESSED_PIECES 1000u
/* Who asks and who frees: any address that has no symbol. */
#define PRESSED_SITE 0x1234ul

/* One node at a time, of all suites together. */
struct pressed_node {
	struct mm_node node;
	struct page map[NR_ZONES * PRESSED_FRAMES];
};
#define pressed_map (SUITE_ROOM(struct pressed_node)->map)
#define pressed (SUITE_ROOM(struct pressed_node)->node)

/* What the fake reclaim was asked, and how it is to answer. */
static struct {
	unsigned int wakes[NR_ZONES];
	unsigned int directs;
	unsigned int frees_at; /* the call that gives a frame back; 0: none */
	bool claims; /* every call says that it freed something */
	gfp_t gfp; /* of the last call */
} pressed_asked;

static inline void pressed_wake(struct zone *z, unsigned int order)
{
	(void)order;
	pressed_asked.wakes[z->type]++;
}

static inline void pressed_give(struct zone *z, struct page *page,
				unsigned int order)
{
	(void)zone_free_block(z, page, order, PRESSED_SITE);
}

/* A frame of @z that is in use: back to the buddy. */
static inline void pressed_give_one(struct zone *z)
{
	pfn_t pfn = z->start_pfn;

	while (pfn < z->end_pfn &&
	       page_state(zone_pfn_to_page(z, pfn)) != PAGE_ALLOCATED)
		pfn++;
	if (pfn < z->end_pfn)
		pressed_give(z, zone_pfn_to_page(z, pfn), 0);
}

static inline unsigned long pressed_direct(struct mm_node *node, gfp_t gfp,
					   unsigned int order)
{
	(void)order;
	pressed_asked.gfp = gfp;
	if (++pressed_asked.directs == pressed_asked.frees_at)
		pressed_give_one(
			node->zonelists[gfp & __GFP_ZONE_MASK].zones[0]);
	return pressed_asked.claims ||
	       pressed_asked.directs <= pressed_asked.frees_at;
}

static const struct mm_reclaim pressed_reclaim = { .wake = pressed_wake,
						   .direct = pressed_direct };

/* All free, no lists; reclaim that is asked but frees nothing. */
static inline void pressed_build(void)
{
	static const char *const names[NR_ZONES] = { "DMA", "Normal",
						     "HighMem" };
	unsigned int i;

	memset(pressed_map, 0, sizeof(pressed_map));
	memset(&pressed, 0, sizeof(pressed));
	memset(&pressed_asked, 0, sizeof(pressed_asked));
	for (i = 0; i < NR_ZONES; i++) {
		const struct zone_desc desc = {
			.name = names[i],
			.type = (enum zone_type)i,
			.map = pressed_map,
			.start_pfn = PRESSED_FRAMES * i,
			.end_pfn = PRESSED_FRAMES * (i + 1),
		};
		struct zone *z = &pressed.zones[i];

		zone_init(z, &desc);
		zone_add_free(z, desc.start_pfn, desc.end_pfn);
		z->mark_pages[MARK_MIN] = 16;
		z->mark_pages[MARK_LOW] = 24;
		z->mark_pages[MARK_HIGH] = 32;
	}
	pressed.zones[ZONE_DMA].lowmem_reserve_pages[ZONE_NORMAL] = 32;
	pressed.zones[ZONE_DMA].lowmem_reserve_pages[ZONE_HIGHMEM] = 64;
	pressed.zones[ZONE_NORMAL].lowmem_reserve_pages[ZONE_HIGHMEM] = 40;
	pressed.reclaim = &pressed_reclaim;
	mm_node_init_zonelists(&pressed);
}

/* Of a zone that is all free leave @nr frames, the last ones, or pieces. */
static inline void pressed_leave(enum zone_type type, unsigned int nr)
{
	struct zone *z = &pressed.zones[type];
	unsigned long want = nr == PRESSED_PIECES ? 0 : nr;
	pfn_t pfn;

	while (z->nr_free_pages > want)
		(void)zone_alloc_block(z, 0, PRESSED_SITE);
	for (pfn = z->start_pfn; nr == PRESSED_PIECES && pfn < z->end_pfn;
	     pfn += 2)
		pressed_give(z, zone_pfn_to_page(z, pfn), 0);
}

/* The node with so many frames left in each zone. */
static inline void pressed_build_left(unsigned int dma, unsigned int normal,
				      unsigned int high)
{
	pressed_build();
	pressed_leave(ZONE_DMA, dma);
	pressed_leave(ZONE_NORMAL, normal);
	pressed_leave(ZONE_HIGHMEM, high);
}

/* A request that may fail in silence. */
static inline struct page *pressed_take(gfp_t gfp, unsigned int order)
{
	return node_alloc_pages(&pressed, gfp | __GFP_NOWARN, order,
				PRESSED_SITE);
}

static inline struct zone *pressed_zone_of(const struct page *page)
{
	return &pressed.zones[(unsigned long)(page - pressed_map) /
			      PRESSED_FRAMES];
}

/* Single pages for @gfp until there are no more. Return: how many. */
static inline unsigned int pressed_take_all(gfp_t gfp)
{
	unsigned int nr = 0;

	while (pressed_take(gfp, 0))
		nr++;
	return nr;
}

static inline unsigned long pressed_free(enum zone_type type)
{
	return pressed.zones[type].nr_free_pages;
}

static inline int pressed_check(void)
{
	return zone_check(&pressed.zones[ZONE_DMA]) +
	       zone_check(&pressed.zones[ZONE_NORMAL]) +
	       zone_check(&pressed.zones[ZONE_HIGHMEM]);
}

#endif
