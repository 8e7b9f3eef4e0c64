/* SPDX-License-Identifier: MIT */
/*
 * cache_pages.h - how many pages a cache has
 *
 * Others use the live caches, too, and a cache keeps some pages in reserve: so
 * a case that looks for objects that do not come back makes many of them.
 */
#ifndef TESTS_CACHE_PAGES_H
#define TESTS_CACHE_PAGES_H

#include <kernel/string.h>
#include <mm/slab.h>

struct cache_pages_search {
	const char *name;
	unsigned long pages;
};

static inline void cache_pages_add(struct kmem_cache *cache, void *data)
{
	struct cache_pages_search *search = data;

	if (!strcmp(cache->name, search->name))
		search->pages += READ_ONCE(cache->nr_pages);
}

/* Of all caches with this name. */
static inline unsigned long cache_pages(const char *name)
{
	struct cache_pages_search search = { .name = name };

	slab_for_each_cache(cache_pages_add, &search);
	return search.pages;
}

#endif
