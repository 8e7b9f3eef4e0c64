/* SPDX-License-Identifier: MIT */
/*
 * asm/pte.h - one page-table entry: made, cleared, forgotten
 *
 * For arch/x86/mm and the inline functions of asm/pgtable.h. Nobody else sees
 * an entry.
 *
 * PAE: an entry has two words and the CPU may read them at any moment. The low
 * one has the present bit: it is written last to make an entry, first to clear
 * one, so that no half-written address is ever used.
 */
#ifndef ASM_PTE_H
#define ASM_PTE_H

#include <kernel/types.h>
#include <asm/page.h>

typedef u64 pte_t;

static __always_inline void pte_make(pte_t *pte, pfn_t pfn, pte_t bits)
{
	volatile u32 *half = (volatile u32 *)pte;

	half[1] = (u32)(bits >> 32) | (u32)(pfn >> (32 - PAGE_SHIFT));
	half[0] = (u32)bits | (u32)(pfn << PAGE_SHIFT);
}

/*
 * The same, for who counts instructions: the bits are used where they lie, and
 * nothing is kept in a register that can be named in memory. (Left alone, the
 * compiler saves registers to have room for both words of everything.)
 */
static __always_inline void pte_make_from(pte_t *pte, pfn_t pfn,
					  const pte_t *bits)
{
	u32 *half = (u32 *)pte;
	const u32 *bit = (const u32 *)bits;
	unsigned long high = pfn >> (32 - PAGE_SHIFT);
	unsigned long low = pfn << PAGE_SHIFT;

	__asm__ volatile("orl %5, %0\n\t"
			 "movl %0, %3\n\t"
			 "orl %4, %1\n\t"
			 "movl %1, %2"
			 : "+&r"(high), "+&r"(low), "=m"(half[0]), "=m"(half[1])
			 : "m"(bit[0]), "m"(bit[1])
			 : "cc");
}

static __always_inline void pte_clear(pte_t *pte)
{
	volatile u32 *half = (volatile u32 *)pte;

	half[0] = 0;
	half[1] = 0;
}

/* Not present any more. The high word waits to be written again. */
static __always_inline void pte_clear_present(pte_t *pte)
{
	__asm__ volatile("movl $0, %0" : "=m"(*(volatile u32 *)pte));
}

/* Make this CPU forget the page at @va, a global one too. */
static __always_inline void tlb_flush_page(unsigned long va)
{
	__asm__ volatile("invlpg (%0)" : : "r"(va) : "memory");
}

/* All that this CPU knows, global entries too. */
void tlb_flush_all(void);

/*
 * Page tables for a CPU on its way up: the kernel's, and beside them physical
 * addresses around @page, executable, not writable. Return: what goes into cr3.
 */
u32 arch_trampoline_tables(phys_addr_t page);

#endif
