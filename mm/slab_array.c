/* SPDX-License-Identifier: MIT */
/*
 * slab_array.c - the CPUs' arrays of free objects, and the shared layer
 *
 * The fast paths (slab_internal.h) pop from and push to the array of the CPU
 * they run on. Here is what they leave over, three steps away from the pages:
 *
 *   a CPU's array <-> the shared layer <-> the slabs
 *
 * A CPU whose array is full exchanges it for an empty one, and a CPU whose array
 * is empty for a full one: a few words change under the cache's lock, and the
 * objects are not looked at. An object that was allocated on another CPU is
 * nothing special: it goes into the array of the CPU that frees it, and comes
 * back in a full one. Only when the shared layer holds all it may, or nothing,
 * does a batch of objects move between the array and the slabs.
 *
 * Arrays are objects of two caches that have no arrays themselves. A cache works
 * without any, one object at a time, until there is memory for one.
 *
 * Locking: an array belongs to its CPU, with interrupts off; a CPU is asked by a
 * call to empty its own. Which array is whose, and the shared layer, change only
 * under cache->lock. No lock of another cache is taken under it.
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/smp.h>
#include <kernel/string.h>
#include <mm/slab.h>
#include "slab_internal.h"

struct slab_array slab_array_none;
struct kmem_cache slab_array_caches[2];

/* ---- arrays as memory ---------------------------------------------------- */

/* A new array for @limit objects; NULL if there is no memory. Not under any
 * cache's lock. */
static struct slab_array *slab_array_alloc(unsigned long limit,
					   unsigned long site)
{
	struct kmem_cache *from =
		&slab_array_caches[limit > SLAB_ARRAY_SMALL_ROOM];
	struct slab_array *array = slab_take_one(from, site);

	if (!array && slab_grow(from, GFP_NOWAIT | __GFP_NOWARN, site))
		array = slab_take_one(from, site);
	if (!array)
		return NULL;
	array->next = NULL;
	array->avail = 0;
	array->limit = limit;
	return array;
}

/* Give a list of empty arrays back. Not under any cache's lock. */
static void slab_arrays_free(struct slab_array *array)
{
	while (array) {
		struct slab_array *next = array->next;

		slab_put_one(virt_to_page(array)->slab_cache, array);
		array = next;
	}
}

/* Objects in an array of any CPU, which may be at work on it. */
static __no_kcsan unsigned long slab_array_avail(const struct slab_array *array)
{
	return array ? READ_ONCE(array->avail) : 0;
}

/* ---- the shared layer; cache->lock held ---------------------------------- */

/* Only arrays of the cache's limit go round; after a change of it others are
 * emptied where they are. */
static bool slab_array_fits(const struct kmem_cache *cache,
			    const struct slab_array *array)
{
	return array->limit == cache->limit;
}

static void slab_shared_push(struct kmem_cache *cache, struct slab_array *full)
{
	full->next = cache->shared;
	cache->shared = full;
	WRITE_ONCE(cache->nr_shared, cache->nr_shared + 1);
}

static void slab_spare_push(struct kmem_cache *cache, struct slab_array *empty)
{
	empty->next = cache->spare;
	WRITE_ONCE(cache->spare, empty);
	cache->nr_spare++;
}

static struct slab_array *slab_spare_pop(struct kmem_cache *cache)
{
	struct slab_array *array = cache->spare;

	if (array) {
		WRITE_ONCE(cache->spare, array->next);
		cache->nr_spare--;
	}
	return array;
}

/* All objects of the shared layer go back to the slabs. Return: its arrays, a
 * list, for slab_arrays_free(). */
static struct slab_array *slab_shared_dissolve(struct kmem_cache *cache)
{
	struct slab_array *arrays;

	lockdep_assert_held(&cache->lock);
	while (cache->shared) {
		struct slab_array *array = cache->shared;

		cache->shared = array->next;
		slab_put(cache, array->obj, (unsigned int)array->avail);
		array->avail = 0;
		slab_spare_push(cache, array);
	}
	arrays = cache->spare;
	WRITE_ONCE(cache->spare, NULL);
	WRITE_ONCE(cache->nr_shared, 0);
	cache->nr_spare = 0;
	return arrays;
}

