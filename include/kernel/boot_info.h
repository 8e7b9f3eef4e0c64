/* SPDX-License-Identifier: MIT */
/*
 * boot_info.h - what the boot loader said, in one loader-neutral structure
 *
 * A parser (multiboot2, multiboot1) turns the loader's own format into a
 * struct boot_info. Nothing in it points back: all that is needed later is
 * copied, so that the loader's memory may be overwritten once its ranges are
 * no longer reserved. The structure lives in the kernel's bss.
 *
 * The parsers are pure: they read the bytes they are given, write the
 * structure, and print nothing. What was wrong is counted by kind; the caller
 * prints one line for each kind through boot_info_problem().
 *
 * Locking: none. Filled once by the boot CPU, read-only afterwards.
 */
#ifndef KERNEL_BOOT_INFO_H
#define KERNEL_BOOT_INFO_H

#include <kernel/types.h>

/* Capacities. What happens beyond each stands at the field it limits. */
#define BOOT_CMDLINE_BYTES 4096 /* NUL included; Linux on x86 takes 2048 */
#define BOOT_MMAP_ENTRIES 512 /* E820 has 128 slots, UEFI maps some 200 */
#define BOOT_MODULES 128
#define BOOT_MODULE_STRING_BYTES 64
#define BOOT_RANGES 64
#define BOOT_LOADER_BYTES 64
#define BOOT_RSDP_BYTES 36 /* ACPI 2.0 and later; ACPI 1.0 has 20 */

enum boot_protocol {
	BOOT_PROTOCOL_NONE,
	BOOT_PROTOCOL_MULTIBOOT1,
	BOOT_PROTOCOL_MULTIBOOT2,
};

/* Types of the firmware's map. Every value but USABLE means "hands off". */
enum boot_mmap_type {
	BOOT_MMAP_USABLE = 1,
	BOOT_MMAP_RESERVED = 2,
	BOOT_MMAP_ACPI_DATA = 3,
	BOOT_MMAP_ACPI_NVS = 4,
	BOOT_MMAP_UNUSABLE = 5,
};

/* Where boot_info.mmap comes from. */
enum boot_mmap_source {
	BOOT_MMAP_FROM_NOWHERE,
	BOOT_MMAP_FROM_FIRMWARE,
	/* Built from mem_lower and mem_upper: worth a warning. */
	BOOT_MMAP_FROM_MEMINFO,
};

/* One entry as it was reported: not sorted, not checked, may wrap. */
struct boot_mmap_entry {
	u64 base; /* bytes */
	u64 length; /* bytes; base + length may exceed 2^64 */
	u32 type; /* enum boot_mmap_type, or any other number */
};

/* A file that the loader placed in memory. start <= end always holds. */
struct boot_module {
	u32 start; /* physical; both protocols have 32-bit addresses */
	u32 end; /* exclusive; equal to start for an empty file */
	char string[BOOT_MODULE_STRING_BYTES]; /* as given, cut to fit */
};

/* Why the loader's memory must be kept: identifier, owner name. */
#define BOOT_RANGE_KINDS(X)                \
	X(INFO, "boot info")               \
	X(CMDLINE, "boot command line")    \
	X(MODULE_LIST, "boot module list") \
	X(MMAP, "boot memory map")         \
	X(MODULE, "boot module")           \
	X(SYMBOLS, "kernel symbols")       \
	X(SECTION, "kernel sections")

#define BOOT_RANGE_ENUM(id, name) BOOT_RANGE_##id,
enum boot_range_kind { BOOT_RANGE_KINDS(BOOT_RANGE_ENUM) NR_BOOT_RANGE_KINDS };
#undef BOOT_RANGE_ENUM

/* Bytes that the loader left in RAM and that the map does not mark. */
struct boot_range {
	phys_addr_t start;
	phys_addr_t end; /* exclusive, > start */
	u32 kind; /* enum boot_range_kind */
};

/* Colour model of a frame buffer, numbered as both protocols do. */
enum boot_framebuffer_type {
	BOOT_FRAMEBUFFER_INDEXED = 0,
	BOOT_FRAMEBUFFER_RGB = 1,
	BOOT_FRAMEBUFFER_TEXT = 2, /* width and height in characters */
};

