/* SPDX-License-Identifier: MIT */
/*
 * slab.c - objects: slabs, per-CPU arrays, and the way between them
 *
 * A slab is a block of 2^order pages cut into objects of one size, with
 * nothing else in it: what must be remembered lies in the record of its first
 * page (slab_inuse, slab_objects, slab_freelist, slab_cache, lru), and a free
 * object holds the link to the next one. The other pages' records name the
 * cache only, so that a free finds it from any address with one look-up.
 *
 * A request pops an object from the CPU's array, a free pushes one, with
 * interrupts off and no lock (slab_internal.h). Only when the array is empty
 * or full does it come here: a batch of objects moves between the array and
 * the slabs under the cache's lock. A slab that is all free is taken whole
 * when the array has room: no link is read or written then, and the row in
 * which its objects are handed out begins and strides at random. In a slab
 * that is used in part each free link is stored XORed with the cache's secret
 * and its own address, and checked when it is followed.
 *
 * Debug caches have no arrays: each request comes here, works on one object
 * under the lock, and lets slab_debug.c look at it.
 *
 * Invariants (slab_check() walks them all):
 *   S1  a slab is on the list its slab_inuse says: 0 empty, all full, else
 *       partial; nr_slabs and nr_empty count the lists
 *   S2  its record has state SLAB, the cache's order and objects, and the
 *       cache's address; so have its tails' records the address, state NONE
 *   S3  the links of a partial or full slab lead through objects of that slab,
 *       objects - inuse of them, to NULL; those of an empty one mean nothing
 *   S4  nr_inuse is the sum of slab_inuse
 *   S5  arrays hold aligned objects of slabs of this cache, none twice
 *   S6  nr_inuse >= objects in arrays + isolated + in quarantine
 *   S7  in debug caches red zones, records and poison are whole (isolated
 *       objects excepted)
 *
 * Locking: cache->lock (irq-safe, LOCK_SLAB) guards lists and records; it is
 * dropped before pages are asked for or given back. A CPU's array belongs to
 * that CPU with interrupts off. All of it may be called from interrupts.
 *
 * Not here: building and taking apart caches (slab_cache.c), sizes
 * (kmalloc.c), patterns and records of debug caches (slab_debug.c).
 */
#include <kernel/bug.h>
#include <kernel/random.h>
#include <kernel/string.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include "internal.h"
#include "slab_internal.h"

struct slab_array slab_array_none;
struct kmem_cache slab_array_caches[2];

/* ---- slabs --------------------------------------------------------------- */

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

