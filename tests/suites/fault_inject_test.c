/* SPDX-License-Identifier: MIT */
/* fault_inject_test.c - failure plans: by number, by rule, from boot words. */
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/string.h>
#include <mm/fault_inject.h>
#include <asm/processor.h>
#include "sched_fixture.h"

static struct fault_attr attr = FAULT_ATTR_INIT("test");

/* Ask @requests times for @size bytes. Return: how many were refused. */
static unsigned int ask(unsigned int requests, size_t size)
{
	unsigned int refused = 0;

	while (requests--)
		refused += fault_should_fail(&attr, 0x42, size);
	return refused;
}

static void nothing_fails_without_a_plan(struct ktest *t)
{
	fault_reset(&attr);
	KTEST_EXPECT_FALSE(t, attr.active);
	KTEST_EXPECT_EQ(t, ask(1000, 1), 0);
	KTEST_EXPECT_EQ(t, atomic_read(&attr.requests), 0); /* not even asked */
}

static void exactly_the_nth_request_fails(struct ktest *t)
{
	unsigned int n;

	for (n = 1; n <= 5; n++) {
		fault_fail_nth(&attr, n);
		KTEST_EXPECT_EQ(t, ask(n - 1, 1), 0);
		KTEST_EXPECT_EQ(t, ask(1, 1), 1);
		KTEST_EXPECT_EQ(t, attr.last_site, 0x42);
		KTEST_EXPECT_EQ(t, ask(100, 1), 0);
		KTEST_EXPECT_EQ(t, atomic_read(&attr.failures), 1);
	}
	fault_fail_nth(&attr, 0); /* counts only */
	KTEST_EXPECT_EQ(t, ask(10, 1), 0);
	KTEST_EXPECT_EQ(t, atomic_read(&attr.requests), 10);
	fault_reset(&attr);
}

static int ask_beside(void *refused)
{
	*(unsigned int *)refused = ask(5, 1);
	return 0;
}

/* As a thread of another CPU does in the middle of a test. */
static void what_other_threads_ask_for_is_not_counted(struct ktest *t)
{
	unsigned int refused = UINT_MAX;
	struct task_struct *beside;

	beside = kthread_create(ask_beside, &refused, "beside");
	KTEST_ASSERT_TRUE(t, !IS_ERR(beside));
	get_task_struct(beside);
	fault_fail_nth(&attr, 2);
	wake_up_process(beside);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(READ_ONCE(refused) != UINT_MAX));
	kthread_stop(beside);
	put_task_struct(beside);
	KTEST_EXPECT_EQ(t, refused, 0);
	KTEST_EXPECT_EQ(t, atomic_read(&attr.requests), 0);
	KTEST_EXPECT_EQ(t, ask(1, 1), 0);
	KTEST_EXPECT_EQ(t, ask(1, 1), 1);
	fault_reset(&attr);
}

static void interval_spaces_the_failures(struct ktest *t)
{
	KTEST_ASSERT_EQ(t, fault_attr_parse(&attr, "3,100,0,-1"), 0);
	KTEST_EXPECT_EQ(t, ask(2, 1), 0);
	KTEST_EXPECT_EQ(t, ask(1, 1), 1);
	KTEST_EXPECT_EQ(t, ask(2, 1), 0);
	KTEST_EXPECT_EQ(t, ask(1, 1), 1);
	KTEST_EXPECT_EQ(t, ask(300, 1), 100);
	fault_reset(&attr);
}

static void times_ends_the_plan(struct ktest *t)
{
	KTEST_ASSERT_EQ(t, fault_attr_parse(&attr, "1,100,0,4"), 0);
	KTEST_EXPECT_EQ(t, ask(3, 1), 3);
	KTEST_EXPECT_EQ(t, ask(1, 1), 1);
	KTEST_EXPECT_EQ(t, ask(100, 1), 0);
	fault_reset(&attr);
}

static void space_is_let_through_first(struct ktest *t)
{
	KTEST_ASSERT_EQ(t, fault_attr_parse(&attr, "1,100,10,-1"), 0);
	KTEST_EXPECT_EQ(t, ask(3, 3), 0); /* 10, 7, 4 bytes were left */
	KTEST_EXPECT_EQ(t, ask(1, 3), 1); /* 1 is left: too little */
	KTEST_ASSERT_EQ(t, fault_attr_parse(&attr, "1,100,10,-1"), 0);
	KTEST_EXPECT_EQ(t, ask(1, 10), 1); /* space must be more than asked */
	fault_reset(&attr);
}

