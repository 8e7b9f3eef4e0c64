/* SPDX-License-Identifier: MIT */
/*
 * page_mobility_test.c - pageblocks and their types, on private zones of three
 * to six pageblocks; the rules of mm/page_mobility.c one by one
 *
 * Records only, as in zone_fixture.h, but for a zone that is large enough to
 * have pageblocks.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include "room.h"
#include "stay_here.h"
#include "zone_fixture.h"

#define MOST_PAGEBLOCKS 6u
#define MOST_FRAMES (MOST_PAGEBLOCKS * PAGEBLOCK_PAGES)
#define SITE 0x1234ul

#define UNMOVABLE MIGRATE_UNMOVABLE
#define MOVABLE MIGRATE_MOVABLE
#define RECLAIMABLE MIGRATE_RECLAIMABLE

/* A page that somebody has. */
struct held {
	u16 frame;
	u8 type;
};

struct mobility_records {
	struct held held[MOST_FRAMES];
	struct page map[MOST_FRAMES];
};

static struct mobility_records *records(void)
{
	return SUITE_ROOM(struct mobility_records);
}

/* A zone of whole pageblocks, all free. */
static struct zone *zone_of(unsigned int nr, bool grouped)
{
	const struct zone_desc desc = { .name = "Test",
					.map = records()->map,
					.end_pfn = nr * PAGEBLOCK_PAGES };

	memset(records()->map, 0, sizeof(records()->map));
	zone_init(&fixture_the_zone, &desc);
	if (grouped)
		zone_group_by_mobility(&fixture_the_zone);
	zone_add_free(&fixture_the_zone, 0, desc.end_pfn);
	return &fixture_the_zone;
}

/* As a request of a mobility does, without marks. */
static struct page *take(struct zone *z, enum migratetype type,
			 unsigned int order)
{
	const struct page_want want = {
		.type = z->grouped ? type : MIGRATE_UNMOVABLE,
		.order = order,
		.site = SITE,
	};

	return page_pcp_take(z, &want);
}

static void give(struct ktest *t, struct zone *z, struct page *page,
		 unsigned int order)
{
	if (!page_pcp_free(z, page, order, SITE))
		KTEST_EXPECT_EQ(t, zone_free_block(z, page, order, SITE), 0);
}

/* Take all of one pageblock's worth in blocks of @order, for @type. */
static void take_pageblock(struct ktest *t, struct zone *z,
			   enum migratetype type, unsigned int order,
			   struct page **blocks)
{
	unsigned long i;

	for (i = 0; i < PAGEBLOCK_PAGES >> order; i++) {
		struct page *page = take(z, type, order);

		KTEST_EXPECT_NOT_NULL(t, page);
		if (blocks)
			blocks[i] = page;
	}
}

static unsigned long nr_blocks(const struct zone *z, enum migratetype type,
			       unsigned int order)
{
	return z->free[type].area[order].nr_blocks;
}

static unsigned long pageblock_of(const struct page *page)
{
	return (unsigned long)(page - records()->map) / PAGEBLOCK_PAGES;
}

static void expect_events(struct ktest *t, const struct zone *z,
			  unsigned long steals, unsigned long claims)
{
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_STEAL), steals);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_CLAIM), claims);
}

/* --- zones -------------------------------------------------------------- */

static void all_pageblocks_begin_as_movable(struct ktest *t)
{
	struct zone *z = zone_of(MOST_PAGEBLOCKS, true);
	struct page *page = take(z, MOVABLE, 0);
	pfn_t pfn;

	for (pfn = 0; pfn < z->end_pfn; pfn += PAGEBLOCK_PAGES)
		KTEST_EXPECT_EQ(t, zone_block_type(z, pfn), MOVABLE);
	KTEST_EXPECT_NOT_NULL(t, page);
	KTEST_EXPECT_EQ(t, nr_blocks(z, MOVABLE, MAX_ORDER - 1),
			MOST_PAGEBLOCKS - 1);
	expect_events(t, z, 0, 0);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void a_zone_of_two_pageblocks_ignores_mobility(struct ktest *t)
{
	unsigned int n;

	for (n = ZONE_MIN_GROUPED - 1; n <= ZONE_MIN_GROUPED + 1; n++) {
		struct zone *z = zone_of(n, true);
		bool grouped = n >= ZONE_MIN_GROUPED;

		KTEST_EXPECT_EQ(t, z->grouped, grouped);
		KTEST_EXPECT_NOT_NULL(t, take(z, RECLAIMABLE, 0));
		KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_CLAIM), grouped);
		KTEST_EXPECT_EQ(t, nr_blocks(z, UNMOVABLE, 0), !grouped);
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
	}
}

