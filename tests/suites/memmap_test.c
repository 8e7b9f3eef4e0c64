/* SPDX-License-Identifier: MIT */
/*
 * memmap_test.c - the map sanitiser against odd maps and a naive reference
 *
 * Real and constructed maps stand as tables with the figures that
 * tests/e820/expected.tsv has for them; all thirty are compared by
 * tests/host/e820_check.sh. The random cases draw maps in a space of 64 page
 * frames, at the bottom or at the very top of the 64-bit addresses, and ask the
 * rules anew for each frame, byte by byte if need be.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/memmap.h>
#include <kernel/string.h>
#include <kernel/util.h>

#define SPACE_PFNS 64u
#define SPACE_BITS 18 /* 64 frames of 4 KiB */

/* Shared by all cases: suites run one after the other. */
static struct memmap map;
static struct boot_mmap_entry raw[BOOT_MMAP_ENTRIES + 2];

struct wanted {
	unsigned int runs;
	u64 dma, normal, high, ignored;
	pfn_t top;
};

/* Compare with the columns of expected.tsv. */
static void expect_map(struct ktest *t, const struct boot_mmap_entry *entries,
		       unsigned int nr, struct wanted want)
{
	struct memmap_zones zones;

	KTEST_EXPECT_EQ(t, memmap_sanitize(&map, entries, nr, 36), 0);
	KTEST_EXPECT_EQ(t, memmap_check(&map), 0);
	memmap_zone_pages(&map, MEMMAP_NORMAL_END_PFN, &zones);
	KTEST_EXPECT_EQ(t, map.nr_entries, nr);
	KTEST_EXPECT_EQ(t, map.nr_runs, want.runs);
	KTEST_EXPECT_EQ(t, zones.dma, want.dma);
	KTEST_EXPECT_EQ(t, zones.normal, want.normal);
	KTEST_EXPECT_EQ(t, zones.high, want.high);
	KTEST_EXPECT_EQ(t, zones.ignored, want.ignored);
	KTEST_EXPECT_EQ(t, memmap_top_pfn(&map), want.top);
}

/* Sanitise one or two entries into the small space. */
static int run_pair(struct boot_mmap_entry a, struct boot_mmap_entry b)
{
	raw[0] = a;
	raw[1] = b;
	return memmap_sanitize(&map, raw, 2, 36);
}

#define ENTRY(base, length, type) \
	((struct boot_mmap_entry){ base, length, type })
#define NOTHING ENTRY(0, 0, 2)

/* --- maps of tests/e820 ------------------------------------------------ */

static void unsorted_map_equals_the_table(struct ktest *t)
{
	static const struct boot_mmap_entry entries[] = {
		{ 0x100000000, 0x40000000, 1 },
		{ 0xfffc0000, 0x40000, 2 },
		{ 0x3ffe0000, 0x20000, 2 },
		{ 0x100000, 0x3fee0000, 1 },
		{ 0xf0000, 0x10000, 2 },
		{ 0x9fc00, 0x400, 2 },
		{ 0, 0x9fc00, 1 },
	};

	expect_map(t, entries, ARRAY_SIZE(entries),
		   (struct wanted){ 3, 3999, 225280, 294880, 0, 1310720 });
	KTEST_EXPECT_EQ(t, map.nr_unsorted, 6);
	KTEST_EXPECT_EQ(t, map.nr_overlapping, 0);
}

static void unknown_types_are_reserved(struct ktest *t)
{
	static const struct boot_mmap_entry entries[] = {
		{ 0, 0x9fc00, 1 },
		{ 0x9fc00, 0x400, 0 },
		{ 0xf0000, 0x10000, 4294967295u },
		{ 0x100000, 0x7f00000, 1 },
		{ 0x2000000, 0x100000, 12 },
		{ 0x3000000, 0x100000, 2954887168u },
		{ 0x8000000, 0x100000, 7 },
	};

	expect_map(t, entries, ARRAY_SIZE(entries),
		   (struct wanted){ 4, 3999, 28160, 0, 0, 32768 });
	KTEST_EXPECT_EQ(t, map.nr_unknown_type, 5);
	KTEST_EXPECT_EQ(t, map.nr_overlapping, 2);
}

