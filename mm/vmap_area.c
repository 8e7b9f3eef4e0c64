/* SPDX-License-Identifier: MIT */
/*
 * vmap_area.c - a window of addresses, its areas and its holes
 *
 * Areas that are taken sit in a red-black tree by address. There are no
 * objects for holes: each area carries the length of the hole below it (gap),
 * and each tree node the largest gap of its subtree (max_gap). The hole at the
 * very top belongs to @top, an empty area at the end of the window that is
 * always there. So giving an area back is arithmetic: its bytes and its gap go
 * to the gap of the area above. Nothing is allocated, nothing can fail.
 *
 * The lowest hole that fits is found by going left wherever max_gap says that
 * the left subtree has one. A new area is placed at the bottom of a hole, and
 * hangs just before the area above it in the tree: that is its left child if
 * it has none, else the right child of the area below. No second descent.
 *
 * Invariants (vmap_space_check() walks them all):
 *   V1  the tree is a red-black tree (rb_check())
 *   V2  areas ascend within the window, page-aligned; only @top is empty
 *   V3  gap is the distance from the area below (or the window's start)
 *   V4  max_gap is the largest gap of the subtree
 *   V5  nr_areas and used_bytes are what the list adds up to
 *   V6  list and tree have the same areas in the same order
 *
 * Locking: space->lock, irq-safe, rank LOCK_VMALLOC, held by the caller.
 * Readers without it (the page fault path) go by change_count: it is odd
 * during a change, and has moved after one.
 *
 * Not here: pages, page tables, when a freed range may be taken again.
 */
#define pr_fmt(fmt) "vmap: " fmt
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <mm/vmap_area.h>
#include <asm/page.h>

#define vmap_gap(area) ((area)->gap)
RB_DECLARE_CALLBACKS_MAX(static, vmap_augment, struct vmap_area, node,
			 unsigned long, max_gap, vmap_gap);

static struct vmap_area *vmap_entry(const struct rb_node *node)
{
	return rb_entry(node, struct vmap_area, node);
}

/* Tell readers without the lock that the tree is not to be believed. */
static void vmap_change_begin(struct vmap_space *space)
{
	WRITE_ONCE(space->change_count, space->change_count + 1);
	/* Pairs with the fences in vmap_space_find_lockless(). */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void vmap_change_end(struct vmap_space *space)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	WRITE_ONCE(space->change_count, space->change_count + 1);
}

void vmap_space_init(struct vmap_space *space,
		     const struct vmap_space_desc *desc)
{
	struct vmap_area *top = &space->top;

	/* Above the top area there must be an address that is none of ours. */
	BUG_ON(!IS_ALIGNED(desc->start | desc->end, PAGE_SIZE));
	BUG_ON(desc->end < desc->start);
	/* One area that is always there: no case without a tree. */
	*space = (struct vmap_space){ .desc = *desc, .root = RB_ROOT };
	spin_lock_init(&space->lock, "vmap_space->lock", LOCK_VMALLOC);
	INIT_LIST_HEAD(&space->areas);

	top->start = top->end = desc->end;
	top->gap = top->max_gap = desc->end - desc->start;
	rb_link_node(&top->node, NULL, &space->root.rb_node);
	rb_insert_augmented(&top->node, &space->root, &vmap_augment);
	list_add(&top->link, &space->areas);
}

/* Is there a hole of @size bytes below some area of the subtree? */
static bool vmap_subtree_fits(const struct rb_node *node, unsigned long size)
{
	return node && vmap_entry(node)->max_gap >= size;
}

/* The lowest area of a subtree whose gap is @size or more; there is one. */
static struct vmap_area *vmap_lowest_in(struct rb_node *node,
					unsigned long size)
{
	for (;;) {
		if (vmap_subtree_fits(node->rb_left, size))
			node = node->rb_left;
		else if (vmap_entry(node)->gap >= size)
			return vmap_entry(node);
		else
			node = node->rb_right;
	}
}