/* @count more objects of @slab are in use; the caller counts nr_inuse. */
static __always_inline void slab_count_taken(struct kmem_cache *cache,
					     struct page *slab,
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
static unsigned int slab_take(struct kmem_cache *cache, void **objects,
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
static void slab_put(struct kmem_cache *cache, void **objects,
		     unsigned int count)
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

static unsigned long slab_keep_empty(const struct kmem_cache *cache)
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
static struct page *slab_make(struct kmem_cache *cache, gfp_t gfp,
			      unsigned long site)
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
static void slab_join(struct kmem_cache *cache, struct page *slab)
{
	list_add(&slab->lru, &cache->empty);
	cache->nr_empty++;
	cache->nr_slabs++;
}

static bool slab_grow(struct kmem_cache *cache, gfp_t gfp, unsigned long site)
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

/* ---- per-CPU arrays ------------------------------------------------------ */

static struct kmem_cache *slab_array_cache(const struct kmem_cache *cache)
{
	return &slab_array_caches[cache->limit > SLAB_ARRAY_SMALL_ROOM];
}

/* The batch leaves from the bottom: what was freed last is still in the CPU's
 * memory cache. Interrupts are off. */
static void slab_flush(struct kmem_cache *cache, struct slab_array *array,
		       unsigned int count)
{
	spin_lock(&cache->lock);
	slab_put(cache, array->obj, count);
	spin_unlock(&cache->lock);
	array->avail -= count;
	memmove(array->obj, array->obj + count, array->avail * sizeof(void *));
}

void slab_drain_this_cpu(struct kmem_cache *cache)
{
	unsigned long flags = local_irq_save();
	struct slab_array *array = cache->real_array[smp_processor_id()];

	if (array)
		slab_flush(cache, array, (unsigned int)array->avail);
	local_irq_restore(flags);
}

/* Nobody else uses the cache: other CPUs' arrays may be touched. */
void slab_drain_all_cpus(struct kmem_cache *cache)
{
	unsigned int cpu;

	for (cpu = 0; cpu < CONFIG_NR_CPUS; cpu++) {
		struct slab_array *array = cache->real_array[cpu];
		unsigned long flags;

		if (!array)
			continue;
		cache->cpu_array[cpu] = &slab_array_none;
		cache->real_array[cpu] = NULL;
		flags = local_irq_save();
		slab_flush(cache, array, (unsigned int)array->avail);
		local_irq_restore(flags);
		kmem_cache_free(slab_array_cache(cache), array);
	}
}

void slab_ask_cpus_to_drain(struct kmem_cache *cache)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (!cache->real_array[cpu] || cpu == smp_processor_id())
			continue;
		__atomic_or_fetch(&cache->drain_cpus, BIT(cpu),
				  __ATOMIC_RELAXED);
		WRITE_ONCE(cache->cpu_array[cpu], &slab_array_none);
	}
}

void slab_hide_arrays(struct kmem_cache *cache, bool hide)
{
	unsigned int cpu;

	WRITE_ONCE(cache->hide_arrays, hide);
	for_each_possible_cpu(cpu) {
		struct slab_array *array = READ_ONCE(cache->real_array[cpu]);

		WRITE_ONCE(cache->cpu_array[cpu],
			   hide || !array ? &slab_array_none : array);
	}
}

unsigned long slab_arrays_avail(const struct kmem_cache *cache)
{
	unsigned long avail = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		const struct slab_array *array = cache->real_array[cpu];

		avail += array ? READ_ONCE(array->avail) : 0;
	}
	return avail;
}

/* This CPU's array, drained if somebody asked; NULL if there is none yet.
 * Interrupts are off. */
static struct slab_array *slab_this_array(struct kmem_cache *cache)
{
	unsigned int cpu = smp_processor_id();
	struct slab_array *array = cache->real_array[cpu];

	if (!array)
		return NULL;
	if (unlikely(READ_ONCE(cache->drain_cpus) & BIT(cpu))) {
		__atomic_and_fetch(&cache->drain_cpus, ~(u32)BIT(cpu),
				   __ATOMIC_RELAXED);
		slab_flush(cache, array, (unsigned int)array->avail);
	}
	if (!READ_ONCE(cache->hide_arrays))
		cache->cpu_array[cpu] = array;
	return array;
}

/* One object straight from the slabs, or NULL. */
static void *slab_take_one(struct kmem_cache *cache, unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	void *object = NULL;

	slab_take(cache, &object, 1, site);
	spin_unlock_irqrestore(&cache->lock, flags);
	return object;
}

/* Make this CPU's array. Without memory for it the cache works all the same,
 * one object at a time, and tries again next time. */
static void slab_make_array(struct kmem_cache *cache, unsigned long site)
{
	struct kmem_cache *from = slab_array_cache(cache);
	unsigned long flags;
	struct slab_array *array;

	array = slab_take_one(from, site);
	if (!array && slab_grow(from, GFP_NOWAIT | __GFP_NOWARN, site))
		array = slab_take_one(from, site);
	if (!array)
		return;
	array->avail = 0;
	array->limit = cache->limit;
	flags = local_irq_save();
	if (!cache->real_array[smp_processor_id()]) {
		cache->real_array[smp_processor_id()] = array;
		array = NULL;
	}
	local_irq_restore(flags);
	/* Moved to another CPU meanwhile, which has one. */
	if (array)
		kmem_cache_free(from, array);
}

