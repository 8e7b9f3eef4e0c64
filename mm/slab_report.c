/* SPDX-License-Identifier: MIT */
/*
 * slab_report.c - what to say about a free that cannot be done
 *
 * One line of the report grammar each (kernel/bug.h). Nothing here changes
 * anything or takes a lock; a debug cache's records add who allocated and who
 * freed the object.
 */
#include <kernel/bug.h>
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
	const char *object = slab_object(cache, slab, index);

	/* Behind the last object there is only the slab's tail. */
	if (index >= slab_shape_of(cache, slab)->objects)
		mm_report("bad-free", &sites, "slab-tail cache=%s addr=%p",
			  cache->name, p);
	else
		mm_report(
			"bad-free", &sites, "interior obj%+ld cache=%s obj=%p",
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

void slab_report_freelist(const struct kmem_cache *cache, const void *object,
			  unsigned long site)
{
	const struct report_sites sites = { .at = site };

	mm_report("freelist", &sites, "corrupt cache=%s obj=%p", cache->name,
		  object);
}

/* Who allocated the first live object of a list of slabs; 0: not known. */
static unsigned long slab_first_live(const struct kmem_cache *cache,
				     const struct list_head *slabs)
{
	const struct page *slab;
	unsigned int i;

	list_for_each_entry(slab, slabs, lru) {
		for (i = 0; i < slab_shape_of(cache, slab)->objects; i++) {
			const struct slab_meta *meta =
				slab_meta(cache, slab_object(cache, slab, i));

			if (meta->state == SLAB_OBJECT_LIVE)
				return meta->alloc_site;
		}
	}
	return 0;
}

void slab_report_busy(struct kmem_cache *cache, unsigned long live,
		      unsigned long site)
{
	struct report_sites sites = { .at = site };

	if (slab_is_debug(cache)) {
		sites.alloc = slab_first_live(cache, &cache->full);
		if (!sites.alloc)
			sites.alloc = slab_first_live(cache, &cache->partial);
	}
	mm_report("cache-busy", &sites, "name=%s live=%lu%s", cache->name, live,
		  sites.alloc ? " first" : "");
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
