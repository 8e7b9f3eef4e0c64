/* SPDX-License-Identifier: MIT */
/* page_split_test.c - blocks as single pages, and back; live zones */
#include <kernel/atomic.h>
#include <kernel/ktest.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/page_split.h>
#include "live_fixture.h"

#define ORDER 3u
#define PAGES (1u << ORDER)

/* NULL: the case is over. */
static struct page *take(struct ktest *t)
{
	struct page *page;

	if (!live_room_for(t, 4 * (PAGE_SIZE << ORDER)))
		return NULL;
	page = alloc_pages(GFP_KERNEL, ORDER);
	KTEST_EXPECT_NOT_NULL(t, page);
	return page;
}

static void each_page_of_a_split_block_is_freed_by_itself(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = take(t);
	unsigned int i;

	if (!page)
		return;
	page_set_owner(page, PAGE_OWNER_TEST);
	page_block_split(page, ORDER);
	for (i = 0; i < PAGES; i++) {
		KTEST_EXPECT_EQ(t, page_state(page + i), PAGE_ALLOCATED);
		KTEST_EXPECT_EQ(t, page_order(page + i), 0);
		KTEST_EXPECT_EQ(t, page_owner(page + i), PAGE_OWNER_TEST);
		KTEST_EXPECT_EQ(t, page[i].site, page->site);
	}
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
	/* Every second one first: nothing can merge. */
	for (i = 0; i < PAGES; i += 2)
		__free_page(page + i);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
	for (i = 1; i < PAGES; i += 2)
		__free_page(page + i);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

static void joined_pages_are_one_block_again(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = take(t);

	if (!page)
		return;
	page_block_split(page, ORDER);
	KTEST_EXPECT_TRUE(t, page_block_join(page, ORDER));
	KTEST_EXPECT_EQ(t, page_order(page), ORDER);
	KTEST_EXPECT_EQ(t, page_state(page + 1), PAGE_NONE);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
	__free_pages(page, ORDER);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

static void pages_of_others_are_not_joined(struct ktest *t)
{
	struct page *page = take(t);
	unsigned int i;

	if (!page)
		return;
	page_block_split(page, ORDER);
	atomic_inc(&page[PAGES - 1]._refcount);
	KTEST_EXPECT_FALSE(t, page_block_join(page, ORDER));
	atomic_dec(&page[PAGES - 1]._refcount);
	__free_page(page + 2);
	KTEST_EXPECT_FALSE(t, page_block_join(page, ORDER));
	KTEST_EXPECT_EQ(t, page_state(page), PAGE_ALLOCATED);
	KTEST_EXPECT_EQ(t, page_order(page), 0);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
	for (i = 0; i < PAGES; i++)
		if (i != 2)
			__free_page(page + i);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void
the_order_offered_is_there_in_the_zone_of_a_single_page(struct ktest *t)
{
	struct page *one, *many;
	unsigned int order;

	/* What a CPU's list has is given whatever the marks say: without. */
	page_pcp_drain_all();
	order = page_block_order(GFP_HIGHUSER, 5);
	KTEST_EXPECT_LE(t, order, 5);
	KTEST_EXPECT_EQ(t, page_block_order(GFP_KERNEL, 0), 0);
	many = alloc_pages(GFP_HIGHUSER, order);
	KTEST_ASSERT_NOT_NULL(t, many);
	/* One after the other: together they may be too much for the zone. */
	__free_pages(many, order);
	page_pcp_drain_all();
	one = alloc_page(GFP_HIGHUSER);
	KTEST_ASSERT_NOT_NULL(t, one);
	KTEST_EXPECT_PTR_EQ(t, pfn_zone(page_to_pfn(one)),
			    pfn_zone(page_to_pfn(many)));
	__free_page(one);
}

static void the_order_offered_is_not_larger_than_what_is_free(struct ktest *t)
{
	static struct page *taken[64]; /* 16 MiB of 256 KiB each */
	const gfp_t gfp = GFP_DMA | __GFP_NOWARN;
	unsigned int n = 0;

	while (n < ARRAY_SIZE(taken) && (taken[n] = alloc_pages(gfp, 6)))
		n++;
	KTEST_EXPECT_LE(t, page_block_order(GFP_DMA, 10), 5);
	while (n--)
		__free_pages(taken[n], 6);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static const struct ktest_case page_split_cases[] = {
	KTEST_CASE(each_page_of_a_split_block_is_freed_by_itself),
	KTEST_CASE(joined_pages_are_one_block_again),
	KTEST_CASE(pages_of_others_are_not_joined),
	KTEST_CASE(the_order_offered_is_there_in_the_zone_of_a_single_page),
	KTEST_CASE(the_order_offered_is_not_larger_than_what_is_free),
};
KTEST_SUITE(page_split, page_split_cases);
