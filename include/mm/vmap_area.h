/* SPDX-License-Identifier: MIT */
/*
 * vmap_area.h - who has which addresses of a window
 *
 * A vmap_space hands out ranges of a window of kernel addresses: the lowest
 * hole that fits, found in O(log n). It knows nothing of pages or page tables.
 * The descriptor of an area lies in its user's object, so no call here ever
 * allocates, and giving an area back cannot fail.
 *
 * Locking: every call but vmap_space_init() and vmap_space_find_lockless()
 * wants space->lock held.
 */
#ifndef MM_VMAP_AREA_H
#define MM_VMAP_AREA_H

#include <kernel/list.h>
#include <kernel/rbtree.h>
#include <kernel/spinlock.h>

/* A range that is taken. Fields are the space's own, read-only to others. */
struct vmap_area {
	struct rb_node node; /* by address */
	struct list_head link; /* by address: neighbours in O(1) */
	unsigned long start; /* inclusive, page-aligned */
	unsigned long end; /* exclusive, page-aligned */
	unsigned long gap; /* free bytes between the area below and start */
	unsigned long max_gap; /* largest gap in the subtree at node */
};

struct vmap_space_desc {
	unsigned long start; /* page-aligned */
	unsigned long end; /* exclusive; equal to start: nothing ever fits */
	/* May a reader without the lock look at this address? It is asked
	 * before each step, because what it follows may be changing. NULL: no
	 * lock-free reader will come. */
	bool (*may_read)(const void *node);
};

struct vmap_space {
	/* Set once. */
	struct vmap_space_desc desc;

	/* Guarded by @lock; see vmap_area.c for the invariants. */
	spinlock_t lock;
	struct rb_root root;
	struct list_head areas; /* ascending; the last one is @top */
	struct vmap_area top; /* empty area at desc.end: owns the last gap */
	unsigned long nr_areas; /* without @top */
	unsigned long used_bytes;
	unsigned int change_count; /* odd while a change is under way */
};

/* Make an empty space. Context: before anyone else knows @space. */
void vmap_space_init(struct vmap_space *space,
		     const struct vmap_space_desc *desc);

/**
 * vmap_space_alloc - take the lowest range of @size bytes that is free
 * @area: filled in; the caller's memory until vmap_space_free()
 * @size: a multiple of PAGE_SIZE, not 0
 * @align: a power of two, at least PAGE_SIZE
 *
 * O(log n) for page alignment; with a larger one, holes that are long enough
 * but lie awkwardly cost one more step each.
 * Return: 0; -ENOSPC if no hole fits (nothing is changed).
 * Context: any, space->lock held.
 */
int __must_check vmap_space_alloc(struct vmap_space *space,
				  struct vmap_area *area, unsigned long size,
				  unsigned long align);

/* Give back what vmap_space_alloc() took. Context: any, space->lock held. */
void vmap_space_free(struct vmap_space *space, struct vmap_area *area);

/* The area that covers @addr, or NULL. Context: any, space->lock held. */
struct vmap_area *vmap_space_find(const struct vmap_space *space,
				  unsigned long addr);

/* The first area that ends above @addr, or NULL. Context: as above. */
struct vmap_area *vmap_space_at_or_above(const struct vmap_space *space,
					 unsigned long addr);

/* Bytes of the largest hole. Context: as above. */
unsigned long vmap_space_largest_hole(const struct vmap_space *space);

/* What a reader without the lock saw. */
struct vmap_seen {
	const struct vmap_area *area; /* NULL: none covers the address */
	unsigned long start, end; /* of the area */
	unsigned long below_end; /* end of the nearest area below, or 0 */
	unsigned long above_start; /* start of the nearest above, or 0 */
};

/**
 * vmap_space_find_lockless - the area that covers @addr, for fault reports
 *
 * Reads at most VMAP_FIND_STEPS nodes, three times at most, and follows no
 * pointer that desc.may_read() refuses, so it ends and does not fault even if
 * this very CPU was interrupted in the middle of a change.
 * Return: true if no change was under way: then the answer is exact.
 * Context: any, no lock needed.
 */
#define VMAP_FIND_STEPS 64
bool vmap_space_find_lockless(const struct vmap_space *space,
			      unsigned long addr, struct vmap_seen *seen);

/* Check V1..V6; prints each violation by label. Return: their number.
 * Context: any, space->lock held. */
int vmap_space_check(const struct vmap_space *space);

#endif
