/* SPDX-License-Identifier: MIT */
/*
 * ktest_test.c - the expectations themselves: what holds and what does not
 *
 * They are made on a case that nobody runs, so what fails there is printed
 * under the name "ktest.meant", and fails nothing else.
 */
#include <kernel/ktest.h>
#include <kernel/util.h>

static struct ktest meant(void)
{
	return (struct ktest){ .suite = "ktest", .name = "meant" };
}

static void values_compare_as_numbers_not_as_bits(struct ktest *t)
{
	struct ktest m = meant();
	u32 high = 0xffffffffu;
	u64 wide = 0x100000001ull;
	s8 minus = -1;

	KTEST_EXPECT_TRUE(t, KTEST_EXPECT_EQ(&m, high, 0xffffffffull));
	KTEST_EXPECT_TRUE(t, KTEST_EXPECT_EQ(&m, minus, -1ll));
	KTEST_EXPECT_TRUE(t, KTEST_EXPECT_GE(&m, high, 0));
	KTEST_EXPECT_TRUE(t, KTEST_EXPECT_LE(&m, minus, 0u));
	KTEST_EXPECT_TRUE(t, KTEST_EXPECT_NE(&m, wide, 1));
	KTEST_EXPECT_FALSE(t, m.failed);
	KTEST_EXPECT_FALSE(t, KTEST_EXPECT_EQ(&m, high, minus));
	KTEST_EXPECT_TRUE(t, m.failed);
	KTEST_EXPECT_FALSE(t, KTEST_EXPECT_GE(&m, minus, 0u));
	KTEST_EXPECT_FALSE(t, KTEST_EXPECT_LE(&m, wide, 1));
	KTEST_EXPECT_FALSE(t, KTEST_EXPECT_NE(&m, high, 0xffffffffull));
}

static void each_kind_can_fail(struct ktest *t)
{
	struct ktest m = meant();
	int here;

	KTEST_EXPECT_TRUE(t, KTEST_EXPECT_TRUE(&m, 2));
	KTEST_EXPECT_TRUE(t, KTEST_EXPECT_NOT_NULL(&m, &here));
	KTEST_EXPECT_TRUE(t, KTEST_EXPECT_STREQ(&m, "same", "same"));
	KTEST_EXPECT_FALSE(t, m.failed);
	KTEST_EXPECT_FALSE(t, KTEST_EXPECT_TRUE(&m, false));
	KTEST_EXPECT_FALSE(t, KTEST_EXPECT_FALSE(&m, true));
	KTEST_EXPECT_FALSE(t, KTEST_EXPECT_NULL(&m, &here));
	KTEST_EXPECT_FALSE(t, KTEST_EXPECT_NOT_NULL(&m, NULL));
	KTEST_EXPECT_FALSE(t, KTEST_EXPECT_PTR_EQ(&m, &here, &m));
	KTEST_EXPECT_FALSE(t, KTEST_EXPECT_STREQ(&m, "same", "other"));
	KTEST_EXPECT_TRUE(t, m.failed);
}

static void an_assertion_leaves(struct ktest *m, bool *went_on)
{
	KTEST_ASSERT_EQ(m, 1 + 1, 3);
	*went_on = true;
}

static void an_assertion_that_fails_ends_the_case(struct ktest *t)
{
	struct ktest m = meant();
	bool went_on = false;

	an_assertion_leaves(&m, &went_on);
	KTEST_EXPECT_TRUE(t, m.failed);
	KTEST_EXPECT_FALSE(t, went_on);
}

static const struct ktest_case ktest_cases[] = {
	KTEST_CASE(values_compare_as_numbers_not_as_bits),
	KTEST_CASE(each_kind_can_fail),
	KTEST_CASE(an_assertion_that_fails_ends_the_case),
};
KTEST_SUITE(ktest, ktest_cases);
