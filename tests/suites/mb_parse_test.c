/* SPDX-License-Identifier: MIT */
/*
 * mb_parse_test.c - what the multiboot2 parser makes of good and bad blocks,
 * and what both parsers share: room for maps, lines, modules; the words
 */
#include <kernel/errno.h>
#include <kernel/util.h>
#include "mb_fixture.h"

/* --- multiboot2: sound blocks ------------------------------------------ */

static void mb2_block_is_copied_tag_by_tag(struct ktest *t)
{
	u32 pos;

	block_begin();
	block_tag_text(1, "loglevel=7 run=\"cat /proc/meminfo\"");
	block_tag_text(2, "GRUB 2.06");
	block_meminfo();
	pos = block_tag_mmap(2, 24);
	put_entry(pos, 0, 0x9fc00, 1);
	put_entry(pos + 24, 0x9fc00, 0x400, 2);
	pos = block_tag_pair(3, 22, 0x200000, 0x201234);
	put_text(pos + 16, "ab cd");
	put32(block_tag(21, 12) + 8, 0x100000);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_TRUE(t, bi_sound(0));
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.protocol, BOOT_PROTOCOL_MULTIBOOT2);
	KTEST_EXPECT_STREQ(t, mb_bi.cmdline,
			   "loglevel=7 run=\"cat /proc/meminfo\"");
	KTEST_EXPECT_STREQ(t, mb_bi.loader, "GRUB 2.06");
	KTEST_EXPECT_EQ(t, mb_bi.mem_upper_kib, 130048);
	KTEST_EXPECT_EQ(t, mb_bi.mmap_source, BOOT_MMAP_FROM_FIRMWARE);
	KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, 2);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[1].base, 0x9fc00);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[1].type, 2);
	KTEST_EXPECT_EQ(t, mb_bi.nr_modules, 1);
	KTEST_EXPECT_EQ(t, mb_bi.modules[0].end, 0x201234);
	KTEST_EXPECT_STREQ(t, mb_bi.modules[0].string, "ab cd");
	KTEST_EXPECT_TRUE(t, mb_bi.load_base_present);
	KTEST_EXPECT_EQ(t, mb_bi.load_base, 0x100000);
	KTEST_EXPECT_EQ(t, mb_bi.nr_tags, 6);
}

static void mb2_loader_memory_is_kept(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	block_tag_pair(3, 17, 0x200000, 0x201234);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_ranges, 2);
	KTEST_EXPECT_TRUE(t, is_kept(BLOCK_PHYS, BLOCK_PHYS + mb_block_end));
	KTEST_EXPECT_TRUE(t, is_kept(0x200000, 0x201234));
	KTEST_EXPECT_STREQ(t, boot_range_name(mb_bi.ranges[0].kind),
			   "boot info");
	KTEST_EXPECT_STREQ(t, boot_range_name(mb_bi.ranges[1].kind),
			   "boot module");
}

static void mb2_unknown_tags_are_skipped_in_silence(struct ktest *t)
{
	block_begin();
	block_tag(10, 28);
	block_tag(0xffffffff, 9);
	block_tag(22, 8);
	block_usable(0, MIB(1));
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_tags_unknown, 3);
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
}

static void mb2_framebuffer_is_copied(struct ktest *t)
{
	u32 pos;

	block_begin();
	block_usable(0, MIB(1));
	pos = block_tag(8, 32);
	put64(pos + 8, 0xfd000000);
	put32(pos + 16, 3200);
	put32(pos + 20, 800);
	put32(pos + 24, 600);
	mb_block[pos + 28] = 32;
	mb_block[pos + 29] = BOOT_FRAMEBUFFER_RGB;
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_TRUE(t, mb_bi.framebuffer.present);
	KTEST_EXPECT_EQ(t, mb_bi.framebuffer.addr, 0xfd000000);
	KTEST_EXPECT_EQ(t, mb_bi.framebuffer.pitch, 3200);
	KTEST_EXPECT_EQ(t, mb_bi.framebuffer.width, 800);
	KTEST_EXPECT_EQ(t, mb_bi.framebuffer.height, 600);
	KTEST_EXPECT_EQ(t, mb_bi.framebuffer.bits_per_pixel, 32);
	KTEST_EXPECT_EQ(t, mb_bi.framebuffer.type, BOOT_FRAMEBUFFER_RGB);
}

static void mb2_later_rsdp_wins_in_either_order(struct ktest *t)
{
	u32 v2_first;

	for (v2_first = 0; v2_first < 2; v2_first++) {
		u32 first = v2_first ? 15 : 14;
		u32 pos;

		block_begin();
		block_usable(0, MIB(1));
		pos = block_tag(first, first == 15 ? 44 : 28);
		mb_block[pos + 8] = (u8)first;
		first = 29 - first;
		pos = block_tag(first, first == 15 ? 44 : 28);
		mb_block[pos + 8] = (u8)first;
		KTEST_EXPECT_EQ(t, block_parse(), 0);
		KTEST_EXPECT_EQ(t, mb_bi.rsdp_bytes, 36);
		KTEST_EXPECT_EQ(t, mb_bi.rsdp[0], 15);
		KTEST_EXPECT_EQ(t, nr_problems(), 0);
	}
}

