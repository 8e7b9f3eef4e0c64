/* SPDX-License-Identifier: MIT */
/*
 * slab_report.c - what to say about a free that cannot be done
 *
 * One line of the report grammar each (kernel/bug.h); a cache that cannot be
 * destroyed has lines about its live objects behind that. Nothing here changes
 * anything; a debug cache's records add who allocated and who freed the object.
 *
 * Locking: a cache's lock while its live objects are looked for, no other.
 */
#define pr_fmt(fmt) "slab: " fmt
#include <kernel/bug.h>
#include <kernel/printk.h>
#include <mm/addr.h>
#include <mm/slab.h>
#include "slab_internal.h"

void slab_report_bad_free(const void *p, unsigned long site)
{
	const struct report_sites sites = { .at = site };
	char object[128];

	mm_report("bad-free", &sites, "%s",
		  addr_report_object(object, sizeof(object), (unsigned long)p));
}

void slab_report_interior(const struct kmem_cache *cache,
			  const struct page *slab, const void *p,
			  unsigned long site)
{
	const struct report_sites sites = { .at = site };
	unsigned int index = slab_index(cache, slab, p);
	const char *object;

	/* Before the first object and behind the last there is only slack. */
	if (index >= slab_shape_of(cache, slab)->objects) {
		mm_report("bad-free", &sites, "slab-tail cache=%s addr=%p",
			  cache->name, p);
		return;
	}
	object = slab_object(cache, slab, index);
	mm_report("bad-free", &sites, "interior obj%+ld cache=%s obj=%p",
		  (long)((const char *)p - object), cache->name, object);
}

void slab_report_wrong_cache(const struct kmem_cache *is,
			     const struct kmem_cache *given, const void *p,
			     unsigned long site)
{
	const struct report_sites sites = { .at = site };

	mm_report("wrong-cache", &sites, "obj=%p is=%s given=%s", p, is->name,
		  given->name);
}

void slab_report_double_free(const struct kmem_cache *cache, const void *object,
			     unsigned long site)
{
	struct report_sites sites = { .at = site };

	if (slab_is_debug(cache)) {
		sites.alloc = slab_meta(cache, object)->alloc_site;
		sites.free = slab_meta(cache, object)->free_site;
	}
	mm_report("double-free", &sites, "%s obj=%p", cache->name, object);
}

void slab_report_recursion(const struct kmem_cache *cache, unsigned long site)
{
	const struct report_sites sites = { .at = site };

	mm_report("ctor-recursion", &sites, "name=%s ctor=%ps", cache->name,
		  cache->ctor ? (void *)cache->ctor : (void *)cache->old_ctor);
}

void slab_report_freelist(const struct kmem_cache *cache, const void *object,
			  unsigned long site)
{
	const struct report_sites sites = { .at = site };

	mm_report("freelist", &sites, "corrupt cache=%s obj=%p", cache->name,
		  object);
}

/* ---- a cache that is to go, and cannot ------------------------------------ */

#define OWNERS_NAMED 8u

/* Whom the live objects of a cache belong to: sites, or just the objects. */
struct slab_owners {
	struct slab_owner {
		unsigned long site; /* 0: not known */
		const void *object; /* the first one */
		unsigned long objects;
	} owner[OWNERS_NAMED];
	unsigned int nr;
	unsigned long unnamed; /* objects for whom there was no room */
};

static void slab_owner_add(struct slab_owners *owners, const void *object,
			   unsigned long site)
{
	unsigned int i;

	for (i = 0; site && i < owners->nr; i++) {
		if (owners->owner[i].site == site) {
			owners->owner[i].objects++;
			return;
		}
	}
	if (owners->nr == OWNERS_NAMED)
		owners->unnamed++;
	else
		owners->owner[owners->nr++] =
			(struct slab_owner){ site, object, 1 };
}

/* Context: cache->lock held. */
static bool slab_object_is_live(const struct kmem_cache *cache,
				const struct page *slab, const void *object)
{
	if (slab_is_debug(cache))
		return slab_meta(cache, object)->state == SLAB_OBJECT_LIVE;
	return !slab_on_freelist(cache, slab, object);
}

static void slab_owners_of(const struct kmem_cache *cache,
			   const struct list_head *slabs,
			   struct slab_owners *owners)
{
	const struct page *slab;
	unsigned int i;

	list_for_each_entry(slab, slabs, lru) {
		for (i = 0; i < slab_shape_of(cache, slab)->objects; i++) {
			const void *object = slab_object(cache, slab, i);

			if (slab_object_is_live(cache, slab, object))
				slab_owner_add(owners, object,
					       slab_is_debug(cache) ?
						       slab_meta(cache, object)
							       ->alloc_site :
						       0);
		}
	}
}

static void slab_owners_print(const struct kmem_cache *cache,
			      const struct slab_owners *owners)
{
	unsigned int i;

	for (i = 0; i < owners->nr; i++) {
		const struct slab_owner *o = &owners->owner[i];

		if (o->site)
			pr_err("%s: %lu object%s of %pS, first obj=%p\n",
			       cache->name, o->objects,
			       o->objects == 1 ? "" : "s", (void *)o->site,
			       o->object);
		else
			pr_err("%s: obj=%p\n", cache->name, o->object);
	}
	if (owners->unnamed)
		pr_err("%s: %lu more\n", cache->name, owners->unnamed);
}

void slab_report_busy(struct kmem_cache *cache, unsigned long live,
		      unsigned long site)
{
	struct slab_owners owners = { .nr = 0 };
	struct report_sites sites = { .at = site };
	unsigned long flags;

	flags = spin_lock_irqsave(&cache->lock);
	slab_owners_of(cache, &cache->full, &owners);
	slab_owners_of(cache, &cache->partial, &owners);
	spin_unlock_irqrestore(&cache->lock, flags);
	if (owners.nr)
		sites.alloc = owners.owner[0].site;
	mm_report("cache-busy", &sites, "name=%s live=%lu%s", cache->name, live,
		  sites.alloc ? " first" : "");
	slab_owners_print(cache, &owners);
}

void slab_report_dead(const struct kmem_cache *cache, const char *what,
		      const void *object, unsigned long site)
{
	const struct report_sites sites = { .at = site };

	if (object)
		mm_report("cache-dead", &sites, "%s name=%s obj=%p", what,
			  cache->name, object);
	else
		mm_report("cache-dead", &sites, "%s name=%s", what,
			  cache->name);
}
