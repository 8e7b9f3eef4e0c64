/* SPDX-License-Identifier: MIT */
/*
 * show_zones_test.c - marks, mobility and fragmentation as /proc shows them
 *
 * On a private machine whose zones have pageblocks enough to be grouped, which
 * the toy of show_test.c has not. Formats are compared to the byte.
 */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/show.h>
#include <mm/zone_mark.h>
#include "private_machine.h"
#include "proc_text.h"

#define SITE 0x1234ul
#define DMA_PAGES 1024u
#define NORMAL_PAGES 4096u

/* 4 MiB in DMA but for page 0, 16 MiB in Normal, none high. */
static struct private_machine *machine_new(struct ktest *t)
{
	static const struct boot_mmap_entry map[] = {
		{ 0, (DMA_PAGES + NORMAL_PAGES) * PAGE_SIZE, BOOT_MMAP_USABLE },
	};
	const struct mm_limits limits = { .dma_end = DMA_PAGES,
					  .low_end = 65536 };
	struct private_machine *pm =
		private_machine_new(t, map, ARRAY_SIZE(map), &limits, ~0ul);

	if (!pm || private_machine_hand_over(t, pm))
		return pm;
	private_machine_free(pm);
	return NULL;
}

#define ORDERS                                                           \
	"     0      1      2      3      4      5      6      7      8" \
	"      9     10 \n"
#define NONE                                                              \
	"      0      0      0      0      0      0      0      0      0" \
	"      0      0 \n"

/* One unmovable page: its pageblock is claimed, the rest lies below it. */
static void pagetypeinfo_follows_a_claim(struct ktest *t)
{
	struct private_machine *pm = machine_new(t);

	if (!pm)
		return;
	KTEST_EXPECT_NOT_NULL(
		t, zone_alloc_block(&pm->node.zones[ZONE_NORMAL], 0, SITE));
	mm_show_pagetypeinfo(text_begin(), &pm->node);
	KTEST_EXPECT_STREQ(
		t, text_end(t),
		"Page block order: 10\n"
		"Pages per block:  1024\n"
		"\n"
		"Free pages count per migrate type at order  " ORDERS
		/* A single pageblock is not grouped; page 0 is missing. */
		"Node    0, zone      DMA, type    Unmovable "
		"     1      1      1      1      1      1      1      1      1"
		"      1      0 \n"
		"Node    0, zone      DMA, type      Movable" NONE
		"Node    0, zone      DMA, type  Reclaimable" NONE
		"Node    0, zone      DMA, type   HighAtomic" NONE
		"Node    0, zone   Normal, type    Unmovable "
		"     1      1      1      1      1      1      1      1      1"
		"      1      0 \n"
		"Node    0, zone   Normal, type      Movable "
		"     0      0      0      0      0      0      0      0      0"
		"      0      3 \n"
		"Node    0, zone   Normal, type  Reclaimable" NONE
		"Node    0, zone   Normal, type   HighAtomic" NONE "\n"
		"Number of blocks type     Unmovable      Movable  Reclaimable"
		"   HighAtomic \n"
		"Node 0, zone      DMA            1            0            0"
		"            0 \n"
		"Node 0, zone   Normal            1            3            0"
		"            0 \n");
	private_machine_free(pm);
}

static void buddyinfo_sums_the_types(struct ktest *t)
{
	struct private_machine *pm = machine_new(t);

	if (!pm)
		return;
	KTEST_EXPECT_NOT_NULL(
		t, zone_alloc_block(&pm->node.zones[ZONE_NORMAL], 0, SITE));
	mm_show_buddyinfo(text_begin(), &pm->node);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(text_end(t),
			  "Node 0, zone   Normal "
			  "     1      1      1      1      1      1      1"
			  "      1      1      1      3 \n"));
	private_machine_free(pm);
}

