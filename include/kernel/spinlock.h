/* SPDX-License-Identifier: MIT */
/*
 * spinlock.h - ticket spinlocks with irq-safe forms
 *
 * A taker draws a ticket and waits for its turn: first come, first served, for
 * up to 2^16 - 1 waiters. A holder may not sleep. Every lock that an interrupt
 * handler takes must be taken with the _irqsave or _irq form everywhere else;
 * one that softirqs take (timers, tasklets), with at least the _bh form.
 *
 * Each lock has a class with a rank (docs/locking.md). In the debug build a
 * CPU that takes a lock of a rank not above those it holds is reported, and
 * so are locks of drivers, which have one rank, taken in both orders (P45).
 *
 * Each CPU notes the lock that it took last, so that a report can name what
 * forbids sleeping, and so that a CPU that would wait for itself says so
 * instead of hanging (P44). The note costs two instructions a lock; it is
 * given up when any lock is given back, never out of date.
 *
 * A CPU that waits for long says for what, and who has it as far as is known
 * (core/lockup.c). A lock that is given back though nobody held it is one turn
 * ahead. The debug build tells at once, and leaves it as it is. To see it in the
 * product build each unlock would be longer: a load, a comparison, a jump and an
 * increment in memory, against the load, increment and store that it takes. There
 * the next who takes the lock by spin_lock() and its kin finds it, reports it,
 * and draws the ticket that was skipped, so the lock is as good as before.
 *
 * spin_lock_irqsave(lock) returns the flags; <linux/spinlock.h> adds Linux's
 * form with two arguments.
 */
#ifndef KERNEL_SPINLOCK_H
#define KERNEL_SPINLOCK_H

#include <kernel/types.h>
#include <kernel/bottom_half.h>
#include <kernel/preempt.h>
#include <asm/irqflags.h>
#include <asm/processor.h>

/* Outermost first: a lock may be taken while holding only smaller ranks. What is
 * held with interrupts on ranks below all that a tick takes. */
#define LOCK_RANKS(X)                                               \
	X(TEST, "test", "locks of the lock tests")                  \
	X(IRQ, "irq", "who handles which interrupt line")           \
	X(RECLAIM, "reclaim", "who gives memory back")              \
	X(DRIVER, "driver", "one device's registers and state")     \
	X(DEVRES, "devres", "what drivers have of their devices")   \
	X(PCI, "pci", "the way to configuration space")             \
	X(DISK, "disk", "how long a disk is")                       \
	X(MEMPOOLS, "mempools", "the list of all mempools")         \
	X(MEMPOOL, "mempool", "a mempool's reserve")                \
	X(DMAPOOLS, "dmapools", "the list of all DMA pools")        \
	X(DMAPOOL, "dmapool", "a DMA pool's blocks")                \
	X(USER_TABLES, "user-tables", "a user's page tables")       \
	X(CACHE_LIST, "cache-list", "the list of all slab caches")  \
	X(VMALLOC, "vmalloc", "the area tree of a vmalloc window")  \
	X(MEMTYPE, "memtype", "device memory by cache type")        \
	X(SLAB, "slab", "a cache's partial and full lists")         \
	X(ALLOCINFO, "allocinfo", "who has which slab object")      \
	X(DMA, "dma", "the 8237's registers")                       \
	X(PERCPU, "percpu", "who has what in the per-CPU units")    \
	X(DMA_RECORD, "dma-record", "the records of DMA mappings")  \
	X(DMA_BOUNCE, "dma-bounce", "slots to bounce DMA through")  \
	X(ZONE, "zone", "a zone's free lists")                      \
	X(KMAP, "kmap", "the slots of a kmap window")               \
	X(BOOTMEM, "bootmem", "the boot-time ranges")               \
	X(RESOURCE, "resource", "the trees of ports and addresses") \
	X(RESERVE, "reserve", "large buffers kept from boot on")    \
	X(PGTABLE, "pgtable", "creation of kernel page tables")     \
	X(FILE, "file", "an open file's flags and owner")           \
	X(FASYNC, "fasync", "whom a device's news is signalled to") \
	X(WORK, "work", "a work queue's list of work")              \
	X(RCU, "rcu", "the grace period, and a CPU's callbacks")    \
	X(WAIT, "wait", "who waits: queues, sleeping locks")        \
	X(TIMER, "timer", "a CPU's timers")                         \
	X(INPUT, "input", "the queue of typed bytes")               \
	X(THREAD, "thread", "what a thread and who stops it share") \
	X(TASKS, "tasks", "the table of tasks")                     \
	X(RUNQUEUE, "runqueue", "the tasks of one CPU")             \
	X(RANDOM, "random", "the state of the random numbers")      \
	X(REPORT, "report", "the report's rate limit table")        \
	X(LOG, "log", "the log's ring buffer")                      \
	X(UART, "uart", "a console device")