static void types_may_lie_outside_the_zone(struct ktest *t)
{
	static u8 types[1 + 5 + 1]; /* a guard on each side */
	/* 1000 .. 1023 are the first pageblock's, 4096 .. 4999 the fifth's. */
	const struct zone_desc desc = { .name = "Test",
					.map = records()->map,
					.map_base_pfn = 1000,
					.start_pfn = 1000,
					.end_pfn = 5000,
					.types = &types[1] };
	struct page *page;

	memset(records()->map, 0, sizeof(records()->map));
	memset(types, 0, sizeof(types));
	types[0] = types[6] = 0xee;
	zone_init(&fixture_the_zone, &desc);
	zone_group_by_mobility(&fixture_the_zone);
	zone_add_free(&fixture_the_zone, 1000, 5000);
	page = take(&fixture_the_zone, UNMOVABLE, MAX_ORDER - 1);
	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_EQ(
		t, types[1 + zone_page_to_pfn(&fixture_the_zone, page) / 1024],
		UNMOVABLE);
	KTEST_EXPECT_EQ(t, types[1] + types[2] + types[3] + types[4] + types[5],
			4 * MOVABLE);
	KTEST_EXPECT_EQ(t, types[0], 0xee);
	KTEST_EXPECT_EQ(t, types[6], 0xee);
	KTEST_EXPECT_EQ(t, zone_check(&fixture_the_zone), 0);
}

/* --- claims ------------------------------------------------------------- */

/* Three pageblocks, movable, of which @nr_free frames are left in the last. */
static struct zone *zone_with_free(struct ktest *t, unsigned long nr_free)
{
	struct zone *z = zone_of(3, true);
	unsigned long left = PAGEBLOCK_PAGES;

	KTEST_EXPECT_NOT_NULL(t, take(z, MOVABLE, MAX_ORDER - 1));
	KTEST_EXPECT_NOT_NULL(t, take(z, MOVABLE, MAX_ORDER - 1));
	while (left > nr_free) {
		unsigned int order = ilog2(left - nr_free);

		KTEST_EXPECT_NOT_NULL(t, take(z, MOVABLE, order));
		left -= 1ul << order;
	}
	return z;
}

static void unmovable_claims_a_pageblock_that_is_half_free(struct ktest *t)
{
	unsigned long n;

	for (n = 511; n <= 513; n++) {
		struct zone *z = zone_with_free(t, n);
		struct page *page = take(z, UNMOVABLE, 0);

		KTEST_ASSERT_NOT_NULL(t, page);
		expect_events(t, z, n < 512, n >= 512);
		KTEST_EXPECT_EQ(t,
				zone_block_type(z, zone_page_to_pfn(z, page)),
				n < 512 ? MOVABLE : UNMOVABLE);
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
	}
}

static void reclaimable_claims_like_unmovable(struct ktest *t)
{
	struct zone *z = zone_with_free(t, 512);

	KTEST_EXPECT_NOT_NULL(t, take(z, RECLAIMABLE, 0));
	expect_events(t, z, 0, 1);
	z = zone_with_free(t, 511);
	KTEST_EXPECT_NOT_NULL(t, take(z, RECLAIMABLE, 0));
	expect_events(t, z, 1, 0);
}

