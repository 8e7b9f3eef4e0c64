/* SPDX-License-Identifier: MIT */
/*
 * highmem_test.c - temporary mappings
 *
 * kmap_local_high() takes any page, so the slots are tested on machines
 * without high memory as well, with a lowmem page's own address as the witness.
 */
#include <kernel/ktest.h>
#include <kernel/preempt.h>
#include <kernel/string.h>
#include <mm/check.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <asm/pgtable.h>

#define SITE ((unsigned long)&kmap_local_depth)

static void *map(struct page *page)
{
	return kmap_local_high(page, SITE);
}

static void unmap(void *va)
{
	kunmap_local_high(va, SITE);
}

static void lowmem_is_its_own_address_and_takes_no_slot(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *va;

	KTEST_ASSERT_NOT_NULL(t, page);
	va = kmap_local_page(page);
	KTEST_EXPECT_PTR_EQ(t, va, page_address(page));
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 0);
	KTEST_EXPECT_FALSE(t, in_atomic());
	kunmap_local(va);
	va = kmap_atomic(page);
	KTEST_EXPECT_TRUE(t, in_atomic());
	kunmap_atomic(va);
	KTEST_EXPECT_FALSE(t, in_atomic());
	__free_page(page);
}

static void a_slot_shows_the_page(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	unsigned long site;
	pfn_t pfn;
	char *va;

	KTEST_ASSERT_NOT_NULL(t, page);
	va = map(page);
	KTEST_ASSERT_NOT_NULL(t, va);
	KTEST_EXPECT_TRUE(t, in_atomic());
	KTEST_EXPECT_TRUE(t, (void *)va != page_address(page));
	strcpy(va + 100, "written through the slot");
	KTEST_EXPECT_STREQ(t, (char *)page_address(page) + 100,
			   "written through the slot");
	KTEST_EXPECT_TRUE(t,
			  kmap_slot_owner((unsigned long)va + 5, &site, &pfn));
	KTEST_EXPECT_EQ(t, site, SITE);
	KTEST_EXPECT_EQ(t, pfn, page_to_pfn(page));
	unmap(va + 5);
	KTEST_EXPECT_FALSE(t, in_atomic());
	KTEST_EXPECT_FALSE(t, kmap_slot_owner((unsigned long)va, NULL, NULL));
	__free_page(page);
}

static void slots_are_a_stack_also_across_an_interrupt(struct ktest *t)
{
	struct page *a = alloc_page(GFP_KERNEL), *b = alloc_page(GFP_KERNEL);
	void *va, *vb;

	KTEST_ASSERT_TRUE(t, a && b);
	va = map(a);
	irq_enter();
	vb = map(b);
	KTEST_EXPECT_TRUE(t, va != vb);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 2);
	unmap(vb);
	irq_exit();
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 1);
	unmap(va);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 0);
	__free_page(a);
	__free_page(b);
}

static void the_wrong_order_is_reported_and_contained(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *va[3];
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, page);
	for (i = 0; i < 3; i++)
		va[i] = map(page);
	ktest_expect_report(t, "kmap-order");
	unmap(va[1]);
	/* The gap stays until what lies above is gone. */
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 3);
	strcpy(va[2], "still here");
	unmap(va[2]);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 1);
	KTEST_EXPECT_STREQ(t, va[0], "still here");
	ktest_expect_report(t, "kmap-order");
	unmap(va[2]);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 1);
	unmap(va[0]);
	KTEST_EXPECT_FALSE(t, in_atomic());
	__free_page(page);
}

/* The gap is passed over, not filled; a pop above it goes on as ever. */
static void mappings_above_a_gap_work_as_ever(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *va[4];

	KTEST_ASSERT_NOT_NULL(t, page);
	va[0] = map(page);
	va[1] = map(page);
	va[2] = map(page);
	ktest_expect_report(t, "kmap-order");
	unmap(va[1]);
	/* Gone is gone, also below the top. */
	ktest_expect_report(t, "kmap-order");
	unmap(va[1]);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
	va[3] = map(page);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 4);
	unmap(va[3]);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 3);
	unmap(va[2]);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 1);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
	unmap(va[0]);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
	KTEST_EXPECT_FALSE(t, in_atomic());
	__free_page(page);
}

/* With a stack that is empty, the slot below it is another CPU's, or none. */
static void an_address_that_is_no_slot_is_reported(struct ktest *t)
{
	static const unsigned long offsets[] = { 0, PAGE_SIZE,
						 KMAP_LOCAL_SLOTS * PAGE_SIZE };
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned int i;
	char *va;

	KTEST_ASSERT_NOT_NULL(t, page);
	va = map(page);
	unmap(va);
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		ktest_expect_report(t, "kmap-order");
		unmap(va + offsets[i]);
		ktest_expect_report(t, "kmap-order");
		unmap(va - offsets[i]);
	}
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 0);
	KTEST_EXPECT_FALSE(t, in_atomic());
	__free_page(page);
}

