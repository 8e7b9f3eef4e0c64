/* SPDX-License-Identifier: MIT */
/* workqueue_test.c - items run once each, in threads, and can be waited for. */
#include <kernel/bottom_half.h>
#include <kernel/completion.h>
#include <kernel/delay.h>
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/smp.h>
#include <kernel/string.h>
#include <kernel/workqueue.h>
#include <asm/processor.h>

#include "sched_fixture.h"
#include "stay_here.h"

struct item {
	struct work_struct work;
	atomic_t calls;
	unsigned int turn;
	bool could_sleep;
	struct completion gate; /* waited for in the call, if @waits */
	bool waits;
	atomic_t inside, twice;
	struct work_struct *flushes; /* another item that the call flushes */
	bool flushed; /* and whether that had to be done */
	bool requeues;
};

static atomic_t turns;

static void item_call(struct work_struct *work)
{
	struct item *item = container_of(work, struct item, work);

	if (atomic_inc_return(&item->inside) != 1)
		atomic_inc(&item->twice);
	item->could_sleep = preemptible() && in_task();
	item->turn = (unsigned int)atomic_inc_return(&turns);
	if (item->waits)
		wait_for_completion(&item->gate);
	if (item->flushes)
		item->flushed = flush_work(item->flushes);
	if (item->requeues) {
		cpu_relax(); /* hosted, time goes on so */
		schedule_work(work);
	}
	atomic_dec(&item->inside);
	atomic_inc(&item->calls);
}

static void item_init(struct item *item)
{
	memset(item, 0, sizeof(*item));
	INIT_WORK(&item->work, item_call);
	init_completion(&item->gate);
}

static int item_calls(struct item *item)
{
	return atomic_read(&item->calls);
}

static void work_runs_once_where_it_may_sleep(struct ktest *t)
{
	struct item item;

	item_init(&item);
	KTEST_EXPECT_FALSE(t, flush_work(&item.work));
	KTEST_EXPECT_TRUE(t, schedule_work(&item.work));
	flush_work(&item.work);
	KTEST_EXPECT_EQ(t, item_calls(&item), 1);
	KTEST_EXPECT_TRUE(t, item.could_sleep);
	KTEST_EXPECT_FALSE(t, work_busy(&item.work));
}

/* As most drivers do: in the interrupt, beside what it looked at. */
static void an_item_may_be_queued_under_a_driver_s_lock(struct ktest *t)
{
	static DEFINE_SPINLOCK(device_lock);
	unsigned long flags;
	struct item item;

	item_init(&item);
	flags = spin_lock_irqsave(&device_lock);
	KTEST_EXPECT_TRUE(t, schedule_work(&item.work));
	spin_unlock_irqrestore(&device_lock, flags);
	flush_work(&item.work);
	KTEST_EXPECT_EQ(t, item_calls(&item), 1);
	flags = spin_lock_irqsave(&device_lock);
	KTEST_EXPECT_FALSE(t, cancel_work(&item.work));
	spin_unlock_irqrestore(&device_lock, flags);
}

static void an_item_is_queued_once_until_it_begins(struct ktest *t)
{
	struct item first, item;

	item_init(&first);
	item_init(&item);
	first.waits = true;
	/* One thread: the second waits behind the first. */
	queue_work(system_unbound_wq, &first.work);
	KTEST_EXPECT_TRUE(t, queue_work(system_unbound_wq, &item.work));
	KTEST_EXPECT_FALSE(t, queue_work(system_unbound_wq, &item.work));
	KTEST_EXPECT_TRUE(t, work_pending(&item.work));
	complete(&first.gate);
	flush_work(&item.work);
	KTEST_EXPECT_EQ(t, item_calls(&item), 1);
	KTEST_EXPECT_EQ(t, item_calls(&first), 1);
}

static void an_ordered_queue_keeps_the_order(struct ktest *t)
{
	struct workqueue_struct *wq =
		create_singlethread_workqueue("ordered-and-long");
	struct item item[6];
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, wq);
	atomic_set(&turns, 0);
	for (i = 0; i < 6; i++) {
		item_init(&item[i]);
		queue_work(wq, &item[i].work);
	}
	flush_workqueue(wq);
	for (i = 0; i < 6; i++)
		KTEST_EXPECT_EQ(t, item[i].turn, i + 1);
	destroy_workqueue(wq);
}

