/* SPDX-License-Identifier: MIT */
/*
 * entry_lock.h - a spinlock that an exception may find held by its own CPU
 *
 * For the paths that have to speak in any context: the log and the consoles.
 * The CPU notes that it is inside before it asks for the lock and until after
 * it has given it back, so there is no instruction at which an NMI or a fault
 * could find the lock held and no note: it is told so, and goes in without.
 * At the machine's end the other CPUs are stopped wherever they are; so from
 * then on nobody waits for any of these locks.
 *
 * Locking: irq-safe. Context: any.
 */
#ifndef KERNEL_ENTRY_LOCK_H
#define KERNEL_ENTRY_LOCK_H

#include <kernel/spinlock.h>

struct entry_lock {
	spinlock_t lock;
	bool inside[CONFIG_NR_CPUS]; /* written by that CPU only */
};

/* One CPU is left, and says the last words: set by printk_panic_mode(). */
extern bool entry_locks_open;

#define ENTRY_LOCK_INIT(name, rank)               \
	{                                         \
		.lock = SPINLOCK_INIT(name, rank) \
	}

/* Is this CPU inside: is the caller an exception in the middle of it? With
 * interrupts on the answer would be another CPU's after a move. */
static inline bool entry_lock_is_mine(const struct entry_lock *l)
{
	unsigned long irqflags = local_irq_save();
	bool mine = READ_ONCE(l->inside[smp_processor_id()]);

	local_irq_restore(irqflags);
	return mine;
}

/* Take the lock; entry_lock_is_mine() was asked, and said no.
 * Return: for entry_lock_leave(). */
static inline unsigned long entry_lock_take(struct entry_lock *l)
{
	unsigned long irqflags = local_irq_save();

	WRITE_ONCE(l->inside[smp_processor_id()], true);
	barrier();
	spin_lock(&l->lock);
	return irqflags;
}

/**
 * entry_lock_enter - take the lock, unless this CPU is inside already
 * @irqflags: for entry_lock_leave()
 *
 * Return: false if it is, or if the machine ends: go on without, and do not
 * leave.
 */
static inline bool entry_lock_enter(struct entry_lock *l,
				    unsigned long *irqflags)
{
	if (READ_ONCE(entry_locks_open) || entry_lock_is_mine(l))
		return false;
	*irqflags = entry_lock_take(l);
	return true;
}

static inline void entry_lock_leave(struct entry_lock *l,
				    unsigned long irqflags)
{
	spin_unlock(&l->lock);
	barrier();
	WRITE_ONCE(l->inside[smp_processor_id()], false);
	local_irq_restore(irqflags);
}

#endif
