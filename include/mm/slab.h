/* SPDX-License-Identifier: MIT */
/*
 * slab.h - caches of equal objects, and kmalloc() on top of them
 *
 * A cache hands out objects of one size from slabs: blocks of 2^order pages
 * that hold nothing but objects. A CPU keeps a small array of free objects of
 * each cache it uses; nearly every request is a pop from it or a push to it,
 * with interrupts off and no lock. Full arrays wait in the cache's shared layer
 * for a CPU that needs one: so objects that one CPU allocates and another frees
 * go round in whole arrays. What is wrong with a request is found on the way,
 * and told in one line of the report grammar (kernel/bug.h).
 *
 * A cache is an object built from a description: kmem_cache_create() makes one
 * that everybody sees; kmem_cache_init() builds a private one in the caller's
 * memory, on the caller's source of pages.
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include <kernel/cleanup.h>
#include <kernel/list.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/gfp.h>
#include <mm/page.h>

typedef unsigned int slab_flags_t;

/* Flags of a cache; Linux's values where Linux has the name. */
#define SLAB_CONSISTENCY_CHECKS 0x100u /* debug: is the object live? */
#define SLAB_RED_ZONE 0x400u /* debug: guard bytes around each object */
#define SLAB_POISON 0x800u /* debug: a pattern in free objects */
#define SLAB_NO_REAP 0x1000u /* reaping passes the cache over (2.4) */
#define SLAB_HWCACHE_ALIGN 0x2000u /* at a cache line; small ones share it */
#define SLAB_CACHE_DMA 0x4000u /* slabs from ZONE_DMA */
#define SLAB_STORE_USER 0x10000u /* debug: who allocated, who freed */
#define SLAB_RECLAIM_ACCOUNT 0x20000u /* counted as reclaimable */
#define SLAB_PANIC 0x40000u /* a failure to create stops the machine */
#define SLAB_TYPESAFE_BY_RCU 0x80000u /* pages go after a grace period */
#define SLAB_MEM_SPREAD 0u /* there is one node to spread over */
#define SLAB_ACCOUNT 0u /* nobody is billed */
#define SLAB_NO_ARRAY 0x10000000u /* no per-CPU arrays: bootstrap, tests */
#define SLAB_REST 0x20000000u /* freed objects rest, intact: bootstrap */
#define SLAB_DEAD 0x40000000u /* destroyed; set by the room itself */
/* What kmem_cache_create() takes; others are not for everybody. */
#define SLAB_USER_FLAGS 0x0fffffffu

/* Any of these sends each request of the cache to the slow path. */
#define SLAB_DEBUG_FLAGS                                         \
	(SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON | \
	 SLAB_STORE_USER)

#define SLAB_NAME_BYTES 64 /* NUL included */
#define SLAB_MIN_ALIGN 8u
#define SLAB_MAX_ALIGN 8192u
#define SLAB_QUARANTINE_MAX 32u

/* Where a cache gets its slabs from. */
struct slab_page_source {
	/* 2^@order lowmem pages, aligned to their size, state ALLOCATED; or
	 * NULL. Called without a lock; may sleep if @gfp allows it. */
	struct page *(*alloc)(const struct slab_page_source *source, gfp_t gfp,
			      unsigned int order, unsigned long site);
	void (*free)(const struct slab_page_source *source, struct page *page,
		     unsigned int order, unsigned long site);
	void *private;
};

/* The buddy allocator: alloc_pages(). */
extern const struct slab_page_source slab_pages_from_buddy;

/*
 * Free objects of one cache for one CPU, a stack. Only that CPU touches it,
 * with interrupts off. The array's words before obj[] are never an object's
 * address, so that "the word below the top" may be compared without a test.
 */
