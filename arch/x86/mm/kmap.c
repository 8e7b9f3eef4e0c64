/* SPDX-License-Identifier: MIT */
/*
 * kmap.c - a few pages at fixed addresses, for frames that have none
 *
 * Each CPU has KMAP_LOCAL_SLOTS slots. A slot is mapped by one write to its
 * entry; when it is given back, the entry is cleared and this CPU forgets it,
 * so a use after that faults. Nobody else uses the address: no other CPU is
 * told.
 *
 * Locking: a slot belongs to its CPU, and to who holds it there.
 */
#include <kernel/bug.h>
#include <kernel/percpu.h>
#include <asm/setup.h>
#include "internal.h"

static_assert(CONFIG_NR_CPUS * KMAP_LOCAL_SLOTS * PAGE_SIZE ==
		      FIXMAP_END - FIXMAP_START,
	      "the fixmap is the slots of all CPUs");

static pte_t fixmap_table[PTRS_PER_TABLE] __aligned(4096);

void kmap_init(void)
{
	kpt_table_install(FIXMAP_START, fixmap_table);
}

static unsigned long slot_address(unsigned int slot)
{
	unsigned int idx = smp_processor_id() * KMAP_LOCAL_SLOTS + slot;

	return FIXMAP_START + idx * PAGE_SIZE;
}

void *kmap_local_slot(unsigned int slot, pfn_t pfn)
{
	unsigned long va = slot_address(slot);
	pte_t *pte = &fixmap_table[pte_index(va)];

	VM_BUG_ON(slot >= KMAP_LOCAL_SLOTS || pte_taken(pte));
	pte_make(pte, pfn, prot_bits(PROT_KERNEL));
	return (void *)va;
}

void kunmap_local_slot(unsigned int slot)
{
	unsigned long va = slot_address(slot);

	pte_clear(&fixmap_table[pte_index(va)]);
	tlb_flush_page(va);
}
