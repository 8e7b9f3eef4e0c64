/* SPDX-License-Identifier: MIT */
/*
 * dma_mapping.h - memory for devices: coherent buffers, and mappings of any
 *
 * A device names memory by bus addresses, which are physical ones here, and it
 * does not reach all: its mask says how high, its limits how long a segment may
 * be and which lines it must not cross. There are two ways to share memory.
 *
 *   coherent    dma_alloc_coherent(): memory that lies where the device reaches
 *               it, for as long as both like, zeroed
 *   streaming   dma_map_single(), _page(), _sg(): memory that the driver has
 *               already, for one transfer. From map to unmap it is the
 *               device's: the CPU looks at it only between
 *               dma_sync_*_for_cpu() and dma_sync_*_for_device().
 *
 * What the device cannot reach or would have to cross a line in is copied
 * through memory that it does reach: the bounce pool, kept from boot on
 * (swiotlb=). That costs a copy each way, and works for a driver that syncs as
 * it should. Everything is on record, so wrong use is a report (docs/dma.md):
 *
 *   dma-bad-address   no memory that a device may be given: vmalloc, a stack,
 *                     highmem by address, user space, the kernel's image, freed;
 *                     RAM where registers are said to be
 *   dma-limit         longer than the device can take, or above its mask
 *   dma-device        no device, or one that does no DMA
 *   dma-state         mapped twice for writing; unmapped or synced with another
 *                     length or direction, or what is not mapped; freed while
 *                     mapped; left mapped by a driver that is gone
 *
 * A refused mapping is DMA_MAPPING_ERROR: ask dma_mapping_error() each time.
 */
#ifndef KERNEL_DMA_MAPPING_H
#define KERNEL_DMA_MAPPING_H

#include <fs/device.h>
#include <kernel/errno.h>
#include <kernel/types.h>
#include <mm/gfp.h>
#include <mm/page.h>
#include <mm/scatterlist.h>

enum dma_data_direction {
	DMA_BIDIRECTIONAL = 0,
	DMA_TO_DEVICE = 1, /* the device reads: disk write, sound */
	DMA_FROM_DEVICE = 2, /* the device writes: disk read */
	DMA_NONE = 3, /* refused */
};

static inline bool valid_dma_direction(enum dma_data_direction dir)
{
	return (unsigned int)dir < DMA_NONE;
}

#define DMA_MAPPING_ERROR (~(dma_addr_t)0)
#define DMA_BIT_MASK(n) (~0ull >> (64 - (n)))

/* Attributes. Others that Linux has mean nothing on a PC. */
#define DMA_ATTR_SKIP_CPU_SYNC (1ul << 5) /* no copy: the driver syncs */
#define DMA_ATTR_NO_WARN (1ul << 8) /* no line when there is no memory */

/* --- what a device can -------------------------------------------------------- */

/* Limits of a device's segments; dev->dma_parms, which its bus sets. */
struct device_dma_parameters {
	unsigned int max_segment_size; /* bytes; 0: 64 KiB */
	unsigned long segment_boundary_mask; /* 0: 4 GiB */
};

/**
 * dma_set_mask - the highest bus address that @dev can send
 * @mask: DMA_BIT_MASK(bits) as a rule
 *
 * Return: 0; -EIO: the device does no DMA, or does not even reach the DMA zone.
 */
int __must_check dma_set_mask(struct device *dev, u64 mask);
int __must_check dma_set_coherent_mask(struct device *dev, u64 mask);
int __must_check dma_set_mask_and_coherent(struct device *dev, u64 mask);
/* For a device whose bus has set no mask: one for both. */
int __must_check dma_coerce_mask_and_coherent(struct device *dev, u64 mask);

/* Would dma_set_mask() take @mask, of a device that does DMA? */
int dma_supported(struct device *dev, u64 mask);

