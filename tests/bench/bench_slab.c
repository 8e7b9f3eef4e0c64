/* SPDX-License-Identifier: MIT */
/* bench_slab.c - rows of kmalloc and of slab caches. */
#include "mm_bench.h"

static struct kmem_cache *cache;
static volatile size_t var_size;

#define KM_PAIR(linkage, name, call)        \
	linkage void name(unsigned int n)   \
	{                                   \
		while (n--) {               \
			void *p = call;     \
			if (!p) {           \
				failures++; \
				return;     \
			}                   \
			bench_use(p);       \
			kfree(p);           \
		}                           \
	}
KM_PAIR(static, km_8, kmalloc(8, GFP_KERNEL))
KM_PAIR(static, km_64, kmalloc(64, GFP_KERNEL))
KM_PAIR(, km_256, kmalloc(256, GFP_KERNEL))
KM_PAIR(static, km_1024, kmalloc(1024, GFP_KERNEL))
KM_PAIR(static, km_4096, kmalloc(4096, GFP_KERNEL))
KM_PAIR(static, km_64k, kmalloc(65536, GFP_KERNEL))
KM_PAIR(static, km_128k, kmalloc(131072, GFP_KERNEL))
/* A size that the compiler does not know. */
KM_PAIR(static, km_var, kmalloc(var_size, GFP_KERNEL))
KM_PAIR(static, kz_256, kzalloc(256, GFP_KERNEL))
KM_PAIR(static, ka_256, kmalloc(256, GFP_ATOMIC))

#define KM_FILL(linkage, name, call)        \
	linkage void name(unsigned int n)   \
	{                                   \
		unsigned int i;             \
		for (i = 0; i < n; i++) {   \
			slot[i] = call;     \
			if (!slot[i])       \
				failures++; \
		}                           \
	}
KM_FILL(, kfill_64, kmalloc(64, GFP_KERNEL))
KM_FILL(, kfill_256, kmalloc(256, GFP_KERNEL))
KM_FILL(static, kfill_1024, kmalloc(1024, GFP_KERNEL))
KM_FILL(static, kfill_4096, kmalloc(4096, GFP_KERNEL))
KM_FILL(static, kc_fill, kmem_cache_alloc(cache, GFP_KERNEL))

void kdrain_same(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		kfree(slot[i]);
}

static void kdrain_rev(unsigned int n)
{
	while (n--)
		kfree(slot[n]);
}

void kdrain_rand(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		kfree(slot[perm[i]]);
}

static void kc_pair(unsigned int n)
{
	while (n--) {
		void *p = kmem_cache_alloc(cache, GFP_KERNEL);

		if (!p) {
			failures++;
			return;
		}
		bench_use(p);
		kmem_cache_free(cache, p);
	}
}

static void kc_drain(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		kmem_cache_free(cache, slot[i]);
}

static void kc_drain_rand(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		kmem_cache_free(cache, slot[perm[i]]);
}

static void kmalloc_pairs(void)
{
	pair("kmalloc_pair", 8, NPAIR, km_8);
	pair("kmalloc_pair", 64, NPAIR, km_64);
	pair("kmalloc_pair", 256, NPAIR, km_256);
	pair("kmalloc_pair", 1024, NPAIR, km_1024);
	pair("kmalloc_pair", 4096, 500, km_4096);
	pair("kmalloc_pair", 65536, 100, km_64k);
	pair("kmalloc_pair", 131072, 100, km_128k);
	var_size = 256;
	pair("kmalloc_var_pair", 256, NPAIR, km_var);
	pair("kzalloc_pair", 256, NPAIR, kz_256);
	pair("kmalloc_atomic_pair", 256, NPAIR, ka_256);
}

static void kmalloc_batches(void)
{
	batch("kmalloc_batch_alloc", "kfree_batch_same", 64, NBATCH, kfill_64,
	      kdrain_same);
	batch("kmalloc_batch_alloc", "kfree_batch_same", 256, NBATCH, kfill_256,
	      kdrain_same);
	batch("kmalloc_batch_alloc", "kfree_batch_same", 1024, NBATCH,
	      kfill_1024, kdrain_same);
	batch("kmalloc_batch_alloc", "kfree_batch_same", 4096, NBATCH,
	      kfill_4096, kdrain_same);
	batch("kmalloc_batch_alloc_r", "kfree_batch_reverse", 64, NBATCH,
	      kfill_64, kdrain_rev);
	batch("kmalloc_batch_alloc_r", "kfree_batch_reverse", 1024, NBATCH,
	      kfill_1024, kdrain_rev);
	batch("kmalloc_batch_alloc_x", "kfree_batch_random", 64, NBATCH,
	      kfill_64, kdrain_rand);
	batch("kmalloc_batch_alloc_x", "kfree_batch_random", 256, NBATCH,
	      kfill_256, kdrain_rand);
	batch("kmalloc_batch_alloc_x", "kfree_batch_random", 1024, NBATCH,
	      kfill_1024, kdrain_rand);
}

bool bench_slab(void)
{
	kmalloc_pairs();
	kmalloc_batches();
	cache = kmem_cache_create("mm_bench", 192, 0, SLAB_HWCACHE_ALIGN, NULL);
	if (!cache)
		return false;
	pair("kmem_cache_pair", 192, NPAIR, kc_pair);
	batch("kmem_cache_batch_alloc", "kmem_cache_batch_free", 192, NBATCH,
	      kc_fill, kc_drain);
	batch("kmem_cache_batch_alloc_x", "kmem_cache_batch_free_random", 192,
	      NBATCH, kc_fill, kc_drain_rand);
	kmem_cache_destroy(cache);
	return true;
}
