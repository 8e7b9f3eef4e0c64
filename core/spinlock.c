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
 * Invariant: held_spinlock is NULL, or a lock that this CPU holds. It is set
 * behind the taking and cleared before the giving back, and whoever interrupts
 * in between changes it only to NULL.
 */
#include <kernel/export.h>
#include <kernel/percpu.h>
#include <kernel/spinlock.h>
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

noinline void spin_wait(spinlock_t *lock, u16 ticket)
{
	if (unlikely(this_cpu_read(held_spinlock) == lock))
		spin_recursion_hook(lock->name, _RET_IP_);
	while (__atomic_load_n(&lock->now_serving, __ATOMIC_ACQUIRE) != ticket)
		spin_relax();
}
EXPORT_SYMBOL(spin_wait);

void spin_relax(void)
{
	if (irqs_disabled())
		arch_answer_requests();
	cpu_relax();
}
EXPORT_SYMBOL(spin_relax);
