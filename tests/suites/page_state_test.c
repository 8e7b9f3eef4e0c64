/* SPDX-License-Identifier: MIT */
/*
 * page_state_test.c - the state machine, the heads of frames, and the name of
 * every wrong free (planted bugs P26 to P35)
 */
#include <kernel/atomic.h>
#include <kernel/errno.h>
#include "../../mm/internal.h"
#include "zone_fixture.h"

static void only_the_documented_transitions_are_legal(struct ktest *t)
{
	/* Rows: from; columns: to NONE RESERVED FREE PCP ALLOCATED SLAB. */
	static const char legal[NR_PAGE_STATES][NR_PAGE_STATES + 1] = {
		[PAGE_NONE] = ".xx...",	     [PAGE_RESERVED] = "x.x...",
		[PAGE_FREE] = "x...x.",	     [PAGE_PCP] = "..x.x.",
		[PAGE_ALLOCATED] = "..xx.x", [PAGE_SLAB] = "....x.",
	};
	unsigned int from, to;

	for (from = 0; from <= PAGE_STATE_MASK; from++) {
		for (to = 0; to < NR_PAGE_STATES; to++) {
			bool want = from < NR_PAGE_STATES &&
				    legal[from][to] == 'x';

			if (page_may_become((enum page_state)from,
					    (enum page_state)to) != want)
				KTEST_FAIL(t, "state %u to %u", from, to);
		}
	}
}

static void changing_the_state_keeps_order_and_owner(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 8);
	struct page *p = fixture_alloc(z, 2);

	page_set_owner(p, PAGE_OWNER_SLAB);
	page_set_state(p, PAGE_SLAB);
	KTEST_EXPECT_EQ(t, page_state(p), PAGE_SLAB);
	KTEST_EXPECT_EQ(t, page_order(p), 2);
	KTEST_EXPECT_EQ(t, page_owner(p), PAGE_OWNER_SLAB);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
	page_set_state(p, PAGE_ALLOCATED);
	KTEST_EXPECT_EQ(t, fixture_free(z, p, 2), 0);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void head_of_a_frame_is_found_at_every_order(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 1024);
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		struct page *p = fixture_alloc(z, order);
		pfn_t pfn = zone_page_to_pfn(z, p);
		pfn_t last = pfn + (1ul << order) - 1;

		KTEST_EXPECT_PTR_EQ(t, page_head_of(z, pfn), p);
		KTEST_EXPECT_PTR_EQ(t, page_head_of(z, last), p);
		KTEST_EXPECT_PTR_EQ(t, page_head_of(z, (pfn + last) / 2), p);
		KTEST_EXPECT_EQ(t, fixture_free(z, p, order), 0);
	}
}

static void holes_and_frames_outside_have_no_head(struct ktest *t)
{
	struct zone *z = fixture_zone_empty(8, 32);

	zone_add_reserved(z, 8, 9);
	zone_add_free(z, 12, 16);
	KTEST_EXPECT_PTR_EQ(t, page_head_of(z, 8), &fixture_map[8]);
	KTEST_EXPECT_NULL(t, page_head_of(z, 9)); /* behind a reserved frame */
	KTEST_EXPECT_PTR_EQ(t, page_head_of(z, 15), &fixture_map[12]);
	KTEST_EXPECT_NULL(t, page_head_of(z, 16));
	KTEST_EXPECT_NULL(t, page_head_of(z, 7));
	KTEST_EXPECT_NULL(t, page_head_of(z, 32));
	KTEST_EXPECT_NULL(t, page_head_of(z, ULONG_MAX));
}

/* --- misuse: refused, named, and nothing changed ------------------------- */

