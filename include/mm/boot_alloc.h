/* SPDX-License-Identifier: MIT */
/*
 * boot_alloc.h - memory for drivers before the hand-over
 *
 * What stands behind alloc_bootmem() and memblock_alloc(): a request to a
 * bootmem, with an answer in words when nothing fits. The names that drivers
 * use are in linux/bootmem.h and linux/memblock.h; a driver's place to call
 * them is a BOOT_DEVICE() of mm/boot_device.h.
 *
 * Memory comes from the direct map: req->max of BOOTMEM_ANY means its end.
 *
 * Locking: none, see bootmem.h. Context: boot, between mm_boot() and mm_init();
 * later a report names the caller, and nothing is given.
 */
#ifndef MM_BOOT_ALLOC_H
#define MM_BOOT_ALLOC_H

#include <mm/bootmem.h>

/**
 * boot_alloc - take zeroed memory, by kernel address
 *
 * Return: the address; NULL after one line or report: nothing fits, or the
 * request is wrong (bootmem_try_alloc()).
 */
void *__must_check boot_alloc(struct bootmem *bm,
			      const struct bootmem_request *req);

/**
 * boot_alloc_must - the same, for callers that do not look
 *
 * When nothing fits the machine stops with a sentence that names the owner.
 * Return: the address; NULL only after a report that the request is wrong.
 */
void *boot_alloc_must(struct bootmem *bm, const struct bootmem_request *req);

/* As boot_alloc(), but not zeroed, and by physical address. Return: 0 where
 * that returns NULL. */
phys_addr_t __must_check boot_alloc_phys(struct bootmem *bm,
					 const struct bootmem_request *req);

/**
 * boot_add - a driver says that [start, start + size_bytes) is RAM
 *
 * The direct map is made from the firmware's map, before any driver is asked;
 * so RAM that is not in that map could not be reached. memmap=SIZE@START on
 * the command line puts it there.
 * Return: 0 if all of it is RAM already; -EINVAL after one line if not.
 */
int boot_add(const struct bootmem *bm, phys_addr_t start, u64 size_bytes,
	     const char *owner);

/* bootmem_reserve() by size; its refusals have made their line. */
static inline int boot_reserve(struct bootmem *bm, phys_addr_t start,
			       u64 size_bytes, const char *owner)
{
	return bootmem_reserve(bm, start, start + size_bytes, owner);
}

#endif
