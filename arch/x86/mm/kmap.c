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
 * Locking: a slot belongs to its CPU, and to who holds it there.
 */
#include <asm/setup.h>
#include "internal.h"

static_assert(KMAP_END - KMAP_START == PDE_BYTES && KMAP_START % PDE_BYTES == 0,
	      "the kmap window is one table");

static pte_t kmap_table[PTRS_PER_TABLE] __aligned(4096);
pte_t kmap_local_entries[PTRS_PER_TABLE] __aligned(4096);
pte_t kmap_local_bits;

void kmap_tables_init(void)
{
	kmap_local_bits = prot_bits(PROT_KERNEL);
	kpt_table_install(KMAP_START, kmap_table);
	kpt_table_install(FIXMAP_START, kmap_local_entries);
}
