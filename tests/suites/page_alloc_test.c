/* SPDX-License-Identifier: MIT */
/*
 * page_alloc_test.c - the buddy on private zones, alloc_pages() on private
 * nodes, and the calls by address on the live machine
 */
#include <kernel/atomic.h>
#include <kernel/errno.h>
#include <kernel/preempt.h>
#include <mm/highmem.h>
#include "../../mm/internal.h"
#include "zone_fixture.h"

/* --- blocks ------------------------------------------------------------- */

static void split_returns_remainder_to_lower_orders(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 16);
	struct page *p = fixture_alloc(z, 1);

	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_EQ(t, z->nr_free_pages, 14); /* 16 = 2 + 2 + 4 + 8 */
	KTEST_EXPECT_EQ(t, zone_nr_blocks(z, 1), 1);
	KTEST_EXPECT_EQ(t, zone_nr_blocks(z, 2), 1);
	KTEST_EXPECT_EQ(t, zone_nr_blocks(z, 3), 1);
	KTEST_EXPECT_EQ(t, zone_free_orders(z), 0xe);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void block_handed_out_is_described_by_its_head(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 16);
	struct page *p = fixture_alloc(z, 2);

	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_EQ(t, page_state(p), PAGE_ALLOCATED);
	KTEST_EXPECT_EQ(t, page_order(p), 2);
	KTEST_EXPECT_EQ(t, page_owner(p), PAGE_OWNER_PAGES);
	KTEST_EXPECT_EQ(t, atomic_read(&p->_refcount), 1);
	KTEST_EXPECT_EQ(t, p->site, FIXTURE_SITE);
	KTEST_EXPECT_EQ(t, page_state(p + 1), PAGE_NONE);
	KTEST_EXPECT_EQ(t, page_state(p + 3), PAGE_NONE);
}

static void smallest_block_that_fits_is_taken(struct ktest *t)
{
	struct zone *z = fixture_zone(1, 16); /* blocks of 1, 2, 4, 8 frames */

	KTEST_EXPECT_PTR_EQ(t, fixture_alloc(z, 1), zone_pfn_to_page(z, 2));
	KTEST_EXPECT_PTR_EQ(t, fixture_alloc(z, 1), zone_pfn_to_page(z, 4));
	KTEST_EXPECT_PTR_EQ(t, fixture_alloc(z, 0), zone_pfn_to_page(z, 1));
	KTEST_EXPECT_PTR_EQ(t, fixture_alloc(z, 0), zone_pfn_to_page(z, 6));
	KTEST_EXPECT_EQ(t, zone_nr_blocks(z, 3), 1);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void frames_given_back_in_any_order_become_one_block(struct ktest *t)
{
	static const u8 shuffled[16] = { 3,  14, 0, 9, 7,  12, 1,  4,
					 15, 2,	 8, 5, 11, 6,  13, 10 };
	struct zone *z = fixture_zone(16, 32);
	unsigned int i;

	for (i = 0; i < 16; i++)
		KTEST_ASSERT_NOT_NULL(t, fixture_alloc(z, 0));
	KTEST_EXPECT_NULL(t, fixture_alloc(z, 0));
	KTEST_EXPECT_EQ(t, zone_free_orders(z), 0);
	for (i = 0; i < 16; i++) {
		struct page *p = zone_pfn_to_page(z, 16ul + shuffled[i]);

		KTEST_EXPECT_EQ(t, fixture_free(z, p, 0), 0);
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
	}
	KTEST_EXPECT_EQ(t, zone_free_orders(z), BIT(4));
	KTEST_EXPECT_EQ(t, zone_nr_blocks(z, 4), 1);
}

static void merging_ends_at_the_largest_order(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 2048);
	struct page *a = fixture_alloc(z, MAX_ORDER - 1);
	struct page *b = fixture_alloc(z, MAX_ORDER - 1);

	KTEST_ASSERT_NOT_NULL(t, a);
	KTEST_ASSERT_NOT_NULL(t, b);
	KTEST_EXPECT_NULL(t, fixture_alloc(z, 0));
	KTEST_EXPECT_EQ(t, fixture_free(z, a, MAX_ORDER - 1), 0);
	KTEST_EXPECT_EQ(t, fixture_free(z, b, MAX_ORDER - 1), 0);
	KTEST_EXPECT_EQ(t, zone_nr_blocks(z, MAX_ORDER - 1), 2);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

/* The neighbour's frame 8 is free and the buddy of our block, but not ours. */
static void merging_ends_at_the_zone_end(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 8);
	/* Too large for a stack, and the node is not in use. */
	struct zone *above = &fixture_node.zones[ZONE_DMA];
	const struct zone_desc desc = { .name = "Above",
					.map = fixture_map,
					.start_pfn = 8,
					.end_pfn = 16 };
	struct page *p;

	zone_init(above, &desc);
	zone_add_free(above, 8, 16);
	p = fixture_alloc(z, 3);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_EQ(t, fixture_free(z, p, 3), 0);
	p = fixture_alloc(above, 3);
	KTEST_EXPECT_PTR_EQ(t, p, &fixture_map[8]);
	KTEST_EXPECT_EQ(t, fixture_free(above, p, 3), 0);
	KTEST_EXPECT_EQ(t, zone_nr_blocks(z, 3), 1);
	KTEST_EXPECT_EQ(t, zone_nr_blocks(above, 3), 1);
	KTEST_EXPECT_EQ(t, zone_check(z) + zone_check(above), 0);
}

