/* SPDX-License-Identifier: MIT */
/*
 * rbtree_test.c - red-black trees against a sorted array, and a checker that
 * must see each planted fault
 */
#include <kernel/ktest.h>
#include <kernel/rbtree.h>
#include <kernel/string.h>
#include <kernel/util.h>

#define NR_ITEMS 200
#define RANDOM_ROUNDS 6000

/* In key order in items[], so that the array is the model. */
struct item {
	u32 key;
	u32 value; /* random, what largest is made of */
	u32 largest; /* of value, over the subtree */
	bool in_tree;
	struct rb_node node;
};

static struct item items[NR_ITEMS];
static struct rb_root tree;

static u32 item_value(const struct item *it)
{
	return it->value;
}

RB_DECLARE_CALLBACKS_MAX(static, item_augment, struct item, node, u32, largest,
			 item_value);

static struct item *item_of(struct rb_node *node)
{
	return rb_entry_safe(node, struct item, node);
}

static void tree_reset(void)
{
	u32 i;

	memset(items, 0, sizeof(items));
	tree = RB_ROOT;
	for (i = 0; i < NR_ITEMS; i++) {
		items[i].key = i;
		RB_CLEAR_NODE(&items[i].node);
	}
}

static void item_insert(struct item *it, bool augmented)
{
	struct rb_node **link = &tree.rb_node, *parent = NULL;

	it->largest = it->value;
	while (*link) {
		struct item *at = item_of(*link);

		parent = *link;
		if (augmented)
			at->largest = max(at->largest, it->value);
		link = it->key < at->key ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&it->node, parent, link);
	if (augmented)
		rb_insert_augmented(&it->node, &tree, &item_augment);
	else
		rb_insert_color(&it->node, &tree);
	it->in_tree = true;
}

static void item_erase(struct item *it, bool augmented)
{
	if (augmented)
		rb_erase_augmented(&it->node, &tree, &item_augment);
	else
		rb_erase(&it->node, &tree);
	RB_CLEAR_NODE(&it->node);
	it->in_tree = false;
}

/* The next item of the model at or above @idx; NULL behind the last. */
static struct item *model_next(u32 idx)
{
	for (; idx < NR_ITEMS; idx++) {
		if (items[idx].in_tree)
			return &items[idx];
	}
	return NULL;
}

/* Both directions of the tree equal the array. */
static bool order_is_right(void)
{
	struct item *want = model_next(0), *last = NULL;
	struct rb_node *node;

	for (node = rb_first(&tree); node; node = rb_next(node)) {
		if (item_of(node) != want)
			return false;
		if (item_of(rb_prev(node)) != last)
			return false;
		last = want;
		want = model_next(want->key + 1);
	}
	return !want && item_of(rb_last(&tree)) == last;
}

static bool summaries_are_right(void)
{
	struct rb_node *node;

	for (node = rb_first(&tree); node; node = rb_next(node)) {
		struct item *it = item_of(node);

		if (it->largest != item_augment_largest(it))
			return false;
	}
	return true;
}

/* A tree of the first @n items, inserted in order. */
static void tree_of(u32 n)
{
	u32 i;

	tree_reset();
	for (i = 0; i < n; i++)
		item_insert(&items[i], false);
}

static void an_empty_tree_has_no_ends(struct ktest *t)
{
	tree_reset();
	KTEST_EXPECT_TRUE(t, RB_EMPTY_ROOT(&tree));
	KTEST_EXPECT_NULL(t, rb_first(&tree));
	KTEST_EXPECT_NULL(t, rb_last(&tree));
	KTEST_EXPECT_EQ(t, rb_check(&tree), 0);
	KTEST_EXPECT_TRUE(t, RB_EMPTY_NODE(&items[0].node));
	KTEST_EXPECT_NULL(t, rb_next(&items[0].node));
	KTEST_EXPECT_NULL(t, rb_prev(&items[0].node));
}

