/* SPDX-License-Identifier: MIT */
/*
 * irq_internal.h - what the files of interrupt lines share
 *
 *	irq.c       who has which line, and calling them
 *	irq_count.c how often what came
 *	irq_show.c  /proc/interrupts
 */
#ifndef CORE_IRQ_INTERNAL_H
#define CORE_IRQ_INTERNAL_H

#include <kernel/irq.h>
#include <kernel/percpu.h>

struct irq_counts {
	unsigned long handled[NR_IRQS];
	unsigned long local[NR_LOCAL_IRQS];
	unsigned long errors;
};
DECLARE_PER_CPU(struct irq_counts, irq_counts);

/* The names of a line's handlers, "a, b", cut to fit. Return: false: it has
 * none. Context: any but NMI. */
bool irq_names(unsigned int irq, char *buf, size_t size);
/* The controller's; "none" before there is one. */
const char *irq_chip_name(void);

#endif
