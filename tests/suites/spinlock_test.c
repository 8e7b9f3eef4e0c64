/* SPDX-License-Identifier: MIT */
/*
 * spinlock_test.c - spinlocks, their many forms, rwlocks and seqlocks
 *
 * What several CPUs do at once runs on all that are online.
 */
#include <kernel/atomic.h>
#include <kernel/completion.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/rwlock.h>
#include <kernel/seqlock.h>
#include <kernel/sched.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>

#define ROUNDS 2000u
#define MAX_WORKERS 4u

static void each_form_takes_and_gives_back(struct ktest *t)
{
	spinlock_t lock = SPINLOCK_INIT("forms", LOCK_TEST);
	unsigned long flags;

	spin_lock_bh(&lock);
	KTEST_EXPECT_TRUE(t, in_softirq());
	spin_unlock_bh(&lock);
	KTEST_EXPECT_FALSE(t, in_softirq());
	spin_lock_irq(&lock);
	KTEST_EXPECT_TRUE(t, irqs_disabled());
	spin_unlock_irq(&lock);
	KTEST_EXPECT_FALSE(t, irqs_disabled());
	KTEST_EXPECT_TRUE(t, spin_trylock(&lock));
	KTEST_EXPECT_FALSE(t, spin_trylock(&lock));
	KTEST_EXPECT_TRUE(t, in_atomic());
	spin_unlock(&lock);
	KTEST_EXPECT_FALSE(t, in_atomic());
	KTEST_EXPECT_TRUE(t, spin_trylock_bh(&lock));
	spin_unlock_bh(&lock);
	KTEST_EXPECT_TRUE(t, spin_trylock_irqsave(&lock, &flags));
	spin_unlock_irqrestore(&lock, flags);
	KTEST_EXPECT_FALSE(t, spin_is_locked(&lock));
}

/* The tickets wrap at 2^16. */
static void tickets_wrap(struct ktest *t)
{
	spinlock_t lock = SPINLOCK_INIT("wraps", LOCK_TEST);
	unsigned int i;

	lock.next_ticket = 0xfffe;
	lock.now_serving = 0xfffe;
	for (i = 0; i < 4; i++) {
		KTEST_EXPECT_TRUE(t, spin_trylock(&lock));
		KTEST_EXPECT_TRUE(t, spin_is_locked(&lock));
		spin_unlock(&lock);
		spin_lock(&lock);
		spin_unlock(&lock);
	}
	KTEST_EXPECT_EQ(t, lock.next_ticket, 6);
	KTEST_EXPECT_EQ(t, lock.now_serving, 6);
}

static void the_cpu_knows_the_lock_it_took_last(struct ktest *t)
{
	spinlock_t lock = SPINLOCK_INIT("known-by-name", LOCK_TEST);

	KTEST_EXPECT_NULL(t, lock_held_name());
	spin_lock(&lock);
	KTEST_EXPECT_STREQ(t, lock_held_name(), "known-by-name");
	ktest_expect_report(t, "sleep-in-atomic");
	might_sleep_at("tester", 0x1000);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"tester preempt=1 lock=known-by-name"));
	spin_unlock(&lock);
	KTEST_EXPECT_NULL(t, lock_held_name());
}

/* Found at once in the debug build, else by the next who takes it; then it is as
 * it was, and so is the count. */
static void what_nobody_held_is_given_back(struct ktest *t)
{
	spinlock_t lock = SPINLOCK_INIT("not-held", LOCK_TEST);
	unsigned long flags = local_irq_save();
	unsigned int i;

	ktest_expect_report(t, "lock-not-held");
	spin_unlock_irqrestore(&lock, flags);
	flags = spin_lock_irqsave(&lock);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "lock-not-held not-held"));
	KTEST_EXPECT_FALSE(t, spin_trylock(&lock));
	spin_unlock_irqrestore(&lock, flags);
	KTEST_EXPECT_FALSE(t, spin_is_locked(&lock));
	ktest_expect_report(t, "preempt-count");
	ktest_expect_report(t, "lock-not-held");
	spin_unlock(&lock);
	might_sleep();
	KTEST_EXPECT_FALSE(t, in_atomic());
	for (i = 0; i < 3; i++) {
		spin_lock(&lock);
		spin_unlock(&lock);
	}
	KTEST_EXPECT_TRUE(t, spin_trylock(&lock));
	spin_unlock(&lock);
}

