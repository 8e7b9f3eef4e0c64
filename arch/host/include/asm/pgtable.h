/* SPDX-License-Identifier: MIT */
/* asm/pgtable.h - where the windows lie, and temporary slots (hosted). */
#ifndef ASM_PGTABLE_H
#define ASM_PGTABLE_H

#include <kernel/types.h>
#include <asm/page.h>

/* Behind the vmalloc window. */
extern unsigned long host_kmap_start;
#define KMAP_START host_kmap_start
#define KMAP_END (KMAP_START + LAST_PKMAP * PAGE_SIZE)
#define FIXMAP_START KMAP_END
#define EARLY_MAP_START (FIXMAP_START + NR_KMAP_LOCAL_SLOTS * PAGE_SIZE)
#define FIXMAP_END \
	(EARLY_MAP_START + EARLY_MAP_SLOTS * EARLY_MAP_PAGES * PAGE_SIZE)

#include <asm-generic/pgtable.h>

void *kmap_local_slot(unsigned long slot, pfn_t pfn);
void kunmap_local_slot(unsigned long slot, const void *addr);

#endif