static void mb2_first_rsdp_alone_is_copied(struct ktest *t)
{
	u32 pos;

	block_begin();
	block_usable(0, MIB(1));
	pos = block_tag(14, 28);
	memcpy(mb_block + pos + 8, "RSD PTR 0123456789ab", 20);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.rsdp_bytes, 20);
	KTEST_EXPECT_EQ(t, memcmp(mb_bi.rsdp, "RSD PTR 0123456789ab", 20), 0);
	KTEST_EXPECT_EQ(t, mb_bi.rsdp[20], 0);
}

/* --- multiboot2: bad blocks -------------------------------------------- */

static void mb2_absurd_total_size_is_answered(struct ktest *t)
{
	static const u32 sizes[] = { 0, 7, 8, 15 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		block_begin();
		put32(0, sizes[i]);
		KTEST_EXPECT_EQ(t, mb2_parse(&mb_bi, mb_block, BLOCK_BYTES, 0),
				-EINVAL);
		KTEST_EXPECT_TRUE(
			t, only_problem(BOOT_PROBLEM_BLOCK_SIZE, sizes[i]));
	}
	block_begin();
	KTEST_EXPECT_EQ(t, block_parse(), -ENXIO); /* an end tag, no more */
	KTEST_EXPECT_EQ(t, mb2_parse(&mb_bi, mb_block, 8, 0), -ENXIO);
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_BLOCK_CUT, 16));
	KTEST_EXPECT_EQ(t, mb2_parse(&mb_bi, mb_block, 7, 0x1234), -EINVAL);
	KTEST_EXPECT_TRUE(t,
			  only_problem(BOOT_PROBLEM_BLOCK_UNREADABLE, 0x1234));
}

static void mb2_block_beyond_readable_memory_is_cut(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	block_tag(0, 8);
	put32(0, U32_MAX);
	KTEST_EXPECT_EQ(
		t, mb2_parse(&mb_bi, mb_block, mb_block_end, BLOCK_PHYS), 0);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_BLOCK_CUT, U32_MAX));
	KTEST_EXPECT_EQ(t, mb_bi.ranges[0].end, BLOCK_PHYS + mb_block_end);
}

/* What came before the bad tag stands, what comes behind is lost. */
static void mb2_tag_smaller_than_its_header_ends_the_walk(struct ktest *t)
{
	static const u32 sizes[] = { 0, 7 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		block_begin();
		block_usable(0, MIB(1));
		put32(block_tag(2, 8) + 4, sizes[i]);
		block_tag_text(1, "lost");
		KTEST_EXPECT_EQ(t, block_parse(), 0);
		KTEST_EXPECT_TRUE(
			t, only_problem(BOOT_PROBLEM_TAG_SIZE, sizes[i]));
		KTEST_EXPECT_STREQ(t, mb_bi.cmdline, "");
		KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, 1);
	}
}

static void mb2_tag_past_the_end_is_refused(struct ktest *t)
{
	static const u32 sizes[] = { 17, 4096, 0x7fffffff, 0xfffffff8,
				     U32_MAX };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		block_begin();
		block_usable(0, MIB(1));
		put32(block_tag(1, 8) + 4, sizes[i]);
		KTEST_EXPECT_EQ(t, block_parse(), 0);
		KTEST_EXPECT_TRUE(
			t, only_problem(BOOT_PROBLEM_TAG_PAST_END, sizes[i]));
	}
}

static void mb2_missing_end_tag_is_noted(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	put32(0, mb_block_end);
	KTEST_EXPECT_EQ(
		t, mb2_parse(&mb_bi, mb_block, mb_block_end, BLOCK_PHYS), 0);
	KTEST_EXPECT_TRUE(t,
			  only_problem(BOOT_PROBLEM_NO_END_TAG, mb_block_end));
}

static void mb2_short_tags_are_refused_alone(struct ktest *t)
{
	static const u32 types[] = { 3, 4, 6, 8, 9, 14, 15, 21 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		block_begin();
		block_tag(types[i], 11);
		block_usable(0, MIB(1));
		KTEST_EXPECT_EQ(t, block_parse(), 0);
		KTEST_EXPECT_TRUE(
			t, only_problem(BOOT_PROBLEM_TAG_SHORT, types[i]));
	}
}

