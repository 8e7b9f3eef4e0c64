/* SPDX-License-Identifier: MIT */
/*
 * kmap.c - the tables behind kmap(): for frames that have no address
 *
 * Two windows at the top have a table each from the start, so that mapping a
 * page there never asks for memory. In the kmap window pages are mapped for
 * longer, and shared by all CPUs; mm fills it through kpt_map_phys(). The
 * fixmap has KMAP_LOCAL_SLOTS slots for each CPU. A slot is mapped by one write
 * to its entry; when it is given back, the entry is cleared and this CPU
 * forgets it, so a use after that faults. Nobody else uses the address: no
 * other CPU is told. That is done inline, in asm/pgtable.h.
 *
 * Behind the slots lie a few pages of device registers, mapped once at boot.
 *
 * Locking: a slot belongs to its CPU, and to who holds it there.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <asm/fixmap.h>
#include <asm/setup.h>
#include "internal.h"

static_assert(KMAP_END - KMAP_START == PDE_BYTES && KMAP_START % PDE_BYTES == 0,
	      "the kmap window is one table");

static pte_t kmap_table[PTRS_PER_TABLE] __aligned(4096);
pte_t kmap_local_entries[PTRS_PER_TABLE] __aligned(4096);
EXPORT_SYMBOL(kmap_local_entries);
pte_t kmap_local_bits;
EXPORT_SYMBOL(kmap_local_bits);

void kmap_tables_init(void)
{
	kmap_local_bits = prot_bits(PROT_KERNEL);
	kpt_table_install(KMAP_START, kmap_table);
	kpt_table_install(FIXMAP_START, kmap_local_entries);
}

/* They are all uncached. */
bool kpt_device_clashes(pfn_t start, pfn_t end, enum pgprot type)
{
	const pte_t *pte = &kmap_local_entries[pte_index(FIXMAP_DEVICES_START)];
	unsigned int i;

	if (type == PROT_KERNEL_NOCACHE)
		return false;
	for (i = 0; i < NR_FIXMAP_DEVICES; i++) {
		pfn_t pfn = phys_to_pfn(pte[i] & PTE_PHYS_MASK);

		if (pte_present(pte[i]) && pfn >= start && pfn < end)
			return true;
	}
	return false;
}

volatile u8 __iomem *fixmap_map_device(unsigned int idx, phys_addr_t phys)
{
	unsigned long va = (unsigned long __force)fixmap_address(idx);
	pte_t *pte = &kmap_local_entries[pte_index(va)];

	BUG_ON(idx >= NR_FIXMAP_DEVICES || pte_present(*pte));
	pte_make(pte, phys_to_pfn(phys), prot_bits(PROT_KERNEL_NOCACHE));
	return fixmap_address(idx) + phys % PAGE_SIZE;
}