struct slab_array {
	struct slab_array *next; /* in a list of the shared layer */
	unsigned long avail; /* objects in obj[] */
	unsigned long limit; /* room in obj[] */
	void *obj[];
};
static_assert(offsetof(struct slab_array, obj) ==
		      offsetof(struct slab_array, avail) + 2 * sizeof(void *),
	      "slab_array_top() counts words");

/* How a slab of one order is cut. */
struct slab_shape {
	u8 order;
	u16 objects;
	u16 steps[8]; /* coprime to objects: rows through a slab */
	u32 span; /* bytes from the first object to the end of the last */
	u32 skip; /* from the slab's start to there, but for the colour */
};

struct kmem_cache {
	/*
	 * What the fast paths use. Each CPU reads its own entry; an entry that
	 * points to the empty array sends that CPU's requests to the slow
	 * path: so debugging costs the fast path nothing.
	 */
	u32 reciprocal; /* of stride, see slab_offset_ok() */
	u32 offset_bound;
	u32 object_size; /* bytes the user may use */
	struct slab_array *cpu_array[CONFIG_NR_CPUS];

	/* Set once by kmem_cache_init(), read without a lock. */
	u32 stride; /* bytes from one object to the next */
	u32 object_offset; /* of the first object; > 0: a left red zone */
	u32 link_offset; /* of the free link in an object */
	u32 meta_offset; /* of struct slab_meta; debug caches only */
	struct slab_shape normal; /* of a slab */
	struct slab_shape small; /* while no block of that order is free */
	u16 nr_colours; /* places for the first object; 1: no slack */
	u32 colour_unit; /* bytes from one to the next */
	u32 align;
	u32 useroffset, usersize; /* the part that may be copied to users */
	slab_flags_t flags; /* SLAB_DEAD may come later */
	gfp_t gfp; /* added to each request for pages */
	unsigned long secret; /* free links are stored XORed with it */
	void (*ctor)(void *object);
	/* The old form's: at most one of the two constructors is set. */
	void (*old_ctor)(void *object, struct kmem_cache *cache,
			 unsigned long flags);
	void (*dtor)(void *object, struct kmem_cache *cache,
		     unsigned long flags);
	const struct slab_page_source *source;
	bool private; /* not on the list of all caches */
	u32 next_colour; /* counts up with each slab; atomic */

	/* Each CPU's array, even while cpu_array[] hides it. Made on demand by
	 * that CPU; only it changes the entry, and only under @lock. */
	struct slab_array *real_array[CONFIG_NR_CPUS];
	bool hide_arrays; /* cpu_array[] is to show none */

	/* Guarded by @lock, as are the records of the slabs on the lists. */
	spinlock_t lock;
	/* Tunables: kmem_cache_tune(). */
	u16 limit; /* objects an array holds; 0: the cache has no arrays */
	u16 batch; /* objects moved between an array and the slabs */
	u16 shared_factor; /* the shared layer may hold so many batches, */
	u16 shared_max; /* that is so many full arrays */
	/* The shared layer: arrays that are full, and arrays to swap for them. */
	struct slab_array *shared, *spare;
	unsigned int nr_shared, nr_spare;

	struct list_head partial; /* some objects free */
	struct list_head full; /* none free */
	struct list_head empty; /* all free; their links mean nothing */
	unsigned long nr_slabs;
	unsigned long nr_pages; /* in them */
	unsigned long nr_objects; /* in them */
	unsigned long nr_empty;
	unsigned long nr_inuse; /* sum of slab_inuse */
	unsigned long nr_isolated; /* of those, damaged: never used again */
	u32 random; /* state of the generator for rows */

	/* Constructors at work: records on their stacks. */
	struct slab_construction *constructing;

	/* Debug caches, and the one with SLAB_REST: freed objects wait here;
	 * a ring. In nr_inuse too. */
	void *quarantine[SLAB_QUARANTINE_MAX];
	unsigned int quarantine_oldest;
	unsigned int nr_quarantine;

	/* Guarded by the lock of the list of all caches. */
	struct list_head link; /* in that list */
	unsigned int pins; /* walkers that stand on it */

