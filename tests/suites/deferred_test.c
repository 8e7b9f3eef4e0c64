/* SPDX-License-Identifier: MIT */
/*
 * deferred_test.c - softirqs, tasklets and live timers: where and when they run
 */
#include <kernel/delay.h>
#include <kernel/interrupt.h>
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/sched.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/timer.h>
#include <mm/slab.h>
#include <asm/processor.h>

#include "sched_fixture.h"
#include "stay_here.h"

/* What a deferred function finds, and in which turn. */
struct seen {
	unsigned int calls;
	unsigned int turn;
	bool in_softirq, in_task, irqs_off;
	void *atomic_memory;
};

static unsigned int turns;

static void look(struct seen *seen)
{
	seen->calls++;
	seen->turn = ++turns;
	seen->in_softirq = in_softirq() && in_serving_softirq();
	seen->in_task = in_task();
	seen->irqs_off = irqs_disabled();
}

static void expect_softirq(struct ktest *t, const struct seen *seen)
{
	KTEST_EXPECT_TRUE(t, seen->in_softirq);
	KTEST_EXPECT_FALSE(t, seen->in_task);
	KTEST_EXPECT_FALSE(t, seen->irqs_off);
}

struct test_tasklet {
	struct tasklet_struct tasklet;
	struct seen seen;
};

static void tasklet_looks(struct tasklet_struct *tasklet)
{
	struct test_tasklet *tt = from_tasklet(tt, tasklet, tasklet);

	look(&tt->seen);
}

/* On the way out of this, what was raised is served. */
static void serve(void)
{
	local_bh_disable();
	local_bh_enable();
}

static void a_tasklet_runs_once_with_interrupts_on(struct ktest *t)
{
	struct test_tasklet tt = { 0 };

	tasklet_setup(&tt.tasklet, tasklet_looks);
	local_bh_disable();
	tasklet_schedule(&tt.tasklet);
	tasklet_schedule(&tt.tasklet);
	tasklet_schedule(&tt.tasklet);
	KTEST_EXPECT_TRUE(t, in_softirq());
	KTEST_EXPECT_FALSE(t, in_serving_softirq());
	KTEST_EXPECT_EQ(t, tt.seen.calls, 0);
	local_bh_enable();
	KTEST_EXPECT_EQ(t, tt.seen.calls, 1);
	expect_softirq(t, &tt.seen);
	KTEST_EXPECT_FALSE(t, in_softirq());
	tasklet_kill(&tt.tasklet);
}

static void
tasklets_of_high_priority_go_first_and_others_in_turn(struct ktest *t)
{
	struct test_tasklet tt[4] = { 0 };
	unsigned int i;

	turns = 0;
	local_bh_disable();
	for (i = 0; i < 4; i++) {
		tasklet_setup(&tt[i].tasklet, tasklet_looks);
		if (i < 2)
			tasklet_schedule(&tt[i].tasklet);
		else
			tasklet_hi_schedule(&tt[i].tasklet);
	}
	local_bh_enable();
	KTEST_EXPECT_EQ(t, tt[2].seen.turn, 1);
	KTEST_EXPECT_EQ(t, tt[3].seen.turn, 2);
	KTEST_EXPECT_EQ(t, tt[0].seen.turn, 3);
	KTEST_EXPECT_EQ(t, tt[1].seen.turn, 4);
	for (i = 0; i < 4; i++)
		tasklet_kill(&tt[i].tasklet);
}

/* As drivers of the books have it: schedule a tasklet, then sleep until it wakes
 * one. An interrupt in between may serve it, but not the schedule itself. */
static void a_tasklet_leaves_its_thread_time_to_go_to_sleep(struct ktest *t)
{
	struct test_tasklet tt = { 0 };
	unsigned int early = 0, tries;
	volatile unsigned int turn;

	tasklet_setup(&tt.tasklet, tasklet_looks);
	for (tries = 1; tries <= 10; tries++) {
		/* ksoftirqd has slept, and this one has not. */
		schedule_timeout_uninterruptible(2);
		mdelay(5);
		tasklet_schedule(&tt.tasklet);
		for (turn = 0; turn < 1000; turn++)
			; /* hosted, time passes in cpu_relax() */
		early += tt.seen.calls == tries;
		schedule_timeout_uninterruptible(2);
		KTEST_EXPECT_EQ(t, tt.seen.calls, tries);
	}
	KTEST_EXPECT_LE(t, early, 5);
	tasklet_kill(&tt.tasklet);
}

