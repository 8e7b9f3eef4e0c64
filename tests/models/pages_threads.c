/* SPDX-License-Identifier: MIT */
/*
 * pages_threads.c - pages on several CPUs: the buddy, each CPU's lists, bulk
 *
 * Blocks of orders 0 .. 6, of every zone and mobility, are allocated on one CPU
 * and mostly freed on another; rows of single pages come and go in bulk; lists
 * are drained in between. Highmem has no address here, so its frames are
 * guarded by a table alone.
 */
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/page_pcp.h>
#include "threads.h"

#define MAX_ORDER_TRIED 6u
#define MAX_HELD 128u
#define BULK 24u
/* Of 4 GiB and the 32 MiB above: enough for the hosted machine. */
#define MAX_FRAMES 0x102000u

struct holder {
	struct page *page[MAX_HELD];
	unsigned int nr;
};
static struct holder holders[THREADS_MAX_ACTORS];
static u8 high_owner[MAX_FRAMES];
static unsigned long free_at_first;

/* --- one block ---------------------------------------------------------- */

static void take_over(struct threads_actor *me, struct page *page,
		      unsigned int order)
{
	me->nr_taken++;
	if (PageHighMem(page))
		threads_claim(me, &high_owner[page_to_pfn(page)], "a frame");
	else
		threads_own(me, page_to_virt(page), PAGE_SIZE << order);
}

/* Return: the order of the block. */
static unsigned int part_with(struct threads_actor *me, struct page *page)
{
	if (!PageHighMem(page))
		return get_order(threads_disown(me, page_to_virt(page)));
	threads_release(me, &high_owner[page_to_pfn(page)], "a frame");
	return 0;
}

static void free_block(struct threads_actor *me, void *thing)
{
	unsigned int order = part_with(me, thing);

	__free_pages(thing, order);
}

/* Keep @page, or put it in a box and give back what lay there. */
static void hold(struct threads_actor *me, struct page *page)
{
	struct holder *h = &holders[me->id];

	if (h->nr < MAX_HELD && threads_draw(me, 2)) {
		h->page[h->nr++] = page;
		return;
	}
	page = threads_swap(me, page);
	if (page)
		free_block(me, page);
}

/* --- operations --------------------------------------------------------- */

static void alloc_one(struct threads_actor *me)
{
	static const gfp_t kind[] = {
		GFP_ATOMIC,
		GFP_ATOMIC,
		GFP_NOWAIT,
		GFP_NOWAIT | __GFP_MOVABLE,
		GFP_NOWAIT | __GFP_RECLAIMABLE,
		GFP_ATOMIC | __GFP_DMA,
		GFP_NOWAIT | __GFP_HIGHMEM,
		GFP_NOWAIT | __GFP_HIGHMEM | __GFP_MOVABLE,
	};
	gfp_t gfp = kind[threads_draw(me, sizeof(kind) / sizeof(kind[0]))];
	unsigned int order = 0;
	struct page *page;

	if (!(gfp & __GFP_HIGHMEM) && threads_draw(me, 5) < 2)
		order = threads_draw(me, MAX_ORDER_TRIED + 1);
	page = alloc_pages(gfp | __GFP_NOWARN, order);
	if (!page) {
		me->nr_refused++;
		return;
	}
	take_over(me, page, order);
	hold(me, page);
}

static void free_one(struct threads_actor *me)
{
	struct holder *h = &holders[me->id];
	struct page *page;
	unsigned int i;

	if (!h->nr || !threads_draw(me, 3)) {
		page = threads_swap(me, NULL);
	} else {
		i = threads_draw(me, h->nr);
		page = h->page[i];
		h->page[i] = h->page[--h->nr];
	}
	if (page)
		free_block(me, page);
}

static void bulk_there_and_back(struct threads_actor *me)
{
	struct page *page[BULK] = { NULL };
	unsigned long nr =
		alloc_pages_bulk_array(GFP_NOWAIT | __GFP_NOWARN, BULK, page);
	unsigned int i;

	if (nr < BULK)
		me->nr_refused++;
	for (i = 0; i < nr; i++)
		take_over(me, page[i], 0);
	/* Some go another way. */
	for (i = 0; i < nr; i++) {
		if (threads_draw(me, 8) == 0) {
			hold(me, page[i]);
			page[i] = NULL;
		} else {
			part_with(me, page[i]);
		}
	}
	free_pages_bulk(page, nr);
}

static void pages_step(struct threads_actor *me)
{
	u32 what = threads_draw(me, 1024);

	if (what < 480)
		alloc_one(me);
	else if (what < 1000)
		free_one(me);
	else if (what < 1022)
		bulk_there_and_back(me);
	else
		page_pcp_drain_all();
}

/* --- around ------------------------------------------------------------- */

static void pages_begin(void)
{
	free_at_first = nr_free_pages();
}

static void pages_empty(struct threads_actor *me)
{
	struct holder *h = &holders[me->id];

	while (h->nr)
		free_block(me, h->page[--h->nr]);
}

static void pages_check(bool last)
{
	struct zone *z;

	for_each_zone(z) {
		if (zone_check(z))
			threads_fail("zone %s is broken", z->name);
	}
	if (last && nr_free_pages() != free_at_first)
		threads_fail("%lu pages free, %lu at first", nr_free_pages(),
			     free_at_first);
}

const struct threads_model the_threads_model = {
	.name = "pages_threads",
	.begin = pages_begin,
	.step = pages_step,
	.drop = free_block,
	.empty = pages_empty,
	.check = pages_check,
};
