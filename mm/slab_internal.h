/* SPDX-License-Identifier: MIT */
/*
 * slab_internal.h - what the files of the slab room share
 *
 * Where objects lie in a slab, how free links are stored, and the two fast
 * paths, as inline functions: slab.c and kmalloc.c make their entry points of
 * the same bodies.
 *
 * Room plan, each file calling only those to the right of it:
 *   slab_bulk.c, kmalloc_copy.c -> kmalloc.c -> slab_cache.c -> slab.c -> slab_array.c, slab_checked.c ->
 *   slab_pages.c -> slab_debug.c -> slab_report.c
 */
#ifndef MM_SLAB_INTERNAL_H
#define MM_SLAB_INTERNAL_H

#include <kernel/bug.h>
#include <kernel/percpu.h>
#include <kernel/poison.h>
#include <kernel/preempt.h>
#include <mm/slab.h>
#include "internal.h"

/* No array: nothing to pop, no room to push. Shared by all; never written. */
extern struct slab_array slab_array_none;

/* Of a slab, whose count in the same word another CPU may be changing. */
static __always_inline unsigned int slab_order(const struct page *slab)
{
	return page_kind_racy(slab) >> PAGE_ORDER_SHIFT;
}

/* The shape that a slab has: the normal one, unless no block was free. */
static __always_inline const struct slab_shape *
slab_shape_of(const struct kmem_cache *cache, const struct page *slab)
{
	return likely(slab_order(slab) == cache->normal.order) ?
		       &cache->normal :
		       &cache->small;
}

/*
 * The first object of the slab that @page, any of its pages, belongs to; @near
 * is an address in the same slab: it has the bits that the record has no room
 * for on a 64-bit host.
 */
static __always_inline char *slab_first_near(const struct page *page,
					     const void *near)
{
	u32 offset = (u32)(unsigned long)near - page->slab_first;

	/* Signed: the page's start may lie before the object. */
	return (char *)((unsigned long)near - (unsigned long)(long)(s32)offset);
}

/* The first byte of a slab. */
static __always_inline char *slab_base(const struct page *slab)
{
	return phys_to_virt(page_to_phys(slab));
}

static __always_inline char *slab_first(const struct page *slab)
{
	return slab_first_near(slab, slab_base(slab));
}

/*
 * The record of the slab around @object, which must be of @cache. Red zone
 * apart, the first object lies in the slab's first page (slab_choose_shapes()).
 */
static __always_inline struct page *slab_of(const struct kmem_cache *cache,
					    const void *object)
{
	const struct page *page = virt_to_page(object);

	return virt_to_page(slab_first_near(page, object) -
			    cache->object_offset);
}

static inline void *slab_object(const struct kmem_cache *cache,
				const struct page *slab, unsigned int index)
{
	return slab_first(slab) + index * cache->stride;
}

/* Index of the object around @p, which lies in @slab; that of no object before
 * the first one and behind the last. */
static inline unsigned int slab_index(const struct kmem_cache *cache,
				      const struct page *slab, const void *p)
{
	return ((u32)(unsigned long)p - slab->slab_first) / cache->stride;
}

/*
 * Is @offset, from the first object to an address of the same slab, that of an
 * object? With r = ceil(2^32 / stride) the product of k * stride and r, cut to
 * 32 bits, is k * e, where e is the rounding error r * stride - 2^32; that of
 * any number between two multiples, or of up to a stride below 0, is at least
 * r - e, as long as slabs are at most 2^15 bytes. So the bound (objects - 1) *
 * e + 1 lets multiples pass, and of those only the ones that are objects:
 * behind the last one e > 0, or there would be no tail. (A small slab has fewer
 * objects and no tail.) Larger slabs hold one object: r = 1 and the bound 1 let
 * only 0 pass.
 */
static __always_inline bool slab_offset_ok(const struct kmem_cache *cache,
					   u32 offset)
{
	return offset * cache->reciprocal < cache->offset_bound;
}

/* Does @p point to the start of an object of a slab, with @first its first and
 * of @shape? Any @p. */
static __always_inline bool slab_object_at(const struct kmem_cache *cache,
					   const struct slab_shape *shape,
					   const char *first, const void *p)
{
	unsigned long offset = (unsigned long)p - (unsigned long)first;

	return offset < shape->span && slab_offset_ok(cache, (u32)offset);
}

