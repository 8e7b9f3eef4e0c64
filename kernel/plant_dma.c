/* SPDX-License-Identifier: MIT */
/*
 * plant_dma.c - wrong use of the DMA API, by a device that is none
 *
 * It has no registers, so no transfer ever starts; what is noticed is what a
 * driver does with memory. Those of ISA DMA are in plant_isa_dma.c.
 */
#include <kernel/dma_mapping.h>
#include <kernel/plant.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/vmalloc.h>

#define PLANT_BYTES 64u

static u64 plant_mask = DMA_BIT_MASK(64);
static struct device plant_device = {
	.init_name = "plant",
	.dma_mask = &plant_mask,
	.coherent_dma_mask = DMA_BIT_MASK(32),
};

/* In its caller, who is then named. Refused: so there is nothing to undo. */
static __always_inline void map_wrongly(void *ptr)
{
	dma_addr_t addr = dma_map_single(&plant_device, plant_hide(ptr),
					 PLANT_BYTES, DMA_TO_DEVICE);

	if (!dma_mapping_error(&plant_device, addr))
		dma_unmap_single(&plant_device, addr, PLANT_BYTES,
				 DMA_TO_DEVICE);
}

static noinline int plant_map_vmalloc(void)
{
	void *area = vmalloc(PAGE_SIZE);

	if (!area)
		return -ENOMEM;
	map_wrongly(area);
	vfree(area);
	return 0;
}
PLANTED_BUG(dma_vmalloc, "P46", "DMA of a vmalloc address", plant_map_vmalloc);

static noinline int plant_map_stack(void)
{
	char on_stack[PLANT_BYTES];

	map_wrongly(on_stack);
	return 0;
}
PLANTED_BUG(dma_stack, "P46.stack", "DMA of a stack address", plant_map_stack);

static noinline int plant_map_high(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	int err = -ENODEV;

	if (!page)
		return -ENOMEM;
	if (PageHighMem(page)) {
		map_wrongly(kmap(page));
		kunmap(page);
		err = 0;
	}
	__free_page(page);
	return err;
}
PLANTED_BUG(dma_high, "P46.high", "DMA of a highmem page by its kmap address",
	    plant_map_high);

/* A page of ours, mapped; DMA_MAPPING_ERROR: no memory. */
static dma_addr_t mapped_page(struct page **page)
{
	*page = alloc_page(GFP_KERNEL);
	if (!*page)
		return DMA_MAPPING_ERROR;
	return dma_map_page(&plant_device, *page, 0, PLANT_BYTES,
			    DMA_FROM_DEVICE);
}

static noinline int plant_free_mapped(void)
{
	struct page *page;
	dma_addr_t addr = mapped_page(&page);

	if (addr == DMA_MAPPING_ERROR)
		return -ENOMEM;
	__free_page(page);
	/* Contained: it is free from here on. */
	dma_unmap_page(&plant_device, addr, PLANT_BYTES, DMA_FROM_DEVICE);
	return 0;
}
PLANTED_BUG(dma_free, "P49", "DMA buffer freed while it is mapped",
	    plant_free_mapped);

static noinline int plant_map_twice(void)
{
	struct page *page;
	dma_addr_t addr = mapped_page(&page);

	if (addr == DMA_MAPPING_ERROR)
		return -ENOMEM;
	map_wrongly(page_address(page));
	dma_unmap_page(&plant_device, addr, PLANT_BYTES, DMA_FROM_DEVICE);
	__free_page(page);
	return 0;
}
PLANTED_BUG(dma_twice, "P49.twice", "DMA buffer mapped twice", plant_map_twice);

static noinline int plant_unmap_shorter(void)
{
	struct page *page;
	dma_addr_t addr = mapped_page(&page);

	if (addr == DMA_MAPPING_ERROR)
		return -ENOMEM;
	dma_unmap_page(&plant_device, addr, PLANT_BYTES / 2, DMA_FROM_DEVICE);
	__free_page(page);
	return 0;
}
PLANTED_BUG(dma_length, "P49.length", "DMA buffer unmapped with another length",
	    plant_unmap_shorter);
