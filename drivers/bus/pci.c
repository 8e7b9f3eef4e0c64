/* SPDX-License-Identifier: MIT */
/*
 * pci.c - what a driver does with a device: find it, switch it on, have its
 * ranges, reach them
 *
 * Not here: reading its configuration (pci_access.c), whose it is
 * (pci_driver.c).
 *
 * Locking: pci_bus_sem for searches. A device's command register and what it
 * has claimed are its driver's, who makes one call at a time.
 */
#define pr_fmt(fmt) "pci " fmt

#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/iomap.h>
#include <kernel/printk.h>
#include <kernel/util.h>
#include <mm/ioremap.h>
#include <mm/slab.h>
#include "pci_internal.h"

int pci_domain_nr(const struct pci_bus *bus)
{
	return bus->host->domain;
}
EXPORT_SYMBOL(pci_domain_nr);

/* --- holding and finding ------------------------------------------------------- */

struct pci_dev *pci_dev_get(struct pci_dev *dev)
{
	if (dev)
		refcount_inc(&dev->refs);
	return dev;
}
EXPORT_SYMBOL(pci_dev_get);

void pci_dev_put(struct pci_dev *dev)
{
	if (dev && refcount_dec_and_test(&dev->refs))
		kfree(dev);
}
EXPORT_SYMBOL(pci_dev_put);

/* What a search wants: a line of a driver's table, or a place. */
typedef bool (*pci_wanted_t)(const struct pci_dev *dev, const void *what);

/* The next one behind @from, which is put back. Return: held, or NULL. */
static struct pci_dev *device_search(struct pci_dev *from, pci_wanted_t wanted,
				     const void *what)
{
	struct list_head *link;
	struct pci_dev *found = NULL;

	down_read(&pci_bus_sem);
	link = from ? from->global_list.next : pci_devices.next;
	for (; link != &pci_devices && !found; link = link->next) {
		struct pci_dev *dev =
			list_entry(link, struct pci_dev, global_list);

		if (wanted(dev, what))
			found = pci_dev_get(dev);
	}
	up_read(&pci_bus_sem);
	pci_dev_put(from);
	return found;
}

static bool id_matches(u32 wanted, u32 is)
{
	return wanted == PCI_ANY_ID || wanted == is;
}

static bool device_matches(const struct pci_dev *dev, const void *what)
{
	const struct pci_device_id *id = what;

	return id_matches(id->vendor, dev->vendor) &&
	       id_matches(id->device, dev->device) &&
	       id_matches(id->subvendor, dev->subsystem_vendor) &&
	       id_matches(id->subdevice, dev->subsystem_device) &&
	       !((id->class ^ dev->class) & id->class_mask);
}

const struct pci_device_id *pci_match_id(const struct pci_device_id *ids,
					 const struct pci_dev *dev)
{
	for (; ids && (ids->vendor || ids->subvendor || ids->class_mask); ids++)
		if (device_matches(dev, ids))
			return ids;
	return NULL;
}
EXPORT_SYMBOL(pci_match_id);

struct pci_dev *pci_get_subsys(unsigned int vendor, unsigned int device,
			       unsigned int subvendor, unsigned int subdevice,
			       struct pci_dev *from)
{
	const struct pci_device_id id = { PCI_DEVICE_SUB(
		vendor, device, subvendor, subdevice) };

	return device_search(from, device_matches, &id);
}
EXPORT_SYMBOL(pci_get_subsys);

struct pci_dev *pci_get_device(unsigned int vendor, unsigned int device,
			       struct pci_dev *from)
{
	return pci_get_subsys(vendor, device, PCI_ANY_ID, PCI_ANY_ID, from);
}
EXPORT_SYMBOL(pci_get_device);

struct pci_dev *pci_get_class(unsigned int class, struct pci_dev *from)
{
	const struct pci_device_id id = { PCI_DEVICE_CLASS(class, ~0u) };

	return device_search(from, device_matches, &id);
}
EXPORT_SYMBOL(pci_get_class);

struct pci_place {
	int domain;
	unsigned int bus, devfn;
};

static bool device_is_at(const struct pci_dev *dev, const void *what)
{
	const struct pci_place *place = what;

	return pci_domain_nr(dev->bus) == place->domain &&
	       dev->bus->number == place->bus && dev->devfn == place->devfn;
}

struct pci_dev *pci_get_domain_bus_and_slot(int domain, unsigned int bus,
					    unsigned int devfn)
{
	const struct pci_place place = { domain, bus, devfn };

	return device_search(NULL, device_is_at, &place);
}
EXPORT_SYMBOL(pci_get_domain_bus_and_slot);

struct pci_dev *pci_get_slot(struct pci_bus *bus, unsigned int devfn)
{
	return pci_get_domain_bus_and_slot(pci_domain_nr(bus), bus->number,
					   devfn);
}
EXPORT_SYMBOL(pci_get_slot);

