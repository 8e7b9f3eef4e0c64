/* SPDX-License-Identifier: MIT */
/*
 * mb_fixture.h - multiboot blocks for the suites of the parsers
 *
 * Blocks are built by hand, byte by byte, so that every rule of the format can
 * be broken on purpose. bi_sound() states what must hold of a boot_info
 * whatever the input was.
 */
#ifndef TESTS_MB_FIXTURE_H
#define TESTS_MB_FIXTURE_H

#include <kernel/boot_info.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include "room.h"

#define BLOCK_BYTES 16384
#define BLOCK_PHYS 0x9500u

/* One of each for all cases: suites run one after the other. */
struct mb_fixture {
	struct boot_info bi;
	u8 block[BLOCK_BYTES];
};
#define mb_bi (SUITE_ROOM(struct mb_fixture)->bi)
#define mb_block (SUITE_ROOM(struct mb_fixture)->block)
extern u32 mb_block_end; /* mb_fixture.c */

/* --- building ---------------------------------------------------------- */

static inline void put32(u32 pos, u32 value)
{
	memcpy(mb_block + pos, &value, sizeof(value));
}

static inline void put64(u32 pos, u64 value)
{
	memcpy(mb_block + pos, &value, sizeof(value));
}

static inline void put_text(u32 pos, const char *text)
{
	memcpy(mb_block + pos, text, strlen(text) + 1);
}

static inline void block_begin(void)
{
	memset(mb_block, 0, sizeof(mb_block));
	mb_block_end = 8;
}

/* Append a tag of @size bytes, all 0 behind its header. Return: its place. */
static inline u32 block_tag(u32 type, u32 size)
{
	u32 pos = mb_block_end;

	put32(pos, type);
	put32(pos + 4, size);
	mb_block_end += ALIGN(size, 8);
	return pos;
}

/* A tag with nothing but two 32-bit numbers: meminfo, or a module's range. */
static inline u32 block_tag_pair(u32 type, u32 size, u32 first, u32 second)
{
	u32 pos = block_tag(type, size);

	put32(pos + 8, first);
	put32(pos + 12, second);
	return pos;
}

static inline void block_tag_text(u32 type, const char *text)
{
	put_text(block_tag(type, 8 + (u32)strlen(text) + 1) + 8, text);
}

/* A map tag with room for @nr entries, all 0. Return: its first entry. */
static inline u32 block_tag_mmap(u32 nr, u32 entsize)
{
	u32 pos = block_tag(6, 16 + nr * 24);

	put32(pos + 8, entsize);
	return pos + 16;
}

static inline void put_entry(u32 pos, u64 base, u64 length, u32 type)
{
	put64(pos, base);
	put64(pos + 8, length);
	put32(pos + 16, type);
}

/* An ELF32 header at @pos. */
static inline void put_section(u32 pos, u32 type, u32 flags, u32 addr, u32 size)
{
	put32(pos + 4, type);
	put32(pos + 8, flags);
	put32(pos + 12, addr);
	put32(pos + 20, size);
}

static inline void block_meminfo(void)
{
	block_tag_pair(4, 16, 639, 130048);
}

static inline void block_usable(u64 base, u64 length)
{
	put_entry(block_tag_mmap(1, 24), base, length, 1);
}

/* Close the block and parse it. */
static inline int block_parse(void)
{
	block_tag(0, 8);
	put32(0, mb_block_end);
	return mb2_parse(&mb_bi, mb_block, mb_block_end, BLOCK_PHYS);
}

/* --- judging ----------------------------------------------------------- */

static inline bool texts_end(void)
{
	u32 i;

	for (i = 0; i < mb_bi.nr_modules; i++)
		if (strnlen(mb_bi.modules[i].string,
			    BOOT_MODULE_STRING_BYTES) ==
		    BOOT_MODULE_STRING_BYTES)
			return false;
	return strnlen(mb_bi.cmdline, BOOT_CMDLINE_BYTES) <
		       BOOT_CMDLINE_BYTES &&
	       strnlen(mb_bi.loader, BOOT_LOADER_BYTES) < BOOT_LOADER_BYTES;
}

/* Is [start, end) inside one of the ranges kept? */
static inline bool is_kept(u64 start, u64 end)
{
	u32 i;

	for (i = 0; i < mb_bi.nr_ranges; i++)
		if (mb_bi.ranges[i].start <= start &&
		    end <= mb_bi.ranges[i].end)
			return true;
	return start == end;
}

static inline bool lists_sound(void)
{
	u32 i;

	if (mb_bi.nr_mmap > BOOT_MMAP_ENTRIES ||
	    mb_bi.nr_ranges > BOOT_RANGES || mb_bi.nr_modules > BOOT_MODULES)
		return false;
	for (i = 0; i < mb_bi.nr_ranges; i++)
		if (mb_bi.ranges[i].start >= mb_bi.ranges[i].end ||
		    mb_bi.ranges[i].kind >= NR_BOOT_RANGE_KINDS)
			return false;
	for (i = 0; i < mb_bi.nr_modules; i++)
		if (!is_kept(mb_bi.modules[i].start, mb_bi.modules[i].end))
			return false;
	return true;
}

/* What holds of every boot_info that a parser gave @err for. */
static inline bool bi_sound(int err)
{
	if (!lists_sound() || !texts_end())
		return false;
	if (err == 0)
		return mb_bi.nr_mmap > 0 && mb_bi.mmap_source;
	return mb_bi.nr_mmap == 0 && !mb_bi.mmap_source;
}

/* How often something went wrong, all kinds together. */
static inline u32 nr_problems(void)
{
	u32 i, sum = 0;

	for (i = 0; i < NR_BOOT_PROBLEMS; i++)
		sum += mb_bi.problems[i].count;
	return sum;
}

/* Is there exactly one problem, this one? */
static inline bool only_problem(enum boot_problem problem, u64 value)
{
	return nr_problems() == 1 && mb_bi.problems[problem].count == 1 &&
	       mb_bi.problems[problem].value == value;
}

static inline bool noted(enum boot_problem problem, u64 value)
{
	return mb_bi.problems[problem].count == 1 &&
	       mb_bi.problems[problem].value == value;
}

#endif
