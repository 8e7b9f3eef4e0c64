/* SPDX-License-Identifier: MIT */
/*
 * page_ref_test.c - references to pages and compound blocks; live zones
 */
#include <kernel/irq.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include "live_fixture.h"

#define ORDER 3u
#define PAGES (1u << ORDER)
#define LINE 13 /* no device's */

static struct page *take_compound(unsigned int order)
{
	return alloc_pages(GFP_KERNEL | __GFP_COMP, order);
}

static bool is_free(const struct page *page)
{
	return page_state(compound_head(page)) != PAGE_ALLOCATED;
}

/* --- single pages ------------------------------------------------------- */

static void a_page_lives_until_its_last_user_has_gone(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_page(GFP_KERNEL);
	int users;

	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	for (users = 2; users <= 100; users++) {
		get_page(page);
		KTEST_EXPECT_EQ(t, page_count(page), users);
	}
	for (users = 99; users > 0; users--) {
		put_page(page);
		KTEST_EXPECT_EQ(t, page_count(page), users);
	}
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - 1);
	put_page(page);
	KTEST_EXPECT_EQ(t, page_count(page), 0);
	KTEST_EXPECT_TRUE(t, is_free(page));
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void put_page_and_free_page_count_down_alike(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_page(GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, page);
	get_page(page);
	__free_page(page);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	get_page(page);
	put_page(page);
	__free_page(page);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

static void counts_change_by_number(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_page(GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, page);
	page_ref_add(page, 10);
	page_ref_inc(page);
	KTEST_EXPECT_EQ(t, page_ref_count(page), 12);
	page_ref_sub(page, 9);
	page_ref_dec(page);
	KTEST_EXPECT_EQ(t, page_ref_count(page), 2);
	KTEST_EXPECT_FALSE(t, page_ref_dec_and_test(page));
	KTEST_EXPECT_TRUE(t, page_ref_dec_and_test(page));
	/* Nobody has it now, and nobody gave it back. */
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - 1);
	ktest_expect_report(t, "bad-ref");
	get_page(page);
	expect_report_says(t, "bad-ref count pfn=");
	KTEST_EXPECT_EQ(t, page_ref_count(page), 0);
	__free_page(page);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

/* --- compound blocks ---------------------------------------------------- */

static void a_mark_makes_one_page_of_a_block(struct ktest *t)
{
	struct page *page = take_compound(ORDER);
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_TRUE(t, PageHead(page));
	KTEST_EXPECT_FALSE(t, PageTail(page));
	KTEST_EXPECT_EQ(t, compound_order(page), ORDER);
	KTEST_EXPECT_EQ(t, compound_nr(page), PAGES);
	KTEST_EXPECT_EQ(t, page_size(page), PAGES * PAGE_SIZE);
	for (i = 0; i < PAGES; i++) {
		struct page *part = nth_page(page, i);

		KTEST_EXPECT_TRUE(t, PageCompound(part));
		KTEST_EXPECT_EQ(t, PageTail(part), i != 0);
		KTEST_EXPECT_PTR_EQ(t, compound_head(part), page);
		KTEST_EXPECT_PTR_EQ(t, virt_to_head_page(page_address(part)),
				    page);
		KTEST_EXPECT_EQ(t, page_to_pfn(part), page_to_pfn(page) + i);
	}
	KTEST_EXPECT_EQ(t, compound_order(page + 1), 0);
	put_page(page);
	KTEST_EXPECT_FALSE(t, PageCompound(page));
}

static void nothing_else_is_compound(struct ktest *t)
{
	struct page *one = take_compound(0);
	struct page *plain = alloc_pages(GFP_KERNEL, ORDER);

	if (KTEST_EXPECT_NOT_NULL(t, one)) {
		KTEST_EXPECT_FALSE(t, PageCompound(one));
		KTEST_EXPECT_PTR_EQ(t, compound_head(one), one);
		put_page(one);
	}
	KTEST_ASSERT_NOT_NULL(t, plain);
	KTEST_EXPECT_FALSE(t, PageCompound(plain));
	KTEST_EXPECT_FALSE(t, PageCompound(plain + 1));
	KTEST_EXPECT_PTR_EQ(t, compound_head(plain + 1), plain + 1);
	KTEST_EXPECT_EQ(t, compound_order(plain), 0);
	KTEST_EXPECT_EQ(t, page_count(plain + 1), 0);
	__free_pages(plain, ORDER);
}

static void a_reference_to_any_part_holds_the_whole(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = take_compound(ORDER);
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, page);
	for (i = 0; i < PAGES; i++) {
		get_page(page + i);
		KTEST_EXPECT_EQ(t, page_count(page), 2 + (int)i);
		KTEST_EXPECT_EQ(t, page_count(page + PAGES - 1 - i),
				2 + (int)i);
	}
	KTEST_EXPECT_EQ(t, page_ref_count(page + 1), 0); /* not its own */
	__free_pages(page, ORDER); /* the one who asked goes */
	for (i = 1; i < PAGES; i++) {
		KTEST_EXPECT_EQ(t, nr_free_pages(), before - PAGES);
		put_page(page + i);
	}
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	put_page(page + PAGES - 1); /* any part gives the whole back */
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, page_count(page), 0);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void any_page_of_a_large_kmalloc_can_be_held(struct ktest *t)
{
	char *p = kmalloc(KMALLOC_MAX_CACHE_SIZE * 4, GFP_KERNEL);
	unsigned long before = nr_free_pages();
	struct page *tail;

	KTEST_ASSERT_NOT_NULL(t, p);
	tail = virt_to_page(p + 2 * PAGE_SIZE);
	get_page(tail);
	kfree(p);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, page_count(tail), 1);
	put_page(tail);
	KTEST_EXPECT_GE(t, nr_free_pages(), before + 8);
}

