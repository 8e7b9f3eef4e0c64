/* SPDX-License-Identifier: MIT */
/*
 * pci_driver.c - which driver has which device
 *
 * A driver that comes is offered all devices that nobody drives, a device that
 * comes all drivers, in the order they came. Who takes it is in its driver
 * until that goes.
 *
 * Locking: pci_bind_mutex, around everything here, calls of probe() and
 * remove() included: a driver cannot go while it is asked. So these must not
 * come back in here; they may search for devices.
 */
#define pr_fmt(fmt) "pci " fmt

#include <fs/devres.h>
#include <kernel/dma_mapping.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/module_holding.h>
#include <kernel/mutex.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include "pci_internal.h"

static DEFINE_MUTEX(pci_bind_mutex);
static LIST_HEAD(pci_drivers);

static void device_set_driver(struct pci_dev *dev, struct pci_driver *drv,
			      const struct pci_device_id *id)
{
	dev->driver = drv;
	dev->id = id;
	WRITE_ONCE(dev->dev.driver, drv ? &drv->driver : NULL);
}

/* Nobody drives it: what its driver left mapped must not be written any more. */
static void device_let_go(struct pci_dev *dev)
{
	if (dev->is_busmaster)
		pci_clear_master(dev);
	devres_release_all(&dev->dev);
	dma_device_release(&dev->dev);
	device_set_driver(dev, NULL, NULL);
	pci_set_drvdata(dev, NULL);
}

/* Mutex held. */
static void device_probe(struct pci_dev *dev, struct pci_driver *drv)
{
	const struct pci_device_id *id = pci_match_id(drv->id_table, dev);
	int err;

	if (!id || dev->driver)
		return;
	/* Set before: what it prints and maps is already in its name. */
	device_set_driver(dev, drv, id);
	err = drv->probe(dev, id);
	if (!err)
		return;
	device_let_go(dev);
	if (err != -ENODEV && err != -ENXIO)
		pr_warn("%s: %s did not come up: error %d\n", pci_name(dev),
			drv->name, err);
}

/* Mutex held. */
static void device_remove(struct pci_dev *dev)
{
	if (!dev->driver)
		return;
	if (dev->driver->remove)
		dev->driver->remove(dev);
	/* Firmware may have switched it on, and the driver only used it. */
	pci_clear_master(dev);
	device_let_go(dev);
}

void pci_device_offer(struct pci_dev *dev)
{
	struct pci_driver *drv;

	mutex_lock(&pci_bind_mutex);
	list_for_each_entry(drv, &pci_drivers, node)
		device_probe(dev, drv);
	mutex_unlock(&pci_bind_mutex);
}

void pci_device_unbind(struct pci_dev *dev)
{
	mutex_lock(&pci_bind_mutex);
	device_remove(dev);
	mutex_unlock(&pci_bind_mutex);
}

/* Mutex held. */
static struct pci_driver *driver_find(const char *name)
{
	struct pci_driver *drv;

	list_for_each_entry(drv, &pci_drivers, node)
		if (!strcmp(drv->name, name))
			return drv;
	return NULL;
}

static int driver_add(struct pci_driver *drv)
{
	struct pci_dev *dev = NULL;

	if (driver_find(drv->name)) {
		pr_warn("driver %s: there is one of that name\n", drv->name);
		return -EBUSY;
	}
	list_add_tail(&drv->node, &pci_drivers);
	for_each_pci_dev(dev) device_probe(dev, drv);
	return 0;
}

int __pci_register_driver(struct pci_driver *drv, struct module *owner,
			  const char *mod_name)
{
	int err;

	if (!drv->name || !drv->id_table || !drv->probe) {
		pr_warn("driver %s: no name, no table or no probe(); refused\n",
			drv->name ? drv->name : "?");
		return -EINVAL;
	}
	drv->driver.name = drv->name;
	drv->driver.owner = owner;
	drv->driver.mod_name = mod_name;
	mutex_lock(&pci_bind_mutex);
	err = driver_add(drv);
	mutex_unlock(&pci_bind_mutex);
	return err;
}
EXPORT_SYMBOL(__pci_register_driver);

void pci_unregister_driver(struct pci_driver *drv)
{
	struct pci_dev *dev = NULL;

	mutex_lock(&pci_bind_mutex);
	if (!drv->name || driver_find(drv->name) != drv) {
		mutex_unlock(&pci_bind_mutex);
		pr_warn("driver %s is not registered\n",
			drv->name ? drv->name : "?");
		return;
	}
	for_each_pci_dev(dev)
	{
		if (dev->driver == drv)
			device_remove(dev);
	}
	list_del(&drv->node);
	mutex_unlock(&pci_bind_mutex);
}
EXPORT_SYMBOL(pci_unregister_driver);

bool pci_driver_name(const struct pci_dev *dev, char *name, size_t size)
{
	bool driven;

	mutex_lock(&pci_bind_mutex);
	driven = dev->driver;
	strscpy(name, driven ? dev->driver->name : "", size);
	mutex_unlock(&pci_bind_mutex);
	return driven;
}

static void drivers_find(struct module_search *search, const char *kind)
{
	struct pci_driver *drv;

	mutex_lock(&pci_bind_mutex);
	list_for_each_entry(drv, &pci_drivers, node) {
		if (module_search_has(search, drv))
			module_holding_found(search, kind, drv,
					     (void *)drv->probe);
	}
	mutex_unlock(&pci_bind_mutex);
}
MODULE_HOLDING(pci_drivers, "pci-driver", drivers_find);
