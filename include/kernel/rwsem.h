/* SPDX-License-Identifier: MIT */
/*
 * rwsem.h - a sleeping lock that many readers may hold at once
 *
 * Served in turn: a reader that comes after a waiting writer waits behind him,
 * so a thread may not take it for reading twice. A writer gives back what it
 * took itself; readers may hand it on.
 *
 * Context: thread, may sleep; the try forms and up_*() do not sleep.
 */
#ifndef KERNEL_RWSEM_H
#define KERNEL_RWSEM_H

#include <kernel/list.h>
#include <kernel/sched.h>
#include <kernel/spinlock.h>

struct rw_semaphore {
	spinlock_t wait_lock; /* guards the rest; also has the name */
	int count; /* readers inside, or -1: a writer */
	struct task_struct *owner; /* the writer; NULL otherwise */
	struct list_head wait_list; /* first come first */
};

#define __RWSEM_INITIALIZER(name)                              \
	{                                                      \
		.wait_lock = SPINLOCK_INIT(#name, LOCK_WAIT),  \
		.wait_list = LIST_HEAD_INIT((name).wait_list), \
	}
#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)

void __init_rwsem(struct rw_semaphore *sem, const char *name);
#define init_rwsem(sem) __init_rwsem(sem, #sem)

void down_read(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
/* Return: 0, or -EINTR (and not taken) if a signal came first. */
int __must_check down_read_interruptible(struct rw_semaphore *sem);
int __must_check down_read_killable(struct rw_semaphore *sem);
int __must_check down_write_killable(struct rw_semaphore *sem);
/* Return: 1 if it was taken, 0 if not. */
int __must_check down_read_trylock(struct rw_semaphore *sem);
int __must_check down_write_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
/* From writer to reader, with nobody in between. */
void downgrade_write(struct rw_semaphore *sem);

static inline bool rwsem_is_locked(const struct rw_semaphore *sem)
{
	return READ_ONCE(sem->count) != 0;
}

#endif
