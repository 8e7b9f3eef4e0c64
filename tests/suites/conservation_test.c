/* SPDX-License-Identifier: MIT */
/*
 * conservation_test.c - the equation holds, and breaks when a page is lost
 */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/mm_init.h>
#include "private_machine.h"

#define U BOOT_MMAP_USABLE
#define R BOOT_MMAP_RESERVED

static const struct mm_limits toy_limits = { .dma_end = 64, .low_end = 256 };

static const struct boot_mmap_entry toy_map[] = {
	{ 0, 0x1f000, U }, /* 31 frames */
	{ 0x23000, 0x30000, U }, /* 48 */
	{ 0x60000, 0xa3000, U }, /* 163 */
	{ 1ull << 40, 0x7000, U }, /* 7, beyond 36 bits */
};
#define TOY_RAM (31 + 48 + 163 + 7)

/* The toy machine, with RAM from frame 250 on ignored. Frees it if skipped. */
static struct private_machine *toy_new(struct ktest *t)
{
	const struct bootmem_request req = {
		.size_bytes = 3 * PAGE_SIZE + 1,
		.align_bytes = PAGE_SIZE,
		.dir = BOOTMEM_BOTTOMUP,
		.owner = "early",
	};
	struct private_machine *pm = private_machine_new(
		t, toy_map, ARRAY_SIZE(toy_map), &toy_limits, 250);

	if (!pm)
		return NULL;
	KTEST_EXPECT_EQ(t, bootmem_reserve(&pm->bm, 0x24800, 0x25001, "k"), 0);
	KTEST_EXPECT_EQ(t, bootmem_alloc(&pm->bm, &req), 0x1000);
	if (private_machine_hand_over(t, pm))
		return pm;
	private_machine_free(pm);
	return NULL;
}

static void count(struct mm_conservation *c, const struct private_machine *pm)
{
	mm_conservation_count(c, &pm->map, &pm->bm, &pm->node, pm->limit_pfn);
}

static void every_page_is_counted_once_under_its_heading(struct ktest *t)
{
	struct private_machine *pm = toy_new(t);
	char line[MM_CONSERVATION_BYTES];
	struct mm_conservation c;

	if (!pm)
		return;
	count(&c, pm);
	KTEST_EXPECT_EQ(t, c.ram, TOY_RAM);
	KTEST_EXPECT_EQ(t, c.reserved, 1 + 2);
	KTEST_EXPECT_EQ(t, c.boot, 4);
	KTEST_EXPECT_EQ(t, c.ignored, 259 - 250 + 7);
	KTEST_EXPECT_EQ(t, c.buddy, TOY_RAM - 3 - 4 - 16);
	KTEST_EXPECT_TRUE(t, mm_conservation_holds(&c));
	mm_conservation_format(&c, line, sizeof(line));
	KTEST_EXPECT_STREQ(t, line,
			   "mm: conservation: ram=249 reserved=3 boot=4"
			   " buddy=226 ignored=16 ok");
	private_machine_free(pm);
}

static void each_term_alone_breaks_the_equation(struct ktest *t)
{
	struct mm_conservation c = { 10, 1, 2, 3, 4 };

	KTEST_EXPECT_TRUE(t, mm_conservation_holds(&c));
	c.ram++;
	KTEST_EXPECT_FALSE(t, mm_conservation_holds(&c));
	c.reserved++;
	KTEST_EXPECT_TRUE(t, mm_conservation_holds(&c));
	c.boot++;
	KTEST_EXPECT_FALSE(t, mm_conservation_holds(&c));
	c.ram++;
	c.buddy--;
	KTEST_EXPECT_FALSE(t, mm_conservation_holds(&c));
	c.ignored++;
	KTEST_EXPECT_TRUE(t, mm_conservation_holds(&c));
}

static void a_page_that_the_zones_did_not_get_is_noticed(struct ktest *t)
{
	struct private_machine *pm = toy_new(t);
	char line[MM_CONSERVATION_BYTES];
	struct mm_conservation c;

	if (!pm)
		return;
	pm->node.zones[ZONE_NORMAL].managed_pages--;
	count(&c, pm);
	KTEST_EXPECT_FALSE(t, mm_conservation_holds(&c));
	mm_conservation_format(&c, line, sizeof(line));
	KTEST_EXPECT_NOT_NULL(t, strstr(line, " BROKEN"));
	private_machine_free(pm);
}

static void a_run_that_bootmem_lost_is_noticed(struct ktest *t)
{
	struct private_machine *pm = private_machine_new(
		t, toy_map, ARRAY_SIZE(toy_map), &toy_limits, ~0ul);
	struct mm_conservation c;

	if (!pm)
		return;
	pm->bm.memory.nr--; /* as if it had not been added */
	if (private_machine_hand_over(t, pm)) {
		count(&c, pm);
		KTEST_EXPECT_FALSE(t, mm_conservation_holds(&c));
		KTEST_EXPECT_EQ(
			t, c.ram - c.reserved - c.boot - c.buddy - c.ignored,
			163);
	}
	private_machine_free(pm);
}

