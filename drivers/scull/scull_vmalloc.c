/* SPDX-License-Identifier: MIT */
/* scull_vmalloc.c - the module scullv: units of 2^order pages from vmalloc() */
#include <linux/module.h>
#include <linux/vmalloc.h>
#include "scull.h"

static int scullv_major;
static int scullv_devs = 4;
static int scullv_order = 4;
static int scullv_qset = 500;
module_param(scullv_major, int, 0444);
module_param(scullv_devs, int, 0444);
module_param(scullv_order, int, 0444);
module_param(scullv_qset, int, 0444);
MODULE_PARM_DESC(scullv_major, "major number; 0: a free one");
MODULE_PARM_DESC(scullv_devs, "how many devices");
MODULE_PARM_DESC(scullv_order, "a unit is 2^order pages");
MODULE_PARM_DESC(scullv_qset, "units in a set");

int *const scull_param_major = &scullv_major;
int *const scull_param_devs = &scullv_devs;
int *const scull_param_quantum = &scullv_order;
int *const scull_param_qset = &scullv_qset;

static size_t unit_bytes(int order)
{
	return PAGE_SIZE << order;
}

static void *unit_alloc(int order)
{
	return vzalloc(unit_bytes(order));
}

static void unit_free(void *unit, int order)
{
	(void)order;
	vfree(unit);
}

static struct page *unit_page(void *unit, size_t offset)
{
	return vmalloc_to_page((char *)unit + offset);
}

const struct scull_backing scull_backing = {
	.name = "scullv",
	.magic = 'v',
	.quantum_most = 14, /* 64 MiB */
	.unit_bytes = unit_bytes,
	.unit_alloc = unit_alloc,
	.unit_free = unit_free,
	.unit_page = unit_page,
};

MODULE_DESCRIPTION("memory as a device, from vmalloc()");
MODULE_LICENSE("Dual MIT/GPL");
