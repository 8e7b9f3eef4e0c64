/* SPDX-License-Identifier: MIT */
/*
 * slab_pages.c - slabs: blocks of pages cut into objects, and their free lists
 *
 * The bottom of the slab room: making a slab of fresh pages and giving it
 * back, the three lists a cache keeps its slabs on, and moving objects off and
 * on a slab's free list. What must be remembered of a slab lies in the record
 * of its first page; the theory is at the head of slab.c.
 *
 * Locking: cache->lock around all that touches lists and records; it is
 * dropped before pages are asked for or given back.
 */
#include <kernel/bug.h>
#include <kernel/random.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include "internal.h"
#include "slab_internal.h"

/* Put a slab on the list that its slab_inuse asks for (S1). */
static noinline void slab_relist(struct kmem_cache *cache, struct page *slab,
				 unsigned int was_inuse)
{
	unsigned int inuse = slab->slab_inuse;

	if (was_inuse == 0)
		cache->nr_empty--;
	if (inuse == 0)
		cache->nr_empty++;
	list_move(&slab->lru, inuse == 0	      ? &cache->empty :
			      inuse == cache->objects ? &cache->full :
							&cache->partial);
}

void slab_count_taken(struct kmem_cache *cache, struct page *slab,
		      unsigned int count)
{
	unsigned int was_inuse = slab->slab_inuse;
	unsigned int inuse = was_inuse + count;

	slab->slab_inuse = (u16)inuse;
	if (was_inuse == 0 || inuse == cache->objects)
		slab_relist(cache, slab, was_inuse);
}

/* @count fewer; the caller counts nr_inuse. */
static __always_inline void
slab_count_put(struct kmem_cache *cache, struct page *slab, unsigned int count)
{
	unsigned int was_inuse = slab->slab_inuse;
	unsigned int inuse = was_inuse - count;

	BUG_ON(count > was_inuse);
	slab->slab_inuse = (u16)inuse;
	if (inuse == 0 || was_inuse == cache->objects)
		slab_relist(cache, slab, was_inuse);
}

/* A row through all objects of a slab: offsets start, start + step, ... */
struct slab_row {
	u32 offset, step, end; /* bytes; taken modulo end */
};

static struct slab_row slab_row_begin(struct kmem_cache *cache)
{
	struct xorshift32 rng = { cache->random };
	u32 draw = xorshift32_next(&rng);

	cache->random = draw;
	return (struct slab_row){
		.end = (u32)cache->objects * cache->stride,
		.step = cache->steps[draw % 8] * cache->stride,
		.offset =
			(((draw >> 16) * cache->objects) >> 16) * cache->stride,
	};
}

static __always_inline u32 slab_row_next(struct slab_row *row)
{
	u32 offset = row->offset;
	u32 next = offset + row->step;

	row->offset = next >= row->end ? next - row->end : next;
	return offset;
}

/* Link all objects of an empty slab: it is going to be used in part. */
static noinline void slab_thread(struct kmem_cache *cache, struct page *slab)
{
	char *first = slab_base(slab) + cache->object_offset;
	struct slab_row row = slab_row_begin(cache);
	unsigned int left = cache->objects;
	void *next = NULL;

	do {
		void *object = first + slab_row_next(&row);

		slab_set_next(cache, object, next);
		next = object;
	} while (--left);
	slab->slab_freelist = next;
}

/*
 * A free link led astray: somebody wrote to @object after it was freed. What
 * is left of the list is lost; nobody shall get these objects.
 */
static void slab_contain_freelist(struct kmem_cache *cache, struct page *slab,
				  const void *object, unsigned long site)
{
	unsigned int lost = cache->objects - slab->slab_inuse;

	slab->slab_freelist = NULL;
	cache->nr_isolated += lost;
	cache->nr_inuse += lost;
	slab_count_taken(cache, slab, lost);
	slab_report_freelist(cache, object, site);
}

/*
 * Take up to @want objects, at least 1, off the free list of a slab that has
 * some. Return: how many; 0 only if the list was corrupt at its first link.
 */
