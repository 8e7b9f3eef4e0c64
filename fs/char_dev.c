/* SPDX-License-Identifier: MIT */
/*
 * char_dev.c - device numbers, and the drivers behind them
 *
 * Two tables. regions: who has reserved which numbers, sorted, so that no two
 * drivers take the same; shown by /proc/devices. cdevs: which device answers to
 * a number now.
 *
 * Opening a file of kind S_IFCHR finds the cdev by number, holds it and its
 * module for as long as the file is open, and goes on with the driver's own
 * operations. cdev_del() takes it out of the table: no new file, while old ones
 * keep it.
 *
 * Invariants:
 *   C1  regions are sorted by major and minor, each within one major, and no
 *       two overlap
 *   C2  a cdev is in the table exactly if its count is not 0; no two overlap
 *   C3  inode->i_cdev is set exactly if the inode is in that cdev's list
 *
 * Locking: chrdevs_lock, a mutex, for both tables and C3. A driver's open()
 * runs without it.
 */
#define pr_fmt(fmt) "chrdev: " fmt
#include <fs/blkdev.h>
#include <fs/cdev.h>
#include <fs/fs.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/module_holding.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/slab.h>

#define CHRDEV_NAME_BYTES 64 /* as Linux, NUL included */

struct chrdev_region {
	struct list_head link;
	unsigned int major;
	unsigned int baseminor;
	unsigned int count;
	char name[CHRDEV_NAME_BYTES];
	unsigned long site; /* who took them */
	struct cdev *cdev; /* of __register_chrdev() */
};

static DEFINE_MUTEX(chrdevs_lock);
static LIST_HEAD(regions);
static LIST_HEAD(cdevs);

/* --- numbers ------------------------------------------------------------------ */

static bool region_overlaps(const struct chrdev_region *a,
			    const struct chrdev_region *b)
{
	return a->major == b->major && a->baseminor < b->baseminor + b->count &&
	       b->baseminor < a->baseminor + a->count;
}

/* Does @a come before @b? */
static bool region_before(const struct chrdev_region *a,
			  const struct chrdev_region *b)
{
	return a->major < b->major ||
	       (a->major == b->major && a->baseminor < b->baseminor);
}

static int region_insert(struct chrdev_region *region)
{
	struct list_head *behind = &regions;
	struct chrdev_region *r;

	list_for_each_entry(r, &regions, link) {
		if (region_overlaps(r, region)) {
			pr_err("%u:%u-%u for %s: held by %s (%u:%u-%u)\n",
			       region->major, region->baseminor,
			       region->baseminor + region->count - 1,
			       region->name, r->name, r->major, r->baseminor,
			       r->baseminor + r->count - 1);
			return -EBUSY;
		}
		if (region_before(r, region))
			behind = &r->link;
	}
	list_add(&region->link, behind);
	return 0;
}

static bool major_is_free(unsigned int major)
{
	const struct chrdev_region *r;

	list_for_each_entry(r, &regions, link) {
		if (r->major == major)
			return false;
	}
	return true;
}

/* Return: a major that nobody uses; 0: there is none. */
static unsigned int major_find_free(void)
{
	unsigned int major;

	for (major = CHRDEV_MAJOR_DYN_START; major >= CHRDEV_MAJOR_DYN_END;
	     major--) {
		if (major_is_free(major))
			return major;
	}
	for (major = CHRDEV_MAJOR_DYN_EXT_START;
	     major >= CHRDEV_MAJOR_DYN_EXT_END; major--) {
		if (major_is_free(major))
			return major;
	}
	return 0;
}

/* Numbers within one major; 0 asks for a free one. Return: region, ERR_PTR. */
static struct chrdev_region *region_take(unsigned int major,
					 unsigned int baseminor,
					 unsigned int count, const char *name,
					 unsigned long site)
{
	struct chrdev_region *region;
	int err = 0;

	if (major >= CHRDEV_MAJOR_MAX || !count || baseminor > MINORMASK ||
	    count > MINORMASK + 1 - baseminor) {
		pr_err("%u:%u, %u numbers for %s: there are no such\n", major,
		       baseminor, count, name);
		return ERR_PTR(-EINVAL);
	}
	region = kzalloc(sizeof(*region), GFP_KERNEL);
	if (!region)
		return ERR_PTR(-ENOMEM);
	region->baseminor = baseminor;
	region->count = count;
	region->site = site;
	strscpy(region->name, name, sizeof(region->name));
	mutex_lock(&chrdevs_lock);
	region->major = major ? major : major_find_free();
	if (!region->major) {
		pr_err("no major is free for %s\n", name);
		err = -EBUSY;
	} else {
		err = region_insert(region);
	}
	mutex_unlock(&chrdevs_lock);
	if (!err)
		return region;
	kfree(region);
	return ERR_PTR(err);
}