static void mb2_text_without_end_is_cut_at_its_tag(struct ktest *t)
{
	u32 pos;

	block_begin();
	block_usable(0, MIB(1));
	pos = block_tag(1, 12);
	memcpy(mb_block + pos + 8, "abcdWXYZ", 8);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_STREQ(t, mb_bi.cmdline, "abcd");
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_STRING_END, 1));
}

static void mb2_first_of_two_equal_tags_holds(struct ktest *t)
{
	static const u32 types[] = { 1, 2, 4, 6, 8, 9, 14, 15, 21 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		block_begin();
		block_usable(0, MIB(1));
		if (types[i] != 6)
			block_tag(types[i], 64);
		block_tag(types[i], 64);
		KTEST_EXPECT_EQ(t, block_parse(), 0);
		KTEST_EXPECT_TRUE(
			t, only_problem(BOOT_PROBLEM_TAG_TWICE, types[i]));
	}
	block_begin();
	block_usable(0, MIB(1));
	block_tag_text(1, "one");
	block_tag_text(1, "two");
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_STREQ(t, mb_bi.cmdline, "one");
}

/* The last tag's padding is not the loader's duty. */
static void mb2_last_tag_needs_no_padding(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	block_tag_text(1, "ab");
	mb_block_end -= 5;
	put32(0, mb_block_end);
	KTEST_EXPECT_EQ(
		t, mb2_parse(&mb_bi, mb_block, mb_block_end, BLOCK_PHYS), 0);
	KTEST_EXPECT_STREQ(t, mb_bi.cmdline, "ab");
	KTEST_EXPECT_TRUE(t,
			  only_problem(BOOT_PROBLEM_NO_END_TAG, mb_block_end));
}

static void mb2_block_at_the_last_address_keeps_sound_ranges(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(
		t, mb2_parse(&mb_bi, mb_block, mb_block_end, (1ull << 52) - 16),
		0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_ranges, 1);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[0].end, 1ull << 52);
	KTEST_EXPECT_EQ(
		t, mb2_parse(&mb_bi, mb_block, mb_block_end, U64_MAX - 4), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_ranges, 0);
}

/* A loader's readable bytes may end anywhere. */
static void mb2_every_prefix_of_a_block_is_answered(struct ktest *t)
{
	u32 total, avail;

	block_begin();
	block_tag_text(1, "a=1 b=2");
	block_tag_pair(3, 17, 0x200000, 0x201000);
	block_usable(0, MIB(1));
	block_meminfo();
	KTEST_ASSERT_EQ(t, block_parse(), 0);
	total = mb_block_end;
	for (avail = 0; avail < total; avail++) {
		int err = mb2_parse(&mb_bi, mb_block, avail, BLOCK_PHYS);

		if (!KTEST_EXPECT_TRUE(t, bi_sound(err)) ||
		    !KTEST_EXPECT_TRUE(t, nr_problems() > 0))
			KTEST_FAIL(t, "prefix of %u bytes", avail);
	}
}

static void mb2_block_needs_no_alignment(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	block_tag_text(1, "odd");
	KTEST_ASSERT_EQ(t, block_parse(), 0);
	memmove(mb_block + 1, mb_block, mb_block_end);
	KTEST_EXPECT_EQ(
		t, mb2_parse(&mb_bi, mb_block + 1, mb_block_end, BLOCK_PHYS),
		0);
	KTEST_EXPECT_STREQ(t, mb_bi.cmdline, "odd");
}

static void mb2_random_damage_is_survived(struct ktest *t)
{
	u32 round, i;

	for (round = 0; round < 2000; round++) {
		int err;

		block_begin();
		block_tag_text(1, "a=1 b=2");
		block_tag_pair(3, 17, 0x200000, 0x201000);
		block_usable(0, MIB(1));
		block_tag(9, 20 + 40);
		block_meminfo();
		block_tag(0, 8);
		put32(0, mb_block_end);
		for (i = 0; i < 3; i++)
			mb_block[ktest_random(t) & 127] = (u8)ktest_random(t);
		err = mb2_parse(&mb_bi, mb_block, mb_block_end, BLOCK_PHYS);
		if (!KTEST_EXPECT_TRUE(t, bi_sound(err)))
			return;
	}
}

/* --- memory maps ------------------------------------------------------- */

static void mb2_bad_map_entry_size_falls_back_to_meminfo(struct ktest *t)
{
	static const u32 sizes[] = { 0,	 1,  8,	  16,	20,	 23,
				     25, 28, 136, 4096, U32_MAX, 0xfffffff8 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		block_begin();
		block_tag_mmap(3, sizes[i]);
		block_meminfo();
		KTEST_EXPECT_EQ(t, block_parse(), 0);
		KTEST_EXPECT_TRUE(
			t, noted(BOOT_PROBLEM_MMAP_ENTRY_SIZE, sizes[i]));
		KTEST_EXPECT_TRUE(
			t, noted(BOOT_PROBLEM_MMAP_FALLBACK, 639 + 130048));
		KTEST_EXPECT_EQ(t, nr_problems(), 2);
		KTEST_EXPECT_EQ(t, mb_bi.mmap_source, BOOT_MMAP_FROM_MEMINFO);
		KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, 2);
		KTEST_EXPECT_EQ(t, mb_bi.mmap[0].length, 639 * 1024);
		KTEST_EXPECT_EQ(t, mb_bi.mmap[1].base, MIB(1));
		KTEST_EXPECT_EQ(t, mb_bi.mmap[1].length, 130048 * 1024);
	}
}

