/* SPDX-License-Identifier: MIT */
/*
 * slab.c - objects: slabs, per-CPU arrays, and the way between them
 *
 * A slab is a block of 2^order pages cut into objects of one size, with
 * nothing else in it: what must be remembered lies in the record of its first
 * page (slab_inuse, slab_freelist, lru), and a free object holds the link to
 * the next one. Every page's record names the cache and the first object, so
 * that a free finds both from any address with one look-up. Where that first
 * object lies differs from slab to slab as far as there is slack (its colour):
 * objects of equal index in different slabs do not all fall into the same lines
 * of a CPU's memory cache. If no block of a cache's order is free, a slab may
 * have a smaller one; then all the slack lies before its objects.
 *
 * A request pops an object from the CPU's array, a free pushes one, with
 * interrupts off and no lock (slab_internal.h). Only when the array is empty
 * or full does it come here. Whole arrays are exchanged with the cache's shared
 * layer (slab_array.c), or a batch of objects moves between the array and the
 * slabs, both under the cache's lock. A slab that is all free is taken whole
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
 *       partial; nr_slabs, nr_pages, nr_objects and nr_empty count the lists
 *   S2  its record has state SLAB, one of the cache's two orders, the cache's
 *       address and that of the first object, which leaves room for all; so
 *       have its tails' records the addresses, state NONE
 *   S3  the links of a partial or full slab lead through objects of that slab,
 *       objects - inuse of them, to NULL; those of an empty one mean nothing
 *   S4  nr_inuse is the sum of slab_inuse
 *   S5  arrays hold aligned objects of slabs of this cache, none twice
 *   S6  nr_inuse >= objects in arrays, shared layer and quarantine + isolated
 *   S7  in debug caches red zones, records and poison are whole (isolated
 *       objects excepted)
 *   S8  the shared layer counts its arrays, none but full and empty ones, and
 *       holds no more than it may
 *
 * Locking: cache->lock (irq-safe, LOCK_SLAB) guards lists and records; it is
 * dropped before pages are asked for or given back. A CPU's array belongs to
 * that CPU with interrupts off. All of it may be called from interrupts.
 *
 * Not here: building and taking apart caches (slab_cache.c), sizes
 * (kmalloc.c), patterns and records of debug caches (slab_debug.c).
 */
#include <kernel/bug.h>
#include <kernel/string.h>
#include <mm/fault_inject.h>
#include <mm/slab.h>
#include <mm/sleep_check.h>
#include "slab_internal.h"

void *slab_alloc_slow(struct kmem_cache *cache, gfp_t gfp, size_t asked,
		      unsigned long site)
{
	void *object;

	gfp = gfp_check_sleep(gfp, asked ? "kmalloc" : cache->name, site);
	if (unlikely(cache->flags & SLAB_DEAD)) {
		slab_report_dead(cache, "alloc", NULL, site);
		return NULL;
	}
	if (!cache->private &&
	    fault_should_fail(&fault_slab, site, cache->object_size)) {
		alloc_failure_note_text(
			gfp, site,
			"%s: an object was refused on purpose: "
			"failure injection (failslab=) chose it",
			cache->name);
		return NULL;
	}
	WARN_ON_ONCE(gfp & __GFP_ZERO && slab_is_constructed(cache));
	if (slab_is_debug(cache))
		object = slab_alloc_checked(cache, gfp, asked, site);
	else
		object = slab_alloc_plain(cache, gfp, site);
	/* Only what was asked for: behind that a red zone may lie. */
	if (object && gfp & __GFP_ZERO && !slab_is_constructed(cache))
		memset(object, 0, asked ? asked : cache->object_size);
	slab_tell_taken(cache, object, site);
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

void slab_free_slow(struct kmem_cache *given, void *object, unsigned long site)
{
	struct page *slab = slab_find(object);
	struct kmem_cache *cache;

	if (given && given->flags & SLAB_DEAD) {
		slab_report_dead(given, "free", object, site);
		return;
	}
	if (!slab) {
		slab_report_bad_free(object, site);
		return;
	}
	cache = slab->slab_cache;
	if (given && given != cache) {
		slab_report_wrong_cache(cache, given, object, site);
		return;
	}
	if (!slab_object_ok(cache, slab, object)) {
		slab_report_interior(cache, slab, object, site);
		return;
	}
	if (slab_free_refused(cache, object, site))
		return;
	/* Before it may be somebody else's. */
	slab_tell_given(cache, object);
	if (slab_is_debug(cache) || cache->flags & SLAB_REST) {
		slab_free_checked(cache, slab, object, site);
	} else if (!slab_free_plain(cache, object, site)) {
		slab_report_double_free(cache, object, site);
		return;
	}
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
	const struct page *page = slab_page_hint(object);

	if (unlikely(!page || page->slab_cache != cache)) {
		slab_free_slow(cache, object, _RET_IP_);
		return;
	}
	/* It is of this cache; not naming it frees a register above. */
	if (unlikely(!slab_push(cache, page, object)))
		slab_free_slow(NULL, object, _RET_IP_);
}