/* Linux walks no list further than 100000 blocks, and says so. */
static void pagetypeinfo_stops_counting_where_linux_does(struct ktest *t)
{
	struct private_machine *pm = machine_new(t);
	struct free_area *area;
	unsigned long before;
	const char *text;

	if (!pm)
		return;
	area = &pm->node.zones[ZONE_NORMAL].free[MIGRATE_MOVABLE].area[0];
	before = area->nr_blocks;
	area->nr_blocks = 99999;
	mm_show_pagetypeinfo(text_begin(), &pm->node);
	KTEST_EXPECT_NOT_NULL(t, strstr(text_end(t), "Movable  99999      0 "));
	area->nr_blocks = 100000;
	mm_show_pagetypeinfo(text_begin(), &pm->node);
	text = text_end(t);
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "Movable >100000      0 "));
	area->nr_blocks = before;
	private_machine_free(pm);
}

static void fragmentation_is_shown_by_order(struct ktest *t)
{
	struct private_machine *pm = machine_new(t);
	struct zone *normal;

	if (!pm)
		return;
	normal = &pm->node.zones[ZONE_NORMAL];
	/* Of Normal leave one block of order 9: half of the largest. */
	while (zone_alloc_block(normal, 10, SITE))
		;
	zone_free_block(normal, zone_pfn_to_page(normal, DMA_PAGES), 10, SITE);
	KTEST_EXPECT_NOT_NULL(t, zone_alloc_block(normal, 9, SITE));
	mm_show_extfrag_index(text_begin(), &pm->node);
	/* DMA has a block of each order but the last: 1 - (1 + 1023/1024) / 10,
	 * with the fraction cut to 0.999. */
	KTEST_EXPECT_STREQ(t, text_end(t),
			   "Node 0, zone      DMA -1.000 -1.000 -1.000 -1.000"
			   " -1.000 -1.000 -1.000 -1.000 -1.000 -1.000"
			   "  0.801 \n"
			   "Node 0, zone   Normal -1.000 -1.000 -1.000 -1.000"
			   " -1.000 -1.000 -1.000 -1.000 -1.000 -1.000"
			   " -0.500 \n");
	mm_show_unusable_index(text_begin(), &pm->node);
	KTEST_EXPECT_STREQ(t, text_end(t),
			   "Node 0, zone      DMA 0.000 0.000 0.002 0.006 0.014"
			   " 0.030 0.061 0.124 0.249 0.499 1.000 \n"
			   "Node 0, zone   Normal 0.000 0.000 0.000 0.000 0.000"
			   " 0.000 0.000 0.000 0.000 0.000 1.000 \n");
	private_machine_free(pm);
}

/* What a zone keeps back from better zones' requests, and its marks. */
static void zoneinfo_shows_marks_and_reserves(struct ktest *t)
{
	struct private_machine *pm = machine_new(t);
	const char *text;

	if (!pm)
		return;
	/* 5119 pages: DMA's share of 160 is 31, Normal's 128. */
	mm_node_set_marks(
		&pm->node,
		&(struct mm_tuning){ .min_free_kbytes = 640,
				     .watermark_scale_factor = 10,
				     .lowmem_reserve_ratio = { 16, 32 } });
	mm_show_zoneinfo(text_begin(), &pm->node);
	text = text_end(t);
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "  pages free     1023\n"
					      "        boost    0\n"
					      "        min      31\n"
					      "        low      38\n"
					      "        high     45\n"));
	/* 4096 / 16, for Normal's requests and for those above them. */
	KTEST_EXPECT_NOT_NULL(
		t, strstr(text, "        protection: (0, 256, 256, 256)\n"));
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "  pages free     4096\n"
					      "        boost    0\n"
					      "        min      128\n"
					      "        low      160\n"
					      "        high     192\n"));
	private_machine_free(pm);
}

