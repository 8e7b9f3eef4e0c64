/* SPDX-License-Identifier: MIT */
/*
 * slab_array.c - the CPUs' arrays of free objects, and moving batches
 *
 * The fast paths (slab_internal.h) pop from and push to the array of the CPU
 * they run on. Here is what they leave over: making a CPU's array, filling it
 * when it is empty, emptying it when it is full or when somebody asks.
 *
 * Locking: an array belongs to its CPU, with interrupts off; cache->lock is
 * taken around the slabs.
 */
#include <kernel/bug.h>
#include <kernel/string.h>
#include <mm/slab.h>
#include "slab_internal.h"

struct slab_array slab_array_none;
struct kmem_cache slab_array_caches[2];

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
		slab_put_one(slab_array_cache(cache), array);
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
		slab_put_one(from, array);
}

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

void *slab_alloc_plain(struct kmem_cache *cache, gfp_t gfp, unsigned long site)
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

/* Return: false if @object is the one that was freed last. */
bool slab_free_plain(struct kmem_cache *cache, void *object, unsigned long site)
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