/* ---- slow halves --------------------------------------------------------- */

/*
 * Pop from this CPU's array, filling it from the slabs if need be; @fresh, if
 * not NULL, is one more slab. Return: an object, or NULL.
 */
static void *slab_pop_slow(struct kmem_cache *cache, struct page *fresh,
			   unsigned long site)
{
	unsigned long flags = local_irq_save();
	struct slab_array *array = slab_this_array(cache);
	void *object = NULL;

	spin_lock(&cache->lock);
	if (fresh)
		slab_join(cache, fresh);
	if (!array)
		slab_take(cache, &object, 1, site);
	else if (array->avail == 0)
		array->avail = slab_take(cache, array->obj, cache->batch, site);
	spin_unlock(&cache->lock);
	if (array && array->avail)
		object = array->obj[--array->avail];
	local_irq_restore(flags);
	return object;
}

static bool slab_lacks_array(const struct kmem_cache *cache)
{
	return cache->limit && !cache->real_array[smp_processor_id()];
}

static void *slab_alloc_plain(struct kmem_cache *cache, gfp_t gfp,
			      unsigned long site)
{
	struct page *fresh = NULL;
	void *object;

	if (slab_lacks_array(cache))
		slab_make_array(cache, site);
	do {
		object = slab_pop_slow(cache, fresh, site);
		if (likely(object))
			break;
		/* Another CPU may empty the new slab before we do; each turn
		 * costs pages, so this ends. */
		fresh = slab_make(cache, gfp, site);
	} while (fresh);
	return object;
}

/* Damaged: keep it in use for ever. */
static void slab_isolate(struct kmem_cache *cache, void *object)
{
	lockdep_assert_held(&cache->lock);
	slab_meta(cache, object)->state = SLAB_OBJECT_ISOLATED;
	cache->nr_isolated++;
}

/* Cut a slab's free list before its first object that is in @run, or that the
 * links do not reach. Return: objects that are still on it. */
static unsigned int slab_cut_freelist(struct kmem_cache *cache,
				      struct page *slab,
				      const struct slab_run *run)
{
	const char *base = slab_base(slab);
	void *object = slab->slab_freelist, *last = NULL;
	unsigned int kept = 0;

	while (object && slab_object_ok(cache, base, object) &&
	       slab_index(cache, slab, object) - run->first >= run->count &&
	       kept < cache->objects) {
		last = object;
		object = slab_next(cache, object);
		kept++;
	}
	if (last)
		slab_set_next(cache, last, NULL);
	else
		slab->slab_freelist = NULL;
	return kept;
}

/* Is @object on the free list of @slab, which is sound? */
static bool slab_on_freelist(struct kmem_cache *cache, struct page *slab,
			     const void *object)
{
	void *pos = slab->slab_freelist;
	unsigned int steps;

	for (steps = 0; pos && steps < cache->objects; steps++) {
		if (pos == object)
			return true;
		pos = slab_next(cache, pos);
	}
	return false;
}

/* Isolated objects leave the quarantine. */
static void slab_quarantine_purge(struct kmem_cache *cache)
{
	unsigned int nr = cache->nr_quarantine, i;

	cache->nr_quarantine = 0;
	for (i = 0; i < nr; i++) {
		unsigned int from =
			(cache->quarantine_oldest + i) % SLAB_QUARANTINE_MAX;
		unsigned int to =
			(cache->quarantine_oldest + cache->nr_quarantine) %
			SLAB_QUARANTINE_MAX;

		if (slab_meta(cache, cache->quarantine[from])->state ==
		    SLAB_OBJECT_ISOLATED)
			continue;
		cache->quarantine[to] = cache->quarantine[from];
		cache->nr_quarantine++;
	}
}

/*
 * A run of objects was overrun, their records and links too: whether one was
 * free or in use is not known any more. All of them are isolated, and so is
 * each free object that the links do not reach now.
 */
