/* SPDX-License-Identifier: MIT */
/*
 * page_exact_test.c - split_page(), and pages by number of bytes; live zones
 */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/page_exact.h>
#include <mm/page_ref.h>
#include "live_fixture.h"

#define ORDER 3u
#define PAGES (1u << ORDER)

/* --- split_page --------------------------------------------------------- */

static void the_pages_of_a_split_block_are_put_one_by_one(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_pages(GFP_KERNEL, ORDER);
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, page);
	split_page(page, ORDER);
	for (i = 0; i < PAGES; i++) {
		KTEST_EXPECT_EQ(t, page_count(page + i), 1);
		KTEST_EXPECT_PTR_EQ(t, compound_head(page + i), page + i);
		get_page(page + i);
	}
	for (i = 0; i < PAGES; i++) {
		put_page(page + i);
		KTEST_EXPECT_EQ(t, nr_free_pages(), before - PAGES + i);
		put_page(page + i);
	}
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void a_single_page_is_split_already(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_page(GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, page);
	split_page(page, 0);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	__free_page(page);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

static void refuse_split(struct ktest *t, struct page *page, unsigned int order,
			 const char *text)
{
	ktest_expect_report(t, "bad-split");
	split_page(page, order);
	expect_report_says(t, text);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void only_a_plain_block_in_its_order_is_split(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_pages(GFP_KERNEL, ORDER);

	KTEST_ASSERT_NOT_NULL(t, page);
	refuse_split(t, page, 2, " is=3 given=2");
	refuse_split(t, page, 4, " is=3 given=4");
	refuse_split(t, page, MAX_ORDER, " is=3 given=11");
	refuse_split(t, page, ~0u, " is=3 given=4294967295");
	refuse_split(t, page + 4, 2, "no-block pfn=");
	page_mark_compound(page);
	refuse_split(t, page, ORDER, "compound pfn=");
	refuse_split(t, page + 1, 0, "compound pfn=");
	KTEST_EXPECT_EQ(t, page_order(page), ORDER);
	KTEST_EXPECT_TRUE(t, PageCompound(page));
	put_page(page);
	refuse_split(t, page, ORDER, "no-block pfn=");
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

/* --- by number of bytes ------------------------------------------------- */

static unsigned long pages_for(size_t size)
{
	return DIV_ROUND_UP(size, PAGE_SIZE);
}

/* Can a lowmem block of that order be had? A small machine may have none. */
static bool has_block(unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);

	if (page)
		__free_pages(page, order);
	return page;
}

/* Take, write to the last byte, count, free. */
static void try_exact(struct ktest *t, size_t size)
{
	unsigned long before = nr_free_pages(), i;
	struct page *page;
	u8 *p;

	if (!has_block(get_order(size)))
		return;
	p = alloc_pages_exact(size, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_EQ(t, (unsigned long)p % PAGE_SIZE, 0);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - pages_for(size));
	page = virt_to_page(p);
	for (i = 0; i < pages_for(size); i++) {
		KTEST_EXPECT_EQ(t, page_order(page + i), 0);
		KTEST_EXPECT_EQ(t, page_count(page + i), 1);
	}
	memset(p, 0xe5, size);
	free_pages_exact(p, size);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

static void only_the_pages_needed_are_kept(struct ktest *t)
{
	unsigned long pages;

	for (pages = 1; pages <= 40; pages++) {
		try_exact(t, (pages - 1) * PAGE_SIZE + 1);
		try_exact(t, pages * PAGE_SIZE - 1);
		try_exact(t, pages * PAGE_SIZE);
	}
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void every_order_is_served_at_its_edges(struct ktest *t)
{
	unsigned int order;

	for (order = 5; order < MAX_ORDER; order++) {
		try_exact(t, (PAGE_SIZE << order) - PAGE_SIZE);
		try_exact(t, (PAGE_SIZE << order) - 1);
		try_exact(t, PAGE_SIZE << order);
		if (order < MAX_ORDER - 1)
			try_exact(t, (PAGE_SIZE << order) + 1);
	}
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void random_sizes_lose_no_page(struct ktest *t)
{
	unsigned long before = nr_free_pages(), taken = 0;
	struct {
		void *p;
		size_t size;
	} held[8] = { 0 };
	unsigned int i, k;

	if (!live_room_for(t, ARRAY_SIZE(held) * KIB(100)))
		return;
	for (i = 0; i < 1000; i++) {
		k = ktest_random(t) % ARRAY_SIZE(held);
		if (held[k].p) {
			free_pages_exact(held[k].p, held[k].size);
			taken -= pages_for(held[k].size);
		}
		held[k].size = 1 + ktest_random(t) % KIB(100);
		held[k].p = alloc_pages_exact(held[k].size, GFP_KERNEL);
		KTEST_EXPECT_NOT_NULL(t, held[k].p);
		taken += held[k].p ? pages_for(held[k].size) : 0;
		KTEST_EXPECT_EQ(t, nr_free_pages(), before - taken);
	}
	for (k = 0; k < ARRAY_SIZE(held); k++)
		free_pages_exact(held[k].p, held[k].size);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void any_page_of_it_can_be_freed_by_itself(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	char *p = alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, p);
	free_page((unsigned long)p);
	free_page((unsigned long)(p + 4 * PAGE_SIZE));
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - 3);
	free_pages_exact(p + PAGE_SIZE, 3 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

static void a_page_with_another_user_outlives_the_rest(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	char *p = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL);
	struct page *second;

	KTEST_ASSERT_NOT_NULL(t, p);
	second = virt_to_page(p + PAGE_SIZE);
	get_page(second);
	free_pages_exact(p, 3 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, page_count(second), 1);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - 1);
	put_page(second);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

static void zeroed_if_asked(struct ktest *t)
{
	u8 *p = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, p);
	memset(p, 0xff, 3 * PAGE_SIZE);
	free_pages_exact(p, 3 * PAGE_SIZE);
	p = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_NULL(t, memchr_inv(p, 0, 3 * PAGE_SIZE));
	free_pages_exact(p, 3 * PAGE_SIZE);
}

static void expect_refused(struct ktest *t, size_t size, gfp_t gfp,
			   const char *why)
{
	unsigned long told = mm_node.last_failure.count;

	KTEST_EXPECT_NULL(t, alloc_pages_exact(size, gfp));
	KTEST_EXPECT_EQ(t, mm_node.last_failure.count, told + 1);
	KTEST_EXPECT_NOT_NULL(t, strstr(mm_node.last_failure.text, why));
	KTEST_EXPECT_NULL(t, alloc_pages_exact(size, gfp | __GFP_NOWARN));
	KTEST_EXPECT_EQ(t, mm_node.last_failure.count, told + 1);
}

static void what_it_cannot_serve_is_refused_with_a_reason(struct ktest *t)
{
	unsigned long before = nr_free_pages();

	expect_refused(t, 0, GFP_KERNEL,
		       "alloc_pages_exact: 0 bytes refused: size 0");
	expect_refused(t, ALLOC_EXACT_MAX + 1, GFP_KERNEL,
		       "larger than the largest block");
	expect_refused(t, SIZE_MAX, GFP_ATOMIC, "larger than");
	expect_refused(t, PAGE_SIZE, GFP_HIGHUSER, "no address");
	expect_refused(t, 5 * PAGE_SIZE, GFP_KERNEL | __GFP_COMP, "__GFP_COMP");
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

static void no_memory_is_no_leak(struct ktest *t)
{
	struct fault_attr boot_plan;
	unsigned long before = nr_free_pages();
	void *p;

	fault_plan_save(&mm_node.fault, &boot_plan);
	fault_fail_nth(&mm_node.fault, 1);
	p = alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL);
	fault_plan_restore(&mm_node.fault, &boot_plan);
	KTEST_EXPECT_NULL(t, p);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

/* Nothing is freed, and the pages are still there afterwards. */
static void refuse_free(struct ktest *t, void *p, size_t size,
			const char *class, const char *text)
{
	unsigned long before = nr_free_pages();

	ktest_expect_report(t, class);
	free_pages_exact(p, size);
	expect_report_says(t, text);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

static void a_wrong_free_is_one_report_and_changes_nothing(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	char *p = alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL);
	char *block = (char *)__get_free_pages(GFP_KERNEL, 2);

	KTEST_ASSERT_TRUE(t, p && block);
	free_pages_exact(NULL, PAGE_SIZE);
	refuse_free(t, p + 1, 5 * PAGE_SIZE, "bad-free", "misaligned addr=");
	refuse_free(t, p, 0, "bad-free", "range addr=");
	refuse_free(t, p, ALLOC_EXACT_MAX + 1, "bad-free", "range addr=");
	refuse_free(t, p, SIZE_MAX, "bad-free", "range addr=");
	refuse_free(t, (void *)(PAGE_OFFSET - PAGE_SIZE), PAGE_SIZE, "bad-free",
		    "range addr=");
	refuse_free(t, (char *)high_memory - PAGE_SIZE, 2 * PAGE_SIZE,
		    "bad-free", "range addr=");
	refuse_free(t, block, 4 * PAGE_SIZE, "wrong-order", " is=2 given=0");
	free_page((unsigned long)(p + 2 * PAGE_SIZE));
	refuse_free(t, p, 5 * PAGE_SIZE, "double-free", "page pfn=");
	free_pages_exact(p, 2 * PAGE_SIZE);
	free_pages_exact(p + 3 * PAGE_SIZE, 2 * PAGE_SIZE);
	free_pages((unsigned long)block, 2);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static const struct ktest_case page_exact_cases[] = {
	KTEST_CASE(the_pages_of_a_split_block_are_put_one_by_one),
	KTEST_CASE(a_single_page_is_split_already),
	KTEST_CASE(only_a_plain_block_in_its_order_is_split),
	KTEST_CASE(only_the_pages_needed_are_kept),
	KTEST_CASE(every_order_is_served_at_its_edges),
	KTEST_CASE(random_sizes_lose_no_page),
	KTEST_CASE(any_page_of_it_can_be_freed_by_itself),
	KTEST_CASE(a_page_with_another_user_outlives_the_rest),
	KTEST_CASE(zeroed_if_asked),
	KTEST_CASE(what_it_cannot_serve_is_refused_with_a_reason),
	KTEST_CASE(no_memory_is_no_leak),
	KTEST_CASE(a_wrong_free_is_one_report_and_changes_nothing),
};
KTEST_SUITE(page_exact, page_exact_cases);