static inline bool slab_object_ok(const struct kmem_cache *cache,
				  const struct page *slab, const void *p)
{
	return slab_object_at(cache, slab_shape_of(cache, slab),
			      slab_first(slab), p);
}

/* Where the link of a free object lies, and what it holds for @next. */
static __always_inline unsigned long *slab_link(const struct kmem_cache *cache,
						void *object)
{
	return (unsigned long *)((char *)object + cache->link_offset);
}

static __always_inline unsigned long
slab_encode(unsigned long secret, const unsigned long *link, unsigned long next)
{
	return next ^ secret ^ (unsigned long)link;
}

static __always_inline void slab_set_next(const struct kmem_cache *cache,
					  void *object, const void *next)
{
	unsigned long *link = slab_link(cache, object);

	*link = slab_encode(cache->secret, link, (unsigned long)next);
}

static __always_inline void *slab_next(const struct kmem_cache *cache,
				       void *object)
{
	unsigned long *link = slab_link(cache, object);

	return (void *)slab_encode(cache->secret, link, *link);
}

/*
 * The word below the top of the stack: the object freed last; in an empty
 * array the limit, which is no object's address.
 */
static __always_inline void *slab_array_top(const struct slab_array *array)
{
	return ((void *const *)&array->avail)[array->avail + 1];
}

/* Do free objects keep their contents, for whoever looks at them? */
static inline bool slab_is_constructed(const struct kmem_cache *cache)
{
	return cache->ctor || cache->old_ctor;
}

/* True if any request of @cache takes the slow path on purpose. */
static inline bool slab_is_debug(const struct kmem_cache *cache)
{
	return cache->flags & SLAB_DEBUG_FLAGS;
}

/* slab.c: the slow halves. @asked: bytes the caller asked for, 0 for all. */
void *slab_alloc_slow(struct kmem_cache *cache, gfp_t gfp, size_t asked,
		      unsigned long site);
/* The same with what fits in registers: a jump instead of a call. */
void *slab_alloc_slow_kernel(struct kmem_cache *cache, size_t asked,
			     unsigned long site);
void *slab_alloc_slow_all(struct kmem_cache *cache, gfp_t gfp,
			  unsigned long site);
/* @cache: as the caller says; NULL for kfree(). */
void slab_free_slow(struct kmem_cache *cache, void *object, unsigned long site);
/* The slab around any address; NULL if there is none. Follows no pointer. */
struct page *slab_find(const void *p);

/* Who is told of objects on the slow path; NULL: nobody. */
extern const struct slab_watch *slab_watch;

/* A private cache is a test's, and its fast path is not held off. */
static inline void slab_tell_taken(const struct kmem_cache *cache,
				   const void *object, unsigned long site)
{
	const struct slab_watch *watch =
		__atomic_load_n(&slab_watch, __ATOMIC_ACQUIRE);

	if (unlikely(watch) && object && !cache->private)
		watch->taken(object, cache->object_size, site);
}

static inline void slab_tell_given(const struct kmem_cache *cache,
				   const void *object)
{
	const struct slab_watch *watch =
		__atomic_load_n(&slab_watch, __ATOMIC_ACQUIRE);

	if (unlikely(watch) && !cache->private)
		watch->given(object);
}

extern bool (*slab_free_guard)(const void *object, size_t bytes,
			       unsigned long site);

/* Is @object, of @cache, to stay? Then that has been reported. */
static inline bool slab_free_refused(const struct kmem_cache *cache,
				     const void *object, unsigned long site)
{
	bool (*guard)(const void *, size_t, unsigned long) =
		READ_ONCE(slab_free_guard);

	return unlikely(guard) && (guard)(object, cache->object_size, site);
}

/*
 * Pop an object; NULL if the CPU's array has none. Interrupts are off. The
 * barriers keep the count in memory, where it is decremented in place: fewer
 * registers to save on the way in.
 */
static __always_inline void *slab_pop(struct kmem_cache *cache)
{
	struct slab_array *array = cache->cpu_array[smp_processor_id()];
	void *object;

	if (unlikely(array->avail == 0))
		return NULL;
	barrier();
	array->avail--;
	barrier();
	object = array->obj[array->avail];
	/* So the caller's test for NULL is the one above. */
	if (!object)
		unreachable();
	return object;
}

