/* SPDX-License-Identifier: MIT */
/*
 * pressure_test.c - the live machine with its memory taken, and in pieces
 *
 * What is taken is chained through its own records, so that filling a zone
 * needs no memory; all of it is given back, and the counts must be as before.
 */
#define pr_fmt(fmt) "pressure: " fmt

#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>
#include <mm/page_trace.h>
#include <mm/reclaim.h>
#include "../../mm/internal.h"
#include "zone_fixture.h"

static char text[4096];

/* Take blocks of @order for @gfp, at most @most. Return: how many. */
static unsigned long chain_take(struct list_head *chain, gfp_t gfp,
				unsigned int order, unsigned long most)
{
	unsigned long nr;

	for (nr = 0; nr < most; nr++) {
		struct page *page = alloc_pages(gfp | __GFP_NOWARN, order);

		if (!page)
			break;
		list_add(&page->lru, chain);
	}
	return nr;
}

static void chain_give(struct list_head *chain, unsigned int order)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, chain, lru)
		__free_pages(page, order);
	INIT_LIST_HEAD(chain);
}

/* What others keep for speed is given back, as a request that fails makes them
 * do: so that the count of free pages is the same before and after one. */
static void settle(void)
{
	kthread_flush(); /* stacks of threads that have ended */
	reclaim_drop(&live_reclaim, false, true);
	drain_all_pages(NULL);
}

/* All is back, and in order. */
static void expect_as_before(struct ktest *t, unsigned long free)
{
	struct zone *z;

	settle();
	/* A thread that ended before may give its stack back meanwhile. */
	KTEST_EXPECT_GE(t, nr_free_pages(), free);
	for_each_zone(z)
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

/* --- the DMA zone --------------------------------------------------------- */

static void expect_dma_failure_is_explained(struct ktest *t)
{
	struct seq_file m = { .buf = text, .size = sizeof(text) - 1 };

	KTEST_EXPECT_NULL(t, alloc_pages(GFP_DMA, 0));
	KTEST_EXPECT_EQ(t, mm_last_failure.cause, ALLOC_NO_BLOCK);
	mm_explain_last_failure(&m);
	text[m.count] = '\0';
	KTEST_EXPECT_FALSE(t, m.overflowed);
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "zone DMA: "));
	KTEST_EXPECT_NOT_NULL(t, strstr(text, ": too few above the mark."));
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "The biggest holders now:\n"));
}

/* GFP_KERNEL has taken all it can: what is left in DMA is for GFP_DMA. */
static void expect_dma_protected(struct ktest *t, const struct zone *dma,
				 unsigned long reserve)
{
	LIST_HEAD(chain);
	LIST_HEAD(dip);
	unsigned long left = dma->nr_free_pages, got;
	const struct page *page;

	KTEST_EXPECT_GE(t, left, dma->mark_pages[MARK_MIN] + reserve);
	got = chain_take(&chain, GFP_DMA, 0, ULONG_MAX);
	pr_info("reserve=%lu dma_left=%lu gfp_dma_got=%lu\n", reserve, left,
		got);
	KTEST_EXPECT_GE(t, got, reserve);
	KTEST_EXPECT_EQ(t, dma->nr_free_pages, dma->mark_pages[MARK_MIN]);
	list_for_each_entry(page, &chain, lru)
		KTEST_EXPECT_TRUE(t, zone_has_pfn(dma, page_to_pfn(page)));
	expect_dma_failure_is_explained(t);
	/* An interrupt handler's request goes deeper. */
	KTEST_EXPECT_EQ(t, chain_take(&dip, GFP_DMA | GFP_ATOMIC, 0, 1), 1);
	chain_give(&dip, 0);
	chain_give(&chain, 0);
}

static void gfp_kernel_cannot_take_the_dma_zone_s_reserve(struct ktest *t)
{
	const struct zone *dma = &mm_node.zones[ZONE_DMA];
	const struct zone *normal = &mm_node.zones[ZONE_NORMAL];
	unsigned long reserve = dma->lowmem_reserve_pages[ZONE_NORMAL], free;
	LIST_HEAD(chain);

	settle();
	free = nr_free_pages();
	if (!reserve ||
	    dma->nr_free_pages < dma->mark_pages[MARK_LOW] + reserve) {
		ktest_skip(t, "DMA keeps nothing for itself here");
		return;
	}
	chain_take(&chain, GFP_KERNEL, 0, ULONG_MAX);
	KTEST_EXPECT_EQ(t, normal->nr_free_pages, normal->mark_pages[MARK_MIN]);
	expect_dma_protected(t, dma, reserve);
	chain_give(&chain, 0);
	expect_as_before(t, free);
}

