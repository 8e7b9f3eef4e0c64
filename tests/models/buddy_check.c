/* SPDX-License-Identifier: MIT */
/*
 * buddy_check.c - the questions that every answer of the buddy must stand
 *
 * Shared by the random model and the fuzzer. The first difference is kept in
 * words; nothing is asked after it.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include "buddy_check.h"
#include "model_env.h"

#define SITE 0x1234ul

static char complaint[256];

const char *buddy_complaint(void)
{
	return complaint[0] ? complaint : NULL;
}

#define COMPLAIN(...) snprintf(complaint, sizeof(complaint), __VA_ARGS__)

/* The zones of a request, best first, as indexes; -1 ends. */
static void zones_allowed(gfp_t gfp, int list[NR_ZONES + 1])
{
	int from = gfp & __GFP_DMA     ? ZONE_DMA :
		   gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM :
					 ZONE_NORMAL;
	int nr = 0;

	while (from >= 0)
		list[nr++] = from--;
	list[nr] = -1;
}

/* Before the frames are taken: was this the smallest free block that fits? */
static void check_smallest(struct naive_zone *nz, pfn_t pfn, unsigned int order)
{
	unsigned long nr_blocks[MAX_ORDER];
	unsigned int best = order, found;
	pfn_t head;

	naive_count_blocks(nz, nr_blocks);
	while (nr_blocks[best] == 0)
		best++;
	found = naive_free_order(nz, pfn, &head);
	if (found != best)
		COMPLAIN("order %u cut from a block of order %u, there was %u",
			 order, found, best);
	else if (head != pfn)
		COMPLAIN("pfn %#lx is not the lower end of its block", pfn);
}

pfn_t buddy_try_alloc(struct geometry *g, gfp_t gfp, unsigned int order,
		      bool thorough)
{
	struct page *page = alloc_pages_site(gfp | __GFP_NOWARN, order, SITE);
	pfn_t pfn = page ? g->base_pfn + (pfn_t)(page - g->map) : ULONG_MAX;
	int list[NR_ZONES + 1], *zone;

	zones_allowed(gfp, list);
	for (zone = list; *zone >= 0; zone++) {
		struct naive_zone *nz = &g->naive[*zone];

		if (page && naive_has(nz, pfn)) {
			if (thorough && naive_all_free(nz, pfn, order))
				check_smallest(nz, pfn, order);
			if (!naive_take(nz, pfn, order))
				COMPLAIN("order %u at %#lx was not free", order,
					 pfn);
			return pfn;
		}
		if (naive_can_alloc(nz, order)) {
			COMPLAIN("zone %d has order %u, got %#lx", *zone, order,
				 pfn);
			return ULONG_MAX;
		}
	}
	if (page)
		COMPLAIN("frame %#lx lies in no zone allowed", pfn);
	return ULONG_MAX;
}

/* The call of the public: it knows the zone by itself and returns nothing. */
static int free_as_anyone(struct page *page, unsigned int order)
{
	__free_pages_site(page, order, SITE);
	return model_report()[0] ? -EINVAL : 0;
}

bool buddy_try_free(struct geometry *g, unsigned int zone, pfn_t pfn,
		    unsigned int order, bool public)
{
	struct zone *z = &mm_node.zones[zone];
	enum naive_verdict want = naive_judge(&g->naive[zone], pfn, order);
	struct page *page = g->map + (pfn - g->base_pfn);
	int err;

	model_forget_report();
	if (public && pfn_zone(pfn) == z)
		err = free_as_anyone(page, order);
	else
		err = zone_free_block(z, page, order, SITE);
	if (err != (want == NAIVE_OK ? 0 : -EINVAL) ||
	    strncmp(model_report(), naive_verdict_text(want),
		    strlen(naive_verdict_text(want))))
		COMPLAIN("free of %#lx order %u: %d \"%s\", want \"%s\"", pfn,
			 order, err, model_report(), naive_verdict_text(want));
	else if ((want == NAIVE_INSIDE) !=
		 (strstr(model_report(), " inside free block ") != NULL))
		COMPLAIN("free of %#lx: \"%s\"", pfn, model_report());
	if (want == NAIVE_OK)
		naive_give(&g->naive[zone], pfn);
	if (z->nr_free_pages != g->naive[zone].nr_free)
		COMPLAIN("zone %u: %lu frames free, want %lu", zone,
			 z->nr_free_pages, g->naive[zone].nr_free);
	return want == NAIVE_OK;
}

bool buddy_compare(struct geometry *g)
{
	unsigned long nr_blocks[MAX_ORDER];
	unsigned int i, order;

	for (i = 0; i < NR_ZONES; i++) {
		struct zone *z = &mm_node.zones[i];

		if (zone_check(z))
			COMPLAIN("zone_check() of zone %u", i);
		if (z->nr_free_pages != g->naive[i].nr_free)
			COMPLAIN("zone %u: %lu frames free, want %lu", i,
				 z->nr_free_pages, g->naive[i].nr_free);
		naive_count_blocks(&g->naive[i], nr_blocks);
		for (order = 0; order < MAX_ORDER; order++) {
			if (zone_nr_blocks(z, order) != nr_blocks[order])
				COMPLAIN(
					"zone %u: %lu blocks of order %u, want %lu",
					i, zone_nr_blocks(z, order), order,
					nr_blocks[order]);
		}
	}
	return !buddy_complaint();
}
