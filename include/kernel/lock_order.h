/* SPDX-License-Identifier: MIT */
/*
 * lock_order.h - the debug build learns in which order locks are taken
 */
#ifndef KERNEL_LOCK_ORDER_H
#define KERNEL_LOCK_ORDER_H

#include <kernel/types.h>

/* A lock of any kind. */
struct lock_id {
	const void *lock;
	const char *name;
};

/**
 * lock_order_learn - @taken is asked for while @held is held
 *
 * Return: false if it was the other way round before: then nothing is learnt.
 * Context: any.
 */
bool lock_order_learn(const struct lock_id *held, const struct lock_id *taken);

/* The sleeping locks that a task holds; the debug build's. */
#define MAX_SLEEPING_HELD 8u
struct held_sleepers {
	struct lock_id id[MAX_SLEEPING_HELD];
	unsigned int nr; /* beyond the end they are only counted */
};

/* The running task asks for, or gives back, a sleeping lock. A wrong order is a
 * report (lock-order), and the end unless a test announced it. */
void lockdep_sleeper_acquire(const void *lock, const char *name,
			     unsigned long site);
void lockdep_sleeper_release(const void *lock);

#endif