/* The next area above @area whose gap is @size or more, or NULL. */
static struct vmap_area *vmap_next_fit(struct vmap_area *area,
				       unsigned long size)
{
	struct rb_node *node = &area->node, *parent;

	for (;;) {
		if (vmap_subtree_fits(node->rb_right, size))
			return vmap_lowest_in(node->rb_right, size);
		/* Up, until we come out of a left subtree. */
		while ((parent = rb_parent(node)) && node == parent->rb_right)
			node = parent;
		if (!parent)
			return NULL;
		node = parent;
		if (vmap_entry(node)->gap >= size)
			return vmap_entry(node);
	}
}

/* The area whose gap has an aligned place for @size bytes, lowest first. */
static struct vmap_area *vmap_find_hole(const struct vmap_space *space,
					unsigned long size, unsigned long align,
					unsigned long *start)
{
	struct rb_node *root = space->root.rb_node;
	struct vmap_area *above;

	if (!vmap_subtree_fits(root, size))
		return NULL;
	for (above = vmap_lowest_in(root, size); above;
	     above = vmap_next_fit(above, size)) {
		unsigned long bottom = above->start - above->gap;
		unsigned long skip = -bottom & (align - 1);

		if (skip <= above->gap - size) {
			*start = bottom + skip;
			return above;
		}
	}
	return NULL;
}

/* Hang @area just below @above, in the tree and in the list. */
static void vmap_link(struct vmap_space *space, struct vmap_area *area,
		      struct vmap_area *above)
{
	struct rb_node **link = &above->node.rb_left;
	struct rb_node *parent = &above->node;

	if (*link) {
		/* There is something left of @above, so its highest node is
		 * the area below, and has nothing on its right. */
		parent = &list_entry(above->link.prev, struct vmap_area, link)
				  ->node;
		link = &parent->rb_right;
	}
	rb_link_node(&area->node, parent, link);
	list_add_tail(&area->link, &above->link);
	/* The new gap first, then the one above, which is further up: either
	 * walk may end early without having seen the other's change. */
	vmap_augment_propagate(parent, NULL);
	vmap_augment_propagate(&above->node, NULL);
	rb_insert_augmented(&area->node, &space->root, &vmap_augment);
}

int vmap_space_alloc(struct vmap_space *space, struct vmap_area *area,
		     unsigned long size, unsigned long align)
{
	struct vmap_area *above;
	unsigned long start;

	lockdep_assert_held(&space->lock);
	VM_BUG_ON(!size || !IS_ALIGNED(size, PAGE_SIZE));
	VM_BUG_ON(!is_power_of_2(align) || align < PAGE_SIZE);
	above = vmap_find_hole(space, size, align, &start);
	if (!above)
		return -ENOSPC;

	vmap_change_begin(space);
	area->start = start;
	area->end = start + size;
	area->gap = area->max_gap = start - (above->start - above->gap);
	above->gap = above->start - area->end;
	vmap_link(space, area, above);
	space->nr_areas++;
	space->used_bytes += size;
	vmap_change_end(space);
	return 0;
}

void vmap_space_free(struct vmap_space *space, struct vmap_area *area)
{
	unsigned long size = area->end - area->start;
	struct vmap_area *above;

	lockdep_assert_held(&space->lock);
	BUG_ON(area == &space->top || !space->nr_areas);
	above = list_entry(area->link.next, struct vmap_area, link);

	vmap_change_begin(space);
	rb_erase_augmented(&area->node, &space->root, &vmap_augment);
	list_del(&area->link);
	/* The bytes and the hole below them join the hole of the area above. */
	above->gap += area->gap + size;
	vmap_augment_propagate(&above->node, NULL);
	space->nr_areas--;
	space->used_bytes -= size;
	vmap_change_end(space);
}

struct vmap_area *vmap_space_at_or_above(const struct vmap_space *space,
					 unsigned long addr)
{
	struct rb_node *node = space->root.rb_node;
	struct vmap_area *best = NULL;

	lockdep_assert_held(&space->lock);
	while (node) {
		struct vmap_area *area = vmap_entry(node);

		if (area->end <= addr) {
			node = node->rb_right;
			continue;
		}
		/* It ends above @addr: a lower one may do so as well. */
		best = area;
		if (area->start <= addr)
			break;
		node = node->rb_left;
	}
	return best == &space->top ? NULL : best;
}

struct vmap_area *vmap_space_find(const struct vmap_space *space,
				  unsigned long addr)
{
	struct vmap_area *area = vmap_space_at_or_above(space, addr);

	return area && area->start <= addr ? area : NULL;
}

