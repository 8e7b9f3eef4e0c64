/* SPDX-License-Identifier: MIT */
/* leaky.c - gives nothing back that it was told to take, or all of it */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

static int fail; /* what init returns */
module_param(fail, int, 0);
static bool tidy;
module_param(tidy, bool, 0);
static unsigned int objects;
module_param(objects, uint, 0);
static unsigned int numbers; /* of devices, from LEAKY_DEV on */
module_param(numbers, uint, 0);
static unsigned int entries; /* of a scatterlist */
module_param(entries, uint, 0);
static char *cache_name;
module_param_named(cache, cache_name, charp, 0);

#define MOST_OBJECTS 100u
#define LEAKY_DEV MKDEV(240, 0) /* Linux keeps this major for experiments */
static void *small[MOST_OBJECTS];
static void *text, *large, *area, *zeroed;
static struct page *pages;
static struct kmem_cache *cache;
static void *of_cache;
static int __percpu *counter;
static struct sg_table list;

static noinline void *take_small(void)
{
	return kmalloc(50, GFP_KERNEL);
}

static void give_all(void)
{
	unsigned int i;

	for (i = 0; i < objects; i++)
		kfree(small[i]);
	kfree(text);
	kfree(large);
	kfree(zeroed);
	vfree(area);
	if (pages)
		__free_pages(pages, 1);
	if (of_cache)
		kmem_cache_free(cache, of_cache);
	kmem_cache_destroy(cache);
	free_percpu(counter);
	sg_free_table(&list);
	unregister_chrdev_region(LEAKY_DEV, numbers);
}

static int __init leaky_init(void)
{
	unsigned int i;

	for (i = 0; i < objects && i < MOST_OBJECTS; i++)
		small[i] = take_small();
	if (objects) {
		text = kstrdup("leaked", GFP_KERNEL);
		large = kmalloc(20000, GFP_KERNEL);
		zeroed = krealloc(kzalloc(10, GFP_ATOMIC), 300, GFP_KERNEL);
		area = vmalloc(5000);
		pages = alloc_pages(GFP_KERNEL, 1);
		counter = alloc_percpu(int);
	}
	if (entries && sg_alloc_table(&list, entries, GFP_KERNEL))
		return -ENOMEM;
	if (cache_name)
		cache = kmem_cache_create(cache_name, 48, 0, 0, NULL);
	if (cache)
		of_cache = kmem_cache_alloc(cache, GFP_KERNEL);
	if (numbers && register_chrdev_region(LEAKY_DEV, numbers, "leaky"))
		return -EBUSY;
	return fail;
}

static void __exit leaky_exit(void)
{
	if (tidy)
		give_all();
}

module_init(leaky_init);
module_exit(leaky_exit);
MODULE_LICENSE("GPL");
