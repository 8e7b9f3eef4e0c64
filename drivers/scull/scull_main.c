/* SPDX-License-Identifier: MIT */
/*
 * scull_main.c - a device that is a piece of memory: all but the memory
 *
 * A device is a list of sets, a set a row of pointers to units, all units of
 * one size. Byte number n is found by division: which set, which unit of it,
 * which byte of that. So a device of any size costs a pointer for each unit,
 * and the first byte of the last unit is had by as many steps as there are sets
 * before it.
 *
 * Sets and rows come from kmalloc() in all modules; units from the backing. A
 * hole that nobody wrote to reads as zeroes and has no unit. One call moves
 * bytes of one unit only; whoever wants more calls again, as all callers of
 * read() and write() have to.
 *
 * A mapping shows the units themselves, page by page as they are touched; what
 * nobody wrote to cannot be touched (SIGBUS). While a device is mapped it is
 * not trimmed: -EBUSY.
 *
 * Locking: dev->lock, one for each device, is held while bytes are copied. A
 * copy may fault, and the fault may be one of this very device's mappings: so
 * what a mapping needs has a lock of its own, dev->shape_lock, under which
 * nothing is copied. Order: dev->lock, the user's mmap_lock, dev->shape_lock.
 * The shape of the next device that is emptied, the two parameters, is guarded
 * by scull_shape_lock, which is innermost.
 */
/* One object is part of four modules: its name is not known here. */
#define pr_fmt(fmt) "%s: " fmt, scull_backing.name
#include <linux/capability.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "scull.h"
#include "scull_ioctl.h"

static dev_t scull_first;
static struct class *scull_class;
static struct scull_dev *scull_devices;
static DEFINE_MUTEX(scull_shape_lock);
static int scull_first_quantum, scull_first_qset; /* for SCULL_IOCRESET */

/* The end of a device: positions are counted in 32 bits. */
#define SCULL_SIZE_MOST ((loff_t)LONG_MAX)

static size_t unit_size(const struct scull_dev *dev)
{
	return scull_backing.unit_bytes(dev->quantum);
}

/* --- sets and units ------------------------------------------------------- */

static void set_free(struct scull_dev *dev, struct scull_set *set)
{
	int i;

	for (i = 0; set->unit && i < dev->qset; i++) {
		if (set->unit[i])
			scull_backing.unit_free(set->unit[i], dev->quantum);
	}
	kfree(set->unit);
	kfree(set);
}

/* Both locks are held. */
static void trim_unmapped(struct scull_dev *dev)
{
	while (dev->sets) {
		struct scull_set *set = dev->sets;

		dev->sets = set->next;
		set_free(dev, set);
	}
	dev->size = 0;
	dev->nr_units = 0;
	mutex_lock(&scull_shape_lock);
	dev->quantum = *scull_param_quantum;
	dev->qset = *scull_param_qset;
	mutex_unlock(&scull_shape_lock);
}

/* Empty, and of the shape that is asked for now. Lock held. */
static int scull_trim(struct scull_dev *dev)
{
	int err;

	mutex_lock(&dev->shape_lock);
	err = dev->nr_vmas ? -EBUSY : 0;
	if (!err)
		trim_unmapped(dev);
	mutex_unlock(&dev->shape_lock);
	return err;
}

/* Where unit @nr of a device is. */
struct scull_place {
	unsigned long set;
	unsigned int unit; /* in its set */
	size_t offset; /* in its unit */
};

static struct scull_place place_of(const struct scull_dev *dev, loff_t pos)
{
	/* Positions end at SCULL_SIZE_MOST. */
	unsigned long at = (unsigned long)pos, size = unit_size(dev);
	unsigned long nr = at / size;

	return (struct scull_place){
		.set = nr / (unsigned int)dev->qset,
		.unit = (unsigned int)(nr % (unsigned int)dev->qset),
		.offset = at % size,
	};
}

/* The unit at @place; NULL: a hole. One of the locks is held. */
static void *unit_find(const struct scull_dev *dev,
		       const struct scull_place *place)
{
	const struct scull_set *set = dev->sets;
	unsigned long i;

	for (i = 0; set && i < place->set; i++)
		set = set->next;
	return set && set->unit ? set->unit[place->unit] : NULL;
}

