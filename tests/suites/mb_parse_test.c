/* SPDX-License-Identifier: MIT */
/*
 * mb_parse_test.c - what both multiboot parsers make of good and bad blocks
 *
 * Blocks are built by hand, byte by byte, so that every rule of the format can
 * be broken on purpose. For multiboot1 a small array plays physical memory; a
 * second window gives one letter for ever, as a text without end.
 *
 * bi_sound() states what must hold of a boot_info whatever the input was.
 */
#include <kernel/boot_info.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>

#define BLOCK_BYTES 16384
#define BLOCK_PHYS 0x9500u

/* Shared by all cases: suites run one after the other. */
static struct boot_info bi;
static u8 block[BLOCK_BYTES];
static u32 block_end;

/* --- building ---------------------------------------------------------- */

static void put32(u32 pos, u32 value)
{
	memcpy(block + pos, &value, sizeof(value));
}

static void put64(u32 pos, u64 value)
{
	memcpy(block + pos, &value, sizeof(value));
}

static void put_text(u32 pos, const char *text)
{
	memcpy(block + pos, text, strlen(text) + 1);
}

static void block_begin(void)
{
	memset(block, 0, sizeof(block));
	block_end = 8;
}

/* Append a tag of @size bytes, all 0 behind its header. Return: its place. */
static u32 block_tag(u32 type, u32 size)
{
	u32 pos = block_end;

	put32(pos, type);
	put32(pos + 4, size);
	block_end += ALIGN(size, 8);
	return pos;
}

/* A tag with nothing but two 32-bit numbers: meminfo, or a module's range. */
static u32 block_tag_pair(u32 type, u32 size, u32 first, u32 second)
{
	u32 pos = block_tag(type, size);

	put32(pos + 8, first);
	put32(pos + 12, second);
	return pos;
}

static void block_tag_text(u32 type, const char *text)
{
	put_text(block_tag(type, 8 + (u32)strlen(text) + 1) + 8, text);
}

/* A map tag with room for @nr entries, all 0. Return: its first entry. */
static u32 block_tag_mmap(u32 nr, u32 entsize)
{
	u32 pos = block_tag(6, 16 + nr * 24);

	put32(pos + 8, entsize);
	return pos + 16;
}

static void put_entry(u32 pos, u64 base, u64 length, u32 type)
{
	put64(pos, base);
	put64(pos + 8, length);
	put32(pos + 16, type);
}

static void block_meminfo(void)
{
	block_tag_pair(4, 16, 639, 130048);
}

static void block_usable(u64 base, u64 length)
{
	put_entry(block_tag_mmap(1, 24), base, length, 1);
}

/* Close the block and parse it. */
static int block_parse(void)
{
	block_tag(0, 8);
	put32(0, block_end);
	return mb2_parse(&bi, block, block_end, BLOCK_PHYS);
}

/* --- judging ----------------------------------------------------------- */

static bool texts_end(void)
{
	u32 i;

	for (i = 0; i < bi.nr_modules; i++)
		if (strnlen(bi.modules[i].string, BOOT_MODULE_STRING_BYTES) ==
		    BOOT_MODULE_STRING_BYTES)
			return false;
	return strnlen(bi.cmdline, BOOT_CMDLINE_BYTES) < BOOT_CMDLINE_BYTES &&
	       strnlen(bi.loader, BOOT_LOADER_BYTES) < BOOT_LOADER_BYTES;
}

/* Is [start, end) inside one of the ranges kept? */
static bool is_kept(u64 start, u64 end)
{
	u32 i;

	for (i = 0; i < bi.nr_ranges; i++)
		if (bi.ranges[i].start <= start && end <= bi.ranges[i].end)
			return true;
	return start == end;
}

static bool lists_sound(void)
{
	u32 i;

	if (bi.nr_mmap > BOOT_MMAP_ENTRIES || bi.nr_ranges > BOOT_RANGES ||
	    bi.nr_modules > BOOT_MODULES)
		return false;
	for (i = 0; i < bi.nr_ranges; i++)
		if (bi.ranges[i].start >= bi.ranges[i].end ||
		    bi.ranges[i].kind >= NR_BOOT_RANGE_KINDS)
			return false;
	for (i = 0; i < bi.nr_modules; i++)
		if (!is_kept(bi.modules[i].start, bi.modules[i].end))
			return false;
	return true;
}

/* What holds of every boot_info that a parser gave @err for. */
static bool bi_sound(int err)
{
	if (!lists_sound() || !texts_end())
		return false;
	if (err == 0)
		return bi.nr_mmap > 0 && bi.mmap_source;
	return bi.nr_mmap == 0 && !bi.mmap_source;
}

/* How often something went wrong, all kinds together. */
static u32 nr_problems(void)
{
	u32 i, sum = 0;

	for (i = 0; i < NR_BOOT_PROBLEMS; i++)
		sum += bi.problems[i].count;
	return sum;
}

/* Is there exactly one problem, this one? */
static bool only_problem(enum boot_problem problem, u64 value)
{
	return nr_problems() == 1 && bi.problems[problem].count == 1 &&
	       bi.problems[problem].value == value;
}