static void a_single_node_comes_and_goes(struct ktest *t)
{
	tree_of(1);
	KTEST_EXPECT_EQ(t, rb_check(&tree), 0);
	KTEST_EXPECT_FALSE(t, RB_EMPTY_NODE(&items[0].node));
	KTEST_EXPECT_TRUE(t, order_is_right());
	item_erase(&items[0], false);
	KTEST_EXPECT_TRUE(t, RB_EMPTY_ROOT(&tree));
}

/* Longest way from @node down, in nodes. */
static u32 tree_depth(void)
{
	struct rb_node *node, *up;
	u32 deepest = 0;

	for (node = rb_first(&tree); node; node = rb_next(node)) {
		u32 depth = 0;

		for (up = node; up; up = rb_parent(up))
			depth++;
		deepest = max(deepest, depth);
	}
	return deepest;
}

static void ascending_and_descending_keys_stay_shallow(struct ktest *t)
{
	u32 i;

	tree_of(NR_ITEMS);
	KTEST_EXPECT_EQ(t, rb_check(&tree), 0);
	KTEST_EXPECT_TRUE(t, order_is_right());
	/* 2 * log2(n + 1), rounded up. */
	KTEST_EXPECT_LE(t, tree_depth(), 16);
	tree_reset();
	for (i = NR_ITEMS; i--;)
		item_insert(&items[i], false);
	KTEST_EXPECT_EQ(t, rb_check(&tree), 0);
	KTEST_EXPECT_TRUE(t, order_is_right());
	KTEST_EXPECT_LE(t, tree_depth(), 16);
}

/* Every node of every small tree goes once, and the rest must be sound. */
static void any_node_of_a_small_tree_can_go(struct ktest *t)
{
	u32 n, victim;

	for (n = 1; n <= 40; n++) {
		for (victim = 0; victim < n; victim++) {
			tree_of(n);
			item_erase(&items[victim], false);
			KTEST_ASSERT_EQ(t, rb_check(&tree), 0);
			KTEST_ASSERT_TRUE(t, order_is_right());
		}
	}
}

static void a_replaced_node_keeps_its_place(struct ktest *t)
{
	u32 victim;

	for (victim = 0; victim < 20; victim++) {
		struct item stand_in = { .key = victim };

		tree_of(20);
		rb_replace_node(&items[victim].node, &stand_in.node, &tree);
		KTEST_ASSERT_EQ(t, rb_check(&tree), 0);
		rb_replace_node(&stand_in.node, &items[victim].node, &tree);
		KTEST_ASSERT_TRUE(t, order_is_right());
	}
}

/*
 * Insert and erase at random; the number of nodes wanders between few and all
 * of them. Checks cost more than steps, so the order is compared now and then.
 */
static void random_walk(struct ktest *t, bool augmented)
{
	u32 round;

	tree_reset();
	for (round = 0; round < RANDOM_ROUNDS; round++) {
		struct item *it = &items[ktest_random(t) % NR_ITEMS];
		bool growing = round / 500 % 2 == 0;

		/* Only every fourth step goes against the trend. */
		if (it->in_tree == growing && ktest_random(t) % 4)
			continue;
		if (it->in_tree) {
			item_erase(it, augmented);
		} else {
			it->value = ktest_random(t) % 1000;
			item_insert(it, augmented);
		}
		KTEST_ASSERT_EQ(t, rb_check(&tree), 0);
		if (augmented)
			KTEST_ASSERT_TRUE(t, summaries_are_right());
		if (round % 16 == 0)
			KTEST_ASSERT_TRUE(t, order_is_right());
	}
	KTEST_EXPECT_TRUE(t, order_is_right());
}

static void random_operations_agree_with_a_sorted_array(struct ktest *t)
{
	random_walk(t, false);
}

static void summaries_follow_random_operations(struct ktest *t)
{
	random_walk(t, true);
}

