/* SPDX-License-Identifier: MIT */
/*
 * devres_io.c - interrupts, ranges and mappings that go with their driver
 *
 * Each is taken as without devm_, and a resource notes how to give it back. The
 * note is made first: without memory for it nothing is taken.
 *
 * Locking: none here.
 */
#include <fs/devres.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <mm/ioremap.h>

/* --- interrupts -------------------------------------------------------------------- */

struct devres_irq {
	unsigned int irq;
	void *dev_id;
};

static void devm_irq_release(struct device *dev, void *res)
{
	struct devres_irq *line = res;

	(void)dev;
	free_irq(line->irq, line->dev_id);
}

static int devm_irq_match(struct device *dev, void *res, void *match_data)
{
	struct devres_irq *line = res, *wanted = match_data;

	(void)dev;
	return line->irq == wanted->irq && line->dev_id == wanted->dev_id;
}

int devm_request_irq(struct device *dev, unsigned int irq,
		     irq_handler_t handler, unsigned long flags,
		     const char *name, void *dev_id)
{
	struct devres_irq *line =
		devres_alloc(devm_irq_release, sizeof(*line), GFP_KERNEL);
	int err;

	if (!line)
		return -ENOMEM;
	err = request_irq(irq, handler, flags, name ? name : dev_name(dev),
			  dev_id);
	if (err) {
		devres_free(line);
		return err;
	}
	*line = (struct devres_irq){ irq, dev_id };
	devres_add(dev, line);
	return 0;
}
EXPORT_SYMBOL(devm_request_irq);

void devm_free_irq(struct device *dev, unsigned int irq, void *dev_id)
{
	struct devres_irq wanted = { irq, dev_id };

	WARN_ON(devres_release(dev, devm_irq_release, devm_irq_match, &wanted));
}
EXPORT_SYMBOL(devm_free_irq);

/* --- mappings ------------------------------------------------------------------------ */

typedef void __iomem *(*map_t)(phys_addr_t phys, unsigned long size);

static void devm_ioremap_release(struct device *dev, void *res)
{
	(void)dev;
	iounmap(*(void __iomem **)res);
}

static int devm_ioremap_match(struct device *dev, void *res, void *match_data)
{
	(void)dev;
	return *(void **)res == match_data;
}

static void __iomem *mapped(struct device *dev, phys_addr_t phys,
			    unsigned long size, map_t map)
{
	void __iomem **addr =
		devres_alloc(devm_ioremap_release, sizeof(*addr), GFP_KERNEL);

	if (!addr)
		return NULL;
	*addr = map(phys, size);
	if (!*addr) {
		devres_free(addr);
		return NULL;
	}
	devres_add(dev, addr);
	return *addr;
}

void __iomem *devm_ioremap(struct device *dev, phys_addr_t phys,
			   unsigned long size)
{
	return mapped(dev, phys, size, ioremap);
}
EXPORT_SYMBOL(devm_ioremap);

void __iomem *devm_ioremap_uc(struct device *dev, phys_addr_t phys,
			      unsigned long size)
{
	return mapped(dev, phys, size, ioremap_uc);
}
EXPORT_SYMBOL_GPL(devm_ioremap_uc);

void __iomem *devm_ioremap_wc(struct device *dev, phys_addr_t phys,
			      unsigned long size)
{
	return mapped(dev, phys, size, ioremap_wc);
}
EXPORT_SYMBOL(devm_ioremap_wc);

void devm_iounmap(struct device *dev, void __iomem *addr)
{
	WARN_ON(devres_release(dev, devm_ioremap_release, devm_ioremap_match,
			       (__force void *)addr));
}
EXPORT_SYMBOL(devm_iounmap);

/* --- ranges ---------------------------------------------------------------------------- */

struct devres_region {
	struct resource *parent;
	resource_size_t start, n;
};

static void devm_region_release(struct device *dev, void *res)
{
	struct devres_region *r = res;

	(void)dev;
	__release_region(r->parent, r->start, r->n);
}

static int devm_region_match(struct device *dev, void *res, void *match_data)
{
	struct devres_region *r = res, *wanted = match_data;

	(void)dev;
	return r->parent == wanted->parent && r->start == wanted->start &&
	       r->n == wanted->n;
}

struct resource *__devm_request_region(struct device *dev,
				       struct resource *parent,
				       resource_size_t start, resource_size_t n,
				       const char *name)
{
	struct devres_region *r =
		devres_alloc(devm_region_release, sizeof(*r), GFP_KERNEL);
	struct resource *claim;

	if (!r)
		return NULL;
	claim = __request_region(parent, start, n, name, 0);
	if (!claim) {
		devres_free(r);
		return NULL;
	}
	*r = (struct devres_region){ parent, start, n };
	devres_add(dev, r);
	return claim;
}
EXPORT_SYMBOL(__devm_request_region);

void __devm_release_region(struct device *dev, struct resource *parent,
			   resource_size_t start, resource_size_t n)
{
	struct devres_region wanted = { parent, start, n };

	WARN_ON(devres_release(dev, devm_region_release, devm_region_match,
			       &wanted));
}
EXPORT_SYMBOL(__devm_release_region);

void __iomem *devm_ioremap_resource(struct device *dev,
				    const struct resource *res)
{
	resource_size_t size = res ? resource_size(res) : 0;
	void __iomem *addr;

	if (!res || !(res->flags & IORESOURCE_MEM) || size > ULONG_MAX) {
		dev_err(dev, "invalid resource %pR\n", res);
		return IOMEM_ERR_PTR(-EINVAL);
	}
	if (!devm_request_mem_region(dev, res->start, size, dev_name(dev))) {
		dev_err(dev, "can't request region for resource %pR\n", res);
		return IOMEM_ERR_PTR(-EBUSY);
	}
	addr = devm_ioremap(dev, res->start, (unsigned long)size);
	if (addr)
		return addr;
	dev_err(dev, "ioremap failed for resource %pR\n", res);
	devm_release_mem_region(dev, res->start, size);
	return IOMEM_ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL(devm_ioremap_resource);