static void mb2_larger_map_entries_are_understood(struct ktest *t)
{
	u32 pos;

	block_begin();
	pos = block_tag_mmap(4, 32);
	put_entry(pos, 0, 0x9fc00, 1);
	put_entry(pos + 32, 0x100000, 0x400000, 1);
	put_entry(pos + 64, 0x500000, 0x1000, 3);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, 3);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[2].type, 3);
}

static void mb2_part_of_a_map_entry_is_noted(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	put32(12, 16 + 24 + 6);
	mb_block_end += 8;
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, 1);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_MMAP_TAIL, 6));
}

static void mb2_sound_map_is_taken_after_a_refused_one(struct ktest *t)
{
	block_begin();
	block_tag_mmap(1, 20);
	block_usable(0, MIB(2));
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[0].length, MIB(2));
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_MMAP_ENTRY_SIZE, 20));
}

static void mb2_empty_map_falls_back_to_meminfo(struct ktest *t)
{
	block_begin();
	block_tag_mmap(0, 24);
	block_meminfo();
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.mmap_source, BOOT_MMAP_FROM_MEMINFO);
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_MMAP_EMPTY, 0));
}

static void no_word_about_memory_is_an_error_with_a_sentence(struct ktest *t)
{
	char buf[160];

	block_begin();
	block_tag_text(1, "quiet");
	KTEST_EXPECT_EQ(t, block_parse(), -ENXIO);
	KTEST_EXPECT_TRUE(t, bi_sound(-ENXIO));
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_NO_MEMORY, 0));
	KTEST_EXPECT_TRUE(t,
			  boot_info_problem(&mb_bi, 0, buf, sizeof(buf)) > 0);
	KTEST_EXPECT_STREQ(t, buf,
			   "neither a memory map nor a basic memory size");
	/* A size of 0 says no more than no size. */
	block_begin();
	block_tag_pair(4, 16, 0, 0);
	KTEST_EXPECT_EQ(t, block_parse(), -ENXIO);
}

/* Base memory ends below the video hole, whatever the figure says. */
static void basic_memory_size_is_not_believed_blindly(struct ktest *t)
{
	block_begin();
	block_tag_pair(4, 16, 1024, U32_MAX);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[0].length, 640 * 1024);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[1].base + mb_bi.mmap[1].length, GIB(3));
	KTEST_EXPECT_EQ(t, mb_bi.problems[BOOT_PROBLEM_MEMINFO_CLAMPED].count,
			2);
}

static void half_a_basic_memory_size_gives_one_entry(struct ktest *t)
{
	block_begin();
	block_tag_pair(4, 16, 512, 0);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, 1);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[0].length, 512 * 1024);
	block_begin();
	block_tag_pair(4, 16, 0, 4096);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, 1);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[0].base, MIB(1));
}

/* Entry @i of the maps below: usable ones of @i + 1 pages, far apart. */
static void put_nth_entry(u32 first, u32 i, u32 type)
{
	put_entry(first + i * 24, (u64)i << 24, (u64)(i + 1) << 12, type);
}

static void map_of_exactly_the_capacity_is_kept_whole(struct ktest *t)
{
	u32 first, i;

	block_begin();
	first = block_tag_mmap(BOOT_MMAP_ENTRIES, 24);
	for (i = 0; i < BOOT_MMAP_ENTRIES; i++)
		put_nth_entry(first, i, 1 + (i & 1));
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, BOOT_MMAP_ENTRIES);
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
}

static void reserved_entry_beyond_capacity_displaces_usable(struct ktest *t)
{
	u32 first, i;

	block_begin();
	first = block_tag_mmap(BOOT_MMAP_ENTRIES + 1, 24);
	for (i = 0; i < BOOT_MMAP_ENTRIES; i++)
		put_nth_entry(first, i, 1);
	put_nth_entry(first, i, 2);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, BOOT_MMAP_ENTRIES);
	KTEST_EXPECT_EQ(t, mb_bi.nr_mmap_reported, BOOT_MMAP_ENTRIES + 1);
	/* The smallest one, a single page, made room. */
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_MMAP_FULL, 4096));
	KTEST_EXPECT_EQ(t, mb_bi.mmap[0].type, 2);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[0].base, (u64)BOOT_MMAP_ENTRIES << 24);
}