/*
 * The three ways to take an object from the CPU's array; NULL sends the caller
 * to slab_alloc_slow(). GFP_KERNEL: the check whether the caller may sleep
 * comes first and settles that interrupts are on, so nothing need be saved.
 */
static __always_inline void *slab_alloc_kernel(struct kmem_cache *cache)
{
	void *object;

	if (unlikely(in_atomic() || irqs_disabled()))
		return NULL;
	local_irq_disable();
	object = slab_pop(cache);
	local_irq_enable();
	return object;
}

/* Neither sleep nor zero. */
static __always_inline void *slab_alloc_nowait(struct kmem_cache *cache)
{
	unsigned long flags = local_irq_save();
	void *object = slab_pop(cache);

	local_irq_restore(flags);
	return object;
}

/* Any gfp, known only at run time. */
static __always_inline void *slab_alloc_any(struct kmem_cache *cache, gfp_t gfp)
{
	void *object;

	if (!gfp_may_sleep(gfp))
		object = slab_alloc_nowait(cache);
	else
		object = slab_alloc_kernel(cache);
	if (unlikely(gfp & __GFP_ZERO) && likely(object))
		memset(object, 0, cache->object_size);
	return object;
}

/*
 * Push an object that lies in @page, of a slab of @cache. Return: false if
 * something about it is not ordinary: slab_free_slow() will see.
 */
static __always_inline bool slab_push(struct kmem_cache *cache,
				      const struct page *page, void *object)
{
	struct slab_array *array;
	unsigned long flags, avail;
	u32 offset = (u32)(unsigned long)object - page->slab_first;

	if (unlikely(!slab_offset_ok(cache, offset)))
		return false;
	flags = local_irq_save();
	array = cache->cpu_array[smp_processor_id()];
	avail = array->avail;
	if (unlikely(slab_array_top(array) == object ||
		     avail >= array->limit)) {
		local_irq_restore(flags);
		return false;
	}
	array->obj[avail] = object;
	/* Or the sum would be kept in a register of its own. */
	barrier();
	array->avail++;
	local_irq_restore(flags);
	return true;
}

/*
 * The record of @p's frame, whose slab_cache may name a cache; NULL if there is
 * none. Each page of a slab, tails too, names its cache, and no other page has
 * the address of a cache in that word: it is cleared before pages go back.
 */
static __always_inline const struct page *slab_page_hint(const void *p)
{
	pfn_t pfn = ((unsigned long)p - PAGE_OFFSET) >> PAGE_SHIFT;

	const struct page *page;

	if (unlikely(pfn >= max_low_pfn))
		return NULL;
	page = pfn_to_page(pfn);
	/* One register, not two that are added up at each use. */
	OPTIMIZER_HIDE_VAR(page);
	/* So the caller's test for NULL is the one above. */
	if (!page)
		unreachable();
	return page;
}

/*
 * slab_pages.c. Take up to @want objects from the slabs there are, those in use
 * first; put objects back. Context: cache->lock held.
 */
unsigned int slab_take(struct kmem_cache *cache, void **objects,
		       unsigned int want, unsigned long site);
void slab_put(struct kmem_cache *cache, void **objects, unsigned int count);
/* @count more objects of @slab are in use; the caller counts nr_inuse. */
void slab_count_taken(struct kmem_cache *cache, struct page *slab,
		      unsigned int count);
/* A new slab joins the empty ones; or the full ones, with all of its objects
 * taken at once. Return: how many. */
void slab_join(struct kmem_cache *cache, struct page *slab);
unsigned int slab_join_taken(struct kmem_cache *cache, struct page *slab,
			     void **objects);
/* Without the lock: one object, or NULL; one more slab, or NULL; the same,
 * joined. */
void *slab_take_one(struct kmem_cache *cache, unsigned long site);
void slab_put_one(struct kmem_cache *cache, void *object);
struct page *slab_make(struct kmem_cache *cache, gfp_t gfp, unsigned long site);
bool slab_grow(struct kmem_cache *cache, gfp_t gfp, unsigned long site);
/* How many empty slabs are kept for the next burst. */
unsigned long slab_keep_empty(const struct kmem_cache *cache);

/* slab_array.c and slab_checked.c: the two kinds of request, plain and debug.
 * slab_free_plain() returns false if @object is the one that was freed last. */
