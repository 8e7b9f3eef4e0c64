/* SPDX-License-Identifier: MIT */
/*
 * zone_mark_test.c - marks and reserves from zone sizes
 *
 * The figures are Linux's: those of min_free_kbytes stand in the comment above
 * its init_per_zone_wmark_min(), the others were worked out by hand.
 */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/zone_mark.h>
#include "../../mm/internal.h"
#include "zone_fixture.h"

/* Zones of so many frames; nothing else of them is asked. */
static void node_of(unsigned long dma, unsigned long normal, unsigned long high)
{
	const unsigned long managed[NR_ZONES] = { dma, normal, high };
	unsigned int i;

	memset(&fixture_node, 0, sizeof(fixture_node));
	for (i = 0; i < NR_ZONES; i++) {
		fixture_node.zones[i].type = (enum zone_type)i;
		fixture_node.zones[i].managed_pages = managed[i];
	}
}

static void node_set_default(void)
{
	struct mm_tuning tuning;

	mm_tuning_default(&tuning, &fixture_node);
	mm_node_set_marks(&fixture_node, &tuning);
}

static void min_free_kbytes_are_linux_s(struct ktest *t)
{
	static const struct {
		unsigned long lowmem_mib, kbytes;
	} want[] = {
		{ 16, 512 },	{ 32, 724 },	{ 64, 1024 },  { 128, 1448 },
		{ 256, 2048 },	{ 512, 2896 },	{ 896, 3831 }, { 1024, 4096 },
		{ 2048, 5792 }, { 4096, 8192 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(want); i++)
		KTEST_EXPECT_EQ(t,
				min_free_kbytes_for(want[i].lowmem_mib << 10),
				want[i].kbytes);
}

/* 4 * sqrt(1024 KiB) = 128: from here down it stays. */
static void min_free_kbytes_have_a_lower_bound(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, min_free_kbytes_for(0), 128);
	KTEST_EXPECT_EQ(t, min_free_kbytes_for(1024), 128);
	KTEST_EXPECT_EQ(t, min_free_kbytes_for(1039), 128);
	KTEST_EXPECT_EQ(t, min_free_kbytes_for(1041), 129);
}

static void expect_marks(struct ktest *t, enum zone_type type,
			 unsigned long min, unsigned long low,
			 unsigned long high)
{
	const struct zone *z = &fixture_node.zones[type];

	KTEST_EXPECT_EQ(t, z->mark_pages[MARK_MIN], min);
	KTEST_EXPECT_EQ(t, z->mark_pages[MARK_LOW], low);
	KTEST_EXPECT_EQ(t, z->mark_pages[MARK_HIGH], high);
}

/* 1 GiB: 16 MiB, 880 MiB and 128 MiB. min_free_kbytes 3831 are 957 pages. */
static void marks_of_a_machine_of_1_gib(struct ktest *t)
{
	node_of(4096, 225280, 32768);
	node_set_default();
	/* 957 * 4096 / 229376 = 17; a quarter of it; 4096 / 1000 = 4. */
	expect_marks(t, ZONE_DMA, 17, 21, 25);
	/* 957 * 225280 / 229376 = 939; steps of 234, which is above 225. */
	expect_marks(t, ZONE_NORMAL, 939, 1173, 1407);
	/* 32768 / 1024 = 32; steps of 32768 / 1000. */
	expect_marks(t, ZONE_HIGHMEM, 32, 64, 96);
}

static void reserves_of_a_machine_of_1_gib(struct ktest *t)
{
	/* DMA keeps 1/256 of what is above it, Normal 1/32. */
	static const unsigned long want[NR_ZONES][NR_ZONES] = {
		{ 0, 225280 / 256, (225280 + 32768) / 256 },
		{ 0, 0, 32768 / 32 },
		{ 0, 0, 0 },
	};
	unsigned int i, j;

	node_of(4096, 225280, 32768);
	node_set_default();
	for (i = 0; i < NR_ZONES; i++) {
		for (j = 0; j < NR_ZONES; j++)
			KTEST_EXPECT_EQ(
				t,
				fixture_node.zones[i].lowmem_reserve_pages[j],
				want[i][j]);
	}
}

static void a_high_zone_keeps_32_to_128_pages(struct ktest *t)
{
	node_of(4096, 225280, 4096);
	node_set_default();
	KTEST_EXPECT_EQ(
		t, fixture_node.zones[ZONE_HIGHMEM].mark_pages[MARK_MIN], 32);
	node_of(4096, 225280, 131072 - 1024);
	node_set_default();
	KTEST_EXPECT_EQ(
		t, fixture_node.zones[ZONE_HIGHMEM].mark_pages[MARK_MIN], 127);
	node_of(4096, 225280, 1ul << 24);
	node_set_default();
	KTEST_EXPECT_EQ(
		t, fixture_node.zones[ZONE_HIGHMEM].mark_pages[MARK_MIN], 128);
}