/* Queued while it runs: again, but not at the same time. */
static void an_item_never_runs_twice_at_once(struct ktest *t)
{
	struct workqueue_struct *wq = create_workqueue("twice");
	struct item item;
	unsigned int cpu;

	KTEST_ASSERT_NOT_NULL(t, wq);
	item_init(&item);
	item.waits = true;
	queue_work(wq, &item.work);
	while (!atomic_read(&item.inside))
		msleep(10);
	for_each_online_cpu(cpu)
		queue_work_on(cpu, wq, &item.work);
	msleep(30);
	complete(&item.gate);
	complete(&item.gate);
	destroy_workqueue(wq);
	KTEST_EXPECT_EQ(t, item_calls(&item), 2);
	KTEST_EXPECT_EQ(t, atomic_read(&item.twice), 0);
}

static void a_worker_may_flush_an_item_of_its_own(struct ktest *t)
{
	struct item first, outer, inner;

	item_init(&first);
	item_init(&outer);
	item_init(&inner);
	first.waits = true; /* until both are queued behind it */
	outer.flushes = &inner.work;
	queue_work(system_unbound_wq, &first.work);
	queue_work(system_unbound_wq, &outer.work);
	queue_work(system_unbound_wq, &inner.work);
	complete(&first.gate);
	flush_work(&outer.work);
	KTEST_EXPECT_TRUE(t, outer.flushed);
	KTEST_EXPECT_EQ(t, item_calls(&inner), 1);
	KTEST_EXPECT_EQ(t, item_calls(&outer), 1);
	flush_work(&inner.work);
}

static void a_cancelled_item_does_not_run(struct ktest *t)
{
	struct item first, item;

	item_init(&first);
	item_init(&item);
	first.waits = true;
	queue_work(system_unbound_wq, &first.work);
	queue_work(system_unbound_wq, &item.work);
	KTEST_EXPECT_TRUE(t, cancel_work_sync(&item.work));
	KTEST_EXPECT_FALSE(t, cancel_work_sync(&item.work));
	KTEST_EXPECT_FALSE(t, cancel_work(&item.work));
	complete(&first.gate);
	flush_work(&first.work);
	KTEST_EXPECT_EQ(t, item_calls(&item), 0);
	/* It can be queued again afterwards. */
	KTEST_EXPECT_TRUE(t, schedule_work(&item.work));
	flush_work(&item.work);
	KTEST_EXPECT_EQ(t, item_calls(&item), 1);
}

static void cancelling_ends_an_item_that_queues_itself(struct ktest *t)
{
	struct item item;
	int calls;

	item_init(&item);
	item.requeues = true;
	schedule_work(&item.work);
	while (item_calls(&item) < 3)
		msleep(10);
	cancel_work_sync(&item.work);
	calls = item_calls(&item);
	KTEST_EXPECT_FALSE(t, work_busy(&item.work));
	msleep(30);
	KTEST_EXPECT_EQ(t, item_calls(&item), calls);
}

/* --- delayed work -------------------------------------------------------------- */

struct delayed_item {
	struct delayed_work dwork;
	unsigned int calls;
	unsigned long when; /* written before @calls */
};

static void delayed_call(struct work_struct *work)
{
	struct delayed_item *item =
		container_of(to_delayed_work(work), struct delayed_item, dwork);

	item->when = jiffies;
	smp_store_release(&item->calls, item->calls + 1);
}

static unsigned int delayed_calls(const struct delayed_item *item)
{
	return smp_load_acquire(&item->calls);
}

static void delayed_work_waits_its_time(struct ktest *t)
{
	struct delayed_item item = { .calls = 0 };
	unsigned long start = jiffies;

	INIT_DELAYED_WORK(&item.dwork, delayed_call);
	local_bh_disable(); /* its timer is not served, however late it is */
	KTEST_EXPECT_TRUE(t, schedule_delayed_work(&item.dwork, 4));
	KTEST_EXPECT_FALSE(t, schedule_delayed_work(&item.dwork, 1));
	KTEST_EXPECT_TRUE(t, delayed_work_pending(&item.dwork));
	local_bh_enable();
	KTEST_EXPECT_TRUE(t, EVENTUALLY(delayed_calls(&item) == 1));
	KTEST_EXPECT_GE(t, item.when - start, 4);
	schedule_delayed_work(&item.dwork, 0);
	flush_delayed_work(&item.dwork);
	KTEST_EXPECT_EQ(t, item.calls, 2);
}

