/* SPDX-License-Identifier: MIT */
/*
 * page_pcp_test.c - the CPUs' lists on private zones and nodes, many pages at
 * once on the live machine
 */
#include <kernel/atomic.h>
#include <kernel/errno.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <mm/check.h>
#include <mm/page_pcp.h>
#include <mm/show.h>
#include "naive_zone.h"
#include "live_fixture.h"
#include "zone_fixture.h"

/* Marks of most cases: 16, 4, 2 and 1 blocks; batches 8, 2, 1 and 1. */
#define HIGH 16u
#define BATCH 8u

static struct zone *pcp_zone(pfn_t end)
{
	struct zone *z = fixture_zone(0, end);

	page_pcp_set_high(z, HIGH);
	return z;
}

static struct page *take(struct zone *z, unsigned int order)
{
	const struct page_want want = { .order = order, .site = FIXTURE_SITE };

	return page_pcp_alloc(z, &want);
}

static int give(struct zone *z, struct page *page, unsigned int order)
{
	if (page_pcp_free(z, page, order, FIXTURE_SITE))
		return 0;
	return fixture_free(z, page, order);
}

/* --- marks and batches -------------------------------------------------- */

static void the_mark_follows_the_size_of_the_zone(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, page_pcp_high_for(0), 0);
	KTEST_EXPECT_EQ(t, page_pcp_high_for(8191), 0);
	KTEST_EXPECT_EQ(t, page_pcp_high_for(8192), 32);
	KTEST_EXPECT_EQ(t, page_pcp_high_for(8448), 33);
	KTEST_EXPECT_EQ(t, page_pcp_high_for(262143), 1023);
	KTEST_EXPECT_EQ(t, page_pcp_high_for(262144), 1024);
	KTEST_EXPECT_EQ(t, page_pcp_high_for(1ul << 24), 1024);
}

