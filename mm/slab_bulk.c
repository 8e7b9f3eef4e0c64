/* SPDX-License-Identifier: MIT */
/*
 * slab_bulk.c - many objects at once
 *
 * A row of objects comes out of the CPU's array by one copy, and only what the
 * array lacks is asked for one by one. A free looks at each object, as any free
 * does, so there is nothing to save but the call.
 *
 * Locking: none here.
 */
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/slab.h>
#include "slab_internal.h"

/* Pop up to @nr objects of this CPU's array. Return: how many. */
static size_t slab_pop_many(struct kmem_cache *cache, size_t nr, void **objects)
{
	unsigned long flags = local_irq_save();
	struct slab_array *array = cache->cpu_array[smp_processor_id()];
	size_t n = min(nr, (size_t)array->avail);

	if (n) {
		array->avail -= n;
		memcpy(objects, array->obj + array->avail, n * sizeof(void *));
	}
	local_irq_restore(flags);
	return n;
}

int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t nr,
			  void **objects)
{
	size_t got = 0, i;

	if (gfp_may_sleep(gfp))
		might_sleep();
	while (got < nr) {
		got += slab_pop_many(cache, nr - got, objects + got);
		if (got == nr)
			break;
		/* The slow way fills the array, too. */
		objects[got] =
			slab_alloc_slow(cache, gfp & ~__GFP_ZERO, 0, _RET_IP_);
		if (!objects[got]) {
			kmem_cache_free_bulk(cache, got, objects);
			return 0;
		}
		got++;
	}
	for (i = 0; gfp & __GFP_ZERO && i < nr; i++)
		memset(objects[i], 0, cache->object_size);
	return (int)nr;
}

void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **objects)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		if (cache)
			kmem_cache_free(cache, objects[i]);
		else
			kfree(objects[i]);
	}
}