static void summaries_follow_a_value_that_grows_or_shrinks(struct ktest *t)
{
	u32 i;

	tree_reset();
	for (i = 0; i < 50; i++) {
		items[i].value = 10;
		item_insert(&items[i], true);
	}
	for (i = 0; i < 50; i++) {
		items[i].value = 20;
		item_augment.propagate(&items[i].node, NULL);
		KTEST_ASSERT_EQ(t, item_of(tree.rb_node)->largest, 20);
		items[i].value = 5;
		item_augment.propagate(&items[i].node, NULL);
		KTEST_ASSERT_TRUE(t, summaries_are_right());
	}
	KTEST_EXPECT_EQ(t, item_of(tree.rb_node)->largest, 5);
}

static void the_checker_sees_a_red_root(struct ktest *t)
{
	tree_of(1);
	tree.rb_node->__rb_parent_color &= ~RB_BLACK;
	KTEST_EXPECT_EQ(t, rb_check(&tree), 1);
}

static void the_checker_sees_a_wrong_parent(struct ktest *t)
{
	struct rb_node *root, *child;

	tree_of(7);
	root = tree.rb_node;
	child = root->rb_left;
	child->__rb_parent_color = (unsigned long)child |
				   (child->__rb_parent_color & RB_BLACK);
	KTEST_EXPECT_EQ(t, rb_check(&tree), 1);
	tree_of(7);
	tree.rb_node->__rb_parent_color |= (unsigned long)&items[9].node;
	KTEST_EXPECT_EQ(t, rb_check(&tree), 1);
}

static void the_checker_sees_two_reds_in_a_row(struct ktest *t)
{
	struct rb_node *upper = &items[1].node, *lower = &items[2].node;

	/* Black over red over red: linked, but never rebalanced. */
	tree_of(1);
	rb_link_node(upper, &items[0].node, &items[0].node.rb_right);
	KTEST_EXPECT_EQ(t, rb_check(&tree), 0);
	rb_link_node(lower, upper, &upper->rb_right);
	KTEST_EXPECT_EQ(t, rb_check(&tree), 1);
}

static void the_checker_sees_uneven_black_heights(struct ktest *t)
{
	tree_of(4);
	items[3].node.__rb_parent_color |= RB_BLACK;
	KTEST_EXPECT_GE(t, rb_check(&tree), 1);
}

static void the_checker_ends_on_rings_and_shared_children(struct ktest *t)
{
	struct rb_node *root;

	tree_of(7);
	root = tree.rb_node;
	root->rb_left->rb_left = root; /* up again */
	KTEST_EXPECT_GE(t, rb_check(&tree), 1);
	tree_of(7);
	root = tree.rb_node;
	root->rb_right = root->rb_left;
	KTEST_EXPECT_GE(t, rb_check(&tree), 1);
	tree_of(7);
	root = tree.rb_node;
	root->rb_left->rb_right = root->rb_left; /* its own child */
	KTEST_EXPECT_GE(t, rb_check(&tree), 1);
}

static const struct ktest_case rbtree_cases[] = {
	KTEST_CASE(an_empty_tree_has_no_ends),
	KTEST_CASE(a_single_node_comes_and_goes),
	KTEST_CASE(ascending_and_descending_keys_stay_shallow),
	KTEST_CASE(any_node_of_a_small_tree_can_go),
	KTEST_CASE(a_replaced_node_keeps_its_place),
	KTEST_CASE(random_operations_agree_with_a_sorted_array),
	KTEST_CASE(summaries_follow_random_operations),
	KTEST_CASE(summaries_follow_a_value_that_grows_or_shrinks),
	KTEST_CASE(the_checker_sees_a_red_root),
	KTEST_CASE(the_checker_sees_a_wrong_parent),
	KTEST_CASE(the_checker_sees_two_reds_in_a_row),
	KTEST_CASE(the_checker_sees_uneven_black_heights),
	KTEST_CASE(the_checker_ends_on_rings_and_shared_children),
};
KTEST_SUITE(rbtree, rbtree_cases);