static void a_zone_has_no_lists_unless_asked(struct ktest *t)
{
	struct zone *z = fixture_zone(0, 64);
	struct page *p = take(z, 0);

	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_EQ(t, z->nr_free_pages, 63);
	KTEST_EXPECT_FALSE(t, page_pcp_free(z, p, 0, FIXTURE_SITE));
	KTEST_EXPECT_EQ(t, fixture_free(z, p, 0), 0);
	KTEST_EXPECT_EQ(t, page_pcp_pages(z), 0);
	KTEST_EXPECT_EQ(t, page_pcp_drain_zone(z), 0);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void an_empty_list_is_refilled_by_a_batch(struct ktest *t)
{
	struct zone *z = pcp_zone(64);
	unsigned int i;

	for (i = 1; i <= BATCH + 1; i++) {
		struct page *p = take(z, 0);

		KTEST_ASSERT_NOT_NULL(t, p);
		KTEST_EXPECT_EQ(t, page_state(p), PAGE_ALLOCATED);
		KTEST_EXPECT_EQ(t, atomic_read(&p->_refcount), 1);
		KTEST_EXPECT_EQ(t, p->site, FIXTURE_SITE);
		KTEST_EXPECT_EQ(t, page_pcp_pages(z), (2 * BATCH - i) % BATCH);
		KTEST_EXPECT_EQ(t, zone_free_pages(z), 64 - i);
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
	}
}

static void a_full_list_gives_a_batch_back(struct ktest *t)
{
	struct zone *z = pcp_zone(64);
	struct page *p[HIGH + 1];
	unsigned int i;

	for (i = 0; i <= HIGH; i++) {
		p[i] = take(z, 0);
		KTEST_ASSERT_NOT_NULL(t, p[i]);
	}
	page_pcp_drain_zone(z);
	for (i = 0; i <= HIGH; i++) {
		KTEST_EXPECT_EQ(t, give(z, p[i], 0), 0);
		KTEST_EXPECT_EQ(t, page_pcp_pages(z),
				i < HIGH ? i + 1 : HIGH - BATCH + 1);
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
	}
	KTEST_EXPECT_EQ(t, zone_free_pages(z), 64);
}

static void each_small_order_has_its_list_and_no_larger_one(struct ktest *t)
{
	static const unsigned long kept[] = { 1, 2, 4, 8, 0 };
	unsigned int order;

	for (order = 0; order < ARRAY_SIZE(kept); order++) {
		struct zone *z = pcp_zone(64);
		struct page *p = take(z, order);

		KTEST_ASSERT_NOT_NULL(t, p);
		KTEST_EXPECT_EQ(t, page_order(p), order);
		page_pcp_drain_zone(z);
		KTEST_EXPECT_EQ(t, give(z, p, order), 0);
		KTEST_EXPECT_EQ(t, page_pcp_pages(z), kept[order]);
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
	}
}

static void a_large_zone_spares_a_few_larger_blocks(struct ktest *t)
{
	/* An eighth of 1024 frames each, one block at a time. */
	static const struct page_pcp_mark marks[] = { { 8, 2 },
						      { 4, 1 },
						      { 2, 1 } };
	struct zone *z = fixture_zone(0, 1024);
	unsigned int order;

	page_pcp_set_high(z, PCP_MAX_HIGH);
	for (order = PCP_FEW_ORDER; order <= PCP_ORDERS; order++) {
		unsigned long kept = order < PCP_ORDERS ? 1ul << order : 0;
		struct page *p = take(z, order);

		KTEST_ASSERT_NOT_NULL(t, p);
		page_pcp_drain_zone(z);
		KTEST_EXPECT_EQ(t, give(z, p, order), 0);
		KTEST_EXPECT_EQ(t, page_pcp_pages(z), kept);
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
		if (!kept)
			break;
		KTEST_EXPECT_EQ(t, z->pcp_mark[order].high,
				marks[order - PCP_FEW_ORDER].high);
		KTEST_EXPECT_EQ(t, z->pcp_mark[order].batch,
				marks[order - PCP_FEW_ORDER].batch);
	}
}

static void refills_take_the_frames_of_single_requests(struct ktest *t)
{
	/* Blocks of 1, 2, 4, 8 and 32 frames: the small ones go first. */
	struct zone *z = fixture_zone(1, 16);
	unsigned long sum = 0;
	unsigned int i;

	zone_init(z, &(struct zone_desc){ .name = "Test",
					  .map = fixture_map,
					  .start_pfn = 1,
					  .end_pfn = 64 });
	memset(fixture_map, 0, sizeof(fixture_map));
	zone_add_free(z, 1, 16);
	zone_add_free(z, 32, 64);
	page_pcp_set_high(z, HIGH);
	for (i = 0; i < BATCH; i++)
		sum += (unsigned long)(take(z, 0) - fixture_map);
	KTEST_EXPECT_EQ(t, sum, 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8);
	KTEST_EXPECT_EQ(t, zone_nr_blocks(z, 5), 1);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void a_drain_leaves_nothing_and_merges_fully(struct ktest *t)
{
	struct zone *z = pcp_zone(1024);
	struct page *p[3 * HIGH];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(p); i++)
		p[i] = take(z, i % PCP_ORDERS);
	for (i = 0; i < ARRAY_SIZE(p); i++)
		KTEST_EXPECT_EQ(t, give(z, p[i], i % PCP_ORDERS), 0);
	KTEST_EXPECT_NE(t, page_pcp_pages(z), 0);
	page_pcp_drain_zone(z);
	KTEST_EXPECT_EQ(t, page_pcp_pages(z), 0);
	KTEST_EXPECT_EQ(t, z->nr_free_pages, 1024);
	KTEST_EXPECT_EQ(t, zone_nr_blocks(z, MAX_ORDER - 1), 1);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void events_count_what_passes_through_the_lists(struct ktest *t)
{
	struct zone *z = pcp_zone(64);
	struct page *a = take(z, 0), *b = take(z, 2), *c = take(z, 0);

	give(z, a, 0);
	give(z, b, 2);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_ALLOC), 3);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_ALLOC_PAGES), 6);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_FREE), 2);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_FREE_PAGES), 5);
	page_pcp_drain_zone(z);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_ALLOC), 3);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_FREE), 2);
	give(z, c, 0);
}

/* --- misuse ------------------------------------------------------------- */

