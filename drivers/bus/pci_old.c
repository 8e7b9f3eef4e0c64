/* SPDX-License-Identifier: MIT */
/*
 * pci_old.c - searches and devices of older editions (linux/old_pci_names.h)
 *
 * Locking: none of its own; a device that a search found is not held, and stays
 * listed for good.
 */
#include <kernel/export.h>
#include <linux/old_pci_names.h>
#include "pci_internal.h"

/* --- searches that hold nothing ---------------------------------------------- */

int pci_present(void)
{
	return !list_empty(&pci_devices);
}
EXPORT_SYMBOL(pci_present);

/* What a search begins behind, and puts back. */
static struct pci_dev *held(const struct pci_dev *from)
{
	return pci_dev_get((struct pci_dev *)from);
}

static struct pci_dev *not_held(struct pci_dev *dev)
{
	pci_dev_put(dev);
	return dev;
}

struct pci_dev *pci_find_subsys(unsigned int vendor, unsigned int device,
				unsigned int subvendor, unsigned int subdevice,
				const struct pci_dev *from)
{
	return not_held(pci_get_subsys(vendor, device, subvendor, subdevice,
				       held(from)));
}
EXPORT_SYMBOL(pci_find_subsys);

struct pci_dev *pci_find_device(unsigned int vendor, unsigned int device,
				const struct pci_dev *from)
{
	return pci_find_subsys(vendor, device, PCI_ANY_ID, PCI_ANY_ID, from);
}
EXPORT_SYMBOL(pci_find_device);

struct pci_dev *pci_find_class(unsigned int class, const struct pci_dev *from)
{
	return not_held(pci_get_class(class, held(from)));
}
EXPORT_SYMBOL(pci_find_class);

struct pci_dev *pci_find_slot(unsigned int bus, unsigned int devfn)
{
	return not_held(pci_get_domain_bus_and_slot(0, bus, devfn));
}
EXPORT_SYMBOL(pci_find_slot);

/* --- a card that is not PCI's ----------------------------------------------- */

static struct device isa_card = {
	.init_name = "ISA card",
	.dma_mask = &isa_card.coherent_dma_mask,
	.coherent_dma_mask = DMA_BIT_MASK(24),
};

struct device *pci_old_dma_device(struct pci_dev *pdev)
{
	return pdev ? &pdev->dev : &isa_card;
}
EXPORT_SYMBOL(pci_old_dma_device);