static void usable_entry_beyond_capacity_displaces_smaller(struct ktest *t)
{
	u32 first, i;

	block_begin();
	first = block_tag_mmap(BOOT_MMAP_ENTRIES + 2, 24);
	for (i = 0; i < BOOT_MMAP_ENTRIES; i++)
		put_nth_entry(first, i, 1);
	put_entry(first + i * 24, GIB(16), 1, 1);
	put_entry(first + (i + 1) * 24, GIB(17), MIB(1), 1);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[0].base, GIB(17));
	KTEST_EXPECT_EQ(t, mb_bi.problems[BOOT_PROBLEM_MMAP_FULL].count, 2);
	KTEST_EXPECT_EQ(t, mb_bi.problems[BOOT_PROBLEM_MMAP_FULL].value, 1);
	/* An entry without length asks for no room. */
	put_entry(first + i * 24, GIB(16), 0, 2);
	KTEST_EXPECT_EQ(
		t, mb2_parse(&mb_bi, mb_block, mb_block_end, BLOCK_PHYS), 0);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_MMAP_FULL, 4096));
}

/* The rule B1: once a reserved entry is lost, nothing may look usable. */
static void
nothing_is_usable_when_reserved_entries_fill_the_map(struct ktest *t)
{
	u32 first, i;

	block_begin();
	first = block_tag_mmap(BOOT_MMAP_ENTRIES + 3, 24);
	for (i = 0; i < BOOT_MMAP_ENTRIES + 3; i++)
		put_nth_entry(first, i, i == 7 || i > 513 ? 1 : 2);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, BOOT_MMAP_ENTRIES);
	for (i = 0; i < mb_bi.nr_mmap; i++)
		KTEST_EXPECT_EQ(t, mb_bi.mmap[i].type, 2);
}

/* --- command line ------------------------------------------------------ */

/* A line of @len bytes: words "ab" and blanks, then @tail. */
static void block_long_line(u32 len, const char *tail)
{
	u32 pos = block_tag(1, 8 + len + 1) + 8;
	u32 keep = len - (u32)strlen(tail);
	u32 i;

	for (i = 0; i < keep; i++)
		mb_block[pos + i] = "ab "[i % 3];
	put_text(pos + keep, tail);
}

static int parse_long_line(u32 len, const char *tail)
{
	block_begin();
	block_usable(0, MIB(1));
	block_long_line(len, tail);
	return block_parse();
}

static void command_line_fits_up_to_its_capacity(struct ktest *t)
{
	u32 len;

	for (len = BOOT_CMDLINE_BYTES - 2; len < BOOT_CMDLINE_BYTES; len++) {
		KTEST_EXPECT_EQ(t, parse_long_line(len, " x=1"), 0);
		KTEST_EXPECT_EQ(t, nr_problems(), 0);
		KTEST_EXPECT_EQ(t, strlen(mb_bi.cmdline), len);
		KTEST_EXPECT_EQ(t, mb_bi.cmdline_bytes, len);
	}
}

static void command_line_too_long_is_cut_at_a_word(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, parse_long_line(BOOT_CMDLINE_BYTES, " mem=16384M"),
			0);
	KTEST_EXPECT_TRUE(
		t, only_problem(BOOT_PROBLEM_CMDLINE_LONG, BOOT_CMDLINE_BYTES));
	KTEST_EXPECT_EQ(t, mb_bi.cmdline_bytes, BOOT_CMDLINE_BYTES);
	/* "mem=16384" would have fitted and would have been wrong. */
	KTEST_EXPECT_NULL(t, strstr(mb_bi.cmdline, "mem"));
	KTEST_EXPECT_TRUE(t, strlen(mb_bi.cmdline) > BOOT_CMDLINE_BYTES - 20);
}

/* The last word ends where the room ends: the blank behind it proves it. */
static void word_that_just_fits_is_kept(struct ktest *t)
{
	KTEST_EXPECT_EQ(
		t, parse_long_line(BOOT_CMDLINE_BYTES + 3, " mem=16384M abc"),
		0);
	KTEST_EXPECT_NOT_NULL(t, strstr(mb_bi.cmdline, "mem=16384M"));
	KTEST_EXPECT_EQ(t, strlen(mb_bi.cmdline), BOOT_CMDLINE_BYTES - 1);
	KTEST_EXPECT_EQ(
		t, parse_long_line(BOOT_CMDLINE_BYTES + 3, " mem=16384MBabc"),
		0);
	KTEST_EXPECT_NULL(t, strstr(mb_bi.cmdline, "mem"));
}

static void cut_never_falls_into_a_quotation(struct ktest *t)
{
	KTEST_EXPECT_EQ(t,
			parse_long_line(BOOT_CMDLINE_BYTES + 4,
					" run=\"cat a; cat b; cat c\""),
			0);
	KTEST_EXPECT_NULL(t, strstr(mb_bi.cmdline, "run"));
}

