/* SPDX-License-Identifier: MIT */
/*
 * scull.h - a device that is a piece of memory, and where the memory is from
 *
 * What is written to /dev/scull0 can be read back; the device grows as it is
 * written and begins anew when it is opened for writing only. The logic is the
 * same in all four modules (scull_main.c); each brings one backing, which knows
 * nothing but how to get a unit of memory and how to give it back:
 *
 *	scull	kmalloc()		scull_kmalloc.c
 *	scullc	a cache of its own	scull_cache.c
 *	scullp	whole pages		scull_pages.c
 *	scullv	vmalloc()		scull_vmalloc.c
 */
#ifndef SCULL_H
#define SCULL_H

#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/types.h>

/* A row of pointers to units, and the next one. A unit is had when somebody
 * writes to it: until then its pointer is NULL, and it cannot be read. */
struct scull_set {
	void **unit; /* [dev->qset], or NULL */
	struct scull_set *next;
};

struct scull_dev {
	struct mutex lock; /* one reader or writer at a time */

	/* Changed with @lock and @shape_lock held, read with either. */
	struct mutex shape_lock;
	struct scull_set *sets;
	int quantum; /* the unit, as the backing measures it: bytes or order */
	int qset; /* units in a set */
	loff_t size; /* bytes written so far, holes included */
	unsigned int nr_units; /* had */

	/* Guarded by @shape_lock. */
	unsigned int nr_vmas; /* mappings of it: then it cannot be trimmed */

	struct cdev cdev;
};

/* Where units come from. */
struct scull_backing {
	const char *name; /* of module, devices and driver */
	char magic; /* of its ioctls */
	int quantum_most; /* by ioctl; 0: it stays as it was at the start */
	size_t (*unit_bytes)(int quantum); /* 0: there is no such unit */
	/* A unit of zeroes, or NULL. May sleep. */
	void *(*unit_alloc)(int quantum);
	void (*unit_free)(void *unit, int quantum);
	/* The page at @offset in @unit, for mmap(); NULL: no mmap(). */
	struct page *(*unit_page)(void *unit, size_t offset);
	/* Is @quantum allowed from now on? May be NULL; all devices are empty. */
	int (*start)(int quantum);
	void (*stop)(void);
};

/* The module's own: its backing, and its parameters under their names. */
extern const struct scull_backing scull_backing;
extern int *const scull_param_major; /* 0: a free one */
extern int *const scull_param_devs;
extern int *const scull_param_quantum;
extern int *const scull_param_qset;

/* Devices at most, of each module. */
#define SCULL_DEVS_MOST 64
/* Pointers in a set at most: the row is had from kmalloc(). */
#define SCULL_QSET_MOST 262144

#endif
