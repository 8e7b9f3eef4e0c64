/* SPDX-License-Identifier: MIT */
/* atomic_test.c - atomic counters, bits, and counts of references. */
#include <kernel/atomic.h>
#include <kernel/bitops.h>
#include <kernel/ktest.h>
#include <kernel/refcount.h>
#include <kernel/string.h>

static void operations_return_the_new_or_the_old_value(struct ktest *t)
{
	atomic_t a = ATOMIC_INIT(5);
	atomic_long_t l = ATOMIC_LONG_INIT(-1);

	KTEST_EXPECT_EQ(t, atomic_add_return(3, &a), 8);
	KTEST_EXPECT_EQ(t, atomic_fetch_add(2, &a), 8);
	KTEST_EXPECT_EQ(t, atomic_fetch_sub(4, &a), 10);
	KTEST_EXPECT_EQ(t, atomic_fetch_or(1, &a), 6);
	KTEST_EXPECT_EQ(t, atomic_fetch_and(5, &a), 7);
	KTEST_EXPECT_EQ(t, atomic_fetch_xor(6, &a), 5);
	KTEST_EXPECT_EQ(t, atomic_read(&a), 3);
	atomic_andnot(1, &a);
	KTEST_EXPECT_EQ(t, atomic_read(&a), 2);
	KTEST_EXPECT_EQ(t, atomic_inc_return(&a), 3);
	KTEST_EXPECT_EQ(t, atomic_fetch_dec(&a), 3);
	KTEST_EXPECT_TRUE(t, atomic_long_inc_and_test(&l));
	KTEST_EXPECT_TRUE(t, atomic_long_add_negative(-1, &l));
	KTEST_EXPECT_EQ(t, atomic_long_xchg(&l, 9), -1);
	KTEST_EXPECT_TRUE(t, atomic_long_sub_and_test(9, &l));
}

static void conditional_operations_do_it_or_not(struct ktest *t)
{
	atomic_t a = ATOMIC_INIT(1);
	int old = 7;

	KTEST_EXPECT_FALSE(t, atomic_add_unless(&a, 5, 1));
	KTEST_EXPECT_TRUE(t, atomic_add_unless(&a, 5, 2));
	KTEST_EXPECT_EQ(t, atomic_read(&a), 6);
	KTEST_EXPECT_EQ(t, atomic_cmpxchg(&a, 5, 9), 6);
	KTEST_EXPECT_FALSE(t, atomic_try_cmpxchg(&a, &old, 9));
	KTEST_EXPECT_EQ(t, old, 6);
	KTEST_EXPECT_TRUE(t, atomic_try_cmpxchg(&a, &old, 1));
	KTEST_EXPECT_EQ(t, atomic_dec_if_positive(&a), 0);
	KTEST_EXPECT_EQ(t, atomic_dec_if_positive(&a), -1);
	KTEST_EXPECT_EQ(t, atomic_read(&a), 0);
	KTEST_EXPECT_FALSE(t, atomic_inc_not_zero(&a));
}

static void bits_reach_beyond_the_first_word(struct ktest *t)
{
	unsigned long map[3] = { 0, 0, 0 };
	unsigned long nr = 2 * BITS_PER_LONG + 3;

	set_bit(nr, map);
	KTEST_EXPECT_EQ(t, map[2], 8);
	KTEST_EXPECT_TRUE(t, test_and_set_bit(nr, map));
	KTEST_EXPECT_FALSE(t, test_and_set_bit(0, map));
	KTEST_EXPECT_TRUE(t, test_and_clear_bit(nr, map));
	KTEST_EXPECT_FALSE(t, test_and_clear_bit(nr, map));
	change_bit(1, map);
	KTEST_EXPECT_EQ(t, map[0], 3);
	KTEST_EXPECT_TRUE(t, test_and_change_bit(1, map));
	clear_bit(0, map);
	KTEST_EXPECT_EQ(t, map[0] | map[1] | map[2], 0);
	KTEST_EXPECT_EQ(t, ffs(0), 0);
	KTEST_EXPECT_EQ(t, ffs(8), 4);
	KTEST_EXPECT_EQ(t, fls(0), 0);
	KTEST_EXPECT_EQ(t, fls(0x80000000u), 32);
	KTEST_EXPECT_EQ(t, fls64(0), 0);
	KTEST_EXPECT_EQ(t, fls64(1ull << 32), 33);
	KTEST_EXPECT_EQ(t, ffz(7), 3);
}

static void exchange_says_what_was_there(struct ktest *t)
{
	unsigned long word = 4;
	void *p = &word;

	KTEST_EXPECT_EQ(t, xchg(&word, 5), 4);
	KTEST_EXPECT_EQ(t, cmpxchg(&word, 4, 6), 5);
	KTEST_EXPECT_EQ(t, cmpxchg(&word, 5, 6), 5);
	KTEST_EXPECT_EQ(t, word, 6);
	KTEST_EXPECT_PTR_EQ(t, xchg(&p, NULL), &word);
	smp_store_mb(word, 7);
	KTEST_EXPECT_EQ(t, smp_load_acquire(&word), 7);
}

static void a_reference_count_ends_at_its_last(struct ktest *t)
{
	refcount_t r = REFCOUNT_INIT(1);

	refcount_inc(&r);
	KTEST_EXPECT_FALSE(t, refcount_dec_and_test(&r));
	KTEST_EXPECT_TRUE(t, refcount_dec_and_test(&r));
	KTEST_EXPECT_FALSE(t, refcount_inc_not_zero(&r));
}

static void a_misused_reference_count_is_reported_and_sticks(struct ktest *t)
{
	refcount_t r = REFCOUNT_INIT(0);

	ktest_expect_report(t, "refcount");
	refcount_inc(&r);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "raised from 0"));
	KTEST_EXPECT_EQ(t, refcount_read(&r), (unsigned int)REFCOUNT_SATURATED);

	refcount_set(&r, 0);
	ktest_expect_report(t, "refcount");
	KTEST_EXPECT_FALSE(t, refcount_dec_and_test(&r));

	refcount_set(&r, INT_MAX);
	ktest_expect_report(t, "refcount");
	refcount_inc(&r);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "overflow"));
}

static const struct ktest_case cases[] = {
	KTEST_CASE(operations_return_the_new_or_the_old_value),
	KTEST_CASE(conditional_operations_do_it_or_not),
	KTEST_CASE(bits_reach_beyond_the_first_word),
	KTEST_CASE(exchange_says_what_was_there),
	KTEST_CASE(a_reference_count_ends_at_its_last),
	KTEST_CASE(a_misused_reference_count_is_reported_and_sticks),
};
KTEST_SUITE(atomic, cases);