	char name[SLAB_NAME_BYTES];
};

/* How to build a cache. */
struct kmem_cache_desc {
	const char *name; /* copied; no white space; 1 .. 63 characters */
	size_t size; /* bytes of an object, 1 .. 4 MiB */
	size_t align; /* 0 or a power of two up to SLAB_MAX_ALIGN */
	slab_flags_t flags;
	void (*ctor)(void *object); /* once for each object of a new slab */
	/* The old form's; not with @ctor, and @dtor not alone. */
	void (*old_ctor)(void *object, struct kmem_cache *cache,
			 unsigned long flags);
	void (*dtor)(void *object, struct kmem_cache *cache,
		     unsigned long flags);
	const struct slab_page_source *source; /* NULL: the buddy */
	/* Only this part of an object may be copied from or to users. */
	bool user_part; /* false: all of it */
	size_t useroffset, usersize; /* bytes */
};

/**
 * kmem_cache_create - make a cache of objects of @size bytes
 * @name: shown in /proc/slabinfo; copied; no white space; not in use
 * @size: 1 .. 4 MiB; objects take a multiple of 8 bytes
 * @align: of each object: 0 (8 bytes) or a power of two up to 8 KiB
 * @flags: SLAB_*
 * @ctor: called once for each object when its slab is made, never on each
 *	allocation: objects must be freed in the constructed state. May be NULL.
 *	It must not need memory from its own cache: while a slab is made for it
 *	that makes a "ctor-recursion" report, and there is none.
 *
 * Refused arguments make a "cache-args" report. Caches are never merged.
 * Return: the cache; NULL if refused or out of memory (SLAB_PANIC: no return).
 * Context: may sleep.
 */
struct kmem_cache *__must_check kmem_cache_create(const char *name, size_t size,
						  size_t align,
						  slab_flags_t flags,
						  void (*ctor)(void *object));

/**
 * kmem_cache_create_usercopy - a cache of whose objects users see a part
 * @useroffset, @usersize: bytes of an object that copy_to_user() and
 *	copy_from_user() may touch; a @usersize of 0: none. A part that is not
 *	inside the object is refused
 *
 * A copy of anything else of an object is refused with a report (usercopy). Of an
 * object of kmem_cache_create() all may be copied, as with the drivers of the
 * books; on Linux nothing.
 * Return, Context: as kmem_cache_create().
 */
struct kmem_cache *__must_check kmem_cache_create_usercopy(
	const char *name, size_t size, size_t align, slab_flags_t flags,
	size_t useroffset, size_t usersize, void (*ctor)(void *object));

/* What an old constructor is told: it is one; and it may not sleep. */
#define SLAB_CTOR_CONSTRUCTOR 0x001ul
#define SLAB_CTOR_ATOMIC 0x002ul

/**
 * __kmem_cache_create6 - kmem_cache_create() as Linux had it up to 2.6.21
 * @offset: alignment, 0 the default; 2.2 and 2.4 called it an offset
 * @ctor: (object, cache, SLAB_CTOR_*) for each object when its slab is made,
 *	and again if its memory comes back after @dtor. May be NULL.
 * @dtor: (object, cache, 0) for each object when its slab is given back: by
 *	reaping, shrinking, destroying; never by kmem_cache_free(). Needs @ctor,
 *	as on Linux.
 *
 * linux/slab.h lets kmem_cache_create() with six arguments call this.
 * Return, Context: as kmem_cache_create().
 */
struct kmem_cache *__must_check __kmem_cache_create6(
	const char *name, size_t size, size_t offset, unsigned long flags,
	void (*ctor)(void *object, struct kmem_cache *cache,
		     unsigned long flags),
	void (*dtor)(void *object, struct kmem_cache *cache,
		     unsigned long flags));

