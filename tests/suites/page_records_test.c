/* SPDX-License-Identifier: MIT */
/*
 * page_records_test.c - records in sections, on a private machine
 *
 * Which sections have RAM is compared with a look at each frame. The window is
 * a real one, in the last 32 MiB of the vmalloc window, which mm fills from the
 * other end, so that the buddy can be let loose on records with a hole.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/util.h>
#include <mm/page_records.h>
#include <mm/vmalloc.h>
#include <asm/pgtable.h>
#include "private_machine.h"

#define SECTION RECORDS_SECTION_PAGES

/* --- which sections have RAM -------------------------------------------- */

#define RANDOM_SECTIONS 48u
#define RANDOM_RANGES 10
#define RANDOM_MAPS 60

static struct bootmem_range memory_room[16], reserved_room[16];
static struct bootmem bm;

static void random_ram(struct ktest *t)
{
	unsigned int i;

	bootmem_init(&bm, "sections", memory_room, 16, reserved_room, 16);
	for (i = 0; i < RANDOM_RANGES; i++) {
		pfn_t start = ktest_random(t) % (RANDOM_SECTIONS * SECTION);
		pfn_t nr = 1 + ktest_random(t) % (2 * SECTION);
		pfn_t end = min(start + nr, RANDOM_SECTIONS * SECTION);
		phys_addr_t edge = pfn_to_phys(start) + 512;

		KTEST_EXPECT_EQ(t,
				bootmem_add(&bm, pfn_to_phys(start),
					    pfn_to_phys(end), "ram"),
				0);
		/* Reserved RAM has records like any other. */
		if (i % 3 == 0)
			KTEST_EXPECT_EQ(
				t, bootmem_reserve(&bm, edge, edge + 1, "r"),
				0);
	}
}

static bool naive_has_ram(pfn_t section)
{
	pfn_t pfn;

	for (pfn = section * SECTION; pfn < (section + 1) * SECTION; pfn++) {
		if (bootmem_is_ram(&bm, pfn_to_phys(pfn), pfn_to_phys(pfn + 1)))
			return true;
	}
	return false;
}

static void expect_sections(struct ktest *t)
{
	struct records_cursor c;
	struct records_run run;
	pfn_t next = 0, nr = 0;

	records_cursor_init(&c, &bm);
	while (records_next_run(&c, &run)) {
		KTEST_EXPECT_EQ(t, run.start_pfn % SECTION, 0);
		for (; next < run.start_pfn / SECTION; next++)
			KTEST_EXPECT_FALSE(t, naive_has_ram(next));
		for (; next < run.end_pfn / SECTION; next++, nr++) {
			KTEST_EXPECT_TRUE(t, naive_has_ram(next));
			/* One section less than needed ends right here. */
			KTEST_EXPECT_EQ(
				t,
				records_limit(&bm, nr * RECORDS_SECTION_BYTES),
				next * SECTION);
			KTEST_EXPECT_EQ(t, records_bytes(&bm, next * SECTION),
					nr * RECORDS_SECTION_BYTES);
		}
	}
	for (; next < RANDOM_SECTIONS; next++)
		KTEST_EXPECT_FALSE(t, naive_has_ram(next));
	KTEST_EXPECT_EQ(t, records_limit(&bm, nr * RECORDS_SECTION_BYTES),
			~0ul);
	KTEST_EXPECT_EQ(t, records_bytes(&bm, ~0ul - SECTION),
			nr * RECORDS_SECTION_BYTES);
}

static void
sections_with_ram_are_those_a_look_at_each_frame_finds(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < RANDOM_MAPS && !t->failed; i++) {
		random_ram(t);
		expect_sections(t);
	}
}

/* --- a window ----------------------------------------------------------- */

/* The hole holds some tables' worth of records on both widths. */
#define FAR_PFN 350208ul
#define FAR_PAGES 1500ul
#define WINDOW_ROOM MIB(24)

static const struct boot_mmap_entry far_map[] = {
	{ 0, 0x100000, BOOT_MMAP_USABLE },
	{ (u64)FAR_PFN << PAGE_SHIFT, (u64)FAR_PAGES << PAGE_SHIFT,
	  BOOT_MMAP_USABLE },
};
static_assert(FAR_PFN % SECTION == 0, "far RAM fills its first section");

