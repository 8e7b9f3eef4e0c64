/* SPDX-License-Identifier: MIT */
/*
 * frames_test.c - every page that can be had, held against the firmware's map
 *
 * All blocks of all zones are taken, from the largest order down, linked
 * through their own records, contents untouched. Then:
 *
 *   foreign  frames we got that the firmware map does not call usable, or
 *            that bootmem had reserved: must be 0
 *   holes    frames we got in the VGA and BIOS hole [640 KiB, 1 MiB): 0
 *   lost     frames the zones were given, less those in use before and those
 *            we got: 0. Both are counted along the records, block by block, so
 *            a frame handed out twice shows, too.
 *
 * All is given back, and every invariant and the free count are as before.
 * Whole blocks are taken, so 64 GiB are 16 thousand steps.
 */
#include <kernel/ktest.h>
#include <kernel/list.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/util.h>
#include <mm/frame_map.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include "private_machine.h"

/* The classic hole: frame buffer, adapter ROMs, BIOS. */
#define ISA_HOLE_START 0xa0
#define ISA_HOLE_END 0x100

/* To the last page: no mark holds it. Nor is kswapd woken, who would give pages
 * back on another CPU meanwhile. */
#define FRAMES_GFP (__GFP_MEMALLOC | __GFP_HIGHMEM | __GFP_NOWARN)

/* A machine, and what was found on it. */
struct frames {
	const struct memmap *map;
	const struct frame_source *src;
	/* The blocks taken, by order. */
	struct list_head taken[MAX_ORDER];
	unsigned long got;
	unsigned long foreign;
	unsigned long holes;
};

static unsigned long free_frames(const struct mm_node *node)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		sum += node->zones[i].nr_free_pages;
	return sum;
}

/* With nothing on this CPU's lists: to take all of memory drains them. */
static unsigned long frames_drained(struct mm_node *node)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		drain_all_pages(&node->zones[i]);
	return free_frames(node);
}

static unsigned long managed_frames(const struct mm_node *node)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		sum += node->zones[i].managed_pages;
	return sum;
}

/* Frames in runs of @kind, counted along the records. */
static unsigned long frames_of_kind(const struct frame_source *src,
				    enum frame_kind kind)
{
	struct frame_map fm;
	struct frame_run run;
	unsigned long sum = 0;

	frame_map_begin(&fm, src);
	while (frame_map_next(&fm, &run)) {
		if (run.kind == kind)
			sum += run.nr;
	}
	return sum;
}

static pfn_t overlap(pfn_t start, pfn_t end, pfn_t lo, pfn_t hi)
{
	start = max(start, lo);
	end = min(end, hi);
	return start < end ? end - start : 0;
}

static void frames_judge_block(struct frames *f, pfn_t pfn, unsigned int order)
{
	pfn_t nr = 1ul << order;
	pfn_t usable = memmap_pages_between(f->map, pfn, pfn + nr);
	pfn_t ours = bootmem_free_pages_between(f->src->bm, pfn, pfn + nr);

	f->got += nr;
	f->foreign += nr - min(usable, ours);
	f->holes += overlap(pfn, pfn + nr, ISA_HOLE_START, ISA_HOLE_END);
}

static void frames_take_all(struct frames *f)
{
	const struct zone *z = &f->src->node->zones[0]; /* one array for all */
	int order;

	for (order = MAX_ORDER - 1; order >= 0; order--) {
		struct page *page;

		INIT_LIST_HEAD(&f->taken[order]);
		while ((page = node_alloc_pages(f->src->node, FRAMES_GFP,
						(unsigned int)order,
						_RET_IP_)) != NULL) {
			list_add(&page->lru, &f->taken[order]);
			frames_judge_block(f, zone_page_to_pfn(z, page),
					   (unsigned int)order);
		}
	}
}

static struct zone *frames_zone(const struct frames *f, const struct page *page)
{
	struct zone *z = f->src->node->zones;

	while (!zone_has_pfn(z, zone_page_to_pfn(z, page)))
		z++;
	return z;
}

static int frames_give_back(struct frames *f)
{
	unsigned int order;
	int errors = 0;

	for (order = 0; order < MAX_ORDER; order++) {
		while (!list_empty(&f->taken[order])) {
			struct page *page = list_first_entry(&f->taken[order],
							     struct page, lru);

			list_del(&page->lru);
			if (zone_free_block(frames_zone(f, page), page, order,
					    _RET_IP_))
				errors++;
		}
	}
	return errors;
}