static void a_frame_without_a_record_can_be_mapped(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	char *va;

	KTEST_ASSERT_NOT_NULL(t, page);
	/* Lowmem, too, takes a slot: nothing is known of the frame. */
	va = kmap_local_pfn(page_to_pfn(page));
	KTEST_ASSERT_NOT_NULL(t, va);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 1);
	strcpy(va, "by number");
	KTEST_EXPECT_STREQ(t, page_address(page), "by number");
	KTEST_EXPECT_PTR_EQ(t, kmap_to_page(va + 3), page);
	kunmap_local(va);
	KTEST_EXPECT_NULL(t, kmap_to_page(va));
	ktest_expect_report(t, "kmap-pfn");
	KTEST_EXPECT_NULL(
		t, kmap_local_pfn(phys_to_pfn(arch_layout()->phys_limit)));
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 0);
	__free_page(page);
}

static void a_page_in_a_slot_may_not_be_freed(struct ktest *t)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	void *va;

	KTEST_ASSERT_NOT_NULL(t, page);
	va = map(page + 3);
	KTEST_EXPECT_TRUE(t, kmap_any_held());
	KTEST_EXPECT_FALSE(t, kmap_refuse_free(page, 1, SITE));
	ktest_expect_report(t, "page-mapped");
	KTEST_EXPECT_TRUE(t, kmap_refuse_free(page, 2, SITE));
	unmap(va);
	KTEST_EXPECT_FALSE(t, kmap_any_held());
	__free_pages(page, 2);
}

static void one_mapping_more_than_slots_is_reported(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *va[KMAP_LOCAL_SLOTS];
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, page);
	for (i = 0; i < KMAP_LOCAL_SLOTS; i++)
		KTEST_EXPECT_NOT_NULL(t, va[i] = map(page));
	ktest_expect_report(t, "kmap-leak");
	KTEST_EXPECT_NULL(t, map(page));
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t),
			  "kmap-leak " STRINGIFY(KMAP_LOCAL_SLOTS) " slots"));
	while (i--)
		unmap(va[i]);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 0);
	KTEST_EXPECT_FALSE(t, in_atomic());
	__free_page(page);
}

/* High pages where the machine has them, else low ones: same result. */
static void the_helpers_work_on_any_page(struct ktest *t)
{
	struct page *a = alloc_page(GFP_HIGHUSER),
		    *b = alloc_page(GFP_HIGHUSER);
	char text[32];

	KTEST_ASSERT_TRUE(t, a && b);
	clear_highpage(a);
	memcpy_to_page(a, PAGE_SIZE - 6, "tail", 5);
	copy_highpage(b, a);
	memcpy_from_page(text, b, PAGE_SIZE - 6, 6);
	KTEST_EXPECT_STREQ(t, text, "tail");
	memcpy_from_page(text, b, 0, sizeof(text));
	KTEST_EXPECT_NULL(t, memchr_inv(text, 0, sizeof(text)));
	zero_user(b, PAGE_SIZE - 6, 2);
	memcpy_from_page(text, b, PAGE_SIZE - 6, 6);
	KTEST_EXPECT_EQ(t, text[0] | text[1], 0);
	KTEST_EXPECT_STREQ(t, text + 2, "il");
	zero_user_segment(b, PAGE_SIZE - 3, PAGE_SIZE);
	memcpy_from_page(text, b, PAGE_SIZE - 6, 6);
	KTEST_EXPECT_STREQ(t, text + 2, "i");
	clear_user_highpage(a, 0);
	memcpy_from_page(text, a, PAGE_SIZE - 6, 6);
	KTEST_EXPECT_EQ(t, text[0], 0);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 0);
	__free_page(a);
	__free_page(b);
}

static const struct ktest_case highmem_cases[] = {
	KTEST_CASE(lowmem_is_its_own_address_and_takes_no_slot),
	KTEST_CASE(a_slot_shows_the_page),
	KTEST_CASE(slots_are_a_stack_also_across_an_interrupt),
	KTEST_CASE(the_wrong_order_is_reported_and_contained),
	KTEST_CASE(mappings_above_a_gap_work_as_ever),
	KTEST_CASE(an_address_that_is_no_slot_is_reported),
	KTEST_CASE(a_frame_without_a_record_can_be_mapped),
	KTEST_CASE(a_page_in_a_slot_may_not_be_freed),
	KTEST_CASE(one_mapping_more_than_slots_is_reported),
	KTEST_CASE(the_helpers_work_on_any_page),
};
KTEST_SUITE(highmem, highmem_cases);
