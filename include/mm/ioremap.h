/* SPDX-License-Identifier: MIT */
/*
 * ioremap.h - device memory in the kernel's address space
 *
 * Four ways to see it, by what the CPU may do on the way:
 *
 *	ioremap()        nothing: each access reaches the device, in order
 *	ioremap_uc()     the same, even where an MTRR says otherwise
 *	ioremap_wc()     gather writes, and send them later in larger pieces:
 *	                 frame buffers. wmb() sends them before what follows
 *	ioremap_cache()  cache it: memory that is not RAM, RAM hidden by mem=
 *
 * A CPU without a page attribute table (PAT) knows no write combining:
 * ioremap_wc() is uncached there, and says so once.
 */
#ifndef MM_IOREMAP_H
#define MM_IOREMAP_H

#include <kernel/types.h>

/**
 * ioremap - map @size bytes of device memory from @phys on, uncached
 * @phys: any byte address; the offset in its page is kept
 *
 * Refused with one line that names the caller: a size of 0, a range that goes
 * past what the CPU can address or wraps, a range that touches RAM the
 * firmware's map gave us (RAM hidden with mem= may be mapped), and frames that
 * are mapped with another cache type already.
 * Return: address for readl() and its kin; NULL if refused or out of memory.
 * Context: may sleep.
 */
void __iomem *__must_check ioremap(phys_addr_t phys, unsigned long size);
void __iomem *__must_check ioremap_uc(phys_addr_t phys, unsigned long size);
void __iomem *__must_check ioremap_wc(phys_addr_t phys, unsigned long size);
void __iomem *__must_check ioremap_cache(phys_addr_t phys, unsigned long size);

/* Write-through: nothing gains by it, so uncached, as on many machines. */
#define ioremap_wt ioremap

/* Non-posted writes: no PC has them, and its drivers fall back to ioremap(). */
static inline void __iomem *ioremap_np(phys_addr_t phys, unsigned long size)
{
	(void)phys;
	(void)size;
	return NULL;
}

/* The cache type of @prot, which vm_get_page_prot() or pgprot_noncached() made.
 * Contract as ioremap(). */
void __iomem *__must_check ioremap_prot(phys_addr_t phys, unsigned long size,
					unsigned long prot);
#define pgprot_val(prot) ((unsigned long)(prot))

/**
 * memremap - map memory that is no device's register: no __iomem
 * @flags: MEMREMAP_WB cached, _WT as ioremap_wt(), _WC as ioremap_wc(); of
 *	several the first that can be had, in this order
 *
 * RAM of the direct map is not mapped again: with MEMREMAP_WB its address there
 * is returned, without it, and for other RAM, the call is refused. What is no RAM
 * is as ioremap() says.
 * Return: address, for memunmap(); NULL. Context: may sleep.
 */
void *__must_check memremap(phys_addr_t phys, size_t size, unsigned long flags);
void memunmap(void *addr);
#define MEMREMAP_WB 0x1ul
#define MEMREMAP_WT 0x2ul
#define MEMREMAP_WC 0x4ul

/* Is any of [@start, @end) RAM that the firmware's map gave us? Context: any. */
bool phys_touches_ram(phys_addr_t start, phys_addr_t end);

/**
 * iounmap - undo ioremap() and its kin; NULL is harmless
 *
 * Any address that they did not return is reported (bad-iounmap) and nothing is
 * changed.
 * Context: as vfree().
 */
void iounmap(const volatile void __iomem *addr);

#endif
