/* SPDX-License-Identifier: MIT */
/*
 * dma_pool.c - dma_pool_create(): a pool whose pages are a device's
 *
 * The pool itself is mm/dmapool.c; here it meets the DMA API, which knows what
 * the device reaches.
 */
#include <kernel/export.h>
#include <kernel/util.h>
#include <mm/dmapool.h>
#include "dma_internal.h"

static void *source_alloc(const struct dma_pool_source *source, gfp_t gfp,
			  unsigned int order, dma_addr_t *handle)
{
	return dma_alloc_coherent(source->private, PAGE_SIZE << order, handle,
				  gfp);
}

static void source_free(const struct dma_pool_source *source, void *va,
			unsigned int order, dma_addr_t handle)
{
	dma_free_coherent(source->private, PAGE_SIZE << order, va, handle);
}

struct dma_pool *dma_pool_create(const char *name, struct device *dev,
				 size_t size, size_t align, size_t boundary)
{
	const struct dma_pool_source source = { source_alloc, source_free,
						dev };
	struct dma_pool_desc desc = {
		.name = name,
		.size = size,
		.align = align,
		.boundary = boundary,
	};

	if (dev) {
		u64 lowmem_end = pfn_to_phys(max_low_pfn);

		desc.limit = min(dev->coherent_dma_mask, lowmem_end - 1) + 1;
		desc.source = &source;
	}
	return dma_pool_create_site(&desc, _RET_IP_);
}
EXPORT_SYMBOL(dma_pool_create);