static void byte_ends_are_rounded_to_pages(struct ktest *t)
{
	static const struct boot_mmap_entry entries[] = {
		{ 0, 0x9fc00, 1 },	     { 0x9fc00, 0x400, 2 },
		{ 0xe0000, 0x20000, 2 },     { 0x100000, 0x1f6dfffc, 1 },
		{ 0x1f7dfffc, 0x1ffc4, 3 },  { 0x1f7fffc0, 0x40, 4 },
		{ 0xfff00000, 0x100000, 2 },
	};

	expect_map(t, entries, ARRAY_SIZE(entries),
		   (struct wanted){ 2, 3999, 124895, 0, 0, 128991 });
	KTEST_EXPECT_EQ(t, map.rounded_bytes, 0xc00 + 0xffc);
}

static void unknown_type_at_page_0_is_kept_out(struct ktest *t)
{
	static const struct boot_mmap_entry entries[] = {
		{ 0, 0x1000, 16 },
		{ 0x1000, 0x9f000, 1 },
		{ 0xa0000, 0x60000, 2 },
		{ 0x100000, 0x7fe63000, 1 },
		{ 0x7ff63000, 0x9d000, 16 },
		{ 0xb0000000, 0x10000000, 2 },
		{ 0x100000000, 0x180000000, 1 },
	};

	expect_map(t, entries, ARRAY_SIZE(entries),
		   (struct wanted){ 3, 3999, 225280, 1867619, 0, 2621440 });
	KTEST_EXPECT_FALSE(t, memmap_page_usable(&map, 0));
	KTEST_EXPECT_TRUE(t, memmap_page_usable(&map, 1));
}

/* --- single rules ------------------------------------------------------ */

static void order_of_entries_does_not_matter(struct ktest *t)
{
	const struct boot_mmap_entry ram = ENTRY(0x1000, 0x9000, 1);
	const struct boot_mmap_entry rom = ENTRY(0x3000, 0x2000, 2);
	struct memmap_range first[2];

	KTEST_EXPECT_EQ(t, run_pair(ram, rom), 0);
	KTEST_ASSERT_EQ(t, map.nr_runs, 2);
	memcpy(first, map.runs, sizeof(first));
	KTEST_EXPECT_EQ(t, run_pair(rom, ram), 0);
	KTEST_EXPECT_EQ(t, memcmp(first, map.runs, sizeof(first)), 0);
	KTEST_EXPECT_EQ(t, first[0].start, 1);
	KTEST_EXPECT_EQ(t, first[0].end, 3);
	KTEST_EXPECT_EQ(t, first[1].start, 5);
	KTEST_EXPECT_EQ(t, first[1].end, 10);
}

static void ram_reported_twice_counts_once(struct ktest *t)
{
	KTEST_EXPECT_EQ(
		t, run_pair(ENTRY(0, 0x8000, 1), ENTRY(0x4000, 0x8000, 1)), 0);
	KTEST_EXPECT_EQ(t, map.nr_runs, 1);
	KTEST_EXPECT_EQ(t, memmap_pages_between(&map, 0, ULONG_MAX), 12);
	KTEST_EXPECT_EQ(t, map.nr_overlapping, 1);
}

static void adjacent_usable_entries_are_one_run(struct ktest *t)
{
	KTEST_EXPECT_EQ(
		t, run_pair(ENTRY(0x4000, 0x4000, 1), ENTRY(0, 0x4000, 1)), 0);
	KTEST_EXPECT_EQ(t, map.nr_runs, 1);
	KTEST_EXPECT_EQ(t, map.nr_overlapping, 0);
}

/* Two halves do not make a page: neither entry covers it. */
static void page_shared_by_two_usable_entries_is_lost(struct ktest *t)
{
	KTEST_EXPECT_EQ(
		t, run_pair(ENTRY(0, 0x1800, 1), ENTRY(0x1800, 0x1800, 1)), 0);
	KTEST_EXPECT_EQ(t, map.nr_runs, 2);
	KTEST_EXPECT_FALSE(t, memmap_page_usable(&map, 1));
	KTEST_EXPECT_EQ(t, map.rounded_bytes, 0x1000);
}

static void one_reserved_byte_takes_its_page(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, run_pair(ENTRY(0, 0x4000, 1), ENTRY(0x1fff, 2, 2)),
			0);
	KTEST_EXPECT_TRUE(t, memmap_page_usable(&map, 0));
	KTEST_EXPECT_FALSE(t, memmap_page_usable(&map, 1));
	KTEST_EXPECT_FALSE(t, memmap_page_usable(&map, 2));
	KTEST_EXPECT_TRUE(t, memmap_page_usable(&map, 3));
	KTEST_EXPECT_FALSE(t, memmap_page_usable(&map, 4));
}

