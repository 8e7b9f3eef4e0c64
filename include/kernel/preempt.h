/* SPDX-License-Identifier: MIT */
/*
 * preempt.h - what context is this code running in?
 *
 * One per-CPU word counts: bits 0-7 preempt_disable() depth, bits 8-15
 * hardware interrupt depth. It is 0 only where sleeping is allowed, as far as
 * the count goes; interrupts being off forbids it too.
 */
#ifndef KERNEL_PREEMPT_H
#define KERNEL_PREEMPT_H

#include <kernel/percpu.h>
#include <asm/irqflags.h>

#define PREEMPT_OFFSET 0x1u
#define PREEMPT_MASK 0xffu
#define HARDIRQ_OFFSET 0x100u
#define HARDIRQ_MASK 0xff00u

DECLARE_PER_CPU(unsigned int, preempt_count);

static __always_inline void preempt_disable(void)
{
	this_cpu_add(preempt_count, PREEMPT_OFFSET);
	barrier();
}

static __always_inline void preempt_enable(void)
{
	barrier();
	this_cpu_add(preempt_count, -PREEMPT_OFFSET);
}

/* Around an interrupt handler; called by the arch with interrupts off. */
static __always_inline void irq_enter(void)
{
	this_cpu_add(preempt_count, HARDIRQ_OFFSET);
}

static __always_inline void irq_exit(void)
{
	this_cpu_add(preempt_count, -HARDIRQ_OFFSET);
}

static __always_inline bool in_interrupt(void)
{
	return this_cpu_read(preempt_count) & HARDIRQ_MASK;
}

static __always_inline bool in_atomic(void)
{
	return this_cpu_read(preempt_count) != 0;
}

/* The slow half: reports sleep-in-atomic once the system is up. */
void __might_sleep(const char *what, unsigned long site);

/**
 * might_sleep_at - this call may sleep: report it if the context forbids that
 * @what: the function, as the report names it
 * @site: who called it
 *
 * First statement of every function that may sleep, in every build.
 */
static __always_inline void might_sleep_at(const char *what, unsigned long site)
{
	if (unlikely(in_atomic() || irqs_disabled()))
		__might_sleep(what, site);
}

#define might_sleep() might_sleep_at(__func__, _RET_IP_)

/* False until interrupts are first enabled: boot may "sleep" anywhere. */
extern bool system_running;

#endif
