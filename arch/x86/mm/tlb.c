/* SPDX-License-Identifier: MIT */
/*
 * tlb.c - making this CPU forget translations
 *
 * One CPU runs. When more come up, flush_tlb_kernel_range() has to ask the
 * others and wait for their answers; until then more than one is a bug.
 */
#include <kernel/bug.h>
#include <kernel/percpu.h>
#include "internal.h"

/*
 * From here on forgetting everything is cheaper than page by page: a reload
 * costs about as much as this many invlpg, and what else was cached comes back
 * by itself.
 */
#define FLUSH_ALL_PAGES 33u
#define CR4_PGE 0x80u

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

void tlb_enable_global(void)
{
	if (cpu_has_global_pages())
		write_cr4(read_cr4() | CR4_PGE);
}

void tlb_flush_all(void)
{
	u32 cr3, cr4 = read_cr4();

	if (cr4 & CR4_PGE) {
		/* A load of cr3 would spare the global entries. */
		write_cr4(cr4 & ~CR4_PGE);
		write_cr4(cr4);
		return;
	}
	__asm__ volatile("movl %%cr3, %0\n\t"
			 "movl %0, %%cr3"
			 : "=r"(cr3)
			 :
			 : "memory");
}

void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	unsigned long nr = (end - start) >> PAGE_SHIFT;

	BUG_ON(nr_online_cpus != 1);
	if (nr >= FLUSH_ALL_PAGES) {
		tlb_flush_all();
		return;
	}
	for (; nr; nr--, start += PAGE_SIZE)
		tlb_flush_page(start);
}