/* One shared byte is an overlap, in either order; touching is none. */
static void overlap_is_told_from_touch(struct ktest *t)
{
	const struct boot_mmap_entry low = ENTRY(0, 0x2001, 1);
	const struct boot_mmap_entry high = ENTRY(0x2000, 0x2000, 5);

	KTEST_EXPECT_EQ(t, run_pair(low, high), 0);
	KTEST_EXPECT_EQ(t, map.nr_overlapping, 1);
	KTEST_EXPECT_EQ(t, map.nr_unsorted, 0);
	KTEST_EXPECT_EQ(t, map.nr_unknown_type, 0);
	KTEST_EXPECT_EQ(t, run_pair(high, low), 0);
	KTEST_EXPECT_EQ(t, map.nr_overlapping, 1);
	KTEST_EXPECT_EQ(t, map.nr_unsorted, 1);
	KTEST_EXPECT_EQ(t, run_pair(ENTRY(0, 0x2000, 1), high), 0);
	KTEST_EXPECT_EQ(t, map.nr_overlapping, 0);
	KTEST_EXPECT_EQ(t, run_pair(low, low), 0);
	KTEST_EXPECT_EQ(t, map.nr_unsorted, 0);
}

static void empty_entry_says_nothing(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, run_pair(ENTRY(0, 0x4000, 1), ENTRY(0x1000, 0, 2)),
			0);
	KTEST_EXPECT_EQ(t, map.nr_runs, 1);
	KTEST_EXPECT_EQ(t, map.nr_zero_length, 1);
}

static void entry_past_the_last_address_is_cut_there(struct ktest *t)
{
	/* Usable, far above the limit: it must not come back at 0. */
	KTEST_EXPECT_EQ(t,
			run_pair(ENTRY(U64_MAX - 0x1fff, 0x8000, 1), NOTHING),
			-ENOMEM);
	KTEST_EXPECT_EQ(t, map.nr_wrapped, 1);
	KTEST_EXPECT_EQ(t, map.clipped_pages, 2);
	/* Reserved: it takes everything up to the end. */
	KTEST_EXPECT_EQ(
		t, run_pair(ENTRY(0x2000, U64_MAX, 2), ENTRY(0, 0x8000, 1)), 0);
	KTEST_EXPECT_EQ(t, map.nr_wrapped, 1);
	KTEST_EXPECT_EQ(t, memmap_top_pfn(&map), 2);
	/* Exactly up to the end is no wrap. */
	KTEST_EXPECT_EQ(t,
			run_pair(ENTRY(U64_MAX - 0xfff, 0x1000, 2),
				 ENTRY(0, 0x8000, 1)),
			0);
	KTEST_EXPECT_EQ(t, map.nr_wrapped, 0);
}

static void whole_address_space_is_clipped(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, run_pair(ENTRY(0, U64_MAX, 1), NOTHING), 0);
	KTEST_EXPECT_EQ(t, memmap_top_pfn(&map), 1ul << 24);
	KTEST_EXPECT_EQ(t, map.clipped_pages, (1ull << 52) - 1 - (1ull << 24));
	KTEST_EXPECT_EQ(t, map.rounded_bytes, 0xfff);
}

static void address_width_of_the_cpu_limits_the_map(struct ktest *t)
{
	static const struct {
		unsigned int bits;
		pfn_t top;
	} cpus[] = {
		{ 0, 1 },	   { 12, 1 },	      { 13, 2 },
		{ 32, 1ul << 20 }, { 35, 1ul << 23 }, { 36, 1ul << 24 },
		{ 37, 1ul << 24 }, { 52, 1ul << 24 }, { UINT_MAX, 1ul << 24 },
	};
	unsigned int i;

	raw[0] = ENTRY(0, GIB(128), 1);
	for (i = 0; i < ARRAY_SIZE(cpus); i++) {
		KTEST_EXPECT_EQ(t, memmap_sanitize(&map, raw, 1, cpus[i].bits),
				0);
		KTEST_EXPECT_EQ(t, memmap_top_pfn(&map), cpus[i].top);
		KTEST_EXPECT_EQ(t, map.clipped_pages,
				(1ull << 25) - cpus[i].top);
		KTEST_EXPECT_EQ(t, memmap_check(&map), 0);
	}
}

