/* SPDX-License-Identifier: MIT */
/* ioremap.h - device memory in the kernel's address space. */
#ifndef MM_IOREMAP_H
#define MM_IOREMAP_H

#include <kernel/types.h>

/**
 * ioremap - map @size bytes of device memory from @phys on, uncached
 * @phys: any byte address; the offset in its page is kept
 *
 * Refused with one line that names the caller: a size of 0, a range that goes
 * past what the CPU can address, a range that touches RAM the firmware's map
 * gave us (RAM hidden with mem= may be mapped).
 * Return: address for readl() and its kin; NULL if refused or out of memory.
 * Context: may sleep.
 */
void __iomem *__must_check ioremap(phys_addr_t phys, unsigned long size);

/**
 * iounmap - undo ioremap(); NULL is harmless
 *
 * Any address that ioremap() did not return is reported (bad-iounmap) and
 * nothing is changed.
 * Context: as vfree().
 */
void iounmap(const volatile void __iomem *addr);

#endif