/* The scale factor is in ten-thousandths; what is above 1000 counts as that. */
static void the_scale_factor_spreads_the_marks(struct ktest *t)
{
	struct mm_tuning tuning;

	node_of(0, 100000, 0);
	mm_tuning_default(&tuning, &fixture_node);
	tuning.min_free_kbytes = 4000;
	tuning.watermark_scale_factor = 100;
	mm_node_set_marks(&fixture_node, &tuning);
	expect_marks(t, ZONE_NORMAL, 1000, 2000, 3000);
	tuning.watermark_scale_factor = 1000;
	mm_node_set_marks(&fixture_node, &tuning);
	expect_marks(t, ZONE_NORMAL, 1000, 11000, 21000);
	tuning.watermark_scale_factor = 3000;
	mm_node_set_marks(&fixture_node, &tuning);
	expect_marks(t, ZONE_NORMAL, 1000, 11000, 21000);
	/* A quarter of min is more than a thousandth of the zone. */
	tuning.watermark_scale_factor = 10;
	mm_node_set_marks(&fixture_node, &tuning);
	expect_marks(t, ZONE_NORMAL, 1000, 1250, 1500);
}

static void ratio_0_reserves_nothing(struct ktest *t)
{
	struct mm_tuning tuning;

	node_of(4096, 225280, 32768);
	mm_tuning_default(&tuning, &fixture_node);
	tuning.lowmem_reserve_ratio[ZONE_DMA] = 0;
	tuning.lowmem_reserve_ratio[ZONE_NORMAL] = 1;
	mm_node_set_marks(&fixture_node, &tuning);
	KTEST_EXPECT_EQ(
		t,
		fixture_node.zones[ZONE_DMA].lowmem_reserve_pages[ZONE_HIGHMEM],
		0);
	KTEST_EXPECT_EQ(t,
			fixture_node.zones[ZONE_NORMAL]
				.lowmem_reserve_pages[ZONE_HIGHMEM],
			32768);
}

/* I9, and half of each zone stays usable. */
static void expect_sound(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		const struct zone *z = &fixture_node.zones[i];

		KTEST_EXPECT_LE(t, z->mark_pages[MARK_MIN],
				z->mark_pages[MARK_LOW]);
		KTEST_EXPECT_LE(t, z->mark_pages[MARK_LOW],
				z->mark_pages[MARK_HIGH]);
		KTEST_EXPECT_LE(t, z->mark_pages[MARK_HIGH],
				z->managed_pages / 2);
	}
}

/* From no frame up, with what would be kept back on a large machine. */
static void a_small_zone_keeps_back_no_more_than_half(struct ktest *t)
{
	struct mm_tuning tuning = { .min_free_kbytes = 262144,
				    .watermark_scale_factor = 1000 };
	unsigned long pages;

	for (pages = 0; pages <= 5000 && !t->failed; pages++) {
		node_of(pages, pages / 3, pages / 2);
		mm_node_set_marks(&fixture_node, &tuning);
		expect_sound(t);
		node_set_default();
		expect_sound(t);
	}
}

static u32 draw_bits(struct ktest *t, unsigned int most)
{
	return ktest_random(t) >> (32 - ktest_random(t) % (most + 1)) % 32;
}

static void marks_are_ordered_for_any_tuning(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < 5000 && !t->failed; i++) {
		struct mm_tuning tuning = {
			.min_free_kbytes = draw_bits(t, 31),
			.watermark_scale_factor = draw_bits(t, 31),
			.lowmem_reserve_ratio = { draw_bits(t, 12),
						  draw_bits(t, 12),
						  draw_bits(t, 12) },
		};

		node_of(draw_bits(t, 12), draw_bits(t, 18), draw_bits(t, 24));
		mm_node_set_marks(&fixture_node, &tuning);
		expect_sound(t);
	}
}

/* The live machine's, as boot has set them. */
static void the_live_zones_have_the_marks_of_their_tuning(struct ktest *t)
{
	const struct zone *live;
	unsigned int i, j;

	node_of(mm_node.zones[ZONE_DMA].managed_pages,
		mm_node.zones[ZONE_NORMAL].managed_pages,
		mm_node.zones[ZONE_HIGHMEM].managed_pages);
	mm_node_set_marks(&fixture_node, &mm_tuning);
	KTEST_EXPECT_GE(t, mm_tuning.min_free_kbytes, 128);
	for (i = 0; i < NR_ZONES; i++) {
		live = &mm_node.zones[i];
		for (j = 0; j < NR_ZONE_MARKS; j++)
			KTEST_EXPECT_EQ(t, live->mark_pages[j],
					fixture_node.zones[i].mark_pages[j]);
		for (j = 0; j < NR_ZONES; j++)
			KTEST_EXPECT_EQ(
				t, live->lowmem_reserve_pages[j],
				fixture_node.zones[i].lowmem_reserve_pages[j]);
	}
}

static const struct ktest_case cases[] = {
	KTEST_CASE(min_free_kbytes_are_linux_s),
	KTEST_CASE(min_free_kbytes_have_a_lower_bound),
	KTEST_CASE(marks_of_a_machine_of_1_gib),
	KTEST_CASE(reserves_of_a_machine_of_1_gib),
	KTEST_CASE(a_high_zone_keeps_32_to_128_pages),
	KTEST_CASE(the_scale_factor_spreads_the_marks),
	KTEST_CASE(ratio_0_reserves_nothing),
	KTEST_CASE(a_small_zone_keeps_back_no_more_than_half),
	KTEST_CASE(marks_are_ordered_for_any_tuning),
	KTEST_CASE(the_live_zones_have_the_marks_of_their_tuning),
};
KTEST_SUITE(zone_mark, cases);