static void no_free_block_reaches_past_an_odd_zone_end(struct ktest *t)
{
	pfn_t end;

	for (end = 15; end <= 17; end++) {
		struct zone *z = fixture_zone(0, end);
		unsigned long taken = 0;
		struct page *p;

		KTEST_EXPECT_EQ(t, z->nr_free_pages, end);
		while ((p = fixture_alloc(z, 0)) != NULL) {
			KTEST_EXPECT_TRUE(t, zone_page_to_pfn(z, p) < end);
			taken++;
		}
		KTEST_EXPECT_EQ(t, taken, end);
		while (taken--)
			KTEST_EXPECT_EQ(
				t, fixture_free(z, &fixture_map[taken], 0), 0);
		KTEST_EXPECT_EQ(t, zone_free_orders(z),
				end == 15 ? 0xf :
				end == 16 ? 0x10 :
					    0x11);
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
	}
}

static void every_order_works_and_the_next_is_refused(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 1024);
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		struct page *p = fixture_alloc(z, order);

		KTEST_ASSERT_NOT_NULL(t, p);
		KTEST_EXPECT_TRUE(
			t, IS_ALIGNED(zone_page_to_pfn(z, p), 1ul << order));
		KTEST_EXPECT_EQ(t, fixture_free(z, p, order), 0);
	}
	KTEST_EXPECT_NULL(t, fixture_alloc(z, MAX_ORDER));
	KTEST_EXPECT_NULL(t, fixture_alloc(z, 32));
	KTEST_EXPECT_NULL(t, fixture_alloc(z, UINT_MAX));
	KTEST_EXPECT_EQ(t, zone_free_orders(z), BIT(MAX_ORDER - 1));
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

/* --- hand-over ---------------------------------------------------------- */