/**
 * kmem_cache_destroy - give back all pages of a cache, and the cache
 *
 * With objects still in use it makes a "cache-busy" report, lists who
 * allocated them as far as that is known, and the cache stays as it was. NULL
 * is harmless. Any later use of the pointer makes a "cache-dead" report and
 * changes nothing, for as long as the next SLAB_QUARANTINE_MAX destroyed caches
 * have not followed.
 * Context: may sleep; nobody else may use the cache any more.
 */
void kmem_cache_destroy(struct kmem_cache *cache);

/**
 * kmem_cache_init - build a private cache in the caller's memory
 *
 * Private caches are on no list and in no file; any number may share a name.
 * Return: 0; -EINVAL if the description is refused (one report).
 * Context: any.
 */
int __must_check kmem_cache_init(struct kmem_cache *cache,
				 const struct kmem_cache_desc *desc);

/**
 * kmem_cache_exit - take a private cache apart; as kmem_cache_destroy()
 * Return: 0; -EBUSY if objects are in use (reported; the cache stays).
 */
int kmem_cache_exit(struct kmem_cache *cache);

/**
 * kmem_cache_shrink - give back every page that holds no object in use
 *
 * All CPUs empty their arrays first, by a call from this one.
 * Return: 0 if the cache has no slab left, 1 if it has, as on Linux.
 * Context: may sleep; interrupts on.
 */
int kmem_cache_shrink(struct kmem_cache *cache);

/**
 * kmem_cache_reap - the same for somebody who needs memory elsewhere
 * Return: pages given back; 0 for a cache with SLAB_NO_REAP, which keeps its
 * own. Context: as kmem_cache_shrink().
 */
unsigned long kmem_cache_reap(struct kmem_cache *cache);

/* Reap all caches on the list. Return, Context: as kmem_cache_reap(). */
unsigned long kmem_caches_reap(void);

/**
 * kmem_cache_tune - set the tunables that slabinfo shows
 * @limit: objects a CPU's array holds, 1 .. SLAB_LIMIT_MAX
 * @batch: objects moved at a time between an array and the slabs, 1 .. @limit
 * @shared: batches the shared layer may hold, 0 .. SLAB_SHARED_MAX
 *
 * As writing "NAME LIMIT BATCH SHARED" to /proc/slabinfo does.
 * Return: 0; -EINVAL for figures outside these, or a cache without arrays.
 * Context: as kmem_cache_shrink().
 */
int __must_check kmem_cache_tune(struct kmem_cache *cache, unsigned int limit,
				 unsigned int batch, unsigned int shared);
#define SLAB_LIMIT_MAX 128u
#define SLAB_SHARED_MAX 64u

/* Bytes of an object that its owner may use. */
unsigned int kmem_cache_size(const struct kmem_cache *cache);

#define KMEM_CACHE(type, flags)                       \
	kmem_cache_create(#type, sizeof(struct type), \
			  __alignof__(struct type), flags, NULL)

#define KMEM_CACHE_USERCOPY(type, flags, field)                     \
	kmem_cache_create_usercopy(#type, sizeof(struct type),      \
				   __alignof__(struct type), flags, \
				   offsetof(struct type, field),    \
				   sizeof_field(struct type, field), NULL)

/* The bodies of kmem_cache_alloc(): GFP_KERNEL; no sleep, no zero; any. */
void *__must_check __malloc __kmem_cache_alloc_kernel(struct kmem_cache *cache);
void *__must_check __malloc __kmem_cache_alloc_nowait(struct kmem_cache *cache,
						      gfp_t gfp);
void *__must_check __malloc __kmem_cache_alloc(struct kmem_cache *cache,
					       gfp_t gfp);

/**
 * kmem_cache_alloc - take an object
 * @gfp: what may be done to find memory; __GFP_ZERO clears the object (not for
 *	caches with a constructor). Zone bits are the cache's affair.
 *
 * Return: the object, aligned as the cache says; NULL if there is no memory.
 * Context: any. Sleeps only with __GFP_DIRECT_RECLAIM, and is reported if the
 * caller may not, whether or not it would have slept this time.
 */
