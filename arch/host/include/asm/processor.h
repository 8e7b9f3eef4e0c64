/* SPDX-License-Identifier: MIT */
/* asm/processor.h - waiting and counting cycles (hosted). */
#ifndef ASM_PROCESSOR_H
#define ASM_PROCESSOR_H

#include <asm-generic/processor.h>
#include <asm/irqflags.h>

#define ARCH_MACHINE "host" /* its name, as uname(2) has it */

/* In a busy-wait loop: interrupts come here if they are enabled, and the CPU
 * that is waited for gets to run, even if Linux has fewer than we. */
void cpu_relax(void);

/* A counter that only rises: nanoseconds here. */
u64 read_cycles(void);

/* Enable interrupts and deliver what is pending. If nothing is, CPU 0 takes the
 * next tick of its timer once it has one (host_timer_start()); other CPUs get
 * to run. */
void cpu_wait_for_interrupt(void);

#endif