static bool noted(enum boot_problem problem, u64 value)
{
	return bi.problems[problem].count == 1 &&
	       bi.problems[problem].value == value;
}

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
	KTEST_EXPECT_EQ(t, bi.protocol, BOOT_PROTOCOL_MULTIBOOT2);
	KTEST_EXPECT_STREQ(t, bi.cmdline,
			   "loglevel=7 run=\"cat /proc/meminfo\"");
	KTEST_EXPECT_STREQ(t, bi.loader, "GRUB 2.06");
	KTEST_EXPECT_EQ(t, bi.mem_upper_kib, 130048);
	KTEST_EXPECT_EQ(t, bi.mmap_source, BOOT_MMAP_FROM_FIRMWARE);
	KTEST_EXPECT_EQ(t, bi.nr_mmap, 2);
	KTEST_EXPECT_EQ(t, bi.mmap[1].base, 0x9fc00);
	KTEST_EXPECT_EQ(t, bi.mmap[1].type, 2);
	KTEST_EXPECT_EQ(t, bi.nr_modules, 1);
	KTEST_EXPECT_EQ(t, bi.modules[0].end, 0x201234);
	KTEST_EXPECT_STREQ(t, bi.modules[0].string, "ab cd");
	KTEST_EXPECT_TRUE(t, bi.load_base_present);
	KTEST_EXPECT_EQ(t, bi.load_base, 0x100000);
	KTEST_EXPECT_EQ(t, bi.nr_tags, 6);
}

static void mb2_loader_memory_is_kept(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	block_tag_pair(3, 17, 0x200000, 0x201234);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, bi.nr_ranges, 2);
	KTEST_EXPECT_TRUE(t, is_kept(BLOCK_PHYS, BLOCK_PHYS + block_end));
	KTEST_EXPECT_TRUE(t, is_kept(0x200000, 0x201234));
	KTEST_EXPECT_STREQ(t, boot_range_name(bi.ranges[0].kind), "boot info");
	KTEST_EXPECT_STREQ(t, boot_range_name(bi.ranges[1].kind),
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
	KTEST_EXPECT_EQ(t, bi.nr_tags_unknown, 3);
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
	block[pos + 28] = 32;
	block[pos + 29] = BOOT_FRAMEBUFFER_RGB;
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_TRUE(t, bi.framebuffer.present);
	KTEST_EXPECT_EQ(t, bi.framebuffer.addr, 0xfd000000);
	KTEST_EXPECT_EQ(t, bi.framebuffer.pitch, 3200);
	KTEST_EXPECT_EQ(t, bi.framebuffer.width, 800);
	KTEST_EXPECT_EQ(t, bi.framebuffer.height, 600);
	KTEST_EXPECT_EQ(t, bi.framebuffer.bits_per_pixel, 32);
	KTEST_EXPECT_EQ(t, bi.framebuffer.type, BOOT_FRAMEBUFFER_RGB);
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
		block[pos + 8] = (u8)first;
		first = 29 - first;
		pos = block_tag(first, first == 15 ? 44 : 28);
		block[pos + 8] = (u8)first;
		KTEST_EXPECT_EQ(t, block_parse(), 0);
		KTEST_EXPECT_EQ(t, bi.rsdp_bytes, 36);
		KTEST_EXPECT_EQ(t, bi.rsdp[0], 15);
		KTEST_EXPECT_EQ(t, nr_problems(), 0);
	}
}

static void mb2_first_rsdp_alone_is_copied(struct ktest *t)
{
	u32 pos;

	block_begin();
	block_usable(0, MIB(1));
	pos = block_tag(14, 28);
	memcpy(block + pos + 8, "RSD PTR 0123456789ab", 20);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, bi.rsdp_bytes, 20);
	KTEST_EXPECT_EQ(t, memcmp(bi.rsdp, "RSD PTR 0123456789ab", 20), 0);
	KTEST_EXPECT_EQ(t, bi.rsdp[20], 0);
}

/* --- multiboot2: bad blocks -------------------------------------------- */

static void mb2_absurd_total_size_is_answered(struct ktest *t)
{
	static const u32 sizes[] = { 0, 7, 8, 15 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		block_begin();
		put32(0, sizes[i]);
		KTEST_EXPECT_EQ(t, mb2_parse(&bi, block, BLOCK_BYTES, 0),
				-EINVAL);
		KTEST_EXPECT_TRUE(
			t, only_problem(BOOT_PROBLEM_BLOCK_SIZE, sizes[i]));
	}
	block_begin();
	KTEST_EXPECT_EQ(t, block_parse(), -ENXIO); /* an end tag, no more */
	KTEST_EXPECT_EQ(t, mb2_parse(&bi, block, 8, 0), -ENXIO);
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_BLOCK_CUT, 16));
	KTEST_EXPECT_EQ(t, mb2_parse(&bi, block, 7, 0x1234), -EINVAL);
	KTEST_EXPECT_TRUE(t,
			  only_problem(BOOT_PROBLEM_BLOCK_UNREADABLE, 0x1234));
}

static void mb2_block_beyond_readable_memory_is_cut(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	block_tag(0, 8);
	put32(0, U32_MAX);
	KTEST_EXPECT_EQ(t, mb2_parse(&bi, block, block_end, BLOCK_PHYS), 0);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_BLOCK_CUT, U32_MAX));
	KTEST_EXPECT_EQ(t, bi.ranges[0].end, BLOCK_PHYS + block_end);
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
		KTEST_EXPECT_STREQ(t, bi.cmdline, "");
		KTEST_EXPECT_EQ(t, bi.nr_mmap, 1);
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
	put32(0, block_end);
	KTEST_EXPECT_EQ(t, mb2_parse(&bi, block, block_end, BLOCK_PHYS), 0);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_NO_END_TAG, block_end));
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
	memcpy(block + pos + 8, "abcdWXYZ", 8);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_STREQ(t, bi.cmdline, "abcd");
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
	KTEST_EXPECT_STREQ(t, bi.cmdline, "one");
}

/* The last tag's padding is not the loader's duty. */
static void mb2_last_tag_needs_no_padding(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	block_tag_text(1, "ab");
	block_end -= 5;
	put32(0, block_end);
	KTEST_EXPECT_EQ(t, mb2_parse(&bi, block, block_end, BLOCK_PHYS), 0);
	KTEST_EXPECT_STREQ(t, bi.cmdline, "ab");
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_NO_END_TAG, block_end));
}

