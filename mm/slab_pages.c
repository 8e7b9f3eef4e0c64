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
#include <kernel/rcupdate.h>
#include <kernel/sched.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include "slab_internal.h"

/* Put a slab on the list that its slab_inuse asks for (S1). */
static noinline void slab_relist(struct kmem_cache *cache, struct page *slab,
				 unsigned int was_inuse)
{
	unsigned int inuse = slab->slab_inuse;

	if (was_inuse == 0)
		WRITE_ONCE(cache->nr_empty, cache->nr_empty - 1);
	if (inuse == 0)
		WRITE_ONCE(cache->nr_empty, cache->nr_empty + 1);
	list_move(&slab->lru, inuse == 0 ? &cache->empty :
			      inuse == slab_shape_of(cache, slab)->objects ?
					   &cache->full :
					   &cache->partial);
}

void slab_count_taken(struct kmem_cache *cache, struct page *slab,
		      unsigned int count)
{
	unsigned int was_inuse = slab->slab_inuse;
	unsigned int inuse = was_inuse + count;

	slab->slab_inuse = (u16)inuse;
	if (was_inuse == 0 || inuse == slab_shape_of(cache, slab)->objects)
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
	if (inuse == 0 || was_inuse == slab_shape_of(cache, slab)->objects)
		slab_relist(cache, slab, was_inuse);
}

/* A row through all objects of a slab: offsets start, start + step, ... */
struct slab_row {
	u32 offset, step, end; /* bytes; taken modulo end */
};