void *slab_alloc_plain(struct kmem_cache *cache, gfp_t gfp, unsigned long site);
bool slab_free_plain(struct kmem_cache *cache, void *object,
		     unsigned long site);
void *slab_alloc_checked(struct kmem_cache *cache, gfp_t gfp, size_t asked,
			 unsigned long site);
void slab_free_checked(struct kmem_cache *cache, struct page *slab,
		       void *object, unsigned long site);

/* The same files, for slab_cache.c: arrays and slabs as a whole. */
/* Empty every CPU's array, the shared layer. Context: process, interrupts on. */
void slab_drain_cpus(struct kmem_cache *cache);
void slab_drain_shared(struct kmem_cache *cache);
/* Both, and take the arrays away. Nobody uses the cache any more. */
void slab_drop_arrays(struct kmem_cache *cache);
/* Lock held, or nobody knows the cache yet. */
void slab_set_tunables(struct kmem_cache *cache, unsigned int limit,
		       unsigned int batch, unsigned int shared);
/* Release empty slabs until only @keep are left. Return: pages given back. */
unsigned long slab_release_empty(struct kmem_cache *cache, unsigned long keep);
void slab_quarantine_flush(struct kmem_cache *cache);
/* Send all requests of @cache to the slow path, or no longer. Context: any. */
void slab_hide_arrays(struct kmem_cache *cache, bool hide);
/* Objects in the arrays of all CPUs and in the shared layer. Lock held. */
unsigned long slab_arrays_avail(const struct kmem_cache *cache);
/* Caches the arrays come from; built by slab_cache.c. */
extern struct kmem_cache slab_array_caches[2];
/* Room for a batch of whole slabs of 64-byte objects, twice. */
#define SLAB_ARRAY_SMALL_ROOM 24u
#define SLAB_ARRAY_LARGE_ROOM 128u
#define SLAB_ARRAY_BYTES(room) \
	(sizeof(struct slab_array) + (room) * sizeof(void *))

/* kmalloc.c: kmalloc() in somebody else's name. */
void *kmalloc_at(size_t size, gfp_t gfp, unsigned long site);
void *krealloc_at(const void *p, size_t size, gfp_t gfp, unsigned long site);
/* kmalloc_copy.c: likewise; @src and @s are not NULL. */
void *kmemdup_at(const void *src, size_t len, gfp_t gfp, unsigned long site);
char *kmemdup_nul_at(const char *s, size_t len, gfp_t gfp, unsigned long site);
char *kvasprintf_at(gfp_t gfp, const char *fmt, va_list args,
		    unsigned long site);
void *kvmalloc_at(size_t size, gfp_t gfp, unsigned long site);
void *kvrealloc_at(const void *p, size_t old_size, size_t size, gfp_t gfp,
		   unsigned long site);
const char *kstrdup_const_at(const char *s, gfp_t gfp, unsigned long site);
/* slab_cache.c: kmem_cache_create() by whom @site says. */
struct kmem_cache *slab_cache_create(const struct kmem_cache_desc *desc,
				     unsigned long site);
/* slab_cache.c: build a cache that everybody sees. Return: NULL, or what is
 * wrong with the description. */
const char *slab_cache_publish(struct kmem_cache *cache,
			       const struct kmem_cache_desc *desc);
/* The caches of caches and of arrays. */
void slab_caches_boot(void);
/* show_slab.c: tell others how to name slab memory. */
void slab_show_init(void);

/* Memory kept in empty slabs of one cache before pages go back. */
#define SLAB_KEEP_EMPTY_BYTES KIB(64)

/*
 * slab_debug.c. In a debug cache each object is followed by its red zone, its
 * free link and this, and preceded by a red zone.
 */
enum slab_object_state {
	SLAB_OBJECT_FREE = 0x66726565, /* "free": on a free list */
	SLAB_OBJECT_WAITING = 0x77616974, /* in the quarantine */
	SLAB_OBJECT_LIVE = 0x6c697665,
	SLAB_OBJECT_ISOLATED = 0x69736f6c, /* damaged: never used again */
};

struct slab_meta {
	u32 state; /* enum slab_object_state, or smashed */
	u32 asked; /* bytes the owner asked for */
	unsigned long alloc_site, free_site; /* 0: never yet */
};