#define LOCK_AS_ENUM(id, name, help) LOCK_##id,
enum lock_rank { LOCK_RANKS(LOCK_AS_ENUM) NR_LOCK_RANKS };

typedef struct spinlock {
	union {
		struct {
			u16 next_ticket;
			u16 now_serving;
		};
		u32 tickets; /* both; next_ticket is the low half */
	};
	u8 rank; /* enum lock_rank */
	u8 held_by; /* CPU + 1 while held, 0 when free (debug build) */
	const char *name;
} spinlock_t;

#define SPINLOCK_INIT(lock_name, lock_rank_id)              \
	{                                                   \
		.rank = (lock_rank_id), .name = (lock_name) \
	}
/* A driver's lock; its name in reports is the variable's. */
#define DEFINE_SPINLOCK(x) spinlock_t x = SPINLOCK_INIT(#x, LOCK_DRIVER)

static inline void spin_lock_init(spinlock_t *lock, const char *name,
				  enum lock_rank rank)
{
	*lock = (spinlock_t)SPINLOCK_INIT(name, (u8)rank);
}

/* The rank checker (core/lockdep.c); called in the debug build only. */
void lockdep_acquire(spinlock_t *lock, unsigned long site);
/* The lock is ours now; @held_by belongs to the holder. */
void lockdep_acquired(spinlock_t *lock);
void lockdep_acquire_try(spinlock_t *lock); /* got it without waiting */
/* Return: false if nobody held it: then it must not be given back. */
bool lockdep_release(spinlock_t *lock, unsigned long site);
/* This CPU's: nobody will give them back. Cannot be preempted. */
void lockdep_forget_held(void);
void lockdep_held_or_report(const spinlock_t *lock, unsigned long site);

/* The spinlock this CPU took last and still holds; NULL after any was given
 * back. A pointer into memory that cannot be gone: it is held. */
DECLARE_PER_CPU(spinlock_t *, held_spinlock);

/* An interrupt takes locks of its own, and gives them all back: what it
 * interrupted holds the lock it held. Context: interrupts off, in pairs, on one
 * CPU. */
static __always_inline spinlock_t *held_spinlock_save(void)
{
	return this_cpu_read(held_spinlock);
}

static __always_inline void held_spinlock_restore(spinlock_t *held)
{
	this_cpu_write(held_spinlock, held);
}

/* Name of a spinlock that this CPU holds; NULL if none is known. Context: any. */
const char *lock_held_name(void);

/* The caller would wait for a lock that it holds itself: report it, and stop
 * the machine unless a test has announced the report. */
void __cold lock_recursion(const char *name, unsigned long site);

/* A CPU's wait for a lock, of whatever kind. Zero when it begins. */
struct spin_watch {
	unsigned long turns;
	u64 last; /* cycles, at the last look */
	u64 waited; /* cycles, without pauses of the whole machine */
	bool told;
};

/* What may be said of a lock in somebody's way; each is told by a hook, since a
 * report lies above (core/lockup.c). */
enum lock_trouble {
	LOCK_RECURSION, /* the caller holds it itself */
	LOCK_NOT_HELD, /* it was given back too often */
	LOCK_LOCKUP, /* the wait takes too long */
};
extern void (*const spin_trouble_hook)(const spinlock_t *lock,
				       enum lock_trouble trouble,
				       unsigned long site);

/* One turn of a wait for @lock. @site: who waits. */
void spin_watch_turn(struct spin_watch *watch, const spinlock_t *lock,
		     unsigned long site);

/* So long a CPU waits before it says so, in ms. Return: what it was. */
unsigned int spin_lockup_set_ms(unsigned int ms);

/* This task sleeps with @lock held, and was told so: who waits for the lock will
 * be told who has it. */
void lockup_note_sleeper(const spinlock_t *lock, unsigned long site);

/* Wait until @ticket is served. A lock that this CPU holds itself is a report
 * and the end (core/spinlock.c). */
void spin_wait(spinlock_t *lock, u16 ticket);

/* One turn of a loop that waits for a lock of whatever kind: with interrupts
 * off, too, this CPU does what others wait for (a TLB flush of the holder). */
void spin_relax(void);

