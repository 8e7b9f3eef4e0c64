/* SPDX-License-Identifier: MIT */
/* scull_pages.c - the module scullp: units of 2^order whole pages */
#include <linux/gfp.h>
#include <linux/module.h>
#include "scull.h"

static int scullp_major;
static int scullp_devs = 4;
static int scullp_order;
static int scullp_qset = 500;
module_param(scullp_major, int, 0444);
module_param(scullp_devs, int, 0444);
module_param(scullp_order, int, 0444);
module_param(scullp_qset, int, 0444);
MODULE_PARM_DESC(scullp_major, "major number; 0: a free one");
MODULE_PARM_DESC(scullp_devs, "how many devices");
MODULE_PARM_DESC(scullp_order, "a unit is 2^order pages");
MODULE_PARM_DESC(scullp_qset, "units in a set");

int *const scull_param_major = &scullp_major;
int *const scull_param_devs = &scullp_devs;
int *const scull_param_quantum = &scullp_order;
int *const scull_param_qset = &scullp_qset;

static size_t unit_bytes(int order)
{
	return PAGE_SIZE << order;
}

static void *unit_alloc(int order)
{
	return (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO | __GFP_COMP,
					(unsigned int)order);
}

static void unit_free(void *unit, int order)
{
	free_pages((unsigned long)unit, (unsigned int)order);
}

static struct page *unit_page(void *unit, size_t offset)
{
	return virt_to_page((char *)unit + offset);
}

const struct scull_backing scull_backing = {
	.name = "scullp",
	.magic = 'K',
	.quantum_most = MAX_ORDER - 1,
	.unit_bytes = unit_bytes,
	.unit_alloc = unit_alloc,
	.unit_free = unit_free,
	.unit_page = unit_page,
};

MODULE_DESCRIPTION("memory as a device, from whole pages");
MODULE_LICENSE("Dual MIT/GPL");