static struct slab_row slab_row_begin(struct kmem_cache *cache,
				      const struct slab_shape *shape)
{
	struct xorshift32 rng = { cache->random };
	u32 draw = xorshift32_next(&rng);

	cache->random = draw;
	return (struct slab_row){
		.end = shape->span,
		.step = shape->steps[draw % 8] * cache->stride,
		.offset =
			(((draw >> 16) * shape->objects) >> 16) * cache->stride,
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
	const struct slab_shape *shape = slab_shape_of(cache, slab);
	struct slab_row row = slab_row_begin(cache, shape);
	char *first = slab_first(slab);
	unsigned int left = shape->objects;
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
	unsigned int lost =
		slab_shape_of(cache, slab)->objects - slab->slab_inuse;

	slab->slab_freelist = NULL;
	cache->nr_isolated += lost;
	WRITE_ONCE(cache->nr_inuse, cache->nr_inuse + lost);
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
	const struct slab_shape *shape = slab_shape_of(cache, slab);
	const char *first = slab_first(slab);
	void *object = slab->slab_freelist;
	unsigned int taken = 0;
	bool corrupt = false;

	do {
		void *next = slab_next(cache, object);

		if (unlikely(!slab_object_at(cache, shape, first, next))) {
			corrupt = next != NULL;
			if (corrupt)
				break;
		}
		objects[taken++] = object;
		object = next;
	} while (taken < want && object);
	slab->slab_freelist = object;
	WRITE_ONCE(cache->nr_inuse, cache->nr_inuse + taken);
	if (likely(taken))
		slab_count_taken(cache, slab, taken);
	if (unlikely(corrupt))
		slab_contain_freelist(cache, slab, object, site);
	return taken;
}

/* All objects of a slab of @shape, in a row of their own. Its links are not
 * looked at. */
static noinline void slab_fill_row(struct kmem_cache *cache, struct page *slab,
				   const struct slab_shape *shape,
				   void **objects)
{
	struct slab_row row = slab_row_begin(cache, shape);
	void **end = objects + shape->objects;
	/* In addresses instead of offsets: fewer sums. */
	unsigned long first = (unsigned long)slab_first(slab);
	unsigned long step = row.step, back = row.end - step;
	unsigned long object = first + row.offset;

	do {
		*objects++ = (void *)object;
		object = object < first + back ? object + step : object - back;
	} while (objects < end);
	slab->slab_freelist = NULL;
	WRITE_ONCE(cache->nr_inuse, cache->nr_inuse + shape->objects);
}

/* Take all objects of an empty slab. */
static void slab_take_whole(struct kmem_cache *cache, struct page *slab,
			    void **objects)
{
	const struct slab_shape *shape = slab_shape_of(cache, slab);

	slab_fill_row(cache, slab, shape, objects);
	slab_count_taken(cache, slab, shape->objects);
}

/*
 * Take up to @want objects from the slabs there are, those in use first.
 * Return: how many. Context: cache->lock held.
 */
unsigned int slab_take(struct kmem_cache *cache, void **objects,
		       unsigned int want, unsigned long site)
{
	unsigned int taken = 0, room;
	struct page *slab;

	lockdep_assert_held(&cache->lock);
	while (taken < want) {
		if (!list_empty(&cache->partial)) {
			slab = list_first_entry(&cache->partial, struct page,
						lru);
		} else {
			if (list_empty(&cache->empty))
				break;
			slab = list_first_entry(&cache->empty, struct page,
						lru);
			room = slab_shape_of(cache, slab)->objects;
			if (want - taken >= room) {
				slab_take_whole(cache, slab, objects + taken);
				taken += room;
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
	const unsigned long secret = cache->secret;
	void **end = objects + count;

	lockdep_assert_held(&cache->lock);
	while (objects < end) {
		struct page *slab = slab_of(cache, *objects);
		unsigned long first = (unsigned long)slab_first(slab);
		u32 span = slab_shape_of(cache, slab)->span;
		void *next = slab->slab_freelist;
		void **run = objects;

		do {
			unsigned long *link = slab_link(cache, *objects);

			*link = slab_encode(secret, link, (unsigned long)next);
			next = *objects++;
		} while (objects < end &&
			 (unsigned long)*objects - first < span);
		slab->slab_freelist = next;
		slab_count_put(cache, slab, (unsigned int)(objects - run));
	}
	WRITE_ONCE(cache->nr_inuse, cache->nr_inuse - count);
}

/* ---- whole slabs --------------------------------------------------------- */

/* Run the destructor over a slab that nobody uses any more. */
static void slab_destruct(struct kmem_cache *cache, struct page *slab)
{
	unsigned int i;

	for (i = 0; i < slab_shape_of(cache, slab)->objects; i++)
		cache->dtor(slab_object(cache, slab, i), cache, 0);
}

/* Give a slab's pages back. Nobody knows the slab any more. */
static void slab_give_back(struct kmem_cache *cache, struct page *slab,
			   unsigned long site)
{
	unsigned int order = slab_order(slab), i;

	for (i = 0; i < 1u << order; i++) {
		slab[i].slab_cache = NULL;
		slab[i].slab_first = 0; /* where others count references */
	}
	page_become(slab, PAGE_ALLOCATED, order, PAGE_OWNER_SLAB);
	atomic_set(&slab->_refcount, 1);
	slab->site = site;
	cache->source->free(cache->source, slab, order, site);
}

static_assert(sizeof(struct rcu_head) <= sizeof(struct list_head),
	      "a slab that waits is on no list: its links have room");

static void slab_rcu_give_back(struct rcu_head *head)
{
	struct page *slab =
		container_of((struct list_head *)head, struct page, lru);

	slab_give_back(slab->slab_cache, slab, _RET_IP_);
}

static void slab_destroy(struct kmem_cache *cache, struct page *slab,
			 unsigned long site)
{
	/* Whoever reads an object now, reads one until he has done. */
	if (cache->flags & SLAB_TYPESAFE_BY_RCU) {
		call_rcu((struct rcu_head *)&slab->lru, slab_rcu_give_back);
		return;
	}
	if (cache->dtor)
		slab_destruct(cache, slab);
	slab_give_back(cache, slab, site);
}

/* The last empty slab leaves the cache, if there are more than @keep. */
static struct page *slab_part(struct kmem_cache *cache, unsigned long keep)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	struct page *slab = NULL;

	if (cache->nr_empty > keep) {
		slab = list_last_entry(&cache->empty, struct page, lru);
		list_del(&slab->lru);
		WRITE_ONCE(cache->nr_empty, cache->nr_empty - 1);
		WRITE_ONCE(cache->nr_slabs, cache->nr_slabs - 1);
		WRITE_ONCE(cache->nr_objects,
			   cache->nr_objects -
				   slab_shape_of(cache, slab)->objects);
		WRITE_ONCE(cache->nr_pages,
			   cache->nr_pages - (1ul << slab_order(slab)));
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	return slab;
}

unsigned long slab_release_empty(struct kmem_cache *cache, unsigned long keep)
{
	unsigned long pages = 0;
	struct page *slab;

	/* A look first: mostly there is one too many, and then none. */
	while (READ_ONCE(cache->nr_empty) > keep &&
	       (slab = slab_part(cache, keep))) {
		pages += 1ul << slab_order(slab);
		slab_destroy(cache, slab, _RET_IP_);
	}
	return pages;
}

unsigned long slab_keep_empty(const struct kmem_cache *cache)
{
	/* Whoever keeps a pointer to an object finds an object, for ever. */
	if (cache->flags & SLAB_REST)
		return ULONG_MAX;
	return SLAB_KEEP_EMPTY_BYTES >> (PAGE_SHIFT + cache->normal.order) ?: 1;
}

/* A constructor at work, in the list of its cache. */
struct slab_construction {
	struct slab_construction *next;
	const struct task_struct *task;
	unsigned int cpu; /* CPUs that idle may share a task for a while */
	unsigned int
		interrupts; /* it is in: each kind is a context of its own */
};

static bool slab_construction_begin(struct kmem_cache *cache,
				    struct slab_construction *mine)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	const struct slab_construction *other = cache->constructing;

	mine->task = current;
	mine->cpu = smp_processor_id();
	mine->interrupts = preempt_count() & ~PREEMPT_MASK;
	mine->next = cache->constructing;
	/* One that was moved to another CPU in between is seen a level later. */
	while (other &&
	       !(other->task == mine->task && other->cpu == mine->cpu &&
		 other->interrupts == mine->interrupts))
		other = other->next;
	if (!other)
		cache->constructing = mine;
	spin_unlock_irqrestore(&cache->lock, flags);
	return !other;
}

static void slab_construction_end(struct kmem_cache *cache,
				  const struct slab_construction *mine)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	struct slab_construction **link = &cache->constructing;

	while (*link != mine)
		link = &(*link)->next;
	*link = mine->next;
	spin_unlock_irqrestore(&cache->lock, flags);
}

/* Run the constructor over a new slab. Where there will be images, it is seen
 * in them what it has set (slab_debug.c). */
static void slab_construct(struct kmem_cache *cache, struct page *slab,
			   gfp_t gfp)
{
	unsigned long how = SLAB_CTOR_CONSTRUCTOR |
			    (gfp_may_sleep(gfp) ? 0 : SLAB_CTOR_ATOMIC);
	unsigned int objects = slab_shape_of(cache, slab)->objects, i;

	for (i = 0; i < objects; i++) {
		void *object = slab_object(cache, slab, i);

		if (slab_has_image(cache))
			memset(object, SLAB_POISON_FRESH, cache->object_size);
		if (cache->ctor)
			cache->ctor(object);
		else
			cache->old_ctor(object, cache, how);
	}
}

/*
 * Pages for a slab: a block of the normal order if one is at hand, else one of
 * the small order with all that the caller allows. Return: NULL, or a block of
 * *@shape.
 */
static struct page *slab_get_block(struct kmem_cache *cache, gfp_t gfp,
				   const struct slab_shape **shape,
				   unsigned long site)
{
	const struct slab_page_source *source = cache->source;
	struct page *block;
	gfp_t lightly;

	/* Which pages they are, the cache decides; the rest is the caller's. */
	gfp = (gfp & ~(__GFP_KIND_MASK | __GFP_ZERO)) | cache->gfp;
	*shape = &cache->normal;
	if (likely(cache->small.order == cache->normal.order))
		return source->alloc(source, gfp, cache->normal.order, site);
	lightly = (gfp & ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL)) |
		  __GFP_NOWARN | __GFP_NOMEMALLOC;
	block = source->alloc(source, lightly, cache->normal.order, site);
	if (likely(block))
		return block;
	*shape = &cache->small;
	return source->alloc(source, gfp, cache->small.order, site);
}

/* How far the first object lies from the start of the next new slab. */
static u32 slab_next_skip(struct kmem_cache *cache,
			  const struct slab_shape *shape)
{
	u32 colour;

	if (cache->nr_colours == 1 || shape != &cache->normal)
		return shape->skip;
	colour = __atomic_fetch_add(&cache->next_colour, 1, __ATOMIC_RELAXED) %
		 cache->nr_colours;
	return shape->skip + colour * cache->colour_unit;
}

/* A slab that nobody has worked on yet. */
static struct page *slab_make_raw(struct kmem_cache *cache, gfp_t gfp,
				  unsigned long site)
{
	const struct slab_shape *shape;
	struct page *slab, *page, *end;
	u32 first;

	slab = slab_get_block(cache, gfp, &shape, site);
	if (!slab)
		return NULL;
	page_become(slab, PAGE_SLAB, shape->order, PAGE_OWNER_SLAB);
	slab->slab_freelist = NULL;
	first = (u32)(unsigned long)slab_base(slab) +
		slab_next_skip(cache, shape);
	end = slab + (1u << shape->order);
	for (page = slab; page < end; page++) {
		page->slab_first = first;
		page->slab_cache = cache;
	}
	return slab;
}

/* The same, constructed. A constructor that asks for an object of its own cache
 * would ask for a slab, and so for ever: that one gets none. */
static struct page *slab_make_constructed(struct kmem_cache *cache, gfp_t gfp,
					  unsigned long site)
{
	struct slab_construction mine;
	struct page *slab;

	if (!slab_construction_begin(cache, &mine)) {
		slab_report_recursion(cache, site);
		return NULL;
	}
	slab = slab_make_raw(cache, gfp, site);
	if (slab)
		slab_construct(cache, slab, gfp);
	slab_construction_end(cache, &mine);
	return slab;
}

struct page *slab_make(struct kmem_cache *cache, gfp_t gfp, unsigned long site)
{
	struct page *slab;

	if (unlikely(slab_is_constructed(cache)))
		slab = slab_make_constructed(cache, gfp, site);
	else
		slab = slab_make_raw(cache, gfp, site);
	if (unlikely(slab && slab_is_debug(cache)))
		slab_debug_prepare(cache, slab);
	return slab;
}

/* A new slab goes on @list. */
static __always_inline void
slab_enlist(struct kmem_cache *cache, struct page *slab, struct list_head *list)
{
	lockdep_assert_held(&cache->lock);
	list_add(&slab->lru, list);
	WRITE_ONCE(cache->nr_slabs, cache->nr_slabs + 1);
	WRITE_ONCE(cache->nr_objects,
		   cache->nr_objects + slab_shape_of(cache, slab)->objects);
	WRITE_ONCE(cache->nr_pages,
		   cache->nr_pages + (1ul << slab_order(slab)));
}

void slab_join(struct kmem_cache *cache, struct page *slab)
{
	slab_enlist(cache, slab, &cache->empty);
	WRITE_ONCE(cache->nr_empty, cache->nr_empty + 1);
}

unsigned int slab_join_taken(struct kmem_cache *cache, struct page *slab,
			     void **objects)
{
	const struct slab_shape *shape = slab_shape_of(cache, slab);

	slab_enlist(cache, slab, &cache->full);
	slab->slab_inuse = shape->objects;
	slab_fill_row(cache, slab, shape, objects);
	return shape->objects;
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

/*
 * Where the record of @p's frame leads to, if that is part of a slab: to the
 * first object, mostly in the slab's first page. NULL: it leads to no slab that
 * covers the frame. Blocks are disjoint, so one that does is the right one.
 */
static struct page *slab_find_named(const void *p, pfn_t pfn)
{
	u32 first = __atomic_load_n(&pfn_to_page(pfn)->slab_first,
				    __ATOMIC_RELAXED);
	/* Signed: the page's start may lie before the object. */
	long offset = (s32)((u32)(unsigned long)p - first);
	pfn_t at = ((unsigned long)p - PAGE_OFFSET - (unsigned long)offset) >>
		   PAGE_SHIFT;
	struct page *head;
	u8 kind;

	if (at >= max_low_pfn)
		return NULL;
	head = pfn_to_page(at);
	kind = page_kind_racy(head);
	if ((kind & PAGE_STATE_MASK) != PAGE_SLAB ||
	    (pfn - at) >> (kind >> PAGE_ORDER_SHIFT))
		return NULL;
	return head;
}

struct page *slab_find(const void *p)
{
	pfn_t pfn = ((unsigned long)p - PAGE_OFFSET) >> PAGE_SHIFT;
	struct page *head;
	unsigned int order;

	if (pfn >= max_low_pfn)
		return NULL;
	head = slab_find_named(p, pfn);
	if (likely(head))
		return head;
	for (order = 0; order < MAX_ORDER; order++) {
		u8 kind;

		head = pfn_to_page(ALIGN_DOWN(pfn, 1ul << order));
		kind = page_kind_racy(head);
		if ((kind & PAGE_STATE_MASK) == PAGE_NONE)
			continue; /* a tail, perhaps of a block below */
		if ((kind & PAGE_STATE_MASK) != PAGE_SLAB ||
		    kind >> PAGE_ORDER_SHIFT < order)
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