static __always_inline void __spin_lock_raw(spinlock_t *lock)
{
	u16 ticket =
		__atomic_fetch_add(&lock->next_ticket, 1, __ATOMIC_ACQUIRE);

	if (unlikely(__atomic_load_n(&lock->now_serving, __ATOMIC_ACQUIRE) !=
		     ticket))
		spin_wait(lock, ticket);
	this_cpu_write(held_spinlock, lock);
}

static __always_inline bool __spin_trylock_raw(spinlock_t *lock)
{
	u32 free = __atomic_load_n(&lock->tickets, __ATOMIC_RELAXED);
	u32 taken = (free & 0xffff0000u) | (u16)(free + 1);

	if ((u16)free != (u16)(free >> 16))
		return false;
	if (!__atomic_compare_exchange_n(&lock->tickets, &free, taken, false,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return false;
	this_cpu_write(held_spinlock, lock);
	return true;
}

static __always_inline void __spin_unlock_raw(spinlock_t *lock)
{
	this_cpu_write(held_spinlock, NULL);
	/* Only the holder writes now_serving, so a plain increment is safe. */
	__atomic_store_n(&lock->now_serving, (u16)(lock->now_serving + 1),
			 __ATOMIC_RELEASE);
}

/**
 * spin_lock - take a lock
 *
 * Preemption is off until spin_unlock(). Not for a lock that an interrupt
 * handler or a softirq takes too.
 * Context: any that takes this lock by no other form.
 */
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
	if (!CONFIG_MM_DEBUG || lockdep_release(lock, _RET_IP_))
		__spin_unlock_raw(lock);
	preempt_enable();
}

/* Take the lock if nobody has it. Return: whether it was taken. */
static __always_inline bool __must_check spin_trylock(spinlock_t *lock)
{
	preempt_disable();
	if (!__spin_trylock_raw(lock)) {
		preempt_enable();
		return false;
	}
	if (CONFIG_MM_DEBUG)
		lockdep_acquire_try(lock);
	return true;
}

/* For locks that softirqs take: none runs here until spin_unlock_bh(). */
static __always_inline void spin_lock_bh(spinlock_t *lock)
{
	local_bh_disable();
	if (CONFIG_MM_DEBUG)
		lockdep_acquire(lock, _RET_IP_);
	__spin_lock_raw(lock);
	if (CONFIG_MM_DEBUG)
		lockdep_acquired(lock);
}

static __always_inline void spin_unlock_bh(spinlock_t *lock)
{
	if (!CONFIG_MM_DEBUG || lockdep_release(lock, _RET_IP_))
		__spin_unlock_raw(lock);
	local_bh_enable();
}

static __always_inline bool __must_check spin_trylock_bh(spinlock_t *lock)
{
	local_bh_disable();
	if (!__spin_trylock_raw(lock)) {
		local_bh_enable();
		return false;
	}
	if (CONFIG_MM_DEBUG)
		lockdep_acquire_try(lock);
	return true;
}

/*
 * With interrupts off nothing can preempt, so the irq-safe forms leave the
 * preemption count alone: two instructions less on every allocator path. Who
 * wakes a thread inside looks for it after the unlock (wait.c).
 */

/* The caller knows that interrupts are on: they are again after the unlock. */
static __always_inline void spin_lock_irq(spinlock_t *lock)
{
	local_irq_disable();
	if (CONFIG_MM_DEBUG)
		lockdep_acquire(lock, _RET_IP_);
	__spin_lock_raw(lock);
	if (CONFIG_MM_DEBUG)
		lockdep_acquired(lock);
}

static __always_inline void spin_unlock_irq(spinlock_t *lock)
{
	if (!CONFIG_MM_DEBUG || lockdep_release(lock, _RET_IP_))
		__spin_unlock_raw(lock);
	local_irq_enable();
}

/* Take a lock from any context. Return: for spin_unlock_irqrestore(). */
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
	if (!CONFIG_MM_DEBUG || lockdep_release(lock, _RET_IP_))
		__spin_unlock_raw(lock);
	local_irq_restore(flags);
}

/* As spin_trylock(), with interrupts off while the lock is held. */
static __always_inline bool __must_check
spin_trylock_irqsave(spinlock_t *lock, unsigned long *flags)
{
	*flags = local_irq_save();
	if (!__spin_trylock_raw(lock)) {
		local_irq_restore(*flags);
		return false;
	}
	if (CONFIG_MM_DEBUG)
		lockdep_acquire_try(lock);
	return true;
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
