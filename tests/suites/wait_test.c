/* SPDX-License-Identifier: MIT */
/* wait_test.c - wait queues and completions: who sleeps, who is woken, when. */
#include <kernel/completion.h>
#include <kernel/delay.h>
#include <kernel/interrupt.h>
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/string.h>
#include <kernel/timer.h>
#include <kernel/wait.h>
#include <asm/processor.h>

#include "sched_fixture.h"

#define NR_WAITERS 5u

/* Threads that wait in one queue for one number to grow. */
struct crowd {
	struct wait_queue_head wq;
	atomic_t tickets; /* what the waiters wait for, and take */
	atomic_t passed;
	bool exclusive;
	struct task_struct *task[NR_WAITERS];
};

static bool ticket_take(struct crowd *c)
{
	return atomic_dec_if_positive(&c->tickets) >= 0;
}

static int crowd_wait(void *data)
{
	struct crowd *c = data;

	if (c->exclusive)
		(void)wait_event_interruptible_exclusive(c->wq, ticket_take(c));
	else
		wait_event(c->wq, ticket_take(c));
	atomic_inc(&c->passed);
	while (!kthread_should_stop())
		schedule_timeout_idle(1);
	return 0;
}

static unsigned int nr_in_queue(struct wait_queue_head *wq)
{
	unsigned long flags = spin_lock_irqsave(&wq->lock);
	unsigned int nr = 0;
	struct list_head *pos;

	list_for_each(pos, &wq->head)
		nr++;
	spin_unlock_irqrestore(&wq->lock, flags);
	return nr;
}

/* Does it sleep in @wq, as one of @nr? Then it has looked at what it waits
 * for, and does not look again before it is woken. */
static bool sleeps_in_queue(struct wait_queue_head *wq, unsigned int nr,
			    const struct task_struct *task)
{
	return nr_in_queue(wq) == nr && !task_is_runnable(task);
}

static bool crowd_sleeps(struct crowd *c)
{
	unsigned int i;

	for (i = 0; i < NR_WAITERS; i++) {
		if (!sleeps_in_queue(&c->wq, NR_WAITERS, c->task[i]))
			return false;
	}
	return true;
}

static bool crowd_start(struct ktest *t, struct crowd *c, bool exclusive)
{
	unsigned int i;

	memset(c, 0, sizeof(*c));
	init_waitqueue_head(&c->wq);
	c->exclusive = exclusive;
	for (i = 0; i < NR_WAITERS; i++) {
		c->task[i] = kthread_run(crowd_wait, c, "waiter/%u", i);
		if (!KTEST_EXPECT_FALSE(t, IS_ERR(c->task[i])))
			return false;
	}
	KTEST_EXPECT_TRUE(t, EVENTUALLY(crowd_sleeps(c)));
	return true;
}

/* Let in whoever is left, and wait for their end. */
static void crowd_end(struct crowd *c)
{
	unsigned int i;

	atomic_set(&c->tickets, NR_WAITERS);
	wake_up_all(&c->wq);
	for (i = 0; i < NR_WAITERS; i++)
		kthread_stop(c->task[i]);
}

/* Bounded: true once @n have passed. */
static bool crowd_passed(struct crowd *c, int n)
{
	return EVENTUALLY(atomic_read(&c->passed) >= n) &&
	       atomic_read(&c->passed) == n;
}

static void a_waiter_goes_on_when_the_condition_is_true(struct ktest *t)
{
	struct crowd c;

	if (!crowd_start(t, &c, false))
		return;
	KTEST_EXPECT_TRUE(t, waitqueue_active(&c.wq));
	wake_up_all(&c.wq); /* no ticket: back to sleep */
	msleep(20);
	KTEST_EXPECT_EQ(t, atomic_read(&c.passed), 0);
	atomic_set(&c.tickets, 2);
	wake_up_all(&c.wq);
	KTEST_EXPECT_TRUE(t, crowd_passed(&c, 2));
	msleep(20);
	KTEST_EXPECT_EQ(t, atomic_read(&c.passed), 2);
	crowd_end(&c);
	KTEST_EXPECT_FALSE(t, waitqueue_active(&c.wq));
}