static spinlock_t stuck_lock = SPINLOCK_INIT("stuck", LOCK_TEST);

static int stuck_waiter(void *data)
{
	spin_lock(&stuck_lock);
	spin_unlock(&stuck_lock);
	complete(data);
	return 0;
}

/* It gets it in the end, for here the holder comes. */
static void who_waits_for_long_tells_for_what(struct ktest *t)
{
	unsigned int before, cpu = raw_smp_processor_id();
	struct completion over;
	struct task_struct *task;
	char want[96];
	u64 end;

	if (cpumask_weight(&sched_cpus) < 2) {
		ktest_skip(t, "needs two CPUs");
		return;
	}
	init_completion(&over);
	task = kthread_create(stuck_waiter, &over, "stuck");
	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	kthread_bind(task, cpu ? 0 : 1);
	before = spin_lockup_set_ms(20);
	ktest_expect_report(t, "sleep-in-atomic");
	ktest_expect_report(t, "spinlock-lockup");
	spin_lock(&stuck_lock);
	/* Who sleeps with it is remembered as its holder. */
	might_sleep_at("tester", 0x1000);
	wake_up_process(task);
	end = time_ns() + 10 * 1000000000ull;
	while (!strstr(ktest_last_report(t), "spinlock-lockup") &&
	       time_ns() < end)
		spin_relax();
	spin_unlock(&stuck_lock);
	wait_for_completion(&over);
	spin_lockup_set_ms(before);
	snprintf(want, sizeof(want),
		 "spinlock-lockup stuck by=stuck in-task holder=%s, asleep in "
		 "0x00001000 ",
		 current->comm);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), want));
	kthread_flush();
}

static void
drivers_locks_in_two_orders_are_reported_in_the_debug_build(struct ktest *t)
{
	static DEFINE_SPINLOCK(left);
	static DEFINE_SPINLOCK(right);

	if (!CONFIG_MM_DEBUG) {
		ktest_skip(t, "needs CONFIG_MM_DEBUG=1");
		return;
	}
	spin_lock(&left);
	spin_lock(&right);
	spin_unlock(&right);
	spin_unlock(&left);
	spin_lock(&right);
	ktest_expect_report(t, "lock-order");
	spin_lock(&left);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"lock-order right>left left>right"));
	spin_unlock(&left);
	spin_unlock(&right);
}

/* --- several at once --------------------------------------------------------- */

static spinlock_t counter_lock = SPINLOCK_INIT("counter", LOCK_TEST);
static DEFINE_RWLOCK(counter_rwlock);
static DEFINE_SEQLOCK(counter_seqlock);
static unsigned long counter, twin;
static atomic_t nr_torn;
static struct completion workers_over;

static int count_worker(void *data)
{
	unsigned int i;

	(void)data;
	for (i = 0; i < ROUNDS; i++) {
		while (i % 4 == 3 && !spin_trylock(&counter_lock))
			cond_resched();
		if (i % 4 != 3)
			spin_lock(&counter_lock);
		counter++;
		spin_unlock(&counter_lock);
	}
	complete(&workers_over);
	return 0;
}

static int rwlock_worker(void *data)
{
	unsigned int i;

	(void)data;
	for (i = 0; i < ROUNDS; i++) {
		if (i % 8 == 0) {
			write_lock(&counter_rwlock);
			counter++;
			twin++;
			write_unlock(&counter_rwlock);
			continue;
		}
		read_lock(&counter_rwlock);
		if (READ_ONCE(counter) != READ_ONCE(twin))
			atomic_inc(&nr_torn);
		read_unlock(&counter_rwlock);
	}
	complete(&workers_over);
	return 0;
}

static int seqlock_worker(void *data)
{
	unsigned long a, b;
	unsigned int i, seq;

	(void)data;
	for (i = 0; i < ROUNDS; i++) {
		if (i % 8 == 0) {
			write_seqlock(&counter_seqlock);
			WRITE_ONCE(counter, counter + 1);
			WRITE_ONCE(twin, twin + 1);
			write_sequnlock(&counter_seqlock);
			continue;
		}
		do {
			seq = read_seqbegin(&counter_seqlock);
			a = READ_ONCE(counter);
			b = READ_ONCE(twin);
		} while (read_seqretry(&counter_seqlock, seq));
		if (a != b)
			atomic_inc(&nr_torn);
	}
	complete(&workers_over);
	return 0;
}