static void delayed_work_is_cancelled_moved_and_flushed(struct ktest *t)
{
	struct delayed_item item = { .calls = 0 };

	INIT_DELAYED_WORK(&item.dwork, delayed_call);
	local_bh_disable(); /* as above */
	schedule_delayed_work(&item.dwork, 3);
	KTEST_EXPECT_TRUE(t, cancel_delayed_work(&item.dwork));
	local_bh_enable();
	msleep(60);
	KTEST_EXPECT_EQ(t, item.calls, 0);
	schedule_delayed_work(&item.dwork, 10000);
	KTEST_EXPECT_TRUE(t, cancel_delayed_work_sync(&item.dwork));
	schedule_delayed_work(&item.dwork, 10000);
	KTEST_EXPECT_TRUE(t, mod_delayed_work(system_wq, &item.dwork, 2));
	KTEST_EXPECT_TRUE(t, EVENTUALLY(delayed_calls(&item) == 1));
	schedule_delayed_work(&item.dwork, 10000);
	flush_delayed_work(&item.dwork);
	KTEST_EXPECT_EQ(t, item.calls, 2);
	schedule_delayed_work(&item.dwork, 10000);
	KTEST_EXPECT_TRUE(t, cancel_delayed_work(&item.dwork));
	KTEST_EXPECT_FALSE(t, cancel_delayed_work_sync(&item.dwork));
}

#define FLUSH_ROUNDS 100u

static void count_call(void *data)
{
	unsigned int *calls = data;

	smp_store_release(calls, *calls + 1);
}

static void an_item_of_data_is_given_it_and_may_be_delayed(struct ktest *t)
{
	static unsigned int declared_calls;
	static DECLARE_WORK(declared, count_call, &declared_calls);
	unsigned int calls = 0, others = 0;
	struct work_struct work;

	declared_calls = 0;
	INIT_WORK(&work, count_call, &calls);
	schedule_work(&work);
	flush_work(&work);
	KTEST_EXPECT_EQ(t, calls, 1);
	local_bh_disable(); /* as above */
	KTEST_EXPECT_TRUE(t, schedule_delayed_work(&work, 3));
	KTEST_EXPECT_FALSE(t, schedule_work(&work));
	local_bh_enable();
	KTEST_EXPECT_TRUE(t, EVENTUALLY(smp_load_acquire(&calls) == 2));
	schedule_delayed_work(&work, 10000);
	KTEST_EXPECT_TRUE(t, cancel_delayed_work(&work));
	PREPARE_WORK(&work, count_call, &others);
	schedule_work(&work);
	schedule_work(&declared);
	flush_scheduled_work();
	KTEST_EXPECT_EQ(t, calls, 2);
	KTEST_EXPECT_EQ(t, others, 1);
	KTEST_EXPECT_EQ(t, declared_calls, 1);
}

static void delayed_begin(void *arg)
{
	struct delayed_item *item = arg;

	schedule_delayed_work(&item->dwork, 1);
}

/* The timer of another CPU has just been taken off its wheel, and its function
 * has not queued the work yet: that is queued, too. */
static void flushing_meets_delayed_work_whose_time_has_come(struct ktest *t)
{
	unsigned int last = nr_running_cpus() - 1, i, missed = 0;
	struct delayed_item item = { .calls = 0 };

	if (!last) {
		ktest_skip(t, "one CPU");
		return;
	}
	KTEST_EXPECT_EQ(t, set_cpus_allowed_ptr(current, &CPU_MASK_CPU(0)), 0);
	for (i = 1; i <= FLUSH_ROUNDS; i++) {
		INIT_DELAYED_WORK(&item.dwork, delayed_call);
		smp_call_function_single(last, delayed_begin, &item, true);
		while (timer_pending(&item.dwork.timer))
			cpu_relax();
		flush_delayed_work(&item.dwork);
		missed += delayed_calls(&item) != i;
		flush_work(&item.dwork.work);
		if (!EVENTUALLY(delayed_calls(&item) == i))
			break;
	}
	go_anywhere(t);
	cancel_delayed_work_sync(&item.dwork);
	KTEST_EXPECT_EQ(t, missed, 0);
}

/* --- chains -------------------------------------------------------------------- */

/* Items that queue each other, on one CPU and another. */
struct chain {
	struct chain_item {
		struct work_struct work;
		struct chain *chain;
		unsigned int cpu; /* of the other one */
	} items[2];
	struct workqueue_struct *wq;
	atomic_t left;
};

static void chain_call(struct work_struct *work)
{
	struct chain_item *item = container_of(work, struct chain_item, work);
	struct chain *chain = item->chain;
	struct chain_item *other = &chain->items[item == &chain->items[0]];

	msleep(10); /* whoever waits for this one is at it */
	if (atomic_dec_return(&chain->left) > 0)
		queue_work_on(item->cpu, chain->wq, &other->work);
}

