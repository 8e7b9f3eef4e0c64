/* SPDX-License-Identifier: MIT */
/* store_fixture.h - the store of a suite, and objects whose bytes are known */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <drivers/store.h>
#include <kernel/string.h>
#include <mm/page.h>

static struct store store;
static u8 bytes[PAGE_SIZE], read[PAGE_SIZE];

static inline int put(u32 key)
{
	store_make(key, bytes);
	return store_put(&store, key, bytes, GFP_KERNEL);
}

/* Is @key there, with its own bytes? */
static inline bool has(u32 key)
{
	store_make(key, bytes);
	memset(read, 0, sizeof(read));
	return !store_get(&store, key, read) &&
	       !memcmp(bytes, read, sizeof(read));
}

/* Reclaim wants @nr objects. Return: what the shrinker answers. */
static inline unsigned long take(unsigned long nr, gfp_t gfp)
{
	struct shrink_control sc = { .gfp_mask = gfp,
				     .zone_mask = ~0u,
				     .nr_to_scan = nr };

	return store.shrinker.scan_objects(&store.shrinker, &sc);
}

#endif
