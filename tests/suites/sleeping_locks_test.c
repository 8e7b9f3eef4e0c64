/* SPDX-License-Identifier: MIT */
/*
 * sleeping_locks_test.c - mutex, semaphore, rwsem: exclusion, turns, misuse
 */
#include <kernel/big_lock.h>
#include <kernel/completion.h>
#include <kernel/delay.h>
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/mutex.h>
#include <kernel/rwsem.h>
#include <kernel/semaphore.h>
#include <kernel/string.h>
#include <asm/processor.h>

#include "sched_fixture.h"

#define NR_WORKERS 4u
#define ROUNDS 200u

/* Threads that step into one place, one at a time or together. */
struct place {
	struct mutex mutex;
	struct semaphore sem;
	struct rw_semaphore rwsem;
	atomic_t inside, most, writers;
	unsigned long counter; /* plain: whoever is alone may change it */
	bool broken;
	struct completion over; /* one more for each worker that is done */
	struct task_struct *task[NR_WORKERS];
};

static struct place place;

static void place_init(void)
{
	memset(&place, 0, sizeof(place));
	mutex_init(&place.mutex);
	sema_init(&place.sem, 1);
	init_rwsem(&place.rwsem);
	init_completion(&place.over);
}

/* Alone in here: give others every chance to come in, too. */
static void alone(unsigned int round)
{
	unsigned long before = place.counter;

	if (atomic_inc_return(&place.inside) != 1)
		place.broken = true;
	if (round % 16 == 0)
		yield();
	if (round % 64 == 0)
		schedule_timeout_uninterruptible(1);
	place.counter = before + 1;
	atomic_dec(&place.inside);
}

static int mutex_worker(void *data)
{
	unsigned int i;

	(void)data;
	for (i = 0; i < ROUNDS; i++) {
		if (i % 3 == 0)
			mutex_lock(&place.mutex);
		else if (i % 3 == 1 && mutex_lock_interruptible(&place.mutex))
			return 1;
		else if (i % 3 == 2)
			while (!mutex_trylock(&place.mutex)) {
				cpu_relax(); /* hosted, time goes on so */
				yield();
			}
		alone(i);
		mutex_unlock(&place.mutex);
	}
	complete(&place.over);
	return 0;
}

static int sem_worker(void *data)
{
	unsigned int i;

	(void)data;
	for (i = 0; i < ROUNDS; i++) {
		if (i % 2)
			down(&place.sem);
		else if (down_interruptible(&place.sem))
			return 1;
		alone(i);
		up(&place.sem);
	}
	complete(&place.over);
	return 0;
}

/* Readers note how many of them there were, and that no writer was. */
static int rwsem_worker(void *data)
{
	unsigned int i;

	(void)data;
	for (i = 0; i < ROUNDS; i++) {
		if (i % 4 == 0) {
			down_write(&place.rwsem);
			atomic_inc(&place.writers);
			alone(i);
			atomic_dec(&place.writers);
			up_write(&place.rwsem);
			continue;
		}
		down_read(&place.rwsem);
		if (atomic_read(&place.writers))
			place.broken = true;
		if (i % 16 == 1)
			schedule_timeout_uninterruptible(1);
		up_read(&place.rwsem);
	}
	complete(&place.over);
	return 0;
}

static void run_workers(struct ktest *t, int (*worker)(void *data),
			unsigned long want)
{
	unsigned int i;

	place_init();
	for (i = 0; i < NR_WORKERS; i++) {
		place.task[i] = kthread_create(worker, NULL, "worker/%u", i);
		KTEST_ASSERT_TRUE(t, !IS_ERR(place.task[i]));
		get_task_struct(place.task[i]);
		wake_up_process(place.task[i]);
	}
	for (i = 0; i < NR_WORKERS; i++)
		wait_for_completion(&place.over);
	for (i = 0; i < NR_WORKERS; i++) {
		KTEST_EXPECT_EQ(t, kthread_stop(place.task[i]), 0);
		put_task_struct(place.task[i]);
	}
	KTEST_EXPECT_FALSE(t, place.broken);
	KTEST_EXPECT_EQ(t, place.counter, want);
}