static void mb2_block_at_the_last_address_keeps_sound_ranges(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, mb2_parse(&bi, block, block_end, (1ull << 52) - 16),
			0);
	KTEST_EXPECT_EQ(t, bi.nr_ranges, 1);
	KTEST_EXPECT_EQ(t, bi.ranges[0].end, 1ull << 52);
	KTEST_EXPECT_EQ(t, mb2_parse(&bi, block, block_end, U64_MAX - 4), 0);
	KTEST_EXPECT_EQ(t, bi.nr_ranges, 0);
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
	total = block_end;
	for (avail = 0; avail < total; avail++) {
		int err = mb2_parse(&bi, block, avail, BLOCK_PHYS);

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
	memmove(block + 1, block, block_end);
	KTEST_EXPECT_EQ(t, mb2_parse(&bi, block + 1, block_end, BLOCK_PHYS), 0);
	KTEST_EXPECT_STREQ(t, bi.cmdline, "odd");
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
		put32(0, block_end);
		for (i = 0; i < 3; i++)
			block[ktest_random(t) & 127] = (u8)ktest_random(t);
		err = mb2_parse(&bi, block, block_end, BLOCK_PHYS);
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
		KTEST_EXPECT_EQ(t, bi.mmap_source, BOOT_MMAP_FROM_MEMINFO);
		KTEST_EXPECT_EQ(t, bi.nr_mmap, 2);
		KTEST_EXPECT_EQ(t, bi.mmap[0].length, 639 * 1024);
		KTEST_EXPECT_EQ(t, bi.mmap[1].base, MIB(1));
		KTEST_EXPECT_EQ(t, bi.mmap[1].length, 130048 * 1024);
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
	KTEST_EXPECT_EQ(t, bi.nr_mmap, 3);
	KTEST_EXPECT_EQ(t, bi.mmap[2].type, 3);
}

static void mb2_part_of_a_map_entry_is_noted(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	put32(12, 16 + 24 + 6);
	block_end += 8;
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, bi.nr_mmap, 1);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_MMAP_TAIL, 6));
}

static void mb2_sound_map_is_taken_after_a_refused_one(struct ktest *t)
{
	block_begin();
	block_tag_mmap(1, 20);
	block_usable(0, MIB(2));
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, bi.mmap[0].length, MIB(2));
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_MMAP_ENTRY_SIZE, 20));
}

static void mb2_empty_map_falls_back_to_meminfo(struct ktest *t)
{
	block_begin();
	block_tag_mmap(0, 24);
	block_meminfo();
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, bi.mmap_source, BOOT_MMAP_FROM_MEMINFO);
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
	KTEST_EXPECT_TRUE(t, boot_info_problem(&bi, 0, buf, sizeof(buf)) > 0);
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
	KTEST_EXPECT_EQ(t, bi.mmap[0].length, 640 * 1024);
	KTEST_EXPECT_EQ(t, bi.mmap[1].base + bi.mmap[1].length, GIB(3));
	KTEST_EXPECT_EQ(t, bi.problems[BOOT_PROBLEM_MEMINFO_CLAMPED].count, 2);
}

static void half_a_basic_memory_size_gives_one_entry(struct ktest *t)
{
	block_begin();
	block_tag_pair(4, 16, 512, 0);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, bi.nr_mmap, 1);
	KTEST_EXPECT_EQ(t, bi.mmap[0].length, 512 * 1024);
	block_begin();
	block_tag_pair(4, 16, 0, 4096);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, bi.nr_mmap, 1);
	KTEST_EXPECT_EQ(t, bi.mmap[0].base, MIB(1));
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
	KTEST_EXPECT_EQ(t, bi.nr_mmap, BOOT_MMAP_ENTRIES);
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
	KTEST_EXPECT_EQ(t, bi.nr_mmap, BOOT_MMAP_ENTRIES);
	KTEST_EXPECT_EQ(t, bi.nr_mmap_reported, BOOT_MMAP_ENTRIES + 1);
	/* The smallest one, a single page, made room. */
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_MMAP_FULL, 4096));
	KTEST_EXPECT_EQ(t, bi.mmap[0].type, 2);
	KTEST_EXPECT_EQ(t, bi.mmap[0].base, (u64)BOOT_MMAP_ENTRIES << 24);
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
	KTEST_EXPECT_EQ(t, bi.mmap[0].base, GIB(17));
	KTEST_EXPECT_EQ(t, bi.problems[BOOT_PROBLEM_MMAP_FULL].count, 2);
	KTEST_EXPECT_EQ(t, bi.problems[BOOT_PROBLEM_MMAP_FULL].value, 1);
	/* An entry without length asks for no room. */
	put_entry(first + i * 24, GIB(16), 0, 2);
	KTEST_EXPECT_EQ(t, mb2_parse(&bi, block, block_end, BLOCK_PHYS), 0);
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
	KTEST_EXPECT_EQ(t, bi.nr_mmap, BOOT_MMAP_ENTRIES);
	for (i = 0; i < bi.nr_mmap; i++)
		KTEST_EXPECT_EQ(t, bi.mmap[i].type, 2);
}

/* --- command line ------------------------------------------------------ */

/* A line of @len bytes: words "ab" and blanks, then @tail. */
static void block_long_line(u32 len, const char *tail)
{
	u32 pos = block_tag(1, 8 + len + 1) + 8;
	u32 keep = len - (u32)strlen(tail);
	u32 i;

	for (i = 0; i < keep; i++)
		block[pos + i] = "ab "[i % 3];
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
		KTEST_EXPECT_EQ(t, strlen(bi.cmdline), len);
		KTEST_EXPECT_EQ(t, bi.cmdline_bytes, len);
	}
}

