/* SPDX-License-Identifier: MIT */
/*
 * asm-generic/smp.h - how CPUs reach each other
 *
 * Included by each machine's asm/smp.h; of it kernel/smp.h is built. Each of the
 * first three may be called in any context, for an online CPU other than the
 * caller's.
 */
#ifndef ASM_GENERIC_SMP_H
#define ASM_GENERIC_SMP_H

#include <kernel/types.h>

/* Make @cpu run smp_call_function_interrupt() soon. A full barrier: what was
 * written before is seen there. */
void arch_send_call_ipi(unsigned int cpu);

/* Make @cpu, which may be the caller's own, run smp_reschedule_interrupt()
 * soon. A machine that has no such interrupt does nothing: it is one CPU. */
void arch_send_reschedule_ipi(unsigned int cpu);

/*
 * Answer what the arch itself asks of a CPU (TLB flushes), for a caller that
 * waits with interrupts off.
 */
void arch_answer_requests(void);

/**
 * arch_stop_other_cpus - the machine ends: silence everybody else
 *
 * They stop wherever they are, interrupts off or not, and never go on; what
 * locks they hold stay held. Returns when all have stopped or after a bounded
 * time. Once; later calls return at once.
 * Context: any, interrupts off.
 */
void arch_stop_other_cpus(void);

/**
 * arch_ask_where - make another CPU print where it is
 *
 * It prints its registers and calls, even if its interrupts are off (a
 * non-maskable interrupt). Does not wait for it.
 * Return: false if this machine cannot do that.
 */
bool arch_ask_where(unsigned int cpu);

/* Has it not had its say yet? */
bool arch_is_asked_where(unsigned int cpu);

#endif