/* RAM of 8 frames from 0 and from 16 on, with frames from @limit on hidden. */
static void expect_clipped(struct ktest *t, pfn_t limit, unsigned int nr_runs,
			   pfn_t top, u64 clipped)
{
	KTEST_EXPECT_EQ(
		t, run_pair(ENTRY(0, 0x8000, 1), ENTRY(0x10000, 0x8000, 1)), 0);
	memmap_clip(&map, limit);
	KTEST_EXPECT_EQ(t, map.nr_runs, nr_runs);
	KTEST_EXPECT_EQ(t, memmap_top_pfn(&map), top);
	KTEST_EXPECT_EQ(t, map.clipped_pages, clipped);
	KTEST_EXPECT_EQ(t, memmap_check(&map), 0);
}

static void a_clipped_map_has_nothing_from_the_limit_on(struct ktest *t)
{
	expect_clipped(t, 0, 0, 0, 16);
	expect_clipped(t, 7, 1, 7, 9);
	expect_clipped(t, 8, 1, 8, 8);
	expect_clipped(t, 16, 1, 8, 8);
	expect_clipped(t, 17, 2, 17, 7);
	expect_clipped(t, 24, 2, 24, 0);
	expect_clipped(t, 1ul << 25, 2, 24, 0);
	KTEST_EXPECT_EQ(t, map.limit_pfn, 1ul << 24);
}

/* Reserved ranges far up must size nothing. */
static void reserved_memory_does_not_raise_the_top(struct ktest *t)
{
	KTEST_EXPECT_EQ(t,
			run_pair(ENTRY(0, 0x8000, 1),
				 ENTRY(0xfd00000000, 0x300000000, 2)),
			0);
	KTEST_EXPECT_EQ(t, memmap_top_pfn(&map), 8);
	KTEST_EXPECT_EQ(t, map.clipped_pages, 0);
}

static void map_without_usable_page_is_an_error(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, memmap_sanitize(&map, raw, 0, 36), -ENOMEM);
	KTEST_EXPECT_EQ(t, memmap_top_pfn(&map), 0);
	KTEST_EXPECT_FALSE(t, memmap_page_usable(&map, 0));
	KTEST_EXPECT_EQ(t, run_pair(ENTRY(0x800, 0x1000, 1), NOTHING), -ENOMEM);
	KTEST_EXPECT_EQ(t, map.rounded_bytes, 0x1000);
	KTEST_EXPECT_EQ(t, run_pair(ENTRY(0, 0x8000, 1), ENTRY(0, 0x8000, 2)),
			-ENOMEM);
}

static void zones_split_at_their_limits(struct ktest *t)
{
	struct memmap_zones zones;

	KTEST_EXPECT_EQ(t, run_pair(ENTRY(MIB(15), MIB(1000), 1), NOTHING), 0);
	memmap_zone_pages(&map, MEMMAP_NORMAL_END_PFN, &zones);
	KTEST_EXPECT_EQ(t, zones.dma, 256);
	KTEST_EXPECT_EQ(t, zones.normal, 880 * 256);
	KTEST_EXPECT_EQ(t, zones.high, 119 * 256);
	memmap_zone_pages(&map, MEMMAP_DMA_END_PFN, &zones);
	KTEST_EXPECT_EQ(t, zones.normal, 0);
	KTEST_EXPECT_EQ(t, zones.high, 999 * 256);
}

static void pages_between_counts_half_open_ranges(struct ktest *t)
{
	KTEST_EXPECT_EQ(
		t, run_pair(ENTRY(0x2000, 0x2000, 1), ENTRY(0x8000, 0x1000, 1)),
		0);
	KTEST_EXPECT_EQ(t, memmap_pages_between(&map, 0, 2), 0);
	KTEST_EXPECT_EQ(t, memmap_pages_between(&map, 0, 3), 1);
	KTEST_EXPECT_EQ(t, memmap_pages_between(&map, 3, 9), 2);
	KTEST_EXPECT_EQ(t, memmap_pages_between(&map, 9, 3), 0);
}

