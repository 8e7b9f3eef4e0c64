/* SPDX-License-Identifier: MIT */
/*
 * rbtree.c - red-black trees, plain and augmented
 *
 * A node is red or black; an empty link counts as black. The invariants
 * (rb_check() walks them all) keep the longest way down at most twice as long
 * as the shortest:
 *   R1  the root is black and has no parent
 *   R2  a child names its parent
 *   R3  a red node has no red child
 *   R4  every way from the root to an empty link has as many black nodes
 *
 * All reshaping is one primitive, rb_raise(): a node changes places with its
 * parent and leaves it the child that lies between the two. Left and right are
 * mirror images, so every case is written once, for a side and the other one.
 *
 * Insertion may break R3 at the new node, and repairs it on the way up;
 * removal may break R4 below one link, which then lacks a black node. Each
 * loop either ends after a fixed number of raises or moves up one level.
 *
 * Summaries of an augmented tree are right before the first raise: the user
 * sees to it for an insertion, rb_erase_augmented() calls propagate() for a
 * removal. From there on a raise keeps them right by itself, because the set
 * of nodes below the raised one is the set that was below its parent.
 *
 * Locking: the caller's.
 */
#include <kernel/export.h>
#include <kernel/rbtree.h>

enum rb_side { RB_LEFT, RB_RIGHT };

static struct rb_node **rb_child(struct rb_node *node, enum rb_side side)
{
	return side == RB_LEFT ? &node->rb_left : &node->rb_right;
}

static enum rb_side rb_other(enum rb_side side)
{
	return side == RB_LEFT ? RB_RIGHT : RB_LEFT;
}

/* On which side of @parent the child @node hangs; NULL is a child, too. */
static enum rb_side rb_side_of(const struct rb_node *node,
			       const struct rb_node *parent)
{
	return parent->rb_left == node ? RB_LEFT : RB_RIGHT;
}

static unsigned long rb_color(const struct rb_node *node)
{
	return node->__rb_parent_color & RB_BLACK;
}

static bool rb_is_red(const struct rb_node *node)
{
	return node && rb_color(node) == RB_RED;
}

static void rb_set_color(struct rb_node *node, unsigned long color)
{
	node->__rb_parent_color = (node->__rb_parent_color & ~RB_BLACK) | color;
}

static void rb_set_parent(struct rb_node *node, struct rb_node *parent)
{
	node->__rb_parent_color = (unsigned long)parent | rb_color(node);
}

/* Make the link of @parent (NULL: the root) that leads to @old lead to @new. */
static void rb_change_child(struct rb_node *old, struct rb_node *new,
			    struct rb_node *parent, struct rb_root *root)
{
	if (!parent)
		root->rb_node = new;
	else
		*rb_child(parent, rb_side_of(old, parent)) = new;
}

/* Move @node above its parent, which becomes its child. Colours stay. */
static void rb_raise(struct rb_node *node, struct rb_root *root,
		     const struct rb_augment_callbacks *augment)
{
	struct rb_node *parent = rb_parent(node);
	struct rb_node *grand = rb_parent(parent);
	enum rb_side side = rb_side_of(node, parent);
	struct rb_node **inner = rb_child(node, rb_other(side));
	struct rb_node *between = *inner;

	*rb_child(parent, side) = between;
	if (between)
		rb_set_parent(between, parent);
	*inner = parent;
	rb_change_child(parent, node, grand, root);
	rb_set_parent(node, grand);
	rb_set_parent(parent, node);
	if (augment)
		augment->rotate(parent, node);
}

/* @node is red, and so may its parent be: the only breach, of R3 (or R1). */
static void rb_insert_fix(struct rb_node *node, struct rb_root *root,
			  const struct rb_augment_callbacks *augment)
{
	struct rb_node *parent = rb_parent(node);

	while (rb_is_red(parent)) {
		/* A red node is not the root (R1): there is a grandparent. */
		struct rb_node *grand = rb_parent(parent);
		enum rb_side side = rb_side_of(parent, grand);
		struct rb_node *uncle = *rb_child(grand, rb_other(side));

		if (rb_is_red(uncle)) {
			/* Hand the black down; grand may now break R3. */
			rb_set_color(parent, RB_BLACK);
			rb_set_color(uncle, RB_BLACK);
			rb_set_color(grand, RB_RED);
			node = grand;
			parent = rb_parent(node);
			continue;
		}
		/* Bring an inner node out, so that one raise is enough. */
		if (rb_side_of(node, parent) != side) {
			rb_raise(node, root, augment);
			parent = node;
		}
		rb_raise(parent, root, augment);
		rb_set_color(parent, RB_BLACK);
		rb_set_color(grand, RB_RED);
		return;
	}
	if (!parent)
		rb_set_color(node, RB_BLACK);
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	rb_insert_fix(node, root, NULL);
}
EXPORT_SYMBOL(rb_insert_color);

