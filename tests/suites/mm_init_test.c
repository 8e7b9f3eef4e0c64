/* SPDX-License-Identifier: MIT */
/*
 * mm_init_test.c - zones and the page array, planned, built and handed over
 *
 * Plans need no memory, so real machines' maps are planned at full size.
 * Zones are built for small private machines, with limits to match.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include <mm/page_records.h>
#include "private_machine.h"

#define U BOOT_MMAP_USABLE
#define R BOOT_MMAP_RESERVED

static const struct mm_limits pc_limits = {
	.dma_end = 0x1000,
	.low_end = 0x38000,
	.min_free_kib = MM_MIN_FREE_KIB,
};

/* A machine of toy size: DMA up to frame 64, low memory up to 256. */
static const struct mm_limits toy_limits = { .dma_end = 64, .low_end = 256 };

static struct bootmem_range memory_room[8], reserved_room[8];
static struct bootmem bm;

/* Plan for RAM below 640 KiB, and from 1 MiB to @top_pfn. */
static int plan_top(struct ktest *t, struct mm_plan *plan, pfn_t top_pfn)
{
	bootmem_init(&bm, "plan", memory_room, 8, reserved_room, 8);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0, 0x9f000, "ram"), 0);
	KTEST_EXPECT_EQ(
		t, bootmem_add(&bm, 0x100000, pfn_to_phys(top_pfn), "ram"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0, PAGE_SIZE, "page 0"), 0);
	return mm_plan_make(plan, &bm, &pc_limits);
}

/* The usable runs of maps seen on real machines, and what follows. */
struct known_map {
	const char *name;
	struct {
		u64 start, end;
	} run[4];
	pfn_t zone_end[NR_ZONES];
	int err;
};

static const struct known_map known_maps[] = {
	{ "int15-88-8m",
	  { { 0, 0xa0000 }, { 0x100000, 0x800000 } },
	  { 0x800, 0x800, 0x800 },
	  0 },
	{ "rdc-16m-exact",
	  { { 0, 0x9f000 }, { 0x100000, 0x1000000 } },
	  { 0x1000, 0x1000, 0x1000 },
	  0 },
	{ "soekris-64m",
	  { { 0, 0x9f000 }, { 0x100000, 0x4000000 } },
	  { 0x1000, 0x4000, 0x4000 },
	  0 },
	{ "isa-hole-256m",
	  { { 0, 0x9f000 }, { 0x100000, 0xf00000 }, { 0x1000000, 0x10000000 } },
	  { 0x1000, 0x10000, 0x10000 },
	  0 },
	{ "toshiba-503m-byte-ends",
	  { { 0, 0x9f000 }, { 0x100000, 0x1f7df000 } },
	  { 0x1000, 0x1f7df, 0x1f7df },
	  0 },
	{ "made-zone-edge-896m",
	  { { 0, 0x9f000 }, { 0x100000, 0x38001000 } },
	  { 0x1000, 0x38000, 0x38001 },
	  0 },
	{ "qemu-pc-6144m",
	  { { 0, 0x9f000 },
	    { 0x100000, 0xbffe0000 },
	    { 0x100000000, 0x1c0000000 } },
	  { 0x1000, 0x38000, 0x1c0000 },
	  0 },
	{ "made-all-reserved", { { 0, 0x9f000 } }, { 159, 159, 159 }, -ENOMEM },
};

static void zones_follow_from_each_known_map(struct ktest *t)
{
	struct mm_plan plan;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(known_maps); i++) {
		const struct known_map *k = &known_maps[i];

		bootmem_init(&bm, k->name, memory_room, 8, reserved_room, 8);
		for (j = 0; j < 4 && k->run[j].end; j++)
			KTEST_EXPECT_EQ(t,
					bootmem_add(&bm, k->run[j].start,
						    k->run[j].end, "ram"),
					0);
		KTEST_EXPECT_EQ(t, mm_plan_make(&plan, &bm, &pc_limits),
				k->err);
		for (j = 0; j < NR_ZONES; j++) {
			KTEST_EXPECT_EQ(t, plan.zone_end[j], k->zone_end[j]);
			KTEST_EXPECT_EQ(t, plan.zone_start[j],
					j ? k->zone_end[j - 1] : 0);
		}
		KTEST_EXPECT_EQ(t, plan.max_pfn, k->zone_end[ZONE_HIGHMEM]);
		KTEST_EXPECT_EQ(t, plan.max_low_pfn, k->zone_end[ZONE_NORMAL]);
		KTEST_EXPECT_EQ(t, plan.no_record_pages, 0);
	}
}

