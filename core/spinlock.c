/* SPDX-License-Identifier: MIT */
/*
 * spinlock.c - the slow half of a spinlock: somebody is in the way
 *
 * The fast half (spinlock.h) draws a ticket and finds it served. Here it is
 * not: the CPU waits, in turn. If the lock's holder is this CPU itself, that
 * turn never comes, so it says so and stops: an interrupt handler has taken a
 * lock that the code it interrupted holds (P44). That is known from the CPU's
 * note of the lock that it took last. The note forgets an outer lock when an
 * inner one is given back, so a recursion around two locks may go unseen in the
 * product build; the debug build keeps the whole list (lockdep.c).
 *
 * Only the holder counts now_serving up, so it never gets ahead of a ticket that
 * is not served yet: if it has, somebody gave back what nobody held. Then one
 * ticket has been served for nothing, and whoever has drawn it draws again.
 *
 * Who waits for longer than LOCKUP_MS is told of once. The time is summed up from
 * turn to turn, long pauses cut: when the whole machine stands still nobody
 * waits. With one CPU any wait is for ever: who has the lock is below the caller,
 * or sleeps, and cannot run before the caller is done.
 *
 * Invariant: held_spinlock is NULL, or a lock that this CPU holds. It is set
 * behind the taking and cleared before the giving back, and whoever interrupts
 * in between changes it only to NULL.
 */
#include <kernel/export.h>
#include <kernel/percpu.h>
#include <kernel/smp.h>
#include <kernel/spinlock.h>
#include <kernel/util.h>
#include <asm/irqflags.h>
#include <asm/processor.h>
#include <asm/smp.h>

DEFINE_PER_CPU(spinlock_t *, held_spinlock);
EXPORT_PER_CPU_SYMBOL(held_spinlock);

const char *lock_held_name(void)
{
	const spinlock_t *lock = this_cpu_read(held_spinlock);

	return lock ? lock->name : NULL;
}
EXPORT_SYMBOL(lock_held_name);

/* Longer than a console that nobody reads makes its writer wait (watchdog.c). */
#define LOCKUP_MS 20000u
/* A look at the clock each so many turns. */
#define WATCH_TURNS 256ul
/* What counts of the time between two looks. */
#define WATCH_PAUSE_MS 100u
/* With one CPU nothing can come in between; the panic path stops CPUs, too. */
#define ALONE_MS 100u

static unsigned int lockup_ms = LOCKUP_MS;

unsigned int spin_lockup_set_ms(unsigned int ms)
{
	return __atomic_exchange_n(&lockup_ms, ms, __ATOMIC_RELAXED);
}

/* The clock stands still until it is measured; so do the waits, then. */
static noinline void spin_watch_look(struct spin_watch *watch,
				     const spinlock_t *lock, unsigned long site)
{
	u64 now = read_cycles(), per_ms = arch_cycles_per_ms();
	u64 step = now - watch->last;
	unsigned int limit = READ_ONCE(lockup_ms);

	if (watch->last)
		watch->waited += min(step, per_ms * WATCH_PAUSE_MS);
	watch->last = now;
	if (num_online_cpus() == 1)
		limit = min(limit, ALONE_MS);
	if (watch->told || !per_ms || watch->waited < per_ms * limit)
		return;
	watch->told = true;
	spin_trouble_hook(lock, LOCK_LOCKUP, site);
}

void spin_watch_turn(struct spin_watch *watch, const spinlock_t *lock,
		     unsigned long site)
{
	if (!(watch->turns++ % WATCH_TURNS))
		spin_watch_look(watch, lock, site);
	spin_relax();
}

noinline void spin_wait(spinlock_t *lock, u16 ticket)
{
	struct spin_watch watch = { 0 };
	unsigned long site = _RET_IP_;
	u16 serving;

	if (unlikely(this_cpu_read(held_spinlock) == lock))
		spin_trouble_hook(lock, LOCK_RECURSION, site);
	while ((serving = __atomic_load_n(&lock->now_serving,
					  __ATOMIC_ACQUIRE)) != ticket) {
		if (likely((s16)(serving - ticket) < 0)) {
			spin_watch_turn(&watch, lock, site);
			continue;
		}
		spin_trouble_hook(lock, LOCK_NOT_HELD, site);
		ticket = __atomic_fetch_add(&lock->next_ticket, 1,
					    __ATOMIC_ACQUIRE);
	}
}
EXPORT_SYMBOL(spin_wait);

void spin_relax(void)
{
	if (irqs_disabled())
		arch_answer_requests();
	cpu_relax();
}
EXPORT_SYMBOL(spin_relax);
