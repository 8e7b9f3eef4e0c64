/* SPDX-License-Identifier: MIT */
/*
 * memtest_test.c - memory with stuck bytes
 *
 * A page of the made-up memory is one word, with a mask of bits that read as
 * they like, whatever is written. Real pages are looked at by the last cases.
 */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <asm/irqflags.h>
#include <asm/pgtable.h>
#include <mm/memtest.h>
#include <mm/page_alloc.h>

#define PAGES 512u
#define FIRST 16u /* RAM begins at this frame */
#define ROOM 128u

static struct {
	u32 stored;
	u32 stuck_mask; /* 0: sound */
	u32 stuck_value;
} memory[PAGES];

static struct bootmem_range memory_room[4];
static struct bootmem_range reserved_room[ROOM];
static struct bootmem bm;
static struct memtest_result result;
static unsigned int nr_fills, nr_reads;
static unsigned int fills_at_first_read;

static void stuck_fill(pfn_t pfn, u32 pattern)
{
	memory[pfn].stored = pattern;
	nr_fills++;
}

static bool stuck_holds(pfn_t pfn, u32 pattern)
{
	u32 mask = memory[pfn].stuck_mask;
	u32 read = (memory[pfn].stored & ~mask) |
		   (memory[pfn].stuck_value & mask);

	if (!nr_reads++)
		fills_at_first_read = nr_fills;
	return read == pattern;
}

static const struct memtest_access stuck = { stuck_fill, stuck_holds };

/* Sound RAM in the frames FIRST to PAGES. */
static void begin(struct ktest *t)
{
	memset(memory, 0, sizeof(memory));
	nr_fills = 0;
	nr_reads = 0;
	bootmem_init(&bm, "test", memory_room, ARRAY_SIZE(memory_room),
		     reserved_room, ROOM);
	KTEST_EXPECT_EQ(
		t,
		bootmem_add(&bm, pfn_to_phys(FIRST), pfn_to_phys(PAGES), "ram"),
		0);
}

static void stick(pfn_t pfn, u32 mask, u32 value)
{
	memory[pfn].stuck_mask = mask;
	memory[pfn].stuck_value = value;
}

static void run(unsigned int passes)
{
	memtest_run(&bm, 0, PAGES, passes, &stuck, &result);
}

static u64 bad_pages(void)
{
	return bootmem_owned_bytes(&bm, MM_OWNER_BAD) >> PAGE_SHIFT;
}

static void sound_memory_is_written_read_and_left_free(struct ktest *t)
{
	begin(t);
	run(3);
	KTEST_EXPECT_EQ(t, result.tested_pages, PAGES - FIRST);
	KTEST_EXPECT_EQ(t, result.bad_pages, 0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 0);
	KTEST_EXPECT_EQ(t, nr_fills, 3 * (PAGES - FIRST));
	/* Not page by page: a cache would answer. */
	KTEST_EXPECT_EQ(t, fills_at_first_read, PAGES - FIRST);
	/* The last pattern is 0. */
	KTEST_EXPECT_EQ(t, memory[FIRST].stored, 0);
}

static void a_stuck_byte_costs_its_page_and_no_other(struct ktest *t)
{
	begin(t);
	stick(100, 0xff00, 0x1200);
	run(2);
	KTEST_EXPECT_EQ(t, result.bad_pages, 1);
	KTEST_ASSERT_EQ(t, bm.reserved.nr, 1);
	KTEST_EXPECT_EQ(t, reserved_room[0].start, pfn_to_phys(100));
	KTEST_EXPECT_EQ(t, reserved_room[0].end, pfn_to_phys(101));
	KTEST_EXPECT_STREQ(t, reserved_room[0].owner, "bad");
	KTEST_EXPECT_EQ(t, reserved_room[0].kind, BOOTMEM_KEPT);
}