static void slab_contain_run(struct kmem_cache *cache, struct page *slab,
			     const struct slab_run *run)
{
	unsigned int lost = cache->objects - slab->slab_inuse -
			    slab_cut_freelist(cache, slab, run);
	unsigned int i;

	cache->nr_inuse += lost;
	if (lost)
		slab_count_taken(cache, slab, lost);
	for (i = 0; i < cache->objects; i++) {
		void *object = slab_object(cache, slab, i);

		if (i - run->first < run->count ||
		    (slab_meta(cache, object)->state == SLAB_OBJECT_FREE &&
		     !slab_on_freelist(cache, slab, object)))
			slab_isolate(cache, object);
	}
	slab_quarantine_purge(cache);
}

/* Take a checked object of a debug cache; damaged ones are passed over. */
static void *slab_take_checked(struct kmem_cache *cache, size_t asked,
			       unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	void *object;

	for (;;) {
		object = NULL;
		if (!slab_take(cache, &object, 1, site) ||
		    slab_debug_alloc(cache, object, asked, site))
			break;
		slab_isolate(cache, object);
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	return object;
}

static void *slab_alloc_checked(struct kmem_cache *cache, gfp_t gfp,
				size_t asked, unsigned long site)
{
	void *object;

	do {
		object = slab_take_checked(cache, asked, site);
	} while (!object && slab_grow(cache, gfp, site));
	return object;
}

void *slab_alloc_slow(struct kmem_cache *cache, gfp_t gfp, size_t asked,
		      unsigned long site)
{
	void *object;

	if (gfp_may_sleep(gfp))
		might_sleep_at(asked ? "kmalloc" : cache->name, site);
	if (!cache->private &&
	    fault_should_fail(&fault_slab, site, cache->object_size)) {
		alloc_failure_note_text(
			gfp, site,
			"%s: an object was refused on purpose: "
			"failure injection (failslab=) chose it",
			cache->name);
		return NULL;
	}
	WARN_ON_ONCE(gfp & __GFP_ZERO && cache->ctor);
	if (slab_is_debug(cache))
		object = slab_alloc_checked(cache, gfp, asked, site);
	else
		object = slab_alloc_plain(cache, gfp, site);
	/* Only what was asked for: behind that a red zone may lie. */
	if (object && gfp & __GFP_ZERO && !cache->ctor)
		memset(object, 0, asked ? asked : cache->object_size);
	return object;
}

noinline void *slab_alloc_slow_kernel(struct kmem_cache *cache, size_t asked,
				      unsigned long site)
{
	return slab_alloc_slow(cache, GFP_KERNEL, asked, site);
}

noinline void *slab_alloc_slow_all(struct kmem_cache *cache, gfp_t gfp,
				   unsigned long site)
{
	return slab_alloc_slow(cache, gfp, 0, site);
}

/* The quarantine gives its oldest object to the slabs. Lock held. */
static void slab_quarantine_pop(struct kmem_cache *cache)
{
	unsigned int oldest = cache->quarantine_oldest;
	void *object = cache->quarantine[oldest];

	cache->quarantine_oldest = (oldest + 1) % SLAB_QUARANTINE_MAX;
	cache->nr_quarantine--;
	/* Overrun while it waited, and nobody has told so yet. */
	if (slab_meta(cache, object)->state != SLAB_OBJECT_WAITING) {
		slab_isolate(cache, object);
		return;
	}
	slab_meta(cache, object)->state = SLAB_OBJECT_FREE;
	slab_put(cache, &object, 1);
}

/* A freed object waits before it may be used again: a late use of the old
 * pointer meets its poison, not another owner. Lock held. */
static void slab_quarantine_push(struct kmem_cache *cache, void *object)
{
	if (cache->nr_quarantine == SLAB_QUARANTINE_MAX)
		slab_quarantine_pop(cache);
	cache->quarantine[(cache->quarantine_oldest + cache->nr_quarantine++) %
			  SLAB_QUARANTINE_MAX] = object;
	slab_meta(cache, object)->state = SLAB_OBJECT_WAITING;
}

void slab_quarantine_flush(struct kmem_cache *cache)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);

	while (cache->nr_quarantine)
		slab_quarantine_pop(cache);
	spin_unlock_irqrestore(&cache->lock, flags);
}

