/* SPDX-License-Identifier: MIT */
/* memtype_test.c - device memory by cache type: private trees */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/random.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/gfp.h>
#include <mm/memtype.h>
#include "cache_pages.h"

#define UC PROT_KERNEL_NOCACHE
#define WB PROT_KERNEL

static struct memtype_tree tree;
static struct memtype clash;

static int claim(pfn_t start, pfn_t end, enum pgprot prot)
{
	return memtype_claim(&tree, start, end, prot, GFP_KERNEL, start,
			     &clash);
}

static void release(pfn_t start, pfn_t end)
{
	memtype_release(&tree, start, end, 1);
}

static void what_agrees_may_overlap_what_does_not_may_touch(struct ktest *t)
{
	memtype_init(&tree);
	KTEST_EXPECT_EQ(t, claim(10, 20, UC), 0);
	KTEST_EXPECT_EQ(t, claim(15, 30, UC), 0);
	KTEST_EXPECT_EQ(t, claim(12, 13, WB), -EBUSY);
	KTEST_EXPECT_EQ(t, clash.start, 10);
	KTEST_EXPECT_EQ(t, clash.end, 20);
	KTEST_EXPECT_EQ(t, clash.site, 10);
	KTEST_EXPECT_EQ(t, clash.prot, UC);
	KTEST_EXPECT_EQ(t, claim(29, 31, WB), -EBUSY);
	KTEST_EXPECT_EQ(t, claim(9, 11, WB), -EBUSY);
	KTEST_EXPECT_EQ(t, claim(0, 100, WB), -EBUSY);
	KTEST_EXPECT_EQ(t, claim(9, 10, WB), 0);
	KTEST_EXPECT_EQ(t, claim(30, 31, WB), 0);
	KTEST_EXPECT_EQ(t, memtype_check(&tree), 0);
	release(15, 30);
	KTEST_EXPECT_EQ(t, claim(20, 30, WB), 0);
	KTEST_EXPECT_EQ(t, claim(19, 20, WB), -EBUSY);
	release(10, 20);
	release(9, 10);
	release(30, 31);
	release(20, 30);
	KTEST_EXPECT_EQ(t, memtype_check(&tree), 0);
	memtype_destroy(&tree);
}

static void a_note_without_a_mapping_stands_in_nobodys_way(struct ktest *t)
{
	memtype_init(&tree);
	KTEST_EXPECT_EQ(t, claim(5, 9, UC), 0);
	KTEST_EXPECT_TRUE(t, memtype_claim_again(&tree, 5, 9, UC, 1));
	KTEST_EXPECT_FALSE(t, memtype_claim_again(&tree, 5, 9, WB, 1));
	KTEST_EXPECT_FALSE(t, memtype_claim_again(&tree, 5, 8, UC, 1));
	memtype_release(&tree, 5, 9, 2);
	KTEST_EXPECT_TRUE(t, memtype_claim_again(&tree, 5, 9, UC, 77));
	KTEST_EXPECT_EQ(t, tree.last->site, 77);
	KTEST_EXPECT_EQ(t, claim(6, 7, WB), -EBUSY);
	KTEST_EXPECT_EQ(t, clash.site, 77);
	release(5, 9);
	KTEST_EXPECT_EQ(t, claim(6, 7, WB), 0);
	KTEST_EXPECT_EQ(t, memtype_check(&tree), 0);
	release(6, 7);
	memtype_destroy(&tree);
}

static void without_memory_nothing_is_noted(struct ktest *t)
{
	struct fault_attr boot_plan;

	memtype_init(&tree);
	fault_plan_save(&fault_slab, &boot_plan);
	fault_fail_nth(&fault_slab, 1);
	KTEST_EXPECT_EQ(t, claim(1, 2, UC), -ENOMEM);
	fault_plan_restore(&fault_slab, &boot_plan);
	KTEST_EXPECT_NULL(t, tree.root.rb_node);
}

static void the_check_finds_what_is_wrong(struct ktest *t)
{
	struct memtype *a, *b;

	memtype_init(&tree);
	KTEST_ASSERT_EQ(t, claim(10, 20, UC), 0);
	a = tree.last;
	KTEST_ASSERT_EQ(t, claim(15, 25, UC), 0);
	b = tree.last;
	b->prot = WB;
	KTEST_EXPECT_EQ(t, memtype_check(&tree), 1); /* T3 */
	b->prot = UC;
	a->max_end--;
	KTEST_EXPECT_EQ(t, memtype_check(&tree), 1); /* T2 */
	a->max_end++;
	a->count = 0;
	KTEST_EXPECT_EQ(t, memtype_check(&tree), 1); /* T4 */
	a->count = 1;
	b->start = 10;
	b->end = 20;
	b->max_end = a->max_end = 20;
	KTEST_EXPECT_EQ(t, memtype_check(&tree), 1); /* T1 */
	b->start = 15;
	b->end = b->max_end = a->max_end = 25;
	KTEST_EXPECT_EQ(t, memtype_check(&tree), 0);
	release(10, 20);
	release(15, 25);
	memtype_destroy(&tree);
}

