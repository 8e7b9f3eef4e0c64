/* SPDX-License-Identifier: MIT */
/*
 * rwsem.c - a sleeping lock that many readers may hold at once
 *
 * A count under a lock: readers inside, or -1 for a writer. Who cannot enter at
 * once, or finds somebody waiting, joins one list of readers and writers. When
 * the lock gets free for the first of the list, he is let in by whoever made it
 * so; a reader takes all readers right behind him along. So nobody overtakes.
 *
 * Invariants, whenever wait_lock is free:
 *   - the first of the list, if there is one, could not enter
 *   - sem->owner is the writer inside, or NULL
 *
 * Locking: wait_lock (LOCK_WAIT, not taken in interrupts).
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/lock_order.h>
#include <kernel/rwsem.h>

#define RWSEM_WRITER (-1)

struct rwsem_waiter {
	struct list_head link;
	struct task_struct *task;
	bool writer;
	bool granted;
};

void __init_rwsem(struct rw_semaphore *sem, const char *name)
{
	spin_lock_init(&sem->wait_lock, name, LOCK_WAIT);
	sem->count = 0;
	sem->owner = NULL;
	INIT_LIST_HEAD(&sem->wait_list);
}
EXPORT_SYMBOL(__init_rwsem);

/* Let @task in if the count allows it. wait_lock is held. */
static bool rwsem_enter(struct rw_semaphore *sem, struct task_struct *task,
			bool writer)
{
	if (writer ? sem->count != 0 : sem->count < 0)
		return false;
	if (writer)
		sem->owner = task;
	WRITE_ONCE(sem->count, writer ? RWSEM_WRITER : sem->count + 1);
	return true;
}

/* Something changed: let in who can. wait_lock is held. */
static void rwsem_grant(struct rw_semaphore *sem)
{
	struct rwsem_waiter *waiter, *next;

	list_for_each_entry_safe(waiter, next, &sem->wait_list, link) {
		if (!rwsem_enter(sem, waiter->task, waiter->writer))
			break;
		list_del(&waiter->link);
		waiter->granted = true;
		wake_up_process(waiter->task);
	}
}

/* wait_lock is held before and after. */
static int rwsem_sleep(struct rw_semaphore *sem, bool writer,
		       unsigned int state)
{
	struct rwsem_waiter waiter = { .task = current, .writer = writer };
	int err = 0;

	list_add_tail(&waiter.link, &sem->wait_list);
	while (!waiter.granted) {
		if (sleep_is_cut_short(state)) {
			list_del(&waiter.link);
			rwsem_grant(sem); /* who stood behind us */
			err = -EINTR;
			break;
		}
		set_current_state(state);
		spin_unlock(&sem->wait_lock);
		schedule_checked();
		spin_lock(&sem->wait_lock);
	}
	__set_current_state(TASK_RUNNING);
	return err;
}

/* Return: 0; -EINTR if it was not taken. */
static int rwsem_down(struct rw_semaphore *sem, bool writer, unsigned int state,
		      unsigned long site)
{
	int err = 0;

	if (CONFIG_MM_DEBUG)
		lockdep_sleeper_acquire(sem, sem->wait_lock.name, site);
	spin_lock(&sem->wait_lock);
	if (unlikely(sem->owner == current)) {
		spin_unlock(&sem->wait_lock);
		/* Only a test that announced it comes back. */
		lock_recursion(sem->wait_lock.name, site);
		return 0;
	}
	if (!list_empty(&sem->wait_list) || !rwsem_enter(sem, current, writer))
		err = rwsem_sleep(sem, writer, state);
	spin_unlock(&sem->wait_lock);
	if (CONFIG_MM_DEBUG && err)
		lockdep_sleeper_release(sem);
	return err;
}

void down_read(struct rw_semaphore *sem)
{
	might_sleep();
	(void)rwsem_down(sem, false, TASK_UNINTERRUPTIBLE, _RET_IP_);
}
EXPORT_SYMBOL(down_read);

int down_read_interruptible(struct rw_semaphore *sem)
{
	might_sleep();
	return rwsem_down(sem, false, TASK_INTERRUPTIBLE, _RET_IP_);
}
EXPORT_SYMBOL(down_read_interruptible);

int down_read_killable(struct rw_semaphore *sem)
{
	might_sleep();
	return rwsem_down(sem, false, TASK_KILLABLE, _RET_IP_);
}
EXPORT_SYMBOL(down_read_killable);

void down_write(struct rw_semaphore *sem)
{
	might_sleep();
	(void)rwsem_down(sem, true, TASK_UNINTERRUPTIBLE, _RET_IP_);
}
EXPORT_SYMBOL(down_write);

int down_write_killable(struct rw_semaphore *sem)
{
	might_sleep();
	return rwsem_down(sem, true, TASK_KILLABLE, _RET_IP_);
}
EXPORT_SYMBOL(down_write_killable);

static int rwsem_try(struct rw_semaphore *sem, bool writer)
{
	bool taken;

	spin_lock(&sem->wait_lock);
	taken = list_empty(&sem->wait_list) &&
		rwsem_enter(sem, current, writer);
	spin_unlock(&sem->wait_lock);
	return taken;
}

int down_read_trylock(struct rw_semaphore *sem)
{
	return rwsem_try(sem, false);
}
EXPORT_SYMBOL(down_read_trylock);

int down_write_trylock(struct rw_semaphore *sem)
{
	return rwsem_try(sem, true);
}
EXPORT_SYMBOL(down_write_trylock);

/* Given back by somebody who does not have it: say so, change nothing. */
static void rwsem_report(const struct rw_semaphore *sem, const char *what,
			 unsigned long site)
{
	struct report_sites sites = { .at = site };

	mm_report("rwsem-owner", &sites, "%s %s by=%s count=%d",
		  sem->wait_lock.name, what, current->comm, sem->count);
}

void up_read(struct rw_semaphore *sem)
{
	if (CONFIG_MM_DEBUG)
		lockdep_sleeper_release(sem);
	spin_lock(&sem->wait_lock);
	if (unlikely(sem->count <= 0)) {
		rwsem_report(sem, "up_read", _RET_IP_);
	} else {
		WRITE_ONCE(sem->count, sem->count - 1);
		rwsem_grant(sem);
	}
	spin_unlock(&sem->wait_lock);
}
EXPORT_SYMBOL(up_read);

/* The writer leaves; @readers are inside then. */
static void rwsem_writer_leaves(struct rw_semaphore *sem, int readers,
				const char *what, unsigned long site)
{
	spin_lock(&sem->wait_lock);
	if (unlikely(sem->owner != current)) {
		rwsem_report(sem, what, site);
	} else {
		sem->owner = NULL;
		WRITE_ONCE(sem->count, readers);
		rwsem_grant(sem);
	}
	spin_unlock(&sem->wait_lock);
}

void up_write(struct rw_semaphore *sem)
{
	if (CONFIG_MM_DEBUG)
		lockdep_sleeper_release(sem);
	rwsem_writer_leaves(sem, 0, "up_write", _RET_IP_);
}
EXPORT_SYMBOL(up_write);

void downgrade_write(struct rw_semaphore *sem)
{
	rwsem_writer_leaves(sem, 1, "downgrade_write", _RET_IP_);
}
EXPORT_SYMBOL(downgrade_write);