void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			 const struct rb_augment_callbacks *augment)
{
	rb_insert_fix(node, root, augment);
}
EXPORT_SYMBOL(rb_insert_augmented);

/*
 * The ways through @parent's child @node (perhaps NULL, never red) have one
 * black node too few. The sibling is not NULL: its ways have at least one.
 */
static void rb_erase_fix(struct rb_node *node, struct rb_node *parent,
			 struct rb_root *root,
			 const struct rb_augment_callbacks *augment)
{
	while (parent && !rb_is_red(node)) {
		enum rb_side side = rb_side_of(node, parent);
		enum rb_side away = rb_other(side);
		struct rb_node *sibling = *rb_child(parent, away);

		if (rb_is_red(sibling)) {
			/* Make it a case with a red parent: ends soon. */
			rb_set_color(sibling, RB_BLACK);
			rb_set_color(parent, RB_RED);
			rb_raise(sibling, root, augment);
			sibling = *rb_child(parent, away);
		}
		/* The other way has a black node more, so a sibling exists.
		 * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
		if (!rb_is_red(sibling->rb_left) &&
		    !rb_is_red(sibling->rb_right)) {
			/* Level both sides; the parent's ways now lack one. */
			rb_set_color(sibling, RB_RED);
			node = parent;
			parent = rb_parent(node);
			continue;
		}
		if (!rb_is_red(*rb_child(sibling, away))) {
			/* Only the near nephew is red: turn it outwards. */
			struct rb_node *near = *rb_child(sibling, side);

			rb_set_color(near, RB_BLACK);
			rb_set_color(sibling, RB_RED);
			rb_raise(near, root, augment);
			sibling = near;
		}
		rb_set_color(*rb_child(sibling, away), RB_BLACK);
		rb_set_color(sibling, rb_color(parent));
		rb_set_color(parent, RB_BLACK);
		rb_raise(sibling, root, augment);
		return;
	}
	/* A red node that takes the missing black, or the root. */
	if (node)
		rb_set_color(node, RB_BLACK);
}

/*
 * Put the successor of @node, which has two children, in its place. Return:
 * the parent of the link that the successor leaves; *@child is what hangs
 * there now, and *@color the colour that has gone from there.
 */
static struct rb_node *
rb_take_successor(struct rb_node *node, struct rb_root *root,
		  const struct rb_augment_callbacks *augment,
		  struct rb_node **child, unsigned long *color)
{
	struct rb_node *next = rb_next(node);
	struct rb_node *parent = rb_parent(next);

	*child = next->rb_right;
	*color = rb_color(next);
	rb_change_child(next, *child, parent, root);
	if (*child)
		rb_set_parent(*child, parent);
	/* Takes over the links of @node, which lead past next by now. */
	rb_replace_node(node, next, root);
	if (parent == node)
		parent = next;
	if (augment) {
		augment->copy(node, next);
		if (parent != next)
			augment->propagate(parent, next);
		augment->propagate(next, NULL);
	}
	return parent;
}

/* @node has at most one child. The results are as above. */
static struct rb_node *
rb_take_single(struct rb_node *node, struct rb_root *root,
	       const struct rb_augment_callbacks *augment,
	       struct rb_node **child, unsigned long *color)
{
	struct rb_node *parent = rb_parent(node);

	*child = node->rb_left ? node->rb_left : node->rb_right;
	*color = rb_color(node);
	rb_change_child(node, *child, parent, root);
	if (*child)
		rb_set_parent(*child, parent);
	if (augment && parent)
		augment->propagate(parent, NULL);
	return parent;
}

static void rb_erase_node(struct rb_node *node, struct rb_root *root,
			  const struct rb_augment_callbacks *augment)
{
	struct rb_node *parent, *child;
	unsigned long color;

	if (node->rb_left && node->rb_right)
		parent = rb_take_successor(node, root, augment, &child, &color);
	else
		parent = rb_take_single(node, root, augment, &child, &color);
	if (color == RB_BLACK)
		rb_erase_fix(child, parent, root, augment);
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	rb_erase_node(node, root, NULL);
}
EXPORT_SYMBOL(rb_erase);