static void a_mutex_lets_one_in_at_a_time(struct ktest *t)
{
	run_workers(t, mutex_worker, NR_WORKERS * ROUNDS);
	KTEST_EXPECT_FALSE(t, mutex_is_locked(&place.mutex));
	mutex_destroy(&place.mutex);
}

static void a_semaphore_of_one_lets_one_in_at_a_time(struct ktest *t)
{
	run_workers(t, sem_worker, NR_WORKERS * ROUNDS);
	KTEST_EXPECT_EQ(t, place.sem.count, 1);
}

static void an_rwsem_lets_in_one_writer_or_readers(struct ktest *t)
{
	run_workers(t, rwsem_worker, NR_WORKERS * ROUNDS / 4);
	KTEST_EXPECT_FALSE(t, rwsem_is_locked(&place.rwsem));
}

/* --- the big lock ----------------------------------------------------------- */

/* Alone in here, but for who sleeps. */
static int big_worker(void *data)
{
	unsigned int i;

	(void)data;
	for (i = 0; i < ROUNDS; i++) {
		unsigned long before;

		lock_kernel();
		before = place.counter;
		if (atomic_inc_return(&place.inside) != 1)
			place.broken = true;
		cpu_relax(); /* hosted, time goes on so */
		place.counter = before + 1;
		atomic_dec(&place.inside);
		if (i % 16 == 0)
			schedule_timeout_uninterruptible(1);
		unlock_kernel();
	}
	complete(&place.over);
	return 0;
}

static void the_big_lock_lets_one_in_at_a_time(struct ktest *t)
{
	run_workers(t, big_worker, NR_WORKERS * ROUNDS);
}

static int big_borrower(void *data)
{
	(void)data;
	lock_kernel();
	complete(&place.over);
	unlock_kernel();
	return 0;
}

static void who_sleeps_lends_the_big_lock(struct ktest *t)
{
	struct task_struct *task;

	place_init();
	lock_kernel();
	lock_kernel();
	task = kthread_run(big_borrower, NULL, "borrower");
	if (KTEST_EXPECT_FALSE(t, IS_ERR(task)))
		KTEST_EXPECT_TRUE(
			t, wait_for_completion_timeout(&place.over, 10 * HZ));
	unlock_kernel();
	KTEST_EXPECT_TRUE(t, kernel_locked());
	unlock_kernel();
	KTEST_EXPECT_FALSE(t, kernel_locked());
}

/* --- turns ------------------------------------------------------------------ */

static unsigned int order[NR_WORKERS], nr_order;

/* Who is in a lock's list has his place in the turn. */
static unsigned int nr_waiting(spinlock_t *wait_lock,
			       const struct list_head *list)
{
	const struct list_head *pos;
	unsigned int nr = 0;

	spin_lock(wait_lock);
	list_for_each(pos, list)
		nr++;
	spin_unlock(wait_lock);
	return nr;
}

static unsigned int nr_wait_mutex(void)
{
	return nr_waiting(&place.mutex.wait_lock, &place.mutex.waiters);
}

static unsigned int nr_wait_rwsem(void)
{
	return nr_waiting(&place.rwsem.wait_lock, &place.rwsem.wait_list);
}

static int mutex_in_turn(void *data)
{
	mutex_lock(&place.mutex);
	order[nr_order++] = (unsigned int)(unsigned long)data;
	mutex_unlock(&place.mutex);
	return 0;
}

/* Who comes first is let in first: nobody overtakes those who wait. */
static void a_mutex_is_handed_over_in_turn(struct ktest *t)
{
	struct task_struct *task[NR_WORKERS];
	unsigned int i;

	place_init();
	nr_order = 0;
	mutex_lock(&place.mutex);
	for (i = 0; i < NR_WORKERS; i++) {
		task[i] = kthread_create(
			mutex_in_turn, (void *)(unsigned long)i, "turn/%u", i);
		KTEST_ASSERT_TRUE(t, !IS_ERR(task[i]));
		get_task_struct(task[i]);
		wake_up_process(task[i]);
		KTEST_EXPECT_TRUE(t, EVENTUALLY(nr_wait_mutex() == i + 1));
	}
	mutex_unlock(&place.mutex);
	for (i = 0; i < NR_WORKERS; i++) {
		kthread_stop(task[i]);
		put_task_struct(task[i]);
	}
	for (i = 0; i < NR_WORKERS; i++)
		KTEST_EXPECT_EQ(t, order[i], i);
	KTEST_EXPECT_EQ(t, nr_order, NR_WORKERS);
}

