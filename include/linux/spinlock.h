/* SPDX-License-Identifier: MIT */
/*
 * linux/spinlock.h - spinlocks, where drivers look, in Linux's form
 *
 * The kernel proper says flags = spin_lock_irqsave(&lock). A driver says
 * spin_lock_irqsave(&lock, flags), where flags is a variable of its own, and
 * spin_lock_init(&lock), without a rank: all locks of drivers have one. Here
 * both forms are told apart by the number of their arguments.
 */
#ifndef LINUX_SPINLOCK_H
#define LINUX_SPINLOCK_H

#include <kernel/guards.h>
#include <kernel/mutex.h>
#include <kernel/rwlock.h>
#include <kernel/spinlock.h>
#include <linux/old_names.h>

#define __SPIN_THIRD(a, b, c, ...) c

#define __spin_irqsave_value(lock) (spin_lock_irqsave)(lock)
#define __spin_irqsave_flags(lock, flags) \
	((void)((flags) = (spin_lock_irqsave)(lock)))
#define spin_lock_irqsave(...)                          \
	__SPIN_THIRD(__VA_ARGS__, __spin_irqsave_flags, \
		     __spin_irqsave_value, )            \
	(__VA_ARGS__)

#define __spin_init_driver(lock) (spin_lock_init)(lock, #lock, LOCK_DRIVER)
#define __spin_init_ranked(lock, name, rank) (spin_lock_init)(lock, name, rank)
#define __SPIN_FOURTH(a, b, c, d, ...) d
#define spin_lock_init(...)                                                \
	__SPIN_FOURTH(__VA_ARGS__, __spin_init_ranked, __spin_init_ranked, \
		      __spin_init_driver, )                                \
	(__VA_ARGS__)

#endif
