/* SPDX-License-Identifier: MIT */
/*
 * asm/irqflags.h - this CPU's interrupt flag (hosted)
 *
 * A per-thread word. An interrupt raised with host_irq_raise() while the flag
 * is off waits, and is delivered by whoever turns it on: at exactly the points
 * where a real one could come. One that another CPU sends is looked for there
 * too, and where the CPU waits.
 */
#ifndef ASM_IRQFLAGS_H
#define ASM_IRQFLAGS_H

#include <kernel/types.h>

struct host_irq_state {
	unsigned long enabled; /* 1 or 0 */
	unsigned long pending; /* a bit for each line; this CPU's own */
	unsigned long sent; /* the same from other CPUs; atomic */
};
extern __thread struct host_irq_state host_irq;

/* Deliver what is pending on this CPU; interrupts are enabled. */
void host_irq_deliver(void);
/* Raise line @irq on this CPU: now, or when interrupts are enabled. */
void host_irq_raise(unsigned int irq);

/* Is there something to deliver? */
static __always_inline bool host_irq_waits(void)
{
	return host_irq.pending |
	       __atomic_load_n(&host_irq.sent, __ATOMIC_RELAXED);
}

static __always_inline unsigned long local_save_flags(void)
{
	return host_irq.enabled;
}

static __always_inline void local_irq_disable(void)
{
	host_irq.enabled = 0;
	barrier();
}

static __always_inline void local_irq_enable(void)
{
	barrier();
	host_irq.enabled = 1;
	if (unlikely(host_irq_waits()))
		host_irq_deliver();
}

/* Disable interrupts; the result goes to local_irq_restore(). Nests. */
static __always_inline unsigned long local_irq_save(void)
{
	unsigned long flags = host_irq.enabled;

	local_irq_disable();
	return flags;
}

static __always_inline void local_irq_restore(unsigned long flags)
{
	if (flags)
		local_irq_enable();
	else
		local_irq_disable();
}

static __always_inline bool irqs_disabled_flags(unsigned long flags)
{
	return !flags;
}

static __always_inline bool irqs_disabled(void)
{
	return !host_irq.enabled;
}

#endif
