/* SPDX-License-Identifier: MIT */
/*
 * memtest.h - memtest=N: try free RAM before anybody gets it
 *
 * Each of N passes writes a pattern over all free pages, then reads all of it
 * back. A page with a wrong word is reserved under the owner "bad", whole, and
 * so never handed out.
 *
 * Locking: none. Context: boot, between mm_boot() and mm_init().
 */
#ifndef MM_MEMTEST_H
#define MM_MEMTEST_H

#include <mm/bootmem.h>

#define MM_OWNER_BAD "bad"

/* Passes that can be asked for; patterns repeat after the 17th. */
#define MEMTEST_MAX_PASSES 1000u

/* How pages are reached; a test has one of its own. */
struct memtest_access {
	/* Write @pattern all over the page. */
	void (*fill)(pfn_t pfn, u32 pattern);
	/* Does every word of the page read as @pattern? Not from a register. */
	bool (*holds)(pfn_t pfn, u32 pattern);
};

/* Through the direct map, as far as it is mapped. */
extern const struct memtest_access memtest_direct;
/* Through a temporary mapping: any frame. */
extern const struct memtest_access memtest_mapped;

/* What was found. */
struct memtest_result {
	pfn_t tested_pages; /* free whole pages, before the first pass */
	pfn_t bad_pages;
};

/* The pattern of pass @pass, counted down to 0: all bits 0 comes last. */
u32 memtest_pattern(unsigned int pass);

/* Passes for memtest=@asked: one alone sees no stuck 0 and no missing memory,
 * so it gets its complement. */
unsigned int memtest_passes_for(unsigned int asked);

/**
 * memtest_run - test the free pages of @bm among the frames [start, end)
 * @passes: 0 does nothing
 *
 * A bad run of pages makes one line. Where there are very many, good pages
 * between them are reserved, too; what is bad is never left free: if bootmem
 * has no room for that, the machine stops.
 * Context: boot.
 */
void memtest_run(struct bootmem *bm, pfn_t start, pfn_t end,
		 unsigned int passes, const struct memtest_access *access,
		 struct memtest_result *result);

/**
 * memtest_boot - what memtest= asks for, on the live machine; without it, is RAM
 * there where memmap= says so?
 *
 * The first call is made while low memory is still mapped as a whole, before
 * anything is allocated from it: so that no page table comes to lie in bad
 * memory. High memory can be reached only when there are page tables.
 * Context: boot.
 */
void memtest_boot_low(void); /* after mm_boot(), before arch_mm_init() */
void memtest_boot_high(void); /* after arch_mm_init(), before mm_init() */

#endif
