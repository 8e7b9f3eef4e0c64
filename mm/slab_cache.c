/* SPDX-License-Identifier: MIT */
/*
 * slab_cache.c - building caches and taking them apart; the list of all
 *
 * From a description follow the layout of an object, the size of a slab, and
 * how many objects an array holds. Nothing is allocated then: the first slab
 * and each CPU's array come with the first request. So the first caches, of
 * caches and of arrays, are built like any other, in static memory.
 *
 * The order of a slab is the smallest whose tail wastes at most 1/16 with at
 * least 8 objects; else fewer objects or more waste. Slabs of several objects
 * are at most 32 KiB (slab_offset_ok() counts on it).
 *
 * A destroyed cache is marked, and its memory rests for a while before another
 * cache gets it; until then whoever still uses it is told so.
 *
 * Locking: cache_list_lock (LOCK_CACHE_LIST, irq-safe) guards the list. Who
 * walks it pins the cache it stands on and drops the lock; a pinned cache is
 * not taken off the list.
 */
#define pr_fmt(fmt) "slab: " fmt
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/glob.h>
#include <kernel/param.h>
#include <kernel/printk.h>
#include <kernel/random.h>
#include <kernel/rcupdate.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include "slab_internal.h"

#define SLAB_MAX_MULTI_ORDER 3u /* 32 KiB */
#define SLAB_GOOD_OBJECTS 8u

/* The shared layer of one cache: a 1024th of lowmem, within limits, and full
 * arrays, which is enough for a burst of 2000 small objects. */
#define SLAB_SHARED_FRACTION 1024u
#define SLAB_SHARED_MIN_BYTES KIB(32)
#define SLAB_SHARED_MAX_BYTES MIB(1)
#define SLAB_SHARED_ARRAYS 16ul

static struct kmem_cache cache_of_caches;
static LIST_HEAD(cache_list);
static spinlock_t cache_list_lock =
	SPINLOCK_INIT("cache-list", LOCK_CACHE_LIST);

/* From slab_debug=: flags for new caches whose name matches. */
static slab_flags_t debug_flags;
static char debug_glob[SLAB_NAME_BYTES] = "*";
/* Has a cache got them? Written by whoever makes one, to true only. */
static bool debug_glob_met;

static struct page *buddy_alloc(const struct slab_page_source *source,
				gfp_t gfp, unsigned int order,
				unsigned long site)
{
	(void)source;
	return alloc_pages_site(gfp, order, site);
}

static void buddy_free(const struct slab_page_source *source, struct page *page,
		       unsigned int order, unsigned long site)
{
	(void)source;
	__free_pages_site(page, order, site);
}

const struct slab_page_source slab_pages_from_buddy = { .alloc = buddy_alloc,
							.free = buddy_free };

/* ---- the description ----------------------------------------------------- */

/* Return: what is wrong with a name, or NULL. */
static const char *slab_name_fault(const char *name)
{
	size_t len, i;

	if (!name || !*name)
		return "has no name";
	len = strnlen(name, SLAB_NAME_BYTES);
	if (len == SLAB_NAME_BYTES)
		return "name too long";
	for (i = 0; i < len; i++) {
		if ((u8)name[i] <= ' ' || name[i] == 0x7f)
			return "white space in the name";
	}
	return NULL;
}

static const char *slab_desc_fault(const struct kmem_cache_desc *desc)
{
	const char *fault = slab_name_fault(desc->name);

	if (fault)
		return fault;
	if (desc->size == 0)
		return "size 0";
	if (desc->size > KMALLOC_MAX_SIZE)
		return "size too large";
	if (desc->align && !is_power_of_2(desc->align))
		return "alignment no power of two";
	if (desc->align > SLAB_MAX_ALIGN)
		return "alignment too large";
	if (desc->user_part && (desc->useroffset > desc->size ||
				desc->usersize > desc->size - desc->useroffset))
		return "users' part not inside the object";
	if (desc->dtor && !desc->old_ctor)
		return "a destructor without a constructor";
	if (desc->dtor && desc->flags & SLAB_TYPESAFE_BY_RCU)
		return "a destructor, and readers after it";
	return NULL;
}

static void slab_report_args(const struct kmem_cache_desc *desc,
			     const char *fault, unsigned long site)
{
	const struct report_sites sites = { .at = site };
	char name[SLAB_NAME_BYTES];

	strscpy(name, desc->name ? desc->name : "", sizeof(name));
	mm_report("cache-args", &sites, "name=\"%s\" size=%zu align=%zu: %s",
		  name, desc->size, desc->align, fault);
}

