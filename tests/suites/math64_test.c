/* SPDX-License-Identifier: MIT */
/* math64_test.c - wide division by its definition, and the generators */
#include <kernel/ktest.h>
#include <kernel/math64.h>
#include <kernel/random.h>
#include <kernel/util.h>

#define RANDOM_ROUNDS 20000

static const u64 edges[] = {
	0,
	1,
	2,
	9,
	0x7fffffffull,
	0x80000000ull,
	0xfffffffeull,
	0xffffffffull,
	0x100000000ull,
	0x100000001ull,
	0x1ffffffffull,
	0x7fffffffffffffffull,
	0x8000000000000000ull,
	0xffffffff00000000ull,
	0xfffffffffffffffeull,
	U64_MAX,
};

/* Wide numbers of every length, not only long ones. */
static u64 random_u64(struct ktest *t)
{
	u64 v = (u64)ktest_random(t) << 32 | ktest_random(t);

	return v >> (ktest_random(t) & 63);
}

/* q is a / b: q * b + r == a with r < b, and nothing has wrapped. */
static bool quotient_is_right(u64 a, u64 b, u64 q, u64 r)
{
	return r < b && q * b + r == a && q <= a;
}

static bool narrow_division_is_right(u64 a, u32 b)
{
	u32 rem = 0;
	u64 q = div_u64_rem(a, b, &rem), in_place = a;

	return quotient_is_right(a, b, q, rem) && div_u64(a, b) == q &&
	       mod_u64(a, b) == rem && do_div(in_place, b) == rem &&
	       in_place == q;
}

static bool wide_division_is_right(u64 a, u64 b)
{
	u64 q = div64_u64(a, b);

	/* a - q * b wraps to a huge number if q is one too large. */
	return quotient_is_right(a, b, q, a - q * b);
}

static void division_is_right_at_the_edges(struct ktest *t)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		for (j = 0; j < ARRAY_SIZE(edges); j++) {
			if ((u32)edges[j])
				KTEST_EXPECT_TRUE(
					t, narrow_division_is_right(
						   edges[i], (u32)edges[j]));
			if (edges[j])
				KTEST_EXPECT_TRUE(
					t, wide_division_is_right(edges[i],
								  edges[j]));
		}
	}
	KTEST_EXPECT_TRUE(t, div_u64(U64_MAX, 10) == 1844674407370955161ull);
	KTEST_EXPECT_TRUE(t, div64_u64(U64_MAX, U64_MAX) == 1);
	KTEST_EXPECT_TRUE(t, div64_u64(U64_MAX - 1, U64_MAX) == 0);
}

static void division_is_right_at_random(struct ktest *t)
{
	u32 round;

	for (round = 0; round < RANDOM_ROUNDS; round++) {
		u64 a = random_u64(t), b = random_u64(t);

		if ((u32)b)
			KTEST_ASSERT_TRUE(t,
					  narrow_division_is_right(a, (u32)b));
		if (b)
			KTEST_ASSERT_TRUE(t, wide_division_is_right(a, b));
	}
}

static void scaling_keeps_96_bits_in_between(struct ktest *t)
{
	KTEST_EXPECT_TRUE(t, mul_u64_u32_shr(1ull << 40, 1u << 31, 32) ==
				     1ull << 39);
	KTEST_EXPECT_TRUE(t, mul_u64_u32_shr(U64_MAX, U32_MAX, 32) ==
				     0xfffffffeffffffffull);
	KTEST_EXPECT_TRUE(t, mul_u64_u32_shr(0x123456789ull, 10, 0) ==
				     0xb60b60b5aull);
	KTEST_EXPECT_TRUE(t, mul_u64_u32_shr(3, 1, 1) == 1);
}

/* The first numbers from seed 1, as the papers' recurrences give them. */
static void generators_give_their_known_rows(struct ktest *t)
{
	struct xorshift32 narrow;
	struct xorshift64s wide;

	xorshift32_seed(&narrow, 1);
	KTEST_EXPECT_EQ(t, xorshift32_next(&narrow), 270369u);
	KTEST_EXPECT_EQ(t, xorshift32_next(&narrow), 67634689u);
	xorshift64s_seed(&wide, 1);
	KTEST_EXPECT_TRUE(t, xorshift64s_next(&wide) == 5180492295206395165ull);
}

static void generators_never_stop_at_zero(struct ktest *t)
{
	struct xorshift32 narrow;
	struct xorshift64s wide;

	xorshift32_seed(&narrow, 0);
	xorshift64s_seed(&wide, 0);
	KTEST_EXPECT_TRUE(t, xorshift32_next(&narrow) != 0);
	KTEST_EXPECT_TRUE(t, xorshift64s_next(&wide) != 0);
}

static void bounded_numbers_reach_every_value_and_no_other(struct ktest *t)
{
	struct xorshift32 rng;
	u32 seen = 0, i;

	xorshift32_seed(&rng, 7);
	for (i = 0; i < 1000; i++) {
		u32 v = xorshift32_below(&rng, 10);

		KTEST_ASSERT_TRUE(t, v < 10);
		seen |= 1u << v;
		KTEST_ASSERT_EQ(t, xorshift32_below(&rng, 1), 0);
		KTEST_ASSERT_EQ(t, xorshift32_below(&rng, 0), 0);
	}
	KTEST_EXPECT_EQ(t, seen, 0x3ff);
}

static const struct ktest_case math64_cases[] = {
	KTEST_CASE(division_is_right_at_the_edges),
	KTEST_CASE(division_is_right_at_random),
	KTEST_CASE(scaling_keeps_96_bits_in_between),
	KTEST_CASE(generators_give_their_known_rows),
	KTEST_CASE(generators_never_stop_at_zero),
	KTEST_CASE(bounded_numbers_reach_every_value_and_no_other),
};
KTEST_SUITE(math64, math64_cases);