static void command_line_too_long_is_cut_at_a_word(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, parse_long_line(BOOT_CMDLINE_BYTES, " mem=16384M"),
			0);
	KTEST_EXPECT_TRUE(
		t, only_problem(BOOT_PROBLEM_CMDLINE_LONG, BOOT_CMDLINE_BYTES));
	KTEST_EXPECT_EQ(t, bi.cmdline_bytes, BOOT_CMDLINE_BYTES);
	/* "mem=16384" would have fitted and would have been wrong. */
	KTEST_EXPECT_NULL(t, strstr(bi.cmdline, "mem"));
	KTEST_EXPECT_TRUE(t, strlen(bi.cmdline) > BOOT_CMDLINE_BYTES - 20);
}

/* The last word ends where the room ends: the blank behind it proves it. */
static void word_that_just_fits_is_kept(struct ktest *t)
{
	KTEST_EXPECT_EQ(
		t, parse_long_line(BOOT_CMDLINE_BYTES + 3, " mem=16384M abc"),
		0);
	KTEST_EXPECT_NOT_NULL(t, strstr(bi.cmdline, "mem=16384M"));
	KTEST_EXPECT_EQ(t, strlen(bi.cmdline), BOOT_CMDLINE_BYTES - 1);
	KTEST_EXPECT_EQ(
		t, parse_long_line(BOOT_CMDLINE_BYTES + 3, " mem=16384MBabc"),
		0);
	KTEST_EXPECT_NULL(t, strstr(bi.cmdline, "mem"));
}

static void cut_never_falls_into_a_quotation(struct ktest *t)
{
	KTEST_EXPECT_EQ(t,
			parse_long_line(BOOT_CMDLINE_BYTES + 4,
					" run=\"cat a; cat b; cat c\""),
			0);
	KTEST_EXPECT_NULL(t, strstr(bi.cmdline, "run"));
}

static void line_of_one_endless_word_gives_nothing(struct ktest *t)
{
	u32 pos;

	block_begin();
	block_usable(0, MIB(1));
	pos = block_tag(1, 8 + 6000 + 1);
	memset(block + pos + 8, 'x', 6000);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_STREQ(t, bi.cmdline, "");
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
	KTEST_EXPECT_EQ(t, bi.nr_modules, BOOT_MODULES);
	/* Side by side they are one range, beside that of the block. */
	KTEST_EXPECT_EQ(t, bi.nr_ranges, 2);
	KTEST_EXPECT_EQ(t, bi.ranges[1].end, MIB(2) + BOOT_MODULES * 4096);
}

static void module_too_many_is_still_kept_in_memory(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, parse_modules(BOOT_MODULES + 1, 4096), 0);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_MODULE_FULL,
					  MIB(2) + BOOT_MODULES * 4096));
	KTEST_EXPECT_EQ(t, bi.nr_modules, BOOT_MODULES);
	KTEST_EXPECT_EQ(t, bi.nr_modules_reported, BOOT_MODULES + 1);
	KTEST_EXPECT_TRUE(t, is_kept(MIB(2) + BOOT_MODULES * 4096,
				     MIB(2) + (BOOT_MODULES + 1) * 4096));
}

static void scattered_modules_widen_ranges_and_none_is_lost(struct ktest *t)
{
	u32 i;

	KTEST_EXPECT_EQ(t, parse_modules(BOOT_MODULES, 12288), 0);
	KTEST_EXPECT_EQ(t, bi.nr_ranges, BOOT_RANGES);
	/* One range is the block's own. */
	KTEST_EXPECT_EQ(t, bi.problems[BOOT_PROBLEM_RANGE_FULL].count,
			BOOT_MODULES - (BOOT_RANGES - 1));
	/* The nearest is the last one: the others stay as they were. */
	for (i = 1; i < BOOT_RANGES - 1; i++)
		KTEST_EXPECT_EQ(t, bi.ranges[i].end - bi.ranges[i].start, 4096);
	for (i = 0; i < bi.nr_modules; i++)
		KTEST_EXPECT_TRUE(
			t, is_kept(bi.modules[i].start, bi.modules[i].end));
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
	KTEST_EXPECT_EQ(t, bi.ranges[11].start, MIB(90) - 12288);
	KTEST_EXPECT_EQ(t, bi.ranges[11].end, MIB(90) + 4096);
	KTEST_EXPECT_EQ(t, bi.ranges[21].start, MIB(80));
	KTEST_EXPECT_EQ(t, bi.ranges[21].end, MIB(80) + 16384);
}

static void ranges_with_a_frame_between_them_stay_apart(struct ktest *t)
{
	block_begin();
	block_usable(0, MIB(1));
	block_tag_pair(3, 17, 0x200000, 0x201000);
	block_tag_pair(3, 17, 0x202000, 0x203000);
	block_tag_pair(3, 17, 0x1fe000, 0x1ff000);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, bi.nr_ranges, 4);
	/* From either side, the next frame makes them one. */
	block_begin();
	block_usable(0, MIB(1));
	block_tag_pair(3, 17, 0x200000, 0x200100);
	block_tag_pair(3, 17, 0x1ff100, 0x1ff200);
	block_tag_pair(3, 17, 0x201f00, 0x202000);
	KTEST_EXPECT_EQ(t, block_parse(), 0);
	KTEST_EXPECT_EQ(t, bi.nr_ranges, 2);
	KTEST_EXPECT_EQ(t, bi.ranges[1].start, 0x1ff100);
	KTEST_EXPECT_EQ(t, bi.ranges[1].end, 0x202000);
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
	KTEST_EXPECT_EQ(t, bi.nr_modules, 1);
	KTEST_EXPECT_EQ(t, bi.nr_ranges, 1);
}

