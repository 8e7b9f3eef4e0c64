/* SPDX-License-Identifier: MIT */
/*
 * timer_wheel_test.c - a private wheel against a plain list of timers
 *
 * The naive side keeps every timer's time and looks at all of them each tick.
 */
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/timer.h>
#include <kernel/util.h>

#define NR_TIMERS 96u

struct naive_timer {
	struct timer_list timer;
	bool set;
	unsigned long due; /* the tick at which it must come */
};

static struct timer_wheel wheel;
static struct naive_timer timers[NR_TIMERS];

static void never(struct timer_list *timer)
{
	(void)timer;
}

static void wheel_start(unsigned long now)
{
	unsigned int i;

	timer_wheel_init(&wheel, now);
	for (i = 0; i < NR_TIMERS; i++) {
		timer_setup(&timers[i].timer, never, 0);
		timers[i].set = false;
	}
}

static void wheel_set(struct naive_timer *n, unsigned long expires)
{
	n->timer.expires = expires;
	n->due = time_before(expires, wheel.clk) ? wheel.clk : expires;
	n->set = true;
	timer_wheel_add(&wheel, &n->timer);
}

static void wheel_unset(struct naive_timer *n)
{
	n->set = false;
	timer_wheel_del(&wheel, &n->timer);
}

/* One tick: exactly those come that the naive side expects. */
static bool tick_agrees(struct ktest *t)
{
	unsigned long now = wheel.clk;
	struct timer_list *timer;
	unsigned int i;
	bool ok = true;

	timer_wheel_advance(&wheel);
	while ((timer = timer_wheel_pop(&wheel))) {
		struct naive_timer *n =
			container_of(timer, struct naive_timer, timer);

		ok = ok && KTEST_EXPECT_TRUE(t, n->set) &&
		     KTEST_EXPECT_EQ(t, n->due, now) &&
		     KTEST_EXPECT_FALSE(t, timer_pending(timer));
		n->set = false;
	}
	for (i = 0; i < NR_TIMERS; i++)
		ok = ok && KTEST_EXPECT_FALSE(t, timers[i].set &&
							 timers[i].due == now);
	return ok;
}

/* Set at @ahead from clk, it comes after exactly so many more ticks. */
static void expect_due_after(struct ktest *t, unsigned long start,
			     unsigned long ahead)
{
	unsigned long i;

	wheel_start(start);
	wheel_set(&timers[0], start + ahead);
	for (i = 0; i < ahead; i++) {
		if (!tick_agrees(t) || !KTEST_EXPECT_TRUE(t, timers[0].set))
			return;
	}
	tick_agrees(t);
	KTEST_EXPECT_FALSE(t, timers[0].set);
	KTEST_EXPECT_EQ(t, wheel.nr_timers, 0);
}

static void a_timer_is_due_at_its_tick_at_each_levels_edge(struct ktest *t)
{
	static const unsigned long ahead[] = { 0,    1,	   62,	63,   64,
					       65,   127,  128, 4095, 4096,
					       4097, 8191, 8192 };
	static const unsigned long start[] = { 0,
					       1,
					       63,
					       64,
					       4095,
					       4096,
					       ULONG_MAX,
					       ULONG_MAX - 64,
					       ULONG_MAX - 5000 };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(start); i++) {
		for (j = 0; j < ARRAY_SIZE(ahead); j++)
			expect_due_after(t, start[i], ahead[j]);
	}
}

static void a_time_that_has_passed_is_due_with_the_next_tick(struct ktest *t)
{
	wheel_start(1000);
	wheel_set(&timers[0], 999);
	wheel_set(&timers[1], 1000 - 5000);
	KTEST_EXPECT_TRUE(t, timer_pending(&timers[0].timer));
	tick_agrees(t);
	KTEST_EXPECT_EQ(t, wheel.nr_timers, 0);
}

/* The next tick that deals a slot out on the way to @far, or the next at all. */
static unsigned long next_edge(unsigned long clk, unsigned long far)
{
	unsigned int level;

	for (level = WHEEL_LEVELS - 1; level; level--) {
		unsigned long mask = (1ul << (level * WHEEL_BITS)) - 1;
		unsigned long edge = (clk | mask) + 1;

		if (edge - clk <= far - clk)
			return edge;
	}
	return clk;
}

/* Ticks in between, at which nothing can happen, are left out. */
static void a_time_beyond_the_wheels_reach_waits_its_turn(struct ktest *t)
{
	const unsigned long far = 3 * (WHEEL_MAX_AHEAD / 2);
	unsigned int ticks = 0;

	wheel_start(0);
	wheel_set(&timers[0], far);
	while (!wheel.due && ++ticks < 1000) {
		wheel.clk = next_edge(wheel.clk, far);
		timer_wheel_advance(&wheel);
	}
	KTEST_EXPECT_EQ(t, wheel.clk - 1, far);
	KTEST_EXPECT_PTR_EQ(t, timer_wheel_pop(&wheel), &timers[0].timer);
}