/* The same, made if need be; NULL: out of memory. What was made on the way is
 * the device's and stays. Both locks are held. */
static void *unit_make(struct scull_dev *dev, const struct scull_place *place)
{
	struct scull_set **link = &dev->sets;
	unsigned long i;
	void **unit;

	for (i = 0;; i++, link = &(*link)->next) {
		if (!*link)
			*link = kzalloc(sizeof(**link), GFP_KERNEL);
		if (!*link)
			return NULL;
		if (i == place->set)
			break;
	}
	if (!(*link)->unit)
		(*link)->unit =
			kcalloc((size_t)dev->qset, sizeof(void *), GFP_KERNEL);
	if (!(*link)->unit)
		return NULL;
	unit = &(*link)->unit[place->unit];
	if (!*unit) {
		*unit = scull_backing.unit_alloc(dev->quantum);
		dev->nr_units += *unit != NULL;
	}
	return *unit;
}

/* --- reading and writing -------------------------------------------------- */

static int scull_open(struct inode *inode, struct file *filp)
{
	struct scull_dev *dev =
		container_of(inode->i_cdev, struct scull_dev, cdev);
	int err = 0;

	filp->private_data = dev;
	if ((filp->f_flags & O_ACCMODE) != O_WRONLY)
		return 0;
	if (mutex_lock_interruptible(&dev->lock))
		return -ERESTARTSYS;
	/* Who appends wants what is there. */
	if (!(filp->f_flags & O_APPEND))
		err = scull_trim(dev);
	mutex_unlock(&dev->lock);
	return err;
}

static int scull_release(struct inode *inode, struct file *filp)
{
	(void)inode;
	(void)filp;
	return 0;
}

/* Bytes of one unit, or of one hole, to the reader. Lock held. */
static ssize_t read_unit(const struct scull_dev *dev, char __user *buf,
			 size_t count, loff_t pos)
{
	struct scull_place place = place_of(dev, pos);
	const char *unit = unit_find(dev, &place);
	unsigned long left;

	count = min(count, unit_size(dev) - place.offset);
	left = unit ? copy_to_user(buf, unit + place.offset, count) :
		      clear_user(buf, count);
	/* What arrived before the bad address counts. */
	return left == count ? -EFAULT : (ssize_t)(count - left);
}

static ssize_t scull_read(struct file *filp, char __user *buf, size_t count,
			  loff_t *pos)
{
	struct scull_dev *dev = filp->private_data;
	ssize_t done = 0;

	if (mutex_lock_interruptible(&dev->lock))
		return -ERESTARTSYS;
	if (count && *pos < dev->size) {
		count = (size_t)min_t(loff_t, (loff_t)count, dev->size - *pos);
		done = read_unit(dev, buf, count, *pos);
	}
	if (done > 0)
		*pos += done;
	mutex_unlock(&dev->lock);
	return done;
}

/* Bytes into one unit. Lock held. */
static ssize_t write_unit(struct scull_dev *dev, const char __user *buf,
			  size_t count, loff_t pos)
{
	struct scull_place place = place_of(dev, pos);
	unsigned long left;
	char *unit;

	mutex_lock(&dev->shape_lock);
	unit = unit_make(dev, &place);
	mutex_unlock(&dev->shape_lock);
	if (!unit)
		return -ENOMEM;
	count = min(count, unit_size(dev) - place.offset);
	left = copy_from_user(unit + place.offset, buf, count);
	return left == count ? -EFAULT : (ssize_t)(count - left);
}

static ssize_t scull_write(struct file *filp, const char __user *buf,
			   size_t count, loff_t *pos)
{
	struct scull_dev *dev = filp->private_data;
	ssize_t done = 0;

	if (mutex_lock_interruptible(&dev->lock))
		return -ERESTARTSYS;
	if (filp->f_flags & O_APPEND)
		*pos = dev->size;
	if (*pos >= SCULL_SIZE_MOST) {
		done = -EFBIG;
	} else if (count) {
		count = (size_t)min_t(loff_t, (loff_t)count,
				      SCULL_SIZE_MOST - *pos);
		done = write_unit(dev, buf, count, *pos);
	}
	if (done > 0) {
		*pos += done;
		mutex_lock(&dev->shape_lock);
		dev->size = max(dev->size, *pos);
		mutex_unlock(&dev->shape_lock);
	}
	mutex_unlock(&dev->lock);
	return done;
}

