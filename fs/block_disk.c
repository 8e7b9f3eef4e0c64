/* SPDX-License-Identifier: MIT */
/*
 * block_disk.c - disks: their life, their size, and who finds them
 *
 * A disk is in the list from add_disk() to del_gendisk(), and found there once
 * nothing can fail any more: a driver whose disk is not added throws it away at
 * once, with its queue. Its memory stays until the driver, everyone who has it
 * open and each request for it has put it. Bios of those who still
 * have it open when it is gone fail; del_gendisk() waits for those that are on
 * their way into the queue, and for who asks the driver, so that afterwards the
 * queue and the driver's data may go, too.
 *
 * Invariants:
 *   D1  the disks in the list have numbers that do not overlap, in order
 *   D2  nr_entered is 0 when del_gendisk() returns, and stays so
 *
 * Locking: disks_lock, a mutex: the list. size_lock: a disk's size, which does not
 * fit in a word.
 */
#define pr_fmt(fmt) "block: " fmt
#include <fs/device.h>
#include <kernel/barrier.h>
#include <kernel/bitops.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/module_holding.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <mm/slab.h>

#include "block_internal.h"

static DEFINE_MUTEX(disks_lock);
static LIST_HEAD(disks);
static struct class *block_class;

/* Who waits in del_gendisk(), of whatever disk. */
static DECLARE_WAIT_QUEUE_HEAD(left_wait);

void disks_init(void)
{
	block_class = class_create(NULL, "block");
	if (IS_ERR(block_class))
		panic("block: no memory for the class of disks");
	block_class->kind = S_IFBLK;
}

/* --- size and rights ------------------------------------------------------------------ */

sector_t get_capacity(struct gendisk *disk)
{
	unsigned long flags = spin_lock_irqsave(&disk->size_lock);
	sector_t nr_sectors = disk->nr_sectors;

	spin_unlock_irqrestore(&disk->size_lock, flags);
	return nr_sectors;
}
EXPORT_SYMBOL_GPL(get_capacity);

void set_capacity(struct gendisk *disk, sector_t nr_sectors)
{
	unsigned long flags = spin_lock_irqsave(&disk->size_lock);

	disk->nr_sectors = nr_sectors;
	spin_unlock_irqrestore(&disk->size_lock, flags);
}
EXPORT_SYMBOL(set_capacity);

bool get_disk_ro(struct gendisk *disk)
{
	return test_bit(GD_READ_ONLY, &disk->state);
}
EXPORT_SYMBOL_GPL(get_disk_ro);

void set_disk_ro(struct gendisk *disk, bool read_only)
{
	if (read_only)
		set_bit(GD_READ_ONLY, &disk->state);
	else
		clear_bit(GD_READ_ONLY, &disk->state);
}
EXPORT_SYMBOL(set_disk_ro);

bool bdev_check_media_change(struct block_device *bdev)
{
	const struct block_device_operations *fops = bdev->bd_disk->fops;

	return fops->check_events &&
	       fops->check_events(bdev->bd_disk, DISK_EVENT_MEDIA_CHANGE) &
		       DISK_EVENT_MEDIA_CHANGE;
}
EXPORT_SYMBOL(bdev_check_media_change);

int check_disk_change(struct block_device *bdev)
{
	const struct block_device_operations *fops = bdev->bd_disk->fops;

	if (!bdev_check_media_change(bdev) &&
	    !(fops->media_changed && fops->media_changed(bdev->bd_disk)))
		return 0;
	if (fops->revalidate_disk)
		(void)fops->revalidate_disk(bdev->bd_disk);
	return 1;
}
EXPORT_SYMBOL(check_disk_change);

/* --- life ---------------------------------------------------------------------------- */

struct gendisk *alloc_disk(int minors)
{
	struct gendisk *disk = kzalloc(sizeof(*disk), GFP_KERNEL);

	if (!disk)
		return NULL;
	disk->minors = minors;
	disk->part0 = &disk->bdev;
	disk->bdev.bd_disk = disk;
	disk->bdev.bd_stats.stamp = jiffies;
	init_rwsem(&disk->bdev.bd_write_sem);
	mutex_init(&disk->open_mutex);
	spin_lock_init(&disk->size_lock, "size_lock", LOCK_DISK);
	INIT_LIST_HEAD(&disk->link);
	atomic_set(&disk->refs, 1);
	return disk;
}
EXPORT_SYMBOL(alloc_disk);

void disk_unref(struct gendisk *disk)
{
	if (atomic_dec_and_test(&disk->refs))
		kfree(disk);
}

/* The disk whose numbers overlap; *@behind: where ours would be. Lock held. */
static struct gendisk *disk_at(dev_t first, int minors,
			       struct list_head **behind)
{
	struct gendisk *d;

	*behind = &disks;
	list_for_each_entry(d, &disks, link) {
		if (d->bdev.bd_dev < first + (dev_t)minors &&
		    first < d->bdev.bd_dev + (dev_t)d->minors)
			return d;
		if (d->bdev.bd_dev < first)
			*behind = &d->link;
	}
	return NULL;
}