static void hand_over_uses_the_largest_aligned_blocks(struct ktest *t)
{
	struct zone *z = fixture_zone(3, 1061);
	unsigned int order;

	/* 3: 1, 4: 4, 8: 8, ... 512: 512, then 1024: 32, 1056: 4, 1060: 1 */
	static const u8 want[MAX_ORDER] = { 2, 0, 2, 1, 1, 2, 1, 1, 1, 1, 0 };

	for (order = 0; order < MAX_ORDER; order++)
		KTEST_EXPECT_EQ(t, zone_nr_blocks(z, order), want[order]);
	KTEST_EXPECT_EQ(t, z->nr_free_pages, 1058);
	KTEST_EXPECT_EQ(t, z->managed_pages, 1058);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void pieces_handed_over_one_by_one_merge(struct ktest *t)
{
	struct zone *z = fixture_zone_empty(0, 64);

	zone_add_free(z, 32, 64);
	zone_add_free(z, 0, 5);
	zone_add_free(z, 5, 32);
	zone_add_free(z, 7, 7); /* nothing */
	KTEST_EXPECT_EQ(t, zone_free_orders(z), BIT(6));
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void reserved_frames_are_kept_until_given(struct ktest *t)
{
	struct zone *z = fixture_zone_empty(0, 32);

	zone_add_reserved(z, 0, 9);
	zone_add_free(z, 9, 24); /* 24 .. 31 stay a hole */
	KTEST_EXPECT_EQ(t, z->present_pages, 24);
	KTEST_EXPECT_EQ(t, z->managed_pages, 15);
	KTEST_EXPECT_NULL(t, fixture_alloc(z, 4));
	KTEST_EXPECT_EQ(t, zone_check(z), 0);

	zone_add_free(z, 0, 9);
	KTEST_EXPECT_EQ(t, z->present_pages, 24);
	KTEST_EXPECT_EQ(t, z->managed_pages, 24);
	KTEST_EXPECT_EQ(t, zone_free_orders(z), BIT(4) | BIT(3));
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void events_are_counted(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 16);
	struct page *p = fixture_alloc(z, 1);

	KTEST_EXPECT_EQ(t, fixture_free(z, p, 1), 0);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_ALLOC), 1);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_ALLOC_PAGES), 2);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_SPLIT), 3);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_FREE), 1);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_FREE_PAGES), 2);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_MERGE), 3);
}

/* --- nodes -------------------------------------------------------------- */

/* DMA [0, 64), Normal [64, 128), High [128, 192), each all free. */
static void node_build(void)
{
	static const char *const names[NR_ZONES] = { "DMA", "Normal",
						     "HighMem" };
	unsigned int i;

	memset(fixture_map, 0, sizeof(fixture_map));
	memset(&fixture_node, 0, sizeof(fixture_node));
	for (i = 0; i < NR_ZONES; i++) {
		const struct zone_desc desc = { .name = names[i],
						.type = (enum zone_type)i,
						.map = fixture_map,
						.start_pfn = 64ul * i,
						.end_pfn = 64ul * (i + 1) };

		zone_init(&fixture_node.zones[i], &desc);
		zone_add_free(&fixture_node.zones[i], desc.start_pfn,
			      desc.end_pfn);
	}
	mm_node_init_zonelists(&fixture_node);
}

/* A request whose failure is noted and printed. */
static struct page *node_take_loud(gfp_t gfp, unsigned int order)
{
	return node_alloc_pages(&fixture_node, gfp, order, FIXTURE_SITE);
}

static struct page *node_take(gfp_t gfp, unsigned int order)
{
	return node_alloc_pages(&fixture_node, gfp | __GFP_NOWARN, order,
				FIXTURE_SITE);
}

static unsigned long node_free_pages(void)
{
	return fixture_node.zones[ZONE_DMA].nr_free_pages +
	       fixture_node.zones[ZONE_NORMAL].nr_free_pages +
	       fixture_node.zones[ZONE_HIGHMEM].nr_free_pages;
}

static int node_check(void)
{
	return zone_check(&fixture_node.zones[ZONE_DMA]) +
	       zone_check(&fixture_node.zones[ZONE_NORMAL]) +
	       zone_check(&fixture_node.zones[ZONE_HIGHMEM]);
}

/* Take whole zones until nothing is left; the order of zones must be @want. */
static void expect_zones(struct ktest *t, gfp_t gfp, const char *want)
{
	static const char letter[NR_ZONES] = { 'D', 'N', 'H' };
	struct page *p;

	node_build();
	for (; *want; want++) {
		p = node_take(gfp, 6);
		KTEST_ASSERT_NOT_NULL(t, p);
		KTEST_EXPECT_EQ(t, letter[(p - fixture_map) / 64], *want);
	}
	KTEST_EXPECT_NULL(t, node_take(gfp, 6));
	KTEST_EXPECT_NULL(t, node_take(gfp, 0));
	KTEST_EXPECT_EQ(t, node_check(), 0);
}

static void dma_requests_use_the_dma_zone_alone(struct ktest *t)
{
	expect_zones(t, GFP_KERNEL | __GFP_DMA, "D");
	KTEST_EXPECT_EQ(t, fixture_node.zones[ZONE_NORMAL].nr_free_pages, 64);
	KTEST_EXPECT_EQ(t, fixture_node.zones[ZONE_HIGHMEM].nr_free_pages, 64);
}

