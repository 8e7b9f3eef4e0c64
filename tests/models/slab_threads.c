/* SPDX-License-Identifier: MIT */
/*
 * slab_threads.c - objects on several CPUs: arrays, the shared layer, slabs
 *
 * Objects of some private caches and of kmalloc() are allocated on one CPU and
 * mostly freed on another, one at a time and in bulk, from threads and from
 * interrupt handlers; caches are shrunk and tuned in between, so that arrays
 * and slabs vanish under CPUs that use them. One cache has a constructor: what
 * it writes must be there whenever an object is handed out.
 */
#include <kernel/string.h>
#include <mm/slab.h>
#include "threads.h"

#define NR_CACHES 5u
#define MAX_HELD 192u
#define BULK 40u
/* At the end of each object of the constructed cache. */
#define CTOR_PATTERN 0x5c
#define CTOR_OFFSET 48u
#define CTOR_BYTES 16u

static const struct cache_kind {
	const char *name;
	size_t size;
	slab_flags_t flags;
} kinds[NR_CACHES] = {
	{ "model-32", 32, 0 },
	{ "model-200", 200, SLAB_HWCACHE_ALIGN },
	{ "model-1024", 1024, 0 },
	{ "model-debug", 72, SLAB_DEBUG_FLAGS },
	{ "model-ctor", CTOR_OFFSET + CTOR_BYTES, 0 },
};
#define CTOR_CACHE 4u

/* Tunables that are set in turn: with and without a shared layer. */
static const struct {
	unsigned int limit, batch, shared;
} tunes[] = { { 128, 64, 8 }, { 16, 4, 0 }, { 7, 7, 3 }, { 48, 24, 16 } };

struct holder {
	void *object[MAX_HELD];
	unsigned int nr;
};

static struct kmem_cache *caches[NR_CACHES];
static struct holder holders[THREADS_MAX_ACTORS];

static void construct(void *object)
{
	memset((char *)object + CTOR_OFFSET, CTOR_PATTERN, CTOR_BYTES);
}

/* --- one object --------------------------------------------------------- */

/* Our cache that @object is from; NULL: it is kmalloc()'s. */
static struct kmem_cache *cache_of(const void *object)
{
	const struct kmem_cache *cache = virt_to_page(object)->slab_cache;
	unsigned int i;

	for (i = 0; i < NR_CACHES; i++) {
		if (caches[i] == cache)
			return caches[i];
	}
	return NULL;
}

/* @bytes of @object are ours; of a constructed one only what lies before the
 * constructor's. */
static void take_over(struct threads_actor *me, void *object, size_t bytes)
{
	struct kmem_cache *cache = cache_of(object);

	me->nr_taken++;
	if (cache && cache == caches[CTOR_CACHE]) {
		bytes = CTOR_OFFSET;
		if (memchr_inv((char *)object + CTOR_OFFSET, CTOR_PATTERN,
			       CTOR_BYTES))
			threads_fail("%p is not as constructed", object);
	}
	threads_own(me, object, bytes);
}

static void free_object(struct threads_actor *me, void *object)
{
	struct kmem_cache *cache = cache_of(object);

	threads_disown(me, object);
	if (cache && threads_draw(me, 2))
		kmem_cache_free(cache, object);
	else
		kfree(object);
}

/* Keep @object, or put it in a box and free what lay there. */
static void hold(struct threads_actor *me, void *object)
{
	struct holder *h = &holders[me->id];

	if (h->nr < MAX_HELD && threads_draw(me, 2)) {
		h->object[h->nr++] = object;
		return;
	}
	object = threads_swap(me, object);
	if (object)
		free_object(me, object);
}

/* --- operations --------------------------------------------------------- */

static void alloc_one(struct threads_actor *me)
{
	unsigned int which = threads_draw(me, 2 * NR_CACHES);
	gfp_t gfp = me->in_irq ? GFP_ATOMIC : GFP_KERNEL;
	size_t bytes;
	void *object;

	if (which < NR_CACHES) {
		object = kmem_cache_alloc(caches[which], gfp | __GFP_NOWARN);
		bytes = kinds[which].size;
	} else {
		bytes = 8 + threads_draw(me, 1u << (4 + threads_draw(me, 10)));
		object = kmalloc(bytes, gfp | __GFP_NOWARN);
	}
	if (!object) {
		me->nr_refused++;
		return;
	}
	take_over(me, object, bytes);
	hold(me, object);
}