static void every_order_has_its_head_found_from_its_last_page(struct ktest *t)
{
	unsigned int order;

	for (order = 1; order < MAX_ORDER; order++) {
		struct page *page =
			alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);

		if (!page)
			break; /* a small machine has no such block */
		page_mark_compound(page);
		KTEST_EXPECT_PTR_EQ(t, compound_head(page + (1ul << order) - 1),
				    page);
		get_page(page + (1ul << order) - 1);
		KTEST_EXPECT_EQ(t, page_count(page), 2);
		put_page(page + (1ul << order) / 2);
		put_page(page);
		KTEST_EXPECT_EQ(t, page_count(page), 0);
	}
	KTEST_EXPECT_TRUE(t, order > ORDER);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

/* --- what is refused ---------------------------------------------------- */

static void a_block_that_is_not_compound_is_not_put_away(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_pages(GFP_KERNEL, ORDER);

	KTEST_ASSERT_NOT_NULL(t, page);
	get_page(page);
	KTEST_EXPECT_EQ(t, page_count(page), 2);
	put_page(page); /* there is another user: nothing to be freed */
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	ktest_expect_report(t, "wrong-order");
	put_page(page);
	expect_report_says(t, " is=3 given=0");
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - PAGES);
	__free_pages(page, ORDER);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