static void frames_run(struct ktest *t, const char *name,
		       const struct frame_source *src, const struct memmap *map)
{
	struct frames f = { .map = map, .src = src };
	unsigned long free_before = frames_drained(src->node);
	unsigned long used_before = frames_of_kind(src, FRAME_USED);
	unsigned long used_after;
	long lost;
	unsigned int i;

	/* Nobody else may allocate while all memory is ours. */
	preempt_disable();
	frames_take_all(&f);
	used_after = frames_of_kind(src, FRAME_USED);
	KTEST_EXPECT_EQ(t, free_frames(src->node), 0);
	KTEST_EXPECT_EQ(t, frames_give_back(&f), 0);
	preempt_enable();

	lost = (long)(managed_frames(src->node) - used_before - f.got);
	printk(KERN_INFO "frames: %s got=%lu foreign=%lu lost=%ld holes=%lu"
			 " %s\n",
	       name, f.got, f.foreign, lost, f.holes,
	       f.foreign || lost || f.holes ? "BROKEN" : "ok");
	KTEST_EXPECT_NE(t, f.got, 0);
	KTEST_EXPECT_EQ(t, f.foreign, 0);
	KTEST_EXPECT_EQ(t, f.holes, 0);
	KTEST_EXPECT_EQ(t, lost, 0);
	KTEST_EXPECT_EQ(t, used_after - used_before, f.got);
	KTEST_EXPECT_EQ(t, free_frames(src->node), free_before);
	KTEST_EXPECT_EQ(t, frames_of_kind(src, FRAME_LOST), 0);
	for (i = 0; i < NR_ZONES; i++)
		KTEST_EXPECT_EQ(t, zone_check(&src->node->zones[i]), 0);
}

static void every_page_of_the_live_machine_is_ours_to_give(struct ktest *t)
{
	struct frame_source src;

	if (!mm_firmware_map()) {
		ktest_skip(t, "no live machine");
		return;
	}
	frame_source_live(&src);
	frames_run(t, "live", &src, mm_firmware_map());
}

static const struct boot_mmap_entry pc_map[] = {
	{ 0, 0x9fc00, BOOT_MMAP_USABLE },
	{ 0x9fc00, 0x400, BOOT_MMAP_RESERVED },
	{ 0xf0000, 0x10000, BOOT_MMAP_RESERVED },
	{ 0x100000, 0x123456, BOOT_MMAP_USABLE },
	{ 0x180000, 0x1000, BOOT_MMAP_RESERVED },
	{ 0x240000, 0x33000, BOOT_MMAP_USABLE },
};

/* A PC in small: DMA up to 1.25 MiB, low memory up to 2 MiB. */
static struct private_machine *pc_new(struct ktest *t)
{
	const struct mm_limits limits = { .dma_end = 0x140, .low_end = 0x200 };
	struct private_machine *pm = private_machine_new(
		t, pc_map, ARRAY_SIZE(pc_map), &limits, ~0ul);

	if (!pm)
		return NULL;
	KTEST_EXPECT_EQ(t, bootmem_reserve(&pm->bm, 0x100000, 0x10f123, "k"),
			0);
	if (private_machine_hand_over(t, pm))
		return pm;
	private_machine_free(pm);
	return NULL;
}

static void every_page_of_a_private_machine_is_ours_to_give(struct ktest *t)
{
	struct private_machine *pm = pc_new(t);

	if (!pm)
		return;
	/* Some in use, of all zones. */
	KTEST_EXPECT_NOT_NULL(t, zone_alloc_block(&pm->node.zones[0], 3, 1));
	KTEST_EXPECT_NOT_NULL(t, zone_alloc_block(&pm->node.zones[1], 0, 1));
	KTEST_EXPECT_NOT_NULL(t, zone_alloc_block(&pm->node.zones[2], 2, 1));
	frames_run(t, "private", &pm->src, &pm->map);
	private_machine_free(pm);
}

/* The judge must see what it is there for: pages that nobody may have. */
static void foreign_pages_and_the_hole_are_recognised(struct ktest *t)
{
	struct private_machine *pm = pc_new(t);
	struct frames f = { 0 };

	if (!pm)
		return;
	f.map = &pm->map;
	f.src = &pm->src;
	frames_judge_block(&f, 0x90, 2); /* plain RAM */
	KTEST_EXPECT_EQ(t, f.foreign + f.holes, 0);
	frames_judge_block(&f, 0x9e, 1); /* the BIOS's part of a page */
	KTEST_EXPECT_EQ(t, f.foreign, 1);
	frames_judge_block(&f, 0x0, 0); /* page 0 */
	KTEST_EXPECT_EQ(t, f.foreign, 2);
	frames_judge_block(&f, 0x10e, 2); /* the last two of the image */
	KTEST_EXPECT_EQ(t, f.foreign, 4);
	KTEST_EXPECT_EQ(t, f.holes, 0);
	frames_judge_block(&f, 0x98, 4); /* eight frames of the hole */
	KTEST_EXPECT_EQ(t, f.foreign, 13);
	KTEST_EXPECT_EQ(t, f.holes, 8);
	KTEST_EXPECT_EQ(t, f.got, 4 + 2 + 1 + 4 + 16);
	private_machine_free(pm);
}

static const struct ktest_case frames_cases[] = {
	KTEST_CASE(every_page_of_a_private_machine_is_ours_to_give),
	KTEST_CASE(foreign_pages_and_the_hole_are_recognised),
	KTEST_CASE(every_page_of_the_live_machine_is_ours_to_give),
};
KTEST_SUITE(frames, frames_cases);