/* Refused, one more mapping of the same, another one after it: each is asked
 * for with a note that may not be needed. */
static void no_note_is_left_behind(struct ktest *t)
{
	unsigned long pages;
	unsigned int i;

	memtype_init(&tree);
	KTEST_EXPECT_EQ(t, claim(10, 20, UC), 0);
	pages = cache_pages("memtype");
	KTEST_EXPECT_GE(t, pages, 1);
	for (i = 0; i < 2000; i++) {
		if (claim(12, 13, WB) != -EBUSY || claim(30 + i, 40 + i, WB) ||
		    claim(10, 20, UC))
			break;
		release(30 + i, 40 + i);
		release(10, 20);
		/* This one is remembered, until the next is noted. */
		if (claim(9000 + i, 9001 + i, WB))
			break;
		release(9000 + i, 9001 + i);
	}
	KTEST_EXPECT_EQ(t, i, 2000);
	/* A note has some 50 bytes: that would be 25 pages. */
	KTEST_EXPECT_LE(t, cache_pages("memtype"), pages + 8);
	release(10, 20);
	memtype_destroy(&tree);
}

/* Nor by a tree that goes with the one it remembers. */
static void the_last_note_goes_with_its_tree(struct ktest *t)
{
	unsigned long pages = cache_pages("memtype");
	unsigned int i;

	for (i = 0; i < 2000; i++) {
		memtype_init(&tree);
		if (claim(10, 20, UC))
			break;
		release(10, 20);
		memtype_destroy(&tree);
	}
	KTEST_EXPECT_EQ(t, i, 2000);
	KTEST_EXPECT_LE(t, cache_pages("memtype"), pages + 8);
}

/* --- against a reference -------------------------------------------------- */

#define MODEL_FRAMES 64u
#define MODEL_CLAIMS 24u
#define MODEL_STEPS 4000u

static struct model_claim {
	pfn_t start, end; /* end 0: free */
	enum pgprot prot;
} model[MODEL_CLAIMS];

static bool model_allows(pfn_t start, pfn_t end, enum pgprot prot)
{
	unsigned int i;

	for (i = 0; i < MODEL_CLAIMS; i++) {
		if (model[i].start < end && start < model[i].end &&
		    kpt_cache_type(model[i].prot) != kpt_cache_type(prot))
			return false;
	}
	return true;
}

static void model_step(struct ktest *t, struct xorshift32 *random)
{
	static const enum pgprot prots[] = { UC, WB, PROT_KERNEL_WC };
	struct model_claim *c = &model[xorshift32_below(random, MODEL_CLAIMS)];
	struct model_claim want;

	if (c->end) {
		release(c->start, c->end);
		c->end = 0;
		return;
	}
	want.start = xorshift32_below(random, MODEL_FRAMES);
	want.end = want.start + 1 + xorshift32_below(random, 8);
	want.prot = prots[xorshift32_below(random, ARRAY_SIZE(prots))];
	if (!model_allows(want.start, want.end, want.prot)) {
		KTEST_EXPECT_EQ(t, claim(want.start, want.end, want.prot),
				-EBUSY);
		KTEST_EXPECT_TRUE(t, clash.start < want.end &&
					     want.start < clash.end);
		return;
	}
	KTEST_EXPECT_EQ(t, claim(want.start, want.end, want.prot), 0);
	*c = want;
}

static void random_claims_are_judged_as_by_a_reference(struct ktest *t)
{
	struct xorshift32 random;
	unsigned int i;

	xorshift32_seed(&random, 0x5eed1234u);
	memtype_init(&tree);
	for (i = 0; i < MODEL_STEPS; i++) {
		model_step(t, &random);
		if (i % 16 == 0)
			KTEST_ASSERT_EQ(t, memtype_check(&tree), 0);
	}
	for (i = 0; i < MODEL_CLAIMS; i++) {
		if (model[i].end)
			release(model[i].start, model[i].end);
		model[i].end = 0;
	}
	KTEST_EXPECT_EQ(t, memtype_check(&tree), 0);
	/* All but the one that is remembered. */
	KTEST_EXPECT_TRUE(t, !tree.root.rb_node ||
				     tree.root.rb_node == &tree.last->node);
	memtype_destroy(&tree);
}

static const struct ktest_case memtype_cases[] = {
	KTEST_CASE(what_agrees_may_overlap_what_does_not_may_touch),
	KTEST_CASE(a_note_without_a_mapping_stands_in_nobodys_way),
	KTEST_CASE(without_memory_nothing_is_noted),
	KTEST_CASE(no_note_is_left_behind),
	KTEST_CASE(the_last_note_goes_with_its_tree),
	KTEST_CASE(the_check_finds_what_is_wrong),
	KTEST_CASE(random_claims_are_judged_as_by_a_reference),
};
KTEST_SUITE(memtype, memtype_cases);
