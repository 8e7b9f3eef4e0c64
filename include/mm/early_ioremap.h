/* SPDX-License-Identifier: MIT */
/*
 * early_ioremap.h - looking at physical memory before vmalloc() is up
 *
 * A few slots of addresses with a page table of their own, from the end of
 * arch_mm_init() until early_ioremap_close(). For what is read and let go of:
 * the firmware's tables, a device that decides how start-up goes on. Nothing is
 * refused for being RAM: who looks knows why.
 */
#ifndef MM_EARLY_IOREMAP_H
#define MM_EARLY_IOREMAP_H

#include <kernel/types.h>
#include <asm/pgtable.h>

/**
 * early_ioremap - map @size bytes from @phys on, uncached
 * @size: with the offset in the page at most EARLY_MAP_PAGES pages
 *
 * Return: the address of the byte at @phys; NULL and one line that names the
 * caller if the range is empty or past what the CPU can address, if it is too
 * long, if all slots are taken, or when ioremap() works.
 * Context: boot CPU.
 */
void __iomem *__must_check early_ioremap(phys_addr_t phys, unsigned long size);
/* The same, cached: for RAM that only looks like a device to the map. */
void *__must_check early_memremap(phys_addr_t phys, unsigned long size);

/**
 * early_iounmap - undo early_ioremap()
 * @size: the same again
 * Anything else is reported (bad-early-iounmap) and nothing is changed.
 */
void early_iounmap(volatile void __iomem *addr, unsigned long size);
void early_memunmap(void *addr, unsigned long size);

/* vmalloc() is up: what is mapped still was forgotten, and is reported
 * (early-ioremap-leak); nothing can be mapped any more. */
void early_ioremap_close(void);

/* --- private ones, over the same addresses: one at a time ----------------- */

struct early_slot {
	phys_addr_t phys;
	unsigned long size; /* 0: free */
	unsigned long site;
};

struct early_maps {
	struct early_slot slots[EARLY_MAP_SLOTS];
	bool closed;
};

void *__must_check early_maps_map(struct early_maps *maps, phys_addr_t phys,
				  unsigned long size, enum pgprot prot,
				  unsigned long site);
void early_maps_unmap(struct early_maps *maps, unsigned long addr,
		      unsigned long size, unsigned long site);
/* Return: how many were forgotten. */
unsigned int early_maps_close(struct early_maps *maps);

#endif
