/* SPDX-License-Identifier: MIT */
/*
 * show_records.c - zones, their events, and caches as records on COM2
 *
 * A record for each zone and each cache, and one more for a zone's counters:
 * the same figures as buddyinfo, zoneinfo and slabinfo, for programs. Fields
 * and their units are those of docs/records.md; the names of the counters come
 * from zone_stat_desc, so a new counter needs nothing here.
 *
 * Locking: zone->lock while a zone's lists are copied, the list of caches and
 * each cache's lock while the figures of a few caches are. Nothing is written
 * under a lock, so a cache that comes or goes meanwhile may shift the others
 * by one: it may then be missing, or come twice.
 *
 * Not here: the map of frames (frame_map.c).
 */
#include <kernel/record.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/page_pcp.h>
#include <mm/show.h>
#include <mm/slab.h>
#include <mm/zone.h>

/* Eleven counts of up to ten digits; eight counters with their names. */
#define RECORD_LIST_BYTES 320

static void record_zone(struct zone *z)
{
	char blocks[RECORD_LIST_BYTES];
	unsigned long nr[MAX_ORDER], free, flags;
	unsigned int order;
	int len = 0;

	flags = spin_lock_irqsave(&z->lock);
	free = z->nr_free_pages;
	for (order = 0; order < MAX_ORDER; order++)
		nr[order] = zone_nr_blocks(z, order);
	spin_unlock_irqrestore(&z->lock, flags);

	for (order = 0; order < MAX_ORDER; order++)
		len += scnprintf(blocks + len, sizeof(blocks) - (size_t)len,
				 "%s%lu", order ? "," : "", nr[order]);
	record("zone",
	       "\"name\":\"%s\",\"start\":%lu,\"end\":%lu,\"present\":%lu,"
	       "\"managed\":%lu,\"free\":%lu,\"pcp\":%lu,\"blocks\":[%s]",
	       z->name, z->start_pfn, z->end_pfn, z->present_pages,
	       z->managed_pages, free, page_pcp_pages(z), blocks);
}

static void record_zone_events(const struct zone *z)
{
	char counters[RECORD_LIST_BYTES];
	unsigned int i;
	int len = 0;

	for (i = 0; i < NR_ZONE_STATS; i++)
		len += scnprintf(counters + len, sizeof(counters) - (size_t)len,
				 ",\"%s\":%lu", zone_stat_desc[i].name,
				 zone_stat_sum(z, (enum zone_stat)i));
	record("events", "\"zone\":\"%s\"%s", z->name, counters);
}

void mm_record_zones_of(struct mm_node *node)
{
	unsigned int i;

	if (!record_enabled())
		return;
	for (i = 0; i < NR_ZONES; i++) {
		record_zone(&node->zones[i]);
		record_zone_events(&node->zones[i]);
	}
}

void mm_record_zones(void)
{
	mm_record_zones_of(&mm_node);
}

#define CACHES_AT_ONCE 4u

/* Copies of CACHES_AT_ONCE caches, those from number @first on. */
struct cache_figures {
	unsigned int first;
	unsigned int seen;
	unsigned int nr;
	struct {
		char name[SLAB_NAME_BYTES];
		u32 size, stride, objects, order, limit;
		struct slab_usage usage;
	} row[CACHES_AT_ONCE];
};

static void cache_copy(struct kmem_cache *cache, void *arg)
{
	struct cache_figures *f = arg;
	unsigned int number = f->seen++;

	if (number < f->first || f->nr == CACHES_AT_ONCE)
		return;
	strlcpy(f->row[f->nr].name, cache->name, SLAB_NAME_BYTES);
	f->row[f->nr].size = cache->object_size;
	f->row[f->nr].stride = cache->stride;
	f->row[f->nr].objects = cache->normal.objects;
	f->row[f->nr].order = cache->normal.order;
	f->row[f->nr].limit = cache->limit;
	slab_usage(cache, &f->row[f->nr].usage);
	f->nr++;
}

static void record_cache(const struct cache_figures *f, unsigned int i)
{
	const struct slab_usage *usage = &f->row[i].usage;
	char name[2 * SLAB_NAME_BYTES];

	record("cache",
	       "\"name\":\"%s\",\"size\":%u,\"stride\":%u,\"per_slab\":%u,"
	       "\"order\":%u,\"array\":%u,\"slabs\":%lu,\"objects\":%lu,"
	       "\"active\":%lu,\"isolated\":%lu",
	       record_quote(name, sizeof(name), f->row[i].name), f->row[i].size,
	       f->row[i].stride, f->row[i].objects, f->row[i].order,
	       f->row[i].limit, usage->total_slabs, usage->total_objects,
	       usage->active_objects, usage->isolated_objects);
}

void mm_record_caches(void)
{
	struct cache_figures f = { .first = 0 };
	unsigned int i;

	if (!record_enabled())
		return;
	do {
		f.seen = f.nr = 0;
		slab_for_each_cache(cache_copy, &f);
		for (i = 0; i < f.nr; i++)
			record_cache(&f, i);
		f.first += f.nr;
	} while (f.nr == CACHES_AT_ONCE);
}
