/* SPDX-License-Identifier: MIT */
/*
 * resource_store.c - memory for claims of ports and addresses
 *
 * The trees lie in core, which allocates nothing; what request_region() needs
 * comes from kmalloc() through the hook that is set here.
 *
 * Locking: none of its own.
 */
#include <kernel/ioport.h>
#include <mm/iomem.h>
#include <mm/mm_init.h>
#include <mm/slab.h>

static struct resource *store_alloc(void)
{
	return kzalloc(sizeof(struct resource), GFP_KERNEL);
}

static void store_free(struct resource *res)
{
	kfree(res);
}

void iomem_init(void)
{
	static const struct resource_store slab_store = {
		.alloc = store_alloc,
		.free = store_free,
	};

	resource_set_store(&slab_store);
	mm_iomem_build(&iomem_resource, mm_boot_info(), &bootmem_live,
		       pfn_to_phys(mm_limit_pfn()));
}