/* ---- geometry ------------------------------------------------------------ */

/* A small object shares a cache line with its like, never across its edge. */
static u32 slab_align(const struct kmem_cache_desc *desc)
{
	u32 align = max((u32)desc->align, SLAB_MIN_ALIGN);
	u32 line = L1_CACHE_BYTES;

	if (!(desc->flags & SLAB_HWCACHE_ALIGN))
		return align;
	while (desc->size <= line / 2)
		line /= 2;
	return max(align, line);
}

/* May somebody look at a free object, so that a link must not lie in it? */
static bool slab_keeps_contents(const struct kmem_cache *cache)
{
	return slab_is_constructed(cache) ||
	       cache->flags & (SLAB_TYPESAFE_BY_RCU | SLAB_REST);
}

static void slab_layout(struct kmem_cache *cache)
{
	u32 end = ALIGN(cache->object_size, SLAB_MIN_ALIGN);

	cache->object_offset = 0;
	cache->link_offset = 0;
	if (slab_is_debug(cache)) {
		end = slab_debug_layout(cache);
	} else if (slab_keeps_contents(cache)) {
		cache->link_offset = end;
		end += (u32)sizeof(void *);
	}
	cache->stride = ALIGN(cache->object_offset + end, cache->align);
}

/* Return: whether 2^order pages waste at most a @fraction-th part. */
static bool slab_order_fits(u32 stride, unsigned int order, u32 fraction)
{
	u32 bytes = (u32)PAGE_SIZE << order;

	return bytes >= stride && bytes % stride <= bytes / fraction;
}

static unsigned int slab_choose_order(u32 stride)
{
	unsigned int objects, order;
	u32 fraction;

	for (objects = SLAB_GOOD_OBJECTS; objects > 1; objects--) {
		for (fraction = 16; fraction >= 4; fraction /= 2) {
			order = get_order((unsigned long)objects * stride);
			for (; order <= SLAB_MAX_MULTI_ORDER; order++) {
				if (slab_order_fits(stride, order, fraction))
					return order;
			}
		}
	}
	return get_order(stride);
}

/* Strides through a slab that reach all objects: primes that do not divide
 * their number. */
static void slab_choose_steps(struct slab_shape *shape)
{
	static const u16 primes[] = { 3,  5,  7,  11, 13, 17, 19, 23,
				      29, 31, 37, 41, 43, 47, 53, 59 };
	unsigned int n = 0, i;

	/* At most 6 different primes divide a 16-bit number: 8 are left. */
	for (i = 0; n < ARRAY_SIZE(shape->steps); i++) {
		if (shape->objects == 1 || shape->objects % primes[i] != 0)
			shape->steps[n++] = primes[i] % shape->objects;
	}
}

static void slab_shape(struct slab_shape *shape, u32 stride, unsigned int order)
{
	shape->order = (u8)order;
	shape->objects = (u16)((PAGE_SIZE << order) / stride);
	shape->span = shape->objects * stride;
	slab_choose_steps(shape);
}

/*
 * The shape to fall back to: the smallest order that holds an object. Its slack
 * lies before the objects, and within the first page (slab_of()).
 */
static void slab_choose_small(struct kmem_cache *cache)
{
	unsigned int order = get_order(cache->stride);
	u32 slack = 0;

	for (; order < cache->normal.order; order++) {
		slack = ((u32)PAGE_SIZE << order) % cache->stride;
		if (slack < PAGE_SIZE)
			break;
	}
	cache->small = cache->normal;
	if (order == cache->normal.order)
		return;
	slab_shape(&cache->small, cache->stride, order);
	cache->small.skip = cache->object_offset + slack;
}

/* Places for the first object: as many as there is slack, in the first page. */
static void slab_choose_colours(struct kmem_cache *cache)
{
	u32 bytes = (u32)PAGE_SIZE << cache->normal.order;
	u32 slack = bytes - cache->normal.span;

	cache->colour_unit = max(cache->align, (u32)L1_CACHE_BYTES);
	slack = min(slack, (u32)PAGE_SIZE - 1);
	cache->nr_colours = (u16)(slack / cache->colour_unit + 1);
}