struct boot_framebuffer {
	bool present;
	u8 type; /* enum boot_framebuffer_type */
	u8 bits_per_pixel;
	u32 width, height;
	u32 pitch; /* bytes from one line to the next; use it, never width */
	phys_addr_t addr;
};

/*
 * What can be wrong: identifier, sentence. In a sentence "%llu" and "%#llx"
 * stand for the value noted at the first occurrence; a sentence has at most
 * one of them. "(N times)" is added by boot_info_problem().
 */
#define BOOT_PROBLEMS(X)                                                       \
	X(BLOCK_SIZE, "information block claims an impossible size of %llu"    \
		      " bytes")                                                \
	X(BLOCK_CUT, "information block of %llu bytes reaches beyond readable" \
		     " memory; the rest is ignored")                           \
	X(BLOCK_UNREADABLE, "information block at %#llx cannot be read")       \
	X(TAG_SIZE, "tag of %llu bytes is smaller than its header; the tags"   \
		    " behind it are lost")                                     \
	X(TAG_PAST_END, "tag of %llu bytes reaches past the end of the"        \
			" information block; it and all behind it are lost")   \
	X(TAG_SHORT,                                                           \
	  "tag of type %llu is too short for its contents; ignored")           \
	X(TAG_TWICE, "tag of type %llu came twice; the first one holds")       \
	X(NO_END_TAG, "no end tag; the information block ends at byte %llu")   \
	X(CMDLINE_LONG, "command line of %llu bytes is too long; cut at a"     \
			" word")                                               \
	X(CMDLINE_UNREADABLE, "command line at %#llx cannot be read to its"    \
			      " end; cut at a word")                           \
	X(STRING_END, "string in tag of type %llu has no end; cut at the tag") \
	X(MMAP_ENTRY_SIZE, "memory map with entries of %llu bytes is refused") \
	X(MMAP_SIZE, "memory map of %llu bytes is larger than any; refused")   \
	X(MMAP_TAIL, "memory map ends with a part of an entry, %llu bytes;"    \
		     " ignored")                                               \
	X(MMAP_UNREADABLE, "memory map at %#llx cannot be read to its end;"    \
			   " refused")                                         \
	X(MMAP_EMPTY, "memory map has no entries")                             \
	X(MMAP_FULL, "memory map has more entries than fit; usable memory of"  \
		     " %llu bytes given up at first")                          \
	X(MMAP_FALLBACK,                                                       \
	  "no memory map; basic memory size of %llu KiB is used"               \
	  " instead")                                                          \
	X(MEMINFO_CLAMPED, "basic memory size of %llu KiB is more than such a" \
			   " figure can vouch for; limited")                   \
	X(NO_MEMORY, "neither a memory map nor a basic memory size")           \
	X(MODULE_RANGE, "module at %#llx ends before it starts; ignored")      \
	X(MODULE_FULL, "more modules than fit; module at %#llx is kept in"     \
		       " memory but not listed")                               \
	X(MODULE_COUNT, "module list claims %llu modules; only the first ones" \
			" are looked at")                                      \
	X(MODULE_UNREADABLE, "module list or string at %#llx cannot be"        \
			     " read to its end")                               \
	X(MODULE_STRING, "module string longer than fits; cut to %llu bytes")  \
	X(SECTION_TABLE, "ELF section headers of %llu bytes are refused")      \
	X(SECTION_RANGE, "ELF section at %#llx wraps around; ignored")         \
	X(SECTION_UNREADABLE, "ELF section headers at %#llx cannot be read")   \
	X(RANGE_FULL, "more ranges to keep than fit; the nearest one was"      \
		      " widened up to %#llx")

#define BOOT_PROBLEM_ENUM(id, text) BOOT_PROBLEM_##id,
enum boot_problem { BOOT_PROBLEMS(BOOT_PROBLEM_ENUM) NR_BOOT_PROBLEMS };
#undef BOOT_PROBLEM_ENUM

struct boot_problem_note {
	u32 count; /* occurrences; 0 means that it did not happen */
	u64 value; /* the figure of the first one */
};

struct boot_info {
	u32 protocol; /* enum boot_protocol */
	char loader[BOOT_LOADER_BYTES]; /* the loader's name, cut to fit */

