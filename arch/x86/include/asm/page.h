/* SPDX-License-Identifier: MIT */
/*
 * asm/page.h - page size and the direct map (x86)
 *
 * Physical [0, lowmem_end) is mapped at PAGE_OFFSET, one to one, for good
 * (design decision D2). Frames above have no kernel address until mapped.
 */
#ifndef ASM_PAGE_H
#define ASM_PAGE_H

#include <kernel/types.h>
#include <kernel/util.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE (1ul << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(x) ALIGN(x, PAGE_SIZE)

/* The 3 GiB / 1 GiB split that the driver books assume. */
#define PAGE_OFFSET 0xc0000000ul

static inline void *phys_to_virt(phys_addr_t pa)
{
	return (void *)((unsigned long)pa + PAGE_OFFSET);
}

/* @va must lie in the direct map (lowmem or the kernel image). */
static inline phys_addr_t virt_to_phys(const volatile void *va)
{
	return (unsigned long)va - PAGE_OFFSET;
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

/*
 * Zero @bytes, a multiple of 4. One string instruction, and no call. (Not
 * memset(): that is for any size and place, and asks for both.)
 */
static __always_inline void clear_words(void *va, unsigned long bytes)
{
	unsigned long words = bytes / 4;

	__asm__ volatile("rep stosl"
			 : "+D"(va), "+c"(words)
			 : "a"(0)
			 : "memory");
}

/* Zero @bytes of whole pages. */
static __always_inline void clear_pages(void *va, unsigned long bytes)
{
	clear_words(va, bytes);
}

#endif