static void module_string_is_cut_to_its_room(struct ktest *t)
{
	u32 len;

	for (len = 63; len <= 64; len++) {
		u32 pos;

		block_begin();
		block_usable(0, MIB(1));
		pos = block_tag_pair(3, 16 + len + 1, 0x1000, 0x2000);
		memset(block + pos + 16, 'm', len);
		KTEST_EXPECT_EQ(t, block_parse(), 0);
		KTEST_EXPECT_EQ(t, strlen(bi.modules[0].string), 63);
		KTEST_EXPECT_EQ(t, nr_problems(), len - 63);
	}
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_MODULE_STRING, 63));
}

/* An ELF32 header at @pos. */
static void put_section(u32 pos, u32 type, u32 flags, u32 addr, u32 size)
{
	put32(pos + 4, type);
	put32(pos + 8, flags);
	put32(pos + 12, addr);
	put32(pos + 20, size);
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
	KTEST_EXPECT_EQ(t, bi.nr_ranges, 3);
	KTEST_EXPECT_EQ(t, bi.ranges[1].start, 0x160000);
	KTEST_EXPECT_EQ(t, bi.ranges[1].end, 0x160123);
	KTEST_EXPECT_EQ(t, bi.ranges[1].kind, BOOT_RANGE_SECTION);
	KTEST_EXPECT_EQ(t, bi.ranges[2].kind, BOOT_RANGE_SYMBOLS);
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
	KTEST_EXPECT_EQ(t, mb2_parse(&bi, block, block_end, 0), 0);
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
	KTEST_EXPECT_EQ(t, mb2_parse(&bi, block, block_end, 0), 0);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_TAG_SHORT, 9));
}

/* --- multiboot1 -------------------------------------------------------- */

/* block[] stands for the physical memory [MB1_PHYS, MB1_PHYS + 4096). */
#define MB1_PHYS 0x9000u
#define MB1_BYTES 4096u
#define MB1_CMDLINE 0x400u
#define MB1_NAME 0x500u
#define MB1_MODS 0x600u
#define MB1_MMAP 0x800u
#define MB1_SHDR 0xa00u
/* Here lies a text of ENDLESS_BYTES, one word of "ab " after the other. */
#define ENDLESS_PHYS 0x1000000u

static u32 endless_bytes;
static u32 reads_too_long; /* for the promise at MB1_READ_BYTES */

static const void *endless_map(u32 pos, size_t len)
{
	static char window[MB1_READ_BYTES];
	u32 i;

	for (i = 0; i < len; i++)
		window[i] = pos + i < endless_bytes ? "ab "[(pos + i) % 3] :
						      '\0';
	return window;
}

static const void *memory_map(void *ctx, u64 phys, size_t len)
{
	(void)ctx;
	if ((phys & (MB1_READ_BYTES - 1)) + len > MB1_READ_BYTES)
		reads_too_long++;
	if (phys >= ENDLESS_PHYS && phys - ENDLESS_PHYS <= MIB(1))
		return endless_map((u32)(phys - ENDLESS_PHYS), len);
	if (phys < MB1_PHYS || phys - MB1_PHYS > MB1_BYTES - len)
		return NULL;
	return block + (phys - MB1_PHYS);
}

static const struct mb1_reader reader = { .map = memory_map };

static void mb1_begin(u32 flags)
{
	block_begin();
	put32(0, flags);
	put32(4, 639);
	put32(8, 130048);
	put32(16, MB1_PHYS + MB1_CMDLINE);
	put32(24, MB1_PHYS + MB1_MODS);
	put32(48, MB1_PHYS + MB1_MMAP);
	put32(64, MB1_PHYS + MB1_NAME);
}

static int mb1_run(void)
{
	return mb1_parse(&bi, &reader, MB1_PHYS);
}

/* A map entry of @size bytes behind its size field. */
static void put_mb1_entry(u32 pos, u32 size, u64 base, u64 length, u32 type)
{
	put32(pos, size);
	put_entry(pos + 4, base, length, type);
}

static void mb1_block_is_copied_field_by_field(struct ktest *t)
{
	mb1_begin(0x24d);
	put_text(MB1_CMDLINE, "build/kernel.elf loglevel=7");
	put_text(MB1_NAME, "qemu");
	put32(20, 1);
	put32(MB1_MODS, 0x200000);
	put32(MB1_MODS + 4, 0x201234);
	put32(MB1_MODS + 8, MB1_PHYS + MB1_MODS + 64);
	put_text(MB1_MODS + 64, "disk.img ramdisk size=1M");
	put32(44, 2 * 24);
	put_mb1_entry(MB1_MMAP, 20, 0, 0x9fc00, 1);
	put_mb1_entry(MB1_MMAP + 24, 20, 0xfffc0000, 0x40000, 2);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t, bi_sound(0));
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
	KTEST_EXPECT_EQ(t, bi.protocol, BOOT_PROTOCOL_MULTIBOOT1);
	KTEST_EXPECT_STREQ(t, bi.loader, "qemu");
	KTEST_EXPECT_STREQ(t, bi.cmdline, "loglevel=7");
	KTEST_EXPECT_EQ(t, bi.mem_lower_kib, 639);
	KTEST_EXPECT_EQ(t, bi.nr_mmap, 2);
	KTEST_EXPECT_EQ(t, bi.mmap[1].base, 0xfffc0000);
	KTEST_EXPECT_EQ(t, bi.mmap[1].type, 2);
	KTEST_EXPECT_EQ(t, bi.nr_modules, 1);
	KTEST_EXPECT_STREQ(t, bi.modules[0].string, "disk.img ramdisk size=1M");
	KTEST_EXPECT_TRUE(t, is_kept(0x200000, 0x201234));
	KTEST_EXPECT_TRUE(t, is_kept(MB1_PHYS, MB1_PHYS + 88));
	KTEST_EXPECT_TRUE(t, is_kept(MB1_PHYS + MB1_CMDLINE,
				     MB1_PHYS + MB1_CMDLINE + 28));
	KTEST_EXPECT_TRUE(
		t, is_kept(MB1_PHYS + MB1_MODS, MB1_PHYS + MB1_MODS + 16));
}

