/* SPDX-License-Identifier: MIT */
/* asm/cpufeature.h - what CPUID says about a CPU. */
#ifndef ASM_CPUFEATURE_H
#define ASM_CPUFEATURE_H

#include <kernel/types.h>

/* Leaf 1, edx. */
#define CPU_PSE 0x00000008u
#define CPU_PAE 0x00000040u
#define CPU_APIC 0x00000200u
#define CPU_PGE 0x00002000u
#define CPU_PAT 0x00010000u
#define CPU_PSE36 0x00020000u
/* Leaf 0x80000001, edx. */
#define CPU_EXT_NX 0x00100000u
/* Leaf 7, ebx: supervisor code does not run, or use, what is a user's. */
#define CPU_LEAF7_SMEP 0x00000080u
#define CPU_LEAF7_SMAP 0x00100000u

struct cpu_info {
	char vendor[13];
	char brand[49]; /* "" if the CPU does not say */
	unsigned int family, model, stepping;
	u32 edx, ecx; /* leaf 1 */
	u32 ext_edx; /* leaf 0x80000001; 0 if there is none */
	u32 leaf7_ebx; /* leaf 7; 0 if there is none */
	unsigned int phys_bits; /* 32 .. 36 */
};

/* Of the boot CPU. Valid after arch_early_init(). */
const struct cpu_info *cpu_info(void);

/* Of any CPU that is online. */
const struct cpu_info *cpu_info_of(unsigned int cpu);

static inline bool cpu_has_nx(void)
{
	return cpu_info()->ext_edx & CPU_EXT_NX;
}

/* Is there a cache type for write combining? */
static inline bool cpu_has_pat(void)
{
	return cpu_info()->edx & CPU_PAT;
}

static inline bool cpu_has_global_pages(void)
{
	return cpu_info()->edx & CPU_PGE;
}

#endif
