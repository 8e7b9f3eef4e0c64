/* SPDX-License-Identifier: MIT */
/*
 * asm/preempt.h - the count of kernel/preempt.h (hosted)
 */
#ifndef ASM_PREEMPT_H
#define ASM_PREEMPT_H

#include <kernel/types.h>
#include <asm/percpu.h>

/* Per-CPU; its meaning is kernel/preempt.h's. */
extern unsigned int __preempt_count;

/**
 * preempt_schedule - the end of a preemption-off section found 0: switch
 *
 * Returns at once where interrupts are off. Context: any task's.
 */
void preempt_schedule(void);

/* Take 1 off. Return: true if 0 is left: a switch is wanted and allowed. */
static __always_inline bool __preempt_count_dec_and_test(void)
{
	this_cpu_add(__preempt_count, -1u);
	return this_cpu_read(__preempt_count) == 0;
}

/* Is one of the bits of @mask set? */
static __always_inline bool __preempt_count_test(unsigned int mask)
{
	return this_cpu_read(__preempt_count) & mask;
}

static __always_inline void __preempt_schedule(void)
{
	preempt_schedule();
}

#endif
