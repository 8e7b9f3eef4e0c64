/* SPDX-License-Identifier: MIT */
/*
 * bigphysarea.h - a large piece of low memory, kept for drivers from boot on
 *
 * With bigphysarea=PAGES on the command line so many pages in a row are taken
 * from bootmem, from the low end. They stay reserved for good; these calls hand
 * out parts of them at run time, in any number of pages, contiguous, and always
 * mapped: the answer is a kernel address, and virt_to_phys() of it is what a
 * device wants. The names are those of the patch for Linux 2.x.
 *
 * The area is an object built over any range of addresses, so that tests have
 * their own.
 */
#ifndef MM_BIGPHYSAREA_H
#define MM_BIGPHYSAREA_H

#include <kernel/spinlock.h>
#include <kernel/types.h>

typedef char *caddr_t;

/* The owner in bootmem of the pages, and of the table that describes them. */
#define BIGPHYS_OWNER "bigphysarea"
#define BIGPHYS_TABLE_OWNER "bigphysarea table"

/**
 * bigphysarea_init - take what bigphysarea=PAGES asks for
 *
 * At the lowest place that fits. What cannot be had, or would leave too little
 * for the rest, is refused with one line, and there is no area.
 * Context: boot, once; after arch_mm_init(), before mm_init().
 */
void bigphysarea_init(void);

/**
 * bigphysarea_alloc_pages - @count pages in a row, from the area
 * @count: pages, not 0
 * @align: the address is a multiple of so many pages; a power of two, or 0
 *	for 1. In the direct map this holds for the physical address as well,
 *	up to 1 GiB.
 * @priority: GFP flags. Nothing here sleeps or needs memory, so only two of
 *	them matter: __GFP_ZERO clears the pages (otherwise their contents are
 *	undefined), __GFP_NOWARN keeps a refusal silent.
 *
 * The first place that fits is taken.
 * Return: the address; NULL if there is no such place, no area, or @count or
 * @align is wrong (one line that names the caller).
 * Context: any. Takes the area's lock for O(pieces of the area).
 */
caddr_t __must_check bigphysarea_alloc_pages(int count, int align,
					     int priority);

/**
 * bigphysarea_free_pages - give back what bigphysarea_alloc_pages() returned
 * @base: that address; NULL is harmless
 *
 * Anything else is reported (bad-free) and changes nothing: an address outside
 * the area, inside a block, or of pages that are free.
 * Context: as bigphysarea_alloc_pages().
 */
void bigphysarea_free_pages(caddr_t base);

/**
 * bigphysarea_alloc - the older form: @size bytes, rounded up to pages
 * Return, Context: as bigphysarea_alloc_pages().
 */
caddr_t __must_check bigphysarea_alloc(int size);

/**
 * bigphysarea_free - the older form
 * @size: bytes, as given to bigphysarea_alloc(); another number of pages is
 *	reported (bad-free) and changes nothing
 */
void bigphysarea_free(caddr_t addr, int size);

/* --- the object --------------------------------------------------------- */

/*
 * A page's entry in the table. A run is a block that was handed out, or all
 * the free pages between two of them; @run counts in the entries of its first
 * and its last page. @site counts in the first: who got the block, or, if the
 * page is free, who freed the last block that began there.
 */
struct bigphys_entry {
	u32 run; /* pages, with BIGPHYS_USED */
	unsigned long site; /* 0: not known */
};
#define BIGPHYS_USED 0x80000000u
#define BIGPHYS_MAX_PAGES 0x7ffffffful

struct bigphys_area {
	/* Set once by bigphys_area_init(). */
	const char *name;
	caddr_t base; /* page-aligned */
	unsigned long nr_pages; /* 0: no area, all is refused */
	struct bigphys_entry *table; /* an entry a page */

	/* Guarded by @lock, as is the table. */
	spinlock_t lock;
	unsigned long nr_free_pages; /* B4 */
	unsigned long nr_blocks; /* handed out; B4 */
};

/* What free runs, or blocks, amount to. */
struct bigphys_sum {
	unsigned long nr; /* runs or blocks */
	unsigned long largest_pages;
	unsigned long total_pages;
};

/* A run, as a walk finds it. */
struct bigphys_piece {
	caddr_t base;
	unsigned long nr_pages;
	bool used;
	unsigned long site;
};

/**
 * bigphys_area_init - an area with all pages free
 * @base: page-aligned; need not be mapped unless __GFP_ZERO is used
 * @nr_pages: 1 .. BIGPHYS_MAX_PAGES
 * @table: room for @nr_pages entries, kept outside the area
 */
void bigphys_area_init(struct bigphys_area *a, const char *name, caddr_t base,
		       unsigned long nr_pages, struct bigphys_entry *table);

/**
 * bigphys_area_alloc - the first place for @nr_pages at a multiple of @align
 * @nr_pages: not 0
 * @align: pages, a power of two
 * @site: who is named as owner
 *
 * Return: the address, or NULL.
 * Context: any.
 */
caddr_t __must_check bigphys_area_alloc(struct bigphys_area *a,
					unsigned long nr_pages,
					unsigned long align,
					unsigned long site);

/**
 * bigphys_area_free - give a block back
 * @nr_pages: what it must have; 0: any
 *
 * Return: false if it was reported and nothing was changed.
 * Context: any.
 */
bool bigphys_area_free(struct bigphys_area *a, caddr_t base,
		       unsigned long nr_pages, unsigned long site);

/* One look at all of it. Context: any. */
void bigphys_area_sums(struct bigphys_area *a, struct bigphys_sum *free,
		       struct bigphys_sum *used);

/**
 * bigphys_area_next - the run at page *@cursor, or the next behind it
 * @cursor: 0 to begin; moved behind the run
 * Return: false at the end. Context: any; O(runs).
 */
bool bigphys_area_next(struct bigphys_area *a, unsigned long *cursor,
		       struct bigphys_piece *piece);

/* Check B1..B4; prints each violation by label. Return: their number. */
int bigphys_area_check(struct bigphys_area *a);

struct seq_file;

/* The text of /proc/bigphysarea. */
void bigphys_area_show(struct seq_file *m, struct bigphys_area *a);

/* The machine's own; without pages if there was no boot word. */
extern struct bigphys_area bigphysarea_live;

#endif
