/* SPDX-License-Identifier: MIT */
/*
 * kmalloc.c - memory by size
 *
 * A size up to 8 KiB is rounded up to one of 13 classes, each with a cache of
 * its own; a class is found by the compiler if the size is a constant, else by
 * a table (up to 192 bytes, where classes are no powers of two) or by the
 * highest bit. Larger sizes get a block of whole pages, owner KMALLOC. So
 * nothing need be stored with the memory: kfree() sees from the page's record
 * what it is. GFP_DMA requests have caches of their own, kmalloc-dma-SIZE.
 *
 * The caches are static, all in one array: a record that names an address in
 * that array is a slab of one of them, which is the whole check of kfree()'s
 * fast path. Anything else goes the long way.
 *
 * Locking: none here.
 */
#define pr_fmt(fmt) "kmalloc: " fmt
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include <mm/sleep_check.h>
#include "slab_internal.h"

struct kmem_cache kmalloc_caches[NR_KMALLOC_TYPES][NR_KMALLOC_CLASSES];
EXPORT_SYMBOL(kmalloc_caches);

#define KMALLOC_SIZE(size, name) size,
static const u16 kmalloc_sizes[] = { KMALLOC_CLASSES(KMALLOC_SIZE) };

/* Class of 1 .. 192 bytes, by (size - 1) / 8. */
#define KMALLOC_TABLE_MAX 192u
static const u8 kmalloc_small_index[KMALLOC_TABLE_MAX / 8] = {
	0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6,
};

static bool slab_ready;

void *__kmalloc_kernel(struct kmem_cache *cache, size_t size)
{
	void *p = slab_alloc_kernel(cache);

	if (likely(p))
		return p;
	return slab_alloc_slow_kernel(cache, size, _RET_IP_);
}

void *__kmalloc_nowait(struct kmem_cache *cache, size_t size, gfp_t gfp)
{
	void *p = slab_alloc_nowait(cache);

	if (likely(p))
		return p;
	return slab_alloc_slow(cache, gfp, size, _RET_IP_);
}

void *__kmalloc_class(struct kmem_cache *cache, size_t size, gfp_t gfp)
{
	void *p = slab_alloc_any(cache, gfp);

	if (likely(p))
		return p;
	return slab_alloc_slow(cache, gfp, size, _RET_IP_);
}

/* Whole pages. */
static noinline void *kmalloc_pages(size_t size, gfp_t gfp, unsigned long site)
{
	struct page *page;

	gfp = gfp_check_sleep(gfp, "kmalloc", site);
	/* Rounding up to pages would wrap: a size from a bad computation. */
	if (size > SIZE_MAX - PAGE_SIZE) {
		alloc_failure_note_text(gfp, site,
					"kmalloc: %zu bytes refused: larger "
					"than the address space",
					size);
		if (!(gfp & __GFP_NOWARN))
			pr_err("refused: larger than the address space: "
			       "size:%zu, mode:%#x, caller %pS\n",
			       size, gfp, (void *)site);
		return NULL;
	}
	/* It has an address, and will not move. */
	gfp &= ~(__GFP_HIGHMEM | __GFP_MOBILITY_MASK);
	page = alloc_pages_site(gfp, get_order(size), site);
	if (!page)
		return NULL;
	page_set_owner(page, PAGE_OWNER_KMALLOC);
	/* As on Linux: a driver may take a reference to any page of it. */
	page_mark_compound(page);
	return page_address(page);
}

void *kmalloc_large(size_t size, gfp_t gfp)
{
	return kmalloc_pages(size, gfp, _RET_IP_);
}
EXPORT_SYMBOL(kmalloc_large);

/* @size is 1 .. KMALLOC_MAX_CACHE_SIZE. */
static __always_inline struct kmem_cache *kmalloc_cache(size_t size, gfp_t gfp)
{
	unsigned int index;

	if (size <= KMALLOC_TABLE_MAX)
		index = kmalloc_small_index[(size - 1) / 8];
	else
		index = ilog2(size - 1);
	if (unlikely(gfp & __GFP_DMA))
		return &kmalloc_caches[KMALLOC_DMA][index];
	return &kmalloc_caches[KMALLOC_NORMAL][index];
}

static noinline void *kmalloc_any(size_t size, gfp_t gfp, unsigned long site)
{
	struct kmem_cache *cache;
	void *p;

	/* One comparison sorts out 0 and what is too large. */
	if (unlikely(size - 1 >= KMALLOC_MAX_CACHE_SIZE)) {
		if (size == 0)
			return ZERO_SIZE_PTR;
		return kmalloc_pages(size, gfp, site);
	}
	cache = kmalloc_cache(size, gfp);
	p = slab_alloc_any(cache, gfp);
	return likely(p) ? p : slab_alloc_slow(cache, gfp, size, site);
}

void *kmalloc_at(size_t size, gfp_t gfp, unsigned long site)
{
	return kmalloc_any(size, gfp, site);
}