static void zone_edges_hold_one_below_at_and_one_above(struct ktest *t)
{
	struct mm_plan plan;

	KTEST_EXPECT_EQ(t, plan_top(t, &plan, 0xfff), 0);
	KTEST_EXPECT_EQ(t, plan.zone_end[ZONE_DMA], 0xfff);
	KTEST_EXPECT_EQ(t, plan.zone_end[ZONE_NORMAL], 0xfff);
	KTEST_EXPECT_EQ(t, plan_top(t, &plan, 0x1000), 0);
	KTEST_EXPECT_EQ(t, plan.zone_start[ZONE_NORMAL], 0x1000);
	KTEST_EXPECT_EQ(t, plan.zone_end[ZONE_NORMAL], 0x1000);
	KTEST_EXPECT_EQ(t, plan_top(t, &plan, 0x1001), 0);
	KTEST_EXPECT_EQ(t, plan.zone_end[ZONE_NORMAL], 0x1001);

	KTEST_EXPECT_EQ(t, plan_top(t, &plan, 0x37fff), 0);
	KTEST_EXPECT_EQ(t, plan.max_low_pfn, 0x37fff);
	KTEST_EXPECT_EQ(t, plan_top(t, &plan, 0x38000), 0);
	KTEST_EXPECT_EQ(t, plan.max_low_pfn, 0x38000);
	KTEST_EXPECT_EQ(t, plan.zone_end[ZONE_HIGHMEM], 0x38000);
	KTEST_EXPECT_EQ(t, plan_top(t, &plan, 0x38001), 0);
	KTEST_EXPECT_EQ(t, plan.max_low_pfn, 0x38000);
	KTEST_EXPECT_EQ(t, plan.zone_end[ZONE_HIGHMEM], 0x38001);
}

static void need_equal_to_have_is_enough_and_one_less_is_not(struct ktest *t)
{
	struct mm_limits limits = pc_limits;
	struct mm_plan plan;

	KTEST_EXPECT_EQ(t, plan_top(t, &plan, 0x500), 0);
	KTEST_EXPECT_EQ(t, plan.have_kib, (0x400 + 159) * 4);
	KTEST_EXPECT_EQ(t, plan.need_kib,
			4 + plan.map_bytes / 1024 + MM_MIN_FREE_KIB);
	limits.min_free_kib += plan.have_kib - plan.need_kib;
	KTEST_EXPECT_EQ(t, mm_plan_make(&plan, &bm, &limits), 0);
	KTEST_EXPECT_EQ(t, plan.have_kib, plan.need_kib);
	limits.min_free_kib++;
	KTEST_EXPECT_EQ(t, mm_plan_make(&plan, &bm, &limits), -ENOMEM);
}

/* RAM low, and RAM that ends at @top_pfn, above the direct map. */
static void plan_with_far_ram(struct ktest *t, struct mm_plan *plan,
			      pfn_t low_end, pfn_t far, pfn_t top_pfn)
{
	struct mm_limits limits = pc_limits;

	limits.low_end = low_end;
	bootmem_init(&bm, "far", memory_room, 8, reserved_room, 8);
	KTEST_EXPECT_EQ(
		t, bootmem_add(&bm, PAGE_SIZE, pfn_to_phys(low_end), "r"), 0);
	KTEST_EXPECT_EQ(
		t,
		bootmem_add(&bm, pfn_to_phys(far), pfn_to_phys(top_pfn), "r"),
		0);
	KTEST_EXPECT_EQ(t, mm_plan_make(plan, &bm, &limits), 0);
}

