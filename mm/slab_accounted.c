/* SPDX-License-Identifier: MIT */
/*
 * slab_accounted.c - kmalloc() and caches as modules get them: with records
 *
 * Each function here has the contract of the one whose name it is exported
 * under, asks by the same call site, and beside that puts the object on record
 * or takes it off. Records are objects of a cache of their own, found by the
 * object's address in a table of lists. Who gets no memory for a record gets
 * the object all the same; it is only counted.
 *
 * Where the kernel takes an object of a module over (the name of a device's
 * file, a sequence's private memory, an array of vmap()) it says so with
 * accounted_forget(). Elsewhere it frees what it got itself. Should a record be
 * left behind, it says nothing wrong as long as the slab, which is asked in the
 * end, has the object free; or a leak is told that is none.
 *
 * Whole pages and vmalloc areas are not kept here: they know who has them.
 *
 * Invariants:
 *   A1  a record is on the list of its object's address, once
 *   A2  nr_known is the length of all lists
 *
 * Locking: accounted_lock, irq-safe, rank ALLOCINFO, guards lists and counters;
 * nothing is called with it held. All but start and take: any context.
 */
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/spinlock.h>
#include <asm/processor.h>
#include <mm/addr.h>
#include <mm/rcu_free.h>
#include <mm/slab.h>
#include <mm/slab_accounted.h>
#include <mm/user_copies.h>
#include <mm/vmalloc.h>
#include "slab_internal.h"

/* 16 KiB of heads: a module with 15,000 objects makes lists of 4. */
#define BUCKETS 4096u

struct accounted {
	struct accounted *next;
	const void *object;
	unsigned long site;
};

static spinlock_t accounted_lock = SPINLOCK_INIT("accounted", LOCK_ALLOCINFO);
static struct accounted **buckets; /* [BUCKETS]; NULL: no module yet */
static struct kmem_cache *record_cache;
static unsigned long nr_known, nr_missed;

int accounted_start(void)
{
	if (buckets)
		return 0;
	if (!record_cache)
		record_cache = KMEM_CACHE(accounted, 0);
	if (!record_cache)
		return -ENOMEM;
	buckets = kcalloc(BUCKETS, sizeof(*buckets), GFP_KERNEL);
	return buckets ? 0 : -ENOMEM;
}

void accounted_count(unsigned long *known, unsigned long *missed)
{
	*known = READ_ONCE(nr_known);
	*missed = READ_ONCE(nr_missed);
}

/* --- records ----------------------------------------------------------------- */

static struct accounted **bucket_of(const void *object)
{
	unsigned long at = (unsigned long)object;

	/* Objects are multiples of 8 or more; the low bits say little. */
	return &buckets[(at >> 3 ^ at >> 12) % BUCKETS];
}

/* Off its list; NULL if there is none. Lock held. */
static struct accounted *record_unlink(const void *object)
{
	struct accounted **link = bucket_of(object);

	while (*link) {
		struct accounted *r = *link;

		if (r->object == object) {
			*link = r->next;
			nr_known--;
			return r;
		}
		link = &r->next;
	}
	return NULL;
}

/* Lock held. */
static void record_link(struct accounted *r)
{
	struct accounted **bucket = bucket_of(r->object);

	r->next = *bucket;
	*bucket = r;
	nr_known++;
}

/* @object is @site's. One of old may be there: somebody else's, who gave the
 * object back unseen. Return: @object. */
static void *taken(void *object, unsigned long site)
{
	struct accounted *r, *old;
	unsigned long flags;

	if (!buckets || !slab_find(object))
		return object;
	r = kmem_cache_alloc(record_cache, GFP_NOWAIT | __GFP_NOWARN);
	flags = spin_lock_irqsave(&accounted_lock);
	old = record_unlink(object);
	if (!r) {
		nr_missed++;
	} else {
		*r = (struct accounted){ .object = object, .site = site };
		record_link(r);
	}
	spin_unlock_irqrestore(&accounted_lock, flags);
	if (old)
		kmem_cache_free(record_cache, old);
	return object;
}

void accounted_note(const void *object, unsigned long site)
{
	(void)taken((void *)object, site);
}

/* Is an object, that a module is about to free, to stay (reported)? */
static bool refused(const void *object, unsigned long site)
{
	struct page *slab;

	if (likely(!READ_ONCE(slab_free_guard)) || ZERO_OR_NULL_PTR(object))
		return false;
	slab = slab_find(object);
	return slab && slab_free_refused(slab->slab_cache, object, site);
}

/* The record of @object, off its list; NULL: there is none. */
static struct accounted *record_take(const void *object)
{
	struct accounted *r;
	unsigned long flags;

	if (!buckets || ZERO_OR_NULL_PTR(object))
		return NULL;
	flags = spin_lock_irqsave(&accounted_lock);
	r = record_unlink(object);
	spin_unlock_irqrestore(&accounted_lock, flags);
	return r;
}

