/* SPDX-License-Identifier: MIT */
/*
 * dma_mapping.c - what drivers call to give a device one buffer,
 * or another device's registers
 *
 * Each call says who called: that is the site which reports name.
 */
#include <kernel/export.h>
#include <mm/page.h>
#include "dma_internal.h"

dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page,
			      size_t offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	const struct dma_record want = {
		.dev = dev,
		.phys = page_to_phys(page) + offset,
		.size = size,
		.site = _RET_IP_,
		.dir = (u8)dir,
		.kind = DMA_KIND_SINGLE,
	};

	if (!dma_request_is_sound(dev, size, dir, _RET_IP_))
		return DMA_MAPPING_ERROR;
	return dma_map_one(&want, attrs);
}
EXPORT_SYMBOL(dma_map_page_attrs);

dma_addr_t dma_map_single_attrs(struct device *dev, void *ptr, size_t size,
				enum dma_data_direction dir,
				unsigned long attrs)
{
	const struct dma_record want = {
		.dev = dev,
		.phys = virt_to_phys(ptr),
		.size = size,
		.site = _RET_IP_,
		.dir = (u8)dir,
		.kind = DMA_KIND_SINGLE,
	};

	if (!dma_request_is_sound(dev, size, dir, _RET_IP_) ||
	    !dma_pointer_is_memory(dev, ptr, _RET_IP_))
		return DMA_MAPPING_ERROR;
	return dma_map_one(&want, attrs);
}
EXPORT_SYMBOL(dma_map_single_attrs);

void dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
	const struct dma_claim claim = {
		dev, addr, size, dir, DMA_KIND_SINGLE, _RET_IP_
	};

	if (!dma_device_refused(dev, "unmap", _RET_IP_))
		dma_unmap_one(&claim, attrs);
}
EXPORT_SYMBOL(dma_unmap_page_attrs);

dma_addr_t dma_map_resource(struct device *dev, phys_addr_t phys, size_t size,
			    enum dma_data_direction dir, unsigned long attrs)
{
	const struct dma_record want = {
		.dev = dev,
		.phys = phys,
		.size = size,
		.site = _RET_IP_,
		.dir = (u8)dir,
		.kind = DMA_KIND_RESOURCE,
	};

	(void)attrs;
	if (!dma_request_is_sound(dev, size, dir, _RET_IP_))
		return DMA_MAPPING_ERROR;
	return dma_map_device_memory(&want);
}
EXPORT_SYMBOL(dma_map_resource);

void dma_unmap_resource(struct device *dev, dma_addr_t addr, size_t size,
			enum dma_data_direction dir, unsigned long attrs)
{
	const struct dma_claim claim = {
		dev, addr, size, dir, DMA_KIND_RESOURCE, _RET_IP_
	};

	if (!dma_device_refused(dev, "unmap", _RET_IP_))
		dma_unmap_one(&claim, attrs);
}
EXPORT_SYMBOL(dma_unmap_resource);

void dma_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
			     enum dma_data_direction dir)
{
	const struct dma_claim claim = {
		dev, addr, size, dir, DMA_KIND_SINGLE, _RET_IP_
	};

	if (!dma_device_refused(dev, "sync", _RET_IP_))
		dma_sync_one(&claim, DMA_SYNC_FOR_CPU);
}
EXPORT_SYMBOL(dma_sync_single_for_cpu);

void dma_sync_single_for_device(struct device *dev, dma_addr_t addr,
				size_t size, enum dma_data_direction dir)
{
	const struct dma_claim claim = {
		dev, addr, size, dir, DMA_KIND_SINGLE, _RET_IP_
	};

	if (!dma_device_refused(dev, "sync", _RET_IP_))
		dma_sync_one(&claim, DMA_SYNC_FOR_DEVICE);
}
EXPORT_SYMBOL(dma_sync_single_for_device);
