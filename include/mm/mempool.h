/* SPDX-License-Identifier: MIT */
/*
 * mempool.h - a reserve of elements, so that some work can always go on
 *
 * Code that frees memory by doing its work (writing out a page, sending a
 * block) must not fail for want of memory in the middle of it. A pool keeps
 * @min_nr elements back, taken from any allocator when it is made. A request
 * asks the allocator first; only if that has nothing it takes from the
 * reserve, and whatever is given back fills the reserve before anything else.
 * So a caller that may sleep is served always, as long as those who have
 * elements give them back in the end.
 *
 * The rule that makes it work: from one pool, hold one element at a time. Who
 * holds one and waits for a second may wait for himself.
 *
 * What is noticed in every build: an element more than was handed out, one
 * that is in the reserve already, one that is not of the pool's allocator, and
 * a pool taken apart while elements are out. With the boot word mempool_debug,
 * and in the debug build, each element that is out is on record: then every
 * wrong return is noticed, and reports say who holds what.
 */
#ifndef MM_MEMPOOL_H
#define MM_MEMPOOL_H

#include <kernel/atomic.h>
#include <kernel/list.h>
#include <kernel/spinlock.h>
#include <kernel/wait.h>
#include <mm/gfp.h>

/* An allocator of elements; @pool_data is its own. The first returns NULL if
 * it has none; both may be called from any context that @gfp allows. */
typedef void *(mempool_alloc_t)(gfp_t gfp, void *pool_data);
typedef void(mempool_free_t)(void *element, void *pool_data);

struct kmem_cache;
struct mempool_track;

typedef struct mempool_s {
	/* What the fast paths use; set by mempool_init() and by resizing. */
	struct kmem_cache *cache; /* of a slab pool, unless it is tracked */
	bool look; /* the reserve lacks one, or the pool is tracked */
	atomic_t nr_out; /* elements handed out */

	/* Set once, read without a lock. */
	mempool_alloc_t *alloc;
	mempool_free_t *free;
	void *pool_data;
	struct mempool_track *track; /* NULL: not tracked */

	/* Guarded by @lock. */
	spinlock_t lock;
	int min_nr; /* elements the reserve has room for */
	int curr_nr; /* elements in the reserve */
	void **elements; /* the reserve: [0, curr_nr) */
	unsigned long nr_reserve_takes; /* requests the reserve has served */
	unsigned long nr_waits; /* times that a request slept */

	wait_queue_head_t wait; /* who needs an element, first come first */

	struct list_head link; /* in the list of all pools */
	unsigned long site; /* who made it */
} mempool_t;

/**
 * mempool_create - make a pool with @min_nr elements in reserve
 * @min_nr: 1 or more
 * @alloc_fn, @free_fn: see above
 * @pool_data: handed to both
 *
 * Return: the pool; NULL if an argument is refused (reported: mempool-args),
 * or if there is no memory for the reserve.
 * Context: may sleep.
 */
mempool_t *__must_check mempool_create(int min_nr, mempool_alloc_t *alloc_fn,
				       mempool_free_t *free_fn,
				       void *pool_data);

/**
 * mempool_destroy - give the reserve back, and the pool
 *
 * With elements out it makes a report (mempool-busy) and changes nothing. NULL
 * is harmless; what is no pool is reported (mempool-args).
 * Context: may sleep; nobody else may use the pool any more.
 */
void mempool_destroy(mempool_t *pool);

/*
 * The same in the caller's memory. Return: 0; -EINVAL, reported; -ENOMEM.
 * mempool_exit() of a pool that is all zero, or was taken apart, does nothing.
 */
int __must_check mempool_init(mempool_t *pool, int min_nr,
			      mempool_alloc_t *alloc_fn,
			      mempool_free_t *free_fn, void *pool_data);
void mempool_exit(mempool_t *pool);

static inline bool mempool_initialized(const mempool_t *pool)
{
	return pool->elements != NULL;
}

/* Call @fn for each pool there is, with the lock of the list held. */
void mempool_for_each(void (*fn)(void *ctx, const mempool_t *pool), void *ctx);

/**
 * mempool_resize - keep @new_min_nr elements in reserve from now on
 * @new_min_nr: 1 or more
 *
 * Elements may be out, and others may take and return some meanwhile; but only
 * one may resize. A larger reserve is filled as far as there is memory; what
 * is missing comes from elements that are given back.
 * Return: 0; -EINVAL, reported; -ENOMEM: the reserve is as it was.
 * Context: may sleep.
 */
