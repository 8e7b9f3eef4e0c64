/* SPDX-License-Identifier: MIT */
/*
 * dmapool.c - blocks for devices, cut from blocks of pages
 *
 * A pool takes memory in chunks of 2^order pages, the least that hold a block,
 * and cuts each chunk into segments of @boundary bytes, and the segments into
 * blocks of @size bytes; what a segment has left at its end is not used. A
 * chunk is aligned to its size, and a boundary that is larger than a chunk can
 * not be crossed in it, so it counts as the chunk's size.
 *
 * Which blocks are in use says a map beside the chunk, never the blocks: the
 * device owns those. The chunk of an address is found in a tree. A chunk stays
 * until its pool goes, as on Linux: giving memory back is not for interrupt
 * handlers, and a device that needed so many blocks will need them again.
 *
 * In the debug build a block that is not in use holds a pattern, and a write
 * to it is noticed when the block is handed out.
 *
 * Invariants (dma_pool_check() walks them all):
 *   D1  a chunk's nr_inuse is the number of bits set in its map, and none is
 *       set behind the last block
 *   D2  it is on the list of chunks with free blocks exactly if it has one
 *   D3  the pool's counts are the sums over its chunks
 *   D4  chunks are aligned to their size, lie below the limit, and are in the
 *       tree in rising order without overlap
 *
 * Locking: pool->lock (irq-safe, LOCK_DMAPOOL); the source of pages is asked
 * without it. dma_pools_lock guards the list of pools, and is taken first.
 *
 * Not here: mapping memory that a driver has already for a device.
 */
#define pr_fmt(fmt) "dmapool: " fmt

#include <kernel/bitmap.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/module_holding.h>
#include <kernel/preempt.h>
#include <kernel/poison.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/check.h>
#include <mm/dmapool.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

/* What the least block holds; Linux's choice. */
#define DMA_POOL_MIN_BYTES 4u
#define DMA_POOL_NAME_BYTES 32u
/* Linux's pattern of a block that is not in use. */
#define DMA_POOL_POISON POISON_POOL

/* 2^order pages, cut into blocks. Guarded by pool->lock. */
struct dma_chunk {
	struct rb_node node; /* by va */
	struct list_head link; /* in pool->partial, if not all are in use */
	char *va;
	dma_addr_t handle;
	unsigned int nr_inuse;
	unsigned long used[]; /* a bit for each block */
};

struct dma_pool {
	/* Set once, read without a lock. */
	char name[DMA_POOL_NAME_BYTES];
	size_t size; /* of a block: a multiple of the alignment */
	size_t segment; /* bytes: blocks do not cross multiples of it */
	unsigned int blocks_per_segment;
	unsigned int blocks; /* in a chunk */
	unsigned int order; /* of a chunk */
	dma_addr_t limit;
	struct dma_pool_source source;
	unsigned long site; /* who made it, and is to destroy it */

	/* Guarded by @lock. */
	spinlock_t lock;
	struct list_head partial;
	struct rb_root chunks;
	unsigned long nr_chunks;
	unsigned long nr_inuse; /* blocks */

	struct list_head link; /* in the list of pools */
};

static spinlock_t dma_pools_lock = SPINLOCK_INIT("dmapools", LOCK_DMAPOOLS);
static struct list_head dma_pools = { &dma_pools, &dma_pools };

/* ---- pages --------------------------------------------------------------- */

static void *dma_buddy_alloc(const struct dma_pool_source *source, gfp_t gfp,
			     unsigned int order, dma_addr_t *handle)
{
	unsigned long zone = (unsigned long)source->private;
	unsigned long va =
		__get_free_pages((gfp & ~__GFP_ZERO) | (gfp_t)zone, order);

	if (va)
		*handle = virt_to_phys((void *)va);
	return (void *)va;
}

