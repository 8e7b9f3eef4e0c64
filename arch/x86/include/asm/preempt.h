/* SPDX-License-Identifier: MIT */
/*
 * asm/preempt.h - the count of kernel/preempt.h, left in two instructions
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
	bool zero;

	__asm__ volatile("decl %%fs:%1"
			 : "=@ccz"(zero), "+m"(__preempt_count)
			 :
			 : "memory");
	return zero;
}

/* Is one of the bits of @mask set? The word need not be loaded for that. */
static __always_inline bool __preempt_count_test(unsigned int mask)
{
	bool set;

	__asm__ volatile("testl %2, %%fs:%1"
			 : "=@ccnz"(set)
			 : "m"(__preempt_count), "i"(mask));
	return set;
}

/*
 * preempt_schedule() through a stub that saves every register (switch.asm), so
 * that the functions which end a section with it need not.
 */
static __always_inline void __preempt_schedule(void)
{
	__asm__ volatile("call preempt_schedule_stub" : : : "memory", "cc");
}

#endif