static void record_give_back(struct accounted *r)
{
	unsigned long flags = spin_lock_irqsave(&accounted_lock);

	record_link(r);
	spin_unlock_irqrestore(&accounted_lock, flags);
}

/* Before it is freed: then it may be somebody else's at once. */
void accounted_forget(const void *object)
{
	struct accounted *r = record_take(object);

	if (r)
		kmem_cache_free(record_cache, r);
}

/* --- when the owner goes -------------------------------------------------------- */

/* All records of the owner, off their lists; chained. */
static struct accounted *records_of(bool (*is_owners)(const void *owner,
						      unsigned long site),
				    const void *owner)
{
	struct accounted *chain = NULL;
	unsigned int i;

	for (i = 0; i < BUCKETS; i++) {
		unsigned long flags = spin_lock_irqsave(&accounted_lock);
		struct accounted **link = &buckets[i], *r;

		while ((r = *link)) {
			if (!is_owners(owner, r->site)) {
				link = &r->next;
				continue;
			}
			*link = r->next;
			nr_known--;
			r->next = chain;
			chain = r;
		}
		spin_unlock_irqrestore(&accounted_lock, flags);
	}
	return chain;
}

/* Return: rows there are now. */
static unsigned int row_add(struct accounted_row *rows, unsigned int nr,
			    unsigned int room, const struct accounted *r,
			    const struct addr_slab *slab)
{
	unsigned int i;

	for (i = 0; i < nr && rows[i].site != r->site;)
		i++;
	if (i == room) {
		i = room - 1;
		rows[i].site = 0;
	} else if (i == nr) {
		rows[nr++] = (struct accounted_row){ .site = r->site,
						     .first = r->object,
						     .cache = slab->cache };
	}
	rows[i].nr++;
	rows[i].bytes += slab->size;
	return nr;
}

unsigned int
accounted_take(bool (*is_owners)(const void *owner, unsigned long site),
	       const void *owner, struct accounted_row *rows, unsigned int room)
{
	struct accounted *r, *next;
	struct addr_info info;
	unsigned int nr = 0;

	if (!buckets)
		return 0;
	for (r = records_of(is_owners, owner); r; r = next) {
		next = r->next;
		addr_classify((unsigned long)r->object, &info);
		if (info.slab.cache && info.slab.allocated)
			nr = row_add(rows, nr, room, r, &info.slab);
		kmem_cache_free(record_cache, r);
	}
	return nr;
}

/* --- what modules call ------------------------------------------------------------ */

static void *accounted_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	void *object = slab_alloc_any(cache, gfp);

	if (!object)
		object = slab_alloc_slow_all(cache, gfp, _RET_IP_);
	return taken(object, _RET_IP_);
}

static void *accounted_cache_alloc_kernel(struct kmem_cache *cache)
{
	void *object = slab_alloc_kernel(cache);

	if (!object)
		object = slab_alloc_slow_kernel(cache, 0, _RET_IP_);
	return taken(object, _RET_IP_);
}

static void accounted_cache_free(struct kmem_cache *cache, void *object)
{
	if (refused(object, _RET_IP_))
		return;
	accounted_forget(object);
	kmem_cache_free(cache, object);
}

static int accounted_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t nr,
				void **objects)
{
	int got = kmem_cache_alloc_bulk(cache, gfp, nr, objects);
	int i;

	for (i = 0; i < got; i++)
		taken(objects[i], _RET_IP_);
	return got;
}

static void accounted_free_bulk(struct kmem_cache *cache, size_t nr,
				void **objects)
{
	size_t i;

	for (i = 0; i < nr; i++)
		accounted_forget(objects[i]);
	kmem_cache_free_bulk(cache, nr, objects);
}

static void *accounted_kmalloc(size_t size, gfp_t gfp)
{
	return taken(kmalloc_at(size, gfp, _RET_IP_), _RET_IP_);
}

static void *accounted_kmalloc_class(struct kmem_cache *cache, size_t size,
				     gfp_t gfp)
{
	(void)cache; /* of that size, and of the zone that @gfp says */
	return taken(kmalloc_at(size, gfp, _RET_IP_), _RET_IP_);
}

/* The flags are GFP_KERNEL, but for the zone: that the cache says. */
static void *accounted_kmalloc_kernel(struct kmem_cache *cache, size_t size)
{
	gfp_t gfp = GFP_KERNEL;

	if (cache->gfp & __GFP_DMA)
		gfp |= __GFP_DMA;
	return taken(kmalloc_at(size, gfp, _RET_IP_), _RET_IP_);
}

static void accounted_kfree(const void *p)
{
	if (refused(p, _RET_IP_))
		return;
	accounted_forget(p);
	kfree(p);
}