static void a_thread_that_schedules_a_tasklet_need_not_wait_for_an_interrupt(
	struct ktest *t)
{
	struct test_tasklet tt = { 0 };

	tasklet_setup(&tt.tasklet, tasklet_looks);
	tasklet_schedule(&tt.tasklet); /* ksoftirqd is woken */
	tasklet_kill(&tt.tasklet); /* and waited for */
	KTEST_EXPECT_EQ(t, tt.seen.calls, 1);
	expect_softirq(t, &tt.seen);
}

static void a_disabled_tasklet_waits_until_it_is_enabled(struct ktest *t)
{
	struct test_tasklet tt = { 0 };

	stay_here(t); /* where it is served */
	tasklet_setup(&tt.tasklet, tasklet_looks);
	tasklet_disable(&tt.tasklet);
	tasklet_disable(&tt.tasklet);
	tasklet_schedule(&tt.tasklet);
	serve();
	tasklet_schedule(&tt.tasklet);
	KTEST_EXPECT_EQ(t, tt.seen.calls, 0);
	/* It is not spun on meanwhile. */
	KTEST_EXPECT_EQ(t, local_softirq_pending() & BIT(TASKLET_SOFTIRQ), 0);
	tasklet_enable(&tt.tasklet);
	serve();
	KTEST_EXPECT_EQ(t, tt.seen.calls, 0);
	tasklet_enable(&tt.tasklet);
	serve();
	KTEST_EXPECT_EQ(t, tt.seen.calls, 1);

	/* Killed while disabled, it is taken back. */
	tasklet_disable(&tt.tasklet);
	tasklet_schedule(&tt.tasklet);
	serve();
	tasklet_kill(&tt.tasklet);
	tasklet_enable(&tt.tasklet);
	serve();
	KTEST_EXPECT_EQ(t, tt.seen.calls, 1);
	go_anywhere(t);
}

static void tasklet_again(struct tasklet_struct *tasklet)
{
	struct test_tasklet *tt = from_tasklet(tt, tasklet, tasklet);

	look(&tt->seen);
	if (tt->seen.calls < 100)
		tasklet_schedule(tasklet);
}

/* More rounds than one pass serves: the rest comes, too. */
static void a_tasklet_may_schedule_itself(struct ktest *t)
{
	struct test_tasklet tt = { 0 };

	tasklet_setup(&tt.tasklet, tasklet_again);
	tasklet_schedule(&tt.tasklet);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(READ_ONCE(tt.seen.calls) == 100));
	tasklet_kill(&tt.tasklet);
}

static unsigned long old_data;

static void tasklet_old(unsigned long data)
{
	old_data = data;
}

static DECLARE_TASKLET(declared_old, tasklet_old, 77);

static void the_old_form_of_a_tasklet_gets_its_number(struct ktest *t)
{
	old_data = 0;
	tasklet_schedule(&declared_old);
	serve();
	tasklet_kill(&declared_old);
	KTEST_EXPECT_EQ(t, old_data, 77);
}

/* What memory may be had in a softirq, and what may not. */
static void tasklet_allocates(struct tasklet_struct *tasklet)
{
	struct test_tasklet *tt = from_tasklet(tt, tasklet, tasklet);

	look(&tt->seen);
	tt->seen.atomic_memory = kmalloc(64, GFP_ATOMIC);
	kfree(tt->seen.atomic_memory);
	kfree(kmalloc(64, GFP_KERNEL));
}

static void a_sleeping_request_in_a_tasklet_is_reported(struct ktest *t)
{
	struct test_tasklet tt = { 0 };

	tasklet_setup(&tt.tasklet, tasklet_allocates);
	ktest_expect_report(t, "sleep-in-atomic");
	local_bh_disable();
	tasklet_schedule(&tt.tasklet);
	local_bh_enable();
	KTEST_EXPECT_NOT_NULL(t, tt.seen.atomic_memory);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "in softirq"));
	tasklet_kill(&tt.tasklet);
}

static void tasklet_leaks_a_count(struct tasklet_struct *tasklet)
{
	(void)tasklet;
	preempt_disable();
}

static void a_tasklet_that_leaves_preemption_off_is_named(struct ktest *t)
{
	struct test_tasklet tt = { 0 };

	tasklet_setup(&tt.tasklet, tasklet_leaks_a_count);
	ktest_expect_report(t, "softirq-count");
	tasklet_schedule(&tt.tasklet);
	serve();
	tasklet_kill(&tt.tasklet);
	KTEST_EXPECT_FALSE(t, in_atomic());
}

