/* SPDX-License-Identifier: MIT */
/*
 * reserve.c - memory that is there when none is: a pool
 *
 * A pool keeps some elements in reserve, for code that must go on. Each time
 * /proc/reserve is read the module asks for so many elements, once of the
 * allocator below the pool and once of the pool, and gives them back. With
 * starve=1 the allocator plays a machine that has run out: it has nothing left.
 * The pool has.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mempool.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#define ELEMENTS 8 /* in reserve */
#define ELEMENT_BYTES 512

/* It may fail, and need not be told: that is what is shown here. */
#define GFP_TRY (GFP_NOWAIT | __GFP_NOWARN)

static bool starve;
module_param(starve, bool, 0444);
MODULE_PARM_DESC(starve, "once loaded, there is no memory left");

static mempool_t *pool;
static bool is_starving; /* set when the reserve is full */
static DEFINE_MUTEX(reader_lock); /* one reader at a time has the reserve */

static void *element_alloc(gfp_t gfp, void *pool_data)
{
	return is_starving ? NULL : kmalloc(ELEMENT_BYTES, gfp);
}

static void element_free(void *element, void *pool_data)
{
	kfree(element);
}

static unsigned int try_allocator(void **element)
{
	unsigned int i, got = 0;

	for (i = 0; i < ELEMENTS; i++) {
		element[i] = element_alloc(GFP_TRY, NULL);
		got += element[i] != NULL;
	}
	for (i = 0; i < ELEMENTS; i++)
		element_free(element[i], NULL);
	return got;
}

static unsigned int try_pool(void **element)
{
	unsigned int i, got = 0;

	for (i = 0; i < ELEMENTS; i++) {
		element[i] = mempool_alloc(pool, GFP_TRY);
		got += element[i] != NULL;
	}
	for (i = 0; i < ELEMENTS; i++) {
		if (element[i])
			mempool_free(element[i], pool);
	}
	return got;
}

static int reserve_show(struct seq_file *m, void *v)
{
	void *element[ELEMENTS];
	unsigned int direct, pooled;

	if (mutex_lock_interruptible(&reader_lock))
		return -ERESTARTSYS;
	direct = try_allocator(element);
	pooled = try_pool(element);
	mutex_unlock(&reader_lock);
	seq_printf(m, "allocator: %u of %u\npool:      %u of %u\n", direct,
		   ELEMENTS, pooled, ELEMENTS);
	return 0;
}

static int __init reserve_init(void)
{
	pool = mempool_create(ELEMENTS, element_alloc, element_free, NULL);
	if (!pool)
		return -ENOMEM;
	is_starving = starve;
	if (!proc_create_single("reserve", 0444, NULL, reserve_show)) {
		mempool_destroy(pool);
		return -ENOMEM;
	}
	return 0;
}

static void __exit reserve_exit(void)
{
	remove_proc_entry("reserve", NULL);
	mempool_destroy(pool);
}

module_init(reserve_init);
module_exit(reserve_exit);
MODULE_DESCRIPTION("a pool that keeps elements in reserve");
MODULE_LICENSE("Dual MIT/GPL");