static inline u64 dma_get_mask(const struct device *dev)
{
	return dev->dma_mask && *dev->dma_mask ? *dev->dma_mask :
						 DMA_BIT_MASK(32);
}

/* The least mask that reaches all of the machine's RAM. */
u64 dma_get_required_mask(struct device *dev);

/* Is some RAM out of @dev's reach? */
bool dma_addressing_limited(struct device *dev);

/**
 * dma_set_max_seg_size - the longest segment @dev takes, in bytes
 * Return: 0; -EIO: it has no dma_parms; -EINVAL: 0 bytes.
 */
int dma_set_max_seg_size(struct device *dev, unsigned int size);
unsigned int dma_get_max_seg_size(const struct device *dev);

/**
 * dma_set_seg_boundary - @dev's segments do not cross multiples of @mask + 1
 * @mask: all ones: 0xffff for 64 KiB
 * Return: 0; -EIO: it has no dma_parms; -EINVAL: no such mask, or below a page.
 */
int dma_set_seg_boundary(struct device *dev, unsigned long mask);
unsigned long dma_get_seg_boundary(const struct device *dev);

/* The longest buffer that can be mapped whatever memory it lies in: what the
 * bounce pool has for one, if the device does not reach all RAM. Of a device with
 * lines that it cannot cross it is no longer than these are apart, either; lists
 * are cut there. */
size_t dma_max_mapping_size(struct device *dev);

/* DMA does not pass by the CPU's caches on a PC. */
static inline int dma_get_cache_alignment(void)
{
	return 1;
}

/* --- coherent memory ----------------------------------------------------------- */

/**
 * dma_alloc_attrs - memory for as long as @dev wants, zeroed
 * @size: bytes, up to 4 MiB; whole pages are taken, and no more of them
 * @handle: set to its bus address, below the device's coherent mask, aligned to
 *	the least power of two of pages that holds @size, as the CPU's is
 * @gfp: what may be done to find memory; where it lies the mask says
 * @attrs: DMA_ATTR_NO_WARN or 0
 *
 * Return: its kernel address, in the direct map; NULL: no memory, or refused
 * (dma-device).
 * Context: any. Sleeps only with __GFP_DIRECT_RECLAIM.
 */
void *__must_check dma_alloc_attrs(struct device *dev, size_t size,
				   dma_addr_t *handle, gfp_t gfp,
				   unsigned long attrs);

/**
 * dma_free_attrs - give it back
 * @size, @va, @handle: as allocated; NULL is harmless, else what is wrong is
 *	reported (dma-state) and left alone
 * Context: any.
 */
void dma_free_attrs(struct device *dev, size_t size, void *va,
		    dma_addr_t handle, unsigned long attrs);

static inline void *__must_check dma_alloc_coherent(struct device *dev,
						    size_t size,
						    dma_addr_t *handle,
						    gfp_t gfp)
{
	return dma_alloc_attrs(dev, size, handle, gfp, 0);
}

static inline void dma_free_coherent(struct device *dev, size_t size, void *va,
				     dma_addr_t handle)
{
	dma_free_attrs(dev, size, va, handle, 0);
}

/* The same, given back when the driver lets go of @dev (fs/devres.h); and
 * earlier. Context: process. */
void *__must_check dmam_alloc_attrs(struct device *dev, size_t size,
				    dma_addr_t *handle, gfp_t gfp,
				    unsigned long attrs);
void dmam_free_coherent(struct device *dev, size_t size, void *va,
			dma_addr_t handle);

static inline void *__must_check dmam_alloc_coherent(struct device *dev,
						     size_t size,
						     dma_addr_t *handle,
						     gfp_t gfp)
{
	return dmam_alloc_attrs(dev, size, handle, gfp, 0);
}

/* --- one buffer ------------------------------------------------------------------ */