/* --- live timers -------------------------------------------------------------- */

struct test_timer {
	struct timer_list timer;
	struct seen seen;
	unsigned long when;
	unsigned int again; /* times to set itself anew */
};

static void timer_looks(struct timer_list *timer)
{
	struct test_timer *tt = from_timer(tt, timer, timer);

	look(&tt->seen);
	tt->when = jiffies;
	if (tt->again && tt->again--)
		mod_timer(timer, jiffies + 1);
}

static void timer_start(struct test_timer *tt, unsigned long ticks)
{
	memset(tt, 0, sizeof(*tt));
	timer_setup(&tt->timer, timer_looks, 0);
	mod_timer(&tt->timer, jiffies + ticks);
}

/* It has been called @n times, and is not being called. */
static bool timer_is_called(struct test_timer *tt, unsigned int n)
{
	bool called = EVENTUALLY(READ_ONCE(tt->seen.calls) >= n);

	del_timer_sync(&tt->timer);
	return called && tt->seen.calls == n;
}

static void a_timer_runs_at_its_time_and_not_before(struct ktest *t)
{
	struct test_timer tt;
	unsigned long start = jiffies;

	local_bh_disable(); /* it is not served, however late it is */
	timer_start(&tt, 4);
	KTEST_EXPECT_TRUE(t, timer_pending(&tt.timer));
	local_bh_enable();
	KTEST_EXPECT_TRUE(t, EVENTUALLY(!timer_pending(&tt.timer)));
	KTEST_EXPECT_TRUE(t, timer_is_called(&tt, 1));
	KTEST_EXPECT_GE(t, tt.when - start, 4);
	expect_softirq(t, &tt.seen);
}

static void a_timer_may_ask_for_interrupts_to_be_off(struct ktest *t)
{
	struct test_timer tt = { .again = 1 };

	timer_setup(&tt.timer, timer_looks, TIMER_IRQSAFE);
	mod_timer(&tt.timer, jiffies + 1);
	KTEST_EXPECT_TRUE(t, timer_is_called(&tt, 2));
	KTEST_EXPECT_TRUE(t, tt.seen.in_softirq);
	KTEST_EXPECT_TRUE(t, tt.seen.irqs_off);
	/* And for itself alone. */
	timer_start(&tt, 1);
	KTEST_EXPECT_TRUE(t, timer_is_called(&tt, 1));
	expect_softirq(t, &tt.seen);
}

static void a_timer_may_set_itself_again(struct ktest *t)
{
	struct test_timer tt;

	local_bh_disable(); /* as above */
	timer_start(&tt, 1);
	tt.again = 4;
	local_bh_enable();
	KTEST_EXPECT_TRUE(t, EVENTUALLY(READ_ONCE(tt.seen.calls) == 5));
	msleep(30);
	KTEST_EXPECT_EQ(t, tt.seen.calls, 5);
	KTEST_EXPECT_EQ(t, del_timer_sync(&tt.timer), 0);
}

static void a_deleted_timer_does_not_run(struct ktest *t)
{
	struct test_timer tt;

	local_bh_disable(); /* as above */
	timer_start(&tt, 3);
	KTEST_EXPECT_EQ(t, del_timer(&tt.timer), 1);
	KTEST_EXPECT_EQ(t, del_timer(&tt.timer), 0);
	timer_start(&tt, 3);
	KTEST_EXPECT_EQ(t, try_to_del_timer_sync(&tt.timer), 1);
	timer_start(&tt, 3);
	KTEST_EXPECT_EQ(t, del_timer_sync(&tt.timer), 1);
	local_bh_enable();
	msleep(60);
	KTEST_EXPECT_EQ(t, tt.seen.calls, 0);
}

static void setting_a_pending_timer_moves_it(struct ktest *t)
{
	struct test_timer tt;
	unsigned long first;

	timer_start(&tt, 10000);
	first = tt.timer.expires;
	KTEST_EXPECT_EQ(t, timer_reduce(&tt.timer, first + 1000), 1);
	KTEST_EXPECT_EQ(t, tt.timer.expires, first);
	KTEST_EXPECT_EQ(t, mod_timer_pending(&tt.timer, first - 1000), 1);
	KTEST_EXPECT_EQ(t, mod_timer(&tt.timer, jiffies + 3), 1);
	KTEST_EXPECT_TRUE(t, timer_is_called(&tt, 1));
	KTEST_EXPECT_EQ(t, mod_timer_pending(&tt.timer, jiffies + 1), 0);
	msleep(40);
	KTEST_EXPECT_EQ(t, tt.seen.calls, 1);
	KTEST_EXPECT_EQ(t, timer_reduce(&tt.timer, jiffies + 1), 0);
	KTEST_EXPECT_TRUE(t, timer_is_called(&tt, 2));
}

