/* SPDX-License-Identifier: MIT */
/*
 * slab_check.c - the walk over every invariant of a cache
 *
 * The labels S1 to S8 are those at the head of slab.c. A violation is one line
 * "slab: S3 cache=... slab=...: what"; the walk goes on behind it. It changes
 * nothing, follows no link that it has not checked, and every loop is bounded
 * by what the slab can hold.
 *
 * Locking: cache->lock for the whole walk. Arrays belong to their CPUs, which
 * change them without it: under the walker's eyes an object goes from one array
 * to another, and is counted twice. So the first walk says nothing. What seems
 * wrong to it is looked at again while all other CPUs stand still; there is
 * only the lock to be had then, which is always taken with interrupts off.
 */
#define pr_fmt(fmt) "slab: " fmt
#include <kernel/bitmap.h>
#include <kernel/printk.h>
#include <kernel/smp.h>
#include <mm/check.h>
#include <mm/slab.h>
#include "slab_internal.h"

/* One walk: whose, and what it has counted so far. */
struct slab_walk {
	struct kmem_cache *cache;
	bool quiet; /* others change the arrays: it may not be true */
	int violations;
	unsigned long slabs, pages, objects, empty, inuse;
};

static void slab_violation(struct slab_walk *w, const char *label,
			   const void *where, const char *what)
{
	w->violations++;
	if (w->quiet)
		return;
	pr_err("%s cache=%s at=%p: %s\n", label, w->cache->name, where, what);
}

