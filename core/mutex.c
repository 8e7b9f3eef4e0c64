/* SPDX-License-Identifier: MIT */
/*
 * mutex.c - a lock whose holder may sleep
 *
 * One word says who has it: 0, or the holder's task_struct, with bit 0 set if
 * somebody waits. Taking a free one and giving back one that nobody waits for
 * is one compare-and-exchange each.
 *
 * Who finds it taken sets bit 0, which sends the holder's mutex_unlock() here,
 * and joins the list, all under wait_lock. mutex_unlock() hands the mutex over
 * to the first of the list: it is never free while somebody waits, so nobody
 * overtakes and nobody starves. The price is a switch for each hand-over.
 *
 * An interrupt cannot wait. It is refused what is taken, and told (mutex-owner);
 * its mutex_unlock() then is told, too, and changes nothing. But for a mutex of
 * the very task that it came over it would look like the holder's: so bit 1 is
 * set with the refusal, which sends the next mutex_unlock() here.
 *
 * Invariants:
 *   - bit 0 is set if and only if the list is not empty, whenever wait_lock is
 *     free
 *   - a waiter is in the list until it is granted the mutex, or gives up; both
 *     under wait_lock, so one of them only
 *   - who gives back touches nothing of the mutex once wait_lock is free: the
 *     next holder may give its memory back
 *
 * Locking: wait_lock (LOCK_WAIT, not taken in interrupts).
 */
#include <kernel/barrier.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/lock_order.h>
#include <kernel/mutex.h>

#define MUTEX_WAITERS 1ul
#define MUTEX_REFUSED 2ul /* to an interrupt over the holder: see the head */
#define MUTEX_FLAGS (MUTEX_WAITERS | MUTEX_REFUSED)

struct mutex_waiter {
	struct list_head link;
	struct task_struct *task;
	bool granted;
};

static_assert(__alignof__(struct task_struct) > MUTEX_FLAGS,
	      "the low bits of a task's address are free");

void __mutex_init(struct mutex *lock, const char *name)
{
	lock->owner = 0;
	spin_lock_init(&lock->wait_lock, name, LOCK_WAIT);
	INIT_LIST_HEAD(&lock->waiters);
}
EXPORT_SYMBOL(__mutex_init);

static struct task_struct *owner_task(unsigned long owner)
{
	return (struct task_struct *)(owner & ~MUTEX_FLAGS);
}

static const char *owner_name(unsigned long owner)
{
	return owner_task(owner) ? owner_task(owner)->comm : "nobody";
}

static void mutex_owner_report(const struct mutex *lock, const char *what,
			       unsigned long owner, unsigned long site)
{
	struct report_sites sites = { .at = site };

	mm_report("mutex-owner", &sites, "%s %s by=%s owner=%s",
		  lock->wait_lock.name, what, current->comm, owner_name(owner));
}

void mutex_destroy(struct mutex *lock)
{
	unsigned long owner = READ_ONCE(lock->owner);

	if (owner)
		mutex_owner_report(lock, "destroyed", owner, _RET_IP_);
}
EXPORT_SYMBOL(mutex_destroy);

static bool mutex_take_free(struct mutex *lock)
{
	return !cmpxchg(&lock->owner, 0, (unsigned long)current);
}

/* Leave the list without the mutex. wait_lock is held. */
static void waiter_give_up(struct mutex *lock, struct mutex_waiter *waiter)
{
	list_del(&waiter->link);
	if (list_empty(&lock->waiters))
		__atomic_and_fetch(&lock->owner, ~MUTEX_WAITERS,
				   __ATOMIC_RELAXED);
}

/* In the list; until it is our turn. wait_lock is held before and after. */
static int waiter_sleep(struct mutex *lock, struct mutex_waiter *waiter,
			unsigned int state)
{
	int err = 0;

	while (!waiter->granted && !err) {
		if (sleep_is_cut_short(state)) {
			waiter_give_up(lock, waiter);
			err = -EINTR;
			break;
		}
		set_current_state(state);
		spin_unlock(&lock->wait_lock);
		schedule_checked();
		spin_lock(&lock->wait_lock);
	}
	__set_current_state(TASK_RUNNING);
	return err;
}

/* It is taken, and the caller is an interrupt. Lock nothing that the task below
 * may hold. */
static int mutex_refuse(struct mutex *lock, unsigned int state,
			unsigned long site)
{
	unsigned long owner = READ_ONCE(lock->owner);
	struct report_sites sites = { .at = site };

	if (state != TASK_UNINTERRUPTIBLE)
		return -EINTR;
	mm_report("mutex-owner", &sites, "%s refused by=interrupt owner=%s",
		  lock->wait_lock.name, owner_name(owner));
	if (owner_task(owner) == current)
		__atomic_or_fetch(&lock->owner, MUTEX_REFUSED,
				  __ATOMIC_RELAXED);
	return -EINTR;
}

