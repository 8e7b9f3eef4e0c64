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

struct device;

/* A kind of device, and its devices. */
struct class
{
	const char *name;
	struct module *owner;
	/* Sets the rights of a new file, if they are not to be 0600. Return: its
	 * name in /dev, of kmalloc(), if it is not to be the device's; or
	 * NULL. May itself be NULL. */
	char *(*devnode)(struct device *dev, umode_t *mode);
	struct list_head devices; /* guarded by the lock of all classes */
};

struct device {
	struct class *class;
	dev_t devt;
	void *driver_data;
	struct list_head link; /* in its class */
	const char *init_name; /* and its name in /dev */
};

static inline const char *dev_name(const struct device *dev)
{
	return dev->init_name;
}

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

/* Take device @devt of @class away; whoever has its file open keeps it. One that
 * is not there is harmless. */
void device_destroy(struct class *class, dev_t devt);

#endif
