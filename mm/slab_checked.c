/* SPDX-License-Identifier: MIT */
/*
 * slab_checked.c - requests to debug caches, one object at a time
 *
 * A debug cache has no arrays. slab_debug.c says what is wrong with an object;
 * here it is decided what becomes of it: a damaged object is isolated, one
 * that was freed waits in the quarantine, and if a run of objects was overrun
 * all of them leave the game.
 *
 * Locking: cache->lock.
 */
#include <kernel/bug.h>
#include <mm/slab.h>
#include "slab_internal.h"

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
	const unsigned int objects = slab_shape_of(cache, slab)->objects;
	void *object = slab->slab_freelist, *last = NULL;
	unsigned int kept = 0;

	while (object && slab_object_ok(cache, slab, object) &&
	       slab_index(cache, slab, object) - run->first >= run->count &&
	       kept < objects) {
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
	const unsigned int objects = slab_shape_of(cache, slab)->objects;
	unsigned int lost = objects - slab->slab_inuse -
			    slab_cut_freelist(cache, slab, run);
	unsigned int i;

	WRITE_ONCE(cache->nr_inuse, cache->nr_inuse + lost);
	if (lost)
		slab_count_taken(cache, slab, lost);
	for (i = 0; i < objects; i++) {
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

void *slab_alloc_checked(struct kmem_cache *cache, gfp_t gfp, size_t asked,
			 unsigned long site)
{
	void *object;

	do {
		object = slab_take_checked(cache, asked, site);
	} while (!object && slab_grow(cache, gfp, site));
	return object;
}

/* The quarantine gives its oldest object to the slabs. Lock held. */
static void slab_quarantine_pop(struct kmem_cache *cache)
{
	unsigned int oldest = cache->quarantine_oldest;
	void *object = cache->quarantine[oldest];

	cache->quarantine_oldest = (oldest + 1) % SLAB_QUARANTINE_MAX;
	cache->nr_quarantine--;
	if (slab_is_debug(cache)) {
		/* Overrun while it waited, and nobody has told so yet. */
		if (slab_meta(cache, object)->state != SLAB_OBJECT_WAITING) {
			slab_isolate(cache, object);
			return;
		}
		slab_meta(cache, object)->state = SLAB_OBJECT_FREE;
	}
	slab_put(cache, &object, 1);
}

/* A freed object waits before it may be used again: a late use of the old
 * pointer meets its poison, not another owner. Lock held. */
static void slab_quarantine_push(struct kmem_cache *cache, void *object)
{
	lockdep_assert_held(&cache->lock);
	if (cache->nr_quarantine == SLAB_QUARANTINE_MAX)
		slab_quarantine_pop(cache);
	cache->quarantine[(cache->quarantine_oldest + cache->nr_quarantine++) %
			  SLAB_QUARANTINE_MAX] = object;
	if (slab_is_debug(cache))
		slab_meta(cache, object)->state = SLAB_OBJECT_WAITING;
}

void slab_quarantine_flush(struct kmem_cache *cache)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);

	while (cache->nr_quarantine)
		slab_quarantine_pop(cache);
	spin_unlock_irqrestore(&cache->lock, flags);
}

void slab_free_checked(struct kmem_cache *cache, struct page *slab,
		       void *object, unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	struct slab_run run;

	if (cache->flags & SLAB_REST) {
		slab_quarantine_push(cache, object);
		spin_unlock_irqrestore(&cache->lock, flags);
		return;
	}
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