#define SLAB_POISON_FREE POISON_FREE /* in free objects */
#define SLAB_POISON_FRESH POISON_INUSE /* in objects just handed out */
#define SLAB_REDZONE_BYTE 0xbbu
#define SLAB_REDZONE_BYTES 8u /* each side, at least */

static inline struct slab_meta *slab_meta(const struct kmem_cache *cache,
					  const void *object)
{
	return (struct slab_meta *)((char *)(unsigned long)object +
				    cache->meta_offset);
}

/* The constructed image of an object, for caches with a constructor. */
static inline char *slab_image(const struct kmem_cache *cache,
			       const void *object)
{
	return (char *)(slab_meta(cache, object) + 1);
}

static inline bool slab_has_image(const struct kmem_cache *cache)
{
	return slab_is_constructed(cache) && cache->flags & SLAB_POISON;
}

/* Object contents may be poisoned: not where they are constructed. */
static inline bool slab_has_poison(const struct kmem_cache *cache)
{
	return !slab_is_constructed(cache) && cache->flags & SLAB_POISON;
}

/* Lay out link, red zones, record and image behind the object. Return: the end
 * of all that, from the object's start. */
u32 slab_debug_layout(struct kmem_cache *cache);
/* A new slab: constructed objects get red zones, records and poison. */
void slab_debug_prepare(struct kmem_cache *cache, struct page *slab);
/*
 * Make a free object a live one. Return: false if it was damaged while free:
 * reported, and to be isolated. Context: cache->lock held.
 */
bool slab_debug_alloc(struct kmem_cache *cache, void *object, size_t asked,
		      unsigned long site);

enum slab_debug_verdict {
	SLAB_DEBUG_OK, /* the object is free now */
	SLAB_DEBUG_REFUSED, /* nothing changed */
	SLAB_DEBUG_DAMAGED, /* reported; to be isolated */
	SLAB_DEBUG_RUN, /* and so the objects behind it, see the run */
};

/* Objects [first, first + count) of a slab were overrun. */
struct slab_run {
	unsigned int first, count;
};

/*
 * Look at a live object and make it a free one. Context: cache->lock held.
 * Return: what to do with it; @run is set for SLAB_DEBUG_RUN.
 */
enum slab_debug_verdict slab_debug_free(struct kmem_cache *cache,
					struct page *slab, void *object,
					unsigned long site,
					struct slab_run *run);
/*
 * Is all around @object as it should be? Return: NULL, or what is wrong in a
 * word. Changes and reports nothing.
 */
const char *slab_debug_damage(const struct kmem_cache *cache,
			      const void *object);

/* slab_check.c: is @object in a CPU's array or on its slab's free list? Takes
 * no lock, follows no unchecked link: for people, not for decisions. */
bool slab_object_is_free(const struct kmem_cache *cache,
			 const struct page *slab, const void *object);

/* Is @object on the free list of @slab, which is sound? Lock held. */
static inline bool slab_on_freelist(const struct kmem_cache *cache,
				    const struct page *slab, const void *object)
{
	const unsigned int objects = slab_shape_of(cache, slab)->objects;
	void *pos = slab->slab_freelist;
	unsigned int steps;

	for (steps = 0; pos && steps < objects; steps++) {
		if (pos == object)
			return true;
		pos = slab_next(cache, pos);
	}
	return false;
}

/* slab_report.c: one line each. */
void slab_report_recursion(const struct kmem_cache *cache, unsigned long site);
void slab_report_bad_free(const void *p, unsigned long site);
void slab_report_interior(const struct kmem_cache *cache,
			  const struct page *slab, const void *p,
			  unsigned long site);
void slab_report_wrong_cache(const struct kmem_cache *is,
			     const struct kmem_cache *given, const void *p,
			     unsigned long site);
void slab_report_double_free(const struct kmem_cache *cache, const void *object,
			     unsigned long site);
void slab_report_freelist(const struct kmem_cache *cache, const void *object,
			  unsigned long site);
/* @cache was destroyed: what was asked of it, and with which object. */
void slab_report_dead(const struct kmem_cache *cache, const char *what,
		      const void *object, unsigned long site);
void slab_report_busy(struct kmem_cache *cache, unsigned long live,
		      unsigned long site);

#endif
