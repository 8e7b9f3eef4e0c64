/* SPDX-License-Identifier: MIT */
/*
 * page_records.h - where mem_map lies: in one piece, or in sections
 *
 * Flat, the array is one piece of low memory, a record for each frame from 0
 * to the top of RAM, holes too. That is what a machine gets for which it fits.
 *
 * In sections, the array is a window of kernel addresses just as long. Where a
 * section of frames has any RAM the window shows real pages; where it has none
 * it reads as zeroes, which is what the record of a hole says (PAGE_NONE), and
 * a write there faults. pfn_to_page() is the same addition in both.
 *
 *   RAM     |-16M-|                                    |-64M-|
 *   window  |#####|00000000000000000000000000000000000|#####|00|
 *   pages    #####--- packed, one piece of low memory ---#####
 */
#ifndef MM_PAGE_RECORDS_H
#define MM_PAGE_RECORDS_H

#include <mm/bootmem.h>
#include <mm/page.h>

/*
 * As many frames as the largest block has: no block lies in two sections, and
 * the buddy of one that can still grow lies in its own.
 */
#define RECORDS_SECTION_PAGES (1ul << (MAX_ORDER - 1))
#define RECORDS_SECTION_BYTES (RECORDS_SECTION_PAGES * sizeof(struct page))
static_assert(RECORDS_SECTION_BYTES % PAGE_SIZE == 0,
	      "a section's records are whole pages");

/* Sections that have RAM, in rising order. */
struct records_cursor {
	struct bootmem_cursor spans;
	pfn_t next; /* sections below it were returned */
};

/* Frames of sections in a row, each with RAM. */
struct records_run {
	pfn_t start_pfn; /* both multiples of RECORDS_SECTION_PAGES */
	pfn_t end_pfn; /* exclusive */
};

void records_cursor_init(struct records_cursor *c, const struct bootmem *bm);

/**
 * records_next_run - the next sections with RAM, reserved or not
 *
 * A section is in one run only; runs may touch.
 * Return: false at the end.
 */
bool records_next_run(struct records_cursor *c, struct records_run *run);

/**
 * records_limit - how far up frames can have records
 * @budget_bytes: real pages for records, at most
 *
 * Return: the first frame of the first section that would take more; ~0ul if
 * all of RAM can have records.
 */
pfn_t records_limit(const struct bootmem *bm, u64 budget_bytes);

/* Bytes of real pages for the sections with RAM that begin below @limit. */
unsigned long records_bytes(const struct bootmem *bm, pfn_t limit);

/**
 * records_map - make a window show records
 * @bm: where RAM is
 * @window: page-aligned, @window_bytes of addresses with nothing mapped
 * @window_bytes: whole sections
 * @records: records_bytes() of zeroed low memory, page-aligned
 *
 * Sections with RAM that begin in the window get theirs, in order; all others
 * read as zeroes.
 * Return: 0; -ENOMEM if a page table could not be had, -EEXIST if something
 * was mapped there (what was mapped until then stays).
 * Context: boot; tests.
 */
int __must_check records_map(const struct bootmem *bm, unsigned long window,
			     unsigned long window_bytes, void *records);

#endif
