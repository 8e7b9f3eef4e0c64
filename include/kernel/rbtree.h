/* SPDX-License-Identifier: MIT */
/*
 * rbtree.h - red-black trees with the node inside the object
 *
 * The tree knows no keys: the user walks down from root->rb_node, remembers
 * the empty link it ended at, and calls rb_link_node() and rb_insert_color().
 *
 * An augmented tree keeps in each object a summary of the subtree below it (a
 * largest gap, a last address). The user names three callbacks and calls the
 * _augmented forms; before rb_insert_augmented() it has brought the summaries
 * up to date from the new node (its own included) to the root.
 *
 * Locking: the caller's, for every call.
 */
#ifndef KERNEL_RBTREE_H
#define KERNEL_RBTREE_H

#include <kernel/types.h>

#define RB_RED 0ul
#define RB_BLACK 1ul

/* Word-aligned, so the lowest bit of the parent's address holds the colour. */
struct rb_node {
	unsigned long __rb_parent_color;
	struct rb_node *rb_right;
	struct rb_node *rb_left;
} __aligned(sizeof(long));

static_assert(sizeof(struct rb_node) == 3 * sizeof(long),
	      "the colour has no word of its own");

struct rb_root {
	struct rb_node *rb_node; /* NULL: empty */
};

#define RB_ROOT          \
	(struct rb_root) \
	{                \
		NULL     \
	}

#define rb_parent(node) \
	((struct rb_node *)((node)->__rb_parent_color & ~RB_BLACK))
#define rb_entry(ptr, type, member) container_of(ptr, type, member)
#define rb_entry_safe(ptr, type, member)                          \
	({                                                        \
		__typeof__(ptr) _rb_ptr = (ptr);                  \
		_rb_ptr ? rb_entry(_rb_ptr, type, member) : NULL; \
	})

/* A node that names itself as parent is in no tree. */
#define RB_CLEAR_NODE(node) ((node)->__rb_parent_color = (unsigned long)(node))
#define RB_EMPTY_NODE(node) ((node)->__rb_parent_color == (unsigned long)(node))
#define RB_EMPTY_ROOT(root) ((root)->rb_node == NULL)

/*
 * How the summary of an augmented tree follows the tree's changes.
 * propagate: recompute from @node upwards, stopping before @stop (NULL: at
 *	the root); may stop early where nothing changes any more
 * copy: @new takes the place of @old with the same subtree: same summary
 * rotate: @new took the place of @old, which is now its child: @new gets
 *	the summary of @old, and @old's is recomputed from its children
 */
struct rb_augment_callbacks {
	void (*propagate)(struct rb_node *node, struct rb_node *stop);
	void (*copy)(struct rb_node *old, struct rb_node *new);
	void (*rotate)(struct rb_node *old, struct rb_node *new);
};

/* Hang the new red @node at the empty *@link of @parent (NULL: the root). */
static inline void rb_link_node(struct rb_node *node, struct rb_node *parent,
				struct rb_node **link)
{
	node->__rb_parent_color = (unsigned long)parent | RB_RED;
	node->rb_left = NULL;
	node->rb_right = NULL;
	*link = node;
}

/* Rebalance after rb_link_node(); at most two rotations. */
void rb_insert_color(struct rb_node *node, struct rb_root *root);
void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			 const struct rb_augment_callbacks *augment);

/* Take @node, which must be in @root, out; at most three rotations. */
void rb_erase(struct rb_node *node, struct rb_root *root);
void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *augment);

/* Put @new where @victim is; the caller vouches that the order is kept. */
void rb_replace_node(struct rb_node *victim, struct rb_node *new,
		     struct rb_root *root);

/* In order. Return: NULL at the end, or if the tree (or node) is empty. */
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);

/**
 * rb_check - walk the whole tree and count what is wrong
 * @root: changed by nobody meanwhile
 *
 * Invariants: R1 the root is black and has no parent; R2 a child names its
 * parent; R3 a red node has no red child; R4 every way down to an empty link
 * passes the same number of black nodes. A child that breaks R2 is not
 * entered, so the walk ends on any corruption that still has valid addresses.
 *
 * Return: the number of violations; 0 for a sound tree.
 * Context: any; O(n), no recursion.
 */
int rb_check(const struct rb_root *root);

/*
 * Write the three callbacks for the usual summary, the largest value of a
 * subtree: in @rbstruct, whose node is @rbfield, the field @rbaugmented of
 * @rbtype is the largest of @rbcompute(object) over the object and all below.
 * Defines "@rbstatic const struct rb_augment_callbacks @rbname".
 */
#define RB_DECLARE_CALLBACKS_MAX(rbstatic, rbname, rbstruct, rbfield, rbtype,  \
				 rbaugmented, rbcompute)                       \
	static inline rbtype rbname##_largest(rbstruct *obj)                   \
	{                                                                      \
		struct rb_node *left = obj->rbfield.rb_left;                   \
		struct rb_node *right = obj->rbfield.rb_right;                 \
		rbtype largest = rbcompute(obj);                               \
                                                                               \
		if (left &&                                                    \
		    rb_entry(left, rbstruct, rbfield)->rbaugmented > largest)  \
			largest = rb_entry(left, rbstruct, rbfield)            \
					  ->rbaugmented;                       \
		if (right &&                                                   \
		    rb_entry(right, rbstruct, rbfield)->rbaugmented > largest) \
			largest = rb_entry(right, rbstruct, rbfield)           \
					  ->rbaugmented;                       \
		return largest;                                                \
	}                                                                      \
	static void rbname##_propagate(struct rb_node *node,                   \
				       struct rb_node *stop)                   \
	{                                                                      \
		while (node != stop) {                                         \
			rbstruct *obj = rb_entry(node, rbstruct, rbfield);     \
			rbtype largest = rbname##_largest(obj);                \
                                                                               \
			if (obj->rbaugmented == largest)                       \
				break;                                         \
			obj->rbaugmented = largest;                            \
			node = rb_parent(node);                                \
		}                                                              \
	}                                                                      \
	static void rbname##_copy(struct rb_node *old, struct rb_node *new)    \
	{                                                                      \
		rb_entry(new, rbstruct, rbfield)->rbaugmented =                \
			rb_entry(old, rbstruct, rbfield)->rbaugmented;         \
	}                                                                      \
	static void rbname##_rotate(struct rb_node *old, struct rb_node *new)  \
	{                                                                      \
		rbstruct *lower = rb_entry(old, rbstruct, rbfield);            \
                                                                               \
		rbname##_copy(old, new);                                       \
		lower->rbaugmented = rbname##_largest(lower);                  \
	}                                                                      \
	rbstatic const struct rb_augment_callbacks rbname = {                  \
		.propagate = rbname##_propagate,                               \
		.copy = rbname##_copy,                                         \
		.rotate = rbname##_rotate,                                     \
	}

#endif
