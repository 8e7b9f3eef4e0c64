/* SPDX-License-Identifier: MIT */
/* api_locks.c - locks, waiting, threads, timers and work, from a module */
#include <linux/mutex.h>
/* As a driver's own header has it, which is read before <linux/fs.h>. */
static int lock_of_file(struct mutex *held, struct file *file);
#include <linux/module.h>
#include <linux/semaphore.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/completion.h>
#include <linux/wait.h>
#include <linux/sched.h>
#include <linux/kthread.h>
#include <linux/workqueue.h>
#include <linux/timer.h>
#include <linux/interrupt.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <asm/atomic.h>
#include "api.h"

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);
static DECLARE_WAIT_QUEUE_HEAD(queue);
static atomic_t count = ATOMIC_INIT(0);

static int lock_of_file(struct mutex *held, struct file *file)
{
	return file ? -EINVAL : mutex_lock_interruptible(held);
}

static void locks(void)
{
	struct semaphore sem;
	struct mutex m;
	struct rw_semaphore rw;
	unsigned long flags;

	sema_init(&sem, 1);
	down(&sem);
	API_EXPECT(down_trylock(&sem));
	up(&sem);
	API_EXPECT(!down_interruptible(&sem));
	up(&sem);
	mutex_init(&m);
	API_EXPECT(!lock_of_file(&m, NULL));
	mutex_unlock(&m);
	mutex_lock(&mutex);
	API_EXPECT(!mutex_trylock(&m) || (mutex_unlock(&m), 1));
	mutex_unlock(&mutex);
	init_rwsem(&rw);
	down_read(&rw);
	up_read(&rw);
	down_write(&rw);
	up_write(&rw);
	spin_lock(&lock);
	spin_unlock(&lock);
	spin_lock_irqsave(&lock, flags);
	spin_unlock_irqrestore(&lock, flags);
}

static int worker(void *data)
{
	atomic_inc(&count);
	wake_up_interruptible(&queue);
	while (!kthread_should_stop())
		msleep(10);
	return 42;
}

static void work_fn(struct work_struct *work)
{
	atomic_inc(&count);
	wake_up(&queue);
}

static DECLARE_WORK(work, work_fn);
static struct delayed_work later;
static struct completion rung;

static void timer_fn(struct timer_list *timer)
{
	complete(&rung);
}
static DEFINE_TIMER(timer, timer_fn);

static void tasklet_fn(unsigned long data)
{
	atomic_add((int)data, &count);
}
static DECLARE_TASKLET_OLD(tasklet, tasklet_fn);

static void waiting(void)
{
	struct task_struct *task = kthread_run(worker, NULL, "api");

	API_EXPECT(!IS_ERR(task));
	API_EXPECT(!wait_event_interruptible(queue, atomic_read(&count) == 1));
	API_EXPECT(kthread_stop(task) == 42);
	schedule_work(&work);
	wait_event(queue, atomic_read(&count) == 2);
	INIT_DELAYED_WORK(&later, work_fn);
	schedule_delayed_work(&later, HZ / 50);
	wait_event(queue, atomic_read(&count) == 3);
	cancel_delayed_work_sync(&later);
	init_completion(&rung);
	mod_timer(&timer, jiffies + 2);
	wait_for_completion(&rung);
	del_timer_sync(&timer);
	tasklet_schedule(&tasklet);
	tasklet_kill(&tasklet);
	API_EXPECT(atomic_dec_and_test(&count) == 0);
	udelay(1);
}

static void sleeping(void)
{
	unsigned long before = jiffies;
	DEFINE_WAIT(wait);

	prepare_to_wait(&queue, &wait, TASK_INTERRUPTIBLE);
	schedule_timeout(2);
	finish_wait(&queue, &wait);
	API_EXPECT(time_after(jiffies, before));
	API_EXPECT(!signal_pending(current));
	API_EXPECT(current->pid > 0 && current->comm[0]);
}

static int __init api_init(void)
{
	locks();
	waiting();
	sleeping();
	return api_result();
}

static void __exit api_exit(void)
{
}

module_init(api_init);
module_exit(api_exit);
MODULE_LICENSE("GPL");