static void slab_choose_shapes(struct kmem_cache *cache)
{
	struct slab_shape *normal = &cache->normal;

	slab_shape(normal, cache->stride, slab_choose_order(cache->stride));
	normal->skip = cache->object_offset;
	slab_choose_small(cache);
	slab_choose_colours(cache);
	cache->reciprocal = 1;
	if (normal->objects > 1)
		cache->reciprocal = U32_MAX / cache->stride + 1;
	/* The error, 2^32 taken off by the word's width; 0 for one object. */
	cache->offset_bound =
		(normal->objects - 1u) * (cache->reciprocal * cache->stride) +
		1;
	BUG_ON(normal->objects > 1 && normal->order > SLAB_MAX_MULTI_ORDER);
}

/* ---- tunables ------------------------------------------------------------ */

/* How many objects an array holds: fewer of the large ones, as on Linux, and
 * whole slabs at a time if they are small. */
static unsigned int slab_choose_batch(const struct kmem_cache *cache)
{
	unsigned int batch = SLAB_ARRAY_LARGE_ROOM / 2;

	if (slab_is_debug(cache) || cache->flags & SLAB_NO_ARRAY)
		return 0;
	if (cache->stride > 32768)
		batch = 1;
	else if (cache->stride > 4096)
		batch = 4;
	else if (cache->stride > 1024)
		batch = SLAB_ARRAY_SMALL_ROOM / 2;
	else if (cache->stride > 256)
		batch = 27;
	BUG_ON(!cache->normal.objects);
	if (batch > cache->normal.objects)
		batch -= batch % cache->normal.objects;
	return batch;
}

/* What one cache may keep in its shared layer: so little of lowmem that all
 * caches together keep some percent, until somebody reaps them. */
static unsigned long slab_shared_bytes(void)
{
	unsigned long bytes = (max_low_pfn / SLAB_SHARED_FRACTION)
			      << PAGE_SHIFT;

	return clamp(bytes, SLAB_SHARED_MIN_BYTES, SLAB_SHARED_MAX_BYTES);
}

static void slab_choose_tunables(struct kmem_cache *cache)
{
	unsigned int batch = slab_choose_batch(cache);
	unsigned long arrays = 0;

	if (batch)
		arrays = slab_shared_bytes() / (2ul * batch * cache->stride);
	slab_set_tunables(cache, 2 * batch, batch,
			  2 * (unsigned int)min(arrays, SLAB_SHARED_ARRAYS));
}

static unsigned long slab_random_word(void)
{
	static struct xorshift64s rng;

	if (!rng.state)
		xorshift64s_seed(&rng, read_cycles());
	return (unsigned long)(xorshift64s_next(&rng) >> 16);
}

static void slab_build(struct kmem_cache *cache,
		       const struct kmem_cache_desc *desc, slab_flags_t flags)
{
	unsigned int cpu;

	/* Readers may look at a free object. */
	if (flags & SLAB_TYPESAFE_BY_RCU)
		flags &= ~SLAB_POISON;
	*cache = (struct kmem_cache){
		.object_size = (u32)desc->size,
		.align = slab_align(desc),
		.useroffset = desc->user_part ? (u32)desc->useroffset : 0,
		.usersize =
			(u32)(desc->user_part ? desc->usersize : desc->size),
		.flags = flags,
		.gfp = (flags & SLAB_CACHE_DMA ? __GFP_DMA : 0) |
		       (flags & SLAB_RECLAIM_ACCOUNT ? __GFP_RECLAIMABLE : 0),
		.secret = slab_random_word(),
		.random = (u32)slab_random_word() | 1,
		.ctor = desc->ctor,
		.old_ctor = desc->old_ctor,
		.dtor = desc->dtor,
		.source = desc->source ? desc->source : &slab_pages_from_buddy,
		.partial = LIST_HEAD_INIT(cache->partial),
		.full = LIST_HEAD_INIT(cache->full),
		.empty = LIST_HEAD_INIT(cache->empty),
		.link = LIST_HEAD_INIT(cache->link),
	};
	strscpy(cache->name, desc->name, sizeof(cache->name));
	spin_lock_init(&cache->lock, cache->name, LOCK_SLAB);
	for (cpu = 0; cpu < CONFIG_NR_CPUS; cpu++)
		cache->cpu_array[cpu] = &slab_array_none;
	slab_layout(cache);
	slab_choose_shapes(cache);
	slab_choose_tunables(cache);
}