/* High memory's users do not drain what lies below it. */
static void gfp_highuser_leaves_the_low_zones_their_reserves(struct ktest *t)
{
	const struct zone *high = &mm_node.zones[ZONE_HIGHMEM];
	const struct zone *normal = &mm_node.zones[ZONE_NORMAL];
	unsigned long reserve = normal->lowmem_reserve_pages[ZONE_HIGHMEM];
	unsigned long free;
	LIST_HEAD(chain);
	LIST_HEAD(low);

	settle();
	free = nr_free_pages();
	if (!reserve ||
	    normal->nr_free_pages < normal->mark_pages[MARK_LOW] + reserve) {
		ktest_skip(t, "Normal keeps nothing for itself here");
		return;
	}
	/* In large blocks: there may be 64 GiB. */
	chain_take(&chain, GFP_HIGHUSER, MAX_ORDER - 1, ULONG_MAX);
	chain_take(&low, GFP_HIGHUSER, 0, ULONG_MAX);
	KTEST_EXPECT_EQ(t, high->nr_free_pages, high->mark_pages[MARK_LOW]);
	KTEST_EXPECT_EQ(t, normal->nr_free_pages,
			normal->mark_pages[MARK_LOW] + reserve);
	chain_give(&low, 0);
	chain_give(&chain, MAX_ORDER - 1);
	expect_as_before(t, free);
}

/* --- in pieces ------------------------------------------------------------ */

/* Requests of each order, held at once: how many are served? */
#define TRIES 64u

static void expect_never_rising(struct ktest *t, const char *name,
				const unsigned long served[MAX_ORDER])
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		pr_info("%s: order=%u served=%lu of=%u\n", name, order,
			served[order], TRIES);
		if (order)
			KTEST_EXPECT_LE(t, served[order], served[order - 1]);
	}
}

/* Of @chain, single pages, keep one in @n, chosen by the seed. */
static void chain_give_most(struct ktest *t, struct list_head *chain, u32 n)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, chain, lru) {
		if (ktest_random(t) % n == 0)
			continue;
		list_del(&page->lru);
		__free_page(page);
	}
}

static void the_live_machine_in_pieces_serves_small_orders_best(struct ktest *t)
{
	unsigned long served[MAX_ORDER], free;
	unsigned int order;
	LIST_HEAD(chain);

	settle();
	free = nr_free_pages();
	chain_take(&chain, GFP_KERNEL, 0, ULONG_MAX);
	chain_give_most(t, &chain, 256);
	for (order = 0; order < MAX_ORDER; order++) {
		LIST_HEAD(blocks);

		served[order] = chain_take(&blocks, GFP_KERNEL, order, TRIES);
		chain_give(&blocks, order);
	}
	chain_give(&chain, 0);
	expect_never_rising(t, "live", served);
	expect_as_before(t, free);
}

/* Two blocks of the largest order, records only. */
#define PIECES_FRAMES (2 * PAGEBLOCK_PAGES)
static_assert(PIECES_FRAMES <= FIXTURE_FRAMES, "the fixture has the records");

/* All of it is taken, and one frame in 64 kept, chosen by the seed. */
static struct zone *zone_in_pieces(struct ktest *t)
{
	struct zone *z = fixture_zone(0, PIECES_FRAMES);
	pfn_t pfn;

	while (fixture_alloc(z, 0))
		;
	for (pfn = 0; pfn < PIECES_FRAMES; pfn++) {
		if (ktest_random(t) % 64)
			fixture_free(z, &fixture_map[pfn], 0);
	}
	return z;
}

/* Blocks of @order at once, up to TRIES; given back. Return: how many. */
static unsigned long pieces_serve(struct zone *z, unsigned int order)
{
	struct page *got[TRIES];
	unsigned long nr, served;

	for (nr = 0; nr < TRIES; nr++) {
		got[nr] = fixture_alloc(z, order);
		if (!got[nr])
			break;
	}
	served = nr;
	while (nr--)
		fixture_free(z, got[nr], order);
	return served;
}

static void a_zone_in_pieces_serves_small_orders_best(struct ktest *t)
{
	struct zone *z = zone_in_pieces(t);
	unsigned long served[MAX_ORDER];
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		served[order] = pieces_serve(z, order);
	expect_never_rising(t, "private", served);
	KTEST_EXPECT_EQ(t, served[0], TRIES);
	KTEST_EXPECT_EQ(t, served[MAX_ORDER - 1], 0);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(gfp_kernel_cannot_take_the_dma_zone_s_reserve),
	KTEST_CASE(gfp_highuser_leaves_the_low_zones_their_reserves),
	KTEST_CASE(the_live_machine_in_pieces_serves_small_orders_best),
	KTEST_CASE(a_zone_in_pieces_serves_small_orders_best),
};
KTEST_SUITE(pressure, cases);
