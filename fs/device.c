/* SPDX-License-Identifier: MIT */
/*
 * device.c - devices that appear in /dev by themselves; see device.h
 *
 * A class is a list of devices, a device a file in /dev with its number. The
 * file is an ordinary one of the RAM file system: it may be removed or made
 * again by hand, and device_destroy() takes away only what still is the device
 * it made.
 *
 * Locking: class_lock, a mutex, guards the lists. Paths are walked under it.
 */
#include <fs/device.h>
#include <fs/dcache.h>
#include <fs/devres.h>
#include <fs/namei.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/slab.h>
#include <mm/slab_accounted.h>

#define DEV_FOLDER "/dev/"
#define DEV_PATH_MAX 128u

static DEFINE_MUTEX(class_lock);

const char *dev_driver_string(const struct device *dev)
{
	const struct device_driver *driver = READ_ONCE(dev->driver);

	if (driver)
		return driver->name;
	return dev->class ? dev->class->name : "";
}
EXPORT_SYMBOL(dev_driver_string);

struct class *class_create(struct module *owner, const char *name)
{
	struct class *class = kzalloc(sizeof(*class), GFP_KERNEL);

	if (!class)
		return ERR_PTR(-ENOMEM);
	class->name = name;
	class->owner = owner;
	class->kind = S_IFCHR;
	INIT_LIST_HEAD(&class->devices);
	return class;
}
EXPORT_SYMBOL_GPL(class_create);

/* Lock held. */
static struct device *device_find(const struct class *class, dev_t devt)
{
	struct device *dev;

	list_for_each_entry(dev, &class->devices, link) {
		if (dev->devt == devt)
			return dev;
	}
	return NULL;
}

/* The folders on the way to @path; those that are there already are fine. */
static int folders_make(char *path)
{
	char *slash = path + strlen(DEV_FOLDER);
	int err = 0;

	while ((slash = strchr(slash, '/')) && (!err || err == -EEXIST)) {
		*slash = '\0';
		err = fs_mkdir(&init_fs, path, 0755);
		*slash++ = '/';
	}
	return err == -EEXIST ? 0 : err;
}

/* @name: of kmalloc(), for the file; NULL: as it was. */
static void name_change(struct device *dev, const char *name)
{
	if (!name)
		return;
	accounted_forget(name);
	kfree(dev->init_name);
	dev->init_name = name;
}

/* The rights are what the driver says: it knows of no umask. */
static int node_make(struct device *dev)
{
	struct fs_struct fs = init_fs;
	char path[DEV_PATH_MAX];
	umode_t mode = 0;
	int err;

	fs.umask = 0;
	if (dev->class->devnode)
		name_change(dev, dev->class->devnode(dev, &mode));
	if (snprintf(path, sizeof(path), DEV_FOLDER "%s", dev_name(dev)) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	err = folders_make(path);
	if (err)
		return err;
	return fs_mknod(&fs, path, dev->class->kind | (mode ? mode : 0600),
			dev->devt);
}

/* Its file, if that is still the one that was made. */
static void node_remove(const struct device *dev)
{
	char path[DEV_PATH_MAX];
	struct path found;
	bool mine;

	snprintf(path, sizeof(path), DEV_FOLDER "%s", dev_name(dev));
	if (path_lookup(&init_fs, path, 0, &found))
		return;
	mine = (found.dentry->d_inode->i_mode & S_IFMT) == dev->class->kind &&
	       found.dentry->d_inode->i_rdev == dev->devt;
	path_put(&found);
	if (mine)
		(void)fs_unlink(&init_fs, path);
}

static void device_free(struct device *dev)
{
	devres_release_all(dev);
	kfree(dev->init_name);
	kfree(dev);
}

/* Lock held. */
static int device_add(struct device *dev)
{
	int err;

	if (device_find(dev->class, dev->devt))
		return -EEXIST;
	err = node_make(dev);
	if (err) {
		pr_err("class %s: no " DEV_FOLDER "%s (%d)%s\n",
		       dev->class->name, dev_name(dev), err,
		       err == -EEXIST ? ": there is a file of that name" : "");
		return err;
	}
	list_add_tail(&dev->link, &dev->class->devices);
	return 0;
}

struct device *device_create(struct class *class, struct device *parent,
			     dev_t devt, void *drvdata, const char *fmt, ...)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	va_list args;
	int err = -ENOMEM;

	(void)parent;
	if (!dev)
		return ERR_PTR(err);
	*dev = (struct device){
		.class = class,
		.devt = devt,
		.driver_data = drvdata,
	};
	va_start(args, fmt);
	dev->init_name = kvasprintf(GFP_KERNEL, fmt, args);
	va_end(args);
	if (!dev->init_name)
		goto out_free;
	mutex_lock(&class_lock);
	err = device_add(dev);
	mutex_unlock(&class_lock);
	if (!err)
		return dev;

out_free:
	device_free(dev);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(device_create);

/* Lock held. */
static void device_remove(struct device *dev)
{
	node_remove(dev);
	list_del(&dev->link);
	device_free(dev);
}

void device_destroy(struct class *class, dev_t devt)
{
	struct device *dev;

	mutex_lock(&class_lock);
	dev = device_find(class, devt);
	if (dev)
		device_remove(dev);
	mutex_unlock(&class_lock);
}
EXPORT_SYMBOL_GPL(device_destroy);

void class_destroy(struct class *class)
{
	struct device *dev, *next;

	if (IS_ERR_OR_NULL(class))
		return;
	mutex_lock(&class_lock);
	list_for_each_entry_safe(dev, next, &class->devices, link) {
		pr_warn("class %s: device %s was not destroyed\n", class->name,
			dev_name(dev));
		device_remove(dev);
	}
	mutex_unlock(&class_lock);
	kfree(class);
}
EXPORT_SYMBOL_GPL(class_destroy);