int kmem_cache_init(struct kmem_cache *cache,
		    const struct kmem_cache_desc *desc)
{
	const char *fault = slab_desc_fault(desc);

	if (fault) {
		slab_report_args(desc, fault, _RET_IP_);
		return -EINVAL;
	}
	slab_build(cache, desc, desc->flags);
	cache->private = true;
	return 0;
}

/* ---- the list of all caches ---------------------------------------------- */

/* Lock held. */
static bool slab_name_taken(const char *name)
{
	const struct kmem_cache *cache;

	list_for_each_entry(cache, &cache_list, link) {
		if (!strcmp(cache->name, name))
			return true;
	}
	return false;
}

static slab_flags_t slab_debug_flags_for(const struct kmem_cache_desc *desc)
{
	/* The bootstrap caches serve the debug code itself. */
	if (desc->flags & SLAB_NO_ARRAY || !glob_match(debug_glob, desc->name))
		return 0;
	WRITE_ONCE(debug_glob_met, true);
	return debug_flags;
}

const char *slab_debug_unmet(void)
{
	return debug_flags && !READ_ONCE(debug_glob_met) ? debug_glob : NULL;
}

/* Is each request to take the slow path? While some are to fail on purpose it
 * is asked about there; and somebody may want to know of all objects. */
static bool slab_all_slow(void)
{
	return READ_ONCE(fault_slab.active) || READ_ONCE(slab_watch);
}

const char *slab_cache_publish(struct kmem_cache *cache,
			       const struct kmem_cache_desc *desc)
{
	const char *fault = slab_desc_fault(desc);
	unsigned long flags;

	if (fault)
		return fault;
	slab_build(cache, desc, desc->flags | slab_debug_flags_for(desc));
	flags = spin_lock_irqsave(&cache_list_lock);
	cache->hide_arrays = slab_all_slow();
	if (slab_name_taken(cache->name))
		fault = "name in use";
	else
		list_add_tail(&cache->link, &cache_list);
	spin_unlock_irqrestore(&cache_list_lock, flags);
	return fault;
}

static const char no_memory[] = "no memory";

struct kmem_cache *slab_cache_create(const struct kmem_cache_desc *desc,
				     unsigned long site)
{
	const char *fault = slab_desc_fault(desc);
	struct kmem_cache *cache = NULL;

	might_sleep_at("kmem_cache_create", site);
	if (!fault) {
		cache = kmem_cache_alloc(&cache_of_caches, GFP_KERNEL);
		fault = cache ? slab_cache_publish(cache, desc) : no_memory;
	}
	if (!fault)
		return cache;
	if (cache) {
		cache->flags |= SLAB_DEAD;
		kmem_cache_free(&cache_of_caches, cache);
	}
	if (fault != no_memory) /* the pages' allocator has said so */
		slab_report_args(desc, fault, site);
	if (desc->flags & SLAB_PANIC)
		panic("slab: cannot create cache %s: %s", desc->name, fault);
	return NULL;
}

struct kmem_cache *kmem_cache_create(const char *name, size_t size,
				     size_t align, slab_flags_t flags,
				     void (*ctor)(void *object))
{
	const struct kmem_cache_desc desc = { .name = name,
					      .size = size,
					      .align = align,
					      .flags = flags & SLAB_USER_FLAGS,
					      .ctor = ctor };

	return slab_cache_create(&desc, _RET_IP_);
}

struct kmem_cache *kmem_cache_create_usercopy(const char *name, size_t size,
					      size_t align, slab_flags_t flags,
					      size_t useroffset,
					      size_t usersize,
					      void (*ctor)(void *object))
{
	const struct kmem_cache_desc desc = { .name = name,
					      .size = size,
					      .align = align,
					      .flags = flags & SLAB_USER_FLAGS,
					      .user_part = true,
					      .useroffset = useroffset,
					      .usersize = usersize,
					      .ctor = ctor };

	return slab_cache_create(&desc, _RET_IP_);
}

struct kmem_cache *
__kmem_cache_create6(const char *name, size_t size, size_t offset,
		     unsigned long flags,
		     void (*ctor)(void *object, struct kmem_cache *cache,
				  unsigned long flags),
		     void (*dtor)(void *object, struct kmem_cache *cache,
				  unsigned long flags))
{
	const struct kmem_cache_desc desc = { .name = name,
					      .size = size,
					      .align = offset,
					      .flags = (slab_flags_t)flags &
						       SLAB_USER_FLAGS,
					      .old_ctor = ctor,
					      .dtor = dtor };

	return slab_cache_create(&desc, _RET_IP_);
}

