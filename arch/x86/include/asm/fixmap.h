/* SPDX-License-Identifier: MIT */
/*
 * asm/fixmap.h - device registers that the arch itself needs, mapped for good
 *
 * The interrupt controllers are wanted before there is an ioremap() and from
 * every context, so they have addresses of their own, behind the slots of
 * kmap_local_page(), and their pages are known at compile time.
 */
#ifndef ASM_FIXMAP_H
#define ASM_FIXMAP_H

#include <kernel/types.h>
#include <asm/pgtable.h>

#define FIX_LAPIC 0u
#define FIX_IOAPIC(i) (1u + (i))

/* Where device page @idx lies, mapped or not. */
static __always_inline volatile u8 __iomem *fixmap_address(unsigned int idx)
{
	return (volatile u8 __iomem __force *)(FIXMAP_DEVICES_START +
					       idx * PAGE_SIZE);
}

/**
 * fixmap_map_device - map device registers for good
 * @idx: FIX_*; each once
 * @phys: of the first register
 *
 * Return: the address of that register.
 * Context: boot CPU, once arch_mm_init() is done.
 */
volatile u8 __iomem *fixmap_map_device(unsigned int idx, phys_addr_t phys);

#endif