/**
 * dma_map_page_attrs - @size bytes at @offset of @page become @dev's
 * @page: any page, high ones too; @offset and @size may lead to the pages
 *	behind it if they are the caller's
 * @attrs: DMA_ATTR_SKIP_CPU_SYNC, DMA_ATTR_NO_WARN or 0
 *
 * A buffer that must be bounced is at most dma_max_mapping_size() long.
 * Return: the bus address; DMA_MAPPING_ERROR: refused with a report, or nothing
 * to record or bounce it with (one line, rate-limited).
 * Context: any.
 */
dma_addr_t __must_check dma_map_page_attrs(struct device *dev,
					   struct page *page, size_t offset,
					   size_t size,
					   enum dma_data_direction dir,
					   unsigned long attrs);

/* The same for @size bytes of lowmem at @ptr. */
dma_addr_t __must_check dma_map_single_attrs(struct device *dev, void *ptr,
					     size_t size,
					     enum dma_data_direction dir,
					     unsigned long attrs);

/**
 * dma_unmap_page_attrs - the buffer is the driver's again
 * @addr, @size, @dir: as mapped; else that is reported (dma-state), and what was
 *	mapped at @addr is unmapped as it was mapped
 * @attrs: DMA_ATTR_SKIP_CPU_SYNC: what the device wrote is not wanted
 * Context: any.
 */
void dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs);

/* In line, so that reports name who called. */
static __always_inline void dma_unmap_single_attrs(struct device *dev,
						   dma_addr_t addr, size_t size,
						   enum dma_data_direction dir,
						   unsigned long attrs)
{
	dma_unmap_page_attrs(dev, addr, size, dir, attrs);
}

#define dma_map_single(d, p, s, r) dma_map_single_attrs(d, p, s, r, 0)
#define dma_unmap_single(d, a, s, r) dma_unmap_single_attrs(d, a, s, r, 0)
#define dma_map_page(d, p, o, s, r) dma_map_page_attrs(d, p, o, s, r, 0)
#define dma_unmap_page(d, a, s, r) dma_unmap_page_attrs(d, a, s, r, 0)

static inline int __must_check dma_mapping_error(struct device *dev,
						 dma_addr_t addr)
{
	(void)dev;
	return unlikely(addr == DMA_MAPPING_ERROR) ? -ENOMEM : 0;
}

/**
 * dma_sync_single_for_cpu - the CPU may look at a part of what is mapped
 * @addr, @size: the part; it need not begin where the mapping does
 * @dir: as mapped
 *
 * dma_sync_single_for_device() gives it back. What is not mapped, or mapped in
 * the other direction, is reported (dma-state). The range forms say the part by
 * an offset.
 * Context: any.
 */
void dma_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
			     enum dma_data_direction dir);
void dma_sync_single_for_device(struct device *dev, dma_addr_t addr,
				size_t size, enum dma_data_direction dir);

#define dma_sync_single_range_for_cpu(d, a, offset, s, r) \
	dma_sync_single_for_cpu(d, (a) + (offset), s, r)
#define dma_sync_single_range_for_device(d, a, offset, s, r) \
	dma_sync_single_for_device(d, (a) + (offset), s, r)

/* --- another device's registers ------------------------------------------------- */

/**
 * dma_map_resource - what is no memory becomes @dev's: another device's FIFO, or
 * the frame buffer that it is to copy into
 * @phys: its physical address, of a range that the driver has claimed
 * @attrs: 0; those of memory mean nothing here
 *
 * It cannot be bounced, and may be mapped several times.
 * Return: the bus address; DMA_MAPPING_ERROR: refused with a report, if a part
 * of it is RAM (dma-bad-address ram) or above the device's mask (dma-limit
 * resource); or nothing to record it with.
 * Context: any.
 */
dma_addr_t __must_check dma_map_resource(struct device *dev, phys_addr_t phys,
					 size_t size,
					 enum dma_data_direction dir,
					 unsigned long attrs);
/* As dma_unmap_page_attrs(). */
void dma_unmap_resource(struct device *dev, dma_addr_t addr, size_t size,
			enum dma_data_direction dir, unsigned long attrs);

