/* SPDX-License-Identifier: MIT */
/*
 * dma_coherent.c - memory that lies where a device reaches it
 *
 * Whole pages of lowmem, as many as are needed and no more, cut from a block
 * of the next power of two and aligned as that is. They come from the ordinary
 * zones first, unless the mask is no higher than the DMA zone's end: what lies
 * too high is given back, and the DMA zone is asked.
 *
 * Not here: blocks smaller than a page (dma_pool.c).
 *
 * Locking: none here.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/page_exact.h>
#include <asm/pgtable.h>
#include "dma_internal.h"

/* Where memory lies the mask says, and it is whole pages that can be split. */
#define GFP_NOT_THE_CALLERS (__GFP_KIND_MASK | __GFP_COMP)

static void *pages_below(u64 mask, size_t size, gfp_t gfp, unsigned long site)
{
	void *va = NULL;

	if (mask >= arch_layout()->dma_limit)
		va = alloc_pages_exact_site(size, gfp | __GFP_NOWARN, site);
	if (va && dma_reaches(mask, virt_to_phys(va), size))
		return va;
	free_pages_exact(va, size);
	return alloc_pages_exact_site(size, gfp | __GFP_DMA, site);
}

/* Such memory wants no mask but its own. */
static bool coherent_refused(const struct device *dev, size_t size,
			     const char *call, unsigned long site)
{
	const struct report_sites sites = { .at = site };

	if (likely(dev && dev->coherent_dma_mask && size))
		return false;
	if (!dev)
		mm_report("dma-device", &sites, "none call=%s", call);
	else
		mm_report("dma-device", &sites, "%s dev=%s call=%s",
			  size ? "no-mask" : "no-bytes",
			  dev_name(dev) ? dev_name(dev) : "?", call);
	return true;
}

/* Give the pages of @r, which is on no list, back; and @r. */
static void coherent_undo(struct dma_record *r)
{
	dma_memory_release(r);
	free_pages_exact(phys_to_virt(r->phys), r->size);
	dma_record_free(r);
}

static void *coherent_alloc(struct device *dev, size_t size, gfp_t gfp,
			    unsigned long site)
{
	struct dma_record *r = dma_record_new();
	unsigned long i;
	char *va;

	if (!r)
		return NULL;
	va = pages_below(dev->coherent_dma_mask, size, gfp, site);
	if (!va) {
		dma_record_free(r);
		return NULL;
	}
	for (i = 0; i < size; i += PAGE_SIZE)
		page_set_owner(virt_to_page(va + i), PAGE_OWNER_DMA);
	*r = (struct dma_record){
		.dev = dev,
		.addr = virt_to_phys(va),
		.phys = virt_to_phys(va),
		.size = size,
		.site = site,
		.dir = DMA_BIDIRECTIONAL,
		.kind = DMA_KIND_COHERENT,
	};
	/* Pages that are new can be held, and nobody has mapped them: it would
	 * have been reported when they were freed. */
	if (dma_memory_hold(r) && dma_record_add(r))
		return va;
	coherent_undo(r);
	return NULL;
}

void *dma_alloc_attrs(struct device *dev, size_t size, dma_addr_t *handle,
		      gfp_t gfp, unsigned long attrs)
{
	void *va;

	if (coherent_refused(dev, size, "dma_alloc_coherent", _RET_IP_))
		return NULL;
	if (attrs & DMA_ATTR_NO_WARN)
		gfp |= __GFP_NOWARN;
	va = coherent_alloc(
		dev, size, (gfp & ~GFP_NOT_THE_CALLERS) | __GFP_ZERO, _RET_IP_);
	if (va)
		*handle = virt_to_phys(va);
	return va;
}
EXPORT_SYMBOL(dma_alloc_attrs);

void dma_free_attrs(struct device *dev, size_t size, void *va,
		    dma_addr_t handle, unsigned long attrs)
{
	const struct dma_claim claim = {
		dev,	 handle, size, DMA_BIDIRECTIONAL, DMA_KIND_COHERENT,
		_RET_IP_
	};
	const struct report_sites sites = { .at = _RET_IP_ };
	struct dma_record *r;

	(void)attrs;
	if (!va || coherent_refused(dev, size, "dma_free_coherent", _RET_IP_))
		return;
	if (va != phys_to_virt(handle)) {
		mm_report("dma-state", &sites,
			  "wrong-address va=%p handle=%#llx dev=%s", va, handle,
			  dev_name(dev));
		return;
	}
	r = dma_record_take(&claim);
	if (likely(r))
		coherent_undo(r);
}
EXPORT_SYMBOL(dma_free_attrs);