static noinline int mutex_lock_wait(struct mutex *lock, unsigned int state,
				    unsigned long site)
{
	struct mutex_waiter waiter = { .task = current };
	unsigned long owner;
	int err = 0;

	if (sleep_is_impossible())
		return mutex_refuse(lock, state, site);
	if (owner_task(READ_ONCE(lock->owner)) == current) {
		/* Only a test that announced it comes back. */
		lock_recursion(lock->wait_lock.name, site);
		return 0;
	}
	spin_lock(&lock->wait_lock);
	owner = __atomic_fetch_or(&lock->owner, MUTEX_WAITERS,
				  __ATOMIC_SEQ_CST);
	if (!owner_task(owner)) {
		/* Given back just now. The bit keeps all others out. */
		WRITE_ONCE(lock->owner, (unsigned long)current);
	} else {
		list_add_tail(&waiter.link, &lock->waiters);
		err = waiter_sleep(lock, &waiter, state);
	}
	spin_unlock(&lock->wait_lock);
	return err;
}

/* might_sleep() has been said. */
static __always_inline int
mutex_lock_common(struct mutex *lock, unsigned int state, unsigned long site)
{
	int err = 0;

	/* An interrupt is not the task that it came over. */
	if (CONFIG_MM_DEBUG && !sleep_is_impossible())
		lockdep_sleeper_acquire(lock, lock->wait_lock.name, site);
	if (unlikely(!mutex_take_free(lock)))
		err = mutex_lock_wait(lock, state, site);
	if (CONFIG_MM_DEBUG && err && !sleep_is_impossible())
		lockdep_sleeper_release(lock);
	return err;
}

void mutex_lock(struct mutex *lock)
{
	might_sleep();
	(void)mutex_lock_common(lock, TASK_UNINTERRUPTIBLE, _RET_IP_);
}
EXPORT_SYMBOL(mutex_lock);

int mutex_lock_interruptible(struct mutex *lock)
{
	might_sleep();
	return mutex_lock_common(lock, TASK_INTERRUPTIBLE, _RET_IP_);
}
EXPORT_SYMBOL(mutex_lock_interruptible);

int mutex_lock_killable(struct mutex *lock)
{
	might_sleep();
	return mutex_lock_common(lock, TASK_KILLABLE, _RET_IP_);
}
EXPORT_SYMBOL(mutex_lock_killable);

/* Who only tries cannot wait for ever: no order is learnt from it. */
int mutex_trylock(struct mutex *lock)
{
	return mutex_take_free(lock);
}
EXPORT_SYMBOL(mutex_trylock);

/* Somebody waits. */
static void mutex_hand_over(struct mutex *lock)
{
	struct mutex_waiter *first;
	unsigned long owner;

	spin_lock(&lock->wait_lock);
	first = list_first_entry_or_null(&lock->waiters, struct mutex_waiter,
					 link);
	if (!first) {
		/* It gave up. */
		smp_store_release(&lock->owner, 0);
	} else {
		list_del(&first->link);
		owner = (unsigned long)first->task;
		if (!list_empty(&lock->waiters))
			owner |= MUTEX_WAITERS;
		smp_store_release(&lock->owner, owner);
		first->granted = true;
		wake_up_process(first->task);
	}
	spin_unlock(&lock->wait_lock);
}

/* The holder's task gives back what an interrupt over it was refused. Return:
 * whether the holder keeps it: the interrupt had nothing to give back. */
static bool mutex_unlock_refused(struct mutex *lock, unsigned long owner)
{
	if (owner_task(owner) != current)
		return false;
	__atomic_and_fetch(&lock->owner, ~MUTEX_REFUSED, __ATOMIC_RELAXED);
	return sleep_is_impossible();
}

void mutex_unlock(struct mutex *lock)
{
	unsigned long me = (unsigned long)current, owner;

	if (CONFIG_MM_DEBUG && !sleep_is_impossible())
		lockdep_sleeper_release(lock);
	owner = cmpxchg(&lock->owner, me, 0);
	if (likely(owner == me))
		return;
	if (unlikely(owner & MUTEX_REFUSED) &&
	    mutex_unlock_refused(lock, owner))
		return;
	if (owner_task(owner) == current)
		mutex_hand_over(lock);
	else
		mutex_owner_report(lock, "unlocked", owner, _RET_IP_);
}
EXPORT_SYMBOL(mutex_unlock);