static void run_workers(struct ktest *t, int (*worker)(void *data),
			unsigned long rounds)
{
	unsigned int i, nr = cpumask_weight(&sched_cpus);

	nr = clamp(nr, 2u, MAX_WORKERS);
	counter = 0;
	twin = 0;
	atomic_set(&nr_torn, 0);
	init_completion(&workers_over);
	for (i = 0; i < nr; i++)
		KTEST_ASSERT_TRUE(
			t, !IS_ERR(kthread_run(worker, NULL, "locker/%u", i)));
	for (i = 0; i < nr; i++)
		wait_for_completion(&workers_over);
	KTEST_EXPECT_EQ(t, counter, nr * rounds);
	KTEST_EXPECT_EQ(t, atomic_read(&nr_torn), 0);
	kthread_flush();
}

static void one_cpu_at_a_time_holds_a_spinlock(struct ktest *t)
{
	run_workers(t, count_worker, ROUNDS);
}

static void readers_of_an_rwlock_see_no_half_done_change(struct ktest *t)
{
	run_workers(t, rwlock_worker, ROUNDS / 8);
	KTEST_EXPECT_EQ(t, atomic_read(&counter_rwlock.count), 0);
}

static void readers_of_a_seqlock_see_no_half_done_change(struct ktest *t)
{
	run_workers(t, seqlock_worker, ROUNDS / 8);
}

static void an_rwlock_takes_readers_or_a_writer(struct ktest *t)
{
	rwlock_t lock = RWLOCK_INIT("rw", LOCK_TEST);
	unsigned long flags;

	read_lock(&lock);
	KTEST_EXPECT_TRUE(t, read_trylock(&lock));
	KTEST_EXPECT_FALSE(t, write_trylock(&lock));
	read_unlock(&lock);
	read_unlock(&lock);
	KTEST_EXPECT_TRUE(t, write_trylock(&lock));
	KTEST_EXPECT_FALSE(t, read_trylock(&lock));
	write_unlock(&lock);
	read_lock_irqsave(&lock, flags);
	KTEST_EXPECT_TRUE(t, irqs_disabled());
	read_unlock_irqrestore(&lock, flags);
	write_lock_irqsave(&lock, flags);
	write_unlock_irqrestore(&lock, flags);
	read_lock_bh(&lock);
	read_unlock_bh(&lock);
	write_lock_bh(&lock);
	write_unlock_bh(&lock);
	read_lock_irq(&lock);
	read_unlock_irq(&lock);
	write_lock_irq(&lock);
	write_unlock_irq(&lock);
	KTEST_EXPECT_EQ(t, atomic_read(&lock.count), 0);
	KTEST_EXPECT_FALSE(t, in_atomic());
}

/* A reader that was disturbed notices; one that was not, does not. */
static void a_seqcount_tells_who_was_disturbed(struct ktest *t)
{
	seqcount_t s = SEQCNT_ZERO(s);
	unsigned int seq = read_seqcount_begin(&s);

	KTEST_EXPECT_FALSE(t, read_seqcount_retry(&s, seq));
	write_seqcount_begin(&s);
	KTEST_EXPECT_TRUE(t, read_seqcount_retry(&s, seq));
	write_seqcount_end(&s);
	KTEST_EXPECT_TRUE(t, read_seqcount_retry(&s, seq));
	KTEST_EXPECT_FALSE(t, read_seqcount_retry(&s, read_seqcount_begin(&s)));
}

static const struct ktest_case cases[] = {
	KTEST_CASE(each_form_takes_and_gives_back),
	KTEST_CASE(tickets_wrap),
	KTEST_CASE(the_cpu_knows_the_lock_it_took_last),
	KTEST_CASE(what_nobody_held_is_given_back),
	KTEST_CASE(who_waits_for_long_tells_for_what),
	KTEST_CASE(drivers_locks_in_two_orders_are_reported_in_the_debug_build),
	KTEST_CASE(one_cpu_at_a_time_holds_a_spinlock),
	KTEST_CASE(readers_of_an_rwlock_see_no_half_done_change),
	KTEST_CASE(readers_of_a_seqlock_see_no_half_done_change),
	KTEST_CASE(an_rwlock_takes_readers_or_a_writer),
	KTEST_CASE(a_seqcount_tells_who_was_disturbed),
};
KTEST_SUITE(spinlock, cases);