	/*
	 * A longer line is cut behind a whole word (a quoted text counts as
	 * one), so that no half option is ever obeyed.
	 */
	char cmdline[BOOT_CMDLINE_BYTES];
	u32 cmdline_bytes; /* what the loader gave, without NUL */

	/*
	 * Beyond the capacity the smallest usable entry gives way, never a
	 * reserved one; when only reserved ones are left, nothing is usable.
	 * So no page is believed usable for want of room.
	 */
	struct boot_mmap_entry mmap[BOOT_MMAP_ENTRIES];
	u32 nr_mmap;
	u32 nr_mmap_reported;
	u32 mmap_source; /* enum boot_mmap_source */

	/* Basic memory size: KiB from 0, and KiB from 1 MiB to the 1st hole. */
	bool meminfo_present;
	u32 mem_lower_kib;
	u32 mem_upper_kib;

	struct boot_module modules[BOOT_MODULES];
	u32 nr_modules; /* listed */
	u32 nr_modules_reported; /* those not listed are still in ranges[] */

	/*
	 * Modules included; the kernel's own image is not. Neighbours of one
	 * kind are one range. Beyond the capacity the nearest range grows.
	 */
	struct boot_range ranges[BOOT_RANGES];
	u32 nr_ranges;

	/* A copy of ACPI's root pointer; 0 bytes: none was handed over. */
	u8 rsdp[BOOT_RSDP_BYTES];
	u32 rsdp_bytes; /* 20 (ACPI 1.0) or 36 (2.0 and later) */

	bool load_base_present;
	u32 load_base; /* physical address the image was loaded to */

	struct boot_framebuffer framebuffer;

	u32 nr_tags; /* understood; for multiboot1 the flags */
	u32 nr_tags_unknown; /* skipped in silence */

	struct boot_problem_note problems[NR_BOOT_PROBLEMS];
};
static_assert(sizeof(struct boot_info) <= 30 * 1024,
	      "boot_info lives in bss, on the smallest machine too");

/**
 * mb2_parse - read a multiboot2 information block
 * @bi: filled in, all of it, also when an error is returned
 * @info: the block's first byte; no alignment needed
 * @avail_bytes: how many bytes may be read from @info
 * @info_phys: the block's physical address, for bi->ranges
 *
 * Return: 0 if there is a memory map or a substitute; -EINVAL if the block is
 * no block at all; -ENXIO if it says nothing about memory. Every defect is
 * noted in bi->problems.
 * Context: any; reads and writes nothing but its arguments.
 */
int __must_check mb2_parse(struct boot_info *bi, const void *info,
			   size_t avail_bytes, u64 info_phys);

/* How mb1_parse() reaches physical memory. */
struct mb1_reader {
	/*
	 * The @len bytes at @phys, or NULL if not all of them can be read.
	 * Valid until the next call; a reader may be one sliding window. @len
	 * is at most MB1_READ_BYTES.
	 */
	const void *(*map)(void *ctx, u64 phys, size_t len);
	void *ctx;
};

/* No read is longer than this, and none crosses a multiple of it. */
#define MB1_READ_BYTES 128

/**
 * mb1_parse - read a multiboot1 information block and what it points to
 * @bi: filled in, all of it, also when an error is returned
 * @reader: access to physical memory
 * @info_phys: physical address of the block
 *
 * The first word of the command line is dropped when it is the kernel's file
 * name; mb1_parse.c says when that is so. Module strings stay as given, with
 * the file name in front.
 *
 * Return and Context: as for mb2_parse().
 */
int __must_check mb1_parse(struct boot_info *bi,
			   const struct mb1_reader *reader, u32 info_phys);

/**
 * boot_info_problem - put what was wrong into words
 * @bi: filled in by a parser
 * @i: 0 for the first kind that occurred, 1 for the second, ...
 * @buf: receives one sentence without newline, always NUL-terminated
 * @size: bytes in @buf; 160 hold every sentence
 *
 * Return: length of the sentence; 0 if fewer than @i + 1 kinds occurred.
 * Context: any.
 */
int boot_info_problem(const struct boot_info *bi, unsigned int i, char *buf,
		      size_t size);

/* The owner name of a range ("boot module"); never NULL. */
const char *boot_range_name(u32 kind);

/* Linux's word for a map type ("usable", "ACPI NVS"); NULL if it has none. */
const char *boot_mmap_type_name(u32 type);

#endif