static void dma_buddy_free(const struct dma_pool_source *source, void *va,
			   unsigned int order, dma_addr_t handle)
{
	(void)source;
	(void)handle;
	free_pages((unsigned long)va, order);
}

/* Any lowmem will do, unless some of it lies at the limit or above. */
static struct dma_pool_source dma_buddy_source(dma_addr_t limit)
{
	gfp_t zone = limit < pfn_to_phys(max_low_pfn) ? __GFP_DMA : 0;

	return (struct dma_pool_source){
		.alloc = dma_buddy_alloc,
		.free = dma_buddy_free,
		.private = (void *)(unsigned long)zone,
	};
}

/* ---- where blocks lie ---------------------------------------------------- */

static size_t dma_chunk_bytes(const struct dma_pool *pool)
{
	return PAGE_SIZE << pool->order;
}

static size_t dma_block_offset(const struct dma_pool *pool, unsigned int i)
{
	return i / pool->blocks_per_segment * pool->segment +
	       i % pool->blocks_per_segment * pool->size;
}

/* The block that begins at @offset of a chunk; pool->blocks: none does. */
static unsigned int dma_block_at(const struct dma_pool *pool, size_t offset)
{
	size_t within = offset % pool->segment;
	unsigned int i = (unsigned int)(within / pool->size);

	if (within % pool->size || i >= pool->blocks_per_segment)
		return pool->blocks;
	return (unsigned int)(offset / pool->segment) *
		       pool->blocks_per_segment +
	       i;
}

/* The chunk around @va, or NULL. Context: pool->lock held. */
static struct dma_chunk *dma_chunk_find(struct dma_pool *pool, const void *va)
{
	struct rb_node *node = pool->chunks.rb_node;

	lockdep_assert_held(&pool->lock);
	while (node) {
		struct dma_chunk *c = rb_entry(node, struct dma_chunk, node);

		if ((const char *)va < c->va)
			node = node->rb_left;
		else if ((size_t)((const char *)va - c->va) >=
			 dma_chunk_bytes(pool))
			node = node->rb_right;
		else
			return c;
	}
	return NULL;
}