/* --- lists ------------------------------------------------------------------------ */

/**
 * dma_map_sg_attrs - all of a list become @dev's
 * @nents: entries of the list
 *
 * Entries that are neighbours in memory become one segment as far as the
 * device's limits allow, and no longer than dma_max_mapping_size(). The first
 * entries of the list then say the segments: sg_dma_address() and sg_dma_len()
 * of as many as are returned. An entry that is longer than the device's largest
 * segment is refused (dma-limit).
 *
 * Return: segments; 0: refused as dma_map_page_attrs() does, and nothing of it
 * is mapped.
 * Context: any.
 */
unsigned int __must_check dma_map_sg_attrs(struct device *dev,
					   struct scatterlist *sgl, int nents,
					   enum dma_data_direction dir,
					   unsigned long attrs);

/**
 * dma_unmap_sg_attrs - the list is the driver's again
 * @nents: as given to dma_map_sg(): entries, not segments
 * @dir, @attrs: as dma_unmap_page_attrs()
 * Context: any.
 */
void dma_unmap_sg_attrs(struct device *dev, struct scatterlist *sgl, int nents,
			enum dma_data_direction dir, unsigned long attrs);

#define dma_map_sg(d, s, n, r) dma_map_sg_attrs(d, s, n, r, 0)
#define dma_unmap_sg(d, s, n, r) dma_unmap_sg_attrs(d, s, n, r, 0)

/* dma_sync_single_*() for the whole list; @nents as given to dma_map_sg(). */
void dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sgl, int nents,
			 enum dma_data_direction dir);
void dma_sync_sg_for_device(struct device *dev, struct scatterlist *sgl,
			    int nents, enum dma_data_direction dir);

/**
 * dma_map_sgtable - the same for a table; sets sgt->nents to the segments
 * Return: 0; -EIO: as dma_map_sg() returns 0.
 */
int __must_check dma_map_sgtable(struct device *dev, struct sg_table *sgt,
				 enum dma_data_direction dir,
				 unsigned long attrs);
void dma_unmap_sgtable(struct device *dev, struct sg_table *sgt,
		       enum dma_data_direction dir, unsigned long attrs);

static inline void dma_sync_sgtable_for_cpu(struct device *dev,
					    struct sg_table *sgt,
					    enum dma_data_direction dir)
{
	dma_sync_sg_for_cpu(dev, sgt->sgl, (int)sgt->orig_nents, dir);
}

static inline void dma_sync_sgtable_for_device(struct device *dev,
					       struct sg_table *sgt,
					       enum dma_data_direction dir)
{
	dma_sync_sg_for_device(dev, sgt->sgl, (int)sgt->orig_nents, dir);
}

/* Where a driver keeps what unmapping wants. */
#define DEFINE_DMA_UNMAP_ADDR(name) dma_addr_t name
#define DEFINE_DMA_UNMAP_LEN(name) u32 name
#define dma_unmap_addr(ptr, name) ((ptr)->name)
#define dma_unmap_addr_set(ptr, name, value) ((ptr)->name = (value))
#define dma_unmap_len(ptr, name) ((ptr)->name)
#define dma_unmap_len_set(ptr, name, value) ((ptr)->name = (value))

/* --- for buses --------------------------------------------------------------------- */

/**
 * dma_device_release - a driver has let go of @dev
 *
 * Call it when the device cannot send any more (its bus mastering is off), and
 * before @dev is gone. Mappings that are left are reported (dma-state, one
 * line), and given up: pages and bounce slots go back without a copy. Coherent
 * memory that is left is lost.
 * Return: how many mappings there were. Context: process.
 */
unsigned int dma_device_release(struct device *dev);

/* Start-up: mappings can be made from here on. Context: may sleep. */
#ifndef MODULE /* whose own init may be called so */
void dma_mappings_init(void);
#endif

#endif