static loff_t scull_llseek(struct file *filp, loff_t offset, int whence)
{
	struct scull_dev *dev = filp->private_data;
	loff_t result;

	if (mutex_lock_interruptible(&dev->lock))
		return -ERESTARTSYS;
	result = generic_file_llseek_size(filp, offset, whence, SCULL_SIZE_MOST,
					  dev->size);
	mutex_unlock(&dev->lock);
	return result;
}

/* --- the shape ------------------------------------------------------------ */

static int shape_check(int *which, int value)
{
	if (which == scull_param_qset)
		return value >= 1 && value <= SCULL_QSET_MOST ? 0 : -EINVAL;
	if (!scull_backing.quantum_most)
		return value == *which ? 0 : -EPERM;
	if (value > scull_backing.quantum_most || value < 0 ||
	    !scull_backing.unit_bytes(value))
		return -EINVAL;
	return 0;
}

static int shape_set(int *which, int value, int *old)
{
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	mutex_lock(&scull_shape_lock);
	err = shape_check(which, value);
	*old = *which;
	if (!err)
		*which = value;
	mutex_unlock(&scull_shape_lock);
	return err;
}

static int shape_reset(void)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	mutex_lock(&scull_shape_lock);
	*scull_param_quantum = scull_first_quantum;
	*scull_param_qset = scull_first_qset;
	mutex_unlock(&scull_shape_lock);
	return 0;
}

static int shape_get(const int *which)
{
	int value;

	mutex_lock(&scull_shape_lock);
	value = *which;
	mutex_unlock(&scull_shape_lock);
	return value;
}

/* Through a pointer: @in what it points to is the new value, @out the old one
 * is put there. */
static long shape_by_pointer(int *which, int __user *ptr, bool in, bool out)
{
	int value, old = shape_get(which), err;

	if (in) {
		if (get_user(value, ptr))
			return -EFAULT;
		err = shape_set(which, value, &old);
		if (err)
			return err;
	}
	return out && put_user(old, ptr) ? -EFAULT : 0;
}

/* The argument is the new value, and perhaps the old one the result. */
static long shape_by_value(int *which, unsigned long arg, bool result)
{
	int old, err = shape_set(which, (int)arg, &old);

	if (err)
		return err;
	return result ? old : 0;
}

static long scull_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	const char m = scull_backing.magic;
	int __user *ptr = (int __user *)arg;
	int *which;

	(void)filp;
	if (_IOC_TYPE(cmd) != (unsigned int)m ||
	    _IOC_NR(cmd) > SCULL_IOC_NR_MOST)
		return -ENOTTY;
	if (cmd == SCULL_IOCRESET(m))
		return shape_reset();
	/* From 1 on, odd numbers mean the unit, even ones the set. */
	which = _IOC_NR(cmd) % 2 ? scull_param_quantum : scull_param_qset;
	if (cmd == SCULL_IOCSQUANTUM(m) || cmd == SCULL_IOCSQSET(m))
		return shape_by_pointer(which, ptr, true, false);
	if (cmd == SCULL_IOCGQUANTUM(m) || cmd == SCULL_IOCGQSET(m))
		return shape_by_pointer(which, ptr, false, true);
	if (cmd == SCULL_IOCXQUANTUM(m) || cmd == SCULL_IOCXQSET(m))
		return shape_by_pointer(which, ptr, true, true);
	if (cmd == SCULL_IOCTQUANTUM(m) || cmd == SCULL_IOCTQSET(m))
		return shape_by_value(which, arg, false);
	if (cmd == SCULL_IOCHQUANTUM(m) || cmd == SCULL_IOCHQSET(m))
		return shape_by_value(which, arg, true);
	if (cmd == SCULL_IOCQQUANTUM(m) || cmd == SCULL_IOCQQSET(m))
		return shape_get(which);
	return -ENOTTY;
}

/* --- mappings ------------------------------------------------------------- */

static void scull_vma_open(struct vm_area_struct *vma)
{
	struct scull_dev *dev = vma->vm_private_data;

	mutex_lock(&dev->shape_lock);
	dev->nr_vmas++;
	mutex_unlock(&dev->shape_lock);
}