int pci_dev_present(const struct pci_device_id *ids)
{
	struct pci_dev *dev = NULL;

	for_each_pci_dev(dev)
	{
		if (pci_match_id(ids, dev)) {
			pci_dev_put(dev);
			return 1;
		}
	}
	return 0;
}
EXPORT_SYMBOL(pci_dev_present);

/* A bus is known by a device on it, or by the bridge that leads to it. */
static struct pci_bus *bus_of(const struct pci_dev *dev, int domain, int number)
{
	if (pci_domain_nr(dev->bus) != domain)
		return NULL;
	if (dev->bus->number == number)
		return dev->bus;
	return dev->subordinate && dev->subordinate->number == number ?
		       dev->subordinate :
		       NULL;
}

struct pci_bus *pci_find_bus(int domain, int number)
{
	struct pci_bus *found = NULL;
	struct pci_dev *dev;

	down_read(&pci_bus_sem);
	list_for_each_entry(dev, &pci_devices, global_list) {
		found = bus_of(dev, domain, number);
		if (found)
			break;
	}
	up_read(&pci_bus_sem);
	return found;
}
EXPORT_SYMBOL(pci_find_bus);

/* --- switching it on ------------------------------------------------------------- */

/* Bits of the command register that its ranges of these kinds want; a negative
 * error if one of them is not in a tree. */
static int command_wanted(const struct pci_dev *dev, unsigned long kinds)
{
	int i, bits = 0;

	for (i = 0; i < DEVICE_COUNT_RESOURCE; i++) {
		const struct resource *res = &dev->resource[i];

		/* A ROM is read when nobody needs the rest of the device. */
		if (!(res->flags & kinds) || i == PCI_ROM_RESOURCE)
			continue;
		if (res->flags & IORESOURCE_UNSET) {
			pr_warn("%s: cannot be enabled: range %d was left"
				" out\n",
				pci_name(dev), i);
			return -EINVAL;
		}
		bits |= res->flags & IORESOURCE_IO ? PCI_COMMAND_IO :
						     PCI_COMMAND_MEMORY;
	}
	return bits;
}

static void command_change(struct pci_dev *dev, u16 set, u16 clear)
{
	u16 before, after;

	pci_read_config_word(dev, PCI_COMMAND, &before);
	after = (u16)((before & ~clear) | set);
	if (after != before)
		pci_write_config_word(dev, PCI_COMMAND, after);
}

static int device_enable(struct pci_dev *dev, unsigned long kinds)
{
	int bits = command_wanted(dev, kinds);

	if (bits < 0)
		return bits;
	if (!pci_device_is_present(dev)) {
		pr_warn("%s: cannot be enabled: it does not answer\n",
			pci_name(dev));
		return -ENODEV;
	}
	command_change(dev, (u16)bits, 0);
	if (atomic_inc_return(&dev->enable_cnt) == 1 && dev->irq)
		irq_set_level(dev->irq);
	return 0;
}

int pci_enable_device(struct pci_dev *dev)
{
	return device_enable(dev, IORESOURCE_IO | IORESOURCE_MEM);
}
EXPORT_SYMBOL(pci_enable_device);

int pci_enable_device_io(struct pci_dev *dev)
{
	return device_enable(dev, IORESOURCE_IO);
}
EXPORT_SYMBOL(pci_enable_device_io);

int pci_enable_device_mem(struct pci_dev *dev)
{
	return device_enable(dev, IORESOURCE_MEM);
}
EXPORT_SYMBOL(pci_enable_device_mem);

void pci_disable_device(struct pci_dev *dev)
{
	int left = atomic_dec_return(&dev->enable_cnt);

	if (WARN_ON_ONCE(left < 0)) {
		atomic_inc(&dev->enable_cnt);
		return;
	}
	/* Nobody has to do it again. */
	dev->managed_enabled = 0;
	/* As on Linux it goes on answering: a screen stays a screen. */
	if (!left)
		pci_clear_master(dev);
}
EXPORT_SYMBOL(pci_disable_device);

void pci_set_master(struct pci_dev *dev)
{
	command_change(dev, PCI_COMMAND_MASTER, 0);
	dev->is_busmaster = 1;
}
EXPORT_SYMBOL(pci_set_master);

void pci_clear_master(struct pci_dev *dev)
{
	command_change(dev, 0, PCI_COMMAND_MASTER);
	dev->is_busmaster = 0;
}
EXPORT_SYMBOL(pci_clear_master);

void pci_intx(struct pci_dev *dev, int enable)
{
	if (enable)
		command_change(dev, 0, PCI_COMMAND_INTX_DISABLE);
	else
		command_change(dev, PCI_COMMAND_INTX_DISABLE, 0);
}
EXPORT_SYMBOL_GPL(pci_intx);

/* --- its ranges --------------------------------------------------------------------- */

static bool bar_is_good(int bar)
{
	return !WARN_ON_ONCE(bar < 0 || bar > PCI_ROM_RESOURCE);
}

