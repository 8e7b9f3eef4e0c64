/* SPDX-License-Identifier: MIT */
/*
 * irq.h - device interrupts
 *
 * Lines are the ISA numbers 0 .. 15; PCI devices arrive on those that firmware
 * routed them to. A handler runs with interrupts off and in_interrupt() true;
 * it may use GFP_ATOMIC memory and irq-safe locks.
 *
 * With IRQF_SHARED several devices can have one line. All their handlers are
 * called each time, and each looks whether its device asked. A line that
 * interrupts and interrupts while every handler says IRQ_NONE is shut with a
 * sentence, else nothing else would ever run: of 100,000 interrupts, 100 must
 * have been somebody's.
 */
#ifndef KERNEL_IRQ_H
#define KERNEL_IRQ_H

#include <kernel/bitops.h>
#include <kernel/types.h>

#define NR_IRQS 16
/* Handlers that there can be; each line takes any number of them. */
#define NR_IRQ_ACTIONS 64

enum irqreturn {
	IRQ_NONE = 0, /* not from this device */
	IRQ_HANDLED = 1,
};
typedef enum irqreturn irqreturn_t;
#define IRQ_RETVAL(x) ((x) ? IRQ_HANDLED : IRQ_NONE)

typedef irqreturn_t (*irq_handler_t)(int irq, void *dev_id);

/* Flags of request_irq(): Linux's numbers. */
#define IRQF_TRIGGER_NONE 0x00000000ul /* as the line is */
#define IRQF_TRIGGER_RISING 0x00000001ul
#define IRQF_TRIGGER_FALLING 0x00000002ul
#define IRQF_TRIGGER_HIGH 0x00000004ul /* a level; so is LOW */
#define IRQF_TRIGGER_LOW 0x00000008ul
#define IRQF_TRIGGER_MASK 0x0000000ful
#define IRQF_SHARED 0x00000080ul /* others may have the line, too */
#define IRQF_PROBE_SHARED 0x00000100ul /* a refusal is no line */
#define IRQF_NOBALANCING 0x00000800ul /* all stay on the boot CPU */
#define IRQF_NO_AUTOEN 0x00080000ul /* disabled until enable_irq() */

/**
 * request_irq - add a handler to an interrupt line
 * @flags: IRQF_*
 * @name: shown in /proc/interrupts; must stay valid
 * @dev_id: given to the handler; with IRQF_SHARED not NULL, and like no other's
 *
 * Return: 0; -EINVAL for a bad line, no handler, unknown flags, sharing without
 * @dev_id; -EBUSY, after a line that names who has it: not both share it, or
 * they want different triggers. The line is theirs until free_irq() has
 * returned. -ENOMEM: NR_IRQ_ACTIONS are all taken.
 * Context: any.
 */
int __must_check request_irq(unsigned int irq, irq_handler_t handler,
			     unsigned long flags, const char *name,
			     void *dev_id);

/**
 * free_irq - take a handler from its line
 * @dev_id: as it was given to request_irq()
 *
 * The handler does not run any more when this returns, and what @dev_id points
 * to may go. Not so in an interrupt, where this does not wait.
 * Context: any; with no lock held that a handler of the line takes.
 */
void free_irq(unsigned int irq, void *dev_id);

/**
 * disable_irq - no handler of the line runs, until enable_irq()
 * disable_irq_nosync: the same, but one may still be on its way
 *
 * The calls nest. An interrupt that comes meanwhile is handled afterwards. On a
 * shared line the others' devices wait, too.
 * Context: disable_irq() as free_irq(); disable_irq_nosync() any.
 */
void disable_irq(unsigned int irq);
void disable_irq_nosync(unsigned int irq);
/* One that was not disabled is a line. Context: any. */
void enable_irq(unsigned int irq);

/* Wait until no handler of the line runs. Context: as free_irq(). */
void synchronize_irq(unsigned int irq);

/**
 * probe_irq_on, probe_irq_off - find the line of a device that cannot be asked
 *
 *	mask = probe_irq_on();
 *	make the device interrupt; wait until it has;
 *	irq = probe_irq_off(mask);
 *
 * In between each line that nobody has is watched; others wait who probe. The
 * device may still ask: make it let go.
 * Return: on: the lines that are watched, a bit for each. off: the line that
 * interrupted; 0: none did; below 0: several, and this is the first of them.
 * Context: may sleep; one thread calls both.
 */
unsigned long probe_irq_on(void);
int probe_irq_off(unsigned long mask);

/* From now on line @irq asks for as long as it is held, not when it rises: what
 * PCI devices do. Context: any. */
void irq_set_level(unsigned int irq);

/* Was it shut because nobody cared? The next request_irq() opens it. */
bool irq_is_shut(unsigned int irq);

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
	/* Read the line as a level. NULL: all are as they are. */
	void (*set_level)(unsigned int irq);
};
void irq_set_chip(const struct irq_chip *chip);

#endif