static void exclusive_waiters_are_woken_one_by_one(struct ktest *t)
{
	struct crowd c;

	if (!crowd_start(t, &c, true))
		return;
	/* Tickets for all, but each wake-up is for one. */
	atomic_set(&c.tickets, NR_WAITERS);
	KTEST_EXPECT_EQ(t, wake_up(&c.wq), 1);
	KTEST_EXPECT_TRUE(t, crowd_passed(&c, 1));
	KTEST_EXPECT_EQ(t, wake_up_nr(&c.wq, 2), 2);
	KTEST_EXPECT_TRUE(t, crowd_passed(&c, 3));
	crowd_end(&c);
}

static int interruptible_only(void *data)
{
	struct crowd *c = data;

	return wait_event_interruptible(c->wq, ticket_take(c));
}

static void a_wake_up_is_for_the_states_it_names(struct ktest *t)
{
	struct crowd c = { .tickets = ATOMIC_INIT(0) };
	struct task_struct *task;

	init_waitqueue_head(&c.wq);
	task = kthread_run(interruptible_only, &c, "interruptible");
	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	get_task_struct(task);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(sleeps_in_queue(&c.wq, 1, task)));
	atomic_set(&c.tickets, 1);
	/* Asks for uninterruptible sleepers only: finds none. */
	__wake_up(&c.wq, TASK_UNINTERRUPTIBLE, 1, NULL);
	msleep(20);
	KTEST_EXPECT_EQ(t, atomic_read(&c.tickets), 1);
	wake_up_interruptible(&c.wq);
	KTEST_EXPECT_EQ(t, kthread_stop(task), 0);
	put_task_struct(task);
	KTEST_EXPECT_EQ(t, atomic_read(&c.tickets), 0);
}

static void a_wait_with_a_time_ends_with_it(struct ktest *t)
{
	DECLARE_WAIT_QUEUE_HEAD_ONSTACK(wq);
	unsigned long start = jiffies;
	bool never = false, always = true;
	long left;

	KTEST_EXPECT_EQ(t, wait_event_timeout(wq, never, 5), 0);
	KTEST_EXPECT_GE(t, jiffies - start, 5);
	KTEST_EXPECT_EQ(t, wait_event_timeout(wq, always, 5), 5);
	/* True at the last moment is in time. */
	KTEST_EXPECT_EQ(t, wait_event_timeout(wq, always, 0), 1);
	left = wait_event_interruptible_timeout(
		wq, time_after(jiffies, start + 6), 3);
	KTEST_EXPECT_GE(t, left, 0);
}

static void sleeping_by_hand_works_as_the_books_show_it(struct ktest *t)
{
	struct crowd c = { .tickets = ATOMIC_INIT(1) };
	unsigned int turns = 0;
	DEFINE_WAIT(wait);

	init_waitqueue_head(&c.wq);
	for (;;) {
		prepare_to_wait(&c.wq, &wait, TASK_INTERRUPTIBLE);
		KTEST_EXPECT_TRUE(t, waitqueue_active(&c.wq));
		if (turns++ || signal_pending(current))
			break;
		/* A wake-up between the look and the sleep is not lost. */
		wake_up_interruptible(&c.wq);
		schedule();
	}
	finish_wait(&c.wq, &wait);
	KTEST_EXPECT_EQ(t, turns, 2);
	KTEST_EXPECT_FALSE(t, waitqueue_active(&c.wq));
}

/* --- completions ----------------------------------------------------------- */

struct completer {
	struct timer_list timer;
	struct completion done;
	bool all;
};

static void completer_fire(struct timer_list *timer)
{
	struct completer *c = from_timer(c, timer, timer);

	if (c->all)
		complete_all(&c->done);
	else
		complete(&c->done);
}