/* (1023 - 45 - 256) + (4096 - 192) free, and half of what shrinks at most. */
static void available_is_what_marks_and_reserves_leave(struct ktest *t)
{
	struct private_machine *pm = machine_new(t);
	const struct mm_tuning tuning = {
		.min_free_kbytes = 640,
		.watermark_scale_factor = 10,
		.lowmem_reserve_ratio = { 16, 32 },
	};

	if (!pm)
		return;
	KTEST_EXPECT_EQ(t, mm_available_pages(&pm->node, 0), 5119);
	mm_node_set_marks(&pm->node, &tuning);
	KTEST_EXPECT_EQ(t, mm_available_pages(&pm->node, 0), 4626);
	KTEST_EXPECT_EQ(t, mm_available_pages(&pm->node, 100), 4626 + 50);
	/* The low marks, 38 and 160, are all that is needed of it. */
	KTEST_EXPECT_EQ(t, mm_available_pages(&pm->node, 1000),
			4626 + 1000 - 198);
	while (zone_alloc_block(&pm->node.zones[ZONE_NORMAL], 0, SITE))
		;
	/* 1023 free, and 493 kept: what Normal lacks is not borrowed. */
	KTEST_EXPECT_EQ(t, mm_available_pages(&pm->node, 0), 530);
	while (zone_alloc_block(&pm->node.zones[ZONE_DMA], 0, SITE))
		;
	KTEST_EXPECT_EQ(t, mm_available_pages(&pm->node, 0), 0);
	private_machine_free(pm);
}

static void vm_events_come_from_the_zones_counters(struct ktest *t)
{
	static const struct {
		const char *name; /* "%s_dma", "%s_normal", "%s_high" */
		enum zone_stat stat;
	} by_zone[] = {
		{ "pgalloc", ZONE_STAT_ALLOC_PAGES },
		{ "allocstall", ZONE_STAT_STALL },
		{ "kswapd_wake", ZONE_STAT_WAKE },
	};
	struct private_machine *pm = machine_new(t);
	const char *text;
	unsigned int i, type;
	char line[160];

	if (!pm)
		return;
	for (i = 0; i < NR_ZONE_STATS; i++) {
		for (type = 0; type < NR_ZONES; type++)
			pm->node.zones[type].stat[0].count[i] =
				100 * (i + 1) + type;
	}
	mm_show_vm_events(text_begin(), &pm->node);
	text = text_end(t);
	for (i = 0; i < ARRAY_SIZE(by_zone); i++) {
		const unsigned long n = 100 * (by_zone[i].stat + 1ul);
		const char *name = by_zone[i].name;

		scnprintf(line, sizeof(line),
			  "\n%s_dma %lu\n%s_normal %lu\n%s_high %lu\n"
			  "%s_movable 0\n",
			  name, n, name, n + 1, name, n + 2, name);
		KTEST_EXPECT_NOT_NULL(t, strstr(text, line));
	}
	scnprintf(line, sizeof(line), "\npgfree %lu\n",
		  300 * (ZONE_STAT_FREE_PAGES + 1ul) + 3);
	KTEST_EXPECT_NOT_NULL(t, strstr(text, line));
	scnprintf(line, sizeof(line),
		  "\nextfrag_steal %lu\nextfrag_claim %lu\n",
		  300 * (ZONE_STAT_STEAL + 1ul) + 3,
		  300 * (ZONE_STAT_CLAIM + 1ul) + 3);
	KTEST_EXPECT_NOT_NULL(t, strstr(text, line));
	scnprintf(line, sizeof(line), "\npages_quarantined %lu\n",
		  300 * (ZONE_STAT_QUARANTINE + 1ul) + 3);
	KTEST_EXPECT_NOT_NULL(t, strstr(text, line));
	private_machine_free(pm);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(pagetypeinfo_follows_a_claim),
	KTEST_CASE(buddyinfo_sums_the_types),
	KTEST_CASE(pagetypeinfo_stops_counting_where_linux_does),
	KTEST_CASE(fragmentation_is_shown_by_order),
	KTEST_CASE(zoneinfo_shows_marks_and_reserves),
	KTEST_CASE(available_is_what_marks_and_reserves_leave),
	KTEST_CASE(vm_events_come_from_the_zones_counters),
};
KTEST_SUITE(show_zones, cases);
