/* SPDX-License-Identifier: MIT */
/*
 * pat.c - what the cache bits of a page-table entry mean
 *
 * Two bits of an entry, PCD and PWT, number a cache type; the page attribute
 * table (PAT), a register of each CPU, says which. After a reset it holds what
 * the bits meant before there was one: write-back, write-through, uncached
 * unless an MTRR says write-combining, uncached. Nothing here is mapped
 * write-through, so PWT alone becomes write-combining, as on Linux. The upper
 * four types repeat the lower ones: they hang on a third bit, which is in
 * another place in entries of 2 MiB, and which some CPUs get wrong.
 *
 * All CPUs must agree. The change is made as Intel's manual wants it, with the
 * caches off and empty (volume 3, 12.12.4 and 12.11.8).
 *
 * Locking: none. Each CPU writes its own, once, with interrupts off.
 */
#include <asm/cpufeature.h>
#include <asm/control.h>
#include <asm/msr.h>
#include <asm/pte.h>
#include "internal.h"

#define CR0_NOT_WRITE_THROUGH 0x20000000u
#define CR0_CACHE_DISABLE 0x40000000u

static void flush_caches(void)
{
	__asm__ volatile("wbinvd" : : : "memory");
	tlb_flush_all();
}

void pat_init(const struct cpu_info *cpu)
{
	u32 cr0 = read_cr0();

	if (!(cpu->edx & CPU_PAT))
		return;
	write_cr0((cr0 & ~CR0_NOT_WRITE_THROUGH) | CR0_CACHE_DISABLE);
	flush_caches();
	wrmsr(MSR_PAT, PAT_VALUE);
	flush_caches();
	write_cr0(cr0);
}