void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *augment)
{
	rb_erase_node(node, root, augment);
}
EXPORT_SYMBOL(rb_erase_augmented);

void rb_replace_node(struct rb_node *victim, struct rb_node *new,
		     struct rb_root *root)
{
	rb_change_child(victim, new, rb_parent(victim), root);
	*new = *victim;
	if (new->rb_left)
		rb_set_parent(new->rb_left, new);
	if (new->rb_right)
		rb_set_parent(new->rb_right, new);
}
EXPORT_SYMBOL(rb_replace_node);

/* The last node on the way from @node along @side. */
static struct rb_node *rb_outermost(struct rb_node *node, enum rb_side side)
{
	while (node && *rb_child(node, side))
		node = *rb_child(node, side);
	return node;
}

/* The neighbour of @node on @side in the order of the tree. */
static struct rb_node *rb_step(const struct rb_node *node, enum rb_side side)
{
	struct rb_node *at = (struct rb_node *)node;
	struct rb_node *parent;

	if (RB_EMPTY_NODE(at))
		return NULL;
	if (*rb_child(at, side))
		return rb_outermost(*rb_child(at, side), rb_other(side));
	/* Up, until we come from the other side. */
	while ((parent = rb_parent(at)) && rb_side_of(at, parent) == side)
		at = parent;
	return parent;
}

struct rb_node *rb_first(const struct rb_root *root)
{
	return rb_outermost(root->rb_node, RB_LEFT);
}
EXPORT_SYMBOL(rb_first);

struct rb_node *rb_last(const struct rb_root *root)
{
	return rb_outermost(root->rb_node, RB_RIGHT);
}
EXPORT_SYMBOL(rb_last);

struct rb_node *rb_next(const struct rb_node *node)
{
	return rb_step(node, RB_RIGHT);
}
EXPORT_SYMBOL(rb_next);

struct rb_node *rb_prev(const struct rb_node *node)
{
	return rb_step(node, RB_LEFT);
}
EXPORT_SYMBOL(rb_prev);

/* The state of rb_check(). */
struct rb_walk {
	int breaches;
	int black; /* black nodes from the root to here */
	int black_wanted; /* at the first empty link; -1: not yet seen */
};

/* Check the link of @node on @side. Return: the child, if it may be entered. */
static const struct rb_node *rb_check_link(struct rb_walk *walk,
					   const struct rb_node *node,
					   enum rb_side side)
{
	const struct rb_node *child = side == RB_LEFT ? node->rb_left :
							node->rb_right;

	if (!child) {
		if (walk->black_wanted < 0)
			walk->black_wanted = walk->black;
		walk->breaches += walk->black != walk->black_wanted; /* R4 */
		return NULL;
	}
	/* A child on both sides has one link too many: R2 as well. */
	if (rb_parent(child) != node ||
	    (side == RB_RIGHT && child == node->rb_left)) {
		walk->breaches++; /* R2 */
		return NULL;
	}
	walk->breaches += rb_is_red(node) && rb_is_red(child); /* R3 */
	return child;
}

/*
 * Where the walk goes from @node, after @from: to the left, to the right, then
 * back up. It goes down only to children that name this node as their parent,
 * so each node is entered once, by the one link that leads back.
 */
static const struct rb_node *rb_check_step(struct rb_walk *walk,
					   const struct rb_node *node,
					   const struct rb_node *from)
{
	const struct rb_node *down = NULL;

	if (from == rb_parent(node)) {
		walk->black += rb_color(node) == RB_BLACK;
		down = rb_check_link(walk, node, RB_LEFT);
	}
	if (!down && (from == rb_parent(node) || from == node->rb_left))
		down = rb_check_link(walk, node, RB_RIGHT);
	if (down)
		return down;
	walk->black -= rb_color(node) == RB_BLACK;
	return rb_parent(node);
}

int rb_check(const struct rb_root *root)
{
	struct rb_walk walk = { 0, 0, -1 };
	const struct rb_node *node = root->rb_node;
	const struct rb_node *from = NULL;

	if (!node)
		return 0;
	if (rb_is_red(node) || rb_parent(node))
		walk.breaches++; /* R1 */
	if (rb_parent(node))
		return walk.breaches; /* the way back would not end here */
	while (node) {
		const struct rb_node *next = rb_check_step(&walk, node, from);

		from = node;
		node = next;
	}
	return walk.breaches;
}
