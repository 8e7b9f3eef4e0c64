/* SPDX-License-Identifier: MIT */
/*
 * dmapool.h - small blocks of memory for devices
 *
 * A device's descriptors are smaller than a page, must be aligned, must often
 * not cross some boundary, and the device wants their bus address. A pool cuts
 * them from blocks of pages that lie where the device can reach them. The bus
 * address is the physical one: there is no translation on these machines.
 *
 * Nothing is kept in the blocks themselves: a device may write to one that was
 * given back too early without leading the pool astray, and a block that is
 * given back twice, or to the wrong pool, is always noticed.
 */
#ifndef MM_DMAPOOL_H
#define MM_DMAPOOL_H

#include <kernel/list.h>
#include <kernel/rbtree.h>
#include <kernel/spinlock.h>
#include <mm/gfp.h>

struct device;
struct dma_pool;

/* Where a pool gets whole pages from. */
struct dma_pool_source {
	/* 2^@order pages, aligned to their size; NULL if there is no memory.
	 * Called without a lock; may sleep if @gfp allows it. */
	void *(*alloc)(const struct dma_pool_source *source, gfp_t gfp,
		       unsigned int order, dma_addr_t *handle);
	void (*free)(const struct dma_pool_source *source, void *va,
		     unsigned int order, dma_addr_t handle);
	void *private;
};

struct dma_pool_desc {
	const char *name; /* copied; 1 .. 31 characters */
	size_t size; /* bytes of a block, 1 .. 4 MiB; at least 4 are taken */
	size_t align; /* of a block; 0 or a power of two up to 4 MiB */
	size_t boundary; /* blocks do not cross multiples of it: a power of two,
			  * @size or more; 0: none */
	dma_addr_t limit; /* blocks lie below; 0: anywhere in lowmem */
	const struct dma_pool_source *source; /* NULL: the buddy */
};

/**
 * dma_pool_create - make a pool of blocks of @size bytes for a device
 * @dev: the device, whose coherent mask says where blocks lie; NULL: any that
 *	reaches 32 bits of addresses
 * @align, @boundary: see struct dma_pool_desc
 *
 * A module that is gone without dma_pool_destroy() is told (module-leak
 * dma-pool), and its memory stays.
 * Return: the pool; NULL if an argument is refused (reported: dmapool-args), or
 * without memory.
 * Context: may sleep.
 */
struct dma_pool *__must_check dma_pool_create(const char *name,
					      struct device *dev, size_t size,
					      size_t align, size_t boundary);

/* The same from a description. */
struct dma_pool *__must_check
dma_pool_create_desc(const struct dma_pool_desc *desc);

/* The same, with the caller to be blamed given. */
struct dma_pool *__must_check
dma_pool_create_site(const struct dma_pool_desc *desc, unsigned long site);

/**
 * dma_pool_destroy - give a pool and all its memory back
 *
 * With blocks in use it makes a report (dmapool-busy) and changes nothing. NULL
 * is harmless.
 * Context: may sleep; nobody else may use the pool any more.
 */
void dma_pool_destroy(struct dma_pool *pool);

/**
 * dma_pool_alloc - take a block
 * @gfp: what may be done to find memory; __GFP_ZERO clears the block
 * @handle: set to the block's bus address
 *
 * Return: the block; NULL if there is no memory.
 * Context: any. Sleeps only with __GFP_DIRECT_RECLAIM.
 */
void *__must_check dma_pool_alloc(struct dma_pool *pool, gfp_t gfp,
				  dma_addr_t *handle);

static inline void *__must_check dma_pool_zalloc(struct dma_pool *pool,
						 gfp_t gfp, dma_addr_t *handle)
{
	return dma_pool_alloc(pool, gfp | __GFP_ZERO, handle);
}

/**
 * dma_pool_free - give a block back
 * @va, @handle: both as dma_pool_alloc() said
 *
 * What is no block of the pool (dmapool-foreign), one that is not in use
 * (dmapool-double-free) and a handle of another block (dmapool-handle) are
 * reported and left alone.
 * Context: any.
 */
void dma_pool_free(struct dma_pool *pool, void *va, dma_addr_t handle);

/**
 * dma_pool_check - check every invariant of a pool (dmapool.c lists them)
 *
 * Prints each violation by its label and changes nothing.
 * Return: the number of violations. Context: any.
 */
int dma_pool_check(struct dma_pool *pool);

#endif