static __always_inline void *__must_check
kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	if (__builtin_constant_p(gfp)) {
		if (gfp == GFP_KERNEL)
			return __kmem_cache_alloc_kernel(cache);
		if (!(gfp & (__GFP_DIRECT_RECLAIM | __GFP_ZERO)))
			return __kmem_cache_alloc_nowait(cache, gfp);
	}
	return __kmem_cache_alloc(cache, gfp);
}

static __always_inline void *__must_check
kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp)
{
	return __kmem_cache_alloc(cache, gfp | __GFP_ZERO);
}

/**
 * kmem_cache_free - give an object back
 *
 * An object of another cache, a pointer into an object, the object that was
 * freed last, anything that is no object: each is reported, nothing changes.
 * Context: any.
 */
void kmem_cache_free(struct kmem_cache *cache, void *object);

/**
 * kmem_cache_alloc_bulk - take @nr objects at once
 * @objects: set to them; undefined if there are too few
 *
 * Return: @nr; 0 if there is no memory for all of them: then none is taken.
 * Context: as kmem_cache_alloc().
 */
int __must_check kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp,
				       size_t nr, void **objects);

/**
 * kmem_cache_free_bulk - give @nr objects back
 * @cache: NULL: each to its own; kfree_bulk()
 *
 * Each is looked at as by kmem_cache_free(). Context: any.
 */
void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **objects);

static __always_inline void kfree_bulk(size_t nr, void **objects)
{
	kmem_cache_free_bulk(NULL, nr, objects);
}

/*
 * kmalloc: memory by size. Up to KMALLOC_MAX_CACHE_SIZE from the cache of the
 * next size class, above that whole pages.
 */
#define KMALLOC_CLASSES(X) \
	X(8, "8")          \
	X(16, "16")        \
	X(32, "32")        \
	X(64, "64")        \
	X(96, "96")        \
	X(128, "128")      \
	X(192, "192")      \
	X(256, "256")      \
	X(512, "512")      \
	X(1024, "1k")      \
	X(2048, "2k")      \
	X(4096, "4k")      \
	X(8192, "8k")
#define KMALLOC_COUNT_1(size, name) +1
#define NR_KMALLOC_CLASSES (0 KMALLOC_CLASSES(KMALLOC_COUNT_1))
#define KMALLOC_MAX_CACHE_SIZE 8192ul
#define KMALLOC_MAX_SIZE (PAGE_SIZE << (MAX_ORDER - 1))

enum kmalloc_type { KMALLOC_NORMAL, KMALLOC_DMA, NR_KMALLOC_TYPES };

extern struct kmem_cache kmalloc_caches[NR_KMALLOC_TYPES][NR_KMALLOC_CLASSES];

/* What kmalloc(0) returns: no object, not NULL; touching it faults (page 0 is
 * not mapped), freeing it is harmless. */
#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(p) ((unsigned long)(p) <= (unsigned long)ZERO_SIZE_PTR)

/* Class of a size 1 .. KMALLOC_MAX_CACHE_SIZE; folds for a constant. */
static __always_inline unsigned int kmalloc_index(size_t size)
{
	if (size <= 64)
		return size <= 8 ? 0 : size <= 16 ? 1 : size <= 32 ? 2 : 3;
	if (size <= 192)
		return size <= 96 ? 4 : size <= 128 ? 5 : 6;
	return ilog2(size - 1); /* 193..256: 7, and so on */
}

/* Bytes of a class: the inverse of kmalloc_index(). */
static __always_inline size_t kmalloc_class_size(unsigned int index)
{
	if (index <= 3)
		return (size_t)8 << index;
	if (index <= 6)
		return index == 4 ? 96 : index == 5 ? 128 : 192;
	return (size_t)2 << index;
}

