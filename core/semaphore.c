/* SPDX-License-Identifier: MIT */
/*
 * semaphore.c - a count of what is free; who finds 0 sleeps
 *
 * While somebody waits the count stays 0: up() gives to the first waiter what
 * it brings, so nobody overtakes. A waiter is in the list until it is given, or
 * gives up; both under the lock, so one of them only.
 *
 * Locking: sem->lock (irq-safe, LOCK_WAIT).
 */
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/preempt.h>
#include <kernel/sched.h>
#include <kernel/semaphore.h>

struct semaphore_waiter {
	struct list_head link;
	struct task_struct *task;
	bool given;
};

void __sema_init(struct semaphore *sem, int count, const char *name)
{
	spin_lock_init(&sem->lock, name, LOCK_WAIT);
	sem->count = (unsigned int)count;
	INIT_LIST_HEAD(&sem->wait_list);
}
EXPORT_SYMBOL(__sema_init);

/* The lock is held before and after. */
static int down_sleep(struct semaphore *sem, unsigned int state, long timeout)
{
	struct semaphore_waiter waiter = { .task = current };
	int err = 0;

	list_add_tail(&waiter.link, &sem->wait_list);
	while (!waiter.given && !err) {
		if (sleep_is_cut_short(state))
			err = -EINTR;
		else if (timeout <= 0)
			err = -ETIME;
		if (err)
			break;
		set_current_state(state);
		spin_unlock_irq(&sem->lock);
		timeout = schedule_timeout_checked(timeout);
		spin_lock_irq(&sem->lock);
	}
	if (err)
		list_del(&waiter.link);
	return err;
}

/* Return: 0; -EINTR or -ETIME if it was not taken. */
static int down_common(struct semaphore *sem, unsigned int state, long timeout)
{
	/* Start-up may take a free one with interrupts off. */
	unsigned long irqflags = spin_lock_irqsave(&sem->lock);
	int err = 0;

	if (likely(sem->count))
		sem->count--;
	else
		err = down_sleep(sem, state, timeout);
	spin_unlock_irqrestore(&sem->lock, irqflags);
	return err;
}

void down(struct semaphore *sem)
{
	might_sleep();
	/* No signal and no time ends this one. */
	(void)down_common(sem, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(down);

int down_interruptible(struct semaphore *sem)
{
	might_sleep();
	return down_common(sem, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(down_interruptible);

int down_killable(struct semaphore *sem)
{
	might_sleep();
	return down_common(sem, TASK_KILLABLE, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(down_killable);

int down_timeout(struct semaphore *sem, long timeout)
{
	might_sleep();
	return down_common(sem, TASK_UNINTERRUPTIBLE, timeout);
}
EXPORT_SYMBOL(down_timeout);

int down_trylock(struct semaphore *sem)
{
	unsigned long irqflags = spin_lock_irqsave(&sem->lock);
	bool free = sem->count != 0;

	if (free)
		sem->count--;
	spin_unlock_irqrestore(&sem->lock, irqflags);
	return !free;
}
EXPORT_SYMBOL(down_trylock);

void up(struct semaphore *sem)
{
	struct semaphore_waiter *first;
	unsigned long irqflags;

	preempt_disable(); /* as in __wake_up() */
	irqflags = spin_lock_irqsave(&sem->lock);
	first = list_first_entry_or_null(&sem->wait_list,
					 struct semaphore_waiter, link);
	if (first) {
		list_del(&first->link);
		first->given = true;
		wake_up_process(first->task);
	} else {
		sem->count++;
	}
	spin_unlock_irqrestore(&sem->lock, irqflags);
	preempt_enable();
}
EXPORT_SYMBOL(up);