/* Context: pool->lock held. */
static void dma_chunk_join(struct dma_pool *pool, struct dma_chunk *chunk)
{
	struct rb_node **link = &pool->chunks.rb_node, *parent = NULL;

	lockdep_assert_held(&pool->lock);
	while (*link) {
		parent = *link;
		if (chunk->va < rb_entry(parent, struct dma_chunk, node)->va)
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	rb_link_node(&chunk->node, parent, link);
	rb_insert_color(&chunk->node, &pool->chunks);
	list_add(&chunk->link, &pool->partial);
	pool->nr_chunks++;
}

/* Context: no lock. */
static void dma_chunk_free(struct dma_pool *pool, struct dma_chunk *chunk)
{
	pool->source.free(&pool->source, chunk->va, pool->order, chunk->handle);
	kfree(chunk);
}

/* A chunk that is not in the pool yet; NULL without memory. */
static struct dma_chunk *dma_chunk_new(struct dma_pool *pool, gfp_t gfp)
{
	size_t bytes = sizeof(struct dma_chunk) +
		       BITS_TO_LONGS(pool->blocks) * sizeof(unsigned long);
	struct dma_chunk *chunk = kzalloc(bytes, gfp & ~__GFP_KIND_MASK);

	if (!chunk)
		return NULL;
	chunk->va = pool->source.alloc(&pool->source, gfp & ~__GFP_KIND_MASK,
				       pool->order, &chunk->handle);
	if (!chunk->va) {
		kfree(chunk);
		return NULL;
	}
	if (chunk->handle + dma_chunk_bytes(pool) > pool->limit) {
		pr_warn("%s: pages at %#llx refused: limit %#llx\n", pool->name,
			chunk->handle, pool->limit);
		dma_chunk_free(pool, chunk);
		return NULL;
	}
	if (CONFIG_MM_DEBUG)
		memset(chunk->va, DMA_POOL_POISON, dma_chunk_bytes(pool));
	return chunk;
}

/* ---- making and taking apart --------------------------------------------- */

/* What a block takes: whole alignments, or the next one had a wrong one. */
static size_t dma_block_bytes(const struct dma_pool_desc *d)
{
	return ALIGN(max_t(size_t, d->size, DMA_POOL_MIN_BYTES),
		     max_t(size_t, d->align, 1));
}

/* What is wrong with a description; NULL: nothing. */
static const char *dma_desc_error(const struct dma_pool_desc *d)
{
	if (!d->name || !*d->name || strlen(d->name) >= DMA_POOL_NAME_BYTES)
		return "name";
	if (!d->size || d->size > KMALLOC_MAX_SIZE)
		return "size";
	if (d->align &&
	    (!is_power_of_2(d->align) || d->align > KMALLOC_MAX_SIZE))
		return "align";
	if (d->boundary &&
	    (!is_power_of_2(d->boundary) || d->boundary < dma_block_bytes(d)))
		return "boundary";
	return NULL;
}

static void dma_pool_lay_out(struct dma_pool *pool,
			     const struct dma_pool_desc *d)
{
	size_t bytes;

	pool->size = dma_block_bytes(d);
	pool->order = get_order(pool->size);
	bytes = dma_chunk_bytes(pool);
	pool->segment = bytes;
	if (d->boundary && d->boundary < bytes)
		pool->segment = d->boundary;
	pool->blocks_per_segment = (unsigned int)(pool->segment / pool->size);
	pool->blocks = (unsigned int)(bytes / pool->segment) *
		       pool->blocks_per_segment;
}

struct dma_pool *dma_pool_create_site(const struct dma_pool_desc *d,
				      unsigned long site)
{
	const struct report_sites sites = { .at = site };
	const char *error = dma_desc_error(d);
	struct dma_pool *pool;
	unsigned long flags;

	might_sleep_at("dma_pool_create", site);
	if (error) {
		mm_report("dmapool-args", &sites,
			  "%s name=%.31s size=%zu align=%zu boundary=%zu",
			  error, d->name ? d->name : "-", d->size, d->align,
			  d->boundary);
		return NULL;
	}
	pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return NULL;
	strscpy(pool->name, d->name, sizeof(pool->name));
	dma_pool_lay_out(pool, d);
	pool->limit = d->limit ? d->limit : pfn_to_phys(max_low_pfn);
	pool->source = d->source ? *d->source : dma_buddy_source(pool->limit);
	pool->site = site;
	spin_lock_init(&pool->lock, "dmapool", LOCK_DMAPOOL);
	INIT_LIST_HEAD(&pool->partial);
	flags = spin_lock_irqsave(&dma_pools_lock);
	list_add_tail(&pool->link, &dma_pools);
	spin_unlock_irqrestore(&dma_pools_lock, flags);
	return pool;
}

struct dma_pool *dma_pool_create_desc(const struct dma_pool_desc *desc)
{
	return dma_pool_create_site(desc, _RET_IP_);
}

void dma_pool_destroy(struct dma_pool *pool)
{
	const struct report_sites sites = { .at = _RET_IP_ };
	struct rb_node *node;
	unsigned long flags;

	might_sleep_at("dma_pool_destroy", _RET_IP_);
	if (!pool)
		return;
	if (pool->nr_inuse) {
		mm_report("dmapool-busy", &sites, "name=%s out=%lu", pool->name,
			  pool->nr_inuse);
		return;
	}
	flags = spin_lock_irqsave(&dma_pools_lock);
	list_del(&pool->link);
	spin_unlock_irqrestore(&dma_pools_lock, flags);
	for (node = rb_first(&pool->chunks); node;
	     node = rb_first(&pool->chunks)) {
		rb_erase(node, &pool->chunks);
		dma_chunk_free(pool, rb_entry(node, struct dma_chunk, node));
	}
	kfree(pool);
}
EXPORT_SYMBOL(dma_pool_destroy);

/* A pool of a module that is gone: its pages may be a device's still, nobody
 * destroys it, and the device that it names may have been the module's. */
static void dma_pools_find(struct module_search *search, const char *kind)
{
	unsigned long flags = spin_lock_irqsave(&dma_pools_lock);
	const struct dma_pool *pool;

	list_for_each_entry(pool, &dma_pools, link) {
		if (module_search_has_site(search, pool->site))
			module_holding_found(search, kind, pool,
					     (const void *)pool->site);
	}
	spin_unlock_irqrestore(&dma_pools_lock, flags);
}
MODULE_HOLDING(dma_pools, "dma-pool", dma_pools_find);

/* ---- blocks -------------------------------------------------------------- */

static void dma_block_check_poison(const struct dma_pool *pool, const char *va,
				   unsigned long site)
{
	const struct report_sites sites = { .at = site };
	const unsigned char *bad = memchr_inv(va, DMA_POOL_POISON, pool->size);

	if (bad)
		mm_report("use-after-free", &sites,
			  "write dmapool name=%s block=%p+%zu found=%02x",
			  pool->name, va, (size_t)((const char *)bad - va),
			  *bad);
}

/* A free block of the chunks there are; NULL: none. Lock held. */
static char *dma_block_take(struct dma_pool *pool, dma_addr_t *handle)
{
	struct dma_chunk *chunk = list_first_entry_or_null(
		&pool->partial, struct dma_chunk, link);
	unsigned int i;
	size_t offset;

	lockdep_assert_held(&pool->lock);
	if (!chunk)
		return NULL;
	i = (unsigned int)find_next_zero_bit(chunk->used, pool->blocks, 0);
	BUG_ON(i >= pool->blocks);
	__set_bit(i, chunk->used);
	pool->nr_inuse++;
	if (++chunk->nr_inuse == pool->blocks)
		list_del(&chunk->link);
	offset = dma_block_offset(pool, i);
	*handle = chunk->handle + offset;
	return chunk->va + offset;
}

void *dma_pool_alloc(struct dma_pool *pool, gfp_t gfp, dma_addr_t *handle)
{
	struct dma_chunk *chunk = NULL;
	unsigned long flags;
	char *va;

	if (gfp_may_sleep(gfp))
		might_sleep_at("dma_pool_alloc", _RET_IP_);
	for (;;) {
		flags = spin_lock_irqsave(&pool->lock);
		if (chunk)
			dma_chunk_join(pool, chunk);
		va = dma_block_take(pool, handle);
		spin_unlock_irqrestore(&pool->lock, flags);
		if (va)
			break;
		/* Others may take all of it before we do; each turn costs
		 * pages, so this ends. */
		chunk = dma_chunk_new(pool, gfp & ~__GFP_ZERO);
		if (!chunk)
			return NULL;
	}
	if (CONFIG_MM_DEBUG)
		dma_block_check_poison(pool, va, _RET_IP_);
	if (gfp & __GFP_ZERO)
		memset(va, 0, pool->size);
	return va;
}
EXPORT_SYMBOL(dma_pool_alloc);

/* Why a block cannot be given back: the report's class. NULL: it can. */
static const char *dma_block_error(const struct dma_pool *pool,
				   const struct dma_chunk *chunk,
				   unsigned int i, dma_addr_t handle)
{
	if (!chunk || i >= pool->blocks)
		return "dmapool-foreign";
	if (!test_bit(i, chunk->used))
		return "dmapool-double-free";
	if (handle != chunk->handle + dma_block_offset(pool, i))
		return "dmapool-handle";
	return NULL;
}

/* Context: pool->lock held. */
static void dma_block_put(struct dma_pool *pool, struct dma_chunk *chunk,
			  unsigned int i)
{
	lockdep_assert_held(&pool->lock);
	if (CONFIG_MM_DEBUG)
		memset(chunk->va + dma_block_offset(pool, i), DMA_POOL_POISON,
		       pool->size);
	__clear_bit(i, chunk->used);
	pool->nr_inuse--;
	if (chunk->nr_inuse-- == pool->blocks)
		list_add(&chunk->link, &pool->partial);
}

void dma_pool_free(struct dma_pool *pool, void *va, dma_addr_t handle)
{
	const struct report_sites sites = { .at = _RET_IP_ };
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	struct dma_chunk *chunk = dma_chunk_find(pool, va);
	unsigned int i = pool->blocks;
	const char *error;

	if (chunk)
		i = dma_block_at(pool, (size_t)((char *)va - chunk->va));
	error = dma_block_error(pool, chunk, i, handle);
	if (likely(!error))
		dma_block_put(pool, chunk, i);
	spin_unlock_irqrestore(&pool->lock, flags);
	if (unlikely(error))
		mm_report(error, &sites, "name=%s block=%p handle=%#llx",
			  pool->name, va, handle);
}
EXPORT_SYMBOL(dma_pool_free);

/* ---- the checker --------------------------------------------------------- */

static int dma_violation(const struct dma_pool *pool, const char *label,
			 const char *what)
{
	pr_err("%s name=%s: %s\n", label, pool->name, what);
	return 1;
}

static bool dma_chunk_is_listed(const struct dma_pool *pool,
				const struct dma_chunk *chunk)
{
	const struct dma_chunk *pos;

	list_for_each_entry(pos, &pool->partial, link) {
		if (pos == chunk)
			return true;
	}
	return false;
}

static int dma_chunk_check(const struct dma_pool *pool,
			   const struct dma_chunk *chunk,
			   const char *end_before)
{
	unsigned int room = BITS_TO_LONGS(pool->blocks) * BITS_PER_LONG;
	unsigned int set = 0, i;
	int bad = 0;

	for (i = 0; i < room; i++)
		set += test_bit(i, chunk->used);
	if (set != chunk->nr_inuse ||
	    find_next_bit(chunk->used, room, pool->blocks) != room)
		bad += dma_violation(pool, "D1", "map and count");
	if (dma_chunk_is_listed(pool, chunk) !=
	    (chunk->nr_inuse < pool->blocks))
		bad += dma_violation(pool, "D2", "list of free blocks");
	if (chunk->va < end_before ||
	    !IS_ALIGNED(chunk->handle, dma_chunk_bytes(pool)) ||
	    chunk->handle + dma_chunk_bytes(pool) > pool->limit)
		bad += dma_violation(pool, "D4", "place of a chunk");
	return bad;
}

int dma_pool_check(struct dma_pool *pool)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	unsigned long chunks = 0, inuse = 0;
	const char *end_before = NULL;
	struct rb_node *node;
	int bad = rb_check(&pool->chunks);

	for (node = rb_first(&pool->chunks); node; node = rb_next(node)) {
		struct dma_chunk *c = rb_entry(node, struct dma_chunk, node);

		bad += dma_chunk_check(pool, c, end_before);
		end_before = c->va + dma_chunk_bytes(pool);
		chunks++;
		inuse += c->nr_inuse;
	}
	if (chunks != pool->nr_chunks || inuse != pool->nr_inuse)
		bad += dma_violation(pool, "D3", "sums");
	spin_unlock_irqrestore(&pool->lock, flags);
	return bad;
}

static int dma_pools_check(void)
{
	unsigned long flags = spin_lock_irqsave(&dma_pools_lock);
	struct dma_pool *pool;
	int bad = 0;

	list_for_each_entry(pool, &dma_pools, link)
		bad += dma_pool_check(pool);
	spin_unlock_irqrestore(&dma_pools_lock, flags);
	return bad;
}
MM_CHECK(dmapool, "dmapool", dma_pools_check);
