/* SPDX-License-Identifier: MIT */
/*
 * rcupdate.h - readers that take no lock, and memory freed behind their back
 *
 * A reader marks where it uses shared pointers with rcu_read_lock() and
 * rcu_read_unlock(): this costs it two additions to a word of its own CPU. A
 * writer (one at a time, by a lock of its own) takes an object out of sight,
 * and frees it only after a grace period: when every CPU has been outside of
 * read sections at least once, nobody can still see it.
 *
 *	rcu_read_lock();
 *	p = rcu_dereference(table->entry);
 *	if (p)
 *		use(p->value);
 *	rcu_read_unlock();
 *
 *	old = rcu_dereference_protected(table->entry, lock_is_held);
 *	rcu_assign_pointer(table->entry, new);
 *	kfree_rcu(old, rcu_head);
 *
 * A reader does not sleep and is not preempted; a grace period takes a few
 * ticks, or as long as the longest reader. The theory is in core/rcu.c.
 */
#ifndef KERNEL_RCUPDATE_H
#define KERNEL_RCUPDATE_H

#include <kernel/barrier.h>
#include <kernel/preempt.h>
#include <kernel/types.h>

struct rcu_head;
typedef void (*rcu_callback_t)(struct rcu_head *head);

struct rcu_head {
	struct rcu_head *next;
	rcu_callback_t func;
};

/* Context: any but NMI; nests. */
static __always_inline void rcu_read_lock(void)
{
	preempt_disable();
}

static __always_inline void rcu_read_unlock(void)
{
	preempt_enable();
}

/* Readers that have other reasons why they cannot be preempted: all the same
 * here, since a read section is one without preemption. */
#define rcu_read_lock_sched() rcu_read_lock()
#define rcu_read_unlock_sched() rcu_read_unlock()
#define rcu_read_lock_bh() local_bh_disable()
#define rcu_read_unlock_bh() local_bh_enable()

/* Is the caller in a read section, as far as can be told? */
static inline bool rcu_read_lock_held(void)
{
	return in_atomic() || irqs_disabled() || !system_running;
}

/* Take a pointer that a writer may change. What it points to is seen as the
 * writer left it: pairs with rcu_assign_pointer(). */
#define rcu_dereference(p) __atomic_load_n(&(p), __ATOMIC_CONSUME)
#define rcu_dereference_raw(p) rcu_dereference(p)
#define rcu_dereference_check(p, c) rcu_dereference(p)
#define rcu_dereference_sched(p) rcu_dereference(p)
#define rcu_dereference_bh(p) rcu_dereference(p)
/* For the writer, who holds the lock that @c names. */
#define rcu_dereference_protected(p, c) ((void)(c), (p))
/* For a look at the pointer alone. */
#define rcu_access_pointer(p) READ_ONCE(p)

/* Publish an object that is complete. */
#define rcu_assign_pointer(p, v) smp_store_release(&(p), (v))
#define RCU_INIT_POINTER(p, v) WRITE_ONCE(p, v)
#define rcu_replace_pointer(p, v, c)                                      \
	({                                                                \
		__typeof__(p) _old_rcu = rcu_dereference_protected(p, c); \
                                                                          \
		rcu_assign_pointer(p, v);                                 \
		_old_rcu;                                                 \
	})
#define __rcu

/**
 * call_rcu - have a function called after a grace period
 * @head: in the object; its own until @func is called
 * @func: called as a soft interrupt with interrupts on: must not sleep
 *
 * Context: any but NMI.
 */
void call_rcu(struct rcu_head *head, rcu_callback_t func);

/* Wait for a grace period: all readers of before this call are done.
 * Context: may sleep; not in a read section. */
void synchronize_rcu(void);

/* Wait until all callbacks given to call_rcu() before this call have run, as
 * a module must before it goes. Context: may sleep. */
void rcu_barrier(void);

/*
 * For start-up, the scheduler and the tick.
 */
#ifndef MODULE /* whose own init may be called so */
void rcu_init(void);
#endif

/* core/rcu.c: the last grace period that began; the last in which this CPU was
 * between two threads. */
extern unsigned long rcu_started;
DECLARE_PER_CPU(unsigned long, rcu_switched_gp);

/* This CPU switches between threads, or goes idle: it is in no read section.
 * Interrupts are off. */
static __always_inline void rcu_note_context_switch(void)
{
	/* Pairs with the release in gp_start(). */
	this_cpu_write(rcu_switched_gp, smp_load_acquire(&rcu_started));
}

/* Called by the tick on each CPU, in the timer interrupt: sees whether it
 * interrupted a read section. */
void rcu_tick(void);

/*
 * For kfree_rcu() (mm/rcu_free.h): a head whose function is a small number is
 * an object to free, and the number is where in it the head lies.
 */
#define RCU_FREE_OFFSET_MAX 4096ul
void call_rcu_free(struct rcu_head *head, unsigned long offset,
		   void (*free)(const void *object));

/* Grace periods that have ended since boot; callbacks called on all CPUs. */
unsigned long rcu_grace_periods(void);
unsigned long rcu_callbacks_called(void);

#endif