/* The cache behind @cache on the list, pinned, and that one unpinned; NULL
 * stands for the list's head. */
static struct kmem_cache *slab_cache_step(struct kmem_cache *cache)
{
	unsigned long flags = spin_lock_irqsave(&cache_list_lock);
	struct list_head *next = cache ? cache->link.next : cache_list.next;

	if (cache)
		cache->pins--;
	cache = NULL;
	if (next != &cache_list) {
		cache = list_entry(next, struct kmem_cache, link);
		cache->pins++;
	}
	spin_unlock_irqrestore(&cache_list_lock, flags);
	return cache;
}

void slab_for_each_cache(void (*fn)(struct kmem_cache *cache, void *arg),
			 void *arg)
{
	struct kmem_cache *cache = NULL;

	while ((cache = slab_cache_step(cache)))
		fn(cache, arg);
}

/* Off the list, if nobody stands on it. */
static bool slab_cache_unlist(struct kmem_cache *cache)
{
	unsigned long flags = spin_lock_irqsave(&cache_list_lock);
	bool free = cache->pins == 0;

	if (free)
		list_del(&cache->link);
	spin_unlock_irqrestore(&cache_list_lock, flags);
	return free;
}

/* ---- taking apart -------------------------------------------------------- */

/* Slabs that only isolated objects keep: declare them empty. */
static void slab_abandon_isolated(struct kmem_cache *cache)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	struct page *slab;

	list_splice_init(&cache->full, &cache->empty);
	list_splice_init(&cache->partial, &cache->empty);
	list_for_each_entry(slab, &cache->empty, lru)
		slab->slab_inuse = 0;
	cache->nr_empty = cache->nr_slabs;
	cache->nr_inuse = 0;
	cache->nr_isolated = 0;
	spin_unlock_irqrestore(&cache->lock, flags);
}

/* Return: 0 and nothing is left, or -EBUSY with a report. */
static int slab_take_apart(struct kmem_cache *cache, unsigned long site)
{
	unsigned long live;

	if (cache->flags & SLAB_DEAD) {
		slab_report_dead(cache, "destroy", NULL, site);
		return -EINVAL;
	}
	slab_drain_cpus(cache);
	slab_drain_shared(cache);
	slab_quarantine_flush(cache);
	live = cache->nr_inuse - cache->nr_isolated;
	if (live) {
		slab_report_busy(cache, live, site);
		return -EBUSY;
	}
	slab_drop_arrays(cache);
	slab_abandon_isolated(cache);
	slab_release_empty(cache, 0);
	return 0;
}

/* Nothing names the cache any more when the slabs that wait for readers are
 * gone, too. Before that nobody may be left who could give one to RCU: a walker
 * that reaps takes it off the cache first. */
static void slab_bury(struct kmem_cache *cache)
{
	if (cache->flags & SLAB_TYPESAFE_BY_RCU)
		rcu_barrier();
	cache->flags |= SLAB_DEAD;
}

int kmem_cache_exit(struct kmem_cache *cache)
{
	int err = slab_take_apart(cache, _RET_IP_);

	if (!err)
		slab_bury(cache);
	return err;
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
	if (!cache)
		return;
	might_sleep();
	if (slab_take_apart(cache, _RET_IP_))
		return;
	/* Somebody looks at it, or reaps it; he may wait for anything. */
	while (!slab_cache_unlist(cache))
		schedule_timeout_uninterruptible(1);
	slab_bury(cache);
	kmem_cache_free(&cache_of_caches, cache);
}

/* ---- giving back what is not in use -------------------------------------- */

static unsigned long slab_cache_shrink(struct kmem_cache *cache)
{
	slab_drain_cpus(cache);
	slab_drain_shared(cache);
	slab_quarantine_flush(cache);
	return slab_release_empty(cache, 0);
}

int kmem_cache_shrink(struct kmem_cache *cache)
{
	might_sleep();
	if (cache->flags & SLAB_DEAD) {
		slab_report_dead(cache, "shrink", NULL, _RET_IP_);
		return 0;
	}
	slab_cache_shrink(cache);
	return READ_ONCE(cache->nr_slabs) != 0;
}
EXPORT_SYMBOL(kmem_cache_shrink);

