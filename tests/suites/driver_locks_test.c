/* SPDX-License-Identifier: MIT */
/*
 * driver_locks_test.c - locks and waiting as a driver of the books writes them
 *
 * Through linux/ headers only, in Linux's forms and in the older ones.
 */
#include <linux/atomic.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <kernel/ktest.h>

static DEFINE_SPINLOCK(declared);
static DECLARE_MUTEX(old_mutex);

static void a_spinlock_takes_its_flags_as_on_linux(struct ktest *t)
{
	unsigned long flags;
	spinlock_t lock;

	spin_lock_init(&lock);
	KTEST_EXPECT_STREQ(t, lock.name, "&lock");
	spin_lock_irqsave(&lock, flags);
	KTEST_EXPECT_TRUE(t, irqs_disabled());
	KTEST_EXPECT_TRUE(t, spin_is_locked(&lock));
	spin_unlock_irqrestore(&lock, flags);
	KTEST_EXPECT_FALSE(t, irqs_disabled());
	/* The kernel's own form stands beside it. */
	flags = spin_lock_irqsave(&declared);
	spin_unlock_irqrestore(&declared, flags);
	KTEST_EXPECT_STREQ(t, declared.name, "declared");
	lock = SPIN_LOCK_UNLOCKED;
	KTEST_EXPECT_FALSE(t, spin_is_locked(&lock));
}

static void semaphores_have_their_old_names(struct ktest *t)
{
	struct semaphore sem;

	KTEST_EXPECT_EQ(t, down_interruptible(&old_mutex), 0);
	KTEST_EXPECT_EQ(t, down_trylock(&old_mutex), 1);
	up(&old_mutex);
	init_MUTEX_LOCKED(&sem);
	KTEST_EXPECT_EQ(t, down_trylock(&sem), 1);
	up(&sem);
	init_MUTEX(&sem);
	KTEST_EXPECT_EQ(t, down_trylock(&sem), 0);
}

struct device {
	wait_queue_head_t queue;
	struct timer_list timer;
	struct delayed_work work;
	bool data_is_there;
	unsigned int calls;
};

static void device_timer(struct timer_list *timer)
{
	struct device *dev = from_timer(dev, timer, timer);

	dev->data_is_there = true;
	wake_up_interruptible(&dev->queue);
}

static void device_work(struct work_struct *work)
{
	struct device *dev =
		container_of(to_delayed_work(work), struct device, work);

	dev->calls++;
}

static void a_driver_waits_for_its_device(struct ktest *t)
{
	struct device dev = { .calls = 0 };

	init_waitqueue_head(&dev.queue);
	timer_setup(&dev.timer, device_timer, 0);
	INIT_DELAYED_WORK(&dev.work, device_work);
	mod_timer(&dev.timer, jiffies + msecs_to_jiffies(20));
	KTEST_EXPECT_EQ(
		t, wait_event_interruptible(dev.queue, dev.data_is_there), 0);
	del_timer_sync(&dev.timer);
	schedule_delayed_work(&dev.work, HZ / 50);
	flush_delayed_work(&dev.work);
	KTEST_EXPECT_EQ(t, dev.calls, 1);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_spinlock_takes_its_flags_as_on_linux),
	KTEST_CASE(semaphores_have_their_old_names),
	KTEST_CASE(a_driver_waits_for_its_device),
};
KTEST_SUITE(driver_locks, cases);
