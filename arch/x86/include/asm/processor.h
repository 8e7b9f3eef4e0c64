/* SPDX-License-Identifier: MIT */
/* asm/processor.h - waiting and counting cycles (x86). */
#ifndef ASM_PROCESSOR_H
#define ASM_PROCESSOR_H

#include <asm-generic/processor.h>

#define ARCH_MACHINE "i686" /* its name, as uname(2) has it */

/* In a busy-wait loop: lets a sibling CPU run, saves power. */
static __always_inline void cpu_relax(void)
{
	__asm__ volatile("pause" : : : "memory");
}

/* A counter that only rises: TSC cycles; guest instructions under -icount. */
static __always_inline u64 read_cycles(void)
{
	u64 tsc;

	__asm__ volatile("rdtsc" : "=A"(tsc));
	return tsc;
}

/* Enable interrupts and wait for one, with no window in which it is lost. */
static __always_inline void cpu_wait_for_interrupt(void)
{
	__asm__ volatile("sti; hlt" : : : "memory");
}

/* End in a triple fault: an empty interrupt table and a trap. For tests. */
void __noreturn arch_triple_fault(void);

#endif
