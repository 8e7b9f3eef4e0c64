/* SPDX-License-Identifier: MIT */
/* bench_mempool.c - the row of memory pools. */
#include "mm_bench.h"

static mempool_t *pool;

static void mp_pair(unsigned int n)
{
	while (n--) {
		void *p = mempool_alloc(pool, GFP_KERNEL);

		bench_use(p);
		mempool_free(p, pool);
	}
}

bool bench_mempool(void)
{
	struct kmem_cache *cache;

	if (!bench_wanted("mempool_pair"))
		return true;
	cache = kmem_cache_create("mm_bench", 192, 0, SLAB_HWCACHE_ALIGN, NULL);
	if (!cache)
		return false;
	pool = mempool_create(16, mempool_alloc_slab, mempool_free_slab, cache);
	if (pool)
		pair("mempool_pair", 192, NPAIR, mp_pair);
	mempool_destroy(pool);
	kmem_cache_destroy(cache);
	return pool != NULL;
}