static void a_reservation_made_after_the_hand_over_is_noticed(struct ktest *t)
{
	struct private_machine *pm = toy_new(t);
	struct mm_conservation c;

	if (!pm)
		return;
	pm->bm.handed_over = false;
	KTEST_EXPECT_EQ(t, bootmem_reserve(&pm->bm, 0x60000, 0x61000, "k"), 0);
	count(&c, pm);
	KTEST_EXPECT_FALSE(t, mm_conservation_holds(&c));
	private_machine_free(pm);
}

static void the_live_machine_accounts_for_all_ram(struct ktest *t)
{
	struct mm_conservation c;

	KTEST_ASSERT_NOT_NULL(t, mm_firmware_map());
	mm_conservation_count(&c, mm_firmware_map(), &bootmem_live, &mm_node,
			      mm_limit_pfn());
	KTEST_EXPECT_TRUE(t, mm_conservation_holds(&c));
	KTEST_EXPECT_NE(t, c.buddy, 0);
	KTEST_EXPECT_EQ(t, bootmem_check(&bootmem_live), 0);
}

static void what_start_up_kept_can_be_given_back(struct ktest *t)
{
	struct private_machine *pm = private_machine_new(
		t, toy_map, ARRAY_SIZE(toy_map), &toy_limits, 250);
	const struct bootmem_request req = {
		.size_bytes = PAGE_SIZE,
		.max = 0x8000,
		.owner = "a",
	};
	struct mm_conservation before, after;

	if (!pm)
		return;
	KTEST_EXPECT_EQ(t, bootmem_alloc(&pm->bm, &req), 0x7000);
	/* Pages shared at both ends; another owner in the middle; and one over
	 * the end of RAM. */
	KTEST_EXPECT_EQ(t, bootmem_reserve(&pm->bm, 0x62800, 0x80000, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&pm->bm, 0x80000, 0x82000, "b"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&pm->bm, 0x82000, 0x90001, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&pm->bm, 0x1d000, 0x21000, "a"), 0);
	if (!private_machine_hand_over(t, pm)) {
		private_machine_free(pm);
		return;
	}
	count(&before, pm);
	KTEST_EXPECT_EQ(
		t, mm_release_range(&pm->node, &pm->bm, 0x62800, 0x95000, "a"),
		(0x80 - 0x63) + (0x90 - 0x82));
	count(&after, pm);
	KTEST_EXPECT_TRUE(t, mm_conservation_holds(&after));
	KTEST_EXPECT_EQ(t, after.buddy, before.buddy + 0x2b);
	KTEST_EXPECT_EQ(t, after.reserved, before.reserved - 0x2b);
	KTEST_EXPECT_EQ(t, zone_check(&pm->node.zones[0]), 0);
	KTEST_EXPECT_EQ(t, zone_check(&pm->node.zones[1]), 0);
	/* Once more, and what is only partly RAM: nothing goes. */
	KTEST_EXPECT_EQ(
		t, mm_release_range(&pm->node, &pm->bm, 0x1d000, 0x90001, "a"),
		0);
	KTEST_EXPECT_EQ(
		t, mm_release_range(&pm->node, &pm->bm, 0x80800, 0x81fff, "b"),
		0);
	/* Nor what the kernel allocated, whatever its name. */
	KTEST_EXPECT_EQ(
		t, mm_release_range(&pm->node, &pm->bm, 0x1000, 0x8000, "a"),
		0);
	/* A part in the middle leaves two. */
	KTEST_EXPECT_EQ(
		t, mm_release_range(&pm->node, &pm->bm, 0x80800, 0x82000, "b"),
		1);
	count(&after, pm);
	KTEST_EXPECT_TRUE(t, mm_conservation_holds(&after));
	private_machine_free(pm);
}

static void what_is_given_back_goes_to_its_own_zones(struct ktest *t)
{
	static const struct boot_mmap_entry map[] = { { 0, 0x90000, U } };
	struct private_machine *pm =
		private_machine_new(t, map, ARRAY_SIZE(map), &toy_limits, 250);
	unsigned long dma, normal;

	if (!pm)
		return;
	KTEST_EXPECT_EQ(t, bootmem_reserve(&pm->bm, 0x3e000, 0x45000, "a"), 0);
	if (private_machine_hand_over(t, pm)) {
		dma = zone_free_pages(&pm->node.zones[0]);
		normal = zone_free_pages(&pm->node.zones[1]);
		KTEST_EXPECT_EQ(t,
				mm_release_range(&pm->node, &pm->bm, 0x3e000,
						 0x45000, "a"),
				7);
		KTEST_EXPECT_EQ(t, zone_free_pages(&pm->node.zones[0]),
				dma + 2);
		KTEST_EXPECT_EQ(t, zone_free_pages(&pm->node.zones[1]),
				normal + 5);
	}
	private_machine_free(pm);
}

static const struct ktest_case conservation_cases[] = {
	KTEST_CASE(every_page_is_counted_once_under_its_heading),
	KTEST_CASE(each_term_alone_breaks_the_equation),
	KTEST_CASE(a_page_that_the_zones_did_not_get_is_noticed),
	KTEST_CASE(a_run_that_bootmem_lost_is_noticed),
	KTEST_CASE(a_reservation_made_after_the_hand_over_is_noticed),
	KTEST_CASE(the_live_machine_accounts_for_all_ram),
	KTEST_CASE(what_start_up_kept_can_be_given_back),
	KTEST_CASE(what_is_given_back_goes_to_its_own_zones),
};
KTEST_SUITE(conservation, conservation_cases);