/* Out of the table. NULL: there is none with just these figures. */
static struct chrdev_region *
region_remove(unsigned int major, unsigned int baseminor, unsigned int count)
{
	struct chrdev_region *r, *found = NULL;

	mutex_lock(&chrdevs_lock);
	list_for_each_entry(r, &regions, link) {
		if (r->major == major && r->baseminor == baseminor &&
		    r->count == count) {
			found = r;
			list_del(&r->link);
			break;
		}
	}
	mutex_unlock(&chrdevs_lock);
	return found;
}

/* Of the numbers from @from to @end, those of @from's major. */
static unsigned int count_in_major(u64 from, u64 end)
{
	u64 next = (from | MINORMASK) + 1;

	return (unsigned int)(min(next, end) - from);
}

void unregister_chrdev_region(dev_t from, unsigned int count)
{
	u64 n = from, end = n + count;

	for (; n < end; n += count_in_major(n, end))
		kfree(region_remove(MAJOR((dev_t)n), MINOR((dev_t)n),
				    count_in_major(n, end)));
}
EXPORT_SYMBOL(unregister_chrdev_region);

int register_chrdev_region(dev_t from, unsigned int count, const char *name)
{
	u64 n = from, end = n + count;

	if (!MAJOR(from) || !count)
		return -EINVAL;
	for (; n < end; n += count_in_major(n, end)) {
		struct chrdev_region *r =
			region_take(MAJOR((dev_t)n), MINOR((dev_t)n),
				    count_in_major(n, end), name, _RET_IP_);

		if (IS_ERR(r)) {
			unregister_chrdev_region(from, (dev_t)n - from);
			return (int)PTR_ERR(r);
		}
	}
	return 0;
}
EXPORT_SYMBOL(register_chrdev_region);

int alloc_chrdev_region(dev_t *dev, unsigned int baseminor, unsigned int count,
			const char *name)
{
	struct chrdev_region *r =
		region_take(0, baseminor, count, name, _RET_IP_);

	if (IS_ERR(r))
		return (int)PTR_ERR(r);
	*dev = MKDEV(r->major, r->baseminor);
	return 0;
}
EXPORT_SYMBOL(alloc_chrdev_region);

void chrdev_for_each_range(void (*each)(void *ctx,
					const struct chrdev_range *range),
			   void *ctx)
{
	const struct chrdev_region *r;

	mutex_lock(&chrdevs_lock);
	list_for_each_entry(r, &regions, link) {
		const struct chrdev_range range = {
			.from = MKDEV(r->major, r->baseminor),
			.count = r->count,
			.name = r->name,
			.site = r->site,
		};

		each(ctx, &range);
	}
	mutex_unlock(&chrdevs_lock);
}

/* Linux's layout: one line a region, then the disks' majors. */
static void devices_show(struct seq_file *m)
{
	const struct chrdev_region *r;

	seq_puts(m, "Character devices:\n");
	mutex_lock(&chrdevs_lock);
	list_for_each_entry(r, &regions, link)
		seq_printf(m, "%3u %s\n", r->major, r->name);
	mutex_unlock(&chrdevs_lock);
	seq_puts(m, "\nBlock devices:\n");
	blkdev_show(m);
}
PROC_FILE(devices, "devices", devices_show);

/* --- devices ------------------------------------------------------------------- */

/* The last user is gone: inodes forget it. */
static void cdev_forgotten(struct kobject *kobj)
{
	struct cdev *cdev = container_of(kobj, struct cdev, kobj);

	mutex_lock(&chrdevs_lock);
	while (!list_empty(&cdev->list)) {
		struct inode *inode =
			list_first_entry(&cdev->list, struct inode, i_devices);

		list_del_init(&inode->i_devices);
		inode->i_cdev = NULL;
	}
	mutex_unlock(&chrdevs_lock);
}

static void cdev_forgotten_and_freed(struct kobject *kobj)
{
	cdev_forgotten(kobj);
	kfree(container_of(kobj, struct cdev, kobj));
}

static const struct kobj_type cdev_type = { .release = cdev_forgotten };
static const struct kobj_type cdev_type_alloced = {
	.release = cdev_forgotten_and_freed,
};

void cdev_init(struct cdev *cdev, const struct file_operations *fops)
{
	memset(cdev, 0, sizeof(*cdev));
	INIT_LIST_HEAD(&cdev->list);
	kobject_init(&cdev->kobj, &cdev_type);
	cdev->ops = fops;
}
EXPORT_SYMBOL(cdev_init);

struct cdev *cdev_alloc(void)
{
	struct cdev *cdev = kzalloc(sizeof(*cdev), GFP_KERNEL);

	if (cdev) {
		INIT_LIST_HEAD(&cdev->list);
		kobject_init(&cdev->kobj, &cdev_type_alloced);
	}
	return cdev;
}
EXPORT_SYMBOL(cdev_alloc);

/* The device that answers to a number from [@dev, @dev + @count); lock held. */
static struct cdev *cdev_find(dev_t dev, unsigned int count)
{
	struct cdev *cdev;