static void line_of_one_endless_word_gives_nothing(struct ktest *t)
{
	u32 pos;

	block_begin();
	block_usable(0, MIB(1));
	pos = block_tag(1, 8 + 6000 + 1);
	memset(mb_block + pos + 8, 'x', 6000);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_STREQ(t, mb_bi.cmdline, "");
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_CMDLINE_LONG, 6000));
}

/* --- modules and sections ---------------------------------------------- */

static int parse_modules(u32 nr, u32 step)
{
	u32 i;

	block_begin();
	block_usable(0, MIB(1));
	for (i = 0; i < nr; i++)
		block_tag_pair(3, 17, MIB(2) + i * step,
			       MIB(2) + i * step + 4096);
	return block_parse();
}

static void modules_fit_up_to_the_capacity(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, parse_modules(BOOT_MODULES, 4096), 0);
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_modules, BOOT_MODULES);
	/* Side by side they are one range, beside that of the block. */
	KTEST_EXPECT_EQ(t, mb_bi.nr_ranges, 2);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[1].end, MIB(2) + BOOT_MODULES * 4096);
}

static void module_too_many_is_still_kept_in_memory(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, parse_modules(BOOT_MODULES + 1, 4096), 0);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_MODULE_FULL,
					  MIB(2) + BOOT_MODULES * 4096));
	KTEST_EXPECT_EQ(t, mb_bi.nr_modules, BOOT_MODULES);
	KTEST_EXPECT_EQ(t, mb_bi.nr_modules_reported, BOOT_MODULES + 1);
	KTEST_EXPECT_TRUE(t, is_kept(MIB(2) + BOOT_MODULES * 4096,
				     MIB(2) + (BOOT_MODULES + 1) * 4096));
}

static void scattered_modules_widen_ranges_and_none_is_lost(struct ktest *t)
{
	u32 i;

	KTEST_EXPECT_EQ(t, parse_modules(BOOT_MODULES, 12288), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_ranges, BOOT_RANGES);
	/* One range is the block's own. */
	KTEST_EXPECT_EQ(t, mb_bi.problems[BOOT_PROBLEM_RANGE_FULL].count,
			BOOT_MODULES - (BOOT_RANGES - 1));
	/* The nearest is the last one: the others stay as they were. */
	for (i = 1; i < BOOT_RANGES - 1; i++)
		KTEST_EXPECT_EQ(t, mb_bi.ranges[i].end - mb_bi.ranges[i].start,
				4096);
	for (i = 0; i < mb_bi.nr_modules; i++)
		KTEST_EXPECT_TRUE(t, is_kept(mb_bi.modules[i].start,
					     mb_bi.modules[i].end));
}

/* Too many, from the top down: the nearest range lies below or above. */
static void nearest_range_is_found_on_either_side(struct ktest *t)
{
	u32 i;

	block_begin();
	block_usable(0, MIB(1));
	for (i = 0; i < BOOT_RANGES - 1; i++)
		block_tag_pair(3, 17, MIB(100) - i * MIB(1),
			       MIB(100) - i * MIB(1) + 4096);
	block_tag_pair(3, 17, MIB(90) - 12288, MIB(90) - 8192);
	block_tag_pair(3, 17, MIB(80) + 12288, MIB(80) + 16384);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[11].start, MIB(90) - 12288);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[11].end, MIB(90) + 4096);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[21].start, MIB(80));
	KTEST_EXPECT_EQ(t, mb_bi.ranges[21].end, MIB(80) + 16384);
}

static void ranges_with_a_frame_between_them_stay_apart(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	block_tag_pair(3, 17, 0x200000, 0x201000);
	block_tag_pair(3, 17, 0x202000, 0x203000);
	block_tag_pair(3, 17, 0x1fe000, 0x1ff000);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_ranges, 4);
	/* From either side, the next frame makes them one. */
	block_begin();
	block_usable(0, MIB(1));
	block_tag_pair(3, 17, 0x200000, 0x200100);
	block_tag_pair(3, 17, 0x1ff100, 0x1ff200);
	block_tag_pair(3, 17, 0x201f00, 0x202000);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_ranges, 2);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[1].start, 0x1ff100);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[1].end, 0x202000);
}

static void module_that_ends_before_it_starts_is_ignored(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	block_tag_pair(3, 17, 0x201000, 0x200fff);
	block_tag_pair(3, 17, 0x300000, 0x300000);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_MODULE_RANGE, 0x201000));
	/* An empty file is a module, but there is nothing to keep. */
	KTEST_EXPECT_EQ(t, mb_bi.nr_modules, 1);
	KTEST_EXPECT_EQ(t, mb_bi.nr_ranges, 1);
}

