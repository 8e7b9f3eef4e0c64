/* SPDX-License-Identifier: MIT */
/*
 * mempool_kinds.c - the allocators that pools are usually made on
 *
 * Three pairs of functions, and what can be said about an element of theirs
 * from its address alone: whether it could be one at all, how large it is, and
 * how to name it. So a pool notices a wrong element in every build, without a
 * record of those it has handed out.
 *
 * Locking: none. The records of pages are read as they are; those of an
 * element that is in use do not change.
 */
#include <kernel/export.h>
#include <kernel/vsnprintf.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include "mempool_internal.h"
#include "slab_internal.h"

void *mempool_alloc_slab(gfp_t gfp, void *pool_data)
{
	return kmem_cache_alloc(pool_data, gfp);
}
EXPORT_SYMBOL(mempool_alloc_slab);

void mempool_free_slab(void *element, void *pool_data)
{
	kmem_cache_free(pool_data, element);
}
EXPORT_SYMBOL(mempool_free_slab);

void *mempool_kmalloc(gfp_t gfp, void *pool_data)
{
	return kmalloc((size_t)pool_data, gfp);
}
EXPORT_SYMBOL(mempool_kmalloc);

void mempool_kfree(void *element, void *pool_data)
{
	(void)pool_data;
	kfree(element);
}
EXPORT_SYMBOL(mempool_kfree);

void *mempool_alloc_pages(gfp_t gfp, void *pool_data)
{
	return alloc_pages(gfp, (unsigned int)(unsigned long)pool_data);
}
EXPORT_SYMBOL(mempool_alloc_pages);

void mempool_free_pages(void *element, void *pool_data)
{
	__free_pages(element, (unsigned int)(unsigned long)pool_data);
}
EXPORT_SYMBOL(mempool_free_pages);

/* ---- questions ----------------------------------------------------------- */

const char *mempool_describe(const mempool_t *pool, char *buf, size_t size)
{
	unsigned long data = (unsigned long)pool->pool_data;

	if (pool->alloc == mempool_alloc_slab)
		snprintf(buf, size, "cache=%s",
			 ((struct kmem_cache *)pool->pool_data)->name);
	else if (pool->alloc == mempool_kmalloc)
		snprintf(buf, size, "kmalloc=%lu", data);
	else if (pool->alloc == mempool_alloc_pages)
		snprintf(buf, size, "order=%lu", data);
	else
		snprintf(buf, size, "fn=%pS", (void *)pool->alloc);
	return buf;
}

/* Is @p an object of @cache, or if that is NULL of any one for @size bytes? */
static bool mempool_is_object(const struct kmem_cache *cache, const void *p,
			      size_t size)
{
	struct page *slab = slab_find(p);
	const struct kmem_cache *is = slab ? slab->slab_cache : NULL;

	if (!is || (cache ? is != cache : is->object_size < size))
		return false;
	return slab_object_ok(is, slab, p);
}

static bool mempool_is_block(const struct page *page, unsigned int order)
{
	/* Not a pointer into the middle of a record. */
	return pfn_valid(page_to_pfn(page)) &&
	       page == pfn_to_page(page_to_pfn(page)) &&
	       page_state(page) == PAGE_ALLOCATED && page_order(page) == order;
}

/* Memory of kmalloc() that is too large for a cache. */
static bool mempool_is_kmalloc_block(const void *p, size_t size)
{
	unsigned long offset = (unsigned long)p - PAGE_OFFSET;

	return offset >> PAGE_SHIFT < max_low_pfn && !(offset & ~PAGE_MASK) &&
	       mempool_is_block(pfn_to_page(offset >> PAGE_SHIFT),
				get_order(size));
}

bool mempool_is_alien(const mempool_t *pool, const void *element)
{
	size_t data = (size_t)pool->pool_data;

	if (pool->alloc == mempool_alloc_slab)
		return !mempool_is_object(pool->pool_data, element, 0);
	if (pool->alloc == mempool_kmalloc && data > KMALLOC_MAX_CACHE_SIZE)
		return !mempool_is_kmalloc_block(element, data);
	if (pool->alloc == mempool_kmalloc)
		return !mempool_is_object(NULL, element, data);
	if (pool->alloc == mempool_alloc_pages)
		return !mempool_is_block(element, (unsigned int)data);
	return false;
}

size_t mempool_poison_bytes(const mempool_t *pool)
{
	const struct kmem_cache *cache = pool->pool_data;

	if (pool->alloc == mempool_kmalloc)
		return (size_t)pool->pool_data;
	/* A constructed object stays as it is. */
	if (pool->alloc == mempool_alloc_slab && !cache->ctor)
		return kmem_cache_size(cache);
	return 0;
}