int __must_check mempool_resize(mempool_t *pool, int new_min_nr);

/* The bodies of mempool_alloc(): @gfp may sleep and does not zero; any. */
void *__must_check __malloc __mempool_alloc_sleep(mempool_t *pool, gfp_t gfp);
void *__must_check __malloc __mempool_alloc(mempool_t *pool, gfp_t gfp);

/**
 * mempool_alloc - take an element
 * @gfp: what may be done to find memory; never __GFP_ZERO, since an element of
 *	the reserve is as it was given back
 *
 * Asks the allocator without sleeping, then the reserve; a caller that may
 * sleep then asks the allocator again, in earnest, and in the end waits for an
 * element to be given back.
 *
 * Return: the element; NULL only if @gfp has no __GFP_DIRECT_RECLAIM, if it has
 * __GFP_ZERO (refused with a report, mempool-args), or where sleeping is
 * forbidden (reported, sleep-in-atomic).
 * Context: any. Sleeps only with __GFP_DIRECT_RECLAIM.
 */
static __always_inline void *__must_check mempool_alloc(mempool_t *pool,
							gfp_t gfp)
{
	if (__builtin_constant_p(gfp) &&
	    (gfp & (__GFP_DIRECT_RECLAIM | __GFP_ZERO)) == __GFP_DIRECT_RECLAIM)
		return __mempool_alloc_sleep(pool, gfp);
	return __mempool_alloc(pool, gfp);
}

/**
 * mempool_free - give an element back
 *
 * To the reserve if that lacks one, which wakes a waiter, else to the
 * allocator. NULL is harmless. What was not handed out is reported
 * (mempool-overfull, mempool-foreign) and left alone.
 * Context: any that the pool's free function allows.
 */
void mempool_free(void *element, mempool_t *pool);

/* --- ready-made allocators ------------------------------------------------ */

/* Objects of a cache; pool_data is the struct kmem_cache, without a
 * constructor or with one. */
void *mempool_alloc_slab(gfp_t gfp, void *pool_data);
void mempool_free_slab(void *element, void *pool_data);
/* kmalloc() memory; pool_data is the size in bytes. */
void *mempool_kmalloc(gfp_t gfp, void *pool_data);
void mempool_kfree(void *element, void *pool_data);
/* Blocks of 2^order pages as struct page; pool_data is the order. */
void *mempool_alloc_pages(gfp_t gfp, void *pool_data);
void mempool_free_pages(void *element, void *pool_data);

static inline mempool_t *__must_check
mempool_create_slab_pool(int min_nr, struct kmem_cache *cache)
{
	return mempool_create(min_nr, mempool_alloc_slab, mempool_free_slab,
			      cache);
}

static inline mempool_t *__must_check mempool_create_kmalloc_pool(int min_nr,
								  size_t size)
{
	return mempool_create(min_nr, mempool_kmalloc, mempool_kfree,
			      (void *)size);
}

static inline mempool_t *__must_check mempool_create_page_pool(int min_nr,
							       int order)
{
	return mempool_create(min_nr, mempool_alloc_pages, mempool_free_pages,
			      (void *)(long)order);
}

static inline int __must_check mempool_init_slab_pool(mempool_t *pool,
						      int min_nr,
						      struct kmem_cache *cache)
{
	return mempool_init(pool, min_nr, mempool_alloc_slab, mempool_free_slab,
			    cache);
}

static inline int __must_check mempool_init_kmalloc_pool(mempool_t *pool,
							 int min_nr,
							 size_t size)
{
	return mempool_init(pool, min_nr, mempool_kmalloc, mempool_kfree,
			    (void *)size);
}

static inline int __must_check mempool_init_page_pool(mempool_t *pool,
						      int min_nr, int order)
{
	return mempool_init(pool, min_nr, mempool_alloc_pages,
			    mempool_free_pages, (void *)(long)order);
}

/* --- debugging ------------------------------------------------------------ */

/* Pools that are made from now on are tracked, or not. Return: as before.
 * Context: any. */
bool mempool_set_debug(bool on);

/**
 * mempool_check - check every invariant of a pool (mempool_debug.c lists them)
 *
 * Prints each violation by its label and changes nothing.
 * Return: the number of violations. Context: any.
 */
int mempool_check(mempool_t *pool);

#endif