static void the_array_takes_at_most_half_of_low_memory(struct ktest *t)
{
	/* 4096 free pages low; half of them hold this many records. */
	const pfn_t most = 2048 * PAGE_SIZE / sizeof(struct page);
	struct mm_plan plan;

	plan_with_far_ram(t, &plan, 0x1001, most - 16, most - 1);
	KTEST_EXPECT_EQ(t, plan.max_pfn, most - 1);
	plan_with_far_ram(t, &plan, 0x1001, most - 16, most);
	KTEST_EXPECT_EQ(t, plan.max_pfn, most);
	KTEST_EXPECT_EQ(t, plan.no_record_pages, 0);
	/* One more: cut at a largest block's edge, and the rest is counted. */
	plan_with_far_ram(t, &plan, 0x1001, most - 2048, most + 1);
	KTEST_EXPECT_EQ(t, plan.max_pfn, ALIGN_DOWN(most, 1024ul));
	KTEST_EXPECT_EQ(t, plan.no_record_pages,
			most + 1 - ALIGN_DOWN(most, 1024ul));
	/* 16 MiB low and 64 MiB from 4 GiB up: only the low part is used. */
	plan_with_far_ram(t, &plan, 0x1000, 0x100000, 0x104000);
	KTEST_EXPECT_EQ(t, plan.max_pfn, 0x1000);
	KTEST_EXPECT_EQ(t, plan.no_record_pages, 0x4000);
	KTEST_EXPECT_EQ(t, plan.zone_end[ZONE_HIGHMEM], 0x1000);
}

/* Plan 16 MiB low and 64 MiB from 4 GiB up, with @room for a window. */
static int plan_split(struct ktest *t, struct mm_plan *plan, unsigned long room)
{
	struct mm_limits limits = pc_limits;

	limits.records_room = room;
	bootmem_init(&bm, "split", memory_room, 8, reserved_room, 8);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, PAGE_SIZE, MIB(16), "r"), 0);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, GIB(4), GIB(4) + MIB(64), "r"), 0);
	return mm_plan_make(plan, &bm, &limits);
}

static void ram_far_up_has_records_in_sections(struct ktest *t)
{
	const pfn_t top = 0x104000;
	const unsigned long window = top * sizeof(struct page);
	struct mm_plan plan;

	KTEST_EXPECT_EQ(t, plan_split(t, &plan, window), 0);
	KTEST_EXPECT_EQ(t, plan.no_record_pages, 0);
	KTEST_EXPECT_EQ(t, plan.max_pfn, top);
	KTEST_EXPECT_EQ(t, plan.window_bytes, window);
	KTEST_EXPECT_EQ(t, plan.map_bytes, (4 + 16) * RECORDS_SECTION_BYTES);
	/* The direct map ends with low RAM, and all above is high. */
	KTEST_EXPECT_EQ(t, plan.max_low_pfn, 0x1000);
	KTEST_EXPECT_EQ(t, plan.zone_start[ZONE_HIGHMEM], 0x1000);
	KTEST_EXPECT_EQ(t, plan.zone_end[ZONE_HIGHMEM], top);
	/* Addresses for one record less: its section goes without. */
	KTEST_EXPECT_EQ(t, plan_split(t, &plan, window - 1), 0);
	KTEST_EXPECT_EQ(t, plan.max_pfn, top - RECORDS_SECTION_PAGES);
	KTEST_EXPECT_EQ(t, plan.no_record_pages, RECORDS_SECTION_PAGES);
	/* None reach beyond the hole: then flat is as good. */
	KTEST_EXPECT_EQ(t, plan_split(t, &plan, window / 2), 0);
	KTEST_EXPECT_EQ(t, plan.window_bytes, 0);
	KTEST_EXPECT_EQ(t, plan.max_pfn, 0x1000);
	KTEST_EXPECT_EQ(t, plan.no_record_pages, 0x4000);
}

