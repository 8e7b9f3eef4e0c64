/* SPDX-License-Identifier: MIT */
/*
 * linux/bootmem.h - memory before the hand-over, by the driver books' names
 *
 * For drivers that are linked in, from a BOOT_DEVICE() function. All calls
 * return zeroed memory of the direct map by kernel address, and free by
 * physical address, as in the kernels that had these names (2.4 to 4.19).
 *
 * The plain names stop the machine with a sentence when nothing fits, as they
 * did there: their callers do not look. A driver whose size comes from a
 * person uses the _nopanic forms, which return NULL after one line. A wrong
 * request (size 0, alignment no power of two, after the hand-over) is a report
 * that names the caller, and NULL, from either.
 *
 * /proc/iomem shows the owner: KBUILD_MODNAME if it is defined before this
 * header is included, else the name of the calling function.
 *
 * "Low" means below 16 MiB, where ISA DMA can reach. The others are placed
 * above that if they fit there, to spare it.
 */
#ifndef LINUX_BOOTMEM_H
#define LINUX_BOOTMEM_H

#include <asm/pgtable.h>
#include <mm/boot_alloc.h>
#include <mm/boot_device.h>

#ifdef KBUILD_MODNAME
#define BOOTMEM_OWNER KBUILD_MODNAME
#else
#define BOOTMEM_OWNER __func__
#endif

#define SMP_CACHE_BYTES BOOTMEM_DEFAULT_ALIGN
#define ARCH_LOW_ADDRESS_LIMIT (arch_layout()->dma_limit - 1)

#define BOOTMEM_REQUEST(size, align, wish, limit, way) \
	(&(const struct bootmem_request){              \
		.size_bytes = (size),                  \
		.align_bytes = (align),                \
		.goal = (wish),                        \
		.max = (limit),                        \
		.dir = (way),                          \
		.owner = BOOTMEM_OWNER,                \
	})
#define BOOTMEM_ABOVE(size, align, goal) \
	BOOTMEM_REQUEST(size, align, goal, BOOTMEM_ANY, BOOTMEM_BOTTOMUP)
#define BOOTMEM_LOW(size, align, goal)                                    \
	BOOTMEM_REQUEST(size, align, goal, ARCH_LOW_ADDRESS_LIMIT + 1ull, \
			BOOTMEM_BOTTOMUP)

/* @goal: a wish; what does not fit above it is placed below. */
#define __alloc_bootmem(size, align, goal) \
	boot_alloc_must(&bootmem_live, BOOTMEM_ABOVE(size, align, goal))
#define __alloc_bootmem_nopanic(size, align, goal) \
	boot_alloc(&bootmem_live, BOOTMEM_ABOVE(size, align, goal))
#define __alloc_bootmem_low(size, align, goal) \
	boot_alloc_must(&bootmem_live, BOOTMEM_LOW(size, align, goal))
#define __alloc_bootmem_low_nopanic(size, align, goal) \
	boot_alloc(&bootmem_live, BOOTMEM_LOW(size, align, goal))

#define alloc_bootmem(size) \
	__alloc_bootmem(size, SMP_CACHE_BYTES, arch_layout()->dma_limit)
#define alloc_bootmem_pages(size) \
	__alloc_bootmem(size, PAGE_SIZE, arch_layout()->dma_limit)
#define alloc_bootmem_low(size) __alloc_bootmem_low(size, SMP_CACHE_BYTES, 0)
#define alloc_bootmem_low_pages(size) __alloc_bootmem_low(size, PAGE_SIZE, 0)

#define alloc_bootmem_nopanic(size) \
	__alloc_bootmem_nopanic(size, SMP_CACHE_BYTES, arch_layout()->dma_limit)
#define alloc_bootmem_pages_nopanic(size) \
	__alloc_bootmem_nopanic(size, PAGE_SIZE, arch_layout()->dma_limit)
#define alloc_bootmem_low_nopanic(size) \
	__alloc_bootmem_low_nopanic(size, SMP_CACHE_BYTES, 0)
#define alloc_bootmem_low_pages_nopanic(size) \
	__alloc_bootmem_low_nopanic(size, PAGE_SIZE, 0)

/* Keep a place as it is; bytes that are taken keep their first owner. */
#define reserve_bootmem(phys, size) \
	((void)boot_reserve(&bootmem_live, phys, size, BOOTMEM_OWNER))

/* @phys: virt_to_phys() of what was allocated, or any part of it. */
static inline void free_bootmem(unsigned long phys, unsigned long size)
{
	bootmem_free(&bootmem_live, phys, size);
}

/* Old names: the course notes' spelling of __alloc_bootmem(). */
#define _alloc_bootmem(size, align, goal) __alloc_bootmem(size, align, goal)

#endif