static void a_bit_stuck_at_either_value_is_found_in_two_passes(struct ktest *t)
{
	begin(t);
	stick(100, 1, 0); /* right for pattern 0 only */
	stick(200, BIT(31), BIT(31)); /* right for ffffffff only */
	run(1);
	KTEST_EXPECT_EQ(t, bad_pages(), 1);
	KTEST_EXPECT_EQ(t, reserved_room[0].start, pfn_to_phys(200));
	begin(t);
	stick(100, 1, 0);
	stick(200, BIT(31), BIT(31));
	run(2);
	KTEST_EXPECT_EQ(t, bad_pages(), 2);
	KTEST_EXPECT_EQ(t, result.bad_pages, 2);
}

static void bad_pages_in_a_row_are_one_range(struct ktest *t)
{
	unsigned int i;

	begin(t);
	for (i = FIRST; i < FIRST + 8; i++)
		stick(i, 0xff, 0x5a);
	stick(PAGES - 1, 0xff, 0x5a);
	run(2);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 2);
	KTEST_EXPECT_EQ(t, bad_pages(), 9);
	KTEST_EXPECT_EQ(t, reserved_room[0].end, pfn_to_phys(FIRST + 8));
	KTEST_EXPECT_EQ(t, reserved_room[1].end, pfn_to_phys(PAGES));
}

static void what_is_taken_is_neither_written_nor_judged(struct ktest *t)
{
	begin(t);
	memory[50].stored = 0x12345678;
	stick(50, 0xff, 0x78);
	stick(51, 0xff, 0x78);
	/* One byte of page 50 is somebody's, so all of it is. */
	KTEST_EXPECT_EQ(t,
			bootmem_reserve(&bm, pfn_to_phys(50) + 7,
					pfn_to_phys(50) + 8, "k"),
			0);
	run(4);
	KTEST_EXPECT_EQ(t, memory[50].stored, 0x12345678);
	KTEST_EXPECT_EQ(t, result.tested_pages, PAGES - FIRST - 1);
	KTEST_EXPECT_EQ(t, result.bad_pages, 1);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 2);
}

static void only_frames_between_the_limits_are_tested(struct ktest *t)
{
	begin(t);
	stick(99, 1, 1);
	stick(100, 1, 1);
	stick(149, 1, 1);
	stick(150, 1, 1);
	memtest_run(&bm, 100, 150, 1, &stuck, &result);
	KTEST_EXPECT_EQ(t, result.tested_pages, 50);
	KTEST_EXPECT_EQ(t, bad_pages(), 2);
	KTEST_EXPECT_EQ(t, reserved_room[0].start, pfn_to_phys(100));
	KTEST_EXPECT_EQ(t, reserved_room[1].start, pfn_to_phys(149));
}

static void no_pass_touches_nothing(struct ktest *t)
{
	begin(t);
	stick(100, 1, 1);
	run(0);
	KTEST_EXPECT_EQ(t, nr_fills + nr_reads, 0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 0);
}

/* Every second page: 248 places, but the lists must not be flooded. */
static void memory_bad_in_many_places_is_given_up_in_stretches(struct ktest *t)
{
	unsigned int i;

	begin(t);
	for (i = FIRST; i < PAGES; i += 2)
		stick(i, 0xff, 0x5a);
	run(17);
	KTEST_EXPECT_LE(t, bm.reserved.nr, 33);
	for (i = FIRST; i < PAGES; i += 2)
		KTEST_EXPECT_EQ(t, bootmem_free_pages_between(&bm, i, i + 1),
				0);
	KTEST_EXPECT_EQ(t, result.bad_pages, bad_pages());
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
}

static void random_stuck_bits_never_stay_free(struct ktest *t)
{
	unsigned int i, round, nr_stuck;

	for (round = 0; round < 20; round++) {
		begin(t);
		nr_stuck = 0;
		for (i = FIRST; i < PAGES; i++) {
			if (ktest_random(t) % 32)
				continue;
			stick(i, 1u << ktest_random(t) % 32, ktest_random(t));
			nr_stuck++;
		}
		run(2);
		for (i = FIRST; i < PAGES; i++) {
			bool is_free =
				bootmem_free_pages_between(&bm, i, i + 1);

			KTEST_EXPECT_FALSE(t, memory[i].stuck_mask && is_free);
			/* Few places: no sound page is lost for them. */
			if (nr_stuck < 30)
				KTEST_EXPECT_TRUE(t, memory[i].stuck_mask ||
							     is_free);
		}
		KTEST_EXPECT_EQ(t, result.bad_pages, bad_pages());
		KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
	}
}