static void sections_take_at_most_half_of_low_memory(struct ktest *t)
{
	/* 256 free pages low; half of them for records, less the low ones'. */
	const pfn_t most = 128 * PAGE_SIZE / RECORDS_SECTION_BYTES - 1;
	struct mm_limits limits = { .dma_end = 64,
				    .low_end = 257,
				    .records_room = MIB(256) };
	struct mm_plan plan;
	pfn_t more;

	for (more = 0; more <= 1; more++) {
		phys_addr_t end = GIB(4) + pfn_to_phys((most + more) *
						       RECORDS_SECTION_PAGES);

		bootmem_init(&bm, "half", memory_room, 8, reserved_room, 8);
		KTEST_EXPECT_EQ(
			t, bootmem_add(&bm, PAGE_SIZE, 257 * PAGE_SIZE, "r"),
			0);
		KTEST_EXPECT_EQ(t, bootmem_add(&bm, GIB(4), end, "r"), 0);
		KTEST_EXPECT_EQ(t, mm_plan_make(&plan, &bm, &limits), 0);
		KTEST_EXPECT_EQ(t, plan.no_record_pages,
				more * RECORDS_SECTION_PAGES);
		KTEST_EXPECT_EQ(t, plan.map_bytes,
				(most + 1) * RECORDS_SECTION_BYTES);
	}
}

static void an_array_that_fits_stays_flat(struct ktest *t)
{
	struct mm_limits limits = pc_limits;
	struct mm_plan plan;

	limits.records_room = MIB(512);
	KTEST_EXPECT_EQ(t, plan_top(t, &plan, 0x4000), 0);
	KTEST_EXPECT_EQ(t, mm_plan_make(&plan, &bm, &limits), 0);
	KTEST_EXPECT_EQ(t, plan.window_bytes, 0);
	KTEST_EXPECT_EQ(t, plan.map_bytes, 0x4000 * sizeof(struct page));
}

static void the_array_fits_in_one_piece_of_low_memory(struct ktest *t)
{
	/* More records than the largest piece holds, less than half of all. */
	const pfn_t top = 300 * PAGE_SIZE / sizeof(struct page);
	struct mm_limits limits = pc_limits;
	struct mm_plan plan;

	/* 1 MiB pieces far apart: no more records than one of them holds. */
	limits.low_end = 0x1000;
	bootmem_init(&bm, "pieces", memory_room, 8, reserved_room, 8);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x100000, 0x200000, "r"), 0);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x300000, 0x400000, "r"), 0);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x500000, 0x600000, "r"), 0);
	KTEST_EXPECT_EQ(
		t,
		bootmem_add(&bm, pfn_to_phys(top - 256), pfn_to_phys(top), "r"),
		0);
	KTEST_EXPECT_EQ(t, mm_plan_make(&plan, &bm, &limits), 0);
	KTEST_EXPECT_EQ(t, plan.max_pfn, 0x600);
	KTEST_EXPECT_EQ(t, plan.no_record_pages, 256);
}

/* A map with holes, odd ends, and a run across both zone edges. */
static const struct boot_mmap_entry toy_map[] = {
	{ 0, 0x1f400, U }, /* frames 0 .. 31 */
	{ 0x1f400, 0xc00, R },
	{ 0x23000, 0x30000, U }, /* 35 .. 83: crosses 64 */
	{ 0x60000, 0xa3000, U }, /* 96 .. 259: crosses 256 */
	{ 0x110000, 0x5000, U }, /* 272 .. 277 */
};

static void each_frame_goes_where_the_map_and_bootmem_say(struct ktest *t)
{
	struct private_machine *pm = private_machine_new(
		t, toy_map, ARRAY_SIZE(toy_map), &toy_limits, ~0ul);
	pfn_t pfn;

	if (!pm)
		return;
	KTEST_EXPECT_EQ(t, bootmem_reserve(&pm->bm, 0x3f800, 0x41001, "k"), 0);
	if (private_machine_hand_over(t, pm)) {
		KTEST_EXPECT_EQ(t, pm->plan.max_pfn, 277);
		KTEST_EXPECT_EQ(t, pm->node.zones[ZONE_DMA].managed_pages,
				30 + 29 - 1);
		KTEST_EXPECT_EQ(t, pm->node.zones[ZONE_NORMAL].managed_pages,
				19 + 160 - 2);
		KTEST_EXPECT_EQ(t, pm->node.zones[ZONE_HIGHMEM].managed_pages,
				3 + 5);
		for (pfn = 0; pfn < NR_ZONES; pfn++)
			KTEST_EXPECT_EQ(t, zone_check(&pm->node.zones[pfn]), 0);
		KTEST_EXPECT_EQ(t, page_state(&pm->records[63]), PAGE_RESERVED);
		KTEST_EXPECT_EQ(t, page_state(&pm->records[65]), PAGE_RESERVED);
		KTEST_EXPECT_EQ(t, page_state(&pm->records[0]), PAGE_RESERVED);
		KTEST_EXPECT_EQ(t, page_state(&pm->records[31]), PAGE_NONE);
		KTEST_EXPECT_EQ(t, page_state(&pm->records[66]), PAGE_FREE);
		KTEST_EXPECT_TRUE(t, pm->bm.handed_over);
	}
	private_machine_free(pm);
}

