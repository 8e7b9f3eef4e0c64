/* SPDX-License-Identifier: MIT */
/*
 * reclaim_live.c - reclaim of the machine's own node
 *
 * What it can ask besides shrinkers, in this order: empty pages of the per-CPU
 * units, whose records are slab objects; empty slabs of all caches; freed areas
 * of vmalloc that wait for their flush; and last the free blocks on CPUs' lists,
 * where what the others gave back may have landed.
 *
 * Locking: none of its own. Context: process.
 */
#define pr_fmt(fmt) "reclaim: " fmt

#include <kernel/export.h>
#include <kernel/module_holding.h>
#include <kernel/printk.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/reclaim.h>
#include <mm/show.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

struct reclaim live_reclaim;

/* --- sources --------------------------------------------------------------- */

static unsigned long areas_give(void)
{
	unsigned long before = nr_free_pages();
	unsigned long after;

	vm_unmap_aliases();
	after = nr_free_pages();
	return after > before ? after - before : 0;
}

static unsigned long lists_give(void)
{
	unsigned long before = page_pcp_all_pages();
	unsigned long after;

	drain_all_pages(NULL);
	after = page_pcp_all_pages();
	return before > after ? before - after : 0;
}

static const struct reclaim_source sources[] = {
	{ "per-CPU", percpu_reap },
	{ "slabs", kmem_caches_reap },
	{ "areas", areas_give },
	{ "CPU lists", lists_give },
};

/* --- shrinkers of the machine ---------------------------------------------- */

int register_shrinker(struct shrinker *shrinker, const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = shrinker_vadd(&live_reclaim.shrinkers, shrinker, fmt, args);
	va_end(args);
	return err;
}
EXPORT_SYMBOL(register_shrinker);

void unregister_shrinker(struct shrinker *shrinker)
{
	shrinker_remove(shrinker);
}
EXPORT_SYMBOL(unregister_shrinker);

static void shrinkers_find(struct module_search *search, const char *kind)
{
	struct shrinker_list *list = &live_reclaim.shrinkers;
	const struct shrinker *s;

	spin_lock(&list->lock);
	list_for_each_entry(s, &list->shrinkers, list) {
		if (module_search_has(search, s) ||
		    module_search_has(search, s->count_objects) ||
		    module_search_has(search, s->scan_objects))
			module_holding_found(search, kind, s, s->count_objects);
	}
	spin_unlock(&list->lock);
}
MODULE_HOLDING(shrinkers, "shrinker", shrinkers_find);

/* --- figures --------------------------------------------------------------- */

#define RECLAIM_FIGURE(item)                                        \
	static unsigned long figure_##item(void)                    \
	{                                                           \
		return reclaim_stat(&live_reclaim, RECLAIM_##item); \
	}

RECLAIM_FIGURE(SCAN_KSWAPD)
RECLAIM_FIGURE(SCAN_DIRECT)
RECLAIM_FIGURE(STEAL_KSWAPD)
RECLAIM_FIGURE(STEAL_DIRECT)
RECLAIM_FIGURE(OBJECTS_SCANNED)
RECLAIM_FIGURE(RUNS)
RECLAIM_FIGURE(GAVE_UP)
RECLAIM_FIGURE(DROP_PAGECACHE)
RECLAIM_FIGURE(DROP_SLAB)

/* Whole pages that shrinkers would give back. */
static unsigned long figure_pages(void)
{
	return shrinker_list_count(&live_reclaim.shrinkers, SHRINKER_PAGES);
}

static const struct {
	enum mm_usage_item item;
	unsigned long (*read)(void);
} figures[] = {
	{ MM_USAGE_MISC_RECLAIMABLE, figure_pages },
	{ MM_USAGE_SLABS_SCANNED, figure_OBJECTS_SCANNED },
	{ MM_USAGE_PGSCAN_KSWAPD, figure_SCAN_KSWAPD },
	{ MM_USAGE_PGSCAN_DIRECT, figure_SCAN_DIRECT },
	{ MM_USAGE_PGSTEAL_KSWAPD, figure_STEAL_KSWAPD },
	{ MM_USAGE_PGSTEAL_DIRECT, figure_STEAL_DIRECT },
	{ MM_USAGE_KSWAPD_RUNS, figure_RUNS },
	{ MM_USAGE_KSWAPD_GAVE_UP, figure_GAVE_UP },
	{ MM_USAGE_DROP_PAGECACHE, figure_DROP_PAGECACHE },
	{ MM_USAGE_DROP_SLAB, figure_DROP_SLAB },
};

void live_reclaim_init(void)
{
	unsigned int i;

	reclaim_init(&live_reclaim, &mm_node, sources, ARRAY_SIZE(sources));
	for (i = 0; i < ARRAY_SIZE(figures); i++)
		mm_usage_register(figures[i].item, figures[i].read);
}

void live_reclaim_start(void)
{
	int err = kswapd_start(&live_reclaim, 0);

	if (err)
		pr_err("no thread for kswapd: error %d\n", -err);
}
