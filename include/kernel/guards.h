/* SPDX-License-Identifier: MIT */
/*
 * guards.h - guard() and scoped_guard() of every lock (cleanup.h)
 *
 *	spinlock, spinlock_bh, spinlock_irq, spinlock_irqsave    spinlock_t *
 *	mutex                                             struct mutex *
 *	rwsem_read, rwsem_write                           struct rw_semaphore *
 *	rcu, preempt, irq, irqsave                        no argument
 *
 * Context: that of the lock.
 */
#ifndef KERNEL_GUARDS_H
#define KERNEL_GUARDS_H

#include <kernel/cleanup.h>
#include <kernel/mutex.h>
#include <kernel/preempt.h>
#include <kernel/rcupdate.h>
#include <kernel/rwsem.h>
#include <kernel/spinlock.h>
#include <asm/irqflags.h>

DEFINE_LOCK_GUARD_1(spinlock, spinlock_t, spin_lock(_T->lock),
		    spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_bh, spinlock_t, spin_lock_bh(_T->lock),
		    spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irq, spinlock_t, spin_lock_irq(_T->lock),
		    spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irqsave, spinlock_t,
		    _T->flags = spin_lock_irqsave(_T->lock),
		    spin_unlock_irqrestore(_T->lock, _T->flags),
		    unsigned long flags)

DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))

DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())
DEFINE_LOCK_GUARD_0(preempt, preempt_disable(), preempt_enable())
DEFINE_LOCK_GUARD_0(irq, local_irq_disable(), local_irq_enable())
DEFINE_LOCK_GUARD_0(irqsave, _T->flags = local_irq_save(),
		    local_irq_restore(_T->flags), unsigned long flags)

#endif