static unsigned long given;

static void timer_is_given(unsigned long data)
{
	WRITE_ONCE(given, given + data);
}

static void a_timer_of_a_number_is_given_it(struct ktest *t)
{
	static DEFINE_TIMER(declared, timer_is_given, 0, 3);
	struct timer_list timer;

	given = 0;
	timer.data = 20; /* before it is made, as some do */
	init_timer(&timer);
	timer.function = timer_is_given;
	timer.expires = jiffies + 1;
	add_timer(&timer);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(READ_ONCE(given) == 20));
	del_timer_sync(&timer);
	setup_timer(&timer, timer_is_given, 100);
	mod_timer(&timer, jiffies + 1);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(READ_ONCE(given) == 120));
	del_timer_sync(&timer);
	mod_timer(&declared, jiffies + 1);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(READ_ONCE(given) == 123));
	del_timer_sync(&declared);
}

static void setting_a_timer_without_a_function_is_refused(struct ktest *t)
{
	static bool warned;
	struct timer_list timer;

	timer_setup(&timer, NULL, 0);
	if (!warned)
		ktest_expect_report(t, "WARN");
	warned = true;
	KTEST_EXPECT_EQ(t, mod_timer(&timer, jiffies + 1), 0);
	KTEST_EXPECT_FALSE(t, timer_pending(&timer));
}

static void sleeps_are_never_too_short(struct ktest *t)
{
	unsigned long start = jiffies;

	msleep(20);
	KTEST_EXPECT_GE(t, jiffies - start, 2);
	KTEST_EXPECT_LE(t, jiffies - start, SCHED_PATIENCE);
	start = jiffies;
	KTEST_EXPECT_EQ(t, schedule_timeout_uninterruptible(3), 0);
	KTEST_EXPECT_GE(t, jiffies - start, 3);
	KTEST_EXPECT_EQ(t, msleep_interruptible(10), 0);
	__set_current_state(TASK_INTERRUPTIBLE);
	wake_up_process(current);
	/* Woken before it slept: time is left. */
	KTEST_EXPECT_GE(t, schedule_timeout(SCHED_PATIENCE), 1);
}

static void the_log_of_softirqs_has_linuxs_form(struct ktest *t)
{
	const struct proc_file *file = proc_file_find("softirqs");
	static char text[4096];
	struct seq_file m = { .buf = text, .size = sizeof(text) - 1 };

	KTEST_ASSERT_NOT_NULL(t, file);
	memset(text, 0, sizeof(text));
	file->show(&m);
	KTEST_EXPECT_PTR_EQ(t, strstr(text, "                    CPU0   "),
			    text);
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "\n          HI: "));
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "\n         RCU: "));
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_tasklet_runs_once_with_interrupts_on),
	KTEST_CASE(tasklets_of_high_priority_go_first_and_others_in_turn),
	KTEST_CASE(
		a_thread_that_schedules_a_tasklet_need_not_wait_for_an_interrupt),
	KTEST_CASE(a_tasklet_leaves_its_thread_time_to_go_to_sleep),
	KTEST_CASE(a_disabled_tasklet_waits_until_it_is_enabled),
	KTEST_CASE(a_tasklet_may_schedule_itself),
	KTEST_CASE(the_old_form_of_a_tasklet_gets_its_number),
	KTEST_CASE(a_sleeping_request_in_a_tasklet_is_reported),
	KTEST_CASE(a_tasklet_that_leaves_preemption_off_is_named),
	KTEST_CASE(a_timer_runs_at_its_time_and_not_before),
	KTEST_CASE(a_timer_may_ask_for_interrupts_to_be_off),
	KTEST_CASE(a_timer_may_set_itself_again),
	KTEST_CASE(a_deleted_timer_does_not_run),
	KTEST_CASE(setting_a_pending_timer_moves_it),
	KTEST_CASE(a_timer_of_a_number_is_given_it),
	KTEST_CASE(setting_a_timer_without_a_function_is_refused),
	KTEST_CASE(sleeps_are_never_too_short),
	KTEST_CASE(the_log_of_softirqs_has_linuxs_form),
};
KTEST_SUITE(deferred, cases);
