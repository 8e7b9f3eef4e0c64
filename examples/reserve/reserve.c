/* SPDX-License-Identifier: MIT */
/*
 * reserve.c - memory that is there when none is: a pool
 *
 * A pool keeps some elements in reserve, for code that must go on. Each time
 * /proc/reserve is read the module asks for so many elements, once of kmalloc()
 * and once of the pool, and gives them back. In a machine that is short of
 * memory (the boot word failslab= makes one) the first fails, the second does
 * not.
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

static mempool_t *pool;
static DEFINE_MUTEX(reader_lock); /* one reader at a time has the reserve */

static unsigned int try_kmalloc(void **element)
{
	unsigned int i, got = 0;

	for (i = 0; i < ELEMENTS; i++) {
		element[i] = kmalloc(ELEMENT_BYTES, GFP_TRY);
		got += element[i] != NULL;
	}
	for (i = 0; i < ELEMENTS; i++)
		kfree(element[i]);
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
	direct = try_kmalloc(element);
	pooled = try_pool(element);
	mutex_unlock(&reader_lock);
	seq_printf(m, "kmalloc: %u of %u\npool:    %u of %u\n", direct,
		   ELEMENTS, pooled, ELEMENTS);
	return 0;
}

static int __init reserve_init(void)
{
	pool = mempool_create_kmalloc_pool(ELEMENTS, ELEMENT_BYTES);
	if (!pool)
		return -ENOMEM;
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
