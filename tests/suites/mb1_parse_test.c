/* SPDX-License-Identifier: MIT */
/*
 * mb1_parse_test.c - what the multiboot1 parser makes of good and bad blocks
 *
 * The block and all it points to lie in a small array that plays physical
 * memory; a second window gives one letter for ever, as a text without end.
 */
#include <kernel/errno.h>
#include <kernel/util.h>
#include "mb_fixture.h"

/* mb_block[] stands for the physical memory [MB1_PHYS, MB1_PHYS + 4096). */
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
	return mb_block + (phys - MB1_PHYS);
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
	return mb1_parse(&mb_bi, &reader, MB1_PHYS);
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
	KTEST_EXPECT_EQ(t, mb_bi.protocol, BOOT_PROTOCOL_MULTIBOOT1);
	KTEST_EXPECT_STREQ(t, mb_bi.loader, "qemu");
	KTEST_EXPECT_STREQ(t, mb_bi.cmdline, "loglevel=7");
	KTEST_EXPECT_EQ(t, mb_bi.mem_lower_kib, 639);
	KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, 2);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[1].base, 0xfffc0000);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[1].type, 2);
	KTEST_EXPECT_EQ(t, mb_bi.nr_modules, 1);
	KTEST_EXPECT_STREQ(t, mb_bi.modules[0].string,
			   "disk.img ramdisk size=1M");
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
		memmove(mb_block + shifts[i], mb_block, 116);
		KTEST_EXPECT_EQ(
			t, mb1_parse(&mb_bi, &reader, MB1_PHYS + shifts[i]), 0);
		KTEST_EXPECT_STREQ(t, mb_bi.cmdline, "a=1");
		KTEST_EXPECT_STREQ(t, mb_bi.loader, "across");
		KTEST_EXPECT_EQ(t, mb_bi.mem_upper_kib, 130048);
		KTEST_EXPECT_EQ(t, mb_bi.framebuffer.height, 768);
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
	KTEST_EXPECT_EQ(t, mb_bi.nr_tags, 1);
	KTEST_EXPECT_STREQ(t, mb_bi.cmdline, "");
	KTEST_EXPECT_STREQ(t, mb_bi.loader, "");
	KTEST_EXPECT_EQ(t, mb_bi.nr_modules, 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_ranges, 1);
	KTEST_EXPECT_EQ(t, mb_bi.mmap_source, BOOT_MMAP_FROM_MEMINFO);
	KTEST_EXPECT_FALSE(t, mb_bi.framebuffer.present);
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
		KTEST_EXPECT_STREQ(t, mb_bi.cmdline, lines[i].wanted);
	}
}

static void mb1_command_line_of_64_kib_is_cut_at_a_word(struct ktest *t)
{
	mb1_begin(5);
	put32(16, ENDLESS_PHYS);
	endless_bytes = 65536;
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t, noted(BOOT_PROBLEM_CMDLINE_LONG, 65536));
	KTEST_EXPECT_EQ(t, mb_bi.cmdline_bytes, 65536);
	/* 1365 times "ab " are 4095 bytes; the last blank is no word. */
	KTEST_EXPECT_EQ(t, strlen(mb_bi.cmdline), 4094);
}

static void mb1_text_without_end_is_given_up(struct ktest *t)
{
	mb1_begin(5);
	put32(16, ENDLESS_PHYS);
	endless_bytes = U32_MAX;
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t,
			  noted(BOOT_PROBLEM_CMDLINE_UNREADABLE, ENDLESS_PHYS));
	KTEST_EXPECT_EQ(t, strlen(mb_bi.cmdline), 4094);
}

/* The line runs out of readable memory in the middle of a word. */
static void mb1_line_at_the_end_of_memory_loses_its_last_word(struct ktest *t)
{
	mb1_begin(5);
	put32(16, MB1_PHYS + MB1_BYTES - 9);
	memcpy(mb_block + MB1_BYTES - 9, "a=1 mem=1", 9);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_STREQ(t, mb_bi.cmdline, "a=1");
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
	memcpy(mb_block + MB1_BYTES - 4, "disk", 4);
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_EQ(t, mb_bi.nr_modules, 1);
	KTEST_EXPECT_STREQ(t, mb_bi.modules[0].string, "disk");
	/* The string, and the list behind its first entry. */
	KTEST_EXPECT_EQ(t, mb_bi.problems[BOOT_PROBLEM_MODULE_UNREADABLE].count,
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
	KTEST_EXPECT_EQ(t, mb_bi.nr_ranges, 3);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[1].start, ENDLESS_PHYS);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[1].end, ENDLESS_PHYS + 31);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[2].start, MB1_PHYS + MB1_MODS);
	KTEST_EXPECT_EQ(t, mb_bi.ranges[2].end, MB1_PHYS + MB1_MODS + 16);
}

static void mb1_framebuffer_beyond_memory_is_noted(struct ktest *t)
{
	u32 at = MB1_BYTES - 100;

	mb1_begin(0x1001);
	memmove(mb_block + at, mb_block, 100);
	KTEST_EXPECT_EQ(t, mb1_parse(&mb_bi, &reader, MB1_PHYS + at), 0);
	KTEST_EXPECT_FALSE(t, mb_bi.framebuffer.present);
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
	KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, 1);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[0].length, MIB(64));
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
	KTEST_EXPECT_EQ(t, mb_bi.nr_mmap, 3);
	KTEST_EXPECT_EQ(t, mb_bi.mmap[2].base, 0x4000);
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
		KTEST_EXPECT_EQ(t, mb_bi.mmap_source, BOOT_MMAP_FROM_MEMINFO);
		KTEST_EXPECT_EQ(t, mb_bi.mmap[0].length, 639 * 1024);
		KTEST_EXPECT_EQ(t, mb_bi.nr_mmap_reported, 2);
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
	KTEST_EXPECT_EQ(t, mb_bi.mmap_source, BOOT_MMAP_FROM_MEMINFO);
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
		KTEST_EXPECT_STREQ(t, mb_bi.cmdline, "");
		KTEST_EXPECT_EQ(t, mb_bi.nr_modules, 0);
		KTEST_EXPECT_EQ(t, mb_bi.mmap_source, BOOT_MMAP_FROM_MEMINFO);
	}
	KTEST_EXPECT_EQ(t, mb1_parse(&mb_bi, &reader, 0x1000), -EINVAL);
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
	KTEST_EXPECT_EQ(t, mb_bi.nr_modules_reported, 4096);
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
	mb_block[108] = 24;
	mb_block[109] = BOOT_FRAMEBUFFER_RGB;
	KTEST_EXPECT_EQ(t, mb1_run(), 0);
	KTEST_EXPECT_TRUE(t, mb_bi.framebuffer.present);
	KTEST_EXPECT_EQ(t, mb_bi.framebuffer.addr, 0xfd000000);
	KTEST_EXPECT_EQ(t, mb_bi.framebuffer.pitch, 4096);
	KTEST_EXPECT_EQ(t, mb_bi.framebuffer.width, 1024);
	KTEST_EXPECT_EQ(t, mb_bi.framebuffer.bits_per_pixel, 24);
}

static const struct ktest_case mb1_parse_cases[] = {
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
};
KTEST_SUITE(mb1_parse, mb1_parse_cases);
