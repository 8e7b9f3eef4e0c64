/* SPDX-License-Identifier: MIT */
/*
 * slab_check.c - the walk over every invariant of a cache
 *
 * The labels S1 to S7 are those at the head of slab.c. A violation is one line
 * "slab: S3 cache=... slab=...: what"; the walk goes on behind it. It changes
 * nothing, follows no link that it has not checked, and every loop is bounded
 * by what the slab can hold.
 *
 * Locking: cache->lock for the whole walk. Arrays are this CPU's to touch, so
 * those of other CPUs are read as they are: exact while they rest.
 */
#define pr_fmt(fmt) "slab: " fmt
#include <kernel/bitmap.h>
#include <kernel/printk.h>
#include <mm/check.h>
#include <mm/slab.h>
#include "internal.h"
#include "slab_internal.h"

/* One walk: whose, and what it has counted so far. */
struct slab_walk {
	struct kmem_cache *cache;
	int violations;
	unsigned long slabs, empty, inuse;
};

static void slab_violation(struct slab_walk *w, const char *label,
			   const void *where, const char *what)
{
	w->violations++;
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
	unsigned int i;

	SLAB_CHECK(w, "S2", slab, page_is(slab, PAGE_SLAB, cache->order));
	SLAB_CHECK(w, "S2", slab, slab->slab_objects == cache->objects);
	SLAB_CHECK(w, "S2", slab, slab->slab_inuse <= cache->objects);
	for (i = 0; i < 1u << cache->order; i++) {
		SLAB_CHECK(w, "S2", &slab[i], slab[i].slab_cache == cache);
		SLAB_CHECK(w, "S2", &slab[i],
			   i == 0 || page_state(&slab[i]) == PAGE_NONE);
	}
}

/* S3: the free list of a slab that is in use. */
static void slab_check_links(struct slab_walk *w, const struct page *slab)
{
	const struct kmem_cache *cache = w->cache;
	const char *base = slab_base(slab);
	unsigned int free = 0;
	void *object = slab->slab_freelist;

	while (object && free <= cache->objects) {
		if (!slab_object_ok(cache, base, object)) {
			slab_violation(w, "S3", object, "link leads astray");
			return;
		}
		object = slab_next(cache, object);
		free++;
	}
	SLAB_CHECK(w, "S3", slab, free + slab->slab_inuse == cache->objects);
}

/* S7: the objects of a slab, as the debug code dressed them. */
static void slab_check_objects(struct slab_walk *w, const struct page *slab)
{
	unsigned int i;

	for (i = 0; i < w->cache->objects; i++) {
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
	switch (list) {
	case SLAB_LIST_EMPTY: return slab->slab_inuse == 0;
	case SLAB_LIST_FULL: return slab->slab_inuse == cache->objects;
	default:
		return slab->slab_inuse > 0 &&
		       slab->slab_inuse < cache->objects;
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
	}
}

/* S5: what a CPU's array holds. */
static void slab_check_array(struct slab_walk *w,
			     const struct slab_array *array)
{
	unsigned long i, j;

	SLAB_CHECK(w, "S5", array, array->limit == w->cache->limit);
	SLAB_CHECK(w, "S5", array, array->avail <= array->limit);
	for (i = 0; i < array->avail && i < w->cache->limit; i++) {
		const void *object = array->obj[i];
		const struct page *slab = slab_find(object);

		if (!slab || slab->slab_cache != w->cache ||
		    !slab_object_ok(w->cache, slab_base(slab), object)) {
			slab_violation(w, "S5", object, "no object of ours");
			continue;
		}
		for (j = 0; j < i; j++)
			SLAB_CHECK(w, "S5", object, array->obj[j] != object);
	}
}

int slab_check(struct kmem_cache *cache)
{
	struct slab_walk w = { .cache = cache };
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	unsigned int cpu;

	slab_check_list(&w, &cache->partial, SLAB_LIST_PARTIAL);
	slab_check_list(&w, &cache->full, SLAB_LIST_FULL);
	slab_check_list(&w, &cache->empty, SLAB_LIST_EMPTY);
	SLAB_CHECK(&w, "S1", cache, w.slabs == cache->nr_slabs);
	SLAB_CHECK(&w, "S1", cache, w.empty == cache->nr_empty);
	SLAB_CHECK(&w, "S4", cache, w.inuse == cache->nr_inuse);
	for_each_possible_cpu(cpu) {
		if (cache->real_array[cpu])
			slab_check_array(&w, cache->real_array[cpu]);
	}
	SLAB_CHECK(&w, "S6", cache,
		   cache->nr_inuse >= slab_arrays_avail(cache) +
					      cache->nr_isolated +
					      cache->nr_quarantine);
	spin_unlock_irqrestore(&cache->lock, flags);
	return w.violations;
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

bool slab_object_is_free(const struct kmem_cache *cache,
			 const struct page *slab, const void *object)
{
	const char *base = slab_base(slab);
	const void *pos = slab->slab_freelist;
	unsigned int cpu, steps;
	unsigned long i;

	if (slab->slab_inuse == 0)
		return true;
	for (steps = 0; steps < cache->objects && pos; steps++) {
		if (pos == object)
			return true;
		if (!slab_object_ok(cache, base, pos))
			break;
		pos = slab_next(cache, (void *)(unsigned long)pos);
	}
	for_each_possible_cpu(cpu) {
		const struct slab_array *array = cache->real_array[cpu];

		for (i = 0; array && i < READ_ONCE(array->avail); i++) {
			if (array->obj[i] == object)
				return true;
		}
	}
	return false;
}