	list_for_each_entry(cdev, &cdevs, link) {
		if ((u64)dev < (u64)cdev->dev + cdev->count &&
		    cdev->dev < (u64)dev + count)
			return cdev;
	}
	return NULL;
}

int cdev_add(struct cdev *cdev, dev_t dev, unsigned int count)
{
	const struct cdev *other;
	int err = 0;

	if (WARN_ON_ONCE(!count || cdev->count))
		return -EINVAL;
	mutex_lock(&chrdevs_lock);
	other = cdev_find(dev, count);
	if (other) {
		pr_err("%u:%u, %u devices: %u:%u answers already\n", MAJOR(dev),
		       MINOR(dev), count, MAJOR(other->dev), MINOR(other->dev));
		err = -EBUSY;
	} else {
		cdev->dev = dev;
		cdev->count = count;
		list_add_tail(&cdev->link, &cdevs);
	}
	mutex_unlock(&chrdevs_lock);
	return err;
}
EXPORT_SYMBOL(cdev_add);

void cdev_del(struct cdev *cdev)
{
	mutex_lock(&chrdevs_lock);
	if (cdev->count)
		list_del(&cdev->link);
	cdev->count = 0;
	mutex_unlock(&chrdevs_lock);
	kobject_put(&cdev->kobj);
}
EXPORT_SYMBOL(cdev_del);

void cdev_put(struct cdev *cdev)
{
	struct module *owner;

	if (!cdev)
		return;
	owner = cdev->owner;
	kobject_put(&cdev->kobj);
	module_put(owner);
}

void cd_forget(struct inode *inode)
{
	if (!S_ISCHR(inode->i_mode))
		return;
	mutex_lock(&chrdevs_lock);
	list_del_init(&inode->i_devices);
	inode->i_cdev = NULL;
	mutex_unlock(&chrdevs_lock);
}

/* --- opening ------------------------------------------------------------------- */

/* The device of @inode, held with its module and known to the inode from now
 * on; lock held. */
static struct cdev *cdev_hold_for(struct inode *inode)
{
	struct cdev *cdev = cdev_find(inode->i_rdev, 1);

	if (!cdev || !try_module_get(cdev->owner))
		return NULL;
	kobject_get(&cdev->kobj);
	if (inode->i_cdev != cdev) {
		inode->i_cdev = cdev;
		list_move(&inode->i_devices, &cdev->list);
	}
	return cdev;
}

static int chrdev_open(struct inode *inode, struct file *file)
{
	const struct file_operations *fops = NULL;

	mutex_lock(&chrdevs_lock);
	/* Until the last fput(), whatever comes. */
	file->f_cdev = cdev_hold_for(inode);
	if (file->f_cdev)
		fops = fops_get(file->f_cdev->ops);
	mutex_unlock(&chrdevs_lock);
	if (!fops)
		return -ENXIO;
	replace_fops(file, fops);
	return file->f_op->open ? file->f_op->open(inode, file) : 0;
}

const struct file_operations def_chr_fops = {
	.open = chrdev_open,
	.llseek = noop_llseek,
};

/* --- the older calls -------------------------------------------------------------- */

int __register_chrdev(unsigned int major, unsigned int baseminor,
		      unsigned int count, const char *name,
		      const struct file_operations *fops)
{
	struct chrdev_region *region =
		region_take(major, baseminor, count, name, _RET_IP_);
	struct cdev *cdev;
	int err = -ENOMEM;

	if (IS_ERR(region))
		return (int)PTR_ERR(region);
	cdev = cdev_alloc();
	if (!cdev)
		goto out_region;
	cdev->owner = fops->owner;
	cdev->ops = fops;
	err = kobject_set_name(&cdev->kobj, "%s", name);
	if (!err)
		err = cdev_add(cdev, MKDEV(region->major, baseminor), count);
	if (err)
		goto out_cdev;
	region->cdev = cdev;
	return major ? 0 : (int)region->major;

out_cdev:
	kobject_put(&cdev->kobj);
out_region:
	kfree(region_remove(region->major, baseminor, count));
	return err;
}
EXPORT_SYMBOL(__register_chrdev);

void __unregister_chrdev(unsigned int major, unsigned int baseminor,
			 unsigned int count, const char *name)
{
	struct chrdev_region *region = region_remove(major, baseminor, count);

	(void)name;
	if (region && region->cdev)
		cdev_del(region->cdev);
	kfree(region);
}
EXPORT_SYMBOL(__unregister_chrdev);

/* --- devices of a module ------------------------------------------------------ */

static void cdevs_find(struct module_search *search, const char *kind)
{
	const struct cdev *cdev;

	mutex_lock(&chrdevs_lock);
	list_for_each_entry(cdev, &cdevs, link) {
		if (module_search_has(search, cdev) ||
		    module_search_has(search, cdev->ops))
			module_holding_found(search, kind, cdev, cdev->ops);
	}
	mutex_unlock(&chrdevs_lock);
}
MODULE_HOLDING(cdevs, "cdev", cdevs_find);
