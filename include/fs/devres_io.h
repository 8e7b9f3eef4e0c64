/* SPDX-License-Identifier: MIT */
/*
 * devres_io.h - interrupts, ranges and mappings that go with their driver
 *
 * See devres.h. Apart from it, because these are looked for where their plain
 * forms are, by drivers that may have a struct device of their own.
 *
 * Context: process, may sleep.
 */
#ifndef FS_DEVRES_IO_H
#define FS_DEVRES_IO_H

#include <kernel/err.h>
#include <kernel/ioport.h>
#include <kernel/irq.h>
#include <kernel/types.h>

struct device;

/* --- interrupts -------------------------------------------------------------------- */

/**
 * devm_request_irq - request_irq()
 * @name: NULL: the device's
 * Return: as request_irq(); -ENOMEM.
 */
int __must_check devm_request_irq(struct device *dev, unsigned int irq,
				  irq_handler_t handler, unsigned long flags,
				  const char *name, void *dev_id);
void devm_free_irq(struct device *dev, unsigned int irq, void *dev_id);

/* --- ports and device memory --------------------------------------------------------- */

#ifndef IOMEM_ERR_PTR
#define IOMEM_ERR_PTR(err) ((__force void __iomem *)ERR_PTR(err))
#endif

/* As ioremap() and its kin. Return: NULL if refused or out of memory. */
void __iomem *__must_check devm_ioremap(struct device *dev, phys_addr_t phys,
					unsigned long size);
void __iomem *__must_check devm_ioremap_uc(struct device *dev, phys_addr_t phys,
					   unsigned long size);
void __iomem *__must_check devm_ioremap_wc(struct device *dev, phys_addr_t phys,
					   unsigned long size);
void devm_iounmap(struct device *dev, void __iomem *addr);

/**
 * devm_ioremap_resource - claim a range of device memory, and map it
 * Return: IOMEM_ERR_PTR(), after a line: -EINVAL: @res is NULL or no memory;
 * -EBUSY: somebody has it; -ENOMEM.
 */
void __iomem *__must_check devm_ioremap_resource(struct device *dev,
						 const struct resource *res);

/* As __request_region(). Return: NULL. */
struct resource *__must_check __devm_request_region(struct device *dev,
						    struct resource *parent,
						    resource_size_t start,
						    resource_size_t n,
						    const char *name);
void __devm_release_region(struct device *dev, struct resource *parent,
			   resource_size_t start, resource_size_t n);
#define devm_request_region(dev, start, n, name) \
	__devm_request_region((dev), &ioport_resource, (start), (n), (name))
#define devm_request_mem_region(dev, start, n, name) \
	__devm_request_region((dev), &iomem_resource, (start), (n), (name))
#define devm_release_region(dev, start, n) \
	__devm_release_region((dev), &ioport_resource, (start), (n))
#define devm_release_mem_region(dev, start, n) \
	__devm_release_region((dev), &iomem_resource, (start), (n))

#endif
