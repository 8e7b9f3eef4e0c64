/* SPDX-License-Identifier: MIT */
/*
 * asm/page.h - page size and the direct map (hosted)
 *
 * As on x86, but the direct map lies where Linux put it.
 */
#ifndef ASM_PAGE_H
#define ASM_PAGE_H

#include <kernel/types.h>
#include <kernel/util.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE (1ul << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(x) ALIGN(x, PAGE_SIZE)

/* Set once by host_machine_init(). */
extern unsigned long host_direct_base;
#define PAGE_OFFSET host_direct_base

static inline void *phys_to_virt(phys_addr_t pa)
{
	return (void *)((unsigned long)pa + host_direct_base);
}

/* @va must lie in the direct map. */
static inline phys_addr_t virt_to_phys(const volatile void *va)
{
	return (unsigned long)va - host_direct_base;
}

static inline phys_addr_t pfn_to_phys(pfn_t pfn)
{
	return (phys_addr_t)pfn << PAGE_SHIFT;
}

static inline pfn_t phys_to_pfn(phys_addr_t pa)
{
	return (pfn_t)(pa >> PAGE_SHIFT);
}

#define __pa(va) ((unsigned long)virt_to_phys((const volatile void *)(va)))
#define __va(pa) phys_to_virt(pa)

/* Zero @bytes, a multiple of 4. */
static __always_inline void clear_words(void *va, unsigned long bytes)
{
	__builtin_memset(va, 0, bytes);
}

/* Zero @bytes of whole pages. */
static __always_inline void clear_pages(void *va, unsigned long bytes)
{
	__builtin_memset(va, 0, bytes);
}

#endif
