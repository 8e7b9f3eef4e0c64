/* SPDX-License-Identifier: MIT */
/* asm/pgtable.h - where the windows lie, and temporary slots (x86). */
#ifndef ASM_PGTABLE_H
#define ASM_PGTABLE_H

#include <kernel/types.h>
#include <asm/page.h>
#include <asm/pte.h>

/* At the top; the last page of all stays unmapped. */
#define KMAP_START 0xffc00000ul
#define KMAP_END (KMAP_START + LAST_PKMAP * PAGE_SIZE)
#define FIXMAP_START KMAP_END
/* Behind the slots, device registers of the arch's own (asm/fixmap.h). */
#define FIXMAP_DEVICES_START (FIXMAP_START + NR_KMAP_LOCAL_SLOTS * PAGE_SIZE)
#define NR_FIXMAP_DEVICES 9 /* the local APIC and 8 IOAPICs */
#define EARLY_MAP_START (FIXMAP_DEVICES_START + NR_FIXMAP_DEVICES * PAGE_SIZE)
#define FIXMAP_END \
	(EARLY_MAP_START + EARLY_MAP_SLOTS * EARLY_MAP_PAGES * PAGE_SIZE)

#include <asm-generic/pgtable.h>

/* The slots' entries, and what is set in each beside its frame. */
extern pte_t kmap_local_entries[];
extern pte_t kmap_local_bits;

static __always_inline void *kmap_local_slot(unsigned long slot, pfn_t pfn)
{
	pte_make_from(&kmap_local_entries[slot], pfn, &kmap_local_bits);
	return (void *)(FIXMAP_START + (slot << PAGE_SHIFT));
}

static __always_inline void kunmap_local_slot(unsigned long slot,
					      const void *addr)
{
	pte_clear_present(&kmap_local_entries[slot]);
	tlb_flush_page((unsigned long)addr);
}

#endif