static void module_string_is_cut_to_its_room(struct ktest *t)
{
	u32 len;

	for (len = 63; len <= 64; len++) {
		u32 pos;

		block_begin();
		block_usable(0, MIB(1));
		pos = block_tag_pair(3, 16 + len + 1, 0x1000, 0x2000);
		memset(mb_block + pos + 16, 'm', len);
		KTEST_EXPECT_EQ(t, block_parse(), 0);
		KTEST_EXPECT_EQ(t, strlen(mb_bi.modules[0].string), 63);
		KTEST_EXPECT_EQ(t, nr_problems(), len - 63);
	}
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_MODULE_STRING, 63));
}

static u32 block_tag_elf(u32 nr, u32 entsize, u32 bytes)
{
	u32 pos = block_tag(9, 20 + bytes);

	put32(pos + 8, nr);
	put32(pos + 12, entsize);
	return pos + 20;
}

static void sections_left_in_spare_memory_are_kept(struct ktest *t)
{
	u32 pos;

	block_begin();
	block_usable(0, MIB(1));
	pos = block_tag_elf(6, 40, 280);
	put_section(pos + 240, 1, 0, 0x180000, 0x1000); /* beyond the count */
	put_section(pos + 40, 1, 6, 0xc0100000, 0x5000); /* .text */
	put_section(pos + 80, 8, 0, 0x150000, 0x1000); /* no bits */
	put_section(pos + 120, 1, 0, 0, 0x1000); /* not brought along */
	put_section(pos + 160, 1, 0, 0x160000, 0x123); /* .comment */
	put_section(pos + 200, 2, 0, 0x170000, 0x4000); /* .symtab */
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_ranges, 3);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[1].start, 0x160000);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[1].end, 0x160123);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[1].kind, BOOT_RANGE_SECTION);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[2].kind, BOOT_RANGE_SYMBOLS);
}

static void sections_of_64_bit_files_are_understood(struct ktest *t)
{
	u32 pos;

	block_begin();
	block_usable(0, MIB(1));
	pos = block_tag_elf(1, 64, 64);
	put32(pos + 4, 3);
	put64(pos + 16, 0x123456000);
	put64(pos + 32, 0x800);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_TRUE(t, is_kept(0x123456000, 0x123456800));
	put64(pos + 32, 1ull << 52);
	KTEST_EXPECT_EQ(t, mb2_parse(&mb_bi, mb_block, mb_block_end, 0), 0);
	KTEST_EXPECT_TRUE(
		t, only_problem(BOOT_PROBLEM_SECTION_RANGE, 0x123456000));
}

static void bad_section_tables_are_refused(struct ktest *t)
{
	u32 pos;

	block_begin();
	block_usable(0, MIB(1));
	block_tag_elf(1, 0, 40);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_SECTION_TABLE, 0));
	block_begin();
	block_usable(0, MIB(1));
	pos = block_tag_elf(U32_MAX, 40, 40);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_TAG_SHORT, 9));
	put32(pos - 12, 2);
	KTEST_EXPECT_EQ(t, mb2_parse(&mb_bi, mb_block, mb_block_end, 0), 0);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_TAG_SHORT, 9));
}

/* --- words ------------------------------------------------------------- */

static void problems_read_as_sentences(struct ktest *t)
{
	char buf[160];

	block_begin();
	block_usable(0, MIB(1));
	block_tag_text(1, "one");
	block_tag_text(1, "two");
	block_tag_text(1, "three");
	put32(block_tag(2, 8) + 4, 7);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, boot_info_problem(&mb_bi, 0, buf, sizeof(buf)),
			strlen(buf));
	KTEST_EXPECT_STREQ(t, buf,
			   "tag of 7 bytes is smaller than its header; the "
			   "tags behind it are lost");
	boot_info_problem(&mb_bi, 1, buf, sizeof(buf));
	KTEST_EXPECT_STREQ(t, buf,
			   "tag of type 1 came twice; the first one holds "
			   "(2 times)");
	KTEST_EXPECT_EQ(t, boot_info_problem(&mb_bi, 2, buf, sizeof(buf)), 0);
	KTEST_EXPECT_STREQ(t, buf, "");
	/* A buffer too small cuts the sentence and nothing else. */
	KTEST_EXPECT_EQ(t, boot_info_problem(&mb_bi, 1, buf, 8), 7);
	KTEST_EXPECT_STREQ(t, buf, "tag of ");
	KTEST_EXPECT_EQ(t, boot_info_problem(&mb_bi, 1, buf, 0), 0);
}

static void every_problem_fits_in_160_bytes(struct ktest *t)
{
	char buf[256];
	u32 i;

	memset(&mb_bi, 0, sizeof(mb_bi));
	for (i = 0; i < NR_BOOT_PROBLEMS; i++) {
		mb_bi.problems[i].count = U32_MAX;
		mb_bi.problems[i].value = U64_MAX;
	}
	for (i = 0; i < NR_BOOT_PROBLEMS; i++) {
		int len = boot_info_problem(&mb_bi, i, buf, sizeof(buf));

		KTEST_EXPECT_TRUE(t, len > 0 && len < 160);
	}
}