/* As many runs as entries: the bound behind MEMMAP_MAX_RUNS is sharp. */
static void full_map_of_islands_fits(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < BOOT_MMAP_ENTRIES; i++)
		raw[i] = ENTRY((u64)i << 13, 0x1000, 1);
	KTEST_EXPECT_EQ(t, memmap_sanitize(&map, raw, i, 36), 0);
	KTEST_EXPECT_EQ(t, map.nr_runs, MEMMAP_MAX_RUNS);
	KTEST_EXPECT_EQ(t, map.nr_runs_dropped, 0);
	/* One entry, cut by all the others, is the other way to get there. */
	for (i = 1; i < BOOT_MMAP_ENTRIES; i++)
		raw[i] = ENTRY((u64)i << 13, 0x1000, 2);
	raw[0] = ENTRY(0, GIB(1), 1);
	KTEST_EXPECT_EQ(t, memmap_sanitize(&map, raw, i, 36), 0);
	KTEST_EXPECT_EQ(t, map.nr_runs, MEMMAP_MAX_RUNS);
	KTEST_EXPECT_EQ(t, memmap_check(&map), 0);
}

static void runs_beyond_capacity_are_dropped_and_counted(struct ktest *t)
{
	struct memmap_zones zones;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(raw); i++)
		raw[i] = ENTRY((u64)i << 14, 0x2000, 1);
	KTEST_EXPECT_EQ(t, memmap_sanitize(&map, raw, i, 36), 0);
	KTEST_EXPECT_EQ(t, map.nr_runs, MEMMAP_MAX_RUNS);
	KTEST_EXPECT_EQ(t, map.nr_runs_dropped, 2);
	memmap_zone_pages(&map, MEMMAP_NORMAL_END_PFN, &zones);
	KTEST_EXPECT_EQ(t, zones.ignored, 4);
	KTEST_EXPECT_EQ(t, memmap_check(&map), 0);
}

static void summary_names_what_was_changed(struct ktest *t)
{
	char buf[192];

	KTEST_EXPECT_EQ(
		t, run_pair(ENTRY(0, 0x4000, 1), ENTRY(0x4000, 0x1000, 2)), 0);
	KTEST_EXPECT_EQ(t, memmap_summary(&map, buf, sizeof(buf)), 0);
	KTEST_EXPECT_STREQ(t, buf, "");
	KTEST_EXPECT_EQ(
		t, run_pair(ENTRY(0x1000, 0x3800, 1), ENTRY(0, 0x2000, 9)), 0);
	KTEST_EXPECT_EQ(t, memmap_summary(&map, buf, sizeof(buf)), strlen(buf));
	KTEST_EXPECT_STREQ(t, buf,
			   "entries=2 unsorted=1 overlapping=1 "
			   "unknown_type=1 rounded_bytes=2048");
	KTEST_EXPECT_EQ(t, memmap_summary(&map, buf, 10), 9);
	KTEST_EXPECT_EQ(t, memmap_summary(&map, buf, 0), 0);
}

static void checker_finds_each_broken_invariant(struct ktest *t)
{
	KTEST_EXPECT_EQ(
		t, run_pair(ENTRY(0, 0x4000, 1), ENTRY(0x8000, 0x4000, 1)), 0);
	KTEST_EXPECT_EQ(t, memmap_check(&map), 0);
	map.runs[0].start = map.runs[0].end;
	KTEST_EXPECT_EQ(t, memmap_check(&map), 1);
	map.runs[0].start = 0;
	map.runs[0].end = map.runs[1].start;
	KTEST_EXPECT_EQ(t, memmap_check(&map), 2);
	map.runs[0].end = 4;
	map.limit_pfn = map.runs[1].end - 1;
	KTEST_EXPECT_EQ(t, memmap_check(&map), 3);
}

/* --- random maps against the rules, frame by frame --------------------- */

/* Does the entry contain the byte? Its end is cut at 2^64 by this form. */
static bool contains(const struct boot_mmap_entry *e, u64 byte)
{
	return byte >= e->base && byte - e->base < e->length;
}

static bool naive_usable(const struct boot_mmap_entry *entries, unsigned int nr,
			 u64 pfn)
{
	u64 first = pfn << 12;
	bool covered = false;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const struct boot_mmap_entry *e = &entries[i];
		bool head = contains(e, first);

		if (e->type == 1) {
			covered |= head && contains(e, first + 0xfff);
			continue;
		}
		/* Touched: it has the first byte, or begins in the page. */
		if (head || (e->length && e->base - first < 0x1000))
			return false;
	}
	return covered;
}

/* A number below @n; the bias does not matter here. */
static u32 draw(struct ktest *t, u32 n)
{
	return (u32)(((u64)ktest_random(t) * n) >> 32);
}

/* An entry in the space of 64 frames above @origin, odd in some way. */
static struct boot_mmap_entry draw_entry(struct ktest *t, u64 origin)
{
	struct boot_mmap_entry e = {
		.base = origin + draw(t, SPACE_PFNS << 12),
		.length = draw(t, (SPACE_PFNS / 3) << 12),
		.type = draw(t, 3) ? 1 : draw(t, 8),
	};