/* The bodies of kmalloc(): as above; by class; any size; whole pages. */
void *__must_check __malloc __kmalloc_kernel(struct kmem_cache *cache,
					     size_t size);
void *__must_check __malloc __kmalloc_nowait(struct kmem_cache *cache,
					     size_t size, gfp_t gfp);
void *__must_check __malloc __kmalloc_class(struct kmem_cache *cache,
					    size_t size, gfp_t gfp);
void *__must_check __malloc __kmalloc(size_t size, gfp_t gfp);
void *__must_check __malloc kmalloc_large(size_t size, gfp_t gfp);

/* Clear what was asked for, and no more: behind it a red zone may lie. @size is
 * a constant. */
static __always_inline void kmalloc_clear(void *p, size_t size)
{
	if (size % 4 == 0)
		clear_words(p, size);
	else
		memset(p, 0, size);
}

/* kmalloc() with a size the compiler knows: the class is found by it. */
static __always_inline void *__must_check kmalloc_constant(size_t size,
							   gfp_t gfp)
{
	unsigned int index = kmalloc_index(size);
	struct kmem_cache *cache =
		&kmalloc_caches[gfp & __GFP_DMA ? KMALLOC_DMA : KMALLOC_NORMAL]
			       [index];
	void *p;

	if (!__builtin_constant_p(gfp))
		return __kmalloc_class(cache, size, gfp);
	if ((gfp & ~(__GFP_ZERO | __GFP_DMA)) == GFP_KERNEL) {
		p = __kmalloc_kernel(cache, size);
		if (gfp & __GFP_ZERO && p)
			kmalloc_clear(p, size);
		return p;
	}
	if (!(gfp & (__GFP_DIRECT_RECLAIM | __GFP_ZERO)))
		return __kmalloc_nowait(cache, size, gfp);
	return __kmalloc_class(cache, size, gfp);
}

/**
 * kmalloc - allocate @size bytes of lowmem
 * @size: 0 .. KMALLOC_MAX_SIZE (4 MiB)
 * @gfp: what may be done to find memory; GFP_DMA puts it below 16 MiB
 *
 * Physically contiguous; aligned to 8 bytes at least, and to its size if that
 * is a power of two. Contents are undefined unless @gfp has __GFP_ZERO.
 *
 * Return: the memory; ZERO_SIZE_PTR for size 0; NULL if there is none, or the
 * size is too large (silent where rounding it up to pages would wrap).
 * Context: any; as kmem_cache_alloc().
 */
static __always_inline void *__must_check kmalloc(size_t size, gfp_t gfp)
{
	if (__builtin_constant_p(size)) {
		if (size == 0)
			return ZERO_SIZE_PTR;
		if (size > KMALLOC_MAX_CACHE_SIZE)
			return kmalloc_large(size, gfp);
		return kmalloc_constant(size, gfp);
	}
	return __kmalloc(size, gfp);
}

static __always_inline void *__must_check kzalloc(size_t size, gfp_t gfp)
{
	return kmalloc(size, gfp | __GFP_ZERO);
}

/* @n elements of @size bytes: NULL if the product does not fit. */
static __always_inline void *__must_check kmalloc_array(size_t n, size_t size,
							gfp_t gfp)
{
	size_t bytes;

	if (unlikely(__builtin_mul_overflow(n, size, &bytes)))
		return NULL;
	return kmalloc(bytes, gfp);
}

static __always_inline void *__must_check kcalloc(size_t n, size_t size,
						  gfp_t gfp)
{
	return kmalloc_array(n, size, gfp | __GFP_ZERO);
}

/* The same as without _node: there is one node. */
#define kmalloc_node(size, gfp, node) ((void)(node), kmalloc(size, gfp))
#define kzalloc_node(size, gfp, node) ((void)(node), kzalloc(size, gfp))
#define kmalloc_array_node(n, size, gfp, node) \
	((void)(node), kmalloc_array(n, size, gfp))