static void probability_is_percent_and_repeatable(struct ktest *t)
{
	unsigned int first, second;

	KTEST_ASSERT_EQ(t, fault_attr_parse(&attr, "1,20,0,-1"), 0);
	first = ask(10000, 1);
	KTEST_ASSERT_EQ(t, fault_attr_parse(&attr, "1,20,0,-1"), 0);
	second = ask(10000, 1);
	KTEST_EXPECT_EQ(t, first, second);
	KTEST_EXPECT_GE(t, first, 1800);
	KTEST_EXPECT_LE(t, first, 2200);
	KTEST_ASSERT_EQ(t, fault_attr_parse(&attr, "1,0,0,-1"), 0);
	KTEST_EXPECT_FALSE(t, attr.active); /* 0 percent costs nothing */
	fault_reset(&attr);
}

static void a_plan_refuses_nothing_before_it_is_armed(struct ktest *t)
{
	KTEST_ASSERT_EQ(t, fault_attr_plan(&attr, "1,100,0,2"), 0);
	KTEST_EXPECT_FALSE(t, attr.active);
	KTEST_EXPECT_EQ(t, ask(10, 1), 0);
	fault_attr_arm(&attr);
	KTEST_EXPECT_EQ(t, ask(10, 1), 2);
	fault_reset(&attr);
	fault_attr_arm(&attr); /* no plan: stays off */
	KTEST_EXPECT_FALSE(t, attr.active);
}

static void rubbish_is_refused_and_leaves_the_plan(struct ktest *t)
{
	static const char *const bad[] = {
		"",	    "1",	 "1,2",	      "1,2,3",
		"1,2,3,",   "1,2,3,4,",	 "1,2,3,4,5", "1,,3,4",
		"a,b,c,d",  "1,101,0,1", "-1,10,0,1", "1,-1,0,1",
		"1,1,-1,1", "1,1,0,-2",	 "1,1,0,1 ",  "1,1,0,99999999999",
	};
	unsigned int i;

	KTEST_ASSERT_EQ(t, fault_attr_parse(&attr, "2,100,0,1"), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (fault_attr_parse(&attr, bad[i]) != -EINVAL)
			KTEST_FAIL(t, "accepted: \"%s\"", bad[i]);
	}
	KTEST_EXPECT_EQ(t, fault_attr_parse(&attr, NULL), -EINVAL);
	KTEST_EXPECT_EQ(t, ask(1, 1), 0);
	KTEST_EXPECT_EQ(t, ask(1, 1), 1);
	fault_reset(&attr);
}

static unsigned int nr_told;

static void told(struct fault_attr *changed)
{
	nr_told++;
	(void)changed;
}

static void a_plan_put_back_goes_on_where_it_was(struct ktest *t)
{
	struct fault_attr saved;

	attr.changed = told;
	KTEST_ASSERT_EQ(t, fault_attr_parse(&attr, "3,100,4,2"), 0);
	KTEST_EXPECT_EQ(t, ask(3, 1), 0); /* 3 bytes of space are used up */
	KTEST_EXPECT_EQ(t, ask(3, 1), 1);
	fault_plan_save(&attr, &saved);
	fault_fail_nth(&attr, 1);
	KTEST_EXPECT_EQ(t, ask(2, 1), 1);
	fault_reset(&attr);
	nr_told = 0;
	fault_plan_restore(&attr, &saved);
	KTEST_EXPECT_TRUE(t, attr.active && nr_told);
	KTEST_EXPECT_EQ(t, atomic_read(&attr.requests), 6);
	KTEST_EXPECT_EQ(t, atomic_read(&attr.failures), 1);
	KTEST_EXPECT_EQ(t, ask(2, 1), 0);
	KTEST_EXPECT_EQ(t, ask(10, 1), 1); /* of two there was one to come */
	fault_reset(&attr);
	fault_plan_save(&attr, &saved);
	fault_fail_nth(&attr, 1);
	nr_told = 0;
	fault_plan_restore(&attr, &saved);
	KTEST_EXPECT_TRUE(t, !attr.active && nr_told);
	KTEST_EXPECT_EQ(t, ask(10, 1), 0);
	attr.changed = NULL;
}

static const struct ktest_case cases[] = {
	KTEST_CASE(nothing_fails_without_a_plan),
	KTEST_CASE(exactly_the_nth_request_fails),
	KTEST_CASE(what_other_threads_ask_for_is_not_counted),
	KTEST_CASE(interval_spaces_the_failures),
	KTEST_CASE(times_ends_the_plan),
	KTEST_CASE(space_is_let_through_first),
	KTEST_CASE(probability_is_percent_and_repeatable),
	KTEST_CASE(a_plan_refuses_nothing_before_it_is_armed),
	KTEST_CASE(rubbish_is_refused_and_leaves_the_plan),
	KTEST_CASE(a_plan_put_back_goes_on_where_it_was),
};
KTEST_SUITE(fault_inject, cases);