static void plain_requests_use_normal_then_dma(struct ktest *t)
{
	expect_zones(t, GFP_KERNEL, "ND");
	KTEST_EXPECT_EQ(t, fixture_node.zones[ZONE_HIGHMEM].nr_free_pages, 64);
	KTEST_EXPECT_EQ(t,
			zone_stat_sum(&fixture_node.zones[ZONE_DMA],
				      ZONE_STAT_FALLBACK),
			1);
	KTEST_EXPECT_EQ(
		t,
		zone_stat_sum(&fixture_node.zones[ZONE_NORMAL], ZONE_STAT_FAIL),
		2);
}

static void highmem_requests_use_high_normal_dma(struct ktest *t)
{
	expect_zones(t, GFP_HIGHUSER, "HND");
	KTEST_EXPECT_EQ(t, node_free_pages(), 0);
}

static void an_empty_zone_is_no_part_of_a_zone_list(struct ktest *t)
{
	node_build();
	fixture_node.zones[ZONE_NORMAL].end_pfn =
		fixture_node.zones[ZONE_NORMAL].start_pfn;
	mm_node_init_zonelists(&fixture_node);
	KTEST_EXPECT_PTR_EQ(t, fixture_node.zonelists[0].zones[0],
			    &fixture_node.zones[ZONE_DMA]);
	KTEST_EXPECT_PTR_EQ(t, fixture_node.zonelists[__GFP_HIGHMEM].zones[1],
			    &fixture_node.zones[ZONE_DMA]);
	KTEST_EXPECT_NULL(t, fixture_node.zonelists[__GFP_ZONE_MASK].zones[0]);
}

static void contradictory_requests_are_refused(struct ktest *t)
{
	static const struct {
		gfp_t gfp;
		unsigned int order;
		const char *why;
	} bad[] = {
		{ GFP_KERNEL, MAX_ORDER, "order too large" },
		{ GFP_KERNEL, 32, "order too large" },
		{ GFP_KERNEL, UINT_MAX, "order too large" },
		{ GFP_KERNEL | 0x800000, 0, "unknown gfp bits" },
		{ GFP_KERNEL | 0x80000000, 0, "unknown gfp bits" },
		{ GFP_KERNEL | __GFP_DMA | __GFP_HIGHMEM, 0,
		  "both __GFP_DMA and __GFP_HIGHMEM" },
		{ GFP_KERNEL | __GFP_ATOMIC, 0,
		  "both __GFP_ATOMIC and __GFP_DIRECT_RECLAIM" },
		{ GFP_KERNEL | __GFP_NOFAIL, 2, "__GFP_NOFAIL above order 1" },
		{ GFP_ATOMIC | __GFP_NOFAIL, 0,
		  "__GFP_NOFAIL without __GFP_DIRECT_RECLAIM" },
		{ GFP_KERNEL | __GFP_NOFAIL | __GFP_NORETRY, 0,
		  "both __GFP_NOFAIL and __GFP_NORETRY" },
	};
	unsigned int i;

	node_build();
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		KTEST_EXPECT_NULL(t, node_take_loud(bad[i].gfp, bad[i].order));
		KTEST_EXPECT_EQ(t, fixture_node.last_failure.cause,
				ALLOC_REFUSED);
		KTEST_EXPECT_STREQ(t, fixture_node.last_failure.refusal,
				   bad[i].why);
		KTEST_EXPECT_EQ(t, fixture_node.last_failure.count, i + 1);
	}
	KTEST_EXPECT_EQ(t, node_free_pages(), 192);
	KTEST_EXPECT_EQ(t, node_check(), 0);
	KTEST_EXPECT_NOT_NULL(t, node_take(GFP_KERNEL | __GFP_NOFAIL, 1));
}