static const struct mm_limits far_limits = {
	.dma_end = 64,
	.low_end = 256,
	.records_room = WINDOW_ROOM,
};

static unsigned long window(void)
{
	return ALIGN_DOWN(VMALLOC_END - MIB(32), MIB(2));
}

/* The plan's, and a section behind its end. */
static unsigned long window_bytes(const struct private_machine *pm)
{
	return pm->plan.window_bytes + RECORDS_SECTION_BYTES;
}

/* A machine with its plan made and its records in the window. */
static struct private_machine *far_new(struct ktest *t)
{
	struct private_machine *pm = private_machine_new(
		t, far_map, ARRAY_SIZE(far_map), &far_limits, ~0ul);

	if (!pm)
		return NULL;
	KTEST_EXPECT_EQ(t, mm_plan_make(&pm->plan, &pm->bm, &pm->limits), 0);
	KTEST_EXPECT_EQ(t, pm->plan.no_record_pages, 0);
	KTEST_EXPECT_EQ(t, pm->plan.map_bytes, 3 * RECORDS_SECTION_BYTES);
	KTEST_EXPECT_EQ(t, pm->plan.window_bytes,
			(FAR_PFN + 2 * SECTION) * sizeof(struct page));
	pm->records_order = get_order(pm->plan.map_bytes);
	pm->records = private_pages_new(t, pm->plan.map_bytes);
	if (pm->records &&
	    KTEST_EXPECT_EQ(t,
			    records_map(&pm->bm, window(), window_bytes(pm),
					pm->records),
			    0))
		return pm;
	private_machine_free(pm);
	return NULL;
}

static void far_free(struct ktest *t, struct private_machine *pm)
{
	unsigned long bytes = window_bytes(pm);

	/* Nothing in the window was left unmapped. */
	KTEST_EXPECT_EQ(t, kpt_unmap(window(), bytes), bytes / PAGE_SIZE);
	flush_tlb_kernel_range(window(), window() + bytes);
	KTEST_EXPECT_FALSE(t, kpt_lookup(window(), NULL));
	KTEST_EXPECT_FALSE(t, kpt_lookup(window() + bytes / 2, NULL));
	private_machine_free(pm);
}

/* The first to use the window: on a second run its tables are there. */
static void holes_share_one_table(struct ktest *t)
{
	unsigned long before = kpt_nr_table_pages();
	struct private_machine *pm = far_new(t);

	if (!pm)
		return;
	/* One for each end, where RAM is, and one for all that lies between. */
	KTEST_EXPECT_LE(t, kpt_nr_table_pages() - before, 3);
	far_free(t, pm);
	/* To map it again takes none: they were kept. */
	before = kpt_nr_table_pages();
	pm = far_new(t);
	if (!pm)
		return;
	KTEST_EXPECT_EQ(t, kpt_nr_table_pages(), before);
	far_free(t, pm);
}

static phys_addr_t shown_at(struct ktest *t, unsigned long offset)
{
	phys_addr_t pa = 0;

	KTEST_EXPECT_TRUE(t, kpt_lookup(window() + offset, &pa));
	return pa;
}

static void sections_show_their_pages_and_holes_one_page(struct ktest *t)
{
	struct private_machine *pm = far_new(t);
	const unsigned long far = FAR_PFN * sizeof(struct page);
	const unsigned long first = RECORDS_SECTION_BYTES;
	phys_addr_t records, zeroes;
	unsigned long off;

	if (!pm)
		return;
	records = virt_to_phys(pm->records);
	zeroes = shown_at(t, first);
	for (off = 0; off < first; off += PAGE_SIZE)
		KTEST_EXPECT_EQ(t, shown_at(t, off), records + off);
	for (; off < far; off += PAGE_SIZE)
		KTEST_EXPECT_EQ(t, shown_at(t, off), zeroes);
	for (; off < pm->plan.window_bytes; off += PAGE_SIZE)
		KTEST_EXPECT_EQ(t, shown_at(t, off),
				records + first + (off - far));
	for (; off < window_bytes(pm); off += PAGE_SIZE)
		KTEST_EXPECT_EQ(t, shown_at(t, off), zeroes);
	KTEST_EXPECT_FALSE(t, kpt_lookup(window() + off, NULL));
	KTEST_EXPECT_EQ(t, kpt_count_wx_pages(), 0);
	far_free(t, pm);
}