unsigned long vmap_space_largest_hole(const struct vmap_space *space)
{
	lockdep_assert_held(&space->lock);
	return vmap_entry(space->root.rb_node)->max_gap;
}

/* One descent that believes nothing. Return: false if it had to give up. */
static bool vmap_try_lockless(const struct vmap_space *space,
			      unsigned long addr, struct vmap_seen *seen)
{
	const struct rb_node *node = READ_ONCE(space->root.rb_node);
	unsigned int steps;

	*seen = (struct vmap_seen){ .area = NULL };
	for (steps = 0; node && steps < VMAP_FIND_STEPS; steps++) {
		const struct vmap_area *area;
		unsigned long start, end;

		/* Half a record, or one that is something else by now. */
		if (!IS_ALIGNED((unsigned long)node, sizeof(long)))
			return false;
		area = vmap_entry(node);
		if (area != &space->top && !space->desc.may_read(area))
			return false;
		start = READ_ONCE(area->start);
		end = READ_ONCE(area->end);
		if (addr < start) {
			seen->above_start = start;
			node = READ_ONCE(node->rb_left);
		} else if (addr >= end) {
			seen->below_end = end;
			node = READ_ONCE(node->rb_right);
		} else {
			seen->area = area;
			seen->start = start;
			seen->end = end;
			return true;
		}
	}
	/* Out of steps: a circle, which a rotation can show for a moment. */
	return !node;
}

bool vmap_space_find_lockless(const struct vmap_space *space,
			      unsigned long addr, struct vmap_seen *seen)
{
	unsigned int tries;

	for (tries = 0; tries < 3; tries++) {
		unsigned int before = READ_ONCE(space->change_count);
		bool ended;

		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		ended = vmap_try_lockless(space, addr, seen);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if (ended && !(before & 1) &&
		    before == READ_ONCE(space->change_count))
			break;
	}
	/* The window's end is no neighbour. */
	if (seen->above_start == space->desc.end)
		seen->above_start = 0;
	return tries < 3;
}

/* One line with the label of the invariant. Return: 1, to be added up. */
static int vmap_violation(const struct vmap_area *area, const char *label,
			  const char *what)
{
	pr_err("%s area=%#lx-%#lx %s\n", label, area->start, area->end, what);
	return 1;
}

/* V2, V3 and V4 of one area; @below_end is where the one below ends. */
static int vmap_check_area(const struct vmap_space *space,
			   struct vmap_area *area, unsigned long below_end)
{
	bool is_top = area == &space->top;
	int bad = 0;

	if (!IS_ALIGNED(area->start | area->end, PAGE_SIZE) ||
	    area->start < below_end || area->end > space->desc.end ||
	    (area->start >= area->end) != is_top)
		bad += vmap_violation(area, "V2", "is out of order");
	if (area->gap != area->start - below_end)
		bad += vmap_violation(area, "V3", "has a wrong gap");
	if (area->max_gap != vmap_augment_largest(area))
		bad += vmap_violation(area, "V4", "has a wrong max_gap");
	return bad;
}

int vmap_space_check(const struct vmap_space *space)
{
	const struct rb_node *node = rb_first(&space->root);
	unsigned long below_end = space->desc.start;
	unsigned long nr = 0, used = 0;
	struct vmap_area *area;
	int bad;

	lockdep_assert_held(&space->lock);
	bad = rb_check(&space->root);
	if (bad)
		pr_err("V1 the tree has %d violations\n", bad);
	list_for_each_entry(area, &space->areas, link) {
		bad += vmap_check_area(space, area, below_end);
		if (node != &area->node) {
			bad += vmap_violation(area, "V6", "is not next");
			break;
		}
		/* A circle that misses the head must end, too. */
		if (nr++ > space->nr_areas)
			break;
		used += area->end - area->start;
		below_end = area->end;
		node = rb_next(node);
	}
	if (nr != space->nr_areas + 1 || used != space->used_bytes) {
		pr_err("V5 areas=%lu used=%lu, counted %lu and %lu\n",
		       space->nr_areas, space->used_bytes, nr - 1, used);
		bad++;
	}
	return bad;
}