static void slab_free_checked(struct kmem_cache *cache, struct page *slab,
			      void *object, unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	struct slab_run run;

	switch (slab_debug_free(cache, slab, object, site, &run)) {
	case SLAB_DEBUG_OK:
		if (cache->flags & SLAB_POISON)
			slab_quarantine_push(cache, object);
		else
			slab_put(cache, &object, 1);
		break;
	case SLAB_DEBUG_RUN: slab_contain_run(cache, slab, &run); break;
	case SLAB_DEBUG_DAMAGED: slab_isolate(cache, object); break;
	case SLAB_DEBUG_REFUSED: break;
	}
	spin_unlock_irqrestore(&cache->lock, flags);
}

/* Return: false if @object is the one that was freed last. */
static bool slab_free_plain(struct kmem_cache *cache, void *object,
			    unsigned long site)
{
	unsigned long flags;
	struct slab_array *array;
	bool twice = false;

	if (slab_lacks_array(cache))
		slab_make_array(cache, site);
	flags = local_irq_save();
	array = slab_this_array(cache);
	if (!array) {
		spin_lock(&cache->lock);
		twice = slab_of(cache, object)->slab_freelist == object;
		if (!twice)
			slab_put(cache, &object, 1);
		spin_unlock(&cache->lock);
	} else if (slab_array_top(array) == object) {
		twice = true;
	} else {
		if (array->avail >= array->limit)
			slab_flush(cache, array, cache->batch);
		array->obj[array->avail++] = object;
	}
	local_irq_restore(flags);
	return !twice;
}

void slab_free_slow(struct kmem_cache *given, void *object, unsigned long site)
{
	struct page *slab = slab_find(object);
	struct kmem_cache *cache;

	if (!slab) {
		slab_report_bad_free(object, site);
		return;
	}
	cache = slab->slab_cache;
	if (given && given != cache) {
		slab_report_wrong_cache(cache, given, object, site);
		return;
	}
	if (!slab_object_ok(cache, slab_base(slab), object)) {
		slab_report_interior(cache, slab, object, site);
		return;
	}
	if (slab_is_debug(cache)) {
		slab_free_checked(cache, slab, object, site);
	} else if (!slab_free_plain(cache, object, site)) {
		slab_report_double_free(cache, object, site);
		return;
	}
	/* Racy look; the function looks again under the lock. */
	if (READ_ONCE(cache->nr_empty) > slab_keep_empty(cache))
		slab_release_empty(cache, slab_keep_empty(cache));
}

/* ---- entry points -------------------------------------------------------- */

void *__kmem_cache_alloc_kernel(struct kmem_cache *cache)
{
	void *object = slab_alloc_kernel(cache);

	if (likely(object))
		return object;
	return slab_alloc_slow_kernel(cache, 0, _RET_IP_);
}

void *__kmem_cache_alloc_nowait(struct kmem_cache *cache, gfp_t gfp)
{
	void *object = slab_alloc_nowait(cache);

	if (likely(object))
		return object;
	return slab_alloc_slow_all(cache, gfp, _RET_IP_);
}

void *__kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	void *object = slab_alloc_any(cache, gfp);

	if (likely(object))
		return object;
	return slab_alloc_slow_all(cache, gfp, _RET_IP_);
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	struct kmem_cache *is;

	if (unlikely(!slab_cache_hint(object, &is) || is != cache)) {
		slab_free_slow(cache, object, _RET_IP_);
		return;
	}
	/* It is of this cache; not naming it frees a register above. */
	if (unlikely(!slab_push(cache, object)))
		slab_free_slow(NULL, object, _RET_IP_);
}