	if (draw(t, 2)) /* most real maps are page-aligned */
		e.base &= ~0xfffull;
	if (draw(t, 2))
		e.length &= ~0xfffull;
	if (draw(t, 16) == 0)
		e.length = 0;
	if (draw(t, 32) == 0)
		e.length = U64_MAX - draw(t, 0x4000);
	return e;
}

static void compare_with_naive(struct ktest *t, unsigned int nr)
{
	u64 pages = 0;
	pfn_t pfn, top = 0;
	int err = memmap_sanitize(&map, raw, nr, SPACE_BITS);

	for (pfn = 0; pfn < SPACE_PFNS; pfn++) {
		bool want = naive_usable(raw, nr, pfn);

		if (memmap_page_usable(&map, pfn) != want)
			KTEST_FAIL(t, "frame %lu: usable should be %d", pfn,
				   want);
		pages += want;
		if (want)
			top = pfn + 1;
	}
	KTEST_EXPECT_EQ(t, memmap_check(&map), 0);
	KTEST_EXPECT_EQ(t, memmap_pages_between(&map, 0, SPACE_PFNS), pages);
	KTEST_EXPECT_EQ(t, memmap_top_pfn(&map), top);
	KTEST_EXPECT_EQ(t, err, pages ? 0 : -ENOMEM);
}

static void random_maps_equal_the_naive_reference(struct ktest *t)
{
	unsigned int round, nr, i;

	for (round = 0; round < 3000 && !t->failed; round++) {
		nr = draw(t, 24);
		for (i = 0; i < nr; i++)
			raw[i] = draw_entry(t, 0);
		compare_with_naive(t, nr);
	}
}

/* The same frames at the end of the address space: all are clipped. */
static void random_maps_at_the_last_address_are_clipped_exactly(struct ktest *t)
{
	const u64 first = (1ull << 52) - SPACE_PFNS;
	unsigned int round, nr, i;

	for (round = 0; round < 1000 && !t->failed; round++) {
		u64 pages = 0;

		nr = draw(t, 12);
		for (i = 0; i < nr; i++)
			raw[i] = draw_entry(t, first << 12);
		for (i = 0; i < SPACE_PFNS; i++)
			pages += naive_usable(raw, nr, first + i);
		KTEST_EXPECT_EQ(t, memmap_sanitize(&map, raw, nr, 36), -ENOMEM);
		KTEST_EXPECT_EQ(t, map.clipped_pages, pages);
	}
}

static const struct ktest_case memmap_cases[] = {
	KTEST_CASE(unsorted_map_equals_the_table),
	KTEST_CASE(unknown_types_are_reserved),
	KTEST_CASE(byte_ends_are_rounded_to_pages),
	KTEST_CASE(unknown_type_at_page_0_is_kept_out),
	KTEST_CASE(order_of_entries_does_not_matter),
	KTEST_CASE(ram_reported_twice_counts_once),
	KTEST_CASE(adjacent_usable_entries_are_one_run),
	KTEST_CASE(page_shared_by_two_usable_entries_is_lost),
	KTEST_CASE(one_reserved_byte_takes_its_page),
	KTEST_CASE(overlap_is_told_from_touch),
	KTEST_CASE(empty_entry_says_nothing),
	KTEST_CASE(entry_past_the_last_address_is_cut_there),
	KTEST_CASE(whole_address_space_is_clipped),
	KTEST_CASE(address_width_of_the_cpu_limits_the_map),
	KTEST_CASE(a_clipped_map_has_nothing_from_the_limit_on),
	KTEST_CASE(reserved_memory_does_not_raise_the_top),
	KTEST_CASE(map_without_usable_page_is_an_error),
	KTEST_CASE(zones_split_at_their_limits),
	KTEST_CASE(pages_between_counts_half_open_ranges),
	KTEST_CASE(full_map_of_islands_fits),
	KTEST_CASE(runs_beyond_capacity_are_dropped_and_counted),
	KTEST_CASE(summary_names_what_was_changed),
	KTEST_CASE(checker_finds_each_broken_invariant),
	KTEST_CASE(random_maps_equal_the_naive_reference),
	KTEST_CASE(random_maps_at_the_last_address_are_clipped_exactly),
};
KTEST_SUITE(memmap, memmap_cases);
