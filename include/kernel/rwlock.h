/* SPDX-License-Identifier: MIT */
/*
 * rwlock.h - a spinlock that many readers may hold at once
 *
 * Writers are served in turn, and a writer that waits holds new readers back:
 * neither side starves. A reader may take the lock a second time only in an
 * interrupt or softirq that met it inside: there readers do not wait for a
 * writer that is still waiting himself.
 *
 * An RCU pointer or a seqlock serves readers better where it will do.
 */
#ifndef KERNEL_RWLOCK_H
#define KERNEL_RWLOCK_H

#include <kernel/atomic.h>
#include <kernel/spinlock.h>

/* Readers count in steps of RW_READER; the low bits are the writers'. */
#define RW_WRITER 0xffu /* a writer is in */
#define RW_WAITING 0x100u /* a writer waits for the readers to leave */
#define RW_READER 0x200u

typedef struct rwlock {
	atomic_t count;
	spinlock_t wait; /* who waits, in turn */
} rwlock_t;

#define RWLOCK_INIT(lock_name, lock_rank_id)                   \
	{                                                      \
		.count = ATOMIC_INIT(0),                       \
		.wait = SPINLOCK_INIT(lock_name, lock_rank_id) \
	}
#define DEFINE_RWLOCK(x) rwlock_t x = RWLOCK_INIT(#x, LOCK_DRIVER)

static inline void rwlock_init_ranked(rwlock_t *lock, const char *name,
				      enum lock_rank rank)
{
	atomic_set(&lock->count, 0);
	spin_lock_init(&lock->wait, name, rank);
}

#define rwlock_init(lock) rwlock_init_ranked(lock, #lock, LOCK_DRIVER)

/* The slow halves (core/rwlock.c): somebody is in the way. */
void rwlock_read_wait(rwlock_t *lock);
void rwlock_write_wait(rwlock_t *lock);

static __always_inline void __read_lock_raw(rwlock_t *lock)
{
	u32 count = (u32)atomic_fetch_add_relaxed(RW_READER, &lock->count);

	smp_mb__after_atomic();
	if (unlikely(count & (RW_WRITER | RW_WAITING)))
		rwlock_read_wait(lock);
}

static __always_inline void __read_unlock_raw(rwlock_t *lock)
{
	atomic_fetch_sub_release(RW_READER, &lock->count);
}

static __always_inline void __write_lock_raw(rwlock_t *lock)
{
	if (unlikely(atomic_cmpxchg(&lock->count, 0, RW_WRITER)))
		rwlock_write_wait(lock);
}

static __always_inline void __write_unlock_raw(rwlock_t *lock)
{
	atomic_fetch_sub_release(RW_WRITER, &lock->count);
}

static inline void read_lock(rwlock_t *lock)
{
	preempt_disable();
	__read_lock_raw(lock);
}

static inline void read_unlock(rwlock_t *lock)
{
	__read_unlock_raw(lock);
	preempt_enable();
}

static inline void write_lock(rwlock_t *lock)
{
	preempt_disable();
	__write_lock_raw(lock);
}

static inline void write_unlock(rwlock_t *lock)
{
	__write_unlock_raw(lock);
	preempt_enable();
}

/* Return: whether it was taken. */
static inline bool __must_check read_trylock(rwlock_t *lock)
{
	u32 count;

	preempt_disable();
	count = (u32)atomic_add_return(RW_READER, &lock->count);
	if (likely(!(count & (RW_WRITER | RW_WAITING))))
		return true;
	__read_unlock_raw(lock);
	preempt_enable();
	return false;
}

static inline bool __must_check write_trylock(rwlock_t *lock)
{
	preempt_disable();
	if (likely(!atomic_cmpxchg(&lock->count, 0, RW_WRITER)))
		return true;
	preempt_enable();
	return false;
}

static inline void read_lock_bh(rwlock_t *lock)
{
	local_bh_disable();
	__read_lock_raw(lock);
}

static inline void read_unlock_bh(rwlock_t *lock)
{
	__read_unlock_raw(lock);
	local_bh_enable();
}

static inline void write_lock_bh(rwlock_t *lock)
{
	local_bh_disable();
	__write_lock_raw(lock);
}

static inline void write_unlock_bh(rwlock_t *lock)
{
	__write_unlock_raw(lock);
	local_bh_enable();
}

static inline void read_lock_irq(rwlock_t *lock)
{
	local_irq_disable();
	__read_lock_raw(lock);
}

static inline void read_unlock_irq(rwlock_t *lock)
{
	__read_unlock_raw(lock);
	local_irq_enable();
}

static inline void write_lock_irq(rwlock_t *lock)
{
	local_irq_disable();
	__write_lock_raw(lock);
}

static inline void write_unlock_irq(rwlock_t *lock)
{
	__write_unlock_raw(lock);
	local_irq_enable();
}

/* Linux's form: @flags is a variable of the caller, as with spinlocks. */
#define read_lock_irqsave(lock, flags)      \
	do {                                \
		(flags) = local_irq_save(); \
		__read_lock_raw(lock);      \
	} while (0)
#define write_lock_irqsave(lock, flags)     \
	do {                                \
		(flags) = local_irq_save(); \
		__write_lock_raw(lock);     \
	} while (0)

static inline void read_unlock_irqrestore(rwlock_t *lock, unsigned long flags)
{
	__read_unlock_raw(lock);
	local_irq_restore(flags);
}

static inline void write_unlock_irqrestore(rwlock_t *lock, unsigned long flags)
{
	__write_unlock_raw(lock);
	local_irq_restore(flags);
}

#endif