int pci_request_region(struct pci_dev *dev, int bar, const char *name)
{
	const struct resource *res;

	if (!bar_is_good(bar))
		return -EINVAL;
	res = &dev->resource[bar];
	if (!pci_resource_len(dev, bar))
		return 0;
	if (!res->parent || dev->claimed & BIT(bar) ||
	    !__request_region(pci_range_tree(dev, res), res->start,
			      resource_size(res), name, 0)) {
		pr_warn("%s: range %d cannot be had by %s\n", pci_name(dev),
			bar, name);
		return -EBUSY;
	}
	dev->claimed |= (u16)BIT(bar);
	return 0;
}
EXPORT_SYMBOL(pci_request_region);

void pci_release_region(struct pci_dev *dev, int bar)
{
	const struct resource *res;

	if (!bar_is_good(bar) || !(dev->claimed & BIT(bar)))
		return;
	res = &dev->resource[bar];
	__release_region(pci_range_tree(dev, res), res->start,
			 resource_size(res));
	dev->claimed &= (u16)~BIT(bar);
}
EXPORT_SYMBOL(pci_release_region);

int pci_request_selected_regions(struct pci_dev *dev, int bars,
				 const char *name)
{
	int i, err;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		if (!(bars & (int)BIT(i)))
			continue;
		err = pci_request_region(dev, i, name);
		if (err) {
			pci_release_selected_regions(dev,
						     bars & (int)(BIT(i) - 1));
			return err;
		}
	}
	return 0;
}
EXPORT_SYMBOL(pci_request_selected_regions);

void pci_release_selected_regions(struct pci_dev *dev, int bars)
{
	int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		if (bars & (int)BIT(i))
			pci_release_region(dev, i);
}
EXPORT_SYMBOL(pci_release_selected_regions);

#define ALL_BARS ((int)BIT(PCI_STD_NUM_BARS) - 1)

int pci_request_regions(struct pci_dev *dev, const char *name)
{
	return pci_request_selected_regions(dev, ALL_BARS, name);
}
EXPORT_SYMBOL(pci_request_regions);

void pci_release_regions(struct pci_dev *dev)
{
	pci_release_selected_regions(dev, ALL_BARS);
}
EXPORT_SYMBOL(pci_release_regions);

int pci_select_bars(struct pci_dev *dev, unsigned long flags)
{
	int i, bars = 0;

	for (i = 0; i <= PCI_ROM_RESOURCE; i++)
		if (pci_resource_flags(dev, i) & flags)
			bars |= (int)BIT(i);
	return bars;
}
EXPORT_SYMBOL(pci_select_bars);

/* --- reaching them --------------------------------------------------------------------- */

typedef void __iomem *(*map_t)(phys_addr_t phys, unsigned long size);

static void __iomem *bar_map(struct pci_dev *dev, int bar, unsigned long offset,
			     unsigned long maxlen, map_t map)
{
	const struct resource *res;
	resource_size_t size;

	if (!bar_is_good(bar))
		return NULL;
	res = &dev->resource[bar];
	size = pci_resource_len(dev, bar);
	if (size <= offset || res->flags & IORESOURCE_UNSET)
		return NULL;
	size -= offset;
	if (maxlen && size > maxlen)
		size = maxlen;
	if (size > ULONG_MAX) /* not with our addresses; ask for a part */
		return NULL;
	if (res->flags & IORESOURCE_IO)
		return map == ioremap_wc ?
			       NULL :
			       ioport_map((unsigned long)res->start + offset,
					  (unsigned int)size);
	return map(res->start + offset, (unsigned long)size);
}

void __iomem *pci_iomap_range(struct pci_dev *dev, int bar,
			      unsigned long offset, unsigned long maxlen)
{
	return bar_map(dev, bar, offset, maxlen, ioremap);
}
EXPORT_SYMBOL(pci_iomap_range);

void __iomem *pci_iomap(struct pci_dev *dev, int bar, unsigned long maxlen)
{
	return bar_map(dev, bar, 0, maxlen, ioremap);
}
EXPORT_SYMBOL(pci_iomap);

void __iomem *pci_iomap_wc(struct pci_dev *dev, int bar, unsigned long maxlen)
{
	return bar_map(dev, bar, 0, maxlen, ioremap_wc);
}
EXPORT_SYMBOL_GPL(pci_iomap_wc);

void __iomem *pci_ioremap_bar(struct pci_dev *dev, int bar)
{
	if (!bar_is_good(bar) ||
	    !(pci_resource_flags(dev, bar) & IORESOURCE_MEM))
		return NULL;
	return bar_map(dev, bar, 0, 0, ioremap);
}
EXPORT_SYMBOL_GPL(pci_ioremap_bar);

void pci_iounmap(struct pci_dev *dev, void __iomem *addr)
{
	(void)dev; /* the cookie tells which kind it is */
	if ((__force unsigned long)addr < PIO_RESERVED)
		ioport_unmap(addr);
	else
		iounmap(addr);
}
EXPORT_SYMBOL(pci_iounmap);
