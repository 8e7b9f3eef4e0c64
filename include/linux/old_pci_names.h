/* SPDX-License-Identifier: MIT */
/*
 * linux/old_pci_names.h - names of PCI that older editions of Linux have
 *
 * As old_names.h, of which this is a part: apart, for these names need the
 * structs of PCI, and whoever only allocates memory does not. linux/pci.h
 * includes it.
 *
 * Where a device is asked for, NULL meant a card that is not PCI's and reaches
 * 16 MiB: so it does here.
 *
 * Not here: pcibios_find_device() and its like, of 2.0, which take places
 * instead of devices.
 */
#ifndef LINUX_OLD_PCI_NAMES_H
#define LINUX_OLD_PCI_NAMES_H

#include <kernel/compiler.h>
#include <kernel/dma_mapping.h>
#include <kernel/pci.h>
#include <mm/dmapool.h>

/* --- finding devices ------------------------------------------------------ */

/* 2.1 .. 2.6.0: is there any? */
int pci_present(void);

/**
 * pci_find_device - the next device of these numbers, not held
 * @from: the last one found; NULL: begin
 *
 * 2.1 .. 2.6.33, when devices did not go away; here they still do not. So are
 * those below, of 2.4 .. 2.6: by subsystem, by class, by place on bus @bus of the
 * machine's own.
 * Return: the device, or NULL behind the last. Context: may sleep.
 */
struct pci_dev *pci_find_device(unsigned int vendor, unsigned int device,
				const struct pci_dev *from);
struct pci_dev *pci_find_subsys(unsigned int vendor, unsigned int device,
				unsigned int subvendor, unsigned int subdevice,
				const struct pci_dev *from);
struct pci_dev *pci_find_class(unsigned int class, const struct pci_dev *from);
struct pci_dev *pci_find_slot(unsigned int bus, unsigned int devfn);

/* 2.3 .. 2.5. */
#define pci_for_each_dev(dev)                                               \
	for ((dev) = NULL; ((dev) = pci_find_device(PCI_ANY_ID, PCI_ANY_ID, \
						    (dev))) != NULL;)

/* 2.4 .. 2.6.17. */
#define pci_module_init(drv) pci_register_driver(drv)

/* --- what a device reaches ------------------------------------------------ */

/* The device to map for; of NULL, one that is ISA's. */
struct device *pci_old_dma_device(struct pci_dev *pdev);

/* 2.4 .. 2.6: would pci_set_dma_mask() take it? */
static inline int pci_dma_supported(struct pci_dev *pdev, u64 mask)
{
	return dma_supported(pci_old_dma_device(pdev), mask);
}

/* 2.4 .. 5.17, 2.5 .. 5.17. */
static inline int pci_set_dma_mask(struct pci_dev *pdev, u64 mask)
{
	return dma_set_mask(&pdev->dev, mask);
}

static inline int pci_set_consistent_dma_mask(struct pci_dev *pdev, u64 mask)
{
	return dma_set_coherent_mask(&pdev->dev, mask);
}

/* 2.4 .. 5.17. */
#define PCI_DMA_BIDIRECTIONAL DMA_BIDIRECTIONAL
#define PCI_DMA_TODEVICE DMA_TO_DEVICE
#define PCI_DMA_FROMDEVICE DMA_FROM_DEVICE
#define PCI_DMA_NONE DMA_NONE

/* --- memory for a device: 2.4 .. 5.17 ------------------------------------- */

static inline void *pci_alloc_consistent(struct pci_dev *pdev, size_t size,
					 dma_addr_t *handle)
{
	return dma_alloc_coherent(pci_old_dma_device(pdev), size, handle,
				  GFP_ATOMIC);
}

static inline void pci_free_consistent(struct pci_dev *pdev, size_t size,
				       void *va, dma_addr_t handle)
{
	dma_free_coherent(pci_old_dma_device(pdev), size, va, handle);
}

/* In line, so that reports name who called. */
static __always_inline dma_addr_t pci_map_single(struct pci_dev *pdev,
						 void *ptr, size_t size,
						 int direction)
{
	return dma_map_single(pci_old_dma_device(pdev), ptr, size,
			      (enum dma_data_direction)direction);
}

static __always_inline void pci_unmap_single(struct pci_dev *pdev,
					     dma_addr_t addr, size_t size,
					     int direction)
{
	dma_unmap_single(pci_old_dma_device(pdev), addr, size,
			 (enum dma_data_direction)direction);
}

static __always_inline dma_addr_t pci_map_page(struct pci_dev *pdev,
					       struct page *page,
					       unsigned long offset,
					       size_t size, int direction)
{
	return dma_map_page(pci_old_dma_device(pdev), page, offset, size,
			    (enum dma_data_direction)direction);
}

static __always_inline void pci_unmap_page(struct pci_dev *pdev,
					   dma_addr_t addr, size_t size,
					   int direction)
{
	dma_unmap_page(pci_old_dma_device(pdev), addr, size,
		       (enum dma_data_direction)direction);
}

static __always_inline int pci_map_sg(struct pci_dev *pdev,
				      struct scatterlist *sgl, int nents,
				      int direction)
{
	return (int)dma_map_sg(pci_old_dma_device(pdev), sgl, nents,
			       (enum dma_data_direction)direction);
}