static void expect_refused(struct ktest *t, struct zone *z, struct page *page,
			   unsigned int order, const char *class,
			   const char *line)
{
	unsigned long free = z->nr_free_pages;
	u32 orders = zone_free_orders(z);

	ktest_expect_report(t, class);
	KTEST_EXPECT_EQ(t, fixture_free(z, page, order), -EINVAL);
	fixture_expect_line(t, line);
	KTEST_EXPECT_EQ(t, z->nr_free_pages, free);
	KTEST_EXPECT_EQ(t, zone_free_orders(z), orders);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void p26_page_freed_twice(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 4);
	struct page *p = fixture_alloc(z, 0), *q = fixture_alloc(z, 0);

	KTEST_EXPECT_EQ(t, fixture_free(z, p, 0), 0);
	expect_refused(t, z, p, 0, "double-free",
		       "double-free page pfn=0x0 order=0");
	KTEST_EXPECT_EQ(t, fixture_free(z, q, 0), 0);
	/* All is merged into one block now, whose head it still is. */
	expect_refused(t, z, p, 0, "double-free",
		       "double-free page pfn=0x0 order=2");
}

static void p27_page_freed_twice_after_it_merged(struct ktest *t)
{
	struct zone *z = fixture_zone(16, 32);
	struct page *p = fixture_alloc(z, 0), *q = fixture_alloc(z, 0);

	KTEST_EXPECT_EQ(t, fixture_free(z, p, 0), 0);
	KTEST_EXPECT_EQ(t, fixture_free(z, q, 0), 0);
	expect_refused(t, z, q, 0, "double-free",
		       "double-free page pfn=0x11 inside free block pfn=0x10 "
		       "order=4");
}

static void p28_p29_wrong_order(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 16);
	struct page *p = fixture_alloc(z, 1), *q = fixture_alloc(z, 2);

	expect_refused(t, z, p, 2, "wrong-order",
		       "wrong-order pfn=0x0 is=1 given=2");
	expect_refused(t, z, q, 1, "wrong-order",
		       "wrong-order pfn=0x4 is=2 given=1");
	expect_refused(t, z, q, 11, "wrong-order",
		       "wrong-order pfn=0x4 is=2 given=11");
	expect_refused(t, z, q, 0x10000002, "wrong-order",
		       "wrong-order pfn=0x4 is=2 given=268435458");
	KTEST_EXPECT_EQ(t, fixture_free(z, p, 1), 0);
	KTEST_EXPECT_EQ(t, fixture_free(z, q, 2), 0);
}

static void p30_tail_page(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 16);
	struct page *p = fixture_alloc(z, 3);

	expect_refused(t, z, p + 5, 0, "bad-free",
		       "bad-free tail pfn=0x5 head=0x0");
	expect_refused(t, z, p + 4, 2, "bad-free",
		       "bad-free tail pfn=0x4 head=0x0");
	KTEST_EXPECT_EQ(t, fixture_free(z, p, 3), 0);
}

static void p31_misaligned_for_its_order(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 16);
	struct page *p = fixture_alloc(z, 3);

	expect_refused(t, z, p + 1, 3, "bad-free",
		       "bad-free misaligned pfn=0x1 order=3");
	expect_refused(t, z, p + 1, 40, "bad-free",
		       "bad-free misaligned pfn=0x1 order=40");
	KTEST_EXPECT_EQ(t, fixture_free(z, p, 3), 0);
}

static void p32_no_such_page(struct ktest *t)
{
	struct zone *z = fixture_zone_empty(8, 32);

	zone_add_free(z, 8, 16);
	expect_refused(t, z, &fixture_map[20], 0, "bad-free",
		       "bad-free no-page pfn=0x14"); /* a hole */
	expect_refused(t, z, &fixture_map[32], 0, "bad-free",
		       "bad-free no-page pfn=0x20"); /* one past the end */
	expect_refused(t, z, &fixture_map[7], 0, "bad-free",
		       "bad-free no-page pfn=0x7"); /* below the start */
}

/* A pointer that lies between two records is no page, whatever it hits. */
static void p32_pointer_into_a_record(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 16);
	struct page_misuse m;
	unsigned long flags = spin_lock_irqsave(&z->lock);

	page_misuse_find(z, (void *)&fixture_map[3].lru, 0, &m);
	spin_unlock_irqrestore(&z->lock, flags);
	KTEST_EXPECT_EQ(t, m.kind, MISUSE_NO_PAGE);
}

