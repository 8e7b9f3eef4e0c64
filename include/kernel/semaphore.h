/* SPDX-License-Identifier: MIT */
/*
 * semaphore.h - a count of what is free; who finds 0 sleeps
 *
 * Anybody may give back, in any context: a semaphore has no owner. For plain
 * mutual exclusion a mutex says more when it is misused. Waiters are served in
 * turn.
 *
 * Context: down() may sleep; down_trylock() and up() are allowed anywhere.
 */
#ifndef KERNEL_SEMAPHORE_H
#define KERNEL_SEMAPHORE_H

#include <kernel/list.h>
#include <kernel/spinlock.h>

struct semaphore {
	spinlock_t lock; /* guards the rest */
	unsigned int count;
	struct list_head wait_list;
};

#define __SEMAPHORE_INITIALIZER(name, n)                               \
	{                                                              \
		.lock = SPINLOCK_INIT(#name, LOCK_WAIT), .count = (n), \
		.wait_list = LIST_HEAD_INIT((name).wait_list),         \
	}
#define DEFINE_SEMAPHORE(name) \
	struct semaphore name = __SEMAPHORE_INITIALIZER(name, 1)

void __sema_init(struct semaphore *sem, int count, const char *name);
#define sema_init(sem, n) __sema_init(sem, n, #sem)

void down(struct semaphore *sem);
/* Return: 0, or -EINTR (and not taken) if a signal came first. */
int __must_check down_interruptible(struct semaphore *sem);
int __must_check down_killable(struct semaphore *sem);
/* @timeout in jiffies. Return: 0, or -ETIME. */
int __must_check down_timeout(struct semaphore *sem, long timeout);
/* Return: 0 if it was taken, 1 if not: the other way round than mutexes. */
int __must_check down_trylock(struct semaphore *sem);
void up(struct semaphore *sem);

#endif
