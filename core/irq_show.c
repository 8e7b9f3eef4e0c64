/* SPDX-License-Identifier: MIT */
/*
 * irq_show.c - /proc/interrupts: lines, how often they came, and whose they are
 *
 * Locking: none here; counts are read as they are.
 */
#include <kernel/seq_file.h>
#include "irq_internal.h"

/* Of all names on a line; longer texts are cut. */
#define NAMES_BYTES 160u

static void interrupts_show_lines(struct seq_file *m)
{
	char names[NAMES_BYTES];
	unsigned int cpu, irq;

	for (irq = 0; irq < NR_IRQS; irq++) {
		if (!irq_names(irq, names, sizeof(names)))
			continue;
		seq_printf(m, "%3u:", irq);
		for_each_online_cpu(cpu)
			seq_printf(m, " %10lu",
				   per_cpu(irq_counts, cpu).handled[irq]);
		seq_printf(m, "   %-8s %s\n", irq_chip_name(), names);
	}
}

static void interrupts_show_local(struct seq_file *m)
{
	static const char *const text[NR_LOCAL_IRQS][2] = {
#define LOCAL_IRQ_AS_TEXT(id, name, help) { name, help },
		LOCAL_IRQS(LOCAL_IRQ_AS_TEXT)
	};
	unsigned int cpu, i;

	for (i = 0; i < NR_LOCAL_IRQS; i++) {
		seq_printf(m, "%3s:", text[i][0]);
		for_each_online_cpu(cpu)
			seq_printf(m, " %10lu", irq_local_count(cpu, i));
		seq_printf(m, "  %s\n", text[i][1]);
	}
}

static void interrupts_show(struct seq_file *m)
{
	unsigned long errors = 0;
	unsigned int cpu;

	seq_puts(m, "    ");
	for_each_online_cpu(cpu)
		seq_printf(m, "       CPU%-2u", cpu);
	seq_putc(m, '\n');
	interrupts_show_lines(m);
	interrupts_show_local(m);
	for_each_online_cpu(cpu)
		errors += per_cpu(irq_counts, cpu).errors;
	seq_printf(m, "ERR: %10lu\n", errors);
}
PROC_FILE(interrupts, "interrupts", interrupts_show);