static void accounted_kfree_sensitive(const void *p)
{
	if (refused(p, _RET_IP_))
		return;
	accounted_forget(p);
	kfree_sensitive(p);
}

static void accounted_kvfree(const void *p)
{
	if (refused(p, _RET_IP_))
		return;
	accounted_forget(p);
	kvfree(p);
}

static void accounted_kvfree_call_rcu(struct rcu_head *head,
				      unsigned long offset)
{
	accounted_forget((const char *)head - offset);
	kvfree_call_rcu(head, offset);
}

/*
 * The old one is gone only if there is a new one, or none was asked for. That
 * is known when it may be somebody else's already, whose record is not to be
 * taken for it: so the old record is set aside before.
 */
static void *resized(const void *old, size_t size, gfp_t gfp,
		     unsigned long site)
{
	struct accounted *r = record_take(old);
	void *p = krealloc_at(old, size, gfp, site);

	if (p && p != old) {
		if (r)
			kmem_cache_free(record_cache, r);
		return taken(p, site);
	}
	if (r)
		record_give_back(r);
	return p;
}

static void *accounted_krealloc(const void *p, size_t size, gfp_t gfp)
{
	return resized(p, size, gfp, _RET_IP_);
}

static void *accounted_krealloc_array(void *p, size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return resized(p, bytes, gfp, _RET_IP_);
}

static void *accounted_kmemdup(const void *src, size_t len, gfp_t gfp)
{
	if (!src)
		return NULL;
	return taken(kmemdup_at(src, len, gfp, _RET_IP_), _RET_IP_);
}

static char *accounted_kstrdup(const char *s, gfp_t gfp)
{
	if (!s)
		return NULL;
	return taken(kmemdup_at(s, strlen(s) + 1, gfp, _RET_IP_), _RET_IP_);
}

static char *accounted_kstrndup(const char *s, size_t max, gfp_t gfp)
{
	return taken(kmemdup_nul_at(s, s ? strnlen(s, max) : 0, gfp, _RET_IP_),
		     _RET_IP_);
}

static char *accounted_kmemdup_nul(const char *s, size_t len, gfp_t gfp)
{
	return taken(kmemdup_nul_at(s, len, gfp, _RET_IP_), _RET_IP_);
}

static char *accounted_kvasprintf(gfp_t gfp, const char *fmt, va_list args)
{
	return taken(kvasprintf_at(gfp, fmt, args, _RET_IP_), _RET_IP_);
}

static char *accounted_kasprintf(gfp_t gfp, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = kvasprintf_at(gfp, fmt, args, _RET_IP_);
	va_end(args);
	return taken(text, _RET_IP_);
}

static void *accounted_kvmalloc(size_t size, gfp_t gfp)
{
	return taken(kvmalloc_at(size, gfp, _RET_IP_), _RET_IP_);
}

static void *accounted_kvmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return taken(kvmalloc_at(bytes, gfp, _RET_IP_), _RET_IP_);
}

static void *accounted_kvrealloc(const void *p, size_t old_size, size_t size,
				 gfp_t gfp)
{
	void *larger = kvrealloc_at(p, old_size, size, gfp, _RET_IP_);

	/* What moved is a new object, and the old one is no more. */
	if (larger && larger != p) {
		accounted_forget(p);
		taken(larger, _RET_IP_);
	}
	return larger;
}

static const char *accounted_kstrdup_const(const char *s, gfp_t gfp)
{
	const char *copy = kstrdup_const_at(s, gfp, _RET_IP_);

	return copy == s ? s : taken((void *)(unsigned long)copy, _RET_IP_);
}

static void accounted_kfree_const(const void *p)
{
	if (arch_image_part((unsigned long)p) == IMAGE_RODATA ||
	    refused(p, _RET_IP_))
		return;
	accounted_forget(p);
	kfree(p);
}

/* Copies of users' memory, or an error. */
static void *taken_or_error(void *p, unsigned long site)
{
	return IS_ERR(p) ? p : taken(p, site);
}

static void *accounted_memdup_user(const void __user *src, size_t len)
{
	return taken_or_error(memdup_user_at(src, len, _RET_IP_), _RET_IP_);
}

static void *accounted_memdup_user_nul(const void __user *src, size_t len)
{
	return taken_or_error(memdup_user_nul_at(src, len, _RET_IP_), _RET_IP_);
}

static void *accounted_vmemdup_user(const void __user *src, size_t len)
{
	return taken_or_error(vmemdup_user_at(src, len, _RET_IP_), _RET_IP_);
}

static char *accounted_strndup_user(const char __user *s, long n)
{
	return taken_or_error(strndup_user_at(s, n, _RET_IP_), _RET_IP_);
}