static void scull_vma_close(struct vm_area_struct *vma)
{
	struct scull_dev *dev = vma->vm_private_data;

	mutex_lock(&dev->shape_lock);
	dev->nr_vmas--;
	mutex_unlock(&dev->shape_lock);
}

static vm_fault_t scull_vma_fault(struct vm_fault *vmf)
{
	struct scull_dev *dev = vmf->vma->vm_private_data;
	loff_t pos = (loff_t)vmf->pgoff << PAGE_SHIFT;
	vm_fault_t result = VM_FAULT_SIGBUS;
	struct scull_place place;
	void *unit;

	mutex_lock(&dev->shape_lock);
	if (pos < dev->size) {
		place = place_of(dev, pos);
		unit = unit_find(dev, &place);
		if (unit) {
			vmf->page = scull_backing.unit_page(unit, place.offset);
			get_page(vmf->page);
			result = 0;
		}
	}
	mutex_unlock(&dev->shape_lock);
	return result;
}

static const struct vm_operations_struct scull_vm_ops = {
	.open = scull_vma_open,
	.close = scull_vma_close,
	.fault = scull_vma_fault,
};

static int scull_mmap(struct file *filp, struct vm_area_struct *vma)
{
	if (!scull_backing.unit_page)
		return -ENODEV;
	vma->vm_ops = &scull_vm_ops;
	vma->vm_private_data = filp->private_data;
	scull_vma_open(vma);
	return 0;
}

static const struct file_operations scull_fops = {
	.owner = THIS_MODULE,
	.llseek = scull_llseek,
	.read = scull_read,
	.write = scull_write,
	.unlocked_ioctl = scull_ioctl,
	.mmap = scull_mmap,
	.open = scull_open,
	.release = scull_release,
};

/* --- /proc/scullmem ------------------------------------------------------- */

static void *mem_start(struct seq_file *m, loff_t *pos)
{
	(void)m;
	return *pos < *scull_param_devs ? &scull_devices[*pos] : NULL;
}

static void *mem_next(struct seq_file *m, void *v, loff_t *pos)
{
	(void)v;
	++*pos;
	return mem_start(m, pos);
}

static void mem_stop(struct seq_file *m, void *v)
{
	(void)m;
	(void)v;
}

static int mem_show(struct seq_file *m, void *v)
{
	struct scull_dev *dev = v;
	const struct scull_set *set;
	unsigned int nr_sets = 0;

	if (mutex_lock_interruptible(&dev->shape_lock))
		return -ERESTARTSYS;
	for (set = dev->sets; set; set = set->next)
		nr_sets++;
	seq_printf(m,
		   "%s%d: size %lld quantum %d qset %d units %u of %zu bytes, "
		   "sets %u, mappings %u\n",
		   scull_backing.name, (int)(dev - scull_devices), dev->size,
		   dev->quantum, dev->qset, dev->nr_units, unit_size(dev),
		   nr_sets, dev->nr_vmas);
	mutex_unlock(&dev->shape_lock);
	return 0;
}

static const struct seq_operations mem_seq_ops = {
	.start = mem_start,
	.next = mem_next,
	.stop = mem_stop,
	.show = mem_show,
};

static int mem_open(struct inode *inode, struct file *filp)
{
	(void)inode;
	return seq_open(filp, &mem_seq_ops);
}

static const struct proc_ops mem_proc_ops = {
	.proc_open = mem_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
};

static void mem_name(char *name, size_t size)
{
	snprintf(name, size, "%smem", scull_backing.name);
}

/* --- start and end -------------------------------------------------------- */

/* Parameters come from whoever loads the module. */
static int params_check(void)
{
	int *quantum = scull_param_quantum;

	if (*scull_param_devs < 1 || *scull_param_devs > SCULL_DEVS_MOST) {
		pr_err("%d devices: 1 to %d can be had\n", *scull_param_devs,
		       SCULL_DEVS_MOST);
		return -EINVAL;
	}
	if (shape_check(scull_param_qset, *scull_param_qset)) {
		pr_err("qset %d: 1 to %d units make a set\n", *scull_param_qset,
		       SCULL_QSET_MOST);
		return -EINVAL;
	}
	if (*quantum < 0 || !scull_backing.unit_bytes(*quantum) ||
	    shape_check(quantum, *quantum)) {
		pr_err("a unit of size %d cannot be had\n", *quantum);
		return -EINVAL;
	}
	scull_first_quantum = *quantum;
	scull_first_qset = *scull_param_qset;
	return 0;
}

