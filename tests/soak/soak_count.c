/* SPDX-License-Identifier: MIT */
/*
 * soak_count.c - is every count back where it was?
 *
 * Much of what is given back is kept for the next request: pages on CPUs'
 * lists, objects in arrays, areas that wait for a flush, threads that wait to
 * be freed. All of that is let go before anything is counted.
 */
#include <kernel/delay.h>
#include <kernel/kthread.h>
#include <kernel/printk.h>
#include <kernel/rcupdate.h>
#include <kernel/smp.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/check.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/page_pcp.h>
#include <mm/percpu.h>
#include <mm/show.h>
#include <mm/slab.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include "soak.h"

#define MAX_COUNTS 128u
#define COUNT_NAME_BYTES 40u
/* Rounds of letting go: what one gives back, the next may free. */
#define SETTLE_ROUNDS 3u
#define SETTLE_MS 30u

struct soak_count {
	char name[COUNT_NAME_BYTES];
	unsigned long value;
};

struct soak_counts {
	struct soak_count count[MAX_COUNTS];
	unsigned int nr;
};

static struct soak_counts before, after;

static void count_add(struct soak_counts *c, const char *what, const char *name,
		      unsigned long value)
{
	struct soak_count *count = &c->count[c->nr];

	if (c->nr == MAX_COUNTS) {
		soak_complain("more than %u counts", MAX_COUNTS);
		return;
	}
	snprintf(count->name, sizeof(count->name), "%s %s", what, name);
	count->value = value;
	c->nr++;
}

static void count_cache(struct kmem_cache *cache, void *arg)
{
	struct slab_usage usage;

	slab_usage(cache, &usage);
	count_add(arg, "objects of", cache->name, usage.active_objects);
}

/* A page table is made when an address in its stretch is first used, and stays:
 * what these pages have grown by, the free ones lack. */
static unsigned long pages_free_or_tables(void)
{
	unsigned long nr = mm_usage(MM_USAGE_PAGE_TABLES);
	struct zone *z;

	for_each_zone(z)
		nr += zone_free_pages(z);
	return nr;
}

static void count_all(struct soak_counts *c)
{
	c->nr = 0;
	count_add(c, "pages, free or", "page tables", pages_free_or_tables());
	count_add(c, "pages of", "vmalloc areas", vmalloc_used_pages());
	count_add(c, "pages of", "per-CPU memory", percpu_nr_pages());
	count_add(c, "pages of", "stacks", mm_usage(MM_USAGE_KERNEL_STACK));
	count_add(c, "slots of", "kmap", kmap_nr_used());
	slab_for_each_cache(count_cache, c);
}

static void shrink_one(struct kmem_cache *cache, void *arg)
{
	(void)arg;
	kmem_cache_shrink(cache);
}

static void settle(void)
{
	unsigned int round;

	for (round = 0; round < SETTLE_ROUNDS; round++) {
		rcu_barrier();
		kthread_flush();
		vm_unmap_aliases();
		vm_window_drop_parked(&vm_live_window);
		kmap_flush_unused();
		percpu_balance();
		percpu_reap();
		slab_for_each_cache(shrink_one, NULL);
		drain_all_pages(NULL);
		msleep(SETTLE_MS);
	}
}

static void touch_cache(struct kmem_cache *cache, void *arg)
{
	void *object = kmem_cache_alloc(cache, GFP_ATOMIC | __GFP_NOWARN);

	(void)arg;
	if (object)
		kmem_cache_free(cache, object);
}

/* A CPU's array for a cache is made at its first request, and stays. */
static void touch_caches(void *arg)
{
	(void)arg;
	slab_for_each_cache(touch_cache, NULL);
}

void soak_count_begin(void)
{
	on_each_cpu(touch_caches, NULL, true);
	settle();
	count_all(&before);
}

static void count_compare(const struct soak_count *b,
			  const struct soak_count *a)
{
	if (strcmp(b->name, a->name))
		soak_complain("%s: is %s now", b->name, a->name);
	else if (b->value != a->value)
		soak_complain("%s: %lu, were %lu", b->name, a->value, b->value);
}

void soak_count_end(void)
{
	unsigned int i;

	settle();
	count_all(&after);
	for (i = 0; i < before.nr && i < after.nr; i++)
		count_compare(&before.count[i], &after.count[i]);
	if (before.nr != after.nr)
		soak_complain("%u counts, were %u", after.nr, before.nr);
	if (mm_check())
		soak_complain("an invariant does not hold");
}