/* Nearly all say GFP_KERNEL: apart, for then the flags need no register. */
void *__kmalloc(size_t size, gfp_t gfp)
{
	struct kmem_cache *cache;
	void *p;

	if (unlikely(gfp != GFP_KERNEL || size - 1 >= KMALLOC_MAX_CACHE_SIZE))
		return kmalloc_any(size, gfp, _RET_IP_);
	cache = kmalloc_cache(size, GFP_KERNEL);
	p = slab_alloc_kernel(cache);
	if (likely(p))
		return p;
	return slab_alloc_slow_kernel(cache, size, _RET_IP_);
}

/* The block of whole pages that begins at @p, or NULL. */
static struct page *kmalloc_block(const void *p)
{
	unsigned long offset = (unsigned long)p - PAGE_OFFSET;
	struct page *page;

	if (offset >> PAGE_SHIFT >= max_low_pfn || offset & ~PAGE_MASK)
		return NULL;
	page = pfn_to_page(offset >> PAGE_SHIFT);
	if ((page_kind_racy(page) & PAGE_STATE_MASK) != PAGE_ALLOCATED ||
	    page_owner(page) != PAGE_OWNER_KMALLOC)
		return NULL;
	return page;
}

static noinline void kfree_slow(void *p, unsigned long site)
{
	struct page *block;

	if (ZERO_OR_NULL_PTR(p))
		return;
	block = kmalloc_block(p);
	if (block)
		__free_pages_site(block, page_order(block), site);
	else
		slab_free_slow(NULL, p, site);
}

/* Return: false if @p needs a longer look. */
static __always_inline bool kfree_fast(void *p)
{
	const struct page *page = slab_page_hint(p);
	struct kmem_cache *cache;

	if (unlikely(!page))
		return false;
	cache = page->slab_cache;
	return likely((unsigned long)cache - (unsigned long)kmalloc_caches <
		      sizeof(kmalloc_caches)) &&
	       likely(slab_push(cache, page, p));
}

static void kfree_at(void *p, unsigned long site)
{
	if (!kfree_fast(p))
		kfree_slow(p, site);
}

void kfree(const void *p)
{
	if (unlikely(!kfree_fast((void *)(unsigned long)p)))
		kfree_slow((void *)(unsigned long)p, _RET_IP_);
}

/* Bytes at @p that may be used; 0 if it is no memory of ours (reported). */
static size_t kmalloc_usable(const void *p, unsigned long site)
{
	struct page *slab = slab_find(p);
	struct page *block;
	struct kmem_cache *cache;

	if (slab && slab_object_ok(slab->slab_cache, slab, p)) {
		cache = slab->slab_cache;
		/* The rest of the class is red zone. */
		if (cache->flags & SLAB_RED_ZONE)
			return slab_meta(cache, p)->asked;
		return cache->object_size;
	}
	block = kmalloc_block(p);
	if (block)
		return PAGE_SIZE << page_order(block);
	slab_report_bad_free(p, site);
	return 0;
}

size_t ksize(const void *p)
{
	return ZERO_OR_NULL_PTR(p) ? 0 : kmalloc_usable(p, _RET_IP_);
}
EXPORT_SYMBOL(ksize);

void *krealloc_at(const void *p, size_t size, gfp_t gfp, unsigned long site)
{
	size_t usable = 0;
	void *moved;

	if (size == 0) {
		kfree_at((void *)(unsigned long)p, site);
		return ZERO_SIZE_PTR;
	}
	if (!ZERO_OR_NULL_PTR(p)) {
		usable = kmalloc_usable(p, site);
		if (usable == 0)
			return NULL;
		if (size <= usable)
			return (void *)(unsigned long)p;
	}
	moved = kmalloc_any(size, gfp, site);
	if (moved && usable) {
		memcpy(moved, p, usable);
		kfree_at((void *)(unsigned long)p, site);
	}
	return moved;
}

void *krealloc(const void *p, size_t size, gfp_t gfp)
{
	return krealloc_at(p, size, gfp, _RET_IP_);
}

void *krealloc_array(void *p, size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return krealloc_at(p, bytes, gfp, _RET_IP_);
}

/* ---- start-up ------------------------------------------------------------ */

static void kmalloc_build(enum kmalloc_type type, unsigned int index,
			  const char *name)
{
	u32 size = kmalloc_sizes[index];
	const struct kmem_cache_desc desc = {
		.name = name,
		.size = size,
		.align = is_power_of_2(size) ? size : 0,
		.flags = type == KMALLOC_DMA ? SLAB_CACHE_DMA : 0,
	};

	BUG_ON(slab_cache_publish(&kmalloc_caches[type][index], &desc));
}

void slab_init(void)
{
#define KMALLOC_NAME(size, name) "kmalloc-" name,
#define KMALLOC_DMA_NAME(size, name) "kmalloc-dma-" name,
	static const char *const names[NR_KMALLOC_TYPES][NR_KMALLOC_CLASSES] = {
		{ KMALLOC_CLASSES(KMALLOC_NAME) },
		{ KMALLOC_CLASSES(KMALLOC_DMA_NAME) },
	};
	unsigned int type, i;

	slab_caches_boot();
	for (type = 0; type < NR_KMALLOC_TYPES; type++) {
		for (i = 0; i < NR_KMALLOC_CLASSES; i++)
			kmalloc_build(type, i, names[type][i]);
	}
	slab_ready = true;
	slab_show_init();
}

bool slab_is_available(void)
{
	return slab_ready;
}
