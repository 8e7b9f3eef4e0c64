/* SPDX-License-Identifier: MIT */
/*
 * irq_count.c - how often which interrupt came
 *
 * Per CPU and line. Each CPU adds to its own with interrupts off; they are read
 * without a lock.
 */
#include "irq_internal.h"

DEFINE_PER_CPU(struct irq_counts, irq_counts);

unsigned long irq_count(unsigned int irq)
{
	unsigned long sum = 0;
	unsigned int cpu;

	if (irq >= NR_IRQS)
		return 0;
	for_each_online_cpu(cpu)
		sum += per_cpu(irq_counts, cpu).handled[irq];
	return sum;
}

void irq_count_local(enum local_irq which)
{
	this_cpu_inc(irq_counts.local[which]);
}

unsigned long irq_local_count(unsigned int cpu, enum local_irq which)
{
	return READ_ONCE(per_cpu(irq_counts, cpu).local[which]);
}

void irq_count_error(void)
{
	this_cpu_inc(irq_counts.errors);
}