static void chain_begin(struct chain *chain, struct workqueue_struct *wq)
{
	unsigned int i, last = nr_running_cpus() - 1;

	chain->wq = wq;
	atomic_set(&chain->left, 6);
	for (i = 0; i < 2; i++) {
		INIT_WORK(&chain->items[i].work, chain_call);
		chain->items[i].chain = chain;
		chain->items[i].cpu = i ? last : 0;
	}
	queue_work_on(last, wq, &chain->items[0].work);
}

static void a_queue_ends_behind_all_that_its_items_queue(struct ktest *t)
{
	struct workqueue_struct *wq = create_workqueue("chain");
	static struct chain chain; /* if it is left behind, it stays */

	KTEST_ASSERT_NOT_NULL(t, wq);
	chain_begin(&chain, wq);
	drain_workqueue(wq);
	KTEST_EXPECT_EQ(t, atomic_read(&chain.left), 0);
	while (atomic_read(&chain.left) > 0)
		msleep(10);
	chain_begin(&chain, wq);
	destroy_workqueue(wq);
	KTEST_EXPECT_EQ(t, atomic_read(&chain.left), 0);
}

/* --- races ---------------------------------------------------------------------- */

#define RACE_ROUNDS 300u

static int queueing_thread(void *data)
{
	struct item *item = data;
	unsigned int i;

	for (i = 0; i < RACE_ROUNDS; i++) {
		schedule_work(&item->work);
		if (i % 8 == 0)
			yield();
	}
	while (!kthread_should_stop())
		schedule_timeout_idle(1);
	return 0;
}

/* Queue, flush and cancel at once: nothing hangs, nothing runs afterwards. */
static void queueing_flushing_and_cancelling_race_without_harm(struct ktest *t)
{
	struct task_struct *task;
	struct item item;
	unsigned int i;
	int calls;

	item_init(&item);
	task = kthread_run(queueing_thread, &item, "queueing");
	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	for (i = 0; i < RACE_ROUNDS; i++) {
		if (i % 3 == 0)
			flush_work(&item.work);
		else if (i % 3 == 1)
			cancel_work_sync(&item.work);
		else
			cancel_work(&item.work);
		if (i % 8 == 0)
			yield();
	}
	kthread_stop(task);
	cancel_work_sync(&item.work);
	calls = item_calls(&item);
	KTEST_EXPECT_EQ(t, atomic_read(&item.twice), 0);
	KTEST_EXPECT_FALSE(t, work_busy(&item.work));
	msleep(20);
	KTEST_EXPECT_EQ(t, item_calls(&item), calls);
}

static void queues_come_and_go_without_a_trace(struct ktest *t)
{
	struct workqueue_struct *wq;
	struct item item;
	unsigned int i;

	item_init(&item);
	for (i = 0; i < 200; i++) { /* more than there are places */
		wq = alloc_workqueue("gone/%u", i % 2 ? WQ_UNBOUND : 0, 0, i);
		KTEST_ASSERT_NOT_NULL(t, wq);
		queue_work(wq, &item.work);
		destroy_workqueue(wq);
	}
	KTEST_EXPECT_EQ(t, item_calls(&item), 200);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(work_runs_once_where_it_may_sleep),
	KTEST_CASE(an_item_may_be_queued_under_a_driver_s_lock),
	KTEST_CASE(an_item_is_queued_once_until_it_begins),
	KTEST_CASE(an_ordered_queue_keeps_the_order),
	KTEST_CASE(an_item_never_runs_twice_at_once),
	KTEST_CASE(a_worker_may_flush_an_item_of_its_own),
	KTEST_CASE(a_cancelled_item_does_not_run),
	KTEST_CASE(cancelling_ends_an_item_that_queues_itself),
	KTEST_CASE(delayed_work_waits_its_time),
	KTEST_CASE(delayed_work_is_cancelled_moved_and_flushed),
	KTEST_CASE(an_item_of_data_is_given_it_and_may_be_delayed),
	KTEST_CASE(flushing_meets_delayed_work_whose_time_has_come),
	KTEST_CASE(a_queue_ends_behind_all_that_its_items_queue),
	KTEST_CASE(queueing_flushing_and_cancelling_race_without_harm),
	KTEST_CASE(queues_come_and_go_without_a_trace),
};
KTEST_SUITE(workqueue, cases);
