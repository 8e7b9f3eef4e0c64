/* SPDX-License-Identifier: MIT */
/*
 * smp.c - how hosted CPUs reach each other: they do not, yet
 *
 * At any moment one CPU's thread runs and the others wait for its end, so there
 * is nobody who could be asked; to try is a bug.
 */
#include <kernel/bug.h>
#include <asm/smp.h>
#include <host/internal.h>

void arch_send_call_ipi(unsigned int cpu)
{
	(void)cpu;
	BUG();
}

void arch_send_reschedule_ipi(unsigned int cpu)
{
	host_irq_send(cpu, HOST_RESCHEDULE_LINE);
}

/* Page tables are the host's: no CPU is asked to flush anything. */
void arch_answer_requests(void)
{
}

/* The program ends, and its threads with it. */
void arch_stop_other_cpus(void)
{
}

bool arch_ask_where(unsigned int cpu)
{
	(void)cpu;
	return false;
}