static void sleeping_request_in_atomic_context_is_reported(struct ktest *t)
{
	struct page *p;

	if (!system_running) {
		ktest_skip(t, "reports of this kind begin when boot is over");
		return;
	}
	node_build();
	ktest_expect_report(t, "sleep-in-atomic");
	preempt_disable();
	p = node_take(GFP_KERNEL, 0);
	preempt_enable();
	KTEST_EXPECT_NOT_NULL(t, p); /* reported, then served */
	preempt_disable();
	KTEST_EXPECT_NOT_NULL(t, node_take(GFP_ATOMIC, 0));
	preempt_enable();
}

/* An operation with three requests that gives everything back on failure. */
static int operation(struct page *got[3])
{
	static const u8 orders[3] = { 0, 3, 5 };
	unsigned int i;

	for (i = 0; i < 3; i++) {
		got[i] = node_take_loud(GFP_KERNEL, orders[i]);
		if (!got[i])
			goto out_give_back;
	}
	return 0;

out_give_back:
	while (i--)
		fixture_free(&fixture_node.zones[ZONE_NORMAL], got[i],
			     orders[i]);
	return -ENOMEM;
}

static void an_operation_survives_failure_of_each_request(struct ktest *t)
{
	struct page *got[3];
	unsigned int n;

	node_build();
	for (n = 1; n <= 3; n++) {
		fault_fail_nth(&fixture_node.fault, n);
		KTEST_EXPECT_EQ(t, operation(got), -ENOMEM);
		KTEST_EXPECT_EQ(t, atomic_read(&fixture_node.fault.failures),
				1);
		KTEST_EXPECT_EQ(t, fixture_node.last_failure.cause,
				ALLOC_INJECTED);
		KTEST_EXPECT_EQ(t, node_free_pages(), 192);
		KTEST_EXPECT_EQ(t, node_check(), 0);
	}
	fault_fail_nth(&fixture_node.fault, 4);
	KTEST_EXPECT_EQ(t, operation(got), 0);
	KTEST_EXPECT_EQ(t, node_free_pages(), 192 - 1 - 8 - 32);
	KTEST_EXPECT_EQ(t, node_check(), 0);
}

/* --- the live machine --------------------------------------------------- */

static void fill(struct page *page, unsigned int order, int byte)
{
	unsigned long i;

	for (i = 0; i < 1ul << order; i++) {
		void *va = kmap_local_page(page + i);

		memset(va, byte, PAGE_SIZE);
		kunmap_local(va);
	}
}

static bool is_zero(struct page *page, unsigned int order)
{
	unsigned long i;
	bool zero = true;

	for (i = 0; i < 1ul << order; i++) {
		void *va = kmap_local_page(page + i);

		zero = zero && !memchr_inv(va, 0, PAGE_SIZE);
		kunmap_local(va);
	}
	return zero;
}

static void zeroed_blocks_are_zero_in_every_zone(struct ktest *t)
{
	static const gfp_t zone_bits[] = { 0, __GFP_DMA, __GFP_HIGHMEM };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(zone_bits); i++) {
		gfp_t gfp = GFP_KERNEL | zone_bits[i];
		struct page *p = alloc_pages(gfp, 2);

		KTEST_ASSERT_NOT_NULL(t, p);
		fill(p, 2, 0x5a);
		__free_pages(p, 2);
		/* The newest block of an order is handed out first. */
		p = alloc_pages(gfp | __GFP_ZERO, 2);
		KTEST_ASSERT_NOT_NULL(t, p);
		KTEST_EXPECT_TRUE(t, is_zero(p, 2));
		__free_pages(p, 2);
	}
}

static void addresses_and_pages_name_the_same_block(struct ktest *t)
{
	unsigned long free = nr_free_pages();
	unsigned long addr = __get_free_pages(GFP_KERNEL, 3);
	unsigned long zeroed = get_zeroed_page(GFP_KERNEL);

	KTEST_ASSERT_TRUE(t, addr != 0 && zeroed != 0);
	KTEST_EXPECT_TRUE(
		t, IS_ALIGNED(virt_to_phys((void *)addr), PAGE_SIZE << 3));
	KTEST_EXPECT_EQ(t, page_order(virt_to_page((void *)addr)), 3);
	KTEST_EXPECT_NULL(t, memchr_inv((void *)zeroed, 0, PAGE_SIZE));
	KTEST_EXPECT_EQ(t, nr_free_pages(), free - 9);
	free_pages(addr, 3);
	free_page(zeroed);
	free_pages(0, 5); /* no address: nothing to free */
	KTEST_EXPECT_EQ(t, nr_free_pages(), free);
}