static void a_block_on_a_list_is_freed_already(struct ktest *t)
{
	struct zone *z = pcp_zone(64);
	struct page *p = take(z, 2), *one = take(z, 0);

	KTEST_ASSERT_TRUE(t, p == &fixture_map[0]);
	ktest_expect_report(t, "wrong-order");
	KTEST_EXPECT_EQ(t, give(z, p, 1), -EINVAL);
	fixture_expect_line(t, "wrong-order pfn=0x0 is=2 given=1");
	KTEST_EXPECT_EQ(t, give(z, p, 2), 0);
	ktest_expect_report(t, "double-free");
	KTEST_EXPECT_EQ(t, give(z, p, 2), -EINVAL);
	fixture_expect_line(t, "double-free page pfn=0x0 order=2");
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), " free="));
	ktest_expect_report(t, "double-free");
	KTEST_EXPECT_EQ(t, give(z, p + 3, 0), -EINVAL);
	fixture_expect_line(
		t,
		"double-free page pfn=0x3 inside free block pfn=0x0 order=2");
	/* One that a refill brought, never handed out since. */
	ktest_expect_report(t, "double-free");
	KTEST_EXPECT_EQ(t, give(z, one + 1, 0), -EINVAL);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void a_block_with_two_users_is_not_put_on_a_list(struct ktest *t)
{
	struct zone *z = pcp_zone(64);
	struct page *p = take(z, 0);

	KTEST_ASSERT_NOT_NULL(t, p);
	atomic_inc(&p->_refcount);
	KTEST_EXPECT_FALSE(t, page_pcp_free(z, p, 0, FIXTURE_SITE));
	atomic_dec(&p->_refcount);
	KTEST_EXPECT_TRUE(t, page_pcp_free(z, p, 0, FIXTURE_SITE));
}

static void a_refused_free_leaves_a_full_list_as_it_is(struct ktest *t)
{
	struct zone *z = pcp_zone(64);
	struct page *p[HIGH + 1];
	unsigned int i;

	for (i = 0; i <= HIGH; i++)
		p[i] = take(z, 0);
	page_pcp_drain_zone(z);
	for (i = 0; i < HIGH; i++)
		give(z, p[i], 0);
	KTEST_EXPECT_EQ(t, page_pcp_pages(z), HIGH);
	ktest_expect_report(t, "double-free");
	KTEST_EXPECT_EQ(t, give(z, p[0], 0), -EINVAL);
	KTEST_EXPECT_EQ(t, page_pcp_pages(z), HIGH);
	atomic_inc(&p[HIGH]->_refcount);
	KTEST_EXPECT_FALSE(t, page_pcp_free(z, p[HIGH], 0, FIXTURE_SITE));
	KTEST_EXPECT_EQ(t, page_pcp_pages(z), HIGH);
}

/* --- short of memory ---------------------------------------------------- */

