/* SPDX-License-Identifier: MIT */
/*
 * show_slab.c - the slab caches as others see them
 *
 * /proc/slabinfo in Linux's version 2.1, to the byte; the figures of meminfo;
 * and names for addresses and pages in reports. Objects in per-CPU arrays are
 * free to their users, so they do not count as active here.
 *
 * Locking: the list's and each cache's lock, one cache at a time.
 */
#include <kernel/seq_file.h>
#include <mm/addr.h>
#include <mm/holders.h>
#include <mm/page_alloc.h>
#include <mm/show.h>
#include <mm/slab.h>
#include "slab_internal.h"

void slab_usage(struct kmem_cache *cache, struct slab_usage *usage)
{
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	unsigned long idle = slab_arrays_avail(cache) + cache->nr_isolated +
			     cache->nr_quarantine;

	usage->active_objects =
		cache->nr_inuse > idle ? cache->nr_inuse - idle : 0;
	usage->total_objects = cache->nr_objects;
	usage->active_slabs = cache->nr_slabs - cache->nr_empty;
	usage->total_slabs = cache->nr_slabs;
	usage->total_pages = cache->nr_pages;
	usage->shared_objects = (unsigned long)cache->nr_shared * cache->limit;
	usage->isolated_objects = cache->nr_isolated;
	spin_unlock_irqrestore(&cache->lock, flags);
}

static void slabinfo_show_cache(struct kmem_cache *cache, void *arg)
{
	struct seq_file *m = arg;
	struct slab_usage usage;

	slab_usage(cache, &usage);
	seq_printf(m, "%-17s %6lu %6lu %6u %4u %4d", cache->name,
		   usage.active_objects, usage.total_objects, cache->stride,
		   cache->normal.objects, 1 << cache->normal.order);
	seq_printf(m, " : tunables %4u %4u %4u", cache->limit, cache->batch,
		   cache->shared_factor);
	seq_printf(m, " : slabdata %6lu %6lu %6lu\n", usage.active_slabs,
		   usage.total_slabs, usage.shared_objects);
}

static void slabinfo_show(struct seq_file *m)
{
	seq_puts(m, "slabinfo - version: 2.1\n");
	seq_puts(m, "# name            <active_objs> <num_objs> <objsize>"
		    " <objperslab> <pagesperslab>"
		    " : tunables <limit> <batchcount> <sharedfactor>"
		    " : slabdata <active_slabs> <num_slabs> <sharedavail>\n");
	slab_for_each_cache(slabinfo_show_cache, m);
}
PROC_FILE(slabinfo, "slabinfo", slabinfo_show);

/* Pages of the caches that have, or have not, SLAB_RECLAIM_ACCOUNT. */
struct slab_page_sum {
	slab_flags_t want;
	unsigned long pages;
};

static void slab_sum_pages(struct kmem_cache *cache, void *arg)
{
	struct slab_page_sum *sum = arg;

	if ((cache->flags & SLAB_RECLAIM_ACCOUNT) == sum->want)
		sum->pages += READ_ONCE(cache->nr_pages);
}

static unsigned long slab_reclaimable_pages(void)
{
	struct slab_page_sum sum = { .want = SLAB_RECLAIM_ACCOUNT };

	slab_for_each_cache(slab_sum_pages, &sum);
	return sum.pages;
}

static unsigned long slab_unreclaimable_pages(void)
{
	struct slab_page_sum sum = { .want = 0 };

	slab_for_each_cache(slab_sum_pages, &sum);
	return sum.pages;
}

static void slab_holder(struct kmem_cache *cache, void *arg)
{
	holder_name(arg, READ_ONCE(cache->nr_pages), "%s", cache->name);
}

static void slab_holders(struct holder_list *list)
{
	slab_for_each_cache(slab_holder, list);
}
MM_HOLDER(slab, "cache", slab_holders);

/* @head has state SLAB, so what its record says is ours. */
static bool slab_describe(unsigned long addr, struct page *head,
			  struct addr_slab *slab)
{
	const struct kmem_cache *cache = head->slab_cache;
	unsigned int index = slab_index(cache, head, (const void *)addr);
	const void *object = slab_object(cache, head, index);

	slab->cache = cache->name;
	if (index >= slab_shape_of(cache, head)->objects)
		return true; /* before the first or behind the last */
	slab->object = (unsigned long)object;
	slab->size = cache->object_size;
	slab->allocated = !slab_object_is_free(cache, head, object);
	return true;
}

static const char *slab_page_name(const struct page *page)
{
	return page->slab_cache->name;
}

void slab_show_init(void)
{
	page_slab_cache_name = slab_page_name;
	addr_set_slab_describer(slab_describe);
	mm_usage_register(MM_USAGE_SLAB_RECLAIMABLE, slab_reclaimable_pages);
	mm_usage_register(MM_USAGE_SLAB_UNRECLAIMABLE,
			  slab_unreclaimable_pages);
}