static void a_tail_of_its_block_has_no_count(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_pages(GFP_KERNEL, ORDER);

	KTEST_ASSERT_NOT_NULL(t, page);
	ktest_expect_report(t, "bad-ref");
	get_page(page + 5);
	expect_report_says(t, "bad-ref tail pfn=");
	ktest_expect_report(t, "bad-free");
	put_page(page + 5);
	expect_report_says(t, "bad-free tail pfn=");
	ktest_expect_report(t, "bad-ref");
	page_ref_inc(page + 5);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	KTEST_EXPECT_EQ(t, page[5].flags, 0);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
	__free_pages(page, ORDER);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

static void a_page_nobody_has_is_not_taken(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_page(GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, page);
	put_page(page);
	ktest_expect_report(t, "bad-ref");
	get_page(page);
	expect_report_says(t, "bad-ref free pfn=");
	ktest_expect_report(t, "bad-ref");
	page_ref_add(page, 2);
	ktest_expect_report(t, "double-free");
	put_page(page);
	KTEST_EXPECT_EQ(t, page_count(page), 0);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void the_pages_of_a_slab_are_its_own(struct ktest *t)
{
	void *object = kmalloc(64, GFP_KERNEL);
	struct page *page;
	int inuse;

	KTEST_ASSERT_NOT_NULL(t, object);
	page = virt_to_head_page(object);
	inuse = page->slab_inuse;
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	ktest_expect_report(t, "bad-ref");
	get_page(page);
	expect_report_says(t, "bad-ref slab-page cache=kmalloc-64 pfn=");
	ktest_expect_report(t, "bad-free");
	put_page(page);
	expect_report_says(t, "bad-free slab-page cache=kmalloc-64 pfn=");
	KTEST_EXPECT_EQ(t, page->slab_inuse, inuse);
	kfree(object);
	KTEST_EXPECT_EQ(t, slab_check_all(), 0);
}

static struct page *find_reserved(void)
{
	pfn_t pfn;

	for (pfn = 0; pfn < max_pfn; pfn++) {
		if (page_state(pfn_to_page(pfn)) == PAGE_RESERVED)
			return pfn_to_page(pfn);
	}
	return NULL;
}

/* The first user of memory taken at boot is boot, and it stays. */
static void a_reserved_page_may_be_used_but_never_goes(struct ktest *t)
{
	struct page *page = find_reserved();

	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	get_page(page);
	get_page(page);
	KTEST_EXPECT_EQ(t, page_count(page), 3);
	put_page(page);
	put_page(page);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	ktest_expect_report(t, "bad-free");
	put_page(page);
	expect_report_says(t, "bad-free reserved pfn=");
	ktest_expect_report(t, "bad-ref");
	page_ref_inc(page);
	expect_report_says(t, "bad-ref reserved pfn=");
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	KTEST_EXPECT_EQ(t, page_state(page), PAGE_RESERVED);
}

static void a_count_never_wraps(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_page(GFP_KERNEL);
	const int most = (int)PAGE_REF_MAX;

	KTEST_ASSERT_NOT_NULL(t, page);
	page_ref_add(page, most - 2);
	KTEST_EXPECT_EQ(t, page_count(page), most - 1);
	get_page(page);
	KTEST_EXPECT_EQ(t, page_count(page), most);
	ktest_expect_report(t, "bad-ref");
	page_ref_inc(page);
	expect_report_says(t, " count=2147418112 by=1");
	ktest_expect_report(t, "bad-ref");
	page_ref_add(page, INT_MAX);
	KTEST_EXPECT_EQ(t, page_count(page), most);
	get_page(page); /* the room for CPUs that looked at once */
	KTEST_EXPECT_EQ(t, page_count(page), most + 1);
	ktest_expect_report(t, "bad-ref");
	get_page(page);
	KTEST_EXPECT_EQ(t, page_count(page), most + 1);
	page_ref_sub(page, most);
	ktest_expect_report(t, "bad-ref");
	page_ref_sub(page, 2);
	expect_report_says(t, " count=1 by=-2");
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	put_page(page);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

/* --- from interrupts ---------------------------------------------------- */

static struct {
	struct page *page;
	bool gets; /* or puts */
} shared;

static irqreturn_t get_or_put(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	if (shared.gets)
		get_page(shared.page + PAGES - 1);
	else
		put_page(shared.page + 1);
	return IRQ_HANDLED;
}

static void an_interrupt(bool gets)
{
	shared.gets = gets;
	irq_dispatch(LINE);
}

static void interrupts_take_and_drop_references(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	unsigned int i;

	KTEST_ASSERT_EQ(t, request_irq(LINE, get_or_put, 0, "test", &shared),
			0);
	for (i = 0; i < 50; i++) {
		shared.page = take_compound(ORDER);
		if (!KTEST_EXPECT_NOT_NULL(t, shared.page))
			break;
		an_interrupt(true);
		get_page(shared.page);
		an_interrupt(true);
		KTEST_EXPECT_EQ(t, page_count(shared.page), 4);
		put_page(shared.page);
		an_interrupt(false);
		put_page(shared.page);
		KTEST_EXPECT_EQ(t, nr_free_pages(), before - PAGES);
		an_interrupt(false); /* frees it */
		KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	}
	free_irq(LINE, &shared);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

/* --- random run --------------------------------------------------------- */

#define SLOTS 24u
#define STEPS 20000u

/* The naive model: who has what, and how often. */
static struct slot {
	struct page *head; /* NULL: empty */
	unsigned int order;
	bool compound;
	int users;
} slots[SLOTS];

static void slot_take(struct ktest *t, struct slot *s)
{
	s->order = ktest_random(t) % 4;
	s->compound = ktest_random(t) & 1;
	s->head = s->compound ? take_compound(s->order) :
				alloc_pages(GFP_ATOMIC, s->order);
	s->users = 1;
	KTEST_EXPECT_NOT_NULL(t, s->head);
}

/* A page whose references are the block's. */
static struct page *slot_page(struct ktest *t, const struct slot *s)
{
	if (!s->compound)
		return s->head;
	return s->head + ktest_random(t) % (1u << s->order);
}

static void slot_drop(struct ktest *t, struct slot *s)
{
	bool plain_block = !s->compound && s->order > 0;

	if ((plain_block && s->users == 1) || ktest_random(t) % 8 == 0)
		__free_pages(s->head, s->order);
	else
		put_page(slot_page(t, s));
	if (--s->users == 0)
		s->head = NULL;
}

static void slot_step(struct ktest *t, struct slot *s)
{
	if (!s->head) {
		slot_take(t, s);
		return;
	}
	KTEST_EXPECT_EQ(t, page_count(slot_page(t, s)), s->users);
	if (ktest_random(t) % 5 < 2) {
		get_page(slot_page(t, s));
		s->users++;
	} else {
		slot_drop(t, s);
	}
}

static unsigned long slots_pages(void)
{
	unsigned long pages = 0;
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		pages += slots[i].head ? 1ul << slots[i].order : 0;
	return pages;
}

static void random_users_agree_with_a_naive_count(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	unsigned int i;

	memset(slots, 0, sizeof(slots));
	for (i = 0; i < STEPS && !t->failed; i++) {
		slot_step(t, &slots[ktest_random(t) % SLOTS]);
		KTEST_EXPECT_EQ(t, nr_free_pages(), before - slots_pages());
	}
	for (i = 0; i < SLOTS; i++) {
		while (slots[i].head)
			slot_drop(t, &slots[i]);
	}
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static const struct ktest_case page_ref_cases[] = {
	KTEST_CASE(a_page_lives_until_its_last_user_has_gone),
	KTEST_CASE(put_page_and_free_page_count_down_alike),
	KTEST_CASE(counts_change_by_number),
	KTEST_CASE(a_mark_makes_one_page_of_a_block),
	KTEST_CASE(nothing_else_is_compound),
	KTEST_CASE(a_reference_to_any_part_holds_the_whole),
	KTEST_CASE(any_page_of_a_large_kmalloc_can_be_held),
	KTEST_CASE(every_order_has_its_head_found_from_its_last_page),
	KTEST_CASE(a_block_that_is_not_compound_is_not_put_away),
	KTEST_CASE(a_tail_of_its_block_has_no_count),
	KTEST_CASE(a_page_nobody_has_is_not_taken),
	KTEST_CASE(the_pages_of_a_slab_are_its_own),
	KTEST_CASE(a_reserved_page_may_be_used_but_never_goes),
	KTEST_CASE(a_count_never_wraps),
	KTEST_CASE(interrupts_take_and_drop_references),
	KTEST_CASE(random_users_agree_with_a_naive_count),
};
KTEST_SUITE(page_ref, page_ref_cases);