static int read_once(void *data)
{
	down_read(&place.rwsem);
	*(unsigned long *)data = jiffies;
	atomic_inc(&place.inside);
	up_read(&place.rwsem);
	return 0;
}

static int write_once(void *data)
{
	(void)data;
	down_write(&place.rwsem);
	place.counter = (unsigned long)atomic_read(&place.inside) + 1;
	up_write(&place.rwsem);
	return 0;
}

/* A reader that comes after a waiting writer waits behind him. */
static void a_waiting_writer_holds_new_readers_back(struct ktest *t)
{
	struct task_struct *writer, *reader;
	unsigned long seen = 0;

	place_init();
	down_read(&place.rwsem);
	writer = kthread_run(write_once, NULL, "writer");
	KTEST_ASSERT_TRUE(t, !IS_ERR(writer));
	KTEST_EXPECT_TRUE(t, EVENTUALLY(nr_wait_rwsem() == 1));
	KTEST_EXPECT_EQ(t, down_read_trylock(&place.rwsem), 0);
	reader = kthread_run(read_once, &seen, "reader");
	KTEST_ASSERT_TRUE(t, !IS_ERR(reader));
	KTEST_EXPECT_TRUE(t, EVENTUALLY(nr_wait_rwsem() == 2));
	KTEST_EXPECT_EQ(t, atomic_read(&place.inside), 0);
	up_read(&place.rwsem);
	while (!atomic_read(&place.inside))
		msleep(10);
	/* The writer was there before the reader. */
	KTEST_EXPECT_EQ(t, place.counter, 1);
	kthread_flush();
}

static void a_downgraded_writer_lets_readers_in_only(struct ktest *t)
{
	place_init();
	KTEST_EXPECT_EQ(t, down_write_trylock(&place.rwsem), 1);
	KTEST_EXPECT_EQ(t, down_read_trylock(&place.rwsem), 0);
	downgrade_write(&place.rwsem);
	KTEST_EXPECT_EQ(t, down_read_trylock(&place.rwsem), 1);
	KTEST_EXPECT_EQ(t, down_write_trylock(&place.rwsem), 0);
	up_read(&place.rwsem);
	up_read(&place.rwsem);
	KTEST_EXPECT_EQ(t, down_write_killable(&place.rwsem), 0);
	up_write(&place.rwsem);
	KTEST_EXPECT_EQ(t, down_read_killable(&place.rwsem), 0);
	KTEST_EXPECT_EQ(t, down_read_interruptible(&place.rwsem), 0);
	up_read(&place.rwsem);
	up_read(&place.rwsem);
}

static void a_semaphore_counts(struct ktest *t)
{
	struct semaphore sem;
	unsigned long start;

	sema_init(&sem, 2);
	KTEST_EXPECT_EQ(t, down_trylock(&sem), 0);
	KTEST_EXPECT_EQ(t, down_killable(&sem), 0);
	KTEST_EXPECT_EQ(t, down_trylock(&sem), 1);
	start = jiffies;
	KTEST_EXPECT_EQ(t, down_timeout(&sem, 3), -ETIME);
	KTEST_EXPECT_GE(t, jiffies - start, 3);
	up(&sem);
	KTEST_EXPECT_EQ(t, down_timeout(&sem, 3), 0);
	up(&sem);
	up(&sem);
	KTEST_EXPECT_EQ(t, sem.count, 2);
}

/* --- misuse ------------------------------------------------------------------ */

static int unlock_others_mutex(void *data)
{
	(void)data;
	mutex_unlock(&place.mutex);
	complete(&place.over);
	return 0;
}

static void a_mutex_is_unlocked_by_its_owner_only(struct ktest *t)
{
	struct task_struct *task;

	place_init();
	mutex_lock(&place.mutex);
	ktest_expect_report(t, "mutex-owner");
	task = kthread_create(unlock_others_mutex, NULL, "thief");
	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	get_task_struct(task);
	wake_up_process(task);
	wait_for_completion(&place.over);
	kthread_stop(task);
	put_task_struct(task);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"place.mutex unlocked by=thief"));
	KTEST_EXPECT_TRUE(t, mutex_is_locked(&place.mutex));
	mutex_unlock(&place.mutex);
	ktest_expect_report(t, "mutex-owner");
	mutex_unlock(&place.mutex);
}

