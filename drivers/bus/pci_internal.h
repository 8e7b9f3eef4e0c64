/* SPDX-License-Identifier: MIT */
/*
 * pci_internal.h - what the files of PCI share among themselves
 *
 *	pci_access.c  configuration space
 *	pci_probe.c   walking the buses: what is there, and its ranges
 *	pci.c         what a driver does with its device
 *	pci_driver.c  which driver has which device
 *	pci_proc.c    /proc/bus/pci
 *	pci_old.c     what older editions called differently
 *
 * Locking: pci_bus_sem, a sleeping one, guards the lists of buses and devices;
 * they change at start-up only, and in tests. Whoever calls a driver does not
 * hold it: drivers search the lists, too.
 */
#ifndef DRIVERS_BUS_PCI_INTERNAL_H
#define DRIVERS_BUS_PCI_INTERNAL_H

#include <kernel/pci.h>
#include <kernel/rwsem.h>

#define PCI_CONF1_ADDRESS 0xcf8
#define PCI_CONF1_DATA 0xcfc

extern struct rw_semaphore pci_bus_sem;
extern struct list_head pci_devices; /* of all hosts, by global_list */

extern const struct pci_ops pci_conf1_ops;
/* Is there something at mechanism 1's ports? Context: any. */
bool pci_conf1_present(void);

/* The tree that a range of @dev is in, or would be. */
static inline struct resource *pci_range_tree(const struct pci_dev *dev,
					      const struct resource *res)
{
	const struct pci_host *host = dev->bus->host;

	return res->flags & IORESOURCE_IO ? host->io : host->mem;
}

/* Files of /proc, as soon as there is one; pci_bus_sem held for writing. What
 * fails is a line, and only a file less. */
void pci_proc_attach(struct pci_dev *dev);
void pci_proc_detach(struct pci_dev *dev);
void pci_proc_detach_bus(struct pci_bus *bus);

/* Offer @dev to the drivers that are there; take its driver off it. Context: may
 * sleep, pci_bus_sem not held. */
void pci_device_offer(struct pci_dev *dev);
void pci_device_unbind(struct pci_dev *dev);

/**
 * pci_driver_name - a copy of the name of the driver that has @dev
 *
 * Somebody else's driver may go at any time, and its name with it.
 * Return: false, and "": none has it. Context: as pci_device_unbind().
 */
bool pci_driver_name(const struct pci_dev *dev, char *name, size_t size);
#define PCI_DRIVER_NAME_BYTES 32 /* longer ones are shown cut */

#endif