static void an_empty_zone_takes_part_in_nothing(struct ktest *t)
{
	static const struct boot_mmap_entry map[] = { { 0, 0x40000, U } };
	struct private_machine *pm =
		private_machine_new(t, map, 1, &toy_limits, ~0ul);

	if (!pm)
		return;
	if (private_machine_hand_over(t, pm)) {
		struct zone *z = pm->node.zones;

		KTEST_EXPECT_EQ(t, z[ZONE_DMA].managed_pages, 63);
		KTEST_EXPECT_EQ(t, z[ZONE_NORMAL].start_pfn,
				z[ZONE_NORMAL].end_pfn);
		KTEST_EXPECT_EQ(t, z[ZONE_HIGHMEM].present_pages, 0);
		KTEST_EXPECT_PTR_EQ(t,
				    pm->node.zonelists[__GFP_HIGHMEM].zones[0],
				    &z[ZONE_DMA]);
	}
	private_machine_free(pm);
}

/* Random machines: each frame against the three sources, one by one. */

#define RANDOM_MACHINES 40
#define RANDOM_FRAMES 700
#define RANDOM_ENTRIES 12

static void random_map(struct ktest *t, struct boot_mmap_entry *map)
{
	unsigned int i;

	/* Enough plain RAM that the array has a place. */
	map[0] = (struct boot_mmap_entry){ 0, 0x80000, U };
	for (i = 1; i < RANDOM_ENTRIES; i++) {
		map[i].base = ktest_random(t) % (RANDOM_FRAMES << PAGE_SHIFT);
		map[i].length = ktest_random(t) % 0x40000;
		map[i].type = ktest_random(t) % 4 ? U : R;
		/* Half of the ends lie on page boundaries. */
		if (ktest_random(t) & 1) {
			map[i].base = ALIGN_DOWN(map[i].base, PAGE_SIZE);
			map[i].length = ALIGN(map[i].length, PAGE_SIZE);
		}
	}
}

static void random_reservations(struct ktest *t, struct private_machine *pm)
{
	static const char *const owners[] = { "a", "b" };
	unsigned int i;

	for (i = 0; i < 6; i++) {
		phys_addr_t start =
			ktest_random(t) % (RANDOM_FRAMES << PAGE_SHIFT);
		u64 bytes = 1 + ktest_random(t) % 0x8000;

		KTEST_EXPECT_EQ(t,
				bootmem_reserve(&pm->bm, start, start + bytes,
						owners[i & 1]),
				0);
	}
}

static bool frame_is_reserved(const struct bootmem *b, pfn_t pfn)
{
	unsigned int i;

	for (i = 0; i < b->reserved.nr; i++) {
		if (b->reserved.ranges[i].start < pfn_to_phys(pfn + 1) &&
		    b->reserved.ranges[i].end > pfn_to_phys(pfn))
			return true;
	}
	return false;
}

static void expect_frame(struct ktest *t, struct private_machine *pm,
			 struct zone *z, pfn_t pfn)
{
	const struct page *head = page_head_of(z, pfn);

	if (!memmap_page_usable(&pm->map, pfn)) {
		KTEST_EXPECT_NULL(t, head);
		return;
	}
	KTEST_ASSERT_NOT_NULL(t, head);
	KTEST_EXPECT_EQ(t, page_state(head),
			frame_is_reserved(&pm->bm, pfn) ? PAGE_RESERVED :
							  PAGE_FREE);
}