static void what_only_a_drain_can_serve_is_served(struct ktest *t)
{
	static const struct page_want order_4 = { .order = 4,
						  .site = FIXTURE_SITE };
	struct zone *z = pcp_zone(HIGH);
	struct page *p[HIGH];
	unsigned int i;

	for (i = 0; i < HIGH; i++)
		p[i] = take(z, 0);
	KTEST_EXPECT_NULL(t, take(z, 0));
	for (i = 0; i < HIGH; i++)
		give(z, p[i], 0);
	KTEST_EXPECT_EQ(t, z->nr_free_pages, 0);
	KTEST_EXPECT_EQ(t, page_pcp_pages(z), HIGH);
	KTEST_EXPECT_NULL(t, page_pcp_take(z, &order_4));
	KTEST_EXPECT_NOT_NULL(t, take(z, 4));
	KTEST_EXPECT_EQ(t, page_pcp_pages(z), 0);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

/* DMA [0, 64), Normal [64, 128), without High; Normal has lists. */
static void node_build(void)
{
	unsigned int i;

	memset(fixture_map, 0, sizeof(fixture_map));
	memset(&fixture_node, 0, sizeof(fixture_node));
	for (i = 0; i < NR_ZONES; i++) {
		const struct zone_desc desc = { .name = i ? "Normal" : "DMA",
						.type = (enum zone_type)i,
						.map = fixture_map,
						.start_pfn = 64ul * min(i, 2u),
						.end_pfn =
							64ul * min(i + 1, 2u) };

		zone_init(&fixture_node.zones[i], &desc);
		zone_add_free(&fixture_node.zones[i], desc.start_pfn,
			      desc.end_pfn);
	}
	page_pcp_set_high(&fixture_node.zones[ZONE_NORMAL], 64);
	mm_node_init_zonelists(&fixture_node);
}

static void a_zone_is_drained_before_it_is_left(struct ktest *t)
{
	struct zone *z = &fixture_node.zones[ZONE_NORMAL];
	struct page *p[64];
	unsigned int i;

	node_build();
	for (i = 0; i < 64; i++)
		p[i] = node_alloc_pages(&fixture_node, GFP_ATOMIC, 0,
					FIXTURE_SITE);
	for (i = 0; i < 64; i++)
		KTEST_ASSERT_TRUE(t, page_pcp_free(z, p[i], 0, FIXTURE_SITE));
	KTEST_EXPECT_EQ(t, z->nr_free_pages, 0);
	p[0] = node_alloc_pages(&fixture_node, GFP_ATOMIC, 3, FIXTURE_SITE);
	KTEST_EXPECT_GE(t, zone_page_to_pfn(z, p[0]), 64);
	KTEST_EXPECT_EQ(t, fixture_node.zones[ZONE_DMA].nr_free_pages, 64);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void planned_failures_pass_by_the_lists(struct ktest *t)
{
	const gfp_t gfp = GFP_ATOMIC | __GFP_NOWARN;

	node_build();
	KTEST_EXPECT_NOT_NULL(
		t, node_alloc_pages(&fixture_node, gfp, 0, FIXTURE_SITE));
	KTEST_EXPECT_NE(t, page_pcp_pages(&fixture_node.zones[ZONE_NORMAL]), 0);
	fault_fail_nth(&fixture_node.fault, 2);
	KTEST_EXPECT_NOT_NULL(
		t, node_alloc_pages(&fixture_node, gfp, 0, FIXTURE_SITE));
	KTEST_EXPECT_NULL(
		t, node_alloc_pages(&fixture_node, gfp, 0, FIXTURE_SITE));
	KTEST_EXPECT_NOT_NULL(
		t, node_alloc_pages(&fixture_node, gfp, 0, FIXTURE_SITE));
	KTEST_EXPECT_EQ(t, atomic_read(&fixture_node.fault.requests), 3);
	fault_reset(&fixture_node.fault);
	KTEST_EXPECT_NOT_NULL(
		t, node_alloc_pages(&fixture_node, gfp, 0, FIXTURE_SITE));
	KTEST_EXPECT_EQ(t, atomic_read(&fixture_node.fault.requests), 0);
}

/* --- against the reference ---------------------------------------------- */

static struct naive_frame naive_frames[FIXTURE_FRAMES];
static struct naive_zone naive;

static u32 draw(struct ktest *t, u32 n)
{
	return (u32)(((u64)ktest_random(t) * n) >> 32);
}

static void draw_alloc(struct ktest *t, struct zone *z)
{
	unsigned int order = min(draw(t, 6), draw(t, MAX_ORDER));
	struct page *p = take(z, order);

	if (!p) {
		KTEST_EXPECT_FALSE(t, naive_can_alloc(&naive, order));
		return;
	}
	KTEST_EXPECT_TRUE(t, naive_take(&naive, zone_page_to_pfn(z, p), order));
}

static void draw_free(struct ktest *t, struct zone *z)
{
	pfn_t pfn = z->start_pfn + draw(t, (u32)(z->end_pfn - z->start_pfn));
	unsigned int order = draw(t, 8) ? naive_at(&naive, pfn)->order :
					  draw(t, MAX_ORDER + 1);
	enum naive_verdict verdict = naive_judge(&naive, pfn, order);

	if (verdict == NAIVE_OK) {
		KTEST_EXPECT_EQ(t, give(z, zone_pfn_to_page(z, pfn), order), 0);
		naive_give(&naive, pfn);
	} else if (!draw(t, 16)) {
		ktest_expect_report(t, naive_verdict_class(verdict));
		KTEST_EXPECT_EQ(t, give(z, zone_pfn_to_page(z, pfn), order),
				-EINVAL);
		KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
						naive_verdict_text(verdict)));
	}
}

static void compare(struct ktest *t, struct zone *z)
{
	unsigned long nr_blocks[MAX_ORDER];
	unsigned int order;

	KTEST_EXPECT_EQ(t, zone_check(z), 0);
	KTEST_EXPECT_EQ(t, zone_free_pages(z), naive.nr_free);
	if (draw(t, 2))
		return;
	page_pcp_drain_zone(z);
	KTEST_EXPECT_EQ(t, z->nr_free_pages, naive.nr_free);
	naive_count_blocks(&naive, nr_blocks);
	for (order = 0; order < MAX_ORDER; order++)
		KTEST_EXPECT_EQ(t, zone_nr_blocks(z, order), nr_blocks[order]);
}

