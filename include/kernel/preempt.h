/* SPDX-License-Identifier: MIT */
/*
 * preempt.h - what context is this code running in?
 *
 * One per-CPU word, part of the running task's state (it is saved and loaded
 * with each switch), says all of it:
 *
 *   bits  0- 7   preempt_disable() depth; a spinlock counts as one
 *   bits  8-15   soft interrupts: 1 while serving, 2 for each local_bh_disable()
 *   bits 16-19   hardware interrupts
 *   bits 20-23   NMI
 *   bit  31      clear while somebody better wants this CPU
 *
 * The last is kept upside down so that "0 is left" means both at once: nothing
 * forbids a switch and one is wanted. Leaving a section then costs two
 * instructions, and the end of an interrupt one comparison.
 */
#ifndef KERNEL_PREEMPT_H
#define KERNEL_PREEMPT_H

#include <kernel/percpu.h>
#include <asm/irqflags.h>
#include <asm/preempt.h>

#define PREEMPT_OFFSET 0x1u
#define PREEMPT_MASK 0xffu
#define SOFTIRQ_OFFSET 0x100u
#define SOFTIRQ_DISABLE_OFFSET (2 * SOFTIRQ_OFFSET)
#define SOFTIRQ_MASK 0xff00u
#define HARDIRQ_OFFSET 0x10000u
#define HARDIRQ_MASK 0xf0000u
#define NMI_OFFSET 0x100000u
#define NMI_MASK 0xf00000u
#define PREEMPT_NO_RESCHED 0x80000000u

/* What a CPU starts with, and a task that has nothing forbidden. */
#define PREEMPT_COUNT_NONE PREEMPT_NO_RESCHED

/* The count alone, without the wish for a switch. */
static __always_inline unsigned int preempt_count(void)
{
	return this_cpu_read(__preempt_count) & ~PREEMPT_NO_RESCHED;
}

static __always_inline void preempt_count_add(unsigned int val)
{
	this_cpu_add(__preempt_count, val);
}

static __always_inline void preempt_count_sub(unsigned int val)
{
	this_cpu_add(__preempt_count, -val);
}

/* From here to preempt_enable() this task keeps its CPU. Nests, up to 255. */
static __always_inline void preempt_disable(void)
{
	preempt_count_add(PREEMPT_OFFSET);
	barrier();
}

/*
 * The last of nested ones switches at once if that is wanted, and returns when
 * the caller has a CPU again, perhaps another one.
 */
static __always_inline void preempt_enable(void)
{
	barrier();
	if (unlikely(__preempt_count_dec_and_test()))
		__preempt_schedule();
}

/* Without the look: the caller is about to schedule() anyway. */
static __always_inline void preempt_enable_no_resched(void)
{
	barrier();
	preempt_count_sub(PREEMPT_OFFSET);
}

/*
 * The look alone. For who woke somebody with interrupts off, has turned them
 * on, and leaves no other section: spin_unlock_irqrestore() does not look.
 */
static __always_inline void preempt_check_resched(void)
{
	if (unlikely(this_cpu_read(__preempt_count) == 0))
		__preempt_schedule();
}

/* Does somebody better want this CPU? */
static __always_inline bool need_resched(void)
{
	return !(this_cpu_read(__preempt_count) & PREEMPT_NO_RESCHED);
}

/* For the scheduler, with interrupts off: wish for one, or not any more. */
static __always_inline void set_preempt_need_resched(void)
{
	this_cpu_write(__preempt_count,
		       this_cpu_read(__preempt_count) & ~PREEMPT_NO_RESCHED);
}

static __always_inline void clear_preempt_need_resched(void)
{
	this_cpu_write(__preempt_count,
		       this_cpu_read(__preempt_count) | PREEMPT_NO_RESCHED);
}

/* Around an interrupt handler; called by the arch with interrupts off. What the
 * handler left to softirqs is done on the way out (core/softirq.c). */
void irq_enter(void);
void irq_exit(void);

/* Hardware interrupt, soft interrupt (served or held off), NMI: each alone. */
static __always_inline bool in_hardirq(void)
{
	return this_cpu_read(__preempt_count) & HARDIRQ_MASK;
}

static __always_inline bool in_softirq(void)
{
	return this_cpu_read(__preempt_count) & SOFTIRQ_MASK;
}

static __always_inline bool in_serving_softirq(void)
{
	return this_cpu_read(__preempt_count) & SOFTIRQ_OFFSET;
}

static __always_inline bool in_nmi(void)
{
	return this_cpu_read(__preempt_count) & NMI_MASK;
}

/* Any of the three: no task's own doing. */
static __always_inline bool in_interrupt(void)
{
	return this_cpu_read(__preempt_count) &
	       (HARDIRQ_MASK | SOFTIRQ_MASK | NMI_MASK);
}

/* A task, with nothing held off. */
static __always_inline bool in_task(void)
{
	return !(this_cpu_read(__preempt_count) &
		 (HARDIRQ_MASK | SOFTIRQ_OFFSET | NMI_MASK));
}

/* As far as the count goes, sleeping is forbidden. */
static __always_inline bool in_atomic(void)
{
	return __preempt_count_test(~PREEMPT_NO_RESCHED);
}

static __always_inline bool preemptible(void)
{
	return !in_atomic() && !irqs_disabled();
}

/* The slow half: reports sleep-in-atomic once the system is up. */
void __might_sleep(const char *what, unsigned long site);

/**
 * might_sleep_at - this call may sleep: report it if the context forbids that
 * @what: the function, as the report names it
 * @site: who called it
 *
 * First statement of every function that may sleep, in every build. The idle
 * task may not sleep either: it runs with preemption off for ever.
 */
static __always_inline void might_sleep_at(const char *what, unsigned long site)
{
	if (unlikely(in_atomic() || irqs_disabled()))
		__might_sleep(what, site);
}

#define might_sleep() might_sleep_at(__func__, _RET_IP_)

/**
 * context_check_balance - a driver's function that may sleep returned: may its
 * caller still?
 * @before: preempt_count() when it was called
 * @what, @fn: for the report (left-atomic)
 *
 * A lock that was not given back, or one that was given back twice, or
 * interrupts left off, would make every later look at the context wrong: both
 * are put right. The lock itself stays as it is.
 */
void context_check_balance(unsigned int before, const char *what,
			   unsigned long fn);

/* False until interrupts are first enabled: boot may "sleep" anywhere. */
extern bool system_running;

#endif
