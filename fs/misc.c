/* SPDX-License-Identifier: MIT */
/*
 * misc.c - drivers with one device each, under one major number
 *
 * All share major number 10. What is opened is found by its minor number in a
 * list, and from then on the file has the operations of its driver.
 *
 * Locking: misc_lock, a mutex, guards the list; it is held while a driver's
 * module is being held, and not while its open() runs.
 */
#include <fs/cdev.h>
#include <fs/miscdevice.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/module_holding.h>
#include <kernel/seq_file.h>

static LIST_HEAD(misc_list);
static DEFINE_MUTEX(misc_lock);
static struct class *misc_class;

/* Lock held. */
static struct miscdevice *misc_find(int minor)
{
	struct miscdevice *misc;

	list_for_each_entry(misc, &misc_list, list) {
		if (misc->minor == minor)
			return misc;
	}
	return NULL;
}

static int misc_open(struct inode *inode, struct file *file)
{
	const struct file_operations *fops = NULL;
	struct miscdevice *misc;

	mutex_lock(&misc_lock);
	misc = misc_find((int)iminor(inode));
	if (misc)
		fops = fops_get(misc->fops);
	mutex_unlock(&misc_lock);
	if (!fops)
		return -ENODEV;
	file->private_data = misc;
	replace_fops(file, fops);
	return fops->open ? fops->open(inode, file) : 0;
}

static const struct file_operations misc_fops = {
	.open = misc_open,
	.llseek = noop_llseek,
};

/* Lock held. Return: 0 if @misc has a number now. */
static int minor_take(struct miscdevice *misc)
{
	int minor;

	if (misc->minor != MISC_DYNAMIC_MINOR)
		return misc_find(misc->minor) ? -EBUSY : 0;
	for (minor = MISC_DYNAMIC_MINOR - 1; minor >= 0; minor--) {
		if (!misc_find(minor)) {
			misc->minor = minor;
			return 0;
		}
	}
	return -EBUSY;
}

int misc_register(struct miscdevice *misc)
{
	bool dynamic = misc->minor == MISC_DYNAMIC_MINOR;
	struct device *dev;
	int err;

	if (misc->minor < 0 || misc->minor > MISC_DYNAMIC_MINOR)
		return -EINVAL;
	mutex_lock(&misc_lock);
	err = minor_take(misc);
	if (err)
		goto out;
	dev = device_create(misc_class, NULL,
			    MKDEV(MISC_MAJOR, (unsigned int)misc->minor), misc,
			    "%s", misc->nodename ? misc->nodename : misc->name);
	if (IS_ERR(dev)) {
		err = (int)PTR_ERR(dev);
		if (dynamic)
			misc->minor = MISC_DYNAMIC_MINOR;
		goto out;
	}
	misc->this_device = dev;
	list_add_tail(&misc->list, &misc_list);
out:
	mutex_unlock(&misc_lock);
	return err;
}
EXPORT_SYMBOL(misc_register);

void misc_deregister(struct miscdevice *misc)
{
	bool found;

	mutex_lock(&misc_lock);
	found = misc_find(misc->minor) == misc;
	if (found) {
		list_del(&misc->list);
		device_destroy(misc_class,
			       MKDEV(MISC_MAJOR, (unsigned int)misc->minor));
	}
	mutex_unlock(&misc_lock);
	WARN_ON(!found);
}
EXPORT_SYMBOL(misc_deregister);

static void misc_show(struct seq_file *m)
{
	struct miscdevice *misc;

	mutex_lock(&misc_lock);
	list_for_each_entry(misc, &misc_list, list)
		seq_printf(m, "%3d %s\n", misc->minor, misc->name);
	mutex_unlock(&misc_lock);
}
PROC_FILE(misc, "misc", misc_show);

/* The rights of the file, as the driver wants them. */
static char *misc_devnode(struct device *dev, umode_t *mode)
{
	const struct miscdevice *misc = dev_get_drvdata(dev);

	*mode = misc->mode;
	return NULL;
}

static void miscs_find(struct module_search *search, const char *kind)
{
	const struct miscdevice *misc;

	mutex_lock(&misc_lock);
	list_for_each_entry(misc, &misc_list, list) {
		if (module_search_has(search, misc) ||
		    module_search_has(search, misc->fops))
			module_holding_found(search, kind, misc, misc->fops);
	}
	mutex_unlock(&misc_lock);
}
MODULE_HOLDING(miscs, "misc", miscs_find);

void misc_init(void)
{
	misc_class = class_create(NULL, "misc");
	if (IS_ERR(misc_class) ||
	    register_chrdev(MISC_MAJOR, "misc", &misc_fops) < 0)
		panic("misc: no memory for major number %u", MISC_MAJOR);
	misc_class->devnode = misc_devnode;
}
