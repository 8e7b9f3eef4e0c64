/* SPDX-License-Identifier: MIT */
/*
 * memmap.h - the firmware's memory map, made fit to be believed
 *
 * Firmware reports entries in any order, overlapping, with odd bytes at the
 * ends and types nobody has heard of. The sanitiser turns them into a sorted
 * list of runs of whole usable pages, and counts what it had to change.
 *
 * Rules (tests/e820/README.md has them with examples):
 *   - an entry of length 0 says nothing; an end past 2^64 is cut there;
 *   - a usable entry shrinks to whole pages, any other grows to whole pages;
 *   - a page is usable if one usable entry covers it and no other touches it;
 *   - pages above the CPU's address width or 64 GiB are counted, not listed.
 *
 * Invariants of a filled struct memmap (memmap_check() walks them):
 *   M1  each run is non-empty: start < end
 *   M2  runs ascend and do not touch: runs[i].end < runs[i + 1].start
 *   M3  no run reaches beyond limit_pfn
 *
 * Locking: none. Filled once by the boot CPU, read-only afterwards.
 */
#ifndef KERNEL_MEMMAP_H
#define KERNEL_MEMMAP_H

#include <kernel/boot_info.h>
#include <kernel/types.h>

/* A run starts where an entry starts or ends, so runs <= entries. */
#define MEMMAP_MAX_RUNS BOOT_MMAP_ENTRIES

/* PAE reaches 36 bits: 64 GiB, 2^24 page frames. */
#define MEMMAP_MAX_PHYS_BITS 36
/* Frames are 4 KiB on both machines; the rules are written for that size. */
#define MEMMAP_PAGE_SHIFT 12
/* Above 16 MiB the ISA bus cannot address, above 896 MiB nor the kernel. */
#define MEMMAP_DMA_END_PFN 0x1000ul
#define MEMMAP_NORMAL_END_PFN 0x38000ul

/* Usable page frames [start, end). */
struct memmap_range {
	pfn_t start;
	pfn_t end;
};

struct memmap {
	struct memmap_range runs[MEMMAP_MAX_RUNS];
	unsigned int nr_runs;
	pfn_t limit_pfn; /* one past the last frame the CPU can address */

	/* What was found and changed, in entries. */
	unsigned int nr_entries;
	unsigned int nr_zero_length;
	unsigned int nr_wrapped; /* end past 2^64 */
	unsigned int nr_unsorted; /* base below the base of the one before */
	unsigned int nr_overlapping; /* shares a byte with an earlier one */
	unsigned int nr_unknown_type; /* neither 1 to 5: taken as reserved */
	unsigned int nr_runs_dropped; /* more runs than MEMMAP_MAX_RUNS */

	u64 rounded_bytes; /* usable bytes lost to rounding */
	u64 clipped_pages; /* usable, but at or above limit_pfn */
	u64 dropped_pages; /* in the runs that were dropped */
};

/* Usable pages by zone, as in tests/e820/expected.tsv. */
struct memmap_zones {
	u64 dma; /* below 16 MiB */
	u64 normal; /* up to the end of low memory */
	u64 high; /* up to memmap.limit_pfn */
	u64 ignored; /* clipped_pages and dropped_pages */
};

/**
 * memmap_sanitize - turn raw map entries into runs of usable pages
 * @out: filled in, also when an error is returned
 * @raw: entries in any state
 * @nr: how many; time grows with its square
 * @phys_bits: the CPU's physical address width; more than 36 means 36
 *
 * Page 0 is in the result if the map has it, and so is everything the kernel
 * itself occupies: those are taken off later, with an owner's name.
 *
 * Return: 0, or -ENOMEM if no page at all is usable.
 * Context: any; no scratch memory beyond @out.
 */
int __must_check memmap_sanitize(struct memmap *out,
				 const struct boot_mmap_entry *raw,
				 unsigned int nr, unsigned int phys_bits);

/**
 * memmap_clip - leave out the usable pages from @limit_pfn on
 *
 * They count as clipped from then on. A limit above m->limit_pfn changes
 * nothing.
 */
void memmap_clip(struct memmap *m, pfn_t limit_pfn);

/* Usable pages among the frames [start, end). */
pfn_t memmap_pages_between(const struct memmap *m, pfn_t start, pfn_t end);

/**
 * memmap_zone_pages - sum usable pages by zone
 * @m: a sanitised map
 * @normal_end: first frame of high memory (MEMMAP_NORMAL_END_PFN, or less if
 * the kernel's window is smaller); at least MEMMAP_DMA_END_PFN
 * @out: filled in
 *
 * Context: any.
 */
void memmap_zone_pages(const struct memmap *m, pfn_t normal_end,
		       struct memmap_zones *out);

/* One past the last usable frame; 0 if there is none. */
pfn_t memmap_top_pfn(const struct memmap *m);

/* Is the frame usable? Logarithmic in the number of runs. */
bool memmap_page_usable(const struct memmap *m, pfn_t pfn);

/**
 * memmap_summary - say in one line what the sanitiser changed
 * @buf: receives the line without newline, always NUL-terminated
 * @size: bytes in @buf; 192 are enough
 *
 * Return: length of the line; 0 if the map was sound as it came.
 * Context: any.
 */
int memmap_summary(const struct memmap *m, char *buf, size_t size);

/* Return: 0, or the number of the violated invariant (1 for M1, ...). */
int memmap_check(const struct memmap *m);

#endif