static void random_operations_agree_with_the_reference(struct ktest *t)
{
	unsigned int round, i;

	for (round = 0; round < 10 && !t->failed; round++) {
		pfn_t start = draw(t, 40);
		pfn_t end = start + 1 + draw(t, FIXTURE_FRAMES - 41);
		struct zone *z = fixture_zone(start, end);

		page_pcp_set_high(z, draw(t, 200));
		naive_init(&naive, naive_frames, start, end);
		naive_mark(&naive, start, end, NAIVE_FREE);
		for (i = 1; i <= 1500 && !t->failed; i++) {
			if (draw(t, 2))
				draw_alloc(t, z);
			else
				draw_free(t, z);
			if (i % 100 == 0)
				compare(t, z);
		}
	}
}

/* --- the check ---------------------------------------------------------- */

enum damage {
	DAMAGE_NONE,
	DAMAGE_ROOM,
	DAMAGE_STATE,
	DAMAGE_LINK,
	DAMAGE_LOOP,
	DAMAGE_LOST,
	NR_DAMAGES,
};

static void damage_do(struct zone *z, unsigned int cpu, enum damage damage)
{
	struct page_pcp_list *list = &z->pcp[cpu].list[0][0];
	struct page *first = list->first;

	switch (damage) {
	case DAMAGE_ROOM: list->room--; break;
	case DAMAGE_STATE: first->flags = PAGE_ALLOCATED; break;
	case DAMAGE_LINK: first->lru.next = (struct list_head *)8; break;
	case DAMAGE_LOOP: first->lru.next = (struct list_head *)first; break;
	case DAMAGE_LOST:
		list->first = (struct page *)first->lru.next;
		list->room++;
		break;
	default: break;
	}
}

static void check_sees_each_damage_of_a_list(struct ktest *t)
{
	unsigned int cpu = raw_smp_processor_id(), damage;

	for (damage = DAMAGE_NONE; damage < NR_DAMAGES; damage++) {
		struct zone *z = pcp_zone(64);
		int level = console_get_loglevel();
		int found;

		KTEST_ASSERT_NOT_NULL(t, take(z, 0));
		damage_do(z, cpu, (enum damage)damage);
		console_set_loglevel(0); /* its lines are no news here */
		found = zone_check(z);
		console_set_loglevel(level);
		if ((found != 0) != (damage != DAMAGE_NONE))
			KTEST_FAIL(t, "damage %u: %d violations", damage,
				   found);
	}
}

/* --- the live machine --------------------------------------------------- */

static void pages_on_lists_are_free_pages(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *p = alloc_page(GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - 1);
	__free_page(p);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, mm_usage(MM_USAGE_PCP), page_pcp_all_pages());
	drain_all_pages(NULL);
	KTEST_EXPECT_EQ(t, mm_usage(MM_USAGE_PCP), 0);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

/* --- many at once ------------------------------------------------------- */

#define MANY 150u

static struct page *many[MANY];