static void random_machine(struct ktest *t)
{
	const struct mm_limits limits = {
		.dma_end = 1 + ktest_random(t) % 200,
		.low_end = 201 + ktest_random(t) % 400,
	};
	struct boot_mmap_entry map[RANDOM_ENTRIES];
	struct private_machine *pm;
	unsigned int i;
	pfn_t pfn;

	random_map(t, map);
	pm = private_machine_new(t, map, RANDOM_ENTRIES, &limits, ~0ul);
	if (!pm)
		return;
	random_reservations(t, pm);
	if (private_machine_hand_over(t, pm)) {
		struct mm_conservation c;

		for (i = 0; i < NR_ZONES; i++) {
			struct zone *z = &pm->node.zones[i];

			KTEST_EXPECT_EQ(t, zone_check(z), 0);
			for (pfn = z->start_pfn; pfn < z->end_pfn; pfn++)
				expect_frame(t, pm, z, pfn);
		}
		mm_conservation_count(&c, &pm->map, &pm->bm, &pm->node,
				      pm->limit_pfn);
		KTEST_EXPECT_TRUE(t, mm_conservation_holds(&c));
		KTEST_EXPECT_EQ(t, bootmem_check(&pm->bm), 0);
	}
	private_machine_free(pm);
}

static void random_machines_place_every_frame(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < RANDOM_MACHINES && !t->failed && !t->skipped; i++)
		random_machine(t);
}

static void the_live_zones_touch_and_end_at_max_pfn(struct ktest *t)
{
	const struct zone *z = mm_node.zones;
	unsigned int i;

	KTEST_EXPECT_EQ(t, z[ZONE_DMA].start_pfn, 0);
	for (i = 0; i + 1 < NR_ZONES; i++)
		KTEST_EXPECT_EQ(t, z[i].end_pfn, z[i + 1].start_pfn);
	KTEST_EXPECT_EQ(t, z[ZONE_HIGHMEM].end_pfn, max_pfn);
	KTEST_EXPECT_EQ(t, z[ZONE_NORMAL].end_pfn, max_low_pfn);
	KTEST_EXPECT_PTR_EQ(t, high_memory,
			    phys_to_virt(pfn_to_phys(max_low_pfn)));
	KTEST_EXPECT_PTR_EQ(t, z[ZONE_DMA].map, mem_map);
	KTEST_EXPECT_PTR_EQ(t, pfn_zone(0), &z[ZONE_DMA]);
	KTEST_EXPECT_EQ(t, page_state(pfn_to_page(0)), PAGE_RESERVED);
}

static void
the_loaders_ranges_must_be_ram_and_clear_of_the_image(struct ktest *t)
{
	const struct memmap *map = mm_firmware_map();
	phys_addr_t end;

	KTEST_ASSERT_NOT_NULL(t, map);
	end = pfn_to_phys(map->runs[0].end);
	KTEST_EXPECT_TRUE(t, mm_boot_range_sound(end - 16, end));
	KTEST_EXPECT_FALSE(t, mm_boot_range_sound(end - 16, end + 1));
	KTEST_EXPECT_FALSE(t, mm_boot_range_sound(end, end));
}

static const struct ktest_case mm_init_cases[] = {
	KTEST_CASE(zones_follow_from_each_known_map),
	KTEST_CASE(zone_edges_hold_one_below_at_and_one_above),
	KTEST_CASE(need_equal_to_have_is_enough_and_one_less_is_not),
	KTEST_CASE(the_array_takes_at_most_half_of_low_memory),
	KTEST_CASE(ram_far_up_has_records_in_sections),
	KTEST_CASE(sections_take_at_most_half_of_low_memory),
	KTEST_CASE(an_array_that_fits_stays_flat),
	KTEST_CASE(the_array_fits_in_one_piece_of_low_memory),
	KTEST_CASE(each_frame_goes_where_the_map_and_bootmem_say),
	KTEST_CASE(an_empty_zone_takes_part_in_nothing),
	KTEST_CASE(random_machines_place_every_frame),
	KTEST_CASE(the_live_zones_touch_and_end_at_max_pfn),
	KTEST_CASE(the_loaders_ranges_must_be_ram_and_clear_of_the_image),
};
KTEST_SUITE(mm_init, mm_init_cases);