static void mb1_reads_stay_inside_aligned_chunks(struct ktest *t)
{
	static const u32 shifts[] = { 1, 50, 100, 127 };
	u32 i;

	reads_too_long = 0;
	for (i = 0; i < ARRAY_SIZE(shifts); i++) {
		mb1_begin(0x1205);
		put_text(MB1_CMDLINE, "a=1");
		put_text(MB1_NAME - 3, "across");
		put32(64, MB1_PHYS + MB1_NAME - 3);
		put32(104, 768);
		memmove(block + shifts[i], block, 116);
		KTEST_EXPECT_EQ(
			t, mb1_parse(&bi, &reader, MB1_PHYS + shifts[i]), 0);
		KTEST_EXPECT_STREQ(t, bi.cmdline, "a=1");
		KTEST_EXPECT_STREQ(t, bi.loader, "across");
		KTEST_EXPECT_EQ(t, bi.mem_upper_kib, 130048);
		KTEST_EXPECT_EQ(t, bi.framebuffer.height, 768);
	}
	KTEST_EXPECT_EQ(t, reads_too_long, 0);
}

static void mb1_fields_without_their_flag_are_not_read(struct ktest *t)
{
	mb1_begin(1);
	put_text(MB1_CMDLINE, "a=1");
	put_text(MB1_NAME, "name");
	put32(20, 1);
	put32(MB1_MODS + 4, 4096);
	put32(28, 1);
	put32(32, 40);
	put32(44, 24);
	put_mb1_entry(MB1_MMAP, 20, 0, MIB(64), 1);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_EQ(t, bi.nr_tags, 1);
	KTEST_EXPECT_STREQ(t, bi.cmdline, "");
	KTEST_EXPECT_STREQ(t, bi.loader, "");
	KTEST_EXPECT_EQ(t, bi.nr_modules, 0);
	KTEST_EXPECT_EQ(t, bi.nr_ranges, 1);
	KTEST_EXPECT_EQ(t, bi.mmap_source, BOOT_MMAP_FROM_MEMINFO);
	KTEST_EXPECT_FALSE(t, bi.framebuffer.present);
	put32(0, 0);
	KTEST_EXPECT_EQ(t, mb1_run(), -ENXIO);
}

static void mb1_file_name_is_dropped_from_the_command_line(struct ktest *t)
{
	static const struct {
		const char *loader, *given, *wanted;
	} lines[] = {
		{ "qemu", "kernel.elf a=1 b", "a=1 b" },
		{ "qemu", "k=1 a=1", "a=1" }, /* a file of that name */
		{ "qemu", "vmpage", "" },
		{ "GNU GRUB 0.97", "/boot/kernel  quiet", "quiet" },
		{ "", "kernel.elf", "" },
		{ "", "quiet /a", "quiet /a" },
		{ "", "init=/bin/sh x", "init=/bin/sh x" },
		{ "", "\"run=cat /proc/x\"", "\"run=cat /proc/x\"" },
		{ "", "", "" },
		{ "", " /k a", " /k a" },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		mb1_begin(0x205);
		put_text(MB1_NAME, lines[i].loader);
		put_text(MB1_CMDLINE, lines[i].given);
		KTEST_EXPECT_EQ(t, mb1_run(), 0);
		KTEST_EXPECT_STREQ(t, bi.cmdline, lines[i].wanted);
	}
}

static void mb1_command_line_of_64_kib_is_cut_at_a_word(struct ktest *t)
{
	mb1_begin(5);
	put32(16, ENDLESS_PHYS);
	endless_bytes = 65536;
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_CMDLINE_LONG, 65536));
	KTEST_EXPECT_EQ(t, bi.cmdline_bytes, 65536);
	/* 1365 times "ab " are 4095 bytes; the last blank is no word. */
	KTEST_EXPECT_EQ(t, strlen(bi.cmdline), 4094);
}

static void mb1_text_without_end_is_given_up(struct ktest *t)
{
	mb1_begin(5);
	put32(16, ENDLESS_PHYS);
	endless_bytes = U32_MAX;
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t,
			  noted(BOOT_PROBLEM_CMDLINE_UNREADABLE, ENDLESS_PHYS));
	KTEST_EXPECT_EQ(t, strlen(bi.cmdline), 4094);
}

/* The line runs out of readable memory in the middle of a word. */
static void mb1_line_at_the_end_of_memory_loses_its_last_word(struct ktest *t)
{
	mb1_begin(5);
	put32(16, MB1_PHYS + MB1_BYTES - 9);
	memcpy(block + MB1_BYTES - 9, "a=1 mem=1", 9);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_STREQ(t, bi.cmdline, "a=1");
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_CMDLINE_UNREADABLE,
				   MB1_PHYS + MB1_BYTES - 9));
}

