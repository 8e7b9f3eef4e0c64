/* SPDX-License-Identifier: MIT */
/*
 * miscdevice.h - drivers with one device each, under one major number
 *
 * Context: process; both may sleep.
 */
#ifndef FS_MISCDEVICE_H
#define FS_MISCDEVICE_H

#include <fs/device.h>
#include <fs/fs.h>

#define MISC_MAJOR 10
#define MISC_DYNAMIC_MINOR 255

struct miscdevice {
	int minor; /* MISC_DYNAMIC_MINOR: a free one is put here */
	const char *name; /* in /dev, and in /proc/misc */
	const struct file_operations *fops;
	struct list_head list; /* guarded by the lock of all of them */
	struct device *parent; /* not used */
	struct device *this_device;
	const char *nodename; /* in /dev, if not @name */
	umode_t mode; /* of the file; 0: 0600 */
};

/**
 * misc_register - a device that is opened through @misc->fops
 * @misc: stays the registry's until misc_deregister()
 *
 * In open(), file->private_data is @misc.
 * Return: 0; -EBUSY: the minor number is taken, or none is free; as
 * device_create().
 */
int misc_register(struct miscdevice *misc);
void misc_deregister(struct miscdevice *misc);

/* Context: boot, once, files work. */
#ifndef MODULE /* whose own init may be called so */
void misc_init(void);
#endif

#endif
