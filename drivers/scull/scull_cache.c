/* SPDX-License-Identifier: MIT */
/* scull_cache.c - the module scullc: units from a cache of their own */
#include <linux/module.h>
#include <linux/slab.h>
#include "scull.h"

static int scullc_major;
static int scullc_devs = 4;
static int scullc_quantum = 4000;
static int scullc_qset = 500;
module_param(scullc_major, int, 0444);
module_param(scullc_devs, int, 0444);
module_param(scullc_quantum, int, 0444);
module_param(scullc_qset, int, 0444);
MODULE_PARM_DESC(scullc_major, "major number; 0: a free one");
MODULE_PARM_DESC(scullc_devs, "how many devices");
MODULE_PARM_DESC(scullc_quantum, "bytes of a unit: of the cache's objects");
MODULE_PARM_DESC(scullc_qset, "units in a set");

int *const scull_param_major = &scullc_major;
int *const scull_param_devs = &scullc_devs;
int *const scull_param_quantum = &scullc_quantum;
int *const scull_param_qset = &scullc_qset;

static struct kmem_cache *scullc_cache;

/* No cache has larger objects. */
static size_t unit_bytes(int quantum)
{
	return (size_t)quantum <= KMALLOC_MAX_SIZE ? (size_t)quantum : 0;
}

static void *unit_alloc(int quantum)
{
	(void)quantum;
	return kmem_cache_zalloc(scullc_cache, GFP_KERNEL);
}

static void unit_free(void *unit, int quantum)
{
	(void)quantum;
	kmem_cache_free(scullc_cache, unit);
}

static int start(int quantum)
{
	scullc_cache = kmem_cache_create("scullc", (size_t)quantum, 0,
					 SLAB_HWCACHE_ALIGN, NULL);
	return scullc_cache ? 0 : -ENOMEM;
}

static void stop(void)
{
	kmem_cache_destroy(scullc_cache);
}

const struct scull_backing scull_backing = {
	.name = "scullc",
	.magic = 'c',
	.quantum_most = 0, /* the cache's objects are of one size */
	.unit_bytes = unit_bytes,
	.unit_alloc = unit_alloc,
	.unit_free = unit_free,
	.start = start,
	.stop = stop,
};

MODULE_DESCRIPTION("memory as a device, from a cache of its own");
MODULE_LICENSE("Dual MIT/GPL");