static int numbers_take(void)
{
	unsigned int nr = (unsigned int)*scull_param_devs;
	int err;

	if (*scull_param_major) {
		scull_first = MKDEV((unsigned int)*scull_param_major, 0);
		return register_chrdev_region(scull_first, nr,
					      scull_backing.name);
	}
	err = alloc_chrdev_region(&scull_first, 0, nr, scull_backing.name);
	*scull_param_major = (int)MAJOR(scull_first);
	return err;
}

static void device_remove(int i)
{
	struct scull_dev *dev = &scull_devices[i];

	device_destroy(scull_class, scull_first + (dev_t)i);
	cdev_del(&dev->cdev);
	mutex_lock(&dev->lock);
	/* Mappings hold the module, so there is none. */
	WARN_ON(scull_trim(dev));
	mutex_unlock(&dev->lock);
}

static int device_add(int i)
{
	struct scull_dev *dev = &scull_devices[i];
	struct device *node;
	int err;

	mutex_init(&dev->lock);
	mutex_init(&dev->shape_lock);
	dev->quantum = *scull_param_quantum;
	dev->qset = *scull_param_qset;
	cdev_init(&dev->cdev, &scull_fops);
	dev->cdev.owner = THIS_MODULE;
	err = cdev_add(&dev->cdev, scull_first + (dev_t)i, 1);
	if (err)
		return err;
	node = device_create(scull_class, NULL, scull_first + (dev_t)i, NULL,
			     "%s%d", scull_backing.name, i);
	if (IS_ERR(node)) {
		cdev_del(&dev->cdev);
		return (int)PTR_ERR(node);
	}
	return 0;
}

static int devices_add(void)
{
	int i, err = 0;

	for (i = 0; i < *scull_param_devs && !err; i++)
		err = device_add(i);
	if (!err)
		return 0;
	for (i--; i > 0;)
		device_remove(--i);
	return err;
}

static void devices_remove(void)
{
	int i;

	for (i = *scull_param_devs; i > 0;)
		device_remove(--i);
}

static int files_add(void)
{
	char name[16];
	int err;

	scull_class = class_create(THIS_MODULE, scull_backing.name);
	if (IS_ERR(scull_class))
		return (int)PTR_ERR(scull_class);
	err = devices_add();
	if (err)
		goto out_class;
	mem_name(name, sizeof(name));
	if (!proc_create(name, 0444, NULL, &mem_proc_ops)) {
		err = -ENOMEM;
		goto out_devices;
	}
	return 0;

out_devices:
	devices_remove();
out_class:
	class_destroy(scull_class);
	return err;
}

static int __init scull_init(void)
{
	int err = params_check();

	if (err)
		return err;
	scull_devices = kcalloc((size_t)*scull_param_devs,
				sizeof(*scull_devices), GFP_KERNEL);
	if (!scull_devices)
		return -ENOMEM;
	if (scull_backing.start)
		err = scull_backing.start(*scull_param_quantum);
	if (err)
		goto out_devices;
	err = numbers_take();
	if (err)
		goto out_backing;
	err = files_add();
	if (err)
		goto out_numbers;
	return 0;

out_numbers:
	unregister_chrdev_region(scull_first, (unsigned int)*scull_param_devs);
out_backing:
	if (scull_backing.stop)
		scull_backing.stop();
out_devices:
	kfree(scull_devices);
	return err;
}
module_init(scull_init);

static void __exit scull_exit(void)
{
	char name[16];

	mem_name(name, sizeof(name));
	remove_proc_entry(name, NULL);
	devices_remove();
	class_destroy(scull_class);
	unregister_chrdev_region(scull_first, (unsigned int)*scull_param_devs);
	if (scull_backing.stop)
		scull_backing.stop();
	kfree(scull_devices);
}
module_exit(scull_exit);

MODULE_AUTHOR("the Pagewright authors");