#define kcalloc_node(n, size, gfp, node) ((void)(node), kcalloc(n, size, gfp))
#define kmem_cache_alloc_node(cache, gfp, node) \
	((void)(node), kmem_cache_alloc(cache, gfp))
#define kvmalloc_node(size, gfp, node) ((void)(node), kvmalloc(size, gfp))
#define kvzalloc_node(size, gfp, node) ((void)(node), kvzalloc(size, gfp))

/**
 * kfree - free what kmalloc() and its kin returned; any cache's object too
 *
 * NULL and ZERO_SIZE_PTR are harmless. What is neither is reported and left
 * alone. Never fails, never allocates.
 * Context: any.
 */
void kfree(const void *p);

/**
 * krealloc - give @p another size, keeping what fits of its contents
 * @p: NULL: as kmalloc(); @size 0: frees @p, returns ZERO_SIZE_PTR
 *
 * Return: the memory, moved or not; NULL if there is none: @p stays valid.
 */
void *__must_check krealloc(const void *p, size_t size, gfp_t gfp);

/* As krealloc() for an array; NULL if @n * @size does not fit. */
void *__must_check krealloc_array(void *p, size_t n, size_t size, gfp_t gfp);

/* Bytes that may be used at @p, at least what was asked for; 0 for NULL and
 * ZERO_SIZE_PTR. */
size_t ksize(const void *p);

/* Copies; NULL if @src is NULL or there is no memory. */
void *__must_check __malloc kmemdup(const void *src, size_t len, gfp_t gfp);
char *__must_check __malloc kstrdup(const char *s, gfp_t gfp);
char *__must_check __malloc kstrndup(const char *s, size_t max, gfp_t gfp);
/* @len bytes, and a NUL behind them. */
char *__must_check __malloc kmemdup_nul(const char *s, size_t len, gfp_t gfp);

/* A text made by a format, as long as it comes; NULL if there is no memory. */
char *__must_check __malloc __printf(2, 3)
	kasprintf(gfp_t gfp, const char *fmt, ...);
char *__must_check __malloc kvasprintf(gfp_t gfp, const char *fmt,
				       va_list args);

/**
 * kstrdup_const - a copy of @s, or @s itself if it is a constant of the kernel's
 *
 * A constant of a module is copied: it goes with the module.
 * Return: for kfree_const(), not kfree(); NULL if @s is or there is no memory.
 */
const char *__must_check kstrdup_const(const char *s, gfp_t gfp);
void kfree_const(const void *p);

/* kfree() of a secret: all that may be used at @p is cleared first. */
void kfree_sensitive(const void *p);

/**
 * kvmalloc - memory that need not be contiguous physically
 *
 * From kmalloc() if that has it without trying hard, else from vmalloc().
 * @gfp: GFP_KERNEL and its like; one that may not sleep gets kmalloc() only.
 * Return: as kmalloc(); give it to kvfree().
 * Context: as kmalloc(); above a page it may sleep whenever @gfp allows.
 */
void *__must_check __malloc kvmalloc(size_t size, gfp_t gfp);

static __always_inline void *__must_check kvzalloc(size_t size, gfp_t gfp)
{
	return kvmalloc(size, gfp | __GFP_ZERO);
}

/* @n elements of @size bytes: NULL if the product does not fit. */
void *__must_check __malloc kvmalloc_array(size_t n, size_t size, gfp_t gfp);

static __always_inline void *__must_check kvcalloc(size_t n, size_t size,
						   gfp_t gfp)
{
	return kvmalloc_array(n, size, gfp | __GFP_ZERO);
}

/**
 * kvrealloc - a larger one for @p, of kvmalloc() or NULL, with its contents
 * @old_size: what was asked for when it was made; 0 for NULL
 *
 * Return: @p itself if @size is not more than that; NULL if there is no memory,
 * and then @p stays. Context: as kvmalloc().
 */
