/* SPDX-License-Identifier: MIT */
/*
 * smp.c - how hosted CPUs reach each other: two interrupt lines of their own
 *
 * A CPU takes them where it enables interrupts, and while it waits with them
 * enabled (cpus.c).
 */
#include <kernel/bug.h>
#include <kernel/irq.h>
#include <kernel/smp.h>
#include <asm/smp.h>
#include <host/internal.h>
#include <host/machine.h>

void host_irq_dispatch(unsigned int irq)
{
	switch (irq) {
	case HOST_IRQ_CALL: smp_call_function_interrupt(); break;
	case HOST_IRQ_RESCHEDULE: smp_reschedule_interrupt(); break;
	default: irq_dispatch(irq);
	}
}

void arch_send_call_ipi(unsigned int cpu)
{
	host_irq_send(cpu, HOST_IRQ_CALL);
}

void arch_send_reschedule_ipi(unsigned int cpu)
{
	host_irq_send(cpu, HOST_IRQ_RESCHEDULE);
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

bool arch_is_asked_where(unsigned int cpu)
{
	(void)cpu;
	return false;
}