void slab_drain_shared(struct kmem_cache *cache)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	struct slab_array *arrays = slab_shared_dissolve(cache);

	spin_unlock_irqrestore(&cache->lock, flags);
	slab_arrays_free(arrays);
}

/* ---- this CPU's array; interrupts are off -------------------------------- */

/*
 * From now on requests of this CPU find @array; NULL: none. Somebody may be
 * hiding the arrays at this moment: he sets the flag and then our entry, we set
 * our entry and then look at the flag, so the last word is "none".
 * Context: cache->lock held.
 */
static void slab_install(struct kmem_cache *cache, struct slab_array *array)
{
	unsigned int cpu = smp_processor_id();

	lockdep_assert_held(&cache->lock);
	cache->real_array[cpu] = array;
	__atomic_store_n(&cache->cpu_array[cpu],
			 array && !READ_ONCE(cache->hide_arrays) ?
				 array :
				 &slab_array_none,
			 __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&cache->hide_arrays, __ATOMIC_SEQ_CST))
		WRITE_ONCE(cache->cpu_array[cpu], &slab_array_none);
}

void slab_hide_arrays(struct kmem_cache *cache, bool hide)
{
	unsigned int cpu;

	__atomic_store_n(&cache->hide_arrays, hide, __ATOMIC_SEQ_CST);
	/* Each CPU brings its own back at its next request. */
	for (cpu = 0; cpu < CONFIG_NR_CPUS && hide; cpu++)
		__atomic_store_n(&cache->cpu_array[cpu], &slab_array_none,
				 __ATOMIC_SEQ_CST);
}

/* The batch leaves from the bottom: what was freed last is still in the CPU's
 * memory cache. Lock held. */
static void slab_flush(struct kmem_cache *cache, struct slab_array *array,
		       unsigned long count)
{
	VM_BUG_ON(count > array->avail);
	slab_put(cache, array->obj, (unsigned int)count);
	array->avail -= count;
	memmove(array->obj, array->obj + count, array->avail * sizeof(void *));
}

/* Empty the array of the CPU this runs on; it keeps the array. */
static void slab_drain_this_cpu(void *arg)
{
	struct kmem_cache *cache = arg;
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	struct slab_array *array = cache->real_array[smp_processor_id()];

	if (array)
		slab_flush(cache, array, array->avail);
	spin_unlock_irqrestore(&cache->lock, flags);
}

/* The CPUs that have objects of @cache in their arrays. */
static struct cpumask slab_cpus_with_objects(struct kmem_cache *cache)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	struct cpumask mask = CPU_MASK_NONE;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (slab_array_avail(cache->real_array[cpu]))
			cpumask_set_cpu(cpu, &mask);
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	return mask;
}

void slab_drain_cpus(struct kmem_cache *cache)
{
	struct cpumask mask = slab_cpus_with_objects(cache);

	/* Most caches rest on most CPUs: those are not disturbed. */
	if (!cpumask_empty(&mask))
		on_each_cpu_mask(&mask, slab_drain_this_cpu, cache, true);
}

void slab_drop_arrays(struct kmem_cache *cache)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	struct slab_array *arrays = slab_shared_dissolve(cache);
	unsigned int cpu;

	for (cpu = 0; cpu < CONFIG_NR_CPUS; cpu++) {
		struct slab_array *array = cache->real_array[cpu];

		WRITE_ONCE(cache->cpu_array[cpu], &slab_array_none);
		cache->real_array[cpu] = NULL;
		if (!array)
			continue;
		slab_flush(cache, array, array->avail);
		array->next = arrays;
		arrays = array;
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	slab_arrays_free(arrays);
}

unsigned long slab_arrays_avail(const struct kmem_cache *cache)
{
	unsigned long avail = (unsigned long)cache->nr_shared * cache->limit;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		avail += slab_array_avail(cache->real_array[cpu]);
	return avail;
}

/* Make this CPU's array. Without memory for it the cache works all the same,
 * one object at a time, and tries again next time. */