void *__must_check kvrealloc(const void *p, size_t old_size, size_t size,
			     gfp_t gfp);

/* What kvmalloc(), kmalloc() or vmalloc() returned. Context: as vfree() for the
 * last; else any. */
void kvfree(const void *p);

/* A variable's memory goes with the variable (kernel/cleanup.h). */
DEFINE_FREE(kfree, void *, kfree(_T))
DEFINE_FREE(kvfree, void *, kvfree(_T))

/**
 * slab_init - bring caches and kmalloc() to life
 * Context: boot, once, after alloc_pages() works and params_parse() has run.
 */
#ifndef MODULE /* whose own init may be called so */
void slab_init(void);
#endif
/* False before slab_init(). */
bool slab_is_available(void);

/**
 * slab_set_debug - debug flags for the caches that are created from now on
 * @text: what slab_debug= takes: letters of F (checks) Z (red zones) P
 *	(poison) U (users), nothing for all, "-" for none; then perhaps a comma
 *	and a cache name with * and ?
 * Return: 0; -EINVAL if there is another letter (nothing changes).
 */
int slab_set_debug(const char *text);

/* The name or pattern that the last slab_set_debug() was given, if no cache made
 * since has got the flags by it; else NULL. Context: any. */
const char *slab_debug_unmet(void);

/**
 * slab_check - check every invariant of a cache (slab.c lists them)
 *
 * Prints each violation by its label and changes nothing. Other CPUs may use the
 * cache: what seems wrong is looked at again while they stand still.
 * Return: the number of violations. Context: any; with interrupts off nobody is
 * stopped, and other CPUs must not use the cache meanwhile.
 */
int slab_check(struct kmem_cache *cache);
/* All caches on the list. */
int slab_check_all(void);

/* Figures of a cache, as slabinfo shows them. */
struct slab_usage {
	unsigned long active_objects; /* handed out */
	unsigned long total_objects;
	unsigned long
		active_slabs; /* with an object handed out or in an array */
	unsigned long total_slabs;
	unsigned long total_pages;
	unsigned long shared_objects; /* in the shared layer */
	unsigned long isolated_objects; /* damaged, out of use */
};
void slab_usage(struct kmem_cache *cache, struct slab_usage *usage);

/* Who wants to know of every object of every cache on the list. */
struct slab_watch {
	/* @object of @bytes was handed out to the caller at @site. Both are
	 * called in any context, with no lock of slab's held, and may not use
	 * caches. */
	void (*taken)(const void *object, size_t bytes, unsigned long site);
	/* It is about to be given back. Not all that were taken before somebody
	 * watched, and not all that bulk calls move. */
	void (*given)(const void *object);
};

/**
 * slab_set_watch - tell @watch of each object from now on; NULL: nobody
 *
 * All requests take the slow path meanwhile. A CPU that is in the middle of one
 * may call the old one once more. Context: may sleep.
 */
void slab_set_watch(const struct slab_watch *watch);
bool slab_watched(void);

/**
 * slab_set_free_guard - who may say that an object cannot be freed yet
 * @guard: asked before an object is freed, with no lock of slab's held, in any
 *	context. Return: true, after a report: it stays allocated for good.
 *	NULL: nobody is asked.
 *
 * Asked about what a module frees by itself (not in bulk, by RCU or krealloc()),
 * and about all that takes the slow path: debug caches always do, others now and
 * then. The fast path pays nothing.
 * Context: any.
 */
void slab_set_free_guard(bool (*guard)(const void *object, size_t bytes,
				       unsigned long site));

/* Call @fn for each cache on the list, in the order of creation. No lock is
 * held meanwhile: the cache is pinned, so @fn must not destroy it. Context:
 * any, if @fn is for any. */
void slab_for_each_cache(void (*fn)(struct kmem_cache *cache, void *arg),
			 void *arg);

#endif
