/* SPDX-License-Identifier: MIT */
/* asm/smp.h - how CPUs reach each other (x86: interrupts through the LAPIC). */
#ifndef ASM_SMP_H
#define ASM_SMP_H

#include <asm-generic/smp.h>

/* Make @cpu run arch_answer_requests() soon. A full barrier. */
void arch_send_tlb_ipi(unsigned int cpu);

/* What the interrupt controllers call it. */
unsigned int cpu_apic_id(unsigned int cpu);

#endif