#define SLAB_CHECK(w, label, where, cond)                       \
	do {                                                    \
		if (!(cond))                                    \
			slab_violation(w, label, where, #cond); \
	} while (0)

/* S2: the records of a slab's pages. */
static void slab_check_records(struct slab_walk *w, const struct page *slab)
{
	const struct kmem_cache *cache = w->cache;
	const struct slab_shape *shape = slab_shape_of(cache, slab);
	u32 skip = slab->slab_first - (u32)(unsigned long)slab_base(slab);
	unsigned int i;

	SLAB_CHECK(w, "S2", slab, page_is(slab, PAGE_SLAB, shape->order));
	SLAB_CHECK(w, "S2", slab, slab->slab_inuse <= shape->objects);
	SLAB_CHECK(w, "S2", slab, skip >= shape->skip);
	SLAB_CHECK(w, "S2", slab,
		   skip + shape->span <=
			   (PAGE_SIZE << shape->order) + cache->object_offset);
	for (i = 0; i < 1u << shape->order; i++) {
		SLAB_CHECK(w, "S2", &slab[i],
			   slab[i].slab_first == slab->slab_first);
		SLAB_CHECK(w, "S2", &slab[i], slab[i].slab_cache == cache);
		SLAB_CHECK(w, "S2", &slab[i],
			   i == 0 || page_state(&slab[i]) == PAGE_NONE);
	}
}

/* S3: the free list of a slab that is in use. */
static void slab_check_links(struct slab_walk *w, const struct page *slab)
{
	const struct kmem_cache *cache = w->cache;
	const unsigned int objects = slab_shape_of(cache, slab)->objects;
	unsigned int free = 0;
	void *object = slab->slab_freelist;

	while (object && free <= objects) {
		if (!slab_object_ok(cache, slab, object)) {
			slab_violation(w, "S3", object, "link leads astray");
			return;
		}
		object = slab_next(cache, object);
		free++;
	}
	SLAB_CHECK(w, "S3", slab, free + slab->slab_inuse == objects);
}

/* S7: the objects of a slab, as the debug code dressed them. */
static void slab_check_objects(struct slab_walk *w, const struct page *slab)
{
	const unsigned int objects = slab_shape_of(w->cache, slab)->objects;
	unsigned int i;

	for (i = 0; i < objects; i++) {
		const void *object = slab_object(w->cache, slab, i);
		const char *damage = slab_debug_damage(w->cache, object);

		if (damage)
			slab_violation(w, "S7", object, damage);
	}
}

enum slab_list { SLAB_LIST_PARTIAL, SLAB_LIST_FULL, SLAB_LIST_EMPTY };

static bool slab_belongs(const struct kmem_cache *cache,
			 const struct page *slab, enum slab_list list)
{
	const unsigned int objects = slab_shape_of(cache, slab)->objects;

	switch (list) {
	case SLAB_LIST_EMPTY: return slab->slab_inuse == 0;
	case SLAB_LIST_FULL: return slab->slab_inuse == objects;
	default: return slab->slab_inuse > 0 && slab->slab_inuse < objects;
	}
}

static void slab_check_list(struct slab_walk *w, const struct list_head *head,
			    enum slab_list list)
{
	const struct page *slab;

	list_for_each_entry(slab, head, lru) {
		if (++w->slabs > w->cache->nr_slabs) {
			slab_violation(w, "S1", slab,
				       "more slabs than counted");
			return;
		}
		SLAB_CHECK(w, "S1", slab, slab_belongs(w->cache, slab, list));
		slab_check_records(w, slab);
		if (list == SLAB_LIST_EMPTY)
			w->empty++;
		else
			slab_check_links(w, slab);
		if (slab_is_debug(w->cache))
			slab_check_objects(w, slab);
		w->inuse += slab->slab_inuse;
		w->objects += slab_shape_of(w->cache, slab)->objects;
		w->pages += 1ul << slab_order(slab);
	}
}

/* S5: what an array holds. */
static void slab_check_array(struct slab_walk *w,
			     const struct slab_array *array)
{
	unsigned long i, j;

	SLAB_CHECK(w, "S5", array, array->limit <= SLAB_LIMIT_MAX);
	SLAB_CHECK(w, "S5", array, array->avail <= array->limit);
	for (i = 0; i < array->avail && i < SLAB_LIMIT_MAX; i++) {
		const void *object = array->obj[i];
		const struct page *slab = slab_find(object);

		if (!slab || slab->slab_cache != w->cache ||
		    !slab_object_ok(w->cache, slab, object)) {
			slab_violation(w, "S5", object, "no object of ours");
			continue;
		}
		for (j = 0; j < i; j++)
			SLAB_CHECK(w, "S5", object, array->obj[j] != object);
	}
}

/* S8: the shared layer: full arrays, and empty ones. */
static void slab_check_shared(struct slab_walk *w)
{
	const struct kmem_cache *cache = w->cache;
	const struct slab_array *array;
	unsigned int shared = 0, spare = 0;

	for (array = cache->shared; array && shared <= cache->nr_shared;
	     array = array->next) {
		shared++;
		SLAB_CHECK(w, "S8", array, array->limit == cache->limit);
		SLAB_CHECK(w, "S8", array, array->avail == array->limit);
		slab_check_array(w, array);
	}
	for (array = cache->spare; array && spare <= cache->nr_spare;
	     array = array->next) {
		spare++;
		SLAB_CHECK(w, "S8", array, array->limit == cache->limit);
		SLAB_CHECK(w, "S8", array, array->avail == 0);
	}
	SLAB_CHECK(w, "S8", cache, shared == cache->nr_shared);
	SLAB_CHECK(w, "S8", cache, spare == cache->nr_spare);
	SLAB_CHECK(w, "S8", cache, cache->nr_shared <= cache->shared_max);
}

static void slab_walk(struct slab_walk *w)
{
	struct kmem_cache *cache = w->cache;
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	unsigned int cpu;

	slab_check_list(w, &cache->partial, SLAB_LIST_PARTIAL);
	slab_check_list(w, &cache->full, SLAB_LIST_FULL);
	slab_check_list(w, &cache->empty, SLAB_LIST_EMPTY);
	SLAB_CHECK(w, "S1", cache, w->slabs == cache->nr_slabs);
	SLAB_CHECK(w, "S1", cache, w->pages == cache->nr_pages);
	SLAB_CHECK(w, "S1", cache, w->objects == cache->nr_objects);
	SLAB_CHECK(w, "S1", cache, w->empty == cache->nr_empty);
	SLAB_CHECK(w, "S4", cache, w->inuse == cache->nr_inuse);
	for_each_possible_cpu(cpu) {
		if (cache->real_array[cpu])
			slab_check_array(w, cache->real_array[cpu]);
	}
	slab_check_shared(w);
	SLAB_CHECK(w, "S6", cache,
		   cache->nr_inuse >= slab_arrays_avail(cache) +
					      cache->nr_isolated +
					      cache->nr_quarantine);
	spin_unlock_irqrestore(&cache->lock, flags);
}

/* While nothing moves. */
static void slab_walk_aloud(void *walk)
{
	slab_walk(walk);
}

int slab_check(struct kmem_cache *cache)
{
	struct slab_walk look = { .cache = cache, .quiet = true };
	struct slab_walk again = { .cache = cache };

	slab_walk(&look);
	if (look.violations)
		stop_others(slab_walk_aloud, &again);
	return again.violations;
}

static void slab_check_one(struct kmem_cache *cache, void *violations)
{
	*(int *)violations += slab_check(cache);
}

int slab_check_all(void)
{
	int violations = 0;

	slab_for_each_cache(slab_check_one, &violations);
	return violations;
}
MM_CHECK(slab, "slab", slab_check_all);

static bool slab_array_has(const struct slab_array *array, const void *object)
{
	unsigned long i;

	for (i = 0; i < READ_ONCE(array->avail) && i < SLAB_LIMIT_MAX; i++) {
		if (array->obj[i] == object)
			return true;
	}
	return false;
}

bool slab_object_is_free(const struct kmem_cache *cache,
			 const struct page *slab, const void *object)
{
	const unsigned int objects = slab_shape_of(cache, slab)->objects;
	const void *pos = slab->slab_freelist;
	const struct slab_array *array;
	unsigned int cpu, steps;

	if (slab->slab_inuse == 0)
		return true;
	for (steps = 0; steps < objects && pos; steps++) {
		if (pos == object)
			return true;
		if (!slab_object_ok(cache, slab, pos))
			break;
		pos = slab_next(cache, (void *)(unsigned long)pos);
	}
	for_each_possible_cpu(cpu) {
		array = cache->real_array[cpu];
		if (array && slab_array_has(array, object))
			return true;
	}
	array = cache->shared;
	for (steps = cache->nr_shared; steps && array; steps--) {
		if (slab_array_has(array, object))
			return true;
		array = array->next;
	}
	return false;
}