static void deleted_timers_never_come(struct ktest *t)
{
	unsigned int i;

	wheel_start(0);
	for (i = 0; i < NR_TIMERS; i++)
		wheel_set(&timers[i], i * 3);
	for (i = 0; i < NR_TIMERS; i += 2)
		wheel_unset(&timers[i]);
	KTEST_EXPECT_FALSE(t, timer_pending(&timers[0].timer));
	for (i = 0; i < NR_TIMERS * 3; i++) {
		if (!tick_agrees(t))
			return;
	}
	KTEST_EXPECT_EQ(t, wheel.nr_timers, 0);
}

/* One that is due, but not yet taken out, can still be deleted. */
static void a_due_timer_can_be_deleted_before_its_turn(struct ktest *t)
{
	struct timer_list *first;

	wheel_start(7);
	wheel_set(&timers[0], 7);
	wheel_set(&timers[1], 7);
	wheel_set(&timers[2], 7);
	timer_wheel_advance(&wheel);
	first = timer_wheel_pop(&wheel);
	KTEST_ASSERT_NOT_NULL(t, first);
	timer_wheel_del(&wheel, wheel.due);
	KTEST_EXPECT_EQ(t, wheel.nr_timers, 1);
	KTEST_EXPECT_NOT_NULL(t, timer_wheel_pop(&wheel));
	KTEST_EXPECT_NULL(t, timer_wheel_pop(&wheel));
}

/* A distance that makes every level likely. */
static unsigned long random_ahead(struct ktest *t)
{
	return ktest_random(t) >> (8 + ktest_random(t) % 24);
}

static void random_play(struct ktest *t, unsigned long start,
			unsigned int nr_ticks)
{
	unsigned int i;

	wheel_start(start);
	for (i = 0; i < nr_ticks; i++) {
		struct naive_timer *n = &timers[ktest_random(t) % NR_TIMERS];

		if (n->set)
			wheel_unset(n);
		if (ktest_random(t) % 8)
			wheel_set(n, wheel.clk + random_ahead(t) - 3);
		if (!tick_agrees(t))
			return;
	}
}

static void random_timers_agree_with_a_plain_list(struct ktest *t)
{
	random_play(t, 0, 20000);
}

static void random_timers_agree_over_a_wrap(struct ktest *t)
{
	random_play(t, ULONG_MAX - 10000, 20000);
	random_play(t, INITIAL_JIFFIES, 40000);
	/* On 64 bits, where the counter's low half wraps. */
	random_play(t, (unsigned long)U32_MAX - 10000, 20000);
}

static void jiffies_compare_over_a_wrap(struct ktest *t)
{
	unsigned long now = ULONG_MAX - 1;

	KTEST_EXPECT_TRUE(t, time_after(now + 5, now));
	KTEST_EXPECT_TRUE(t, time_before(now, now + 5));
	KTEST_EXPECT_TRUE(t, time_after_eq(now, now));
	KTEST_EXPECT_FALSE(t, time_after(now, now));
	KTEST_EXPECT_TRUE(t, time_in_range(now + 3, now, now + 3));
	KTEST_EXPECT_FALSE(t, time_in_range_open(now + 3, now, now + 3));
}

static void times_are_rounded_up_to_ticks(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, msecs_to_jiffies(0), 0);
	KTEST_EXPECT_EQ(t, msecs_to_jiffies(1), 1);
	KTEST_EXPECT_EQ(t, msecs_to_jiffies(1000 / HZ), 1);
	KTEST_EXPECT_EQ(t, msecs_to_jiffies(1000 / HZ + 1), 2);
	KTEST_EXPECT_EQ(t, msecs_to_jiffies(INT_MAX), 214748365);
	KTEST_EXPECT_EQ(t, msecs_to_jiffies((unsigned int)-1),
			MAX_JIFFY_OFFSET);
	KTEST_EXPECT_EQ(t, usecs_to_jiffies(1), 1);
	KTEST_EXPECT_EQ(t, usecs_to_jiffies(10000), 1);
	KTEST_EXPECT_EQ(t, usecs_to_jiffies(10001), 2);
	KTEST_EXPECT_EQ(t, jiffies_to_msecs(HZ), 1000);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_timer_is_due_at_its_tick_at_each_levels_edge),
	KTEST_CASE(a_time_that_has_passed_is_due_with_the_next_tick),
	KTEST_CASE(a_time_beyond_the_wheels_reach_waits_its_turn),
	KTEST_CASE(deleted_timers_never_come),
	KTEST_CASE(a_due_timer_can_be_deleted_before_its_turn),
	KTEST_CASE(random_timers_agree_with_a_plain_list),
	KTEST_CASE(random_timers_agree_over_a_wrap),
	KTEST_CASE(jiffies_compare_over_a_wrap),
	KTEST_CASE(times_are_rounded_up_to_ticks),
};
KTEST_SUITE(timer_wheel, cases);
