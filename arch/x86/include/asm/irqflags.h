/* SPDX-License-Identifier: MIT */
/* asm/irqflags.h - this CPU's interrupt flag (x86: EFLAGS.IF). */
#ifndef ASM_IRQFLAGS_H
#define ASM_IRQFLAGS_H

#include <kernel/types.h>

#define X86_EFLAGS_IF 0x200ul

static __always_inline unsigned long local_save_flags(void)
{
	unsigned long flags;

	__asm__ volatile("pushfl; popl %0" : "=rm"(flags) : : "memory");
	return flags;
}

static __always_inline void local_irq_disable(void)
{
	__asm__ volatile("cli" : : : "memory");
}

static __always_inline void local_irq_enable(void)
{
	__asm__ volatile("sti" : : : "memory");
}

/* Disable interrupts; the result goes to local_irq_restore(). Nests. */
static __always_inline unsigned long local_irq_save(void)
{
	unsigned long flags = local_save_flags();

	local_irq_disable();
	return flags;
}

static __always_inline void local_irq_restore(unsigned long flags)
{
	__asm__ volatile("pushl %0; popfl" : : "g"(flags) : "memory", "cc");
}

static __always_inline bool irqs_disabled_flags(unsigned long flags)
{
	return !(flags & X86_EFLAGS_IF);
}

static __always_inline bool irqs_disabled(void)
{
	return irqs_disabled_flags(local_save_flags());
}

#endif