/* A cache is an object, too: of the cache of caches. */
static struct kmem_cache *accounted_cache_create(const char *name, size_t size,
						 size_t align,
						 slab_flags_t flags,
						 void (*ctor)(void *object))
{
	const struct kmem_cache_desc desc = {
		.name = name,
		.size = size,
		.align = align,
		.flags = flags,
		.ctor = ctor,
	};

	return taken(slab_cache_create(&desc, _RET_IP_), _RET_IP_);
}

static struct kmem_cache *
accounted_cache_create_usercopy(const char *name, size_t size, size_t align,
				slab_flags_t flags, size_t useroffset,
				size_t usersize, void (*ctor)(void *object))
{
	const struct kmem_cache_desc desc = {
		.name = name,
		.size = size,
		.align = align,
		.flags = flags & SLAB_USER_FLAGS,
		.user_part = true,
		.useroffset = useroffset,
		.usersize = usersize,
		.ctor = ctor,
	};

	return taken(slab_cache_create(&desc, _RET_IP_), _RET_IP_);
}

static struct kmem_cache *
accounted_cache_create6(const char *name, size_t size, size_t offset,
			unsigned long flags,
			void (*ctor)(void *object, struct kmem_cache *cache,
				     unsigned long flags),
			void (*dtor)(void *object, struct kmem_cache *cache,
				     unsigned long flags))
{
	return taken(
		__kmem_cache_create6(name, size, offset, flags, ctor, dtor),
		_RET_IP_);
}

static void accounted_cache_destroy(struct kmem_cache *cache)
{
	accounted_forget(cache);
	kmem_cache_destroy(cache);
}

EXPORT_SYMBOL_AS(__kmem_cache_alloc, accounted_cache_alloc);
EXPORT_SYMBOL_AS(__kmem_cache_alloc_nowait, accounted_cache_alloc);
EXPORT_SYMBOL_AS(__kmem_cache_alloc_kernel, accounted_cache_alloc_kernel);
EXPORT_SYMBOL_AS(kmem_cache_free, accounted_cache_free);
EXPORT_SYMBOL_AS(kmem_cache_alloc_bulk, accounted_alloc_bulk);
EXPORT_SYMBOL_AS(kmem_cache_free_bulk, accounted_free_bulk);
EXPORT_SYMBOL_AS(kmem_cache_create, accounted_cache_create);
EXPORT_SYMBOL_AS(kmem_cache_create_usercopy, accounted_cache_create_usercopy);
EXPORT_SYMBOL_AS(__kmem_cache_create6, accounted_cache_create6);
EXPORT_SYMBOL_AS(kmem_cache_destroy, accounted_cache_destroy);
EXPORT_SYMBOL_AS(__kmalloc, accounted_kmalloc);
EXPORT_SYMBOL_AS(__kmalloc_class, accounted_kmalloc_class);
EXPORT_SYMBOL_AS(__kmalloc_nowait, accounted_kmalloc_class);
EXPORT_SYMBOL_AS(__kmalloc_kernel, accounted_kmalloc_kernel);
EXPORT_SYMBOL_AS(kfree, accounted_kfree);
EXPORT_SYMBOL_AS(kfree_sensitive, accounted_kfree_sensitive);
EXPORT_SYMBOL_AS(kvfree, accounted_kvfree);
EXPORT_SYMBOL_AS(kvfree_call_rcu, accounted_kvfree_call_rcu);
EXPORT_SYMBOL_AS(krealloc, accounted_krealloc);
EXPORT_SYMBOL_AS(krealloc_array, accounted_krealloc_array);
EXPORT_SYMBOL_AS(kmemdup, accounted_kmemdup);
EXPORT_SYMBOL_AS(kmemdup_nul, accounted_kmemdup_nul);
EXPORT_SYMBOL_AS(kstrdup, accounted_kstrdup);
EXPORT_SYMBOL_AS(kstrndup, accounted_kstrndup);
EXPORT_SYMBOL_AS(kasprintf, accounted_kasprintf);
EXPORT_SYMBOL_AS(kvasprintf, accounted_kvasprintf);
EXPORT_SYMBOL_AS(kvmalloc, accounted_kvmalloc);
EXPORT_SYMBOL_AS(kvmalloc_array, accounted_kvmalloc_array);
EXPORT_SYMBOL_AS(kvrealloc, accounted_kvrealloc);
EXPORT_SYMBOL_AS(kstrdup_const, accounted_kstrdup_const);
EXPORT_SYMBOL_AS(kfree_const, accounted_kfree_const);
EXPORT_SYMBOL_AS(memdup_user, accounted_memdup_user);
EXPORT_SYMBOL_AS(memdup_user_nul, accounted_memdup_user_nul);
EXPORT_SYMBOL_AS(vmemdup_user, accounted_vmemdup_user);
EXPORT_SYMBOL_AS(strndup_user, accounted_strndup_user);