static noinline unsigned int slab_take_links(struct kmem_cache *cache,
					     struct page *slab, void **objects,
					     unsigned int want,
					     unsigned long site)
{
	unsigned long first =
		(unsigned long)slab_base(slab) + cache->object_offset;
	void *object = slab->slab_freelist;
	unsigned int taken = 0;
	bool corrupt = false;

	do {
		void *next = slab_next(cache, object);
		unsigned long offset = (unsigned long)next - first;

		if (unlikely(offset > cache->slab_mask ||
			     !slab_offset_ok(cache, offset))) {
			corrupt = next != NULL;
			if (corrupt)
				break;
		}
		objects[taken++] = object;
		object = next;
	} while (taken < want && object);
	slab->slab_freelist = object;
	cache->nr_inuse += taken;
	if (likely(taken))
		slab_count_taken(cache, slab, taken);
	if (unlikely(corrupt))
		slab_contain_freelist(cache, slab, object, site);
	return taken;
}

/* Take all objects of an empty slab; its links are not looked at. */
static noinline void slab_take_whole(struct kmem_cache *cache,
				     struct page *slab, void **objects)
{
	struct slab_row row = slab_row_begin(cache);
	void **end = objects + cache->objects;
	/* In addresses instead of offsets: fewer sums. */
	unsigned long first =
		(unsigned long)slab_base(slab) + cache->object_offset;
	unsigned long step = row.step, back = row.end - step;
	unsigned long object = first + row.offset;

	do {
		*objects++ = (void *)object;
		object = object < first + back ? object + step : object - back;
	} while (objects < end);
	slab->slab_freelist = NULL;
	cache->nr_inuse += cache->objects;
	slab_count_taken(cache, slab, cache->objects);
}

/*
 * Take up to @want objects from the slabs there are, those in use first.
 * Return: how many. Context: cache->lock held.
 */
unsigned int slab_take(struct kmem_cache *cache, void **objects,
		       unsigned int want, unsigned long site)
{
	unsigned int taken = 0;
	struct page *slab;

	lockdep_assert_held(&cache->lock);
	while (taken < want) {
		slab = list_first_entry_or_null(&cache->partial, struct page,
						lru);
		if (!slab) {
			slab = list_first_entry_or_null(&cache->empty,
							struct page, lru);
			if (!slab)
				break;
			if (want - taken >= cache->objects) {
				slab_take_whole(cache, slab, objects + taken);
				taken += cache->objects;
				continue;
			}
			/* Next time there is room for all of it. */
			if (taken)
				break;
			slab_thread(cache, slab);
		}
		taken += slab_take_links(cache, slab, objects + taken,
					 want - taken, site);
	}
	return taken;
}

/*
 * Put objects back into their slabs. Neighbours in the array are often of one
 * slab: its record is touched once for each such run.
 * Context: cache->lock held.
 */
void slab_put(struct kmem_cache *cache, void **objects, unsigned int count)
{
	const unsigned long base_mask = ~cache->slab_mask;
	const unsigned long secret = cache->secret;
	void **end = objects + count;

	lockdep_assert_held(&cache->lock);
	while (objects < end) {
		unsigned long base = (unsigned long)*objects & base_mask;
		struct page *slab = virt_to_page((void *)base);
		void *next = slab->slab_freelist;
		void **run = objects;

		do {
			unsigned long *link = slab_link(cache, *objects);

			*link = slab_encode(secret, link, (unsigned long)next);
			next = *objects++;
		} while (objects < end &&
			 ((unsigned long)*objects & base_mask) == base);
		slab->slab_freelist = next;
		slab_count_put(cache, slab, (unsigned int)(objects - run));
	}
	cache->nr_inuse -= count;
}

/* Give a slab's pages back. Nobody knows the slab any more. */
static void slab_destroy(struct kmem_cache *cache, struct page *slab,
			 unsigned long site)
{
	unsigned int i;

	for (i = 0; i < 1u << cache->order; i++)
		slab[i].slab_cache = NULL;
	page_become(slab, PAGE_ALLOCATED, cache->order, PAGE_OWNER_SLAB);
	atomic_set(&slab->_refcount, 1);
	slab->site = site;
	cache->source->free(cache->source, slab, cache->order, site);
}