static void a_pass_is_never_alone(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, memtest_passes_for(0), 0);
	KTEST_EXPECT_EQ(t, memtest_passes_for(1), 2);
	KTEST_EXPECT_EQ(t, memtest_passes_for(2), 2);
	KTEST_EXPECT_EQ(t, memtest_passes_for(17), 17);
}

static void patterns_come_in_pairs_and_end_with_0(struct ktest *t)
{
	unsigned int i;

	KTEST_EXPECT_EQ(t, memtest_pattern(0), 0);
	for (i = 0; i < 16; i += 2)
		KTEST_EXPECT_EQ(t, memtest_pattern(i) ^ memtest_pattern(i + 1),
				0xffffffff);
	KTEST_EXPECT_EQ(t, memtest_pattern(17), memtest_pattern(0));
}

/* Is a bit that is changed at @offset of the page noticed? */
static void one_bit(struct ktest *t, const struct memtest_access *access,
		    pfn_t pfn, unsigned int offset)
{
	u8 *va = kmap_local_slot(1, pfn);

	va[offset] ^= 0x10;
	KTEST_EXPECT_FALSE(t, access->holds(pfn, 0x5aa5c33c));
	va[offset] ^= 0x10;
	kunmap_local_slot(1, va);
}

/* The live functions: each byte of a page counts. */
static void real_pages(struct ktest *t, const struct memtest_access *access,
		       gfp_t gfp)
{
	static const unsigned int offsets[] = {
		0, 1, 2, 3, 4, 2047, 2048, PAGE_SIZE - 4, PAGE_SIZE - 1,
	};
	struct page *page = alloc_pages(gfp, 0);
	unsigned long flags;
	unsigned int i;
	pfn_t pfn;

	KTEST_ASSERT_NOT_NULL(t, page);
	pfn = page_to_pfn(page);
	flags = local_irq_save();
	access->fill(pfn, 0x5aa5c33c);
	KTEST_EXPECT_TRUE(t, access->holds(pfn, 0x5aa5c33c));
	KTEST_EXPECT_FALSE(t, access->holds(pfn, 0x5aa5c33d));
	for (i = 0; i < ARRAY_SIZE(offsets); i++)
		one_bit(t, access, pfn, offsets[i]);
	KTEST_EXPECT_TRUE(t, access->holds(pfn, 0x5aa5c33c));
	local_irq_restore(flags);
	__free_pages(page, 0);
}

static void a_real_page_is_read_to_its_last_byte(struct ktest *t)
{
	real_pages(t, &memtest_direct, GFP_KERNEL);
}

static void a_page_without_an_address_is_mapped_for_it(struct ktest *t)
{
	real_pages(t, &memtest_mapped, GFP_KERNEL | __GFP_HIGHMEM);
}

static const struct ktest_case memtest_cases[] = {
	KTEST_CASE(sound_memory_is_written_read_and_left_free),
	KTEST_CASE(a_stuck_byte_costs_its_page_and_no_other),
	KTEST_CASE(a_bit_stuck_at_either_value_is_found_in_two_passes),
	KTEST_CASE(bad_pages_in_a_row_are_one_range),
	KTEST_CASE(what_is_taken_is_neither_written_nor_judged),
	KTEST_CASE(only_frames_between_the_limits_are_tested),
	KTEST_CASE(no_pass_touches_nothing),
	KTEST_CASE(memory_bad_in_many_places_is_given_up_in_stretches),
	KTEST_CASE(random_stuck_bits_never_stay_free),
	KTEST_CASE(patterns_come_in_pairs_and_end_with_0),
	KTEST_CASE(a_pass_is_never_alone),
	KTEST_CASE(a_real_page_is_read_to_its_last_byte),
	KTEST_CASE(a_page_without_an_address_is_mapped_for_it),
};
KTEST_SUITE(memtest, memtest_cases);
