/* SPDX-License-Identifier: MIT */
/*
 * show_slab.c - the slab caches as others see them
 *
 * /proc/slabinfo in Linux's version 2.1, to the byte, and the same in that of
 * 2.4; /proc/slab_caches, how each cache is built; the figures of meminfo; and
 * names for addresses and pages in reports. Objects in arrays are free to their
 * users, so they do not count as active here.
 *
 * Locking: each cache's lock, one cache at a time, and none while it prints.
 */
#include <kernel/ctype.h>
#include <kernel/errno.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
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

/* Look for @name among the caches, and tune what is found. */
struct slab_tuning {
	const char *name;
	size_t name_len;
	unsigned int limit, batch, shared;
	bool found;
	int err;
};

static void slabinfo_tune_cache(struct kmem_cache *cache, void *arg)
{
	struct slab_tuning *tuning = arg;

	if (strlen(cache->name) != tuning->name_len ||
	    memcmp(cache->name, tuning->name, tuning->name_len))
		return;
	tuning->found = true;
	tuning->err = kmem_cache_tune(cache, tuning->limit, tuning->batch,
				      tuning->shared);
}

/* "NAME LIMIT BATCHCOUNT SHARED", as Linux's SLAB took it. */
static int slabinfo_write(struct proc_write *w)
{
	struct slab_tuning tuning = { .name = w->text };
	unsigned long value[3];
	const char *text = w->text;
	int nr;

	while (text[tuning.name_len] && !isspace(text[tuning.name_len]))
		tuning.name_len++;
	w->text += tuning.name_len;
	w->len -= tuning.name_len;
	nr = proc_read_ulongs(w, value, ARRAY_SIZE(value), 0, SLAB_LIMIT_MAX);
	if (nr < 0)
		return nr;
	if (nr != ARRAY_SIZE(value))
		return proc_refuse(w, -EINVAL,
				   "want NAME LIMIT BATCHCOUNT SHARED");
	tuning.limit = (unsigned int)value[0];
	tuning.batch = (unsigned int)value[1];
	tuning.shared = (unsigned int)value[2];
	slab_for_each_cache(slabinfo_tune_cache, &tuning);
	if (!tuning.found)
		return proc_refuse(w, -EINVAL, "no cache is called '%.*s'",
				   (int)min(tuning.name_len, (size_t)40),
				   tuning.name);
	if (tuning.err)
		return proc_refuse(w, tuning.err,
				   "limit 1..%u, batchcount 1..limit, shared "
				   "0..%u, for caches with arrays",
				   SLAB_LIMIT_MAX, SLAB_SHARED_MAX);
	return 0;
}
PROC_FILE_RW(slabinfo, "slabinfo", slabinfo_show, slabinfo_write);

/* The format of Linux 2.4, which the older books show. */
static void slabinfo24_show_cache(struct kmem_cache *cache, void *arg)
{
	struct slab_usage usage;

	slab_usage(cache, &usage);
	seq_printf(arg, "%-17s %6lu %6lu %6u %4lu %4lu %4u : %4u %4u\n",
		   cache->name, usage.active_objects, usage.total_objects,
		   cache->stride, usage.active_slabs, usage.total_slabs,
		   1u << cache->normal.order, cache->limit, cache->batch);
}

static void slabinfo24_show(struct seq_file *m)
{
	seq_puts(m, "slabinfo - version: 1.1 (SMP)\n");
	slab_for_each_cache(slabinfo24_show_cache, m);
}
PROC_FILE(slabinfo24, "slabinfo24", slabinfo24_show);

/* How caches are built: what slabinfo has no columns for. */
static void slab_caches_show_cache(struct kmem_cache *cache, void *arg)
{
	static const struct {
		slab_flags_t flag;
		char letter;
	} letters[] = {
		{ SLAB_HWCACHE_ALIGN, 'A' },   { SLAB_CACHE_DMA, 'd' },
		{ SLAB_NO_REAP, 'n' },	       { SLAB_RECLAIM_ACCOUNT, 'r' },
		{ SLAB_TYPESAFE_BY_RCU, 'T' }, { SLAB_CONSISTENCY_CHECKS, 'F' },
		{ SLAB_RED_ZONE, 'Z' },	       { SLAB_POISON, 'P' },
		{ SLAB_STORE_USER, 'U' },
	};
	char flags[ARRAY_SIZE(letters) + 2];
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(letters); i++) {
		if (cache->flags & letters[i].flag)
			flags[n++] = letters[i].letter;
	}
	if (slab_is_constructed(cache))
		flags[n++] = 'c';
	flags[n] = '\0';
	seq_printf(arg, "%-17s %7u %7u %5u %5u %4u %5u %4u %7u %6u %s\n",
		   cache->name, cache->object_size, cache->stride, cache->align,
		   cache->normal.order, cache->normal.objects,
		   cache->small.order, cache->small.objects, cache->nr_colours,
		   cache->colour_unit, n ? flags : "-");
}

static void slab_caches_show(struct seq_file *m)
{
	seq_puts(m, "# name               size  stride align order objs "
		    "small objs colours   unit flags\n");
	slab_for_each_cache(slab_caches_show_cache, m);
}
PROC_FILE(slab_caches, "slab_caches", slab_caches_show);

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
/* The debug cache's own record knows more, also of objects that wait to be free
 * again. */
static void slab_describe_by_record(const struct slab_meta *meta,
				    struct addr_slab *slab)
{
	u32 state = READ_ONCE(meta->state);

	slab->allocated = state == SLAB_OBJECT_LIVE;
	if (state == SLAB_OBJECT_FREE || state == SLAB_OBJECT_WAITING)
		slab->free_site = meta->free_site;
}

static bool slab_describe(unsigned long addr, struct page *head,
			  struct addr_slab *slab)
{
	const struct kmem_cache *cache = head->slab_cache;
	unsigned int index = slab_index(cache, head, (const void *)addr);
	const void *object;

	slab->cache = cache->name;
	if (index >= slab_shape_of(cache, head)->objects)
		return true; /* before the first or behind the last */
	object = slab_object(cache, head, index);
	slab->object = (unsigned long)object;
	slab->size = cache->object_size;
	if (slab_is_debug(cache))
		slab_describe_by_record(slab_meta(cache, object), slab);
	else
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