unsigned long kmem_cache_reap(struct kmem_cache *cache)
{
	might_sleep();
	if (cache->flags & SLAB_DEAD) {
		slab_report_dead(cache, "reap", NULL, _RET_IP_);
		return 0;
	}
	if (cache->flags & (SLAB_NO_REAP | SLAB_REST))
		return 0;
	return slab_cache_shrink(cache);
}

static void slab_reap_one(struct kmem_cache *cache, void *pages)
{
	*(unsigned long *)pages += kmem_cache_reap(cache);
}

unsigned long kmem_caches_reap(void)
{
	unsigned long pages = 0;

	slab_for_each_cache(slab_reap_one, &pages);
	return pages;
}

unsigned int kmem_cache_size(const struct kmem_cache *cache)
{
	return cache->object_size;
}
EXPORT_SYMBOL(kmem_cache_size);

/* ---- boot words and start-up --------------------------------------------- */

/* Letters of slab_debug=. Return: flags, or 0 for an unknown letter. */
static slab_flags_t slab_debug_letter(char letter)
{
	switch (letter) {
	case 'f':
	case 'F': return SLAB_CONSISTENCY_CHECKS;
	case 'z':
	case 'Z': return SLAB_RED_ZONE;
	case 'p':
	case 'P': return SLAB_POISON;
	case 'u':
	case 'U': return SLAB_STORE_USER;
	default: return 0;
	}
}

int slab_set_debug(const char *text)
{
	slab_flags_t flags = 0;
	const char *p = text ? text : "";

	if (*p == '\0' || *p == ',')
		flags = SLAB_DEBUG_FLAGS;
	else if (*p == '-')
		p++;
	for (; *p && *p != ','; p++) {
		if (!slab_debug_letter(*p))
			return -EINVAL;
		flags |= slab_debug_letter(*p);
	}
	if (*p == ',' && strnlen(p + 1, SLAB_NAME_BYTES) == SLAB_NAME_BYTES)
		return -EINVAL;
	debug_flags = flags;
	debug_glob_met = false;
	strscpy(debug_glob, *p == ',' && p[1] ? p + 1 : "*",
		sizeof(debug_glob));
	return 0;
}
KERNEL_PARAM(slab_debug, "slab_debug", slab_set_debug,
	     "=[FZPU][,cache]: check, red-zone, poison objects, store users");

static void slab_hide_one(struct kmem_cache *cache, void *hide)
{
	slab_hide_arrays(cache, *(bool *)hide);
}

static void slab_hide_all(void)
{
	bool hide = slab_all_slow();

	slab_for_each_cache(slab_hide_one, &hide);
}

static void slab_injection_changed(struct fault_attr *attr)
{
	(void)attr;
	slab_hide_all();
}

const struct slab_watch *slab_watch;

void slab_set_watch(const struct slab_watch *watch)
{
	__atomic_store_n(&slab_watch, watch, __ATOMIC_RELEASE);
	slab_hide_all();
}

bool (*slab_free_guard)(const void *object, size_t bytes, unsigned long site);

void slab_set_free_guard(bool (*guard)(const void *object, size_t bytes,
				       unsigned long site))
{
	WRITE_ONCE(slab_free_guard, guard);
}

bool slab_watched(void)
{
	return READ_ONCE(slab_watch);
}

void slab_caches_boot(void)
{
	static const struct kmem_cache_desc boot[] = {
		{ .name = "kmem_cache",
		  .size = sizeof(struct kmem_cache),
		  .align = L1_CACHE_BYTES,
		  .flags = SLAB_NO_ARRAY | SLAB_REST },
		{ .name = "slab_array-24",
		  .size = SLAB_ARRAY_BYTES(SLAB_ARRAY_SMALL_ROOM),
		  .align = L1_CACHE_BYTES,
		  .flags = SLAB_NO_ARRAY },
		{ .name = "slab_array-128",
		  .size = SLAB_ARRAY_BYTES(SLAB_ARRAY_LARGE_ROOM),
		  .align = L1_CACHE_BYTES,
		  .flags = SLAB_NO_ARRAY },
	};
	struct kmem_cache *const caches[] = { &cache_of_caches,
					      &slab_array_caches[0],
					      &slab_array_caches[1] };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(boot); i++)
		BUG_ON(slab_cache_publish(caches[i], &boot[i]));
	fault_slab.changed = slab_injection_changed;
}