static void p33_reserved_page(struct ktest *t)
{
	struct zone *z = fixture_zone_empty(0, 16);

	zone_add_reserved(z, 0, 4);
	expect_refused(t, z, &fixture_map[3], 0, "bad-free",
		       "bad-free reserved pfn=0x3");
}

static const char *test_cache_name(const struct page *page)
{
	return page == &fixture_map[0] ? "test-cache" : NULL;
}

static void p35_slab_page(struct ktest *t)
{
	const char *(*before)(const struct page *page) = page_slab_cache_name;
	struct zone *z = fixture_zone(0, 16);
	struct page *p = fixture_alloc(z, 1);

	page_set_state(p, PAGE_SLAB);
	p->slab_inuse = 1;
	p->slab_first = 7; /* the reference count's place: must not be read */
	page_slab_cache_name = test_cache_name;
	expect_refused(t, z, p, 1, "bad-free",
		       "bad-free slab-page cache=test-cache pfn=0x0");
	expect_refused(t, z, p + 1, 0, "bad-free",
		       "bad-free slab-page cache=test-cache pfn=0x1");
	page_slab_cache_name = before;
	KTEST_EXPECT_EQ(t, p->slab_inuse, 1);
	KTEST_EXPECT_EQ(t, p->slab_first, 7);
}

static void block_still_in_use_elsewhere(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 16);
	struct page *p = fixture_alloc(z, 1);

	atomic_set(&p->_refcount, 3);
	expect_refused(t, z, p, 1, "bad-free",
		       "bad-free referenced pfn=0x0 count=3");
	atomic_set(&p->_refcount, 0); /* dropped by the last user */
	KTEST_EXPECT_EQ(t, fixture_free(z, p, 1), 0);
}

static void reports_name_who_allocated_and_who_freed(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 4);
	struct page *p = zone_alloc_block(z, 0, 0x111);
	struct page_misuse m;
	unsigned long flags;

	flags = spin_lock_irqsave(&z->lock);
	page_misuse_find(z, p, 1, &m);
	spin_unlock_irqrestore(&z->lock, flags);
	KTEST_EXPECT_EQ(t, m.alloc_site, 0x111);
	KTEST_EXPECT_EQ(t, m.free_site, 0);
	KTEST_EXPECT_EQ(t, zone_free_block(z, p, 0, 0x222), 0);
	flags = spin_lock_irqsave(&z->lock);
	page_misuse_find(z, p, 0, &m);
	spin_unlock_irqrestore(&z->lock, flags);
	KTEST_EXPECT_EQ(t, m.alloc_site, 0);
	KTEST_EXPECT_EQ(t, m.free_site, 0x222);

	/* The halves that a split leaves keep it: cut [0, 4), look at 2. */
	KTEST_EXPECT_PTR_EQ(t, zone_alloc_block(z, 0, 0x333), p);
	KTEST_EXPECT_EQ(t, fixture_map[2].site, 0x222);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(only_the_documented_transitions_are_legal),
	KTEST_CASE(changing_the_state_keeps_order_and_owner),
	KTEST_CASE(head_of_a_frame_is_found_at_every_order),
	KTEST_CASE(holes_and_frames_outside_have_no_head),
	KTEST_CASE(p26_page_freed_twice),
	KTEST_CASE(p27_page_freed_twice_after_it_merged),
	KTEST_CASE(p28_p29_wrong_order),
	KTEST_CASE(p30_tail_page),
	KTEST_CASE(p31_misaligned_for_its_order),
	KTEST_CASE(p32_no_such_page),
	KTEST_CASE(p32_pointer_into_a_record),
	KTEST_CASE(p33_reserved_page),
	KTEST_CASE(p35_slab_page),
	KTEST_CASE(block_still_in_use_elsewhere),
	KTEST_CASE(reports_name_who_allocated_and_who_freed),
};
KTEST_SUITE(page_state, cases);
