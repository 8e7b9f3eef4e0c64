/* SPDX-License-Identifier: MIT */
/*
 * page_addr.h - between addresses, frame numbers and pages: the other names
 *
 * asm/page.h and mm/page.h have the conversions that the kernel itself uses.
 * Here are those of Linux that say the same in one word. The direct map only,
 * unless a line says more. page_to_virt() is in kmap.h: it knows a high page.
 */
#ifndef MM_PAGE_ADDR_H
#define MM_PAGE_ADDR_H

#include <mm/kmap.h>
#include <mm/page.h>

/* Bytes to frames: those that hold x bytes, and those wholly inside. */
#define PFN_ALIGN(x) (((unsigned long)(x) + PAGE_SIZE - 1) & PAGE_MASK)
#define PFN_UP(x) (((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x) ((x) >> PAGE_SHIFT)
#define PFN_PHYS(pfn) pfn_to_phys(pfn)
#define PHYS_PFN(pa) phys_to_pfn(pa)

#define PAGE_ALIGN_DOWN(x) ALIGN_DOWN(x, PAGE_SIZE)
#define PAGE_ALIGNED(x) IS_ALIGNED((unsigned long)(x), PAGE_SIZE)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)

static __always_inline pfn_t virt_to_pfn(const volatile void *va)
{
	return phys_to_pfn(virt_to_phys(va));
}

static __always_inline void *pfn_to_virt(pfn_t pfn)
{
	return phys_to_virt(pfn_to_phys(pfn));
}
#define pfn_to_kaddr(pfn) pfn_to_virt(pfn)

/* Any record, any physical address. */
static __always_inline struct page *phys_to_page(phys_addr_t pa)
{
	return pfn_to_page(phys_to_pfn(pa));
}

/* Is any address one of the direct map, for virt_to_page()? */
static __always_inline bool virt_addr_valid(const volatile void *va)
{
	return ((unsigned long)va - PAGE_OFFSET) >> PAGE_SHIFT < max_low_pfn;
}

#endif
