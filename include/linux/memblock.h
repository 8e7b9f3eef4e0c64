/* SPDX-License-Identifier: MIT */
/*
 * linux/memblock.h - memory before the hand-over, by the names of Linux 6.1
 *
 * The newer names for what linux/bootmem.h has, with Linux's meaning: sizes
 * first, then the alignment (0: a cache line), placed as high in low memory as
 * it fits, NULL or 0 after one line when it does not. memblock_free() takes a
 * kernel address, memblock_phys_free() a physical one.
 *
 * Owners and context: as there.
 */
#ifndef LINUX_MEMBLOCK_H
#define LINUX_MEMBLOCK_H

#include <linux/bootmem.h>

#define MEMBLOCK_DOWN(size, align, wish, limit) \
	BOOTMEM_REQUEST(size, align, wish, limit, BOOTMEM_TOPDOWN)

#define memblock_alloc(size, align) \
	boot_alloc(&bootmem_live, MEMBLOCK_DOWN(size, align, 0, BOOTMEM_ANY))
/* @min_addr: a wish; what does not fit above it is placed below. */
#define memblock_alloc_from(size, align, min_addr) \
	boot_alloc(&bootmem_live,                  \
		   MEMBLOCK_DOWN(size, align, min_addr, BOOTMEM_ANY))
#define memblock_alloc_low(size, align) \
	boot_alloc(                     \
		&bootmem_live,          \
		MEMBLOCK_DOWN(size, align, 0, ARCH_LOW_ADDRESS_LIMIT + 1ull))

/* Not cleared. */
#define memblock_phys_alloc(size, align) \
	boot_alloc_phys(&bootmem_live,   \
			MEMBLOCK_DOWN(size, align, 0, BOOTMEM_ANY))
/* @start is no wish here: nothing is placed outside [start, end). */
#define memblock_phys_alloc_range(size, align, start, end)              \
	boot_alloc_phys(&bootmem_live, &(const struct bootmem_request){ \
					       .size_bytes = (size),    \
					       .align_bytes = (align),  \
					       .min = (start),          \
					       .max = (end),            \
					       .dir = BOOTMEM_TOPDOWN,  \
					       .owner = BOOTMEM_OWNER,  \
				       })

#define memblock_reserve(base, size) \
	boot_reserve(&bootmem_live, base, size, BOOTMEM_OWNER)
/* RAM that the memory map lacks cannot be added by a driver: boot_add(). */
#define memblock_add(base, size) \
	boot_add(&bootmem_live, base, size, BOOTMEM_OWNER)

static inline int memblock_phys_free(phys_addr_t base, phys_addr_t size)
{
	return bootmem_free(&bootmem_live, base, size);
}

/* @ptr: NULL is let pass, as on Linux. */
static inline void memblock_free(void *ptr, size_t size)
{
	if (ptr)
		bootmem_free(&bootmem_live, virt_to_phys(ptr), size);
}

#endif
