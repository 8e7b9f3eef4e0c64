/* SPDX-License-Identifier: MIT */
/* asm/msr.h - model-specific registers; one that is not there faults. */
#ifndef ASM_MSR_H
#define ASM_MSR_H

#include <kernel/types.h>
#include <asm/processor.h>

#define MSR_PAT 0x277u
/* Types 0 to 3, then again: write-back, write-combining, uncached unless an
 * MTRR says write-combining, uncached (pat.c). */
#define PAT_VALUE 0x0007010600070106ull

static inline u64 rdmsr(u32 msr)
{
	u64 value;

	__asm__ volatile("rdmsr" : "=A"(value) : "c"(msr));
	return value;
}

static inline void wrmsr(u32 msr, u64 value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "A"(value) : "memory");
}

/* The cycle counter, as drivers read it. */
static inline u64 rdtsc(void)
{
	return read_cycles();
}

/* 2.2 .. 4.2: into a variable, its low half or all of it. */
#define rdtscl(low) ((void)((low) = (u32)read_cycles()))
#define rdtscll(value) ((void)((value) = read_cycles()))

#endif
