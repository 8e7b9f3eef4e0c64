/* SPDX-License-Identifier: MIT */
/* api_memory.c - the memory of the books, from a module */
#include <linux/module.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <linux/mempool.h>
#include <linux/percpu.h>
#include <linux/dmapool.h>
#include <linux/highmem.h>
#include <linux/shrinker.h>
#include <linux/string.h>
#include <linux/io.h>
#include <asm/page.h>
#include "api.h"

struct thing {
	int number;
	char name[20];
};

static void thing_ctor(void *object)
{
	((struct thing *)object)->number = 4711;
}

static void objects(void)
{
	char *a = kmalloc(100, GFP_KERNEL), *b = kzalloc(5000, GFP_KERNEL);
	int *c = kcalloc(10, sizeof(*c), GFP_ATOMIC), *d;
	struct kmem_cache *cache;
	struct thing *thing;

	API_EXPECT(a && b && c);
	API_EXPECT(ksize(a) >= 100);
	API_EXPECT(b[0] == 0 && b[4999] == 0 && c[9] == 0);
	d = krealloc(c, 400, GFP_KERNEL);
	API_EXPECT(d && d[9] == 0);
	kfree(a);
	kfree(b);
	kfree(d);
	kfree(NULL);
	API_EXPECT(!kmalloc(0x7fffffff, GFP_KERNEL | __GFP_NOWARN));

	cache = kmem_cache_create("api-things", sizeof(struct thing), 0,
				  SLAB_HWCACHE_ALIGN, thing_ctor);
	API_EXPECT(cache);
	thing = kmem_cache_alloc(cache, GFP_KERNEL);
	API_EXPECT(thing && thing->number == 4711);
	kmem_cache_free(cache, thing);
	kmem_cache_destroy(cache);
}

static void pages(void)
{
	unsigned long one = __get_free_page(GFP_KERNEL);
	unsigned long four = __get_free_pages(GFP_KERNEL, 2);
	unsigned long dma = __get_free_page(GFP_KERNEL | GFP_DMA);
	char *clean = (char *)get_zeroed_page(GFP_KERNEL);
	struct page *high = alloc_pages(GFP_HIGHUSER, 0);
	char *mapped;

	API_EXPECT(one && four && dma && clean && high);
	API_EXPECT(four % (4 * PAGE_SIZE) == 0);
	API_EXPECT(__pa(dma) < 16ul << 20);
	API_EXPECT(clean[0] == 0 && clean[PAGE_SIZE - 1] == 0);
	API_EXPECT(page_address(virt_to_page((void *)one)) == (void *)one);
	API_EXPECT(phys_to_virt(virt_to_phys(clean)) == clean);
	API_EXPECT((void *)one < high_memory);
	mapped = kmap(high);
	strcpy(mapped, "high");
	kunmap(high);
	mapped = kmap_local_page(high);
	API_EXPECT(!strcmp(mapped, "high"));
	kunmap_local(mapped);
	free_page(one);
	free_pages(four, 2);
	free_page(dma);
	free_page((unsigned long)clean);
	__free_pages(high, 0);
}

/* The books' forms with a node, of which there is one. */
static void with_a_node(void)
{
	struct page *page = alloc_pages_node(numa_node_id(), GFP_KERNEL, 1);
	struct kmem_cache *cache = KMEM_CACHE(list_head, 0);
	int *row = kcalloc_node(4, sizeof(*row), GFP_KERNEL, NUMA_NO_NODE);
	char *small = kmalloc_node(100, GFP_KERNEL, 0);
	char *zero = kzalloc_node(100, GFP_KERNEL, 0);
	int *array = kmalloc_array_node(4, sizeof(*array), GFP_KERNEL, 0);
	char *large = kvmalloc_node(70000, GFP_KERNEL, 0);
	char *clean = kvzalloc_node(70000, GFP_KERNEL, NUMA_NO_NODE);
	void *object;

	API_EXPECT(page && cache && row && small && zero && array && large);
	API_EXPECT(clean && !clean[69999] && !zero[99] && !row[3]);
	object = kmem_cache_alloc_node(cache, GFP_KERNEL, 0);
	API_EXPECT(object);
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
	kvfree(clean);
	kvfree(large);
	kfree(array);
	kfree(zero);
	kfree(small);
	kfree(row);
	__free_pages(page, 1);
}

struct row {
	unsigned int nr;
	u8 shown[8];
	u32 items[];
};

