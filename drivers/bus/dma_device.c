/* SPDX-License-Identifier: MIT */
/*
 * dma_device.c - what a device can reach: masks and limits
 *
 * A bus sets dev->dma_mask when it finds a device that does DMA, and may give
 * it parameters; its driver, who knows the chip, corrects them.
 *
 * Whatever cannot be had directly is had through the DMA zone: there the bounce
 * pool is, and coherent memory for weak devices. So a mask is good enough if it
 * reaches that zone, or all RAM of a smaller machine.
 *
 * Locking: none; a driver sets up its device before it uses it.
 */
#include <kernel/bug.h>
#include <kernel/dma_mapping.h>
#include <kernel/export.h>
#include <kernel/util.h>
#include <mm/page.h>
#include <asm/pgtable.h>
#include "dma_internal.h"

#define DMA_DEFAULT_SEGMENT_BYTES KIB(64)
#define DMA_DEFAULT_BOUNDARY 0xfffffffful

/* The last byte of RAM. */
static u64 last_byte(void)
{
	return pfn_to_phys(max_pfn) - 1;
}

static bool mask_is_enough(u64 mask)
{
	return mask >= min(last_byte(), arch_layout()->dma_limit - 1);
}

int dma_supported(struct device *dev, u64 mask)
{
	(void)dev;
	return mask_is_enough(mask);
}
EXPORT_SYMBOL(dma_supported);

int dma_set_mask(struct device *dev, u64 mask)
{
	if (!dev->dma_mask || !mask_is_enough(mask))
		return -EIO;
	*dev->dma_mask = mask;
	return 0;
}
EXPORT_SYMBOL(dma_set_mask);

int dma_set_coherent_mask(struct device *dev, u64 mask)
{
	if (!mask_is_enough(mask))
		return -EIO;
	dev->coherent_dma_mask = mask;
	return 0;
}
EXPORT_SYMBOL(dma_set_coherent_mask);

int dma_set_mask_and_coherent(struct device *dev, u64 mask)
{
	int err = dma_set_mask(dev, mask);

	if (!err)
		err = dma_set_coherent_mask(dev, mask);
	return err;
}
EXPORT_SYMBOL(dma_set_mask_and_coherent);

int dma_coerce_mask_and_coherent(struct device *dev, u64 mask)
{
	dev->dma_mask = &dev->coherent_dma_mask;
	return dma_set_mask_and_coherent(dev, mask);
}
EXPORT_SYMBOL(dma_coerce_mask_and_coherent);

/* All ones, up to the highest bit of RAM's last address. */
u64 dma_get_required_mask(struct device *dev)
{
	u64 mask = last_byte();
	unsigned int shift;

	(void)dev;
	for (shift = 1; shift < 64; shift *= 2)
		mask |= mask >> shift;
	return mask;
}
EXPORT_SYMBOL(dma_get_required_mask);

bool dma_addressing_limited(struct device *dev)
{
	return dma_get_mask(dev) < last_byte();
}
EXPORT_SYMBOL(dma_addressing_limited);

int dma_set_max_seg_size(struct device *dev, unsigned int size)
{
	if (!dev->dma_parms)
		return -EIO;
	if (!size)
		return -EINVAL;
	dev->dma_parms->max_segment_size = size;
	return 0;
}
EXPORT_SYMBOL(dma_set_max_seg_size);

unsigned int dma_get_max_seg_size(const struct device *dev)
{
	if (dev->dma_parms && dev->dma_parms->max_segment_size)
		return dev->dma_parms->max_segment_size;
	return DMA_DEFAULT_SEGMENT_BYTES;
}
EXPORT_SYMBOL(dma_get_max_seg_size);

int dma_set_seg_boundary(struct device *dev, unsigned long mask)
{
	if (!dev->dma_parms)
		return -EIO;
	/* A page must never cross a line: it may be all that there is. */
	if (mask & (mask + 1) || mask < PAGE_SIZE - 1)
		return -EINVAL;
	dev->dma_parms->segment_boundary_mask = mask;
	return 0;
}
EXPORT_SYMBOL(dma_set_seg_boundary);

unsigned long dma_get_seg_boundary(const struct device *dev)
{
	if (dev->dma_parms && dev->dma_parms->segment_boundary_mask)
		return dev->dma_parms->segment_boundary_mask;
	return DMA_DEFAULT_BOUNDARY;
}
EXPORT_SYMBOL(dma_get_seg_boundary);

size_t dma_max_mapping_size(struct device *dev)
{
	if (bounce_live.nr_slots &&
	    (dma_addressing_limited(dev) || bounce_is_forced()))
		return bounce_max_bytes(&bounce_live, U64_MAX);
	return SIZE_MAX;
}
EXPORT_SYMBOL(dma_max_mapping_size);

bool dma_device_refused(const struct device *dev, const char *call,
			unsigned long site)
{
	const struct report_sites sites = { .at = site };

	if (likely(dev && dev->dma_mask && *dev->dma_mask))
		return false;
	if (!dev)
		mm_report("dma-device", &sites, "none call=%s", call);
	else
		mm_report("dma-device", &sites, "no-mask dev=%s call=%s",
			  dev_name(dev) ? dev_name(dev) : "?", call);
	return true;
}