static void empty_slots_are_filled_and_full_ones_kept(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *own = alloc_page(GFP_KERNEL);
	unsigned int i, j;

	KTEST_ASSERT_NOT_NULL(t, own);
	memset(many, 0, sizeof(many));
	many[1] = own;
	KTEST_EXPECT_EQ(t, alloc_pages_bulk_array(GFP_KERNEL, 0, many), 0);
	KTEST_EXPECT_EQ(t, alloc_pages_bulk_array(GFP_KERNEL, 2, many), 2);
	KTEST_EXPECT_NULL(t, many[2]);
	KTEST_EXPECT_EQ(t, alloc_pages_bulk_array(GFP_KERNEL, MANY, many),
			MANY);
	KTEST_EXPECT_PTR_EQ(t, many[1], own);
	for (i = 0; i < MANY; i++) {
		KTEST_ASSERT_NOT_NULL(t, many[i]);
		KTEST_EXPECT_EQ(t, page_state(many[i]), PAGE_ALLOCATED);
		KTEST_EXPECT_EQ(t, page_order(many[i]), 0);
		KTEST_EXPECT_EQ(t, atomic_read(&many[i]->_refcount), 1);
		for (j = 0; j < i; j++)
			KTEST_EXPECT_TRUE(t, many[i] != many[j]);
	}
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - MANY);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
	free_pages_bulk(many, MANY);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void pages_in_any_order_can_be_freed_at_once(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	unsigned int i;

	memset(many, 0, sizeof(many));
	KTEST_ASSERT_EQ(t, alloc_pages_bulk_array(GFP_KERNEL, MANY, many),
			MANY);
	for (i = MANY - 1; i > 0; i--) {
		u32 other = draw(t, i + 1);
		struct page *p = many[i];

		many[i] = many[other];
		many[other] = p;
	}
	__free_page(many[7]);
	many[7] = NULL; /* skipped */
	free_pages_bulk(many, MANY);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void a_wrong_page_among_many_is_judged_alone(struct ktest *t)
{
	unsigned long before = nr_free_pages();

	memset(many, 0, sizeof(many));
	KTEST_ASSERT_EQ(t, alloc_pages_bulk_array(GFP_KERNEL, 12, many), 12);
	atomic_inc(&many[3]->_refcount);
	__free_page(many[8]);
	ktest_expect_report(t, "double-free");
	free_pages_bulk(many, 12);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - 1);
	KTEST_EXPECT_EQ(t, page_state(many[3]), PAGE_ALLOCATED);
	__free_page(many[3]);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void failure_of_any_page_leaves_the_others(struct ktest *t)
{
	struct fault_attr boot_plan;
	unsigned long before = nr_free_pages();
	unsigned int n;

	for (n = 1; n <= 20; n++) {
		unsigned long got, i;

		memset(many, 0, sizeof(many));
		fault_plan_save(&mm_node.fault, &boot_plan);
		fault_fail_nth(&mm_node.fault, n);
		got = alloc_pages_bulk_array(GFP_KERNEL | __GFP_NOWARN, 20,
					     many);
		fault_plan_restore(&mm_node.fault, &boot_plan);
		KTEST_EXPECT_EQ(t, got, n - 1);
		for (i = 0; i < 20; i++)
			KTEST_EXPECT_EQ(t, many[i] != NULL, i < got);
		free_pages_bulk(many, 20);
		KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	}
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static void many_zeroed_pages_are_zero(struct ktest *t)
{
	unsigned int i;

	memset(many, 0, sizeof(many));
	KTEST_ASSERT_EQ(t, alloc_pages_bulk_array(GFP_KERNEL, 4, many), 4);
	for (i = 0; i < 4; i++)
		memset(page_address(many[i]), 0x5a, PAGE_SIZE);
	free_pages_bulk(many, 4);
	memset(many, 0, sizeof(many));
	KTEST_ASSERT_EQ(
		t, alloc_pages_bulk_array(GFP_KERNEL | __GFP_ZERO, 4, many), 4);
	for (i = 0; i < 4; i++)
		KTEST_EXPECT_NULL(
			t, memchr_inv(page_address(many[i]), 0, PAGE_SIZE));
	free_pages_bulk(many, 4);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(the_mark_follows_the_size_of_the_zone),
	KTEST_CASE(a_zone_has_no_lists_unless_asked),
	KTEST_CASE(an_empty_list_is_refilled_by_a_batch),
	KTEST_CASE(a_full_list_gives_a_batch_back),
	KTEST_CASE(each_small_order_has_its_list_and_no_larger_one),
	KTEST_CASE(a_large_zone_spares_a_few_larger_blocks),
	KTEST_CASE(refills_take_the_frames_of_single_requests),
	KTEST_CASE(a_drain_leaves_nothing_and_merges_fully),
	KTEST_CASE(events_count_what_passes_through_the_lists),
	KTEST_CASE(a_block_on_a_list_is_freed_already),
	KTEST_CASE(a_block_with_two_users_is_not_put_on_a_list),
	KTEST_CASE(a_refused_free_leaves_a_full_list_as_it_is),
	KTEST_CASE(what_only_a_drain_can_serve_is_served),
	KTEST_CASE(a_zone_is_drained_before_it_is_left),
	KTEST_CASE(planned_failures_pass_by_the_lists),
	KTEST_CASE(random_operations_agree_with_the_reference),
	KTEST_CASE(check_sees_each_damage_of_a_list),
	KTEST_CASE(pages_on_lists_are_free_pages),
	KTEST_CASE(empty_slots_are_filled_and_full_ones_kept),
	KTEST_CASE(pages_in_any_order_can_be_freed_at_once),
	KTEST_CASE(a_wrong_page_among_many_is_judged_alone),
	KTEST_CASE(failure_of_any_page_leaves_the_others),
	KTEST_CASE(many_zeroed_pages_are_zero),
};
KTEST_SUITE_BOUND(page_pcp, cases);