static void free_one(struct threads_actor *me)
{
	struct holder *h = &holders[me->id];
	void *object;
	unsigned int i;

	if (!h->nr || !threads_draw(me, 3)) {
		object = threads_swap(me, NULL);
	} else {
		i = threads_draw(me, h->nr);
		object = h->object[i];
		h->object[i] = h->object[--h->nr];
	}
	if (object)
		free_object(me, object);
}

static void bulk_there_and_back(struct threads_actor *me)
{
	unsigned int which = threads_draw(me, NR_CACHES), i, kept = 0;
	size_t nr = 1 + threads_draw(me, BULK);
	void *object[BULK];

	if (!kmem_cache_alloc_bulk(caches[which], GFP_NOWAIT | __GFP_NOWARN, nr,
				   object)) {
		me->nr_refused++;
		return;
	}
	for (i = 0; i < nr; i++)
		take_over(me, object[i], kinds[which].size);
	/* Some go another way. */
	for (i = 0; i < nr; i++) {
		if (threads_draw(me, 4) == 0) {
			hold(me, object[i]);
		} else {
			threads_disown(me, object[i]);
			object[kept++] = object[i];
		}
	}
	kmem_cache_free_bulk(caches[which], kept, object);
}

/* Pull arrays and slabs away under whoever uses them. */
static void disturb(struct threads_actor *me)
{
	struct kmem_cache *cache = caches[threads_draw(me, NR_CACHES)];
	unsigned int i = threads_draw(me, ARRAY_SIZE(tunes));

	if (me->in_irq)
		return;
	switch (threads_draw(me, 4)) {
	case 0: kmem_caches_reap(); break;
	case 1:
		/* Refused for the debug cache, which has no arrays. */
		if (kmem_cache_tune(cache, tunes[i].limit, tunes[i].batch,
				    tunes[i].shared) &&
		    READ_ONCE(cache->limit))
			threads_fail("%s cannot be tuned", cache->name);
		break;
	default: kmem_cache_shrink(cache); break;
	}
}

static void slab_step(struct threads_actor *me)
{
	u32 what = threads_draw(me, 4096);

	if (what < 1980)
		alloc_one(me);
	else if (what < 4040)
		free_one(me);
	else if (what < 4092)
		bulk_there_and_back(me);
	else
		disturb(me);
}

/* --- around ------------------------------------------------------------- */

static void slab_begin(void)
{
	unsigned int i;

	for (i = 0; i < NR_CACHES; i++)
		caches[i] = kmem_cache_create(
			kinds[i].name, kinds[i].size, 0, kinds[i].flags,
			i == CTOR_CACHE ? construct : NULL);
}

static void slab_empty(struct threads_actor *me)
{
	struct holder *h = &holders[me->id];

	while (h->nr)
		free_object(me, h->object[--h->nr]);
}

static void slab_check_last(struct kmem_cache *cache)
{
	struct slab_usage usage;

	slab_usage(cache, &usage);
	if (usage.active_objects)
		threads_fail("%s still has %lu objects", cache->name,
			     usage.active_objects);
	kmem_cache_shrink(cache);
	slab_usage(cache, &usage);
	if (usage.total_slabs)
		threads_fail("%s still has %lu slabs", cache->name,
			     usage.total_slabs);
}

static void slab_check_phase(bool last)
{
	unsigned int i;

	if (slab_check_all())
		threads_fail("a cache is broken");
	for (i = 0; i < NR_CACHES && last; i++) {
		slab_check_last(caches[i]);
		kmem_cache_destroy(caches[i]);
	}
}

const struct threads_model the_threads_model = {
	.name = "slab_threads",
	.begin = slab_begin,
	.step = slab_step,
	.drop = free_object,
	.empty = slab_empty,
	.check = slab_check_phase,
};
