/* SPDX-License-Identifier: MIT */
/*
 * device.h - devices that appear in /dev by themselves
 *
 * A driver that says device_create() finds a file of that name in /dev, as
 * devtmpfs makes it on Linux; one that does not has its files made by hand:
 * mknod(), with the number from /proc/devices.
 *
 * Context: process; all may sleep.
 */
#ifndef FS_DEVICE_H
#define FS_DEVICE_H

#include <fs/fs.h>
#include <kernel/list.h>
#include <kernel/printk.h>

struct device;
struct device_dma_parameters;
struct devres_node;

/* Who drives a device on a bus. The bus's own kind of driver holds one. */
struct device_driver {
	const char *name;
	struct module *owner; /* NULL: the kernel itself */
	const char *mod_name; /* the same by name; NULL: not a module's */
};

/* A kind of device, and its devices. */
struct class
{
	const char *name;
	struct module *owner;
	umode_t kind; /* of the files: S_IFCHR, or S_IFBLK for disks */
	/* Sets the rights of a new file, if they are not to be 0600. Return: its
	 * name in /dev, of kmalloc(), if it is not to be the device's; or
	 * NULL. May itself be NULL. */
	char *(*devnode)(struct device *dev, umode_t *mode);
	struct list_head devices; /* guarded by the lock of all classes */
};

struct device {
	struct class *class; /* NULL: a device on a bus, not one of /dev */
	dev_t devt;
	void *driver_data;
	struct list_head link; /* in its class */
	const char *init_name; /* and its name in /dev */

	/* What its bus knows of it, and sets before a driver sees it. */
	struct device *parent;
	struct device_driver *driver; /* NULL: nobody drives it */
	u64 *dma_mask; /* the highest bus address it can send; NULL: no DMA */
	u64 coherent_dma_mask; /* the same, for dma_alloc_coherent() */
	struct device_dma_parameters *dma_parms; /* NULL: the usual limits */

	/* What its driver is to give back, the newest first; devres.c's. */
	struct devres_node *devres;
};

static inline const char *dev_name(const struct device *dev)
{
	return dev->init_name;
}

/* Who speaks for @dev: its driver, or what it is. */
const char *dev_driver_string(const struct device *dev);

/* A line that begins with driver and device: "edu 0000:00:04.0: ...". */
#define dev_printk(level, dev, fmt, ...)                                   \
	printk(level "%s %s: " fmt, dev_driver_string(dev), dev_name(dev), \
	       ##__VA_ARGS__)
#define dev_emerg(dev, fmt, ...) \
	dev_printk(KERN_EMERG, (dev), fmt, ##__VA_ARGS__)
#define dev_err(dev, fmt, ...) dev_printk(KERN_ERR, (dev), fmt, ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...) \
	dev_printk(KERN_WARNING, (dev), fmt, ##__VA_ARGS__)
#define dev_notice(dev, fmt, ...) \
	dev_printk(KERN_NOTICE, (dev), fmt, ##__VA_ARGS__)
#define dev_info(dev, fmt, ...) dev_printk(KERN_INFO, (dev), fmt, ##__VA_ARGS__)
#define dev_dbg(dev, fmt, ...) dev_printk(KERN_DEBUG, (dev), fmt, ##__VA_ARGS__)

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

/**
 * class_create - a new kind of device
 * @owner: THIS_MODULE
 * @name: stays the caller's, until class_destroy()
 * Return: ERR_PTR(-ENOMEM).
 */
struct class *class_create(struct module *owner, const char *name);

/* Gives back what class_create() returned; devices it still has are reported
 * (class-busy) and go with it. NULL and ERR_PTR are harmless. */
void class_destroy(struct class *class);

/**
 * device_create - a device, and its file in /dev
 * @parent: is not used: there is no tree of devices
 * @devt: the file's number
 * @drvdata: for dev_get_drvdata()
 * @fmt: the name in /dev; a / in it is a folder, made if need be
 *
 * Return: ERR_PTR: -EEXIST: that name is taken (or the number, in this class);
 * -ENOMEM; -ENAMETOOLONG.
 */
struct device *__printf(5, 6)
	device_create(struct class *class, struct device *parent, dev_t devt,
		      void *drvdata, const char *fmt, ...);

/* Take device @devt of @class away, and give back what it has of devm_ calls;
 * whoever has its file open keeps it. One that is not there is harmless. */
void device_destroy(struct class *class, dev_t devt);

#endif