static void slab_make_array(struct kmem_cache *cache, unsigned long site)
{
	struct slab_array *array;
	unsigned long flags;

	array = slab_array_alloc(READ_ONCE(cache->limit), site);
	if (!array)
		return;
	flags = spin_lock_irqsave(&cache->lock);
	/* Not if we moved to another CPU meanwhile, which has one, nor if
	 * another limit was set. */
	if (!cache->real_array[smp_processor_id()] &&
	    slab_array_fits(cache, array)) {
		slab_install(cache, array);
		array = NULL;
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	slab_arrays_free(array);
}

/* A look: who is moved meanwhile is answered for the CPU of before. */
static bool slab_lacks_array(const struct kmem_cache *cache)
{
	return READ_ONCE(cache->limit) &&
	       !READ_ONCE(cache->real_array[raw_smp_processor_id()]);
}

/* ---- plain requests ------------------------------------------------------ */

/* Objects into this CPU's empty @array: all of a full one, or a batch from the
 * slabs. Return: the array it has now. Lock held. */
static struct slab_array *slab_refill(struct kmem_cache *cache,
				      struct slab_array *array,
				      unsigned long site)
{
	struct slab_array *full = cache->shared;

	lockdep_assert_held(&cache->lock);
	if (!full || !slab_array_fits(cache, array)) {
		unsigned int want = min((unsigned int)cache->batch,
					(unsigned int)array->limit);

		array->avail = slab_take(cache, array->obj, want, site);
		return array;
	}
	cache->shared = full->next;
	WRITE_ONCE(cache->nr_shared, cache->nr_shared - 1);
	slab_spare_push(cache, array);
	slab_install(cache, full);
	return full;
}

/* May this CPU's @array have all of @fresh at once? Not if there are objects in
 * use to be found first. Lock held. */
static bool slab_array_takes(const struct kmem_cache *cache,
			     const struct slab_array *array,
			     const struct page *fresh)
{
	unsigned int objects = slab_shape_of(cache, fresh)->objects;

	return array && array->avail == 0 && objects <= cache->batch &&
	       objects <= array->limit && !cache->shared &&
	       list_empty(&cache->partial);
}

/*
 * Pop from this CPU's array, filling it if need be; @fresh, if not NULL, is one
 * more slab. Return: an object, or NULL.
 */
static void *slab_pop_slow(struct kmem_cache *cache, struct page *fresh,
			   unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	struct slab_array *array = cache->real_array[smp_processor_id()];
	void *object = NULL;

	if (fresh && slab_array_takes(cache, array, fresh))
		array->avail = slab_join_taken(cache, fresh, array->obj);
	else if (fresh)
		slab_join(cache, fresh);
	if (!array) {
		slab_take(cache, &object, 1, site);
	} else {
		if (array->avail == 0)
			array = slab_refill(cache, array, site);
		else
			slab_install(cache, array); /* it was hidden */
		if (array->avail)
			object = array->obj[--array->avail];
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	return object;
}

/* Has this CPU an array, and is there nothing for it anywhere? A look without
 * the lock: who is wrong makes a slab too many, or looks once too often. */
static bool slab_has_nothing(const struct kmem_cache *cache)
{
	unsigned long flags = local_irq_save(); /* the array stays, too */
	const struct slab_array *array = cache->real_array[smp_processor_id()];
	bool nothing = array && !array->avail && !READ_ONCE(cache->nr_shared) &&
		       READ_ONCE(cache->nr_inuse) ==
			       READ_ONCE(cache->nr_objects);

	local_irq_restore(flags);
	return nothing;
}

void *slab_alloc_plain(struct kmem_cache *cache, gfp_t gfp, unsigned long site)
{
	struct page *fresh = NULL;
	void *object;

	if (slab_lacks_array(cache)) {
		slab_make_array(cache, site);
	} else if (slab_has_nothing(cache)) {
		fresh = slab_make(cache, gfp, site);
		if (!fresh)
			return slab_pop_slow(cache, NULL, site);
	}
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

/*
 * Exchange this CPU's full @array for an empty one: one that lies about, or
 * *@spare. Return: the array it has now, which may be the same. Lock held.
 */
static struct slab_array *slab_exchange(struct kmem_cache *cache,
					struct slab_array *array,
					struct slab_array **spare)
{
	struct slab_array *empty;

	lockdep_assert_held(&cache->lock);
	if (cache->nr_shared >= cache->shared_max ||
	    !slab_array_fits(cache, array))
		return array;
	empty = slab_spare_pop(cache);
	if (!empty) {
		empty = *spare;
		if (!empty || !slab_array_fits(cache, empty))
			return array;
		*spare = NULL;
	}
	slab_shared_push(cache, array);
	slab_install(cache, empty);
	return empty;
}

/* Does a full array of this CPU find no empty one to be exchanged for, though
 * the shared layer has room? A look without the lock; but the array is
 * this CPU's to drop, so that it stays while it is looked into. */
static bool slab_lacks_spare(const struct kmem_cache *cache)
{
	unsigned long flags = local_irq_save();
	const struct slab_array *array = cache->real_array[smp_processor_id()];
	bool full = array && array->avail >= array->limit;

	local_irq_restore(flags);
	return full && !READ_ONCE(cache->spare) &&
	       READ_ONCE(cache->nr_shared) < READ_ONCE(cache->shared_max);
}

/* The object into this CPU's array, or to the slabs. Lock held. Return: false
 * if @object is the one that was freed last. */
static bool slab_free_locked(struct kmem_cache *cache, void *object,
			     struct slab_array **spare)
{
	struct slab_array *array = cache->real_array[smp_processor_id()];

	lockdep_assert_held(&cache->lock);
	if (!array) {
		if (slab_of(cache, object)->slab_freelist == object)
			return false;
		slab_put(cache, &object, 1);
		return true;
	}
	if (slab_array_top(array) == object)
		return false;
	if (array->avail >= array->limit) {
		array = slab_exchange(cache, array, spare);
		if (array->avail >= array->limit)
			slab_flush(
				cache, array,
				min((unsigned long)cache->batch, array->avail));
	} else {
		slab_install(cache, array); /* it was hidden */
	}
	array->obj[array->avail++] = object;
	return true;
}

bool slab_free_plain(struct kmem_cache *cache, void *object, unsigned long site)
{
	struct slab_array *spare = NULL;
	unsigned long flags;
	bool good;

	if (slab_lacks_array(cache))
		slab_make_array(cache, site);
	else if (unlikely(slab_lacks_spare(cache)))
		spare = slab_array_alloc(READ_ONCE(cache->limit), site);
	flags = spin_lock_irqsave(&cache->lock);
	good = slab_free_locked(cache, object, &spare);
	spin_unlock_irqrestore(&cache->lock, flags);
	slab_arrays_free(spare);
	return good;
}

/* ---- tunables ------------------------------------------------------------ */

/* Take the array away from the CPU this runs on. */
static void slab_drop_this_array(void *arg)
{
	struct kmem_cache *cache = arg;
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	struct slab_array *array = cache->real_array[smp_processor_id()];

	slab_install(cache, NULL);
	if (array) {
		slab_flush(cache, array, array->avail);
		array->next = NULL;
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	slab_arrays_free(array);
}

void slab_set_tunables(struct kmem_cache *cache, unsigned int limit,
		       unsigned int batch, unsigned int shared)
{
	WRITE_ONCE(cache->limit, (u16)limit);
	cache->batch = (u16)batch;
	cache->shared_factor = (u16)shared;
	WRITE_ONCE(cache->shared_max,
		   (u16)(limit ? shared * batch / limit : 0));
}

int kmem_cache_tune(struct kmem_cache *cache, unsigned int limit,
		    unsigned int batch, unsigned int shared)
{
	struct slab_array *arrays;
	unsigned long flags;

	might_sleep();
	if (!limit || limit > SLAB_LIMIT_MAX || !batch || batch > limit ||
	    shared > SLAB_SHARED_MAX || !READ_ONCE(cache->limit))
		return -EINVAL;
	flags = spin_lock_irqsave(&cache->lock);
	slab_set_tunables(cache, limit, batch, shared);
	arrays = slab_shared_dissolve(cache);
	spin_unlock_irqrestore(&cache->lock, flags);
	slab_arrays_free(arrays);
	/* An array of the old limit that was made just now is dropped, too: it
	 * was put in place before, or sees the new limit and is not. */
	on_each_cpu(slab_drop_this_array, cache, true);
	return 0;
}
