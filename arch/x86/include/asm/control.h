/* SPDX-License-Identifier: MIT */
/* asm/control.h - the control registers. */
#ifndef ASM_CONTROL_H
#define ASM_CONTROL_H

#include <kernel/types.h>

/* Bits of CR4. */
#define CR4_PGE 0x80u
#define CR4_SMEP 0x100000u
#define CR4_SMAP 0x200000u

static inline u32 read_cr0(void)
{
	u32 v;

	__asm__ volatile("movl %%cr0, %0" : "=r"(v) : : "memory");
	return v;
}

static inline void write_cr0(u32 v)
{
	__asm__ volatile("movl %0, %%cr0" : : "r"(v) : "memory");
}

static inline u32 read_cr2(void)
{
	u32 v;

	__asm__ volatile("movl %%cr2, %0" : "=r"(v) : : "memory");
	return v;
}

static inline u32 read_cr3(void)
{
	u32 v;

	__asm__ volatile("movl %%cr3, %0" : "=r"(v) : : "memory");
	return v;
}

static inline u32 read_cr4(void)
{
	u32 v;

	__asm__ volatile("movl %%cr4, %0" : "=r"(v) : : "memory");
	return v;
}

static inline void write_cr4(u32 v)
{
	__asm__ volatile("movl %0, %%cr4" : : "r"(v) : "memory");
}

#endif