/* Names of today: products that cannot wrap, memory that goes by itself. */
static void sizes_and_scopes(void)
{
	struct kmem_cache *cache = KMEM_CACHE_USERCOPY(row, 0, shown);
	struct row *row __free(kfree) = NULL;
	u8 *grown __free(kvfree) = kvmalloc_array(100, 10, GFP_KERNEL);
	const char *name = kstrdup_const("row", GFP_KERNEL);
	void *object;

	row = kzalloc(struct_size(row, items, 20), GFP_KERNEL);
	API_EXPECT(cache && row && grown && name && !strcmp(name, "row"));
	API_EXPECT(ksize(row) >= sizeof(*row) + 20 * sizeof(u32));
	API_EXPECT(struct_size(row, items, SIZE_MAX / 2) == SIZE_MAX);
	API_EXPECT(array3_size(3, 5, 7) == 105 && size_sub(2, 3) == SIZE_MAX);
	grown[999] = 7;
	object = kvrealloc(grown, 1000, 70000, GFP_KERNEL);
	API_EXPECT(object);
	grown = object;
	API_EXPECT(grown[999] == 7);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	API_EXPECT(object);
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
	kfree_const(name);
}

static void areas(void)
{
	char *v = vmalloc(10 * PAGE_SIZE), *z = vzalloc(3), *u;
	struct page *frames[2];
	char *m;

	API_EXPECT(v && z && is_vmalloc_addr(v) && !z[0]);
	API_EXPECT(pfn_to_page(vmalloc_to_pfn(v)) == vmalloc_to_page(v));
	frames[0] = vmalloc_to_page(v + PAGE_SIZE);
	frames[1] = vmalloc_to_page(v);
	m = vmap(frames, 2, VM_MAP, PAGE_KERNEL);
	API_EXPECT(m);
	strcpy(v, "first page");
	API_EXPECT(!strcmp(m + PAGE_SIZE, "first page"));
	vunmap(m);
	u = vmalloc_user(100);
	API_EXPECT(u && !u[0]);
	vfree(u);
	u = vmalloc_32(100);
	API_EXPECT(u);
	vfree(u);
	vfree(v);
	vfree(z);
	vfree(NULL);
}

static void reserves(void)
{
	mempool_t *pool = mempool_create_kmalloc_pool(4, 256);
	struct dma_pool *blocks = dma_pool_create("api", NULL, 64, 64, 0);
	static mempool_t own;
	dma_addr_t bus;
	void *p, *q;

	API_EXPECT(pool && blocks);
	API_EXPECT(mempool_init_page_pool(&own, 2, 1) == 0);
	p = mempool_alloc(&own, GFP_KERNEL);
	API_EXPECT(p);
	mempool_free(p, &own);
	mempool_exit(&own);
	p = mempool_alloc(pool, GFP_KERNEL);
	API_EXPECT(p);
	mempool_free(p, pool);
	mempool_destroy(pool);
	q = dma_pool_alloc(blocks, GFP_KERNEL, &bus);
	API_EXPECT(q && bus == virt_to_phys(q) && bus % 64 == 0);
	dma_pool_free(blocks, q, bus);
	dma_pool_destroy(blocks);
}

static DEFINE_PER_CPU(int, counter);

static void each_cpu(void)
{
	int *dynamic = alloc_percpu(int), cpu, sum = 0;

	API_EXPECT(dynamic);
	get_cpu_var(counter) += 5;
	put_cpu_var(counter);
	this_cpu_inc(counter);
	for_each_possible_cpu(cpu)
		sum += per_cpu(counter, cpu);
	API_EXPECT(sum == 6);
	*per_cpu_ptr(dynamic, get_cpu()) = 7;
	API_EXPECT(*this_cpu_ptr(dynamic) == 7);
	put_cpu();
	free_percpu(dynamic);
}

static unsigned long nothing_to_give(struct shrinker *s,
				     struct shrink_control *sc)
{
	return 0;
}

static struct shrinker shrinker = {
	.count_objects = nothing_to_give,
	.scan_objects = nothing_to_give,
	.seeks = DEFAULT_SEEKS,
};

static int __init api_init(void)
{
	objects();
	pages();
	with_a_node();
	sizes_and_scopes();
	areas();
	reserves();
	each_cpu();
	API_EXPECT(!register_shrinker(&shrinker, "api"));
	unregister_shrinker(&shrinker);
	return api_result();
}

static void __exit api_exit(void)
{
}

module_init(api_init);
module_exit(api_exit);
MODULE_LICENSE("GPL");
