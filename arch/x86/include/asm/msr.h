/* SPDX-License-Identifier: MIT */
/* asm/msr.h - model-specific registers; one that is not there faults. */
#ifndef ASM_MSR_H
#define ASM_MSR_H

#include <kernel/types.h>

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

#endif