static int disk_list(struct gendisk *disk)
{
	struct list_head *behind;
	int err = 0;

	mutex_lock(&disks_lock);
	if (disk_at(disk->bdev.bd_dev, disk->minors, &behind))
		err = -EBUSY;
	else
		list_add(&disk->link, behind);
	mutex_unlock(&disks_lock);
	return err;
}

/* Others find it from now on. */
static void disk_show(struct gendisk *disk)
{
	mutex_lock(&disks_lock);
	set_bit(GD_ADDED, &disk->state);
	mutex_unlock(&disks_lock);
}

static void disk_unlist(struct gendisk *disk)
{
	mutex_lock(&disks_lock);
	list_del_init(&disk->link);
	mutex_unlock(&disks_lock);
}

static bool disk_is_complete(const struct gendisk *disk)
{
	return disk->queue && disk->fops && disk->disk_name[0] &&
	       (disk->fops->submit_bio || disk->queue->make_request_fn ||
		disk->queue->request_fn) &&
	       disk->major > 0 && disk->major < (int)BLKDEV_MAJOR_MAX &&
	       disk->minors > 0 && disk->first_minor >= 0 &&
	       (u64)disk->first_minor + (u64)disk->minors <= MINORMASK + 1;
}

int add_disk(struct gendisk *disk)
{
	struct device *dev;
	int err;

	if (WARN_ON(!disk_is_complete(disk)))
		return -EINVAL;
	if (queue_logical_block_size(disk->queue) != SECTOR_SIZE) {
		pr_err("%s: not added: its sectors have %u bytes, not %u\n",
		       disk->disk_name, queue_logical_block_size(disk->queue),
		       SECTOR_SIZE);
		return -EINVAL;
	}
	disk->bdev.bd_dev = MKDEV(disk->major, disk->first_minor);
	err = disk_list(disk);
	if (!err) {
		dev = device_create(block_class, NULL, disk->bdev.bd_dev, disk,
				    "%s", disk->disk_name);
		if (!IS_ERR(dev)) {
			disk_show(disk);
			return 0;
		}
		disk_unlist(disk);
		err = (int)PTR_ERR(dev);
	}
	pr_err("%s, %d:%d: not added, error %d\n", disk->disk_name, disk->major,
	       disk->first_minor, err);
	return err;
}
EXPORT_SYMBOL(add_disk);

void del_gendisk(struct gendisk *disk)
{
	if (!test_and_clear_bit(GD_ADDED, &disk->state))
		return;
	device_destroy(block_class, disk->bdev.bd_dev);
	disk_unlist(disk);
	/* The driver's open() is over, or is not called any more. */
	mutex_lock(&disk->open_mutex);
	set_bit(GD_DEAD, &disk->state);
	mutex_unlock(&disk->open_mutex);
	/* Pairs with disk_enter(): it sees the bit, or is seen here. */
	smp_mb();
	wait_event(left_wait, !atomic_read(&disk->nr_entered));
}
EXPORT_SYMBOL(del_gendisk);

bool disk_enter(struct gendisk *disk)
{
	atomic_inc(&disk->nr_entered);
	/* Pairs with del_gendisk(). */
	smp_mb();
	if (!test_bit(GD_DEAD, &disk->state))
		return true;
	disk_leave(disk);
	return false;
}

void disk_leave(struct gendisk *disk)
{
	if (atomic_dec_and_test(&disk->nr_entered) &&
	    test_bit(GD_DEAD, &disk->state))
		wake_up_all(&left_wait);
}

/* --- finding one -------------------------------------------------------------------- */

struct gendisk *disk_get(dev_t dev)
{
	struct list_head *behind;
	struct gendisk *disk;

	mutex_lock(&disks_lock);
	disk = disk_at(dev, 1, &behind);
	if (disk && !test_bit(GD_ADDED, &disk->state))
		disk = NULL;
	if (disk && !try_module_get(disk->fops->owner))
		disk = NULL;
	if (disk)
		atomic_inc(&disk->refs);
	mutex_unlock(&disks_lock);
	return disk;
}

void disk_let_go(struct gendisk *disk)
{
	struct module *owner = disk->fops->owner;

	disk_unref(disk);
	module_put(owner);
}

void disks_each(void (*fn)(struct gendisk *disk, void *ctx), void *ctx)
{
	struct gendisk *disk;

	mutex_lock(&disks_lock);
	list_for_each_entry(disk, &disks, link) {
		if (test_bit(GD_ADDED, &disk->state))
			fn(disk, ctx);
	}
	mutex_unlock(&disks_lock);
}

static void disks_find(struct module_search *search, const char *kind)
{
	const struct gendisk *disk;

	mutex_lock(&disks_lock);
	list_for_each_entry(disk, &disks, link) {
		if (module_search_has(search, disk->fops) ||
		    module_search_has(search, disk->queue->request_fn) ||
		    module_search_has(search, disk->queue->mq_ops) ||
		    module_search_has(search, disk->queue->make_request_fn))
			module_holding_found(search, kind, disk, disk->fops);
	}
	mutex_unlock(&disks_lock);
}
MODULE_HOLDING(disks, "disk", disks_find);
