/* SPDX-License-Identifier: MIT */
/* iomem.h - the firmware's map in the tree of resources. */
#ifndef MM_IOMEM_H
#define MM_IOMEM_H

#include <kernel/types.h>

struct boot_info;
struct bootmem;
struct resource;

/**
 * mm_iomem_build - put the firmware's ranges, and owners of RAM, below @root
 * @limit: RAM from here on is not used by anybody
 *
 * A range that cannot be told, for want of memory or because a claim cuts it,
 * costs a line.
 * Context: resource_alloc() works.
 */
void mm_iomem_build(struct resource *root, const struct boot_info *bi,
		    const struct bootmem *bm, phys_addr_t limit);

/* Tell @owner's parts of RAM anew: @bm's list of them has changed.
 * Context: start-up, while nobody else claims or reads. */
void mm_iomem_update(struct resource *root, const struct bootmem *bm,
		     const char *owner);

/* Give claims their memory, and put the live machine's map into
 * iomem_resource. Context: boot, once, slab works. */
void iomem_init(void);

#endif
