/* SPDX-License-Identifier: MIT */
/*
 * plant_pool.c - wrong use of memory pools
 *
 * Each pool keeps records of its elements (mempool_debug), so that the report
 * says who holds one.
 */
#include <kernel/errno.h>
#include <kernel/plant.h>
#include <mm/mempool.h>
#include <mm/slab.h>

#define PLANT_MIN_NR 2
#define PLANT_BYTES 64u

static mempool_t *plant_pool(void)
{
	bool was = mempool_set_debug(true);
	mempool_t *pool =
		mempool_create_kmalloc_pool(PLANT_MIN_NR, PLANT_BYTES);

	mempool_set_debug(was);
	return pool;
}

static int plant_pool_busy(void)
{
	mempool_t *pool = plant_pool();
	void *element;

	if (!pool)
		return -ENOMEM;
	element = mempool_alloc(pool, GFP_KERNEL);
	mempool_destroy(pool);
	mempool_free(element, pool);
	mempool_destroy(pool);
	return 0;
}
PLANTED_BUG(pool_busy, "P56", "mempool destroyed with an element out",
	    plant_pool_busy);

static int plant_pool_overfull(void)
{
	mempool_t *pool = plant_pool();
	void *element;

	if (!pool)
		return -ENOMEM;
	element = mempool_alloc(pool, GFP_KERNEL);
	mempool_free(element, pool);
	mempool_free(plant_hide(element), pool);
	mempool_destroy(pool);
	return 0;
}
PLANTED_BUG(pool_overfull, "P56.overfull", "mempool element returned twice",
	    plant_pool_overfull);

static int plant_pool_foreign(void)
{
	mempool_t *pool = plant_pool();
	void *element, *other = kmalloc(PLANT_BYTES, GFP_KERNEL);

	if (!pool || !other) {
		mempool_destroy(pool);
		kfree(other);
		return -ENOMEM;
	}
	element = mempool_alloc(pool, GFP_KERNEL);
	mempool_free(other, pool);
	mempool_free(element, pool);
	mempool_destroy(pool);
	kfree(other);
	return 0;
}
PLANTED_BUG(pool_foreign, "P56.foreign",
	    "foreign element returned to a mempool", plant_pool_foreign);
