/* SPDX-License-Identifier: MIT */
/*
 * highram.h - hand out the RAM that mem= hides from the kernel
 *
 * With mem=126M on a machine of 128 MiB the kernel leaves the last 2 MiB alone,
 * and a driver may have them: contiguous, whatever happens to the rest of
 * memory. The driver books' allocator.c does this; its four names are here.
 * Which of the hidden RAM is really RAM the firmware's map says: ACPI tables
 * and other reserved ranges at the top of memory are never handed out, nor is
 * what the boot loader has left there.
 *
 * What is handed out are physical (bus) addresses of whole pages. The kernel
 * has no mapping of them: ioremap() makes one, iounmap() must come before the
 * free.
 *
 * A pool is an object built over a list of ranges, so that tests have their
 * own; the machine's own stands behind the calls.
 */
#ifndef DRIVERS_HIGHRAM_H
#define DRIVERS_HIGHRAM_H

#include <kernel/list.h>
#include <kernel/memmap.h>
#include <kernel/spinlock.h>
#include <kernel/types.h>
#include <mm/bootmem.h>
#include <mm/gfp.h>

struct seq_file;

/* --- the machine's own -------------------------------------------------- */

/**
 * highram_init - find what is hidden, and say so in one line
 *
 * Context: start-up, once, when kmalloc() works.
 */
void highram_init(void);

/**
 * allocator_init - get ready; harmless if it is
 * @largest_kilobytes: set to the largest piece that could be had, in KiB (0 if
 *	nothing is hidden); may be NULL
 *
 * Return: 0, or -ENOMEM.
 * Context: may sleep; not while another init or cleanup runs.
 */
int allocator_init(u32 *largest_kilobytes);

/**
 * allocator_allocate_dma - take hidden RAM below 4 GiB
 * @kilobytes: rounded up to whole pages; not 0
 * @priority: GFP flags, for the record that is kept of it
 *
 * The first place that fits, from the lowest address up. Contents are what
 * they are: nobody has cleared them.
 * Return: physical address; 0 if refused, with one line that names the caller
 * unless @priority has __GFP_NOWARN.
 * Context: as kmalloc(@priority).
 */
unsigned long __must_check allocator_allocate_dma(unsigned long kilobytes,
						  int priority);

/**
 * allocator_free_dma - give back what allocator_allocate_dma() returned
 *
 * Any other address is reported (bad-free) and nothing is changed.
 * Return: 0, or -EINVAL if it was reported.
 * Context: any.
 */
int allocator_free_dma(unsigned long address);

/**
 * allocator_cleanup - forget the hidden RAM
 *
 * While anything is handed out that is reported (highram-busy), and nothing is
 * changed. The caller sees to it that nobody allocates or frees meanwhile: a
 * block taken between the look and the end would lose its pool.
 * Context: may sleep; not while another init or cleanup, or any allocation or
 * free, runs.
 */
void allocator_cleanup(void);

/**
 * highram_alloc - as allocator_allocate_dma(), from anywhere
 *
 * Above 4 GiB too, where an unsigned long cannot reach.
 * Return, Context: as allocator_allocate_dma().
 */
phys_addr_t __must_check highram_alloc(u64 kilobytes, gfp_t gfp);

/* The same for highram_alloc(). */
int highram_free(phys_addr_t address);

/* --- the object --------------------------------------------------------- */

/* Usable RAM that nobody else has: whole pages. */
struct highram_range {
	phys_addr_t start;
	phys_addr_t end; /* exclusive */
};

/* The record of what was handed out. */
struct highram_block {
	struct list_head node;
	phys_addr_t start;
	phys_addr_t end; /* exclusive */
	unsigned long site; /* who asked */
};

struct highram_pool {
	/* Set once by highram_pool_init(). */
	const char *name;
	const struct highram_range *ranges; /* H1 */
	unsigned int nr_ranges;

	/* Guarded by @lock. */
	spinlock_t lock;
	struct list_head blocks; /* by rising address; H2, H3 */
	unsigned int nr_blocks; /* H4 */
	u64 used_bytes; /* H4 */
};

struct highram_request {
	u64 kilobytes;
	phys_addr_t limit; /* exclusive; 0: none */
	gfp_t gfp; /* for the record */
	unsigned long site; /* who is named */
};

/* A block, or what is free between two of them; never across two ranges. */
struct highram_piece {
	phys_addr_t start;
	phys_addr_t end; /* exclusive */
	bool used;
	unsigned long site;
};

struct highram_sums {
	u64 total_bytes;
	u64 free_bytes;
	u64 largest_bytes; /* of the free pieces */
	unsigned int nr_blocks;
};

/**
 * highram_pool_init - a pool with all of @ranges free
 * @ranges: page-aligned, not empty, ascending, apart or touching; they live as
 *	long as the pool. Address 0 must not be in them.
 * @nr_ranges: may be 0
 */
void highram_pool_init(struct highram_pool *pool, const char *name,
		       const struct highram_range *ranges,
		       unsigned int nr_ranges);

/**
 * highram_pool_alloc - the first place that fits
 * Return: physical address; 0 with one line (none with __GFP_NOWARN).
 * Context: as kmalloc(req->gfp).
 */
phys_addr_t __must_check highram_pool_alloc(struct highram_pool *pool,
					    const struct highram_request *req);

/**
 * highram_pool_free - give a block back, by its first address
 * Return: 0; -EINVAL if it was reported and nothing was changed.
 * Context: any.
 */
int highram_pool_free(struct highram_pool *pool, phys_addr_t start,
		      unsigned long site);

/**
 * highram_pool_next - the piece that *@cursor is in, or the next above it
 * @cursor: 0 to begin; moved behind the piece
 * Return: false at the end. Context: any; O(ranges + blocks).
 */
bool highram_pool_next(struct highram_pool *pool, phys_addr_t *cursor,
		       struct highram_piece *piece);

/* One look at all of it, or what of it lies below @limit (0: none). */
void highram_pool_sums(struct highram_pool *pool, phys_addr_t limit,
		       struct highram_sums *sums);

/* The text of /proc/highram. */
void highram_pool_show(struct seq_file *m, struct highram_pool *pool);

/* Check H1..H4; prints each violation by label. Return: their number. */
int highram_pool_check(struct highram_pool *pool);

/**
 * highram_find - usable RAM of @map that @bm knows nothing of
 * @out: room for @room ranges; those beyond are counted only
 *
 * Whatever @bm has reserved is left out, in whole pages, RAM of its own or not:
 * the boot loader may have put a module there.
 * Return: how many ranges there are.
 */
unsigned int highram_find(const struct memmap *map, const struct bootmem *bm,
			  struct highram_range *out, unsigned int room);

/* The machine's own; without ranges if mem= hides nothing. */
extern struct highram_pool highram_live;

#endif