static void taking_a_sleeping_lock_twice_is_reported(struct ktest *t)
{
	place_init();
	mutex_lock(&place.mutex);
	ktest_expect_report(t, "lock-recursion");
	mutex_lock(&place.mutex);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "lock-recursion &place.mutex"));
	mutex_unlock(&place.mutex);
	down_write(&place.rwsem);
	ktest_expect_report(t, "lock-recursion");
	down_read(&place.rwsem);
	up_write(&place.rwsem);
	ktest_expect_report(t, "rwsem-owner");
	up_write(&place.rwsem);
	ktest_expect_report(t, "rwsem-owner");
	up_read(&place.rwsem);
}

static void
mutexes_in_two_orders_are_reported_in_the_debug_build(struct ktest *t)
{
	static DEFINE_MUTEX(first);
	static DEFINE_MUTEX(second);
	static DEFINE_MUTEX(third);

	if (!CONFIG_MM_DEBUG) {
		ktest_skip(t, "needs CONFIG_MM_DEBUG=1");
		return;
	}
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&first);
	mutex_lock(&third);
	mutex_unlock(&third);
	mutex_unlock(&second);
	/* Over another one: first before second before third. */
	mutex_lock(&third);
	ktest_expect_report(t, "lock-order");
	mutex_lock(&first);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "third>first first>third"));
	mutex_unlock(&first);
	mutex_unlock(&third);
}

static void a_held_mutex_is_not_destroyed_in_silence(struct ktest *t)
{
	place_init();
	mutex_lock(&place.mutex);
	ktest_expect_report(t, "mutex-owner");
	mutex_destroy(&place.mutex);
	mutex_unlock(&place.mutex);
}

/* Each says so first, even where it would not have to sleep. */
static void sleeping_locks_refuse_a_context_that_may_not(struct ktest *t)
{
	unsigned int i;

	place_init();
	preempt_disable();
	for (i = 0; i < 6; i++)
		ktest_expect_report(t, "sleep-in-atomic");
	mutex_lock(&place.mutex);
	mutex_unlock(&place.mutex);
	down(&place.sem);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "down preempt"));
	down_read(&place.rwsem);
	up_read(&place.rwsem);
	down_write(&place.rwsem);
	up_write(&place.rwsem);
	KTEST_EXPECT_EQ(t, mutex_lock_interruptible(&place.mutex), 0);
	mutex_unlock(&place.mutex);
	up(&place.sem);
	KTEST_EXPECT_EQ(t, down_interruptible(&place.sem), 0);
	up(&place.sem); /* these two may be anywhere */
	KTEST_EXPECT_EQ(t, mutex_trylock(&place.mutex), 1);
	mutex_unlock(&place.mutex);
	preempt_enable();
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_mutex_lets_one_in_at_a_time),
	KTEST_CASE(a_semaphore_of_one_lets_one_in_at_a_time),
	KTEST_CASE(an_rwsem_lets_in_one_writer_or_readers),
	KTEST_CASE(the_big_lock_lets_one_in_at_a_time),
	KTEST_CASE(who_sleeps_lends_the_big_lock),
	KTEST_CASE(a_mutex_is_handed_over_in_turn),
	KTEST_CASE(a_waiting_writer_holds_new_readers_back),
	KTEST_CASE(a_downgraded_writer_lets_readers_in_only),
	KTEST_CASE(a_semaphore_counts),
	KTEST_CASE(a_mutex_is_unlocked_by_its_owner_only),
	KTEST_CASE(taking_a_sleeping_lock_twice_is_reported),
	KTEST_CASE(mutexes_in_two_orders_are_reported_in_the_debug_build),
	KTEST_CASE(a_held_mutex_is_not_destroyed_in_silence),
	KTEST_CASE(sleeping_locks_refuse_a_context_that_may_not),
};
KTEST_SUITE(sleeping_locks, cases);
