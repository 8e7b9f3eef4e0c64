/* SPDX-License-Identifier: MIT */
/* scull_kmalloc.c - the module scull: units from kmalloc() */
#include <linux/module.h>
#include <linux/slab.h>
#include "scull.h"

static int scull_major;
static int scull_nr_devs = 4;
static int scull_quantum = 4000;
static int scull_qset = 1000;
module_param(scull_major, int, 0444);
module_param(scull_nr_devs, int, 0444);
module_param(scull_quantum, int, 0444);
module_param(scull_qset, int, 0444);
MODULE_PARM_DESC(scull_major, "major number; 0: a free one");
MODULE_PARM_DESC(scull_nr_devs, "how many devices");
MODULE_PARM_DESC(scull_quantum, "bytes of a unit");
MODULE_PARM_DESC(scull_qset, "units in a set");

int *const scull_param_major = &scull_major;
int *const scull_param_devs = &scull_nr_devs;
int *const scull_param_quantum = &scull_quantum;
int *const scull_param_qset = &scull_qset;

static size_t unit_bytes(int quantum)
{
	return (size_t)quantum;
}

static void *unit_alloc(int quantum)
{
	return kzalloc((size_t)quantum, GFP_KERNEL);
}

static void unit_free(void *unit, int quantum)
{
	(void)quantum;
	kfree(unit);
}

const struct scull_backing scull_backing = {
	.name = "scull",
	.magic = 'k',
	.quantum_most = KMALLOC_MAX_SIZE,
	.unit_bytes = unit_bytes,
	.unit_alloc = unit_alloc,
	.unit_free = unit_free,
};

MODULE_DESCRIPTION("memory as a device, from kmalloc()");
MODULE_LICENSE("Dual MIT/GPL");