static __always_inline void pci_unmap_sg(struct pci_dev *pdev,
					 struct scatterlist *sgl, int nents,
					 int direction)
{
	dma_unmap_sg(pci_old_dma_device(pdev), sgl, nents,
		     (enum dma_data_direction)direction);
}

/* 2.6.5 .. 5.17. */
static __always_inline void pci_dma_sync_single_for_cpu(struct pci_dev *pdev,
							dma_addr_t addr,
							size_t size,
							int direction)
{
	dma_sync_single_for_cpu(pci_old_dma_device(pdev), addr, size,
				(enum dma_data_direction)direction);
}

static __always_inline void pci_dma_sync_single_for_device(struct pci_dev *pdev,
							   dma_addr_t addr,
							   size_t size,
							   int direction)
{
	dma_sync_single_for_device(pci_old_dma_device(pdev), addr, size,
				   (enum dma_data_direction)direction);
}

static __always_inline void pci_dma_sync_sg_for_cpu(struct pci_dev *pdev,
						    struct scatterlist *sgl,
						    int nents, int direction)
{
	dma_sync_sg_for_cpu(pci_old_dma_device(pdev), sgl, nents,
			    (enum dma_data_direction)direction);
}

static __always_inline void pci_dma_sync_sg_for_device(struct pci_dev *pdev,
						       struct scatterlist *sgl,
						       int nents, int direction)
{
	dma_sync_sg_for_device(pci_old_dma_device(pdev), sgl, nents,
			       (enum dma_data_direction)direction);
}

/*
 * 2.4 .. 2.6.4: one call before the CPU reads what the device wrote, and behind
 * what it wrote for the device. Of a buffer for both directions it is the first;
 * who wrote into one says pci_dma_sync_single_for_device().
 */
static __always_inline void pci_dma_sync_single(struct pci_dev *pdev,
						dma_addr_t addr, size_t size,
						int direction)
{
	if (direction == PCI_DMA_TODEVICE)
		pci_dma_sync_single_for_device(pdev, addr, size, direction);
	else
		pci_dma_sync_single_for_cpu(pdev, addr, size, direction);
}

static __always_inline void pci_dma_sync_sg(struct pci_dev *pdev,
					    struct scatterlist *sgl, int nents,
					    int direction)
{
	if (direction == PCI_DMA_TODEVICE)
		pci_dma_sync_sg_for_device(pdev, sgl, nents, direction);
	else
		pci_dma_sync_sg_for_cpu(pdev, sgl, nents, direction);
}

/* 2.6.5 .. 2.6.26: (addr); from then to 5.17: (pdev, addr). */
#define pci_dma_mapping_error(...)                                        \
	PCI_DMA_MAPPING_ERROR_FORM(__VA_ARGS__, __pci_dma_mapping_error2, \
				   __pci_dma_mapping_error1, )            \
	(__VA_ARGS__)
#define PCI_DMA_MAPPING_ERROR_FORM(_1, _2, form, ...) form
static inline int __pci_dma_mapping_error1(dma_addr_t addr)
{
	return dma_mapping_error(NULL, addr);
}

static inline int __pci_dma_mapping_error2(struct pci_dev *pdev,
					   dma_addr_t addr)
{
	(void)pdev;
	return dma_mapping_error(NULL, addr);
}

/* 2.4 .. 2.6.34: where a driver keeps what unmapping wants. */
#define DECLARE_PCI_UNMAP_ADDR(name) DEFINE_DMA_UNMAP_ADDR(name);
#define DECLARE_PCI_UNMAP_LEN(name) DEFINE_DMA_UNMAP_LEN(name);
#define pci_unmap_addr dma_unmap_addr
#define pci_unmap_addr_set dma_unmap_addr_set
#define pci_unmap_len dma_unmap_len
#define pci_unmap_len_set dma_unmap_len_set

/* --- pools ------------------------------------------------------------------ */

/* 2.4 .. 5.17; of 2.4 there was a sixth argument, how to find memory for the
 * pool itself. Here and later that may sleep. */
#define pci_pool dma_pool
#define pci_pool_create(...)                                         \
	PCI_POOL_CREATE_FORM(__VA_ARGS__, __pci_pool_create6,        \
			     __pci_pool_create5, too_few_arguments,  \
			     too_few_arguments, too_few_arguments, ) \
	(__VA_ARGS__)
#define PCI_POOL_CREATE_FORM(_1, _2, _3, _4, _5, _6, form, ...) form
static inline struct pci_pool *__pci_pool_create5(const char *name,
						  struct pci_dev *pdev,
						  size_t size, size_t align,
						  size_t boundary)
{
	return dma_pool_create(name, pci_old_dma_device(pdev), size, align,
			       boundary);
}

static inline struct pci_pool *__pci_pool_create6(const char *name,
						  struct pci_dev *pdev,
						  size_t size, size_t align,
						  size_t boundary, int gfp)
{
	(void)gfp;
	return __pci_pool_create5(name, pdev, size, align, boundary);
}

#define pci_pool_destroy(pool) dma_pool_destroy(pool)
#define pci_pool_alloc(pool, gfp, handle) dma_pool_alloc(pool, gfp, handle)
#define pci_pool_free(pool, va, handle) dma_pool_free(pool, va, handle)

#endif
