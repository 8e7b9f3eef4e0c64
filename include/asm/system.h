/* SPDX-License-Identifier: MIT */
/*
 * asm/system.h - 1.2 .. 3.3: interrupts off and on, for this CPU
 *
 * Up to 2.4 cli() meant all CPUs, which no later edition has: a driver that
 * relies on that for more than its own CPU wants a lock.
 */
#ifndef ASM_SYSTEM_H
#define ASM_SYSTEM_H

#include <asm/irqflags.h>
#include <kernel/compiler.h>

#define cli() local_irq_disable()
#define sti() local_irq_enable()
#define save_flags(flags) ((void)((flags) = local_save_flags()))
#define restore_flags(flags) local_irq_restore(flags)

#endif
