/* SPDX-License-Identifier: MIT */
/*
 * irq.h - device interrupts
 *
 * Lines are the ISA numbers 0 .. 15. A handler runs with interrupts off and
 * in_interrupt() true; it may use GFP_ATOMIC memory and irq-safe locks.
 */
#ifndef KERNEL_IRQ_H
#define KERNEL_IRQ_H

#include <kernel/types.h>

#define NR_IRQS 16

enum irqreturn { IRQ_NONE, IRQ_HANDLED };
typedef enum irqreturn irqreturn_t;
typedef irqreturn_t (*irq_handler_t)(int irq, void *dev_id);

/**
 * request_irq - take an interrupt line
 * @flags: none are defined yet; pass 0
 * @name: shown in /proc/interrupts; must stay valid
 *
 * Return: 0; -EINVAL for a bad line or no handler; -EBUSY if taken, which it
 * is until free_irq() has returned.
 * Context: any.
 */
int __must_check request_irq(unsigned int irq, irq_handler_t handler,
			     unsigned long flags, const char *name,
			     void *dev_id);

/**
 * free_irq - give an interrupt line back
 * @dev_id: as it was given to request_irq()
 *
 * The handler does not run any more when this returns, and what @dev_id points
 * to may go. Not so in an interrupt, where this does not wait.
 * Context: any; with no lock held that the handler takes.
 */
void free_irq(unsigned int irq, void *dev_id);

/* Called by the arch with interrupts off, irq_enter() done. */
void irq_dispatch(unsigned int irq);

/* How often line @irq interrupted since boot, on all CPUs; 0 for a bad line. */
unsigned long irq_count(unsigned int irq);

/*
 * Interrupts that come from a CPU, or to one alone, in /proc/interrupts below
 * the lines: Linux's names and order.
 */
#define LOCAL_IRQS(X)                             \
	X(NMI, "NMI", "Non-maskable interrupts")  \
	X(LOC, "LOC", "Local timer interrupts")   \
	X(SPU, "SPU", "Spurious interrupts")      \
	X(RES, "RES", "Rescheduling interrupts")  \
	X(CAL, "CAL", "Function call interrupts") \
	X(TLB, "TLB", "TLB shootdowns")

#define LOCAL_IRQ_AS_ENUM(id, name, help) LOCAL_IRQ_##id,
enum local_irq { LOCAL_IRQS(LOCAL_IRQ_AS_ENUM) NR_LOCAL_IRQS };

/* Count one on this CPU. Context: any that cannot migrate. */
void irq_count_local(enum local_irq which);

/* How often @which came to @cpu since boot. */
unsigned long irq_local_count(unsigned int cpu, enum local_irq which);

/* An interrupt that no line asked for, or a controller's complaint: counted
 * in the ERR row. */
void irq_count_error(void);

/* The arch's controller; set once at boot. */
struct irq_chip {
	const char *name;
	void (*unmask)(unsigned int irq);
	void (*mask)(unsigned int irq);
};
void irq_set_chip(const struct irq_chip *chip);

#endif
