/* SPDX-License-Identifier: MIT */
/*
 * mutex.h - a lock whose holder may sleep
 *
 * One thread holds it, and the same thread gives it back: anything else is a
 * report (`mutex-owner`), and so is taking it twice (`lock-recursion`), in
 * every build. Waiters get it in turn. In the debug build mutexes that are
 * taken in two orders are reported, too.
 *
 * Context: thread, may sleep; mutex_trylock() and mutex_unlock() do not sleep,
 * but a mutex has no place in an interrupt: mutex_lock() of a taken one returns
 * there without it, after two reports.
 */
#ifndef KERNEL_MUTEX_H
#define KERNEL_MUTEX_H

#include <kernel/atomic.h>
#include <kernel/list.h>
#include <kernel/sched.h>
#include <kernel/spinlock.h>

struct mutex {
	/* The holder (struct task_struct *), bit 0 if somebody waits, and bit 1
	 * if an interrupt was refused it. */
	unsigned long owner;
	spinlock_t wait_lock; /* also has the mutex's name */
	struct list_head waiters; /* guarded by wait_lock, first come first */
};

#define __MUTEX_INITIALIZER(name)                             \
	{                                                     \
		.wait_lock = SPINLOCK_INIT(#name, LOCK_WAIT), \
		.waiters = LIST_HEAD_INIT((name).waiters),    \
	}
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)

void __mutex_init(struct mutex *lock, const char *name);
#define mutex_init(lock) __mutex_init(lock, #lock)
/* Say that no one uses it any more. One that is held is a report. */
void mutex_destroy(struct mutex *lock);

void mutex_lock(struct mutex *lock);
/* Return: 0, or -EINTR (and not locked) if a signal came first. */
int __must_check mutex_lock_interruptible(struct mutex *lock);
int __must_check mutex_lock_killable(struct mutex *lock);
/* Return: 1 if it was taken, 0 if somebody has it. */
int __must_check mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);

static inline bool mutex_is_locked(const struct mutex *lock)
{
	return READ_ONCE(lock->owner) != 0;
}

/* Has somebody a mutex or a spinlock? What rcu_dereference_protected() is told. By
 * whom is known to the debug build only (lockdep_assert_held()). */
#define lockdep_is_held(lock)                                          \
	_Generic((lock), spinlock_t *                                  \
		 : spin_is_locked((const spinlock_t *)(lock)), default \
		 : mutex_is_locked((const struct mutex *)(lock)))

#endif