static void mb1_lists_cut_by_the_end_of_memory_are_noted(struct ktest *t)
{
	u32 at = MB1_BYTES - 16;

	mb1_begin(0x29);
	put32(20, 2);
	put32(24, MB1_PHYS + at);
	put32(28, 3);
	put32(32, 40);
	put32(36, MB1_PHYS + MB1_BYTES - 60);
	put32(at, 0x200000);
	put32(at + 4, 0x201000);
	put32(at + 8, MB1_PHYS + MB1_BYTES - 4);
	memcpy(block + MB1_BYTES - 4, "disk", 4);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_EQ(t, bi.nr_modules, 1);
	KTEST_EXPECT_STREQ(t, bi.modules[0].string, "disk");
	/* The string, and the list behind its first entry. */
	KTEST_EXPECT_EQ(t, bi.problems[BOOT_PROBLEM_MODULE_UNREADABLE].count,
			2);
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_SECTION_UNREADABLE,
				   MB1_PHYS + MB1_BYTES - 20));
}

static void mb1_module_strings_are_kept_apart_from_the_list(struct ktest *t)
{
	mb1_begin(9);
	put32(20, 1);
	put32(MB1_MODS + 8, ENDLESS_PHYS);
	endless_bytes = 30;
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_EQ(t, bi.nr_ranges, 3);
	KTEST_EXPECT_EQ(t, bi.ranges[1].start, ENDLESS_PHYS);
	KTEST_EXPECT_EQ(t, bi.ranges[1].end, ENDLESS_PHYS + 31);
	KTEST_EXPECT_EQ(t, bi.ranges[2].start, MB1_PHYS + MB1_MODS);
	KTEST_EXPECT_EQ(t, bi.ranges[2].end, MB1_PHYS + MB1_MODS + 16);
}

static void mb1_framebuffer_beyond_memory_is_noted(struct ktest *t)
{
	u32 at = MB1_BYTES - 100;

	mb1_begin(0x1001);
	memmove(block + at, block, 100);
	KTEST_EXPECT_EQ(t, mb1_parse(&bi, &reader, MB1_PHYS + at), 0);
	KTEST_EXPECT_FALSE(t, bi.framebuffer.present);
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_BLOCK_CUT, 116));
}

static void mb1_empty_or_ragged_maps_are_noted(struct ktest *t)
{
	mb1_begin(0x41);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_MMAP_EMPTY, 0));
	mb1_begin(0x41);
	put32(44, 24 + 23);
	put_mb1_entry(MB1_MMAP, 20, 0, MIB(64), 1);
	put_mb1_entry(MB1_MMAP + 24, 20, MIB(1), MIB(1), 2);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t, only_problem(BOOT_PROBLEM_MMAP_TAIL, 23));
	KTEST_EXPECT_EQ(t, bi.nr_mmap, 1);
	KTEST_EXPECT_EQ(t, bi.mmap[0].length, MIB(64));
	KTEST_EXPECT_TRUE(
		t, is_kept(MB1_PHYS + MB1_MMAP, MB1_PHYS + MB1_MMAP + 47));
}

static void mb1_longer_map_entries_are_understood(struct ktest *t)
{
	mb1_begin(0x41);
	put32(44, 24 + 28 + 24);
	put_mb1_entry(MB1_MMAP, 20, 0, 0x1000, 1);
	put_mb1_entry(MB1_MMAP + 24, 24, 0x2000, 0x1000, 1);
	put_mb1_entry(MB1_MMAP + 52, 20, 0x4000, 0x1000, 2);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
	KTEST_EXPECT_EQ(t, bi.nr_mmap, 3);
	KTEST_EXPECT_EQ(t, bi.mmap[2].base, 0x4000);
}

static void mb1_bad_map_entry_size_falls_back_to_meminfo(struct ktest *t)
{
	static const u32 sizes[] = { 0, 19, 25, 4096, U32_MAX };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		mb1_begin(0x41);
		put32(44, 72);
		put_mb1_entry(MB1_MMAP, 20, 0, MIB(64), 1);
		put_mb1_entry(MB1_MMAP + 24, sizes[i], MIB(1), MIB(1), 2);
		KTEST_EXPECT_EQ(t, mb1_run(), 0);
		KTEST_EXPECT_TRUE(
			t, noted(BOOT_PROBLEM_MMAP_ENTRY_SIZE, sizes[i]));
		/* The first entry is forgotten too. */
		KTEST_EXPECT_EQ(t, bi.mmap_source, BOOT_MMAP_FROM_MEMINFO);
		KTEST_EXPECT_EQ(t, bi.mmap[0].length, 639 * 1024);
		KTEST_EXPECT_EQ(t, bi.nr_mmap_reported, 2);
	}
}

static void mb1_map_that_cannot_be_read_is_refused_whole(struct ktest *t)
{
	u32 at = MB1_BYTES - 24;

	mb1_begin(0x41);
	put32(44, 48);
	put32(48, MB1_PHYS + at);
	put_mb1_entry(at, 20, 0, MIB(64), 1);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(
		t, noted(BOOT_PROBLEM_MMAP_UNREADABLE, MB1_PHYS + MB1_BYTES));
	KTEST_EXPECT_EQ(t, bi.mmap_source, BOOT_MMAP_FROM_MEMINFO);
	put32(44, U32_MAX);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_MMAP_SIZE, U32_MAX));
}

