/* SPDX-License-Identifier: MIT */
/* extfrag_test.c - the figures of fragmentation, by hand and by their rules */
#include <kernel/ktest.h>
#include <kernel/util.h>
#include <mm/extfrag.h>

#define RANDOM_ROUNDS 2000u

static void indexes_agree_with_a_reckoning_by_hand(struct ktest *t)
{
	static const struct {
		unsigned long nr[MAX_ORDER];
		unsigned int order;
		int index;
		unsigned int unusable;
	} known[] = {
		/* Eight single pages. 1 - (1 + 8/2) / 8 = 0.375 */
		{ { 8 }, 0, EXTFRAG_SERVED, 0 },
		{ { 8 }, 1, 375, 1000 },
		/* Just enough, in 1024 pieces: 1 - 2/1024, rounded up. */
		{ { 1024 }, 10, 999, 1000 },
		/* Just enough, in two pieces: on the border. */
		{ { 0, 0, 0, 0, 2 }, 5, 0, 1000 },
		/* One piece of half the size: memory is what lacks. */
		{ { 0, 0, 1 }, 3, -500, 1000 },
		{ { 1 }, 10, 0, 1000 },
		/* 4, 4 and 4 pages, of 12. */
		{ { 4, 2, 1 }, 0, EXTFRAG_SERVED, 0 },
		{ { 4, 2, 1 }, 1, EXTFRAG_SERVED, 333 },
		{ { 4, 2, 1 }, 2, EXTFRAG_SERVED, 666 },
		/* 1 - (1 + 12/8) / 7 = 0.643 */
		{ { 4, 2, 1 }, 3, 643, 1000 },
		/* All of 64 GiB in halves of what is asked for. */
		{ { [9] = 1ul << 15 }, 10, 500, 1000 },
		/* All of it in single pages; half as much in the largest. */
		{ { 1ul << 24 }, 10, 1000, 1000 },
		{ { 1ul << 23, [10] = 1ul << 14 }, 10, EXTFRAG_SERVED, 333 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		KTEST_EXPECT_EQ(t, extfrag_index(known[i].nr, known[i].order),
				known[i].index);
		KTEST_EXPECT_EQ(t, unusable_index(known[i].nr, known[i].order),
				known[i].unusable);
	}
}

static void without_free_memory_there_is_nothing_fragmented(struct ktest *t)
{
	static const unsigned long none[MAX_ORDER];
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		KTEST_EXPECT_EQ(t, extfrag_index(none, order), 0);
		KTEST_EXPECT_EQ(t, unusable_index(none, order), 1000);
	}
}

static void no_block_is_larger_than_the_largest(struct ktest *t)
{
	static const unsigned long plenty[MAX_ORDER] = { [MAX_ORDER - 1] = 9 };

	KTEST_EXPECT_EQ(t, extfrag_index(plenty, MAX_ORDER - 1),
			EXTFRAG_SERVED);
	KTEST_EXPECT_EQ(t, extfrag_index(plenty, MAX_ORDER), 0);
	KTEST_EXPECT_EQ(t, extfrag_index(plenty, ~0u), 0);
	KTEST_EXPECT_EQ(t, unusable_index(plenty, MAX_ORDER), 1000);
}

/* Few or many blocks of some orders, none of others. */
static void random_counts(struct ktest *t, unsigned long nr[MAX_ORDER])
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		nr[order] = ktest_random(t) % 3 ?
				    0 :
				    ktest_random(t) >> (ktest_random(t) % 32);
	/* At most 64 GiB. */
	for (order = 0; order < MAX_ORDER; order++)
		nr[order] &= (1ul << (20 - order)) - 1;
}

/* What serves an order serves all below; what lacks for one, above even more
 * so; and the larger the order, the less of free memory is any use to it. */
static void larger_orders_are_never_better_off(struct ktest *t)
{
	unsigned long nr[MAX_ORDER];
	unsigned int round, order, odd = 0;

	for (round = 0; round < RANDOM_ROUNDS; round++) {
		random_counts(t, nr);
		for (order = 1; order < MAX_ORDER; order++) {
			int below = extfrag_index(nr, order - 1);
			int index = extfrag_index(nr, order);

			odd += unusable_index(nr, order) <
			       unusable_index(nr, order - 1);
			odd += unusable_index(nr, order) > 1000;
			odd += below != EXTFRAG_SERVED && index < below;
			odd += index != EXTFRAG_SERVED &&
			       (index <= EXTFRAG_SERVED || index > 1000);
		}
	}
	KTEST_EXPECT_EQ(t, odd, 0);
}

/* The two agree on who is served: for him something of it is usable. */
static void both_figures_agree_on_who_is_served(struct ktest *t)
{
	unsigned long nr[MAX_ORDER];
	unsigned int round, order, odd = 0;

	for (round = 0; round < RANDOM_ROUNDS; round++) {
		random_counts(t, nr);
		nr[ktest_random(t) % MAX_ORDER] |= 1;
		for (order = 0; order < MAX_ORDER; order++) {
			bool served = extfrag_index(nr, order) ==
				      EXTFRAG_SERVED;

			odd += unusable_index(nr, order) < 1000 && !served;
			odd += order == 0 && !served;
		}
		odd += unusable_index(nr, 0) != 0;
	}
	KTEST_EXPECT_EQ(t, odd, 0);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(indexes_agree_with_a_reckoning_by_hand),
	KTEST_CASE(without_free_memory_there_is_nothing_fragmented),
	KTEST_CASE(no_block_is_larger_than_the_largest),
	KTEST_CASE(larger_orders_are_never_better_off),
	KTEST_CASE(both_figures_agree_on_who_is_served),
};
KTEST_SUITE(extfrag, cases);