static void all_free_blocks_of_a_claimed_pageblock_change_hands(struct ktest *t)
{
	struct zone *z = zone_with_free(t, 900);
	u32 before = z->free[MOVABLE].orders;
	struct page *page = take(z, UNMOVABLE, 2);
	unsigned long i;

	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_EQ(t, before, 900); /* 512 + 256 + 128 + 4 */
	KTEST_EXPECT_EQ(t, z->free[MOVABLE].orders, 0);
	KTEST_EXPECT_EQ(t, z->free[UNMOVABLE].orders, 0x380);
	for (i = 0; i < 896; i++)
		KTEST_EXPECT_NOT_NULL(t, take(z, UNMOVABLE, 0));
	expect_events(t, z, 0, 1);
	KTEST_EXPECT_NULL(t, take(z, MOVABLE, 0));
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void the_largest_block_says_which_pageblock_is_claimed(struct ktest *t)
{
	struct zone *z = zone_of(3, true);
	struct page *half[2];
	struct page *page;

	/* A pageblock with half of it free, one that is full, and a whole. */
	half[0] = take(z, MOVABLE, MAX_ORDER - 2);
	half[1] = take(z, MOVABLE, MAX_ORDER - 2);
	KTEST_EXPECT_NOT_NULL(t, take(z, MOVABLE, MAX_ORDER - 1));
	KTEST_ASSERT_TRUE(t, half[0] && half[1]);
	give(t, z, half[0], MAX_ORDER - 2);
	page = take(z, UNMOVABLE, 0);
	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_NE(t, pageblock_of(page), pageblock_of(half[0]));
	KTEST_EXPECT_EQ(t, nr_blocks(z, MOVABLE, MAX_ORDER - 2), 1);
}

static void the_largest_block_of_all_other_types_is_looked_for(struct ktest *t)
{
	struct zone *z = zone_of(3, true);
	struct page *half = take(z, RECLAIMABLE, MAX_ORDER - 2);
	struct page *page;

	/* Half of a pageblock of the first choice, a whole one of the last. */
	KTEST_EXPECT_NOT_NULL(t, half);
	KTEST_EXPECT_NOT_NULL(t, take(z, MOVABLE, MAX_ORDER - 1));
	page = take(z, UNMOVABLE, 0);
	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_NE(t, pageblock_of(page), pageblock_of(half));
	KTEST_EXPECT_EQ(t, nr_blocks(z, RECLAIMABLE, MAX_ORDER - 2), 1);
	expect_events(t, z, 0, 2);
}

/* A pageblock of reclaimable pages, half of it free in blocks of @order, and
 * nothing else. */
static struct zone *zone_in_pieces(struct ktest *t, unsigned int order)
{
	static struct page *blocks[PAGEBLOCK_PAGES];
	struct zone *z = zone_of(3, true);
	unsigned long i;

	KTEST_EXPECT_NOT_NULL(t, take(z, MOVABLE, MAX_ORDER - 1));
	KTEST_EXPECT_NOT_NULL(t, take(z, MOVABLE, MAX_ORDER - 1));
	take_pageblock(t, z, RECLAIMABLE, order, blocks);
	expect_events(t, z, 0, 1);
	for (i = 0; i < PAGEBLOCK_PAGES >> order; i += 2)
		give(t, z, blocks[i], order);
	return z;
}

static void movable_claims_only_where_a_block_is_large(struct ktest *t)
{
	unsigned int order;

	for (order = 4; order <= 6; order++) {
		struct zone *z = zone_in_pieces(t, order);

		KTEST_EXPECT_NOT_NULL(t, take(z, MOVABLE, 0));
		expect_events(t, z, order < 5, order < 5 ? 1 : 2);
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
		/* The size of a block is nothing to an unmovable request. */
		z = zone_in_pieces(t, order);
		KTEST_EXPECT_NOT_NULL(t, take(z, UNMOVABLE, 0));
		expect_events(t, z, 0, 2);
	}
}

/* --- steals ------------------------------------------------------------- */

static void the_smallest_block_that_fits_is_stolen(struct ktest *t)
{
	struct zone *z = zone_with_free(t, 256 + 32 + 8 + 1);
	struct page *page = take(z, UNMOVABLE, 1);

	KTEST_ASSERT_NOT_NULL(t, page);
	expect_events(t, z, 1, 0);
	/* 8 = 2 + 2 + 4: what is left of it stays movable. */
	KTEST_EXPECT_EQ(t, z->free[MOVABLE].orders, 0x127);
	KTEST_EXPECT_EQ(t, z->free[UNMOVABLE].orders, 0);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void a_freed_page_goes_to_the_type_of_its_pageblock(struct ktest *t)
{
	struct zone *z = zone_with_free(t, 32);
	struct page *page = take(z, UNMOVABLE, 0);

	KTEST_ASSERT_NOT_NULL(t, page);
	expect_events(t, z, 1, 0);
	give(t, z, page, 0);
	KTEST_EXPECT_EQ(t, z->free[MOVABLE].orders, BIT(5));
	KTEST_EXPECT_EQ(t, z->free[UNMOVABLE].orders, 0);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

/* A pageblock of each type, full but for one block of 8 pages each. */
static struct zone *zone_of_each_type(struct ktest *t,
				      struct page *freed[MIGRATE_TYPES])
{
	struct zone *z = zone_of(3, true);
	static struct page *blocks[PAGEBLOCK_PAGES / 8];
	unsigned int type;

	for (type = 0; type < MIGRATE_TYPES; type++) {
		take_pageblock(t, z, (enum migratetype)type, 3, blocks);
		freed[type] = blocks[17];
	}
	for (type = 0; type < MIGRATE_TYPES; type++)
		give(t, z, freed[type], 3);
	return z;
}

static void other_types_are_tried_in_linux_order(struct ktest *t)
{
	static const u8 want[MIGRATE_TYPES][MIGRATE_TYPES] = {
		[UNMOVABLE] = { UNMOVABLE, RECLAIMABLE, MOVABLE },
		[MOVABLE] = { MOVABLE, RECLAIMABLE, UNMOVABLE },
		[RECLAIMABLE] = { RECLAIMABLE, UNMOVABLE, MOVABLE },
	};
	struct page *freed[MIGRATE_TYPES];
	unsigned int type, i;

	for (type = 0; type < MIGRATE_TYPES; type++) {
		struct zone *z = zone_of_each_type(t, freed);
		unsigned long claims = zone_stat_sum(z, ZONE_STAT_CLAIM);

		for (i = 0; i < MIGRATE_TYPES; i++)
			KTEST_EXPECT_PTR_EQ(t,
					    take(z, (enum migratetype)type, 3),
					    freed[want[type][i]]);
		KTEST_EXPECT_NULL(t, take(z, (enum migratetype)type, 0));
		expect_events(t, z, 2, claims);
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
	}
}

static void a_smaller_block_comes_before_the_better_type(struct ktest *t)
{
	struct page *freed[MIGRATE_TYPES];
	struct zone *z = zone_of_each_type(t, freed);

	KTEST_EXPECT_PTR_EQ(t, take(z, UNMOVABLE, 3), freed[UNMOVABLE]);
	/* Now the reclaimable block has 16 pages, the movable one 8. */
	give(t, z, freed[RECLAIMABLE] - 8, 3);
	KTEST_EXPECT_EQ(t, nr_blocks(z, RECLAIMABLE, 4), 1);
	KTEST_EXPECT_PTR_EQ(t, take(z, UNMOVABLE, 3), freed[MOVABLE]);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void an_ungrouped_zone_neither_steals_nor_claims(struct ktest *t)
{
	struct zone *z = zone_of(3, false);
	unsigned int i;

	for (i = 0; i < 3 * PAGEBLOCK_PAGES; i++)
		KTEST_EXPECT_NOT_NULL(
			t, take(z, (enum migratetype)(i % MIGRATE_TYPES), 0));
	KTEST_EXPECT_NULL(t, take(z, MOVABLE, 0));
	expect_events(t, z, 0, 0);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

/* --- with the CPUs' lists ------------------------------------------------ */

static void a_refill_steals_one_block_at_most(struct ktest *t)
{
	struct zone *z = zone_with_free(t, 2 + 1);

	page_pcp_set_high(z, 16); /* a batch of 8 */
	KTEST_EXPECT_NOT_NULL(t, take(z, UNMOVABLE, 0));
	expect_events(t, z, 1, 0);
	KTEST_EXPECT_EQ(t, page_pcp_pages(z), 0);
	KTEST_EXPECT_EQ(t, z->nr_free_pages, 2);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void a_listed_page_merges_where_its_pageblock_is_now(struct ktest *t)
{
	struct zone *z = zone_with_free(t, 600);
	struct page_pcp_list *list = &z->pcp[stay_here(t)].list[MOVABLE][0];
	struct page *page;

	page_pcp_set_high(z, 16);
	page = take(z, MOVABLE, 0);
	KTEST_ASSERT_NOT_NULL(t, page);
	give(t, z, page, 0);
	KTEST_EXPECT_PTR_EQ(t, list->first, page);
	KTEST_EXPECT_NOT_NULL(t, take(z, UNMOVABLE, 4));
	expect_events(t, z, 0, 1);
	KTEST_EXPECT_NOT_NULL(t, list->first);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
	KTEST_EXPECT_NE(t, page_pcp_drain_zone(z), 0);
	go_anywhere(t);
	KTEST_EXPECT_EQ(t, z->free[MOVABLE].orders, 0);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

/* --- a mixed load --------------------------------------------------------- */

static u32 draw(struct ktest *t, u32 n)
{
	return (u32)(((u64)ktest_random(t) * n) >> 32);
}

/* Single pages of all types come and go, until @most are held. */
static unsigned int play_load(struct ktest *t, struct zone *z,
			      unsigned int most)
{
	struct held *held = records()->held;
	struct page *map = records()->map;
	unsigned int nr = 0, steps;

	for (steps = 0; steps < 3 * most && nr < most; steps++) {
		/* Of twenty: sixteen movable, three that stay for good, one
		 * that a shrinker would free. */
		u32 kind = draw(t, 20), at = draw(t, nr ? nr : 1);
		u8 type = kind < 16 ? MOVABLE :
			  kind < 19 ? UNMOVABLE :
				      RECLAIMABLE;
		struct page *page;

		if (nr && draw(t, 4) == 0) {
			give(t, z, &map[held[at].frame], 0);
			held[at] = held[--nr];
			continue;
		}
		page = take(z, (enum migratetype)type, 0);
		KTEST_EXPECT_NOT_NULL(t, page);
		if (page)
			held[nr++] = (struct held){ (u16)(page - map), type };
	}
	return nr;
}

/* The load, then everything movable goes. Return: pageblocks that cannot be
 * put together because of the pages that stay. */
static unsigned int count_spoiled(struct ktest *t, struct zone *z)
{
	struct held *held = records()->held;
	struct page *map = records()->map;
	bool spoiled[MOST_PAGEBLOCKS] = { false };
	unsigned int nr = play_load(t, z, MOST_FRAMES / 4 * 3), i, sum = 0;

	for (i = 0; i < nr; i++) {
		if (held[i].type == MOVABLE)
			give(t, z, &map[held[i].frame], 0);
		else
			spoiled[pageblock_of(&map[held[i].frame])] = true;
	}
	for (i = 0; i < MOST_PAGEBLOCKS; i++)
		sum += spoiled[i];
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
	KTEST_EXPECT_EQ(t, zone_nr_blocks(z, MAX_ORDER - 1),
			MOST_PAGEBLOCKS - sum);
	return sum;
}

static void pages_that_stay_spoil_few_pageblocks(struct ktest *t)
{
	u32 seed = t->seed;
	unsigned int mixed = count_spoiled(t, zone_of(MOST_PAGEBLOCKS, false));
	unsigned int grouped;

	t->seed = seed;
	grouped = count_spoiled(t, zone_of(MOST_PAGEBLOCKS, true));
	printk(KERN_INFO "mobility: spoiled_pageblocks grouped=%u mixed=%u"
			 " of=%u\n",
	       grouped, mixed, MOST_PAGEBLOCKS);
	KTEST_EXPECT_TRUE(t, grouped < mixed);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(all_pageblocks_begin_as_movable),
	KTEST_CASE(a_zone_of_two_pageblocks_ignores_mobility),
	KTEST_CASE(types_may_lie_outside_the_zone),
	KTEST_CASE(unmovable_claims_a_pageblock_that_is_half_free),
	KTEST_CASE(reclaimable_claims_like_unmovable),
	KTEST_CASE(all_free_blocks_of_a_claimed_pageblock_change_hands),
	KTEST_CASE(the_largest_block_says_which_pageblock_is_claimed),
	KTEST_CASE(the_largest_block_of_all_other_types_is_looked_for),
	KTEST_CASE(movable_claims_only_where_a_block_is_large),
	KTEST_CASE(the_smallest_block_that_fits_is_stolen),
	KTEST_CASE(a_freed_page_goes_to_the_type_of_its_pageblock),
	KTEST_CASE(other_types_are_tried_in_linux_order),
	KTEST_CASE(a_smaller_block_comes_before_the_better_type),
	KTEST_CASE(an_ungrouped_zone_neither_steals_nor_claims),
	KTEST_CASE(a_refill_steals_one_block_at_most),
	KTEST_CASE(a_listed_page_merges_where_its_pageblock_is_now),
	KTEST_CASE(pages_that_stay_spoil_few_pageblocks),
};
KTEST_SUITE(page_mobility, cases);