static void map_types_have_the_names_that_linux_prints(struct ktest *t)
{
	KTEST_EXPECT_STREQ(t, boot_mmap_type_name(1), "usable");
	KTEST_EXPECT_STREQ(t, boot_mmap_type_name(2), "reserved");
	KTEST_EXPECT_STREQ(t, boot_mmap_type_name(4), "ACPI NVS");
	KTEST_EXPECT_STREQ(t, boot_mmap_type_name(5), "unusable");
	KTEST_EXPECT_NULL(t, boot_mmap_type_name(0));
	KTEST_EXPECT_NULL(t, boot_mmap_type_name(6));
	KTEST_EXPECT_NULL(t, boot_mmap_type_name(U32_MAX));
	KTEST_EXPECT_NOT_NULL(t, boot_range_name(U32_MAX));
}

static const struct ktest_case mb_parse_cases[] = {
	KTEST_CASE(mb2_block_is_copied_tag_by_tag),
	KTEST_CASE(mb2_loader_memory_is_kept),
	KTEST_CASE(mb2_unknown_tags_are_skipped_in_silence),
	KTEST_CASE(mb2_framebuffer_is_copied),
	KTEST_CASE(mb2_later_rsdp_wins_in_either_order),
	KTEST_CASE(mb2_first_rsdp_alone_is_copied),
	KTEST_CASE(mb2_absurd_total_size_is_answered),
	KTEST_CASE(mb2_block_beyond_readable_memory_is_cut),
	KTEST_CASE(mb2_tag_smaller_than_its_header_ends_the_walk),
	KTEST_CASE(mb2_tag_past_the_end_is_refused),
	KTEST_CASE(mb2_missing_end_tag_is_noted),
	KTEST_CASE(mb2_short_tags_are_refused_alone),
	KTEST_CASE(mb2_text_without_end_is_cut_at_its_tag),
	KTEST_CASE(mb2_first_of_two_equal_tags_holds),
	KTEST_CASE(mb2_last_tag_needs_no_padding),
	KTEST_CASE(mb2_block_at_the_last_address_keeps_sound_ranges),
	KTEST_CASE(mb2_every_prefix_of_a_block_is_answered),
	KTEST_CASE(mb2_block_needs_no_alignment),
	KTEST_CASE(mb2_random_damage_is_survived),
	KTEST_CASE(mb2_bad_map_entry_size_falls_back_to_meminfo),
	KTEST_CASE(mb2_larger_map_entries_are_understood),
	KTEST_CASE(mb2_part_of_a_map_entry_is_noted),
	KTEST_CASE(mb2_sound_map_is_taken_after_a_refused_one),
	KTEST_CASE(mb2_empty_map_falls_back_to_meminfo),
	KTEST_CASE(no_word_about_memory_is_an_error_with_a_sentence),
	KTEST_CASE(basic_memory_size_is_not_believed_blindly),
	KTEST_CASE(half_a_basic_memory_size_gives_one_entry),
	KTEST_CASE(map_of_exactly_the_capacity_is_kept_whole),
	KTEST_CASE(reserved_entry_beyond_capacity_displaces_usable),
	KTEST_CASE(usable_entry_beyond_capacity_displaces_smaller),
	KTEST_CASE(nothing_is_usable_when_reserved_entries_fill_the_map),
	KTEST_CASE(command_line_fits_up_to_its_capacity),
	KTEST_CASE(command_line_too_long_is_cut_at_a_word),
	KTEST_CASE(word_that_just_fits_is_kept),
	KTEST_CASE(cut_never_falls_into_a_quotation),
	KTEST_CASE(line_of_one_endless_word_gives_nothing),
	KTEST_CASE(modules_fit_up_to_the_capacity),
	KTEST_CASE(module_too_many_is_still_kept_in_memory),
	KTEST_CASE(scattered_modules_widen_ranges_and_none_is_lost),
	KTEST_CASE(nearest_range_is_found_on_either_side),
	KTEST_CASE(ranges_with_a_frame_between_them_stay_apart),
	KTEST_CASE(module_that_ends_before_it_starts_is_ignored),
	KTEST_CASE(module_string_is_cut_to_its_room),
	KTEST_CASE(sections_left_in_spare_memory_are_kept),
	KTEST_CASE(sections_of_64_bit_files_are_understood),
	KTEST_CASE(bad_section_tables_are_refused),
	KTEST_CASE(problems_read_as_sentences),
	KTEST_CASE(every_problem_fits_in_160_bytes),
	KTEST_CASE(map_types_have_the_names_that_linux_prints),
};
KTEST_SUITE(mb_parse, mb_parse_cases);
