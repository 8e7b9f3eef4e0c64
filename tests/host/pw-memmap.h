/* SPDX-License-Identifier: MIT */
/*
 * pw-memmap.h - the seam inside the map tool: plain C types only
 *
 * The kernel's headers and the C library's disagree about the names of types,
 * so the tool has a half of each: pw-memmap.c reads files and prints,
 * pw-memmap-row.c calls the sanitiser that the kernel boots with.
 */
#ifndef TESTS_HOST_PW_MEMMAP_H
#define TESTS_HOST_PW_MEMMAP_H

/* A line of a map file. */
struct pw_entry {
	unsigned long long base;
	unsigned long long length;
	unsigned int type;
};

/* The columns of tests/e820/expected.tsv behind the name. */
struct pw_row {
	unsigned int entries;
	unsigned int usable_runs;
	unsigned long long dma_pages;
	unsigned long long normal_pages;
	unsigned long long high_pages;
	unsigned long long ignored_pages;
	unsigned long long top_pfn;
};

/* More than a kernel can be handed; a bound for the quadratic sweep. */
#define PW_MAX_ENTRIES 4096

/* @nr is at most PW_MAX_ENTRIES. Not reentrant: uses static memory. */
void pw_memmap_row(const struct pw_entry *entries, unsigned int nr,
		   struct pw_row *row);

#endif
