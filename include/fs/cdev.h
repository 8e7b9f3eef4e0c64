/* SPDX-License-Identifier: MIT */
/*
 * cdev.h - devices whose driver moves bytes as it likes: character devices
 *
 * A driver takes a range of device numbers, then adds a struct cdev for each
 * device, or for several with consecutive numbers. From that moment on a file
 * of kind S_IFCHR with such a number opens the driver's file operations.
 */
#ifndef FS_CDEV_H
#define FS_CDEV_H

#include <fs/kdev_t.h>
#include <fs/kobject.h>
#include <kernel/list.h>

struct file_operations;
struct inode;
struct module;

struct cdev {
	struct kobject kobj;
	struct module *owner; /* held while a file of it is open */
	const struct file_operations *ops;
	struct list_head list; /* inodes that know it */
	dev_t dev; /* the first number */
	unsigned int count; /* how many numbers; 0: not added */
	struct list_head link; /* among all that were added */
};

/* As Linux 6.1: majors without a number of their own are given from here down
 * to 234, then from 511 down to 384. */
#define CHRDEV_MAJOR_MAX 512u
#define CHRDEV_MAJOR_DYN_START 254u
#define CHRDEV_MAJOR_DYN_END 234u
#define CHRDEV_MAJOR_DYN_EXT_START 511u
#define CHRDEV_MAJOR_DYN_EXT_END 384u

/**
 * register_chrdev_region - take device numbers
 * @from: the first; its major must not be 0
 * @count: how many; may go on into the next majors
 * @name: as /proc/devices will show it, up to 63 characters
 *
 * Return: 0; -EBUSY, with a line that names the holder, if any of them is
 * taken; -EINVAL beyond CHRDEV_MAJOR_MAX; -ENOMEM. Context: may sleep.
 */
int __must_check register_chrdev_region(dev_t from, unsigned int count,
					const char *name);

/**
 * alloc_chrdev_region - take device numbers of a major that nobody uses
 * @dev: set to the first one
 * @baseminor: its minor
 *
 * Return: 0; -EBUSY if all majors are in use; -EINVAL; -ENOMEM.
 */
int __must_check alloc_chrdev_region(dev_t *dev, unsigned int baseminor,
				     unsigned int count, const char *name);

/* Give back what one of the two took, with the same figures. */
void unregister_chrdev_region(dev_t from, unsigned int count);

/* Numbers that are taken, within one major, and by whom. */
struct chrdev_range {
	dev_t from;
	unsigned int count;
	const char *name;
	unsigned long site; /* who called */
};

/* @each is called for all of them, in order, under a mutex: it may take or give
 * back no numbers. Context: may sleep. */
void chrdev_for_each_range(void (*each)(void *ctx,
					const struct chrdev_range *range),
			   void *ctx);

/* Make one ready in memory of the driver's; or make one, NULL: no memory. One
 * from cdev_alloc() frees itself when nobody uses it any more. */
void cdev_init(struct cdev *cdev, const struct file_operations *fops);
struct cdev *__must_check cdev_alloc(void);

/**
 * cdev_add - the device can be opened from now on
 * Return: 0; -EBUSY if another has one of the numbers; -EINVAL for none at all.
 */
int __must_check cdev_add(struct cdev *cdev, dev_t dev, unsigned int count);

/**
 * cdev_del - it cannot any more
 *
 * Files that are open stay so, and their operations may still be called: the
 * memory of @cdev and what it is part of must stay until they are closed.
 */
void cdev_del(struct cdev *cdev);

/**
 * __register_chrdev - numbers and a device in one step
 * @major: 0 asks for one that nobody uses
 *
 * Return: @major != 0: 0; @major == 0: the major; or an error.
 */
int __must_check __register_chrdev(unsigned int major, unsigned int baseminor,
				   unsigned int count, const char *name,
				   const struct file_operations *fops);
void __unregister_chrdev(unsigned int major, unsigned int baseminor,
			 unsigned int count, const char *name);

/* All 256 minors that a device number once had. */
static inline int __must_check
register_chrdev(unsigned int major, const char *name,
		const struct file_operations *fops)
{
	return __register_chrdev(major, 0, 256, name, fops);
}

static inline void unregister_chrdev(unsigned int major, const char *name)
{
	__unregister_chrdev(major, 0, 256, name);
}

/* --- for the other rooms of fs/ ---------------------------------------------- */

/* What an inode of kind S_IFCHR opens with. */
extern const struct file_operations def_chr_fops;
/* An opened file lets its device go. NULL is allowed. */
void cdev_put(struct cdev *cdev);
/* The inode goes: its device forgets it. */
void cd_forget(struct inode *inode);

#endif