static void mb1_wild_pointers_are_answered_not_followed(struct ktest *t)
{
	static const u32 wild[] = { 0, MB1_PHYS - 1, MB1_PHYS + MB1_BYTES - 1,
				    0xfffffff0, U32_MAX };
	static const u32 fields[] = { 16, 24, 36, 48, 64 };
	u32 i, f;

	for (i = 0; i < ARRAY_SIZE(wild); i++) {
		mb1_begin(0x126f);
		put32(20, 3);
		put32(28, 3);
		put32(32, 40);
		put32(44, 48);
		for (f = 0; f < ARRAY_SIZE(fields); f++)
			put32(fields[f], wild[i]);
		KTEST_EXPECT_EQ(t, mb1_run(), 0);
		KTEST_EXPECT_TRUE(t, bi_sound(0));
		KTEST_EXPECT_STREQ(t, bi.cmdline, "");
		KTEST_EXPECT_EQ(t, bi.nr_modules, 0);
		KTEST_EXPECT_EQ(t, bi.mmap_source, BOOT_MMAP_FROM_MEMINFO);
	}
	KTEST_EXPECT_EQ(t, mb1_parse(&bi, &reader, 0x1000), -EINVAL);
	KTEST_EXPECT_TRUE(t,
			  only_problem(BOOT_PROBLEM_BLOCK_UNREADABLE, 0x1000));
}

static void mb1_absurd_module_count_is_bounded(struct ktest *t)
{
	mb1_begin(9);
	put32(20, U32_MAX);
	put32(24, ENDLESS_PHYS);
	endless_bytes = U32_MAX;
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_MODULE_COUNT, U32_MAX));
	KTEST_EXPECT_EQ(t, bi.nr_modules_reported, 4096);
	KTEST_EXPECT_TRUE(t, bi_sound(0));
}

static void mb1_sections_are_kept(struct ktest *t)
{
	mb1_begin(0x21);
	put32(28, 2);
	put32(32, 40);
	put32(36, MB1_PHYS + MB1_SHDR);
	put_section(MB1_SHDR + 40, 3, 0, 0x170000, 0x4000);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t, is_kept(0x170000, 0x174000));
	KTEST_EXPECT_TRUE(
		t, is_kept(MB1_PHYS + MB1_SHDR, MB1_PHYS + MB1_SHDR + 80));
	put32(32, 39);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_SECTION_TABLE, 39));
}

static void mb1_framebuffer_is_copied(struct ktest *t)
{
	mb1_begin(0x1001);
	put64(88, 0xfd000000);
	put32(96, 4096);
	put32(100, 1024);
	put32(104, 768);
	block[108] = 24;
	block[109] = BOOT_FRAMEBUFFER_RGB;
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t, bi.framebuffer.present);
	KTEST_EXPECT_EQ(t, bi.framebuffer.addr, 0xfd000000);
	KTEST_EXPECT_EQ(t, bi.framebuffer.pitch, 4096);
	KTEST_EXPECT_EQ(t, bi.framebuffer.width, 1024);
	KTEST_EXPECT_EQ(t, bi.framebuffer.bits_per_pixel, 24);
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
	KTEST_EXPECT_EQ(t, boot_info_problem(&bi, 0, buf, sizeof(buf)),
			strlen(buf));
	KTEST_EXPECT_STREQ(t, buf,
			   "tag of 7 bytes is smaller than its header; the "
			   "tags behind it are lost");
	boot_info_problem(&bi, 1, buf, sizeof(buf));
	KTEST_EXPECT_STREQ(t, buf,
			   "tag of type 1 came twice; the first one holds "
			   "(2 times)");
	KTEST_EXPECT_EQ(t, boot_info_problem(&bi, 2, buf, sizeof(buf)), 0);
	KTEST_EXPECT_STREQ(t, buf, "");
	/* A buffer too small cuts the sentence and nothing else. */
	KTEST_EXPECT_EQ(t, boot_info_problem(&bi, 1, buf, 8), 7);
	KTEST_EXPECT_STREQ(t, buf, "tag of ");
	KTEST_EXPECT_EQ(t, boot_info_problem(&bi, 1, buf, 0), 0);
}

static void every_problem_fits_in_160_bytes(struct ktest *t)
{
	char buf[256];
	u32 i;

	memset(&bi, 0, sizeof(bi));
	for (i = 0; i < NR_BOOT_PROBLEMS; i++) {
		bi.problems[i].count = U32_MAX;
		bi.problems[i].value = U64_MAX;
	}
	for (i = 0; i < NR_BOOT_PROBLEMS; i++) {
		int len = boot_info_problem(&bi, i, buf, sizeof(buf));

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
	KTEST_CASE(mb1_block_is_copied_field_by_field),
	KTEST_CASE(mb1_reads_stay_inside_aligned_chunks),
	KTEST_CASE(mb1_fields_without_their_flag_are_not_read),
	KTEST_CASE(mb1_file_name_is_dropped_from_the_command_line),
	KTEST_CASE(mb1_command_line_of_64_kib_is_cut_at_a_word),
	KTEST_CASE(mb1_text_without_end_is_given_up),
	KTEST_CASE(mb1_line_at_the_end_of_memory_loses_its_last_word),
	KTEST_CASE(mb1_lists_cut_by_the_end_of_memory_are_noted),
	KTEST_CASE(mb1_module_strings_are_kept_apart_from_the_list),
	KTEST_CASE(mb1_framebuffer_beyond_memory_is_noted),
	KTEST_CASE(mb1_empty_or_ragged_maps_are_noted),
	KTEST_CASE(mb1_longer_map_entries_are_understood),
	KTEST_CASE(mb1_bad_map_entry_size_falls_back_to_meminfo),
	KTEST_CASE(mb1_map_that_cannot_be_read_is_refused_whole),
	KTEST_CASE(mb1_wild_pointers_are_answered_not_followed),
	KTEST_CASE(mb1_absurd_module_count_is_bounded),
	KTEST_CASE(mb1_sections_are_kept),
	KTEST_CASE(mb1_framebuffer_is_copied),
	KTEST_CASE(problems_read_as_sentences),
	KTEST_CASE(every_problem_fits_in_160_bytes),
	KTEST_CASE(map_types_have_the_names_that_linux_prints),
};
KTEST_SUITE(mb_parse, mb_parse_cases);