static void the_buddy_works_on_records_with_a_hole(struct ktest *t)
{
	struct private_machine *pm = far_new(t);
	const struct page *map = (const struct page *)window();
	struct zone *z;
	LIST_HEAD(taken);
	unsigned long got = 0;
	struct page *page;
	pfn_t pfn;

	if (!pm)
		return;
	z = &pm->node.zones[ZONE_HIGHMEM];
	mm_node_build(&pm->node, (struct page *)window(), pm->types, &pm->plan);
	mm_hand_over(&pm->node, &pm->bm);
	KTEST_EXPECT_EQ(t, z->managed_pages, FAR_PAGES);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
	while ((page = zone_alloc_block(z, 0, 1)) != NULL) {
		list_add(&page->lru, &taken);
		got++;
	}
	KTEST_EXPECT_EQ(t, got, FAR_PAGES);
	for (pfn = 256; pfn < FAR_PFN; pfn += 100)
		KTEST_EXPECT_EQ(t, page_state(&map[pfn]), PAGE_NONE);
	KTEST_EXPECT_NULL(t, page_head_of(z, FAR_PFN - 1));
	while (!list_empty(&taken)) {
		page = list_first_entry(&taken, struct page, lru);
		list_del(&page->lru);
		KTEST_EXPECT_EQ(t, zone_free_block(z, page, 0, 1), 0);
	}
	KTEST_EXPECT_EQ(t, z->nr_free_pages, FAR_PAGES);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
	far_free(t, pm);
}

static void a_window_that_is_taken_is_refused(struct ktest *t)
{
	struct private_machine *pm = far_new(t);

	if (!pm)
		return;
	KTEST_EXPECT_EQ(
		t,
		records_map(&pm->bm, window(), window_bytes(pm), pm->records),
		-EEXIST);
	KTEST_EXPECT_EQ(t, kpt_map_zeroes(window() + MIB(4), PAGE_SIZE),
			-EEXIST);
	KTEST_EXPECT_EQ(t,
			kpt_map_phys(window() + MIB(4), PAGE_SIZE, PAGE_SIZE,
				     PROT_KERNEL),
			-EEXIST);
	far_free(t, pm);
}

static void live_records_are_where_the_plan_put_them(struct ktest *t)
{
	const struct arch_layout *layout = arch_layout();
	struct records_cursor c;
	struct records_run run;
	phys_addr_t pa, next;

	KTEST_EXPECT_TRUE(t, kpt_lookup((unsigned long)mem_map, &pa));
	if (layout->records_start == layout->records_end) {
		KTEST_EXPECT_PTR_EQ(t, phys_to_virt(pa), mem_map);
		return;
	}
	KTEST_EXPECT_EQ(t, layout->records_start, (unsigned long)mem_map);
	KTEST_EXPECT_GE(t, layout->records_end,
			(unsigned long)(mem_map + max_pfn));
	KTEST_EXPECT_GE(t, layout->vmalloc_start, layout->records_end);
	/* Packed: a run begins where the one before has ended. */
	next = pa;
	records_cursor_init(&c, &bootmem_live);
	while (records_next_run(&c, &run) && run.start_pfn < max_pfn) {
		unsigned long va = (unsigned long)pfn_to_page(run.start_pfn);

		KTEST_EXPECT_TRUE(t, kpt_lookup(va, &pa));
		KTEST_EXPECT_EQ(t, pa, next);
		next += (run.end_pfn - run.start_pfn) * sizeof(struct page);
	}
}

static const struct ktest_case page_records_cases[] = {
	KTEST_CASE(sections_with_ram_are_those_a_look_at_each_frame_finds),
	KTEST_CASE(holes_share_one_table),
	KTEST_CASE(sections_show_their_pages_and_holes_one_page),
	KTEST_CASE(the_buddy_works_on_records_with_a_hole),
	KTEST_CASE(a_window_that_is_taken_is_refused),
	KTEST_CASE(live_records_are_where_the_plan_put_them),
};
KTEST_SUITE(page_records, page_records_cases);
