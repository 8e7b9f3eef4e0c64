/* SPDX-License-Identifier: MIT */
/*
 * big_lock.h - the lock under which the code of older drivers does not meet
 *
 * Up to 2.6.35 a driver's ioctl() was called with it. Who has it may take it
 * again, and may sleep: then others may have it meanwhile, so that waiting for
 * one of them is no deadlock. A preempted task keeps it.
 */
#ifndef KERNEL_BIG_LOCK_H
#define KERNEL_BIG_LOCK_H

#include <kernel/sched.h>

/* 2.0 .. 2.6.38. Context: process; lock_kernel() may sleep. */
void lock_kernel(void);
void unlock_kernel(void);

static inline bool kernel_locked(void)
{
	return current->big_lock_depth > 0;
}

#endif