static void completer_start(struct completer *c, unsigned long ticks, bool all)
{
	init_completion(&c->done);
	c->all = all;
	timer_setup(&c->timer, completer_fire, 0);
	mod_timer(&c->timer, jiffies + ticks);
}

static void each_complete_lets_one_through(struct ktest *t)
{
	DECLARE_COMPLETION_ONSTACK(done);

	KTEST_EXPECT_FALSE(t, completion_done(&done));
	KTEST_EXPECT_FALSE(t, try_wait_for_completion(&done));
	complete(&done);
	complete(&done);
	KTEST_EXPECT_TRUE(t, completion_done(&done));
	wait_for_completion(&done);
	KTEST_EXPECT_TRUE(t, try_wait_for_completion(&done));
	KTEST_EXPECT_FALSE(t, try_wait_for_completion(&done));
	complete_all(&done);
	wait_for_completion(&done);
	wait_for_completion(&done);
	reinit_completion(&done);
	KTEST_EXPECT_FALSE(t, completion_done(&done));
}

static void a_timer_completes_what_a_thread_waits_for(struct ktest *t)
{
	struct completer c;
	unsigned long start = jiffies;

	completer_start(&c, 3, false);
	wait_for_completion(&c.done);
	KTEST_EXPECT_GE(t, jiffies - start, 3);
	del_timer_sync(&c.timer);
	completer_start(&c, 3, true);
	KTEST_EXPECT_EQ(t, wait_for_completion_interruptible(&c.done), 0);
	KTEST_EXPECT_EQ(t, wait_for_completion_killable(&c.done), 0);
	del_timer_sync(&c.timer);
}

static void waiting_for_a_completion_has_an_end(struct ktest *t)
{
	struct completer c;

	completer_start(&c, 50, false);
	KTEST_EXPECT_EQ(t, wait_for_completion_timeout(&c.done, 3), 0);
	KTEST_EXPECT_GE(t, wait_for_completion_timeout(&c.done, 1000), 1);
	/* It took the one that came: nothing is left. */
	KTEST_EXPECT_FALSE(t, completion_done(&c.done));
	del_timer_sync(&c.timer);
	complete(&c.done);
	KTEST_EXPECT_EQ(
		t, wait_for_completion_interruptible_timeout(&c.done, 0), 1);
}

struct device {
	struct completion done;
	struct timer_list timer;
	unsigned long waiters; /* for devices, when it was done */
};

static void device_is_done(struct timer_list *timer)
{
	struct device *device = from_timer(device, timer, timer);

	device->waiters = nr_iowait();
	complete(&device->done);
}

static void waiting_for_a_device_is_counted(struct ktest *t)
{
	unsigned long before = nr_iowait();
	struct device device = { .waiters = 0 };

	init_completion(&device.done);
	timer_setup(&device.timer, device_is_done, 0);
	mod_timer(&device.timer, jiffies + 5);
	KTEST_EXPECT_GE(t, wait_for_completion_io_timeout(&device.done, 1000),
			1);
	del_timer_sync(&device.timer);
	KTEST_EXPECT_EQ(t, device.waiters, before + 1);
	KTEST_EXPECT_EQ(t, nr_iowait(), before);
	KTEST_EXPECT_EQ(t, wait_for_completion_io_timeout(&device.done, 2), 0);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_waiter_goes_on_when_the_condition_is_true),
	KTEST_CASE(exclusive_waiters_are_woken_one_by_one),
	KTEST_CASE(a_wake_up_is_for_the_states_it_names),
	KTEST_CASE(a_wait_with_a_time_ends_with_it),
	KTEST_CASE(sleeping_by_hand_works_as_the_books_show_it),
	KTEST_CASE(each_complete_lets_one_through),
	KTEST_CASE(a_timer_completes_what_a_thread_waits_for),
	KTEST_CASE(waiting_for_a_completion_has_an_end),
	KTEST_CASE(waiting_for_a_device_is_counted),
};
KTEST_SUITE(wait, cases);