/* Release empty slabs until only @keep are left. */
void slab_release_empty(struct kmem_cache *cache, unsigned long keep)
{
	for (;;) {
		unsigned long flags = spin_lock_irqsave(&cache->lock);
		struct page *slab;

		if (cache->nr_empty <= keep) {
			spin_unlock_irqrestore(&cache->lock, flags);
			return;
		}
		slab = list_last_entry(&cache->empty, struct page, lru);
		list_del(&slab->lru);
		cache->nr_empty--;
		cache->nr_slabs--;
		spin_unlock_irqrestore(&cache->lock, flags);
		slab_destroy(cache, slab, _RET_IP_);
	}
}

unsigned long slab_keep_empty(const struct kmem_cache *cache)
{
	return SLAB_KEEP_EMPTY_BYTES >> (PAGE_SHIFT + cache->order) ?: 1;
}

/* Run the constructor over a new slab, and dress it for debugging. */
static void slab_construct(struct kmem_cache *cache, struct page *slab)
{
	unsigned int i;

	for (i = 0; cache->ctor && i < cache->objects; i++)
		cache->ctor(slab_object(cache, slab, i));
	if (slab_is_debug(cache))
		slab_debug_prepare(cache, slab);
}

/*
 * Make one more slab, all free, that is on no list yet. No lock is held: this
 * may sleep. Return: NULL if there is no memory.
 */
struct page *slab_make(struct kmem_cache *cache, gfp_t gfp, unsigned long site)
{
	struct page *slab;
	unsigned int i;

	/* Which pages they are, the cache decides; the rest is the caller's. */
	gfp = (gfp & ~(__GFP_KIND_MASK | __GFP_ZERO)) | cache->gfp;
	slab = cache->source->alloc(cache->source, gfp, cache->order, site);
	if (!slab)
		return NULL;
	page_become(slab, PAGE_SLAB, cache->order, PAGE_OWNER_SLAB);
	slab->slab_inuse = 0;
	slab->slab_objects = cache->objects;
	slab->slab_freelist = NULL;
	for (i = 0; i < 1u << cache->order; i++)
		slab[i].slab_cache = cache;
	if (unlikely(cache->ctor || slab_is_debug(cache)))
		slab_construct(cache, slab);
	return slab;
}

/* A new slab joins the empty ones. Context: cache->lock held. */
void slab_join(struct kmem_cache *cache, struct page *slab)
{
	list_add(&slab->lru, &cache->empty);
	cache->nr_empty++;
	cache->nr_slabs++;
}

bool slab_grow(struct kmem_cache *cache, gfp_t gfp, unsigned long site)
{
	struct page *slab = slab_make(cache, gfp, site);
	unsigned long flags;

	if (!slab)
		return false;
	flags = spin_lock_irqsave(&cache->lock);
	slab_join(cache, slab);
	spin_unlock_irqrestore(&cache->lock, flags);
	return true;
}

struct page *slab_find(const void *p)
{
	pfn_t pfn = ((unsigned long)p - PAGE_OFFSET) >> PAGE_SHIFT;
	unsigned int order;

	if (pfn >= max_low_pfn)
		return NULL;
	for (order = 0; order < MAX_ORDER; order++) {
		struct page *head = pfn_to_page(ALIGN_DOWN(pfn, 1ul << order));

		if (page_state(head) == PAGE_NONE)
			continue; /* a tail, perhaps of a block below */
		if (page_state(head) != PAGE_SLAB || page_order(head) < order)
			return NULL;
		return head;
	}
	return NULL;
}

/* One object straight from the slabs, or NULL. */
void *slab_take_one(struct kmem_cache *cache, unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	void *object = NULL;

	slab_take(cache, &object, 1, site);
	spin_unlock_irqrestore(&cache->lock, flags);
	return object;
}

/* One object back to the slabs. */
void slab_put_one(struct kmem_cache *cache, void *object)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);

	slab_put(cache, &object, 1);
	spin_unlock_irqrestore(&cache->lock, flags);
}
