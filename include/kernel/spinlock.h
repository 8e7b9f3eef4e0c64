/* SPDX-License-Identifier: MIT */
/*
 * spinlock.h - ticket spinlocks with irq-safe forms
 *
 * A taker draws a ticket and waits for its turn: first come, first served. A
 * holder may not sleep. Every lock that an interrupt handler takes must be
 * taken with the _irqsave form everywhere else.
 *
 * Each lock has a class with a rank (docs/locking.md). In the debug build a
 * CPU that takes a lock of a rank not above those it holds is reported, and
 * so is taking a lock that it holds already (P44).
 */
#ifndef KERNEL_SPINLOCK_H
#define KERNEL_SPINLOCK_H

#include <kernel/types.h>
#include <kernel/preempt.h>
#include <asm/irqflags.h>
#include <asm/processor.h>

/* Outermost first: a lock may be taken while holding only smaller ranks. */
#define LOCK_RANKS(X)                                              \
	X(IRQ, "irq", "who handles which interrupt line")          \
	X(DRIVER, "driver", "one device's registers and state")    \
	X(CACHE_LIST, "cache-list", "the list of all slab caches") \
	X(VMALLOC, "vmalloc", "the area tree of a vmalloc window") \
	X(SLAB, "slab", "a cache's partial and full lists")        \
	X(DMA, "dma", "the 8237's registers")                      \
	X(ZONE, "zone", "a zone's free lists")                     \
	X(KMAP, "kmap", "the slots of a kmap window")              \
	X(BOOTMEM, "bootmem", "the boot-time ranges")              \
	X(RESERVE, "reserve", "large buffers kept from boot on")   \
	X(PGTABLE, "pgtable", "creation of kernel page tables")    \
	X(TASKS, "tasks", "the table of tasks")                    \
	X(RUNQUEUE, "runqueue", "the tasks of one CPU")            \
	X(TEST, "test", "locks of the lock tests")                 \
	X(REPORT, "report", "the report's rate limit table")       \
	X(LOG, "log", "the log's ring buffer")                     \
	X(UART, "uart", "a console device")

#define LOCK_AS_ENUM(id, name, help) LOCK_##id,
enum lock_rank { LOCK_RANKS(LOCK_AS_ENUM) NR_LOCK_RANKS };

typedef struct spinlock {
	u16 next_ticket;
	u16 now_serving;
	u8 rank; /* enum lock_rank */
	u8 held_by; /* CPU + 1 while held, 0 when free (debug build) */
	const char *name;
} spinlock_t;

#define SPINLOCK_INIT(lock_name, lock_rank_id)              \
	{                                                   \
		.rank = (lock_rank_id), .name = (lock_name) \
	}

static inline void spin_lock_init(spinlock_t *lock, const char *name,
				  enum lock_rank rank)
{
	*lock = (spinlock_t)SPINLOCK_INIT(name, (u8)rank);
}

/* The rank checker (core/lockdep.c); called in the debug build only. */
void lockdep_acquire(spinlock_t *lock, unsigned long site);
/* The lock is ours now; @held_by belongs to the holder. */
void lockdep_acquired(spinlock_t *lock);
void lockdep_release(spinlock_t *lock, unsigned long site);
void lockdep_held_or_report(const spinlock_t *lock, unsigned long site);

static __always_inline void __spin_lock_raw(spinlock_t *lock)
{
	u16 ticket =
		__atomic_fetch_add(&lock->next_ticket, 1, __ATOMIC_ACQUIRE);

	while (__atomic_load_n(&lock->now_serving, __ATOMIC_ACQUIRE) != ticket)
		cpu_relax();
}

static __always_inline void __spin_unlock_raw(spinlock_t *lock)
{
	/* Only the holder writes now_serving, so a plain increment is safe. */
	__atomic_store_n(&lock->now_serving, (u16)(lock->now_serving + 1),
			 __ATOMIC_RELEASE);
}

static __always_inline void spin_lock(spinlock_t *lock)
{
	preempt_disable();
	if (CONFIG_MM_DEBUG)
		lockdep_acquire(lock, _RET_IP_);
	__spin_lock_raw(lock);
	if (CONFIG_MM_DEBUG)
		lockdep_acquired(lock);
}

static __always_inline void spin_unlock(spinlock_t *lock)
{
	if (CONFIG_MM_DEBUG)
		lockdep_release(lock, _RET_IP_);
	__spin_unlock_raw(lock);
	preempt_enable();
}

/*
 * With interrupts off nothing can preempt, so the irq-safe forms leave the
 * preemption count alone: two instructions less on every allocator path.
 */
static __always_inline unsigned long spin_lock_irqsave(spinlock_t *lock)
{
	unsigned long flags = local_irq_save();

	if (CONFIG_MM_DEBUG)
		lockdep_acquire(lock, _RET_IP_);
	__spin_lock_raw(lock);
	if (CONFIG_MM_DEBUG)
		lockdep_acquired(lock);
	return flags;
}

static __always_inline void spin_unlock_irqrestore(spinlock_t *lock,
						   unsigned long flags)
{
	if (CONFIG_MM_DEBUG)
		lockdep_release(lock, _RET_IP_);
	__spin_unlock_raw(lock);
	local_irq_restore(flags);
}

static inline bool spin_is_locked(const spinlock_t *lock)
{
	return READ_ONCE(lock->next_ticket) != READ_ONCE(lock->now_serving);
}

#define lockdep_assert_held(lock)                               \
	do {                                                    \
		if (CONFIG_MM_DEBUG)                            \
			lockdep_held_or_report(lock, _RET_IP_); \
	} while (0)

#endif