static void an_address_cannot_come_from_highmem(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, __get_free_pages(GFP_HIGHUSER, 0), 0);
	KTEST_EXPECT_EQ(t, mm_last_failure.cause, ALLOC_REFUSED);
}

static void wrong_addresses_are_refused_before_any_record(struct ktest *t)
{
	unsigned long free = nr_free_pages();
	unsigned long addr = __get_free_page(GFP_KERNEL);

	KTEST_ASSERT_TRUE(t, addr != 0);
	ktest_expect_report(t, "bad-free");
	free_pages(addr + 8, 0);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "misaligned"));
	ktest_expect_report(t, "bad-free");
	free_pages((unsigned long)high_memory, 0);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "no-page"));
	ktest_expect_report(t, "bad-free");
	free_pages(PAGE_SIZE, 0);
	free_page(addr);
	KTEST_EXPECT_EQ(t, nr_free_pages(), free);
}

static void the_last_of_several_users_frees_a_block(struct ktest *t)
{
	unsigned long free = nr_free_pages();
	struct page *p = alloc_pages(GFP_KERNEL, 1);

	KTEST_ASSERT_NOT_NULL(t, p);
	atomic_inc(&p->_refcount);
	__free_pages(p, 1);
	KTEST_EXPECT_EQ(t, page_state(p), PAGE_ALLOCATED);
	KTEST_EXPECT_EQ(t, nr_free_pages(), free - 2);
	__free_pages(p, 1);
	KTEST_EXPECT_EQ(t, nr_free_pages(), free);
	ktest_expect_report(t, "double-free");
	__free_pages(p, 1);
	KTEST_EXPECT_EQ(t, nr_free_pages(), free);
}

static void page_sizes_round_up_to_orders(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, get_order(0), 0);
	KTEST_EXPECT_EQ(t, get_order(1), 0);
	KTEST_EXPECT_EQ(t, get_order(PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, get_order(PAGE_SIZE + 1), 1);
	KTEST_EXPECT_EQ(t, get_order(MIB(4) - 1), 10);
	KTEST_EXPECT_EQ(t, get_order(MIB(4)), 10);
	KTEST_EXPECT_EQ(t, get_order(MIB(4) + 1), 11);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(split_returns_remainder_to_lower_orders),
	KTEST_CASE(block_handed_out_is_described_by_its_head),
	KTEST_CASE(smallest_block_that_fits_is_taken),
	KTEST_CASE(frames_given_back_in_any_order_become_one_block),
	KTEST_CASE(merging_ends_at_the_largest_order),
	KTEST_CASE(merging_ends_at_the_zone_end),
	KTEST_CASE(no_free_block_reaches_past_an_odd_zone_end),
	KTEST_CASE(every_order_works_and_the_next_is_refused),
	KTEST_CASE(hand_over_uses_the_largest_aligned_blocks),
	KTEST_CASE(pieces_handed_over_one_by_one_merge),
	KTEST_CASE(reserved_frames_are_kept_until_given),
	KTEST_CASE(events_are_counted),
	KTEST_CASE(dma_requests_use_the_dma_zone_alone),
	KTEST_CASE(plain_requests_use_normal_then_dma),
	KTEST_CASE(highmem_requests_use_high_normal_dma),
	KTEST_CASE(an_empty_zone_is_no_part_of_a_zone_list),
	KTEST_CASE(contradictory_requests_are_refused),
	KTEST_CASE(sleeping_request_in_atomic_context_is_reported),
	KTEST_CASE(an_operation_survives_failure_of_each_request),
	KTEST_CASE(zeroed_blocks_are_zero_in_every_zone),
	KTEST_CASE(addresses_and_pages_name_the_same_block),
	KTEST_CASE(an_address_cannot_come_from_highmem),
	KTEST_CASE(wrong_addresses_are_refused_before_any_record),
	KTEST_CASE(the_last_of_several_users_frees_a_block),
	KTEST_CASE(page_sizes_round_up_to_orders),
};
KTEST_SUITE(page_alloc, cases);
